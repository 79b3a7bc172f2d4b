import { parse } from 'graphql';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RequestContext } from '../../src/execute/context.js';
import { GatewayError } from '../../src/errors.js';
import { createSilentLog } from '../../src/log.js';
import { Documents } from '../../src/server/documents.js';
import { Executor } from '../../src/server/execute.js';
import { readiness } from '../../src/server/health.js';
import { Ending } from '../../src/stores/ending.js';
import { openServerRelational } from '../../src/stores/relational/server.js';
import type { RelationalStore } from '../../src/stores/types.js';
import { executeAsServed } from '../support/execute.js';
import { openWorkshop, type Workshop } from '../support/workshop.js';
import { freshDatabase } from './urls.js';

let admin: pg.Pool;
let url: string;
beforeAll(async () => {
  url = await freshDatabase('pool_test');
  admin = new pg.Pool({ connectionString: url, max: 3 });
  // A statement that does not let itself be cancelled, as the parsing of a very long text does not.
  await admin.query(`CREATE TABLE busy (id int); CREATE FUNCTION burn() RETURNS text LANGUAGE plpgsql AS $$
    BEGIN WHILE EXISTS (SELECT FROM busy) LOOP BEGIN PERFORM pg_sleep(0.05); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP;
      RETURN 'burnt'; END$$`);
});
afterAll(() => admin.end());

/** What the gateway has in the database. */
const backends = async (condition = 'true') =>
  Number(
    (
      await admin.query<{ count: string }>(
        `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'odras-gateway' AND datname = 'pool_test' AND ${condition}`,
      )
    ).rows[0]!.count,
  );

/** The connection for cancels, and the one for readiness. */
const BESIDE = 2;
const SIZE = 4;

