import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.js';
import { SETTINGS } from '../src/settings.js';

const SECRET = 'an-example-of-a-secret-of-32-bytes-or-more';
const DATABASE = { DATABASE_URL: 'postgres://db/odras' };
const JWKS = { JWT_JWKS_URL: 'https://login.example.com/keys', JWT_ISSUER: 'https://login.example.com/', JWT_AUDIENCE: 'gateway' };
const KEY = `reports ${'0'.repeat(64)} reader`;

const identity = (environment: Record<string, string>) => readConfig({}, environment).identity;

const fault = (environment: Record<string, string>): string => {
  try {
    readConfig({}, environment);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    return (error as Error).message;
  }
  throw new Error('the configuration has no fault');
};

describe('who may call by default', () => {
  it.each<[string, Record<string, string>, string[], string | undefined]>([
    ['anybody, as the administrator of the demonstration', {}, ['token', 'anonymous'], 'hale'],
    ['anybody, as nobody, without the demonstration', { DEMO: 'false' }, ['token', 'anonymous'], undefined],
    ['anybody, with a schema of one’s own', { ODRAS_SCHEMA: '/tmp' }, ['anonymous'], undefined],
    ['those with a token, with a server', DATABASE, ['token'], undefined],
    ['those with a token, with a graph server', { NEO4J_URL: 'bolt://n' }, ['token'], undefined],
    ['those with a token, with a vector server', { QDRANT_URL: 'http://q' }, ['token'], undefined],
    ['those with a token, with a Redis server', { REDIS_URL: 'redis://r' }, ['token'], undefined],
    ['nobody, with a server and a schema of one’s own', { ...DATABASE, ODRAS_SCHEMA: '/tmp' }, [], undefined],
    ['those whose users the query finds', { ...DATABASE, ODRAS_SCHEMA: '/tmp', TOKEN_QUERY: 'SELECT 1 AS id' }, ['token'], undefined],
    ['those with a JWT or an API key, too', { ...DATABASE, ...JWKS, API_KEYS: KEY }, ['token', 'jwt', 'apikey'], undefined],
    ['whoever AUTH says', { AUTH: 'anonymous', ...DATABASE }, ['anonymous'], undefined],
    ['whoever AUTH says, with no door beside it', { AUTH: 'token' }, ['token'], undefined],
    ['whoever AUTH says, and a demo user that is asked for', { AUTH: 'token', DEMO_USER: 'okafor' }, ['token'], 'okafor'],
  ])('%s', (_, environment, accepts, demoUser) => {
    const { accepts: got, demoUser: become } = identity(environment);
    expect({ accepts: [...got].sort(), demoUser: become }).toEqual({ accepts: [...accepts].sort(), demoUser });
  });
});

it('JWTs have algorithms, claims and a tolerance of their own', () => {
  expect(identity({ ...JWKS, JWT_CLAIMS: 'name=preferred_username, roles=realm_access.roles' }).jwt).toEqual({
    key: { jwksUrl: 'https://login.example.com/keys' },
    issuer: 'https://login.example.com/',
    audience: 'gateway',
    algorithms: ['RS256', 'ES256', 'EdDSA'],
    claims: { id: 'sub', name: 'preferred_username', roles: 'realm_access.roles', tenant: 'tenant', isAdmin: 'is_admin' },
    clockToleranceMs: 5_000,
  });
  expect(identity({ JWT_SECRET: SECRET }).jwt).toMatchObject({ key: { secret: SECRET }, algorithms: ['HS256'] });
});

describe('what is not accepted', () => {
  it.each<[Record<string, string>, RegExp]>([
    [{ DEMO_USER: 'hale', ...DATABASE }, /DEMO_USER lets everybody act as any user.*DATABASE_URL is set/],
    [{ DEMO_USER: 'nobody', REDIS_URL: 'redis://r' }, /REDIS_URL is set/],
    [{ DEMO_USER: 'hale', DEMO: 'false' }, /needs DEMO=true/],
    [{ AUTH: 'none' }, /AUTH: expected one or more of token, jwt, apikey, anonymous, but got "none"/],
    [{ AUTH: ',' }, /AUTH: expected one or more/],
    [{ AUTH: 'jwt' }, /also needs JWT_JWKS_URL or JWT_SECRET/],
    [{ AUTH: 'apikey' }, /also needs API_KEYS/],
    [{ AUTH_CACHE_MS: '30001' }, /at most 30000/],
    [{ JWT_SECRET: 'short' }, /JWT_SECRET: expected at least 32 bytes, but got another value/],
    [{ JWT_JWKS_URL: 'http://login.example.com/keys' }, /expected https/],
    [{ JWT_JWKS_URL: 'nothing' }, /JWT_JWKS_URL: expected the URL/],
    [{ ...JWKS, JWT_SECRET: SECRET }, /both set/],
    [{ JWT_JWKS_URL: JWKS.JWT_JWKS_URL }, /needs JWT_ISSUER and JWT_AUDIENCE/],
    [{ ...JWKS, JWT_ALGORITHMS: 'HS256' }, /HS256 cannot be used with JWT_JWKS_URL/],
    [{ JWT_SECRET: SECRET, JWT_ALGORITHMS: 'HS256,RS256' }, /RS256 cannot be used with JWT_SECRET/],
    [{ ...JWKS, JWT_ALGORITHMS: 'none' }, /JWT_ALGORITHMS: expected one or more of RS256/],
    [{ ...JWKS, JWT_CLAIMS: 'email=mail' }, /expected PART=CLAIM/],
    [{ API_KEYS: 'reports ogk_the-key-itself reader' }, /API_KEYS, line 1: expected NAME SHA256/],
  ])('%j', (environment, message) => expect(fault(environment)).toMatch(message));

  it('secrets are not in the error', () => {
    expect(fault({ API_KEYS: 'reports ogk_the-key-itself reader', JWT_SECRET: SECRET, AUTH: 'x' })).not.toMatch(
      /the-key-itself|an-example/,
    );
    expect(Object.entries(SETTINGS).flatMap(([name, setting]) => ('secret' in setting ? [name] : []))).toEqual(
      expect.arrayContaining(['JWT_SECRET', 'API_KEYS']),
    );
  });
});
