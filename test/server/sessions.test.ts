import { hash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SignJWT } from 'jose';
import { Authenticator } from '../../src/identity/authenticator.js';
import { readConfig } from '../../src/config.js';
import type { Log } from '../../src/log.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { askAs, bearer, logIn, type Asked } from '../support/tokens.js';

const SECRET = 'an-example-of-a-secret-of-32-bytes-or-more';
const SETTINGS = { AUTH: 'token,jwt,anonymous', JWT_SECRET: SECRET };
const MINE = '{ mySessions { id createdAt seenAt expiresAt userAgent isCurrent } }';

interface Shown {
  readonly id: string;
  readonly createdAt: string | null;
  readonly seenAt: string;
  readonly expiresAt: string | null;
  readonly userAgent: string | null;
  readonly isCurrent: boolean;
}

let gateway: TestGateway;
const warnings: string[] = [];
const log: Log = { info() {}, warn: (line) => void warnings.push(line), error() {} };
beforeAll(async () => {
  gateway = await startTestGateway({ settings: SETTINGS, log });
});
afterAll(() => gateway.close());

const sessionsOf = async (token: string): Promise<Shown[]> =>
  ((await askAs(gateway, bearer(token), MINE)).body.data as unknown as { mySessions: Shown[] }).mySessions;
const end = (token: string, id: string) => askAs(gateway, bearer(token), `mutation { endSession(id: "${id}") }`);
/** Answers when the clock has moved on: a token issued in the same millisecond counts as issued before. */
const endAll = async (token: string, user: string): Promise<Asked> => {
  const asked = await askAs(gateway, bearer(token), `mutation { endSessions(userId: "${user}") }`);
  const answered = Date.now();
  await vi.waitUntil(() => Date.now() > answered, { interval: 1 });
  return asked;
};
const statusOf = async (token: string): Promise<number> => (await askAs(gateway, bearer(token))).status;
const idOf = async (token: string): Promise<string> =>
  ((await askAs(gateway, bearer(token))).body.data as unknown as { me: { id: string } }).me.id;

const jwt = (sub: string, issuedAt?: number): Promise<string> => {
  const made = new SignJWT({ sub }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h');
  return (issuedAt === undefined ? made : made.setIssuedAt(issuedAt)).sign(new TextEncoder().encode(SECRET));
};

describe('the sessions of a user', () => {
  let token: string;
  beforeEach(async () => {
    token = await logIn(gateway, 'okafor');
    await endAll(await logIn(gateway, 'hale'), await idOf(token));
    token = await logIn(gateway, 'okafor');
  });

  it('are the tokens that were used, with times and client, and tell neither token nor hash', async () => {
    await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': `Mozilla/5.0 ${'x'.repeat(200)}`, ...bearer(token) },
      body: JSON.stringify({ query: '{ me { id } }' }),
    });
    const other = await logIn(gateway, 'okafor');
    await askAs(gateway, bearer(other));
    const sessions = await sessionsOf(token);
    expect(sessions.map(({ isCurrent }) => isCurrent).sort()).toEqual([false, true]);
    const own = sessions.find(({ isCurrent }) => isCurrent)!;
    expect(own.userAgent).toBe(`Mozilla/5.0 ${'x'.repeat(88)}`);
    const [created, seen, expires] = [own.createdAt!, own.seenAt, own.expiresAt!].map((time) => Date.parse(time)) as [
      number,
      number,
      number,
    ];
    expect(Math.abs(Date.now() - created)).toBeLessThan(60_000);
    expect(seen).toBeGreaterThanOrEqual(created - 1_000);
    expect(Math.abs(expires - created - 3_600_000)).toBeLessThan(5_000);
    for (const { id } of sessions)
      for (const text of [token, other]) expect([text, hash('sha256', text)].some((one) => one.includes(id))).toBe(false);
  });

  it('are ended one at a time, which the next request of that token sees', async () => {
    const other = await logIn(gateway, 'okafor');
    await askAs(gateway, bearer(other));
    const { id } = (await sessionsOf(token)).find(({ isCurrent }) => !isCurrent)!;
    expect((await end(token, id)).body).toEqual({ data: { endSession: true } });
    expect(await statusOf(other)).toBe(401);
    expect(await sessionsOf(token)).toHaveLength(1);
    expect((await end(token, id)).body).toEqual({ data: { endSession: false } });
  });

  it('are ended by their own token, too', async () => {
    const [{ id }] = (await sessionsOf(token)) as [Shown];
    expect((await end(token, id)).body).toEqual({ data: { endSession: true } });
    expect(await statusOf(token)).toBe(401);
  });

  it('are nobody else’s to see or to end', async () => {
    const [{ id }] = (await sessionsOf(token)) as [Shown];
    const other = await logIn(gateway, 'tanaka');
    expect((await sessionsOf(other)).map((each) => each.id)).not.toContain(id);
    expect((await end(other, id)).body).toEqual({ data: { endSession: false } });
    expect((await askAs(gateway, {}, `mutation { endSession(id: "${id}") }`)).body).toEqual({ data: { endSession: false } });
    expect((await askAs(gateway, {}, MINE)).body).toEqual({ data: { mySessions: [] } });
    expect(await statusOf(token)).toBe(200);
  });

  it('are all ended by an administrator: used tokens and those that no gateway has seen, but none issued later', async () => {
    const user = await idOf(token);
    const unseen = await logIn(gateway, 'okafor');
    const admin = await logIn(gateway, 'hale');
    expect((await endAll(admin, user)).body).toEqual({ data: { endSessions: 1 } });
    expect([await statusOf(token), await statusOf(unseen)]).toEqual([401, 401]);
    expect(await statusOf(await logIn(gateway, 'okafor'))).toBe(200);
    expect(await statusOf(admin)).toBe(200);
  });

  it('are not ended by anybody who is no administrator', async () => {
    const { body } = await endAll(await logIn(gateway, 'tanaka'), await idOf(token));
    expect(body.errors![0]!.extensions['code']).toBe('FORBIDDEN');
    expect(await statusOf(token)).toBe(200);
  });
});

