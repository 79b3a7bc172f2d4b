import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createSilentLog } from '../../src/log.js';
import { seedStores } from '../../src/operations/prepare.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { startNeo4j } from './neo4j.js';
import { startPostgresql } from './postgresql.js';
import { startQdrant } from './qdrant.js';
import { startRedis } from './redis.js';
import type { RunningServer } from './stores.js';

/** Deadlines of the gateway in these tests, and how much later an answer may come on a busy machine. */
const TIMEOUT_MS = 1_500;
const SLACK_MS = 1_500;
const folder = mkdtempSync(join(tmpdir(), 'odras-failures-'));
// PostgreSQL does not run as root, and its own user must pass through.
chmodSync(folder, 0o755);
let postgresql: RunningServer;
let redis: RunningServer;
let neo4j: RunningServer;
let qdrant: RunningServer;
let settings: Record<string, string>;
let gateway: TestGateway;

const codes = (errors: readonly { readonly extensions?: Record<string, unknown> | undefined }[] | undefined) =>
  errors?.map(({ extensions }) => extensions?.['code']);
const timed = async <T>(work: Promise<T>): Promise<{ value: T; ms: number }> => {
  const start = performance.now();
  const value = await work;
  return { value, ms: performance.now() - start };
};
const ready = async (): Promise<{ status: string; stores: Record<string, { status: string }> }> =>
  (await fetch(new URL('/health/ready', gateway.url))).json() as never;
const untilReady = () => vi.waitFor(async () => expect((await ready()).status).toBe('ready'), { timeout: 30_000, interval: 100 });
const untilAnswered = (query: string) =>
  vi.waitFor(async () => expect((await gateway.send(query)).errors).toBeUndefined(), { timeout: 30_000, interval: 100 });
const asAdmin = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client(postgresql.url);
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
};
const ALL =
  '{ projects(limit: 1, sort: [{name: ASC}]) { name } components(limit: 1, sort: [{name: ASC}]) { name } search(text: "battery", limit: 1) { score } }';
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onRejection);
  // Each is known as soon as it runs, so that it is stopped even when another does not start.
  await Promise.all([
    startPostgresql({ folder, port: 0 }).then((server) => (postgresql = server)),
    startRedis({ folder, port: 0 }).then((server) => (redis = server)),
    startNeo4j({ folder, port: 0 }).then((server) => (neo4j = server)),
    startQdrant({ folder, port: 0 }).then((server) => (qdrant = server)),
  ]);
  settings = { DATABASE_URL: postgresql.url, REDIS_URL: redis.url, NEO4J_URL: neo4j.url, QDRANT_URL: qdrant.url };
  // A server that has only just been started takes its time on a busy machine.
  await seedStores(readConfig({ memory: true }, { ...settings, STORE_TIMEOUT_MS: '60000' }), createSilentLog());
  gateway = await startTestGateway({
    settings: { ...settings, STORE_TIMEOUT_MS: String(TIMEOUT_MS), REQUEST_TIMEOUT_MS: String(4 * TIMEOUT_MS) },
  });
});

afterAll(async () => {
  await gateway?.close();
  await Promise.all([postgresql, redis, neo4j, qdrant].map((server) => server?.stop()));
  rmSync(folder, { recursive: true, force: true });
  process.off('unhandledRejection', onRejection);
  expect(rejections).toEqual([]);
});

