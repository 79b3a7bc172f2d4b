import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSilentLog } from '../../src/log.js';
import { Ending } from '../../src/stores/ending.js';
import { openEmbeddedEmbedder } from '../../src/stores/embeddings/embedded.js';
import { EmbeddedPostgres } from '../../src/stores/postgres/embedded-postgres.js';
import { PostgresThread } from '../../src/stores/postgres/postgres-thread.js';
import { openEmbeddedRelational } from '../../src/stores/relational/embedded.js';
import type { RelationalStore } from '../../src/stores/types.js';

// Databases are opened several times over.
vi.setConfig({ testTimeout: 120_000 });

/** Runs for as long as nobody ends it: each in another part of PostgreSQL. */
const LONG = {
  'that makes rows': 'SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b',
  'that matches texts': `SELECT count(*) FROM generate_series(1, 100000000) a WHERE repeat(a::text, 20) ~ '(1.*2.*3.*)+x'`,
  'in a function': `DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$`,
};
const HOLD = 'SELECT count(*) FROM generate_series(1, 2000000) a';

/** How often this thread comes to other work until `work` is over. */
const turnsDuring = async (work: Promise<unknown>): Promise<number> => {
  let turns = 0;
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  over.catch(() => {});
  while (!isOver) {
    await new Promise(setImmediate);
    turns += 1;
  }
  await over;
  return turns;
};

describe('an embedded PostgreSQL', () => {
  let store: RelationalStore;
  beforeAll(async () => {
    store = await openEmbeddedRelational({ timeoutMs: 60_000 });
  });
  afterAll(() => store.close());

  it('leaves this thread free while it computes', async () => {
    expect(await turnsDuring(store.read({ text: HOLD }))).toBeGreaterThan(100);
  });

  it('leaves another one free while it computes', async () => {
    const other = await openEmbeddedRelational({});
    try {
      const ends: string[] = [];
      await Promise.all([
        store.read({ text: HOLD }).then(() => ends.push('long')),
        other.read({ text: 'SELECT 1' }).then(() => ends.push('short')),
      ]);
      expect(ends).toEqual(['short', 'long']);
    } finally {
      await other.close();
    }
  });

  it('says that it is there while it computes', async () => {
    const ends: string[] = [];
    const pings = async () => {
      for (let count = 0; count < 10; count += 1) await Promise.all([store.ping(), new Promise(setImmediate)]);
      ends.push('pings');
    };
    await Promise.all([store.read({ text: HOLD }).then(() => ends.push('long')), pings()]);
    expect(ends).toEqual(['pings', 'long']);
  });

  it('ends a statement with its request', async () => {
    const ending = new Ending();
    const read = store.read({ text: LONG['that makes rows'] }, { signal: ending });
    setImmediate(() => ending.abort(new Error('gone')));
    await expect(read).rejects.toThrow('gone');
    await expect(store.read({ text: 'SELECT 1' })).resolves.toEqual([['1']]);
  });

  it('leaves a connection nothing of the one before it', async () => {
    const client = await store.pool.connect();
    await client.query({ name: 'mine', text: 'SELECT 1' });
    await client.query(`SET TIME ZONE 'Asia/Tokyo'; CREATE TEMPORARY TABLE mine (n int); BEGIN`);
    client.release(true);
    expect(await store.read({ name: 'mine', text: 'SELECT current_setting($1)', values: ['TimeZone'] })).toEqual([['UTC']]);
    expect(await store.read({ text: `SELECT to_regclass('mine')` })).toEqual([[null]]);
  });

  it('gives every row of a long answer, in order, while other work goes on', async () => {
    const rows: string[] = [];
    const read = store.read(
      { text: `SELECT a, repeat('x', 100) FROM generate_series(1, 50000) a` },
      { onRow: ([n]) => void rows.push(n!) },
    );
    expect(await turnsDuring(read)).toBeGreaterThan(10);
    expect(rows).toEqual(Array.from({ length: 50_000 }, (_, index) => String(index + 1)));
  });

  it('takes statements that fail in the middle of a batch', async () => {
    await expect(store.read({ text: 'SELECT 1/0' })).rejects.toMatchObject({ code: '22012' });
    await expect(store.read({ name: 'wrong', text: 'SELECT nonsense' })).rejects.toMatchObject({ code: '42703' });
    await expect(store.read({ text: 'SELECT 1' })).resolves.toEqual([['1']]);
  });
});

