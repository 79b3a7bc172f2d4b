import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { keyValueContract } from '../contracts/keyvalue.js';
import { readConfig } from '../../src/config.js';
import { Authenticator } from '../../src/identity/authenticator.js';
import { createSilentLog, type Log } from '../../src/log.js';
import { openServerKeyValue } from '../../src/stores/keyvalue/server.js';
import type { KeyValueStore } from '../../src/stores/types.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { askAs, bearer, logIn } from '../support/tokens.js';
import { startRedis } from './redis.js';
import type { RunningServer } from './stores.js';

const SETTINGS = { AUTH: 'token', AUTH_CACHE_MS: '30000' };
const folder = mkdtempSync(join(tmpdir(), 'odras-sessions-'));
const warnings: string[] = [];
const log: Log = { info() {}, warn: (line) => void warnings.push(line), error() {} };
const stores: KeyValueStore[] = [];
let redis: RunningServer;
let gateway: TestGateway;
/** Another gateway over the same rows, with connections of its own to the same Redis. */
let other: Authenticator;

const openKeyValue = async (): Promise<KeyValueStore> => {
  const store = await openServerKeyValue({ url: redis.url, timeoutMs: 5_000 });
  stores.push(store);
  return store;
};

beforeAll(async () => {
  redis = await startRedis({ folder, port: 0 });
  gateway = await startTestGateway({ settings: { ...SETTINGS, REDIS_URL: redis.url }, log });
  const keyvalue = await openKeyValue();
  await keyvalue.ping();
  other = new Authenticator({ ...gateway.engine.stores, keyvalue }, readConfig({}, SETTINGS).identity, createSilentLog());
});
afterAll(async () => {
  await gateway?.close();
  await Promise.all(stores.map((store) => store.close()));
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const statusOf = async (token: string): Promise<number> => (await askAs(gateway, bearer(token))).status;
const requestOf = (token: string) => ({ headers: bearer(token), rawHeaders: [] });
/** Whether the other gateway knows the token without asking anybody. */
const isCached = (token: string): boolean => !(other.identify(requestOf(token)) instanceof Promise);
const soon = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

keyValueContract('server, of its own', async () => {
  const store = await openKeyValue();
  await store.ping();
  return store;
});

it('a session that is ended at one gateway is refused by another within moments, though it has the token cached', async () => {
  const token = await logIn(gateway, 'okafor');
  await soon(async () => {
    await other.identify(requestOf(token));
    expect(isCached(token)).toBe(true);
  });
  const identity = await other.identify(requestOf(token));
  expect(await statusOf(token)).toBe(200);
  const { data } = (await askAs(gateway, bearer(token), `mutation { endSession(id: "${identity.session}") }`)).body;
  expect(data).toEqual({ endSession: true });
  expect(await statusOf(token)).toBe(401);
  await soon(() => expect(other.identify(requestOf(token))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' }));
});

it('while Redis is away tokens are accepted and a session cannot be ended; after that, both gateways check all tokens again', async () => {
  const [token, another] = [await logIn(gateway, 'tanaka'), await logIn(gateway, 'moreau')];
  await other.identify(requestOf(token));
  warnings.length = 0;
  redis.kill('SIGKILL');
  expect(await statusOf(another)).toBe(200);
  expect((await askAs(gateway, bearer(another), '{ mySessions { id } }')).body.errors![0]!.extensions).toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
  expect(warnings.filter((line) => line.includes('sessions are not available'))).toHaveLength(1);
  await redis.restart();
  await soon(async () => {
    const { body } = await askAs(gateway, bearer(another), '{ mySessions { isCurrent } }');
    expect(body.errors).toBeUndefined();
  });
  // Messages may have been missed meanwhile, so nothing of before is trusted.
  await vi.waitFor(() => expect(isCached(token)).toBe(false), { timeout: 20_000, interval: 20 });
  expect((await other.identify(requestOf(token))).name).toBe('tanaka');
});

it('a gateway that started without Redis hears the others once it is there', async () => {
  redis.kill('SIGKILL');
  const keyvalue = await openKeyValue();
  const late = new Authenticator({ ...gateway.engine.stores, keyvalue }, readConfig({}, SETTINGS).identity, log);
  const token = await logIn(gateway, 'dasilva');
  const { session } = await late.identify(requestOf(token));
  await redis.restart();
  await soon(async () => {
    await askAs(gateway, bearer(token));
    await late.identify(requestOf(token));
    expect((await askAs(gateway, bearer(token), `mutation { endSession(id: "${session}") }`)).body.data).toEqual({ endSession: true });
  });
  await soon(() => expect(late.identify(requestOf(token))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' }));
});
