import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../src/feed/changes.js';
import { Feed } from '../../src/feed/feed.js';
import { makeFeed } from '../../src/feed/install.js';
import { writePosition, type Position } from '../../src/feed/position.js';
import { createSilentLog } from '../../src/log.js';
import { openServerRelational } from '../../src/stores/relational/server.js';
import type { RelationalStore } from '../../src/stores/types.js';
import { compileOwn } from '../support/own-model.js';
import { postgresql } from './postgresql.js';
import { startServer } from './redis.js';
import { StockWriters, TABLE, type Committed } from './stock-writers.js';
import type { RunningServer } from './stores.js';

const MODEL = compileOwn('type Stock @table(name: "stock") @public { id: ID! version: Int note: String }');

/** How long one transaction stays open while the others write, in milliseconds. */
const LONG_MS = 30_000;

/** As a server that allows prepared transactions, and counts statements. */
const SETTINGS = { max_prepared_transactions: 20, shared_preload_libraries: 'pg_stat_statements' };

const folder = mkdtempSync(join(tmpdir(), 'odras-feed-order-'));
// PostgreSQL does not run as root, and its own user must pass through.
chmodSync(folder, 0o755);
let server: RunningServer;
let admin: pg.Client;
let stores: RelationalStore[];
let feeds: Feed[];
let writers: StockWriters;

