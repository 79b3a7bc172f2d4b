import { hash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Log } from '../../src/log.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { askAs, bearer, logIn, ME } from '../support/tokens.js';

let gateway: TestGateway;
const lines: string[] = [];
const note = (line: string, cause?: unknown): void => void lines.push(`${line} ${String(cause)}`);
const log: Log = { info: note, warn: note, error: note };
beforeAll(async () => {
  gateway = await startTestGateway({ settings: { AUTH: 'token' }, log });
});
afterAll(() => gateway.close());

const UNKNOWN = /its token is unknown or has expired/;

describe('a bearer token of ODRAS', () => {
  it('says who sends the request, with tenant and rights of the row of the user', async () => {
    const { status, body } = await askAs(gateway, bearer(await logIn(gateway, 'hale')));
    expect(status).toBe(200);
    expect(body.data).toEqual({
      me: {
        kind: 'USER',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        name: 'hale',
        isAdmin: true,
        tenant: '00000000-0000-0000-0000-000000000000',
        roles: [],
      },
    });
  });

  it('leads to the row of the user', async () => {
    const token = await logIn(gateway, 'okafor');
    const { body } = await askAs(gateway, bearer(token), '{ me { id user { id displayName memberships { role } } } }');
    expect(body.data).toMatchObject({ me: { user: { displayName: 'Chidi Okafor' } } });
    const { me } = body.data as unknown as { me: { id: string; user: { id: string } } };
    expect(me.user.id).toBe(me.id);
  });

  it('makes no administrator by what was copied into it at login', async () => {
    const { body } = await askAs(gateway, bearer(await logIn(gateway, 'okafor', { saysAdmin: true })));
    expect(body.data).toMatchObject({ me: { name: 'okafor', isAdmin: false } });
  });

  it('is read whatever the case of the word Bearer', async () => {
    const token = await logIn(gateway, 'okafor');
    for (const word of ['bearer', 'BEARER', 'Bearer '])
      expect((await askAs(gateway, { authorization: `${word} ${token}` })).status).toBe(200);
  });

  it.each([
    ['unknown', () => Promise.resolve('0123456789abcdef0123456789abcdef')],
    ['expired', () => logIn(gateway, 'okafor', { expiresInMs: -1 })],
    ['logged out', () => logIn(gateway, 'okafor', { isActive: false })],
    ['of an inactive user', () => logIn(gateway, 'brandt')],
    ['the hash of a token', async () => hash('sha256', await logIn(gateway, 'okafor'))],
    ['a JWT where none are accepted', () => Promise.resolve('e30.e30.e30')],
    ['an API key where none are accepted', () => Promise.resolve('ogk_abc')],
  ])('that is %s is refused with one answer', async (_, make) => {
    const { status, challenge, body } = await askAs(gateway, bearer(await make()));
    expect({ status, challenge }).toEqual({ status: 401, challenge: 'Bearer realm="odras-gateway", error="invalid_token"' });
    expect(body).toEqual({
      errors: [
        {
          message: 'The request is not authenticated: its token is unknown or has expired. Sign in again.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  it('costs one statement, and none while it is cached', async () => {
    const token = await logIn(gateway, 'moreau');
    gateway.recorded.clear();
    await Promise.all([1, 2, 3, 4].map(() => askAs(gateway, bearer(token))));
    expect(gateway.recorded.relational.filter((text) => text.includes('auth_tokens'))).toHaveLength(1);
    gateway.recorded.clear();
    await askAs(gateway, bearer(token));
    expect(gateway.recorded.relational).toEqual([]);
  });

  it('is not cached beyond its own end', async () => {
    const token = await logIn(gateway, 'tanaka', { expiresInMs: 1_500 });
    expect((await askAs(gateway, bearer(token))).status).toBe(200);
    await vi.waitFor(async () => expect((await askAs(gateway, bearer(token))).status).toBe(401), { timeout: 10_000, interval: 100 });
  });
});

it('a token that never expires is accepted, and is a session without an end', async () => {
  const token = await logIn(gateway, 'moreau');
  await gateway.engine.stores.relational.pool.query(`UPDATE auth_tokens SET expires_at = 'infinity' WHERE token_hash = $1`, [
    hash('sha256', token),
  ]);
  const { body } = await askAs(gateway, bearer(token), '{ mySessions { expiresAt isCurrent } }');
  expect((body.data as unknown as { mySessions: object[] }).mySessions).toContainEqual({ expiresAt: null, isCurrent: true });
});

describe('a change through the gateway is seen by the next request', () => {
  const ADMIN = async () => bearer(await logIn(gateway, 'hale'));

  it('when a user becomes inactive, and active again', async () => {
    const [admin, token] = [await ADMIN(), await logIn(gateway, 'dasilva')];
    const update = (active: boolean) =>
      askAs(
        gateway,
        admin,
        `mutation { updateUsers(where: {username: {eq: "dasilva"}}, update: {isActive: {set: ${active}}}) { info { nodesCreated } } }`,
      );
    expect((await askAs(gateway, bearer(token))).status).toBe(200);
    expect((await update(false)).body.errors).toBeUndefined();
    expect((await askAs(gateway, bearer(token))).status).toBe(401);
    await update(true);
    expect((await askAs(gateway, bearer(token))).status).toBe(200);
  });

  it('when a user becomes an administrator by a nested write', async () => {
    const [admin, token] = [await ADMIN(), await logIn(gateway, 'lindqvist')];
    const isAdmin = async () => (await askAs(gateway, bearer(token))).body.data as unknown;
    expect(await isAdmin()).toMatchObject({ me: { isAdmin: false } });
    const update = (value: boolean) =>
      askAs(
        gateway,
        admin,
        `mutation { updateProjects(where: {name: {eq: "Air Vehicle"}}, update: {createdBy: {update: {node: {isAdmin: {set: ${value}}}}}}) {
          info { nodesCreated } } }`,
      );
    expect((await update(true)).body.errors).toBeUndefined();
    expect(await isAdmin()).toMatchObject({ me: { isAdmin: true } });
    await update(false);
    expect(await isAdmin()).toMatchObject({ me: { isAdmin: false } });
  });

  it('when a user is deleted, whose tokens go with it', async () => {
    const admin = await ADMIN();
    await askAs(gateway, admin, 'mutation { createUsers(input: [{username: "guest", displayName: "Guest"}]) { users { id } } }');
    const token = await logIn(gateway, 'guest');
    expect((await askAs(gateway, bearer(token))).status).toBe(200);
    const deleted = await askAs(gateway, admin, 'mutation { deleteUsers(where: {username: {eq: "guest"}}) { nodesDeleted } }');
    expect(deleted.body.data).toEqual({ deleteUsers: { nodesDeleted: 1 } });
    expect((await askAs(gateway, bearer(token))).status).toBe(401);
  });
});

describe('credentials that are not written as one bearer token', () => {
  it.each([
    ['none at all', {}, /it has no credentials/],
    ['another scheme', { authorization: 'Basic aGFsZTpoYWxl' }, /not of the form Bearer TOKEN/],
    ['no token', { authorization: 'Bearer' }, /not of the form Bearer TOKEN/],
    ['two tokens', { authorization: 'Bearer abc def' }, /not of the form Bearer TOKEN/],
    ['two in one', { authorization: 'Bearer abc, Bearer def' }, /not of the form Bearer TOKEN/],
    ['a token that is too long', { authorization: `Bearer ${'a'.repeat(8_192)}` }, /more than 8192 characters/],
    ['the header of the demonstration', { 'x-demo-user': 'hale' }, /x-demo-user is only for the embedded demonstration/],
  ])('%s', async (_, headers, message) => {
    const { status, challenge, body } = await askAs(gateway, headers);
    expect(status).toBe(401);
    expect(challenge).toMatch(/^Bearer realm="odras-gateway"/);
    expect(body.errors![0]!.message).toMatch(message);
    expect(body.errors![0]!.message).not.toContain('aaaa');
  });

  it('several headers', async () => {
    const token = await logIn(gateway, 'hale');
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(gateway.url);
      const headers = ['Host', 'localhost', 'Content-Type', 'application/json'];
      const twice = ['Authorization', `Bearer ${token}`, 'authorization', `Bearer ${token}`];
      const sent = request({ hostname, port, method: 'POST', path: '/graphql', headers: [...headers, ...twice] as never }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += String(chunk)));
        response.on('end', () => resolve({ status: response.statusCode!, text }));
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ query: ME }));
    });
    expect(status).toBe(401);
    expect(text).toContain('several Authorization headers');
  });

  it.each(['access_token', 'token', 'api_key', 'Authorization'])('a token in the address, as %s', async (name) => {
    const token = await logIn(gateway, 'hale');
    const response = await fetch(`${gateway.url}?query=${encodeURIComponent(ME)}&${name}=${token}`, {
      headers: { 'apollo-require-preflight': 'true', ...bearer(token) },
    });
    expect(response.status).toBe(401);
    expect(await response.text()).toMatch(/may not stand in the address/);
  });

  it('are refused before the body is read', async () => {
    const response = await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
    expect(response.status).toBe(401);
  });

  it('do not keep health checks and GraphiQL away', async () => {
    expect((await fetch(new URL('/health/ready', gateway.url))).status).toBe(200);
    expect((await fetch(gateway.url, { headers: { accept: 'text/html' } })).status).toBe(200);
  });
});

it('a database that is away is no reason to call a token wrong', async () => {
  const token = await logIn(gateway, 'hale');
  const unknown = await logIn(gateway, 'whitcomb');
  await askAs(gateway, bearer(token));
  const read = vi
    .spyOn(gateway.engine.stores.relational, 'read')
    .mockImplementation(() => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })));
  try {
    const refused = await askAs(gateway, bearer(unknown));
    expect(refused.status).toBe(503);
    expect(refused.body.errors![0]!.extensions).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect((await askAs(gateway, bearer(token))).status).toBe(200);
  } finally {
    read.mockRestore();
  }
  expect((await askAs(gateway, bearer(unknown))).status).toBe(200);
});

it('no token and no hash of one reaches the log', async () => {
  const token = await logIn(gateway, 'hale');
  await askAs(gateway, bearer(token), '{ me { id } projects { nothing } }');
  await askAs(gateway, bearer(`${token}0`));
  for (const secret of [token, hash('sha256', token)]) expect(lines.filter((line) => line.includes(secret))).toEqual([]);
  expect(UNKNOWN.test(lines.join('\n'))).toBe(false);
});