describe('an embedded PostgreSQL with little time', () => {
  let store: RelationalStore;
  beforeAll(async () => {
    store = await openEmbeddedRelational({ timeoutMs: 2_000 });
    await store.script('CREATE TABLE kept (n int PRIMARY KEY)');
  });
  afterAll(() => store.close());

  it.each(Object.entries(LONG))('ends a statement %s when its time is over, and goes on as it is', async (_, text) => {
    const began = async () => (await store.read({ text: 'SELECT pg_postmaster_start_time()' }))[0]![0];
    const before = await began();
    await expect(store.read({ text })).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    await expect(store.read({ text: 'SELECT $1::text', values: ['next'] })).resolves.toEqual([['next']]);
    expect(await began()).toBe(before);
  });

  it('undoes the transaction whose statement is past its time', async () => {
    await expect(
      store.transaction(async (run) => {
        await run({ text: 'INSERT INTO kept VALUES (7)' });
        await run({ text: LONG['that makes rows'] });
      }),
    ).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
    expect(await store.read({ text: 'SELECT n FROM kept WHERE n = 7' })).toEqual([]);
  });
});

describe('an embedded PostgreSQL whose thread ends', () => {
  afterEach(() => vi.restoreAllMocks());

  /** A store that keeps its threads where a test can end them, and its warnings. */
  const opened = async (path?: string, timeoutMs?: number) => {
    const threads: PostgresThread[] = [];
    const open = PostgresThread.open.bind(PostgresThread);
    vi.spyOn(PostgresThread, 'open').mockImplementation(async (options) => {
      const thread = await open(options);
      threads.push(thread);
      return thread;
    });
    const warnings: string[] = [];
    const store = await openEmbeddedRelational({
      path,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      log: { ...createSilentLog(), warn: (line) => warnings.push(line) },
    });
    return { store, threads, warnings };
  };

  it.each(['in a folder', 'in a temporary folder'])('is opened again, %s, with all rows that were acknowledged', async (where) => {
    const folder = mkdtempSync(join(tmpdir(), 'odras-test-'));
    const { store, threads, warnings } = await opened(where === 'in a folder' ? join(folder, 'relational') : undefined);
    try {
      await store.script('CREATE TABLE kept (n int PRIMARY KEY)');
      for (let n = 0; n < 20; n += 1) await store.pool.query('INSERT INTO kept VALUES ($1)', [n]);
      const under = store.read({ text: LONG['that makes rows'] });
      setImmediate(() => threads.at(-1)!.kill('a test ended it'));
      await expect(under).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(await store.read({ text: 'SELECT count(*) FROM kept' })).toEqual([['20']]);
      expect(warnings).toEqual([expect.stringContaining('a test ended it')]);
    } finally {
      await store.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('is opened again when it was idle', async () => {
    const { store, threads } = await opened();
    try {
      await store.read({ text: 'SELECT 1' });
      threads.at(-1)!.kill('a test ended it');
      await vi.waitFor(() => expect(threads.length).toBeGreaterThan(1), { timeout: 20_000 });
      expect(await store.read({ text: 'SELECT 1' })).toEqual([['1']]);
    } finally {
      await store.close();
    }
  });

  it('ends with a statement that does not heed that its time is over', async () => {
    const { store, threads, warnings } = await opened(undefined, 500);
    try {
      await store.script('CREATE TABLE kept AS SELECT 1 AS n');
      // It waits for its clock, where it looks at nothing.
      await expect(store.read({ text: 'SELECT pg_sleep(1000)' })).rejects.toMatchObject({ code: 'STORE_TIMEOUT' });
      await vi.waitFor(async () => expect(await store.read({ text: 'SELECT n FROM kept' })).toEqual([['1']]), { timeout: 20_000 });
      expect(threads).toHaveLength(2);
      expect(warnings).toEqual([expect.stringContaining('a statement did not end after it was cancelled')]);
    } finally {
      await store.close();
    }
  });

  it('is opened again when PostgreSQL falls', async () => {
    const { store, warnings } = await opened();
    try {
      await store.script('CREATE TABLE kept AS SELECT 1 AS n');
      // So many levels that the stack of the thread is over before PostgreSQL has seen it.
      await expect(store.read({ text: `SELECT '${'['.repeat(2_000_000)}'::jsonb` })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(await store.read({ text: 'SELECT n FROM kept' })).toEqual([['1']]);
      expect(warnings).toEqual([expect.stringContaining('Maximum call stack size exceeded')]);
    } finally {
      await store.close();
    }
  });

  it('refuses what goes too deep, and goes on', async () => {
    const { store, threads } = await opened();
    try {
      await store.script(`CREATE FUNCTION deeper(n int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN deeper(n + 1); END'`);
      await expect(store.read({ text: 'SELECT deeper(1)' })).rejects.toMatchObject({ code: '54001' });
      expect(threads).toHaveLength(1);
    } finally {
      await store.close();
    }
  });

  it('takes its temporary folder away when it is closed', async () => {
    const database = await EmbeddedPostgres.open({ store: 'relational', vectors: false, log: createSilentLog() });
    expect(existsSync(database.path)).toBe(true);
    await database.close();
    expect(existsSync(database.path)).toBe(false);
  });
});

describe('the embedding model', () => {
  it('leaves this thread free while it computes, and gives the same vector for the same text', async () => {
    const embedder = openEmbeddedEmbedder();
    const texts = Array.from({ length: 12 }, (_, index) => `The vehicle shall fly ${index} kilometres beyond the ridge.`);
    const embedding = embedder.embed(texts);
    expect(await turnsDuring(embedding)).toBeGreaterThan(100);
    const vectors = await embedding;
    expect(vectors.map((vector) => vector.length)).toEqual(texts.map(() => embedder.size));
    expect(await embedder.embed([texts[3]!])).toEqual([vectors[3]]);
    await embedder.close!();
  });

  it('fails who waits for it when its thread ends, says so, and is started again', async () => {
    const warnings: string[] = [];
    const embedder = openEmbeddedEmbedder({ ...createSilentLog(), warn: (line) => warnings.push(line) });
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    const embedding = embedder.embed(['rain']);
    const [thread] = post.mock.contexts as [Worker];
    post.mockRestore();
    await thread.terminate();
    await expect(embedding).rejects.toMatchObject({ code: 'EMBEDDINGS_UNAVAILABLE' });
    expect(warnings).toEqual([expect.stringContaining('the embedding model ended')]);
    expect(await embedder.embed(['rain'])).toHaveLength(1);
    await embedder.close!();
  });

  it('ends when no text has come for a while, without a word, and is started again by the next', async () => {
    const warnings: string[] = [];
    const embedder = openEmbeddedEmbedder({ ...createSilentLog(), warn: (line) => warnings.push(line) }, 1);
    const terminate = vi.spyOn(Worker.prototype, 'terminate');
    const [vector] = await embedder.embed(['rain']);
    await vi.waitFor(() => expect(terminate).toHaveBeenCalledTimes(1), { timeout: 10_000 });
    expect(await (terminate.mock.results[0]!.value as Promise<number>)).toBe(1);
    terminate.mockRestore();
    expect(await embedder.embed(['rain'])).toEqual([vector]);
    expect(warnings).toEqual([]);
    await embedder.close!();
  });
});