describe('a store that is stopped', () => {
  it('takes down its own fields only, is named by /health/ready, and comes back by itself', async () => {
    await untilAnswered(ALL);
    postgresql.kill('SIGKILL');
    const { data, errors } = await gateway.send(ALL);
    expect(codes(errors)).toEqual(['STORE_UNAVAILABLE', 'STORE_UNAVAILABLE']);
    expect(errors!.every(({ extensions }) => extensions['store'] === 'relational')).toBe(true);
    expect(data).toEqual({ projects: null, components: [{ name: 'Airframe' }], search: null });
    await vi.waitFor(async () =>
      expect(await ready()).toMatchObject({ status: 'unready', stores: { relational: { status: 'unready' }, graph: { status: 'ready' } } }),
    );
    expect((await fetch(new URL('/health/live', gateway.url))).status).toBe(200);
    expect(JSON.stringify(await ready())).not.toMatch(/odras:odras|odras-test@/);
    await postgresql.restart();
    await untilAnswered(ALL);
    await untilReady();
  });

  it('does so for the graph, too', async () => {
    neo4j.kill('SIGKILL');
    const { data, errors } = await gateway.send(
      '{ projects(limit: 1) { name } components(limit: 1) { name } requirements(limit: 1) { identifier dependsOn { identifier } } }',
    );
    expect(new Set(codes(errors))).toEqual(new Set(['STORE_UNAVAILABLE']));
    expect(data).toMatchObject({ projects: [{}], components: null, requirements: [{ dependsOn: null }] });
    await neo4j.restart();
    await untilAnswered(ALL);
  });

  it('does so for the vectors, which are all there when it is back', async () => {
    const query =
      '{ projects(limit: 1) { name } components(limit: 1) { name } search(text: "battery", limit: 3) { score node { __typename } } }';
    const before = await gateway.send(query);
    qdrant.kill('SIGKILL');
    const { data, errors } = await gateway.send(query);
    expect(errors!.map(({ extensions }) => extensions)).toEqual([expect.objectContaining({ code: 'STORE_UNAVAILABLE', store: 'vector' })]);
    expect(data).toEqual({ ...before.data, search: null });
    await vi.waitFor(async () =>
      expect(await ready()).toMatchObject({ status: 'unready', stores: { vector: { status: 'unready' }, graph: { status: 'ready' } } }),
    );
    await qdrant.restart();
    await untilReady();
    // A connection that was kept open is found to be closed by the first that uses it.
    await vi.waitFor(async () => expect(await gateway.send(query)).toEqual(before));
  });

  it('makes nothing fail when it is Redis', async () => {
    redis.kill('SIGKILL');
    for (let count = 0; count < 20; count += 1)
      expect((await gateway.send('{ search(text: "landing gear", limit: 1) { score } }')).errors).toBeUndefined();
    await redis.restart();
    await untilReady();
  });
});

describe('a store that hangs', () => {
  it.each([
    ['PostgreSQL', () => postgresql, 'relational', 'projects(limit: 1) { name }', { projects: null, components: [{}] }],
    ['Neo4j', () => neo4j, 'graph', 'projects(limit: 1) { name }', { projects: [{}], components: null }],
    ['Qdrant', () => qdrant, 'vector', 'search(text: "battery", limit: 1) { score }', { search: null, components: [{}] }],
  ])('%s ends at its deadline with a code, and is used again when it goes on', async (_, server, store, field, data) => {
    await untilAnswered(ALL);
    server().kill('SIGSTOP');
    const query = `{ ${field} components(limit: 1) { name } }`;
    const { value, ms } = await timed(gateway.send(query));
    server().kill('SIGCONT');
    expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    expect(value.errors).toHaveLength(1);
    expect(value.errors![0]!.extensions).toMatchObject({ code: 'STORE_TIMEOUT', store });
    expect(value.data).toMatchObject(data);
    await untilAnswered(query);
  });

  it('Redis makes nothing fail', async () => {
    redis.kill('SIGSTOP');
    const { value } = await timed(gateway.send('{ search(text: "a question nobody asked before", limit: 1) { score } }'));
    redis.kill('SIGCONT');
    expect(value.errors).toBeUndefined();
    await untilReady();
  });
});

