import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openServerGraph } from '../../src/stores/graph/server.js';
import { openServerKeyValue } from '../../src/stores/keyvalue/server.js';
import { openServerRelational } from '../../src/stores/relational/server.js';
import { openServerVector } from '../../src/stores/vector/server.js';
import type { Store } from '../../src/stores/types.js';
import { startProxy, type Proxy } from './proxy.js';
import { serverUrl } from './urls.js';

const timeoutMs = 20_000;
let proxy: Proxy;
let store: Store | undefined;
const through = async <S extends Store>(name: Parameters<typeof serverUrl>[0], open: (url: string) => Promise<S>): Promise<S> => {
  proxy = await startProxy(serverUrl(name));
  const opened = await open(proxy.url);
  store = opened;
  return opened;
};
const rejections: unknown[] = [];
const onRejection = (reason: unknown) => rejections.push(reason);

beforeEach(() => void process.on('unhandledRejection', onRejection));
afterEach(async () => {
  process.off('unhandledRejection', onRejection);
  await store?.close();
  await proxy.close();
});
afterAll(() => expect(rejections).toEqual([]));

const several = <T>(work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 5 }, work));

describe('connections that were closed while nobody used them', () => {
  it('to PostgreSQL are found so by the first read, which is answered by another', async () => {
    const relational = await through('DATABASE_URL', (url) => openServerRelational({ url, poolSize: 5, timeoutMs }));
    await several(() => relational.read({ text: `SELECT pg_sleep(0.2)::text` }));
    proxy.cut();
    expect(await relational.read({ text: `SELECT '1'` })).toEqual([['1']]);
    expect(proxy.reset).toBeGreaterThan(0);
    await several(() => relational.read({ text: `SELECT pg_sleep(0.2)::text` }));
    proxy.cut();
    expect(await several(() => relational.read({ text: `SELECT '1'` }))).toEqual(Array.from({ length: 5 }, () => [['1']]));
    proxy.cut();
    await expect(relational.ping()).resolves.toBeUndefined();
  });

  it('to PostgreSQL are found so by a transaction before it has written anything', async () => {
    const relational = await through('DATABASE_URL', (url) => openServerRelational({ url, poolSize: 5, timeoutMs }));
    await several(() => relational.read({ text: `SELECT pg_sleep(0.2)::text` }));
    proxy.cut();
    expect(await relational.transaction((run) => run({ text: `SELECT '1'` }))).toEqual([['1']]);
  });

  it('to PostgreSQL in the middle of a transaction fail it, which is not tried again', async () => {
    const relational = await through('DATABASE_URL', (url) => openServerRelational({ url, poolSize: 5, timeoutMs }));
    let tries = 0;
    const transaction = relational.transaction(async (run) => {
      tries += 1;
      await run({ text: 'SELECT 1' });
      proxy.cut();
      return run({ text: 'SELECT 1' });
    });
    await expect(transaction).rejects.toThrow();
    expect(tries).toBe(1);
  });

  it('to Neo4j are found so by the first read, which is answered by another', async () => {
    const graph = await through('NEO4J_URL', (url) => openServerGraph({ url, database: 'neo4j', timeoutMs }));
    const one = async () => (await graph.read.run('RETURN 1 AS one')).records[0]!.get('one') as number;
    await several(one);
    proxy.cut();
    expect(await one()).toBe(1);
    expect(proxy.reset).toBeGreaterThan(0);
    await several(one);
    proxy.cut();
    expect(await several(one)).toEqual([1, 1, 1, 1, 1]);
  });

  it('to Qdrant are found so by the first read, which is answered by another', async () => {
    const vector = await through('QDRANT_URL', (url) => openServerVector({ url, timeoutMs }));
    const collections = async () => Array.isArray((await vector.client.getCollections()).collections);
    await several(collections);
    proxy.cut();
    expect(await collections()).toBe(true);
    expect(proxy.reset).toBeGreaterThan(0);
    await several(collections);
    proxy.cut();
    expect(await several(collections)).toEqual([true, true, true, true, true]);
  });

  it('to Redis are found so by the first read, which is answered by another', async () => {
    const keyvalue = await through('REDIS_URL', (url) => openServerKeyValue({ url, timeoutMs }));
    await keyvalue.ping();
    await keyvalue.client.set('closed', 'kept', 'PX', 60_000);
    proxy.cut();
    expect(await keyvalue.client.get('closed')).toBe('kept');
    expect(proxy.reset).toBeGreaterThan(0);
    proxy.cut();
    expect(await keyvalue.client.mget('closed', 'none')).toEqual(['kept', null]);
  });
});

describe('connections that are lost at the commit', () => {
  it('to PostgreSQL leave the outcome open, which is said', async () => {
    const relational = await through('DATABASE_URL', (url) => openServerRelational({ url, poolSize: 5, timeoutMs }));
    const transaction = relational.transaction(async (run) => {
      await run({ text: 'SELECT 1' });
      proxy.cut();
    });
    await expect(transaction).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN' });
  });

  it('to Neo4j leave the outcome open, which is said', async () => {
    const graph = await through('NEO4J_URL', (url) => openServerGraph({ url, database: 'neo4j', timeoutMs }));
    const transaction = graph.transaction(async (runner) => {
      await runner.run('RETURN 1 AS one');
      proxy.cut();
    });
    await expect(transaction).rejects.toMatchObject({ code: 'COMMIT_UNKNOWN' });
  });
});