describe('statements that are given up and do not end', () => {
  let store: RelationalStore;
  beforeAll(async () => {
    store = await openServerRelational({ url, poolSize: SIZE, timeoutMs: 1_000 });
  });
  afterAll(async () => {
    await admin.query('DELETE FROM busy');
    await store.close();
  });

  it('keep their places in the pool until their backends are done', async () => {
    await admin.query('INSERT INTO busy VALUES (1)');
    let most = 0;
    const codes = new Set<string>();
    const leave = async () => {
      const end = new Ending();
      const read = store.read({ text: 'SELECT burn()' }, { signal: end });
      // Whoever has a connection leaves once its statement is under way, the others at once.
      await vi.waitFor(async () => expect(await backends(`query LIKE '%burn()%' AND state = 'active'`)).toBe(SIZE), { timeout: 20_000 });
      end.abort(new GatewayError('REQUEST_CANCELLED'));
      await read.catch((error: GatewayError) => codes.add(error.code));
      most = Math.max(most, await backends());
    };
    await Promise.all(Array.from({ length: 40 }, leave));
    expect([...codes].sort()).toEqual(expect.arrayContaining(['REQUEST_CANCELLED']));
    expect(most).toBeLessThanOrEqual(SIZE + BESIDE);
    expect(await backends(`query LIKE '%burn()%' AND state = 'active'`)).toBe(SIZE);
    // They are full, which is not to be away.
    const late = new Ending();
    const waiting = store.read({ text: 'SELECT 1' }, { signal: late });
    await store.ping();
    late.abort(new GatewayError('REQUEST_TIMEOUT', { timeoutMs: 1 }));
    await expect(waiting).rejects.toMatchObject({ code: 'POOL_EXHAUSTED', extensions: { store: 'relational' } });
    await admin.query('DELETE FROM busy');
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => vi.waitFor(() => store.read({ text: `SELECT '1'` }), { timeout: 20_000 })),
    );
    expect(answers).toEqual(Array.from({ length: 10 }, () => [['1']]));
    expect(await backends()).toBeLessThanOrEqual(SIZE + BESIDE);
  });

  it('that end when they are cancelled leave their connection to the next', async () => {
    const pids = async () =>
      (
        await admin.query<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity WHERE application_name = 'odras-gateway' AND datname = 'pool_test'`,
        )
      ).rows.map(({ pid }) => pid);
    const before = await pids();
    const end = new Ending();
    const read = store.read({ text: 'SELECT pg_sleep(60)::text' }, { signal: end });
    await vi.waitFor(async () => expect(await backends(`query LIKE '%pg_sleep(60)%' AND state = 'active'`)).toBe(1), { timeout: 10_000 });
    end.abort(new GatewayError('REQUEST_CANCELLED'));
    await expect(read).rejects.toMatchObject({ code: 'REQUEST_CANCELLED' });
    await vi.waitFor(async () => expect(await backends(`query LIKE '%pg_sleep(60)%' AND state = 'active'`)).toBe(0), { timeout: 10_000 });
    expect(await store.read({ text: `SELECT '1'` })).toEqual([['1']]);
    for (const pid of await pids()) expect(before).toContain(pid);
  });
});

describe('writers that wait for one row', () => {
  let workshop: Workshop;
  let answers: Promise<unknown>[] = [];
  let locker: pg.Client;
  beforeAll(async () => {
    workshop = await openWorkshop({ DATABASE_URL: url, DATABASE_POOL_SIZE: String(SIZE), STORE_TIMEOUT_MS: '30000' });
    locker = new pg.Client(url);
    await locker.connect();
    await workshop.ask('mutation { createTeams(input: [{name: "Red"}, {name: "Blue"}]) { info { nodesCreated } } }');
  });
  afterEach(async () => {
    await locker.query('ROLLBACK');
    await Promise.all(answers);
    answers = [];
  });
  afterAll(async () => {
    await locker?.end();
    await workshop?.close();
  });

  it('leave connections to reads, and the store is ready all the time', async () => {
    await locker.query(`BEGIN; UPDATE teams SET size = 1 WHERE name = 'Red'`);
    answers = Array.from({ length: 12 }, () =>
      workshop.run(
        'mutation { updateTeams(where: {name: {eq: "Red"}}, update: {motto: {set: "m"}}) { info { nodesUpdated: nodesCreated } } }',
      ),
    );
    await vi.waitFor(async () => expect(await backends(`wait_event_type = 'Lock'`)).toBe(SIZE - 1), { timeout: 20_000 });
    for (let times = 0; times < 5; times += 1)
      expect(await workshop.ask('{ teams(where: {name: {eq: "Blue"}}) { name } }')).toEqual({ teams: [{ name: 'Blue' }] });
    expect(await readiness(workshop.engine.stores)).toMatchObject({ status: 'ready', stores: { relational: { status: 'ready' } } });
    const end = new Ending();
    const late = workshop.engine.stores.relational.transaction((run) => run({ text: 'SELECT 1' }), { signal: end });
    end.abort(new GatewayError('REQUEST_TIMEOUT', { timeoutMs: 1 }));
    await expect(late).rejects.toMatchObject({
      code: 'POOL_EXHAUSTED',
      message: expect.stringContaining(`All ${SIZE} connections to the relational store were in use`) as string,
    });
    expect(workshop.engine.stores.availability.relational.isDown).toBe(false);
    await locker.query('ROLLBACK');
    for (const answer of await Promise.all(answers)) expect((answer as { errors?: unknown }).errors).toBeUndefined();
  });

  it.each([true, false])('are told by a code where no connection comes free in the time of the request, compiled: %s', async (compiled) => {
    const { engine, schema } = workshop;
    await admin.query('INSERT INTO busy VALUES (1)');
    const burning = Array.from({ length: SIZE }, () => engine.stores.relational.read({ text: 'SELECT burn()' }));
    await vi.waitFor(async () => expect(await backends(`query LIKE '%burn()%' AND state = 'active'`)).toBe(SIZE), { timeout: 20_000 });
    const end = new Ending();
    const asked = vi.spyOn(engine.stores.relational, 'read');
    const executor = new Executor(schema, new Documents(engine, schema), createSilentLog(), compiled);
    const answer = executeAsServed(executor, new RequestContext(engine, { signal: end }), { document: parse('{ teams { name } }') });
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    end.abort(new GatewayError('REQUEST_TIMEOUT', { timeoutMs: 1 }));
    const result = await answer;
    asked.mockRestore();
    await admin.query('DELETE FROM busy');
    await Promise.all(burning);
    expect(result!.errors!.map(({ extensions }) => extensions)).toEqual([{ code: 'POOL_EXHAUSTED', store: 'relational' }]);
  });
});
