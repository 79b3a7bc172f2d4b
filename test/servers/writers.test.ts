import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { brokenRulesContract } from '../contracts/broken-rules.js';
import { generatedWritesContract } from '../contracts/generated-writes.js';
import { nestedMutationsContract } from '../contracts/nested-mutations.js';
import { nestedUpdatesContract } from '../contracts/nested-updates.js';
import { upsertsContract } from '../contracts/upserts.js';
import { writeRulesContract } from '../contracts/write-rules.js';
import { openWorkshop, type Workshop } from '../support/workshop.js';
import { startPostgresql } from './postgresql.js';
import type { RunningServer } from './stores.js';

const folder = mkdtempSync(join(tmpdir(), 'odras-writers-'));
// PostgreSQL does not run as root, and its own user must pass through.
chmodSync(folder, 0o755);
let starting: Promise<RunningServer> | undefined;
const started = () => (starting ??= startPostgresql({ folder, port: 0 }));
let databases = 0;

/** The tables in a database of their own. */
const open = async (settings: Record<string, string> = {}): Promise<Workshop> => {
  const { url } = await started();
  const database = new URL(url);
  database.pathname = `/workshop_${(databases += 1)}`;
  const admin = new pg.Client(url);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${database.pathname.slice(1)}`);
  // Time for a slow machine to make two sessions wait for each other: a wait is looked at once, after so long.
  await admin.query(`ALTER DATABASE ${database.pathname.slice(1)} SET deadlock_timeout = '2s'`);
  await admin.end();
  return openWorkshop({ DATABASE_URL: database.href, ...settings });
};

afterAll(async () => {
  await (await starting)?.stop();
  rmSync(folder, { recursive: true, force: true });
});

nestedMutationsContract('PostgreSQL', open);
nestedUpdatesContract('PostgreSQL', open);
upsertsContract('PostgreSQL', open);
writeRulesContract('PostgreSQL', open);
brokenRulesContract('PostgreSQL', open);
generatedWritesContract('PostgreSQL', open, 200);

describe('writers that meet', () => {
  let workshop: Workshop;
  let other: pg.PoolClient;
  /** Waits until as many sessions wait for a lock. */
  const untilWaiting = (count: number) =>
    vi.waitFor(
      async () => {
        const { rows } = await workshop.engine.stores.relational.pool.query<{ waiting: number }>(
          `SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        expect(rows[0]!.waiting).toBe(count);
      },
      { timeout: 5_000, interval: 20 },
    );
  const token = async (name: string): Promise<string> =>
    (await workshop.ask('query ($name: String) { teams(where: {name: {eq: $name}}) { rowToken } }', { name })).teams[0].rowToken as string;
  const motto = async (name: string): Promise<string> =>
    (await workshop.ask('query ($name: String) { teams(where: {name: {eq: $name}}) { motto } }', { name })).teams[0].motto as string;
  const set = (name: string, value: string, ifMatch?: string) =>
    workshop.run(
      `mutation ($name: String, $motto: String, $ifMatch: ID!) { updateTeams(where: {name: {eq: $name}}, update: {motto: {set: $motto}},
        ifMatch: $ifMatch) { teams { motto } } }`,
      { name, motto: value, ...(ifMatch === undefined ? {} : { ifMatch }) },
    );
  const UNCONDITIONAL = `mutation ($name: String, $motto: String) { updateTeams(where: {name: {eq: $name}},
    update: {motto: {set: $motto}}) { teams { motto } } }`;
  const codes = ({ errors }: Awaited<ReturnType<Workshop['run']>>) => errors?.map(({ extensions }) => extensions['code']);

  beforeAll(async () => {
    workshop = await open();
    other = await workshop.engine.stores.relational.pool.connect();
  });
  afterAll(async () => {
    other?.release();
    await workshop?.close();
  });
  beforeEach(async () => {
    await workshop.engine.stores.relational.script('TRUNCATE teams, people, tasks, awards, bookings RESTART IDENTITY CASCADE');
    await workshop.ask(
      'mutation { createTeams(input: [{name: "Red", motto: "r"}, {name: "Blue", motto: "b"}]) { info { nodesCreated } } }',
    );
  });

  it('of one row with one token, only one writes, whatever their timing', async () => {
    const before = await token('Red');
    // The first has written and not yet committed when the second begins.
    await other.query('BEGIN');
    await other.query(`UPDATE teams SET motto = 'first' WHERE name = 'Red'`);
    const second = set('Red', 'second', before);
    await untilWaiting(1);
    await other.query('COMMIT');
    expect(codes(await second)).toEqual(['ROW_CHANGED']);
    expect(await motto('Red')).toBe('first');
    const now = await token('Red');
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => set('Red', `racer ${index}`, now)));
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    expect(answers.flatMap((answer) => codes(answer) ?? [])).toEqual(Array.from({ length: 7 }, () => 'ROW_CHANGED'));
  });

  it('of one row with one token, the other writes when the first rolls back, or only refers to the row', async () => {
    const before = await token('Red');
    await other.query('BEGIN');
    await other.query(`UPDATE teams SET motto = 'first' WHERE name = 'Red'`);
    const second = set('Red', 'second', before);
    await untilWaiting(1);
    await other.query('ROLLBACK');
    expect((await second).errors).toBeUndefined();
    const after = await token('Red');
    await other.query(`INSERT INTO awards (team_id, year) SELECT id, 1 FROM teams WHERE name = 'Red'`);
    expect((await set('Red', 'third', after)).errors).toBeUndefined();
    expect(await motto('Red')).toBe('third');
  });

  it('of an upsert with a token, the row is compared as the first left it', async () => {
    const before = await token('Red');
    await other.query('BEGIN');
    await other.query(`UPDATE teams SET motto = 'first' WHERE name = 'Red'`);
    const upsert = workshop.run(
      `mutation ($ifMatch: [ID]) { upsertTeams(input: [{name: "Red", motto: "second"}], onConflict: [name], ifMatch: $ifMatch) {
        teams { motto } } }`,
      { ifMatch: [before] },
    );
    await untilWaiting(1);
    await other.query('COMMIT');
    expect(codes(await upsert)).toEqual(['ROW_CHANGED']);
    expect(await motto('Red')).toBe('first');
  });

  it('of the same new key, an upsert creates one row and updates it', async () => {
    const upsert = (index: number) =>
      workshop.ask(
        `mutation ($motto: String) { upsertTeams(input: [{name: "New", motto: $motto}], onConflict: [name]) {
          info { nodesCreated nodesUpdated } } }`,
        { motto: `m${index}` },
      );
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => upsert(index)));
    expect(answers.reduce((sum: number, data) => sum + (data.upsertTeams.info.nodesCreated as number), 0)).toBe(1);
    expect(answers.reduce((sum: number, data) => sum + (data.upsertTeams.info.nodesUpdated as number), 0)).toBe(7);
  });

  const BOTH = `mutation { first: updateTeams(where: {name: {eq: "Red"}}, update: {motto: {set: "x"}}) { teams { motto } }
    second: updateTeams(where: {name: {eq: "Blue"}}, update: {motto: {set: "y"}}) { teams { motto } } }`;
  /** The other has Blue and the gateway, at its try of this number, has Red: each waits for what the other has. */
  const meet = async (attempt: number): Promise<void> => {
    await vi.waitFor(() => expect(workshop.written.filter((text) => text.startsWith('UPDATE'))).toHaveLength(2 * attempt), {
      timeout: 5_000,
      interval: 20,
    });
    await untilWaiting(1);
    // PostgreSQL ends the one whose wait it looks at first: the gateway's.
    await other.query(`UPDATE teams SET size = 1 WHERE name = 'Red'`);
  };

  it('in opposite order, the one that is ended tries again by itself', async () => {
    await other.query('BEGIN');
    await other.query(`SET LOCAL deadlock_timeout = '60s'`);
    await other.query(`UPDATE teams SET size = 1 WHERE name = 'Blue'`);
    workshop.written.length = 0;
    const answer = workshop.run(BOTH);
    await meet(1);
    await other.query('COMMIT');
    expect(await answer).toEqual({ data: { first: { teams: [{ motto: 'x' }] }, second: { teams: [{ motto: 'y' }] } } });
    expect(workshop.written).toHaveLength(4);
    expect([await motto('Red'), await motto('Blue')]).toEqual(['x', 'y']);
  });

  it('in opposite order again and again, the one that is ended is told after three attempts', async () => {
    await other.query('BEGIN');
    await other.query(`SET LOCAL deadlock_timeout = '60s'`);
    await other.query(`UPDATE teams SET size = 1 WHERE name = 'Blue'`);
    workshop.written.length = 0;
    const answer = workshop.run(BOTH);
    for (const attempt of [1, 2, 3]) {
      await other.query('SAVEPOINT before');
      await meet(attempt);
      await other.query('ROLLBACK TO before');
    }
    await other.query('COMMIT');
    const { data, errors } = await answer;
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors![0]!.message).toContain(
      'second failed (Other transactions were writing the same rows in all of 3 attempts. Nothing was written. Try again.)',
    );
    expect([await motto('Red'), await motto('Blue')]).toEqual(['r', 'b']);
  }, 30_000);

  it('behind a failed serialization, an attempt is made three times', async () => {
    await workshop.engine.stores.relational.script(`
      CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001';
        END$$;
      CREATE TRIGGER meet BEFORE UPDATE ON teams FOR EACH ROW EXECUTE FUNCTION meet()`);
    workshop.written.length = 0;
    const refused = await workshop.refusal(UNCONDITIONAL, { name: 'Red', motto: 'x' });
    await workshop.engine.stores.relational.script('DROP TRIGGER meet ON teams; DROP FUNCTION meet');
    expect(refused.extensions.code).toBe('WRITE_CONFLICT');
    expect(workshop.written).toHaveLength(3);
  });
});