it('sessions that are over are forgotten when a new one begins', async () => {
  const { client } = gateway.engine.stores.keyvalue;
  const user = 'lee';
  const key = `odras:sessions:${user}`;
  await client.hset(key, 'old', JSON.stringify({ seenAt: 1, expiresAt: Date.now() - 1 }));
  await client.hset(key, '!old', String(Date.now() - 1));
  await client.hset(key, '!never', '');
  const token = await jwt(user);
  expect(await statusOf(token)).toBe(200);
  await vi.waitFor(async () =>
    expect(Object.keys(await client.hgetall(key)).sort()).toEqual(['!never', expect.stringMatching(/^[0-9a-f]{32}$/)]),
  );
});

it('a JWT is a session, and is refused once it is ended', async () => {
  const now = Math.floor(Date.now() / 1_000);
  const [first, second] = [await jwt('jay', now - 10), await jwt('jay', now - 5)];
  await askAs(gateway, bearer(first));
  const sessions = await sessionsOf(second);
  expect(sessions.map(({ createdAt }) => Date.parse(createdAt!) / 1_000).sort()).toEqual([now - 10, now - 5]);
  await end(second, sessions.find(({ isCurrent }) => !isCurrent)!.id);
  expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
});

it('a JWT that does not say when it was issued is ended with all others of its user', async () => {
  const token = await jwt('kim');
  expect(await sessionsOf(token)).toMatchObject([{ createdAt: null, isCurrent: true }]);
  await endAll(await logIn(gateway, 'hale'), 'kim');
  expect(await statusOf(token)).toBe(401);
});

it('a session that is ended at one gateway is refused at once by another that shares the Redis', async () => {
  const { stores } = gateway.engine;
  const other = new Authenticator(stores, readConfig({}, SETTINGS).identity, log);
  const token = await logIn(gateway, 'moreau');
  const request = { headers: bearer(token), rawHeaders: [] };
  const { id, session } = await other.identify(request);
  expect(other.identify(request)).not.toBeInstanceOf(Promise);
  expect(await gateway.engine.authenticator.endSession(id!, session!)).toBe(true);
  await expect(other.identify(request)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

it('a change of a user at one gateway is seen at once by another that shares the Redis', async () => {
  const other = new Authenticator(gateway.engine.stores, readConfig({}, SETTINGS).identity, log);
  const token = await logIn(gateway, 'lindqvist');
  const request = { headers: bearer(token), rawHeaders: [] };
  const find = async (): Promise<string | null> => (await other.identify(request)).name;
  expect(await find()).toBe('lindqvist');
  const rename = (from: string, to: string) =>
    askAs(
      gateway,
      {},
      `mutation { updateUsers(where: {username: {eq: "${from}"}}, update: {username: {set: "${to}"}}) { info { nodesCreated } } }`,
    );
  expect((await rename('lindqvist', 'sara')).body.errors).toBeUndefined();
  expect(await find()).toBe('sara');
  await rename('sara', 'lindqvist');
});

describe('while Redis is away', () => {
  it('tokens are accepted as the database says, one warning says what that means, and lists of sessions fail', async () => {
    const { client } = gateway.engine.stores.keyvalue;
    const away = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    const spies = (['hset', 'hmget', 'hgetall', 'publish'] as const).map((name) =>
      vi.spyOn(client, name).mockImplementation(away as never),
    );
    warnings.length = 0;
    try {
      const token = await logIn(gateway, 'dasilva');
      expect(await statusOf(token)).toBe(200);
      expect(await statusOf(await logIn(gateway, 'dasilva', { isActive: false }))).toBe(401);
      expect(await statusOf(await logIn(gateway, 'dasilva'))).toBe(200);
      expect(warnings.filter((line) => line.includes('sessions are not available'))).toHaveLength(1);
      const { body } = await askAs(gateway, bearer(token), MINE);
      expect(body.data).toEqual({ mySessions: null });
      expect(body.errors![0]!.extensions).toMatchObject({ code: 'STORE_UNAVAILABLE', store: 'keyvalue' });
      expect((await end(token, 'x')).body.errors![0]!.extensions).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    } finally {
      spies.forEach((spy) => spy.mockRestore());
    }
  });
});