describe('a statement that takes too long', () => {
  const waiting = () =>
    asAdmin(
      async (client) =>
        (
          await client.query(
            `SELECT 1 FROM pg_stat_activity WHERE application_name = 'odras-gateway' AND state = 'active' AND wait_event_type = 'Lock'`,
          )
        ).rowCount,
    );

  it('is cancelled in PostgreSQL when the client goes away', async () => {
    await asAdmin(async (locker) => {
      await locker.query('BEGIN; LOCK TABLE requirements_notes IN ACCESS EXCLUSIVE MODE');
      const leave = new AbortController();
      const answer = fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ requirementNotes(limit: 1) { text } }' }),
        signal: leave.signal,
      });
      await vi.waitFor(async () => expect(await waiting()).toBe(1));
      leave.abort();
      await expect(answer).rejects.toThrow();
      await vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: TIMEOUT_MS / 2, interval: 50 });
      await locker.query('ROLLBACK');
    });
  });

  it('is cancelled in PostgreSQL at its deadline', async () => {
    await asAdmin(async (locker) => {
      await locker.query('BEGIN; LOCK TABLE requirements_notes IN ACCESS EXCLUSIVE MODE');
      const { value, ms } = await timed(gateway.send('{ requirementNotes(limit: 1) { text } users(limit: 1) { username } }'));
      expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS);
      expect(codes(value.errors)).toContain('STORE_TIMEOUT');
      await vi.waitFor(async () => expect(await waiting()).toBe(0));
      await locker.query('ROLLBACK');
    });
    await untilAnswered('{ requirementNotes(limit: 1) { text } }');
  });

  it('is cancelled in Neo4j when the client goes away', async () => {
    const { openServerGraph } = await import('../../src/stores/graph/server.js');
    const other = await openServerGraph({ url: neo4j.url, database: 'neo4j', timeoutMs: 60_000 });
    const running = async () =>
      (
        await other.read.run('SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery CONTAINS $part RETURN count(*) AS n', {
          part: 'SET this.description',
        })
      ).records[0]!.get('n') as number;
    await other.transaction(async (lock) => {
      await lock.run(`MATCH (c:Component {name: 'Airframe'}) SET c.locked = true`);
      const leave = new AbortController();
      const query =
        'mutation { updateComponents(where: {name: {eq: "Airframe"}}, update: {description: {set: "x"}}) { info { nodesCreated } } }';
      const answer = fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
        signal: leave.signal,
      });
      await vi.waitFor(async () => expect(await running()).toBeGreaterThan(0), { timeout: TIMEOUT_MS });
      leave.abort();
      await expect(answer).rejects.toThrow();
      await vi.waitFor(async () => expect(await running()).toBe(0), { timeout: TIMEOUT_MS });
    });
    await other.close();
  });
});

describe('a commit without an answer', () => {
  it('says that its outcome is not known', async () => {
    await asAdmin((client) =>
      client.query(`CREATE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER slow_commit AFTER UPDATE ON namespace_registry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow_commit();
        CREATE CONSTRAINT TRIGGER slow_commit AFTER UPDATE ON knowledge_relationships DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow_commit()`),
    );
    const { errors } = await gateway.send(
      'mutation { updateKnowledgeRelationships(update: {confidenceScore: {set: 0.5}}) { info { nodesCreated } } }',
    );
    expect(codes(errors)).toEqual(['COMMIT_UNKNOWN']);
    await asAdmin((client) =>
      client.query(
        'DROP TRIGGER slow_commit ON knowledge_relationships; DROP TRIGGER slow_commit ON namespace_registry; DROP FUNCTION slow_commit()',
      ),
    );
  });
});

describe('1,000 requests under way while PostgreSQL is killed and restarted', () => {
  it('all end in time with an answer or a code, and nothing is left behind', async () => {
    await untilAnswered(ALL);
    const query =
      '{ requirements(limit: 20, sort: [{identifier: ASC}]) { identifier project { name } constraints { name } components(limit: 3, sort: [{id: ASC}]) { id } } }';
    await untilAnswered(query);
    const right = JSON.stringify((await gateway.send(query)).data);
    const memory = process.memoryUsage().rss;
    const outcomes = { right: 0, refused: 0 };
    let longest = 0;
    const one = async () => {
      const { value, ms } = await timed(gateway.send(query));
      longest = Math.max(longest, ms);
      if (value.errors) {
        for (const code of codes(value.errors)!) expect(['STORE_UNAVAILABLE', 'STORE_TIMEOUT', 'REQUEST_TIMEOUT']).toContain(code);
        outcomes.refused += 1;
      } else {
        expect(JSON.stringify(value.data)).toBe(right);
        outcomes.right += 1;
      }
    };
    let left = 1_000;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        if (left === 800) postgresql.kill('SIGKILL');
        if (left === 600) void postgresql.restart();
        await one();
      }
    };
    await Promise.all(Array.from({ length: 50 }, worker));
    await untilAnswered(query);
    expect(outcomes.right + outcomes.refused).toBe(1_000);
    expect(outcomes.refused).toBeGreaterThan(0);
    expect(longest).toBeLessThan(4 * TIMEOUT_MS + SLACK_MS);
    const { totalCount, idleCount } = gateway.engine.stores.relational.pool;
    expect(totalCount - idleCount).toBe(0);
    expect(process.memoryUsage().rss - memory).toBeLessThan(300 * 1_048_576);
  }, 120_000);
});
