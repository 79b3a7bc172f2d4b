import { Redis } from 'ioredis';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createSilentLog } from '../../src/log.js';
import { migrateStores } from '../../src/operations/prepare.js';
import { serve } from '../../src/operations/serve.js';
import { serverUrl } from './urls.js';

/** Answers as Qdrant does where a key is wanted, and as a proxy before it. */
const locked = createServer((_, response) =>
  response.writeHead(401, { 'content-type': 'application/json' }).end('{"status":{"error":"Invalid API key"}}'),
);
let settings: Record<string, string>;
beforeAll(async () => {
  locked.listen(0, '127.0.0.1');
  await once(locked, 'listening');
  settings = {
    DATABASE_URL: serverUrl('DATABASE_URL'),
    NEO4J_URL: serverUrl('NEO4J_URL'),
    QDRANT_URL: serverUrl('QDRANT_URL'),
    REDIS_URL: serverUrl('REDIS_URL'),
  };
});
afterAll(() => {
  locked.closeAllConnections();
  locked.close();
});

const changed = (name: string, change: (url: URL) => void): Record<string, string> => {
  const url = new URL(settings[name]!);
  change(url);
  return { [name]: url.href };
};
const refusal = async (
  own: Record<string, string>,
  start: typeof serve | typeof migrateStores = serve,
): Promise<{ code?: string; message: string }> => {
  const started = start(readConfig({ memory: true, port: '0' }, { ...settings, ...own }), createSilentLog());
  return started.then(
    () => expect.fail('it started'),
    (error: Error) => error,
  );
};

describe('a login that is refused ends the start', () => {
  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'by PostgreSQL, for the password',
      () => changed('DATABASE_URL', (url) => (url.password = 'h1dden')),
      /The relational store \(server, .*\) rejects the login: password authentication failed for user "odras"\. .*Correct DATABASE_URL/,
    ],
    [
      'by PostgreSQL, for the role',
      () => changed('DATABASE_URL', (url) => ((url.username = 'nobody9'), (url.password = 'h1dden'))),
      /"nobody9"/,
    ],
    [
      'by PostgreSQL, for the database',
      () => changed('DATABASE_URL', (url) => (url.pathname = '/nowhere')),
      /database "nowhere" does not exist/,
    ],
    ['by PostgreSQL, which asks for a password', () => changed('DATABASE_URL', (url) => (url.password = '')), /password must be a/],
    [
      'by the replica',
      () => ({ DATABASE_REPLICA_URL: changed('DATABASE_URL', (url) => (url.password = 'h1dden'))['DATABASE_URL']! }),
      /password authentication failed.*DATABASE_REPLICA_URL/,
    ],
    [
      'by Neo4j, for the password',
      () => changed('NEO4J_URL', (url) => (url.password = 'h1dden')),
      /The graph store \(server, .*\) rejects the login: The client is unauthorized.*NEO4J_PASSWORD/,
    ],
    ['by Neo4j, for the database', () => ({ NEO4J_DATABASE: 'nowhere' }), /rejects the login: .*nowhere.*NEO4J_DATABASE/i],
    [
      'by Qdrant',
      () => ({ QDRANT_URL: `http://127.0.0.1:${(locked.address() as AddressInfo).port}`, QDRANT_API_KEY: 'h1dden' }),
      /The vector store .* it answered 401\. .*QDRANT_API_KEY/,
    ],
    [
      'by Redis, for the password',
      () => changed('REDIS_URL', (url) => ((url.username = 'nobody9'), (url.password = 'h1dden'))),
      /The keyvalue store .* WRONGPASS .*REDIS_URL/,
    ],
  ])('%s', async (_, own, message) => {
    const error = await refusal(own());
    expect(error.message).toMatch(message);
    expect(error.code).toBe('LOGIN_REFUSED');
    expect(error.message).not.toMatch(/h1dden|:odras@|odras-test/);
  });

  it('by Redis, which asks for a password', async () => {
    const redis = new Redis(settings['REDIS_URL']!);
    await redis.config('SET', 'requirepass', 'h1dden');
    try {
      expect(await refusal({})).toMatchObject({ code: 'LOGIN_REFUSED', message: expect.stringContaining('NOAUTH') as string });
    } finally {
      await redis.config('SET', 'requirepass', '');
      redis.disconnect();
    }
  });

  it('of migrate, too', async () => {
    expect(
      await refusal(
        changed('DATABASE_URL', (url) => (url.password = 'h1dden')),
        migrateStores,
      ),
    ).toMatchObject({ code: 'LOGIN_REFUSED' });
  });
});
