import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT, type JWK, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSilentLog } from '../../src/log.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { askAs, bearer, logIn } from '../support/tokens.js';

const ISSUER = 'https://login.example.com/';
const AUDIENCE = 'odras-gateway';
const SECRET = 'an-example-of-a-secret-of-32-bytes-or-more';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let keys: { known: Pair; rotated: Pair; foreign: Pair };
let published: JWK[];
let server: Server;
let fetches = 0;
let isBroken = false;
const open: TestGateway[] = [];
let gateway: TestGateway;
let shared: TestGateway;

const publish = async (pair: Pair, kid: string): Promise<JWK> => ({ ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' });
const pair = () => generateKeyPair('RS256', { extractable: true });

beforeAll(async () => {
  keys = { known: await pair(), rotated: await pair(), foreign: await pair() };
  published = [await publish(keys.known, 'one')];
  server = createServer((_, response) => {
    fetches += 1;
    response.writeHead(isBroken ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: published }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  const claims = 'name=preferred_username,roles=realm_access.roles,tenant=org';
  const settings = { JWT_JWKS_URL: url, JWT_ISSUER: ISSUER, JWT_AUDIENCE: AUDIENCE, JWT_CLAIMS: claims, JWT_CLOCK_TOLERANCE_MS: '1000' };
  gateway = await startTestGateway({ settings: { AUTH: 'jwt,token', ...settings } });
  shared = await startTestGateway({ settings: { AUTH: 'jwt', JWT_SECRET: SECRET } });
  open.push(gateway, shared);
});
afterAll(async () => {
  await Promise.all(open.map((each) => each.close()));
  server.close();
});

interface Signing {
  readonly by?: Pair;
  readonly kid?: string;
  readonly alg?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly expires?: string | number;
}

const sign = (
  claims: JWTPayload = {},
  { by, kid = 'one', alg = 'RS256', issuer = ISSUER, audience = AUDIENCE, expires = '1h' }: Signing = {},
) =>
  new SignJWT({ sub: 'u-1', ...claims })
    .setProtectedHeader({ alg, kid })
    .setIssuedAt()
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime(expires)
    .sign((by ?? keys.known).privateKey);

const bySecret = (secret: string, alg = 'HS256', claims: JWTPayload = {}) =>
  new SignJWT({ sub: 'u-2', ...claims }).setProtectedHeader({ alg }).setExpirationTime('1h').sign(new TextEncoder().encode(secret));

/** The same key, for signing with another hash. */
const asRs512 = async ({ privateKey, publicKey }: Pair): Promise<Pair> => ({
  privateKey: (await importJWK(await exportJWK(privateKey), 'RS512')) as Pair['privateKey'],
  publicKey,
});

const SECOND = () => Math.floor(Date.now() / 1_000);

describe('a JWT signed by a published key', () => {
  it('gives an identity by the claims that the settings name', async () => {
    const token = await sign({ preferred_username: 'ada', realm_access: { roles: ['reader', 'admin'] }, org: 't-9' });
    const { body } = await askAs(gateway, bearer(token));
    expect(body).toEqual({
      data: { me: { kind: 'USER', id: 'u-1', name: 'ada', isAdmin: true, tenant: 't-9', roles: ['reader', 'admin'] } },
    });
  });

  it('leads to a row of the user where the claim is its key, and to null where it is not', async () => {
    const query = '{ me { user { username } } }';
    const { body } = await askAs(gateway, bearer(await logIn(gateway, 'tanaka')), '{ me { id } }');
    const { id } = (body.data as unknown as { me: { id: string } }).me;
    expect((await askAs(gateway, bearer(await sign({ sub: id })), query)).body.data).toEqual({ me: { user: { username: 'tanaka' } } });
    expect((await askAs(gateway, bearer(await sign()), query)).body.data).toEqual({ me: { user: null } });
  });

  it('stands beside tokens of ODRAS', async () => {
    expect((await askAs(gateway, bearer(await logIn(gateway, 'moreau')))).body.data).toMatchObject({ me: { name: 'moreau' } });
  });

  it.each<[string, () => Promise<string>]>([
    ['another issuer', () => sign({}, { issuer: 'https://evil.example' })],
    ['another audience', () => sign({}, { audience: 'another-program' })],
    ['an end that is past', () => sign({}, { expires: SECOND() - 10 })],
    ['a start that is to come', () => sign({ nbf: SECOND() + 60 })],
    ['a key of somebody else', () => sign({}, { by: keys.foreign })],
    ['a key that nobody has published', () => sign({}, { by: keys.foreign, kid: 'two' })],
    ['another algorithm of the same key', async () => sign({}, { alg: 'RS512', by: await asRs512(keys.known) })],
    ['no subject', () => sign({ sub: undefined } as never)],
    ['an empty subject', () => sign({ sub: '' })],
    ['a subject that is too long', () => sign({ sub: 'x'.repeat(256) })],
    [
      'no signature',
      () => Promise.resolve(new UnsecuredJWT({ sub: 'u-1' }).setIssuer(ISSUER).setAudience(AUDIENCE).setExpirationTime('1h').encode()),
    ],
    ['the public key as a shared secret', async () => bySecret(JSON.stringify(await exportJWK(keys.known.publicKey)), 'HS256')],
    [
      'no end',
      () =>
        new SignJWT({ sub: 'u-1' })
          .setProtectedHeader({ alg: 'RS256', kid: 'one' })
          .setIssuer(ISSUER)
          .setAudience(AUDIENCE)
          .sign(keys.known.privateKey),
    ],
    ['a changed claim', async () => changed(await sign())],
  ])('is refused for %s', async (_, make) => {
    const { status, body } = await askAs(gateway, bearer(await make()));
    expect(status).toBe(401);
    expect(body.errors![0]!.message).toBe('The request is not authenticated: its token is unknown or has expired. Sign in again.');
  });

  it('is accepted a moment after its end, as far as clocks may differ', async () => {
    expect((await askAs(gateway, bearer(await sign({}, { expires: SECOND() + 30 })))).status).toBe(200);
  });

  it('is verified once, and its keys are fetched once', async () => {
    const token = await sign();
    await askAs(gateway, bearer(token));
    const before = fetches;
    for (let times = 0; times < 5; times += 1) expect((await askAs(gateway, bearer(token))).status).toBe(200);
    expect((await askAs(gateway, bearer(await sign({ sub: 'another' })))).status).toBe(200);
    expect(fetches).toBe(before);
  });
});

/** A token whose payload says that its bearer is another user. */
const changed = (token: string): string => {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as JWTPayload;
  return [header, Buffer.from(JSON.stringify({ ...claims, sub: 'u-0' })).toString('base64url'), signature].join('.');
};

describe('a JWT signed by a shared secret', () => {
  it('gives an identity', async () => {
    const { body } = await askAs(shared, bearer(await bySecret(SECRET, 'HS256', { name: 'svc', roles: 'a b', is_admin: true })));
    expect(body.data).toEqual({ me: { kind: 'USER', id: 'u-2', name: 'svc', isAdmin: true, tenant: null, roles: ['a', 'b'] } });
  });

  it.each<[string, () => Promise<string>]>([
    ['another secret', () => bySecret(`${SECRET}!`)],
    ['an algorithm that is not allowed', () => bySecret(SECRET.repeat(2), 'HS512')],
    ['a public key', () => sign()],
  ])('is refused for %s', async (_, make) => expect((await askAs(shared, bearer(await make()))).status).toBe(401));

  it('is no token of ODRAS where these are not accepted', async () =>
    expect((await askAs(shared, bearer(await logIn(shared, 'hale')))).status).toBe(401));
});

it('keys that cannot be fetched are no fault of the token', async () => {
  const settings = {
    AUTH: 'jwt',
    JWT_JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
  };
  const later = await startTestGateway({ settings, log: createSilentLog() });
  open.push(later);
  isBroken = true;
  const token = await sign();
  const refused = await askAs(later, bearer(token));
  expect({ status: refused.status, code: refused.body.errors![0]!.extensions['code'] }).toEqual({
    status: 503,
    code: 'AUTHENTICATION_UNAVAILABLE',
  });
  isBroken = false;
  expect((await askAs(later, bearer(token))).status).toBe(200);
});

it('a key that is published later is fetched when its first token comes', async () => {
  const settings = {
    AUTH: 'jwt',
    JWT_JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    JWT_ISSUER: ISSUER,
    JWT_AUDIENCE: AUDIENCE,
  };
  const later = await startTestGateway({ settings });
  open.push(later);
  published = [await publish(keys.rotated, 'three')];
  expect((await askAs(later, bearer(await sign({}, { by: keys.rotated, kid: 'three' })))).status).toBe(200);
});