beforeAll(async () => {
  const more = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const prepare: typeof postgresql.prepare = async (home, port) => {
    const { args, ...rest } = await postgresql.prepare(home, port);
    return { ...rest, args: [...args, ...more] };
  };
  server = await startServer({ ...postgresql, prepare }, { folder, port: 0 });
  admin = new pg.Client(server.url);
  await admin.connect();
  // Each gateway with a login of its own, so that one of them can be shut out.
  await admin.query(`CREATE EXTENSION pg_stat_statements; ${TABLE};
    CREATE ROLE gateway_0 SUPERUSER LOGIN PASSWORD 'odras'; CREATE ROLE gateway_1 SUPERUSER LOGIN PASSWORD 'odras'`);
  stores = await Promise.all(
    [0, 1].map((index) => {
      const url = server.url.replace('//odras:', `//gateway_${index}:`);
      return openServerRelational({ url, poolSize: 10, timeoutMs: 10_000 });
    }),
  );
  await makeFeed(stores[0]!, MODEL, 24);
  feeds = stores.map((store) => new Feed(store, createSilentLog()));
  writers = new StockWriters(server.url);
});
afterAll(async () => {
  await writers?.close();
  await Promise.all(feeds.map((feed) => feed.close()));
  await Promise.all(stores.map((store) => store.close()));
  await admin?.end();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Reads all changes behind a position as they come, and when each arrived. */
class Reader {
  readonly changes: Change[] = [];
  readonly arrived = new Map<string, number>();
  readonly #end = new AbortController();
  readonly #done: Promise<void>;

  constructor(feed: Feed, from: Position) {
    this.#done = this.#read(feed, from);
  }

  async #read(feed: Feed, from: Position): Promise<void> {
    for await (const { changes } of feed.pages(from, this.#end.signal)) {
      const now = performance.now();
      for (const change of changes) this.arrived.set(change.after?.['note'] ?? '', now);
      this.changes.push(...changes);
    }
  }

  async until(note: string, timeout = 10_000): Promise<void> {
    await expect.poll(() => this.arrived.has(note), { timeout }).toBe(true);
  }

  /** Everything it has read, as text. */
  get sequence(): string[] {
    return this.changes.map(({ position, operation, before, after }) =>
      JSON.stringify([writePosition(position), operation, before, after]),
    );
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#done;
  }
}

const leaders = () => feeds.filter(({ isLeader }) => isLeader).length;

const percentile = (sorted: readonly number[], part: number): string =>
  `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(1)} ms`;

/** What each key's changes must be: the versions one after another, as they were committed under the lock of the row. */
const expectOrderOfCommits = (changes: readonly Change[], first: ReadonlyMap<string, number>): void => {
  const last = new Map(first);
  const wrong = changes.filter(({ before, after }) => {
    const known = last.get(after!['id']!);
    last.set(after!['id']!, Number(after!['version']));
    return Number(after!['version']) !== (known ?? 0) + 1 || (before && Number(before['version'])) !== known;
  });
  expect(wrong).toEqual([]);
};

/** Each committed change once, and nothing that was rolled back. */
const expectAllOnce = (changes: readonly Change[], committed: readonly Committed[]): void => {
  expect(changes.map(({ after }) => after!['note']!).sort()).toEqual(committed.map(({ note }) => note).sort());
};

describe('the change feed of two gateways under writers', () => {
  it('has one order for every reader, that of the commits for each key, while a transaction stays open', async () => {
    await expect.poll(leaders, { timeout: 10_000 }).toBe(1);
    const from = await feeds[0]!.end();
    const versions = await writers.versions();
    const readers = feeds.map((feed) => new Reader(feed, from));
    const first = await writers.write('first');
    await Promise.all(readers.map((reader) => reader.until(first)));
    const pausedFor = readers[1]!.arrived.get(first)! - writers.committed[0]!.at;
    const long = await writers.open('long');
    writers.start(16);
    // More readers begin meanwhile: behind any change that was read, and at the end.
    const opened = performance.now();
    while (performance.now() - opened < LONG_MS) {
      await pause(1_500);
      expect(leaders()).toBe(1);
      const known = readers[0]!.changes;
      const feed = feeds[readers.length % 2]!;
      const position = writePosition(known[Math.floor(Math.random() * known.length)]?.position ?? from);
      readers.push(new Reader(feed, readers.length % 5 === 0 ? await feed.end() : await feed.start(position, 'test')));
    }
    const whileOpen = [...writers.committed];
    await long.commit();
    await writers.stop();
    const last = await writers.write('last');
    await Promise.all(readers.map((reader) => reader.until(last)));

    const all = readers[0]!.sequence;
    expect(all.length).toBeGreaterThan(1_000);
    for (const { sequence } of readers) {
      expect(sequence.length).toBeGreaterThan(0);
      expect(sequence).toEqual(all.slice(-sequence.length));
    }
    const fresh = new Reader(feeds[1]!, from);
    await fresh.until(last);
    expect(fresh.sequence).toEqual(all);
    expectAllOnce(readers[0]!.changes, writers.committed);
    expectOrderOfCommits(readers[0]!.changes, versions);
    // The order is not that in which transactions took their numbers.
    const positions = readers[0]!.changes.map(({ position }) => position.seq);
    expect(positions.some((seq, index) => index > 0 && seq < positions[index - 1]!)).toBe(true);
    expect(writers.endings).toEqual(new Set(['commit', 'rollback', 'savepoint', 'prepared', 'prepared rollback']));

    const latencies = whileOpen
      .slice(1)
      .map(({ note, at }) => readers[1]!.arrived.get(note)! - at)
      .sort((one, other) => one - other);
    console.log(
      `feed: ${all.length} changes, ${readers.length} readers; from commit to reader while a transaction is open for ` +
        `${LONG_MS / 1_000} s: p50 ${percentile(latencies, 0.5)}, p99 ${percentile(latencies, 0.99)}, most ${percentile(latencies, 1)}; ` +
        `the first change after a pause ${pausedFor.toFixed(1)} ms`,
    );
    await Promise.all([...readers, fresh].map((reader) => reader.close()));
  });

  it('is taken over by the other gateway when the first loses its connection, and loses nothing', async () => {
    const leader = feeds.findIndex(({ isLeader }) => isLeader);
    const other = 1 - leader;
    const from = await feeds[other]!.end();
    const versions = await writers.versions();
    const count = writers.committed.length;
    const readers = feeds.map((feed) => new Reader(feed, from));
    writers.start(4);
    await expect.poll(() => readers[other]!.changes.length, { timeout: 10_000 }).toBeGreaterThan(20);
    // Its login is shut, so that it cannot come back and lead again.
    await admin.query(`ALTER ROLE gateway_${leader} NOLOGIN`);
    const lost = performance.now();
    const killed = await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity a WHERE usename = $1
       AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND locktype = 'advisory')`,
      [`gateway_${leader}`],
    );
    expect(killed.rowCount).toBe(1);
    await expect.poll(() => feeds[other]!.isLeader, { timeout: 20_000 }).toBe(true);
    const took = performance.now() - lost;
    await admin.query(`ALTER ROLE gateway_${leader} LOGIN`);
    await expect.poll(leaders, { timeout: 10_000 }).toBe(1);
    await writers.stop();
    const last = await writers.write('taken over');
    await Promise.all(readers.map((reader) => reader.until(last, 20_000)));
    expect(readers[0]!.sequence).toEqual(readers[1]!.sequence);
    expectAllOnce(readers[other]!.changes, writers.committed.slice(count));
    expectOrderOfCommits(readers[other]!.changes, versions);
    console.log(`feed: another gateway ticks ${took.toFixed(0)} ms after the first has lost its connection`);
    await Promise.all(readers.map((reader) => reader.close()));
  });

  it('sends at most one statement a second while nothing changes', async () => {
    const from = await feeds[0]!.end();
    const readers = feeds.map((feed) => new Reader(feed, from));
    const calls = async (): Promise<number> => {
      const { rows } = await admin.query<{ calls: number }>(
        `SELECT coalesce(sum(calls), 0)::int AS calls FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid
         WHERE rolname LIKE 'gateway%'`,
      );
      return rows[0]!.calls;
    };
    // The gateway that ticks holds one lock for that, and another one while it looks for changes without being woken.
    const locks = async () => (await admin.query(`SELECT FROM pg_locks WHERE locktype = 'advisory'`)).rowCount;
    await expect.poll(locks, { timeout: 10_000 }).toBe(1);
    await pause(1_500);
    const [start, begun] = [await calls(), performance.now()];
    await pause(5_000);
    const perSecond = ((await calls()) - start) / ((performance.now() - begun) / 1_000);
    console.log(`feed: ${perSecond.toFixed(1)} statements a second of two gateways and two readers while nothing changes`);
    expect(perSecond).toBeGreaterThan(0);
    expect(perSecond).toBeLessThanOrEqual(1.2);
    await Promise.all(readers.map((reader) => reader.close()));
  });
});
