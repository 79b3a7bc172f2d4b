import { afterAll, beforeAll, expect, it } from 'vitest';
import { Feed } from '../../src/feed/feed.js';
import { makeFeed } from '../../src/feed/install.js';
import { AWAKE_LOCK } from '../../src/feed/triggers.js';
import { createSilentLog } from '../../src/log.js';
import { openServerRelational } from '../../src/stores/relational/server.js';
import type { RelationalStore } from '../../src/stores/types.js';
import { compileOwn } from '../support/own-model.js';
import { freshDatabase } from './urls.js';

let store: RelationalStore;
let feed: Feed;
beforeAll(async () => {
  store = await openServerRelational({ url: await freshDatabase('feed_wake'), poolSize: 4, timeoutMs: 10_000 });
  await store.script('CREATE TABLE lamps (id text PRIMARY KEY)');
  await makeFeed(store, compileOwn('type Lamp @table(name: "lamps") @public { id: ID! }'), 24);
  feed = new Feed(store, createSilentLog());
});
afterAll(async () => {
  await feed.close();
  await store.close();
});

/** What is held of the lock that says that the ticker is awake, by whoever holds it. */
const held = async (): Promise<string[]> => {
  const { rows } = await store.pool.query<{ mode: string }>(
    `SELECT mode FROM pg_locks WHERE locktype = 'advisory' AND (classid::bigint << 32) + objid::bigint = $1
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [AWAKE_LOCK],
  );
  return rows.map(({ mode }) => mode);
};

it('a ticker stays awake while others write, though a transaction is open that has woken it', async () => {
  await expect.poll(() => feed.isLeader, { timeout: 10_000 }).toBe(true);
  await expect.poll(held, { timeout: 10_000 }).toEqual([]);
  const open = await store.pool.connect();
  await open.query(`BEGIN; INSERT INTO lamps VALUES ('open')`);
  let count = 0;
  const write = () => store.script(`INSERT INTO lamps VALUES ('${(count += 1)}')`);
  const writeAndLook = async () => {
    await write();
    return held();
  };
  try {
    await expect.poll(writeAndLook, { timeout: 5_000 }).toEqual(['ExclusiveLock']);
  } finally {
    await open.query('COMMIT');
    open.release();
  }
  await expect.poll(held, { timeout: 10_000 }).toEqual([]);
});

it('compiles no statement of a trigger, however many rows the session has changed before', async () => {
  const client = await store.pool.connect();
  const plans: string[] = [];
  client.on('notice', ({ message }) => plans.push(message ?? ''));
  try {
    await client.query(`INSERT INTO lamps SELECT 'lamp ' || n FROM generate_series(1, 20000) n; LOAD 'auto_explain';
      SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET auto_explain.log_analyze = on`);
    await client.query(`UPDATE lamps SET id = id WHERE id LIKE 'lamp %'`);
    await client.query('SET client_min_messages = log');
    await client.query(`UPDATE lamps SET id = id WHERE id = 'lamp 1'`);
    const plan = plans.find((text) => text.includes('INSERT INTO odras_gateway.changes'));
    expect(plan).toContain('Full Join');
    expect(plan).not.toContain('JIT:');
  } finally {
    client.release(true);
  }
});
