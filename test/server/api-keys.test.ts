import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeApiKey } from '../../src/identity/api-keys.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { askAs, bearer } from '../support/tokens.js';

const reports = makeApiKey('reports', ['reader', 'auditor']);
const operator = makeApiKey('operator', ['gateway-admin']);
const plain = makeApiKey('plain', []);
let gateway: TestGateway;

beforeAll(async () => {
  const lines = ['# services', '', ...[reports, operator, plain].map(({ line }) => line)].join('\n');
  gateway = await startTestGateway({ settings: { AUTH: 'apikey,anonymous', API_KEYS: lines, ADMIN_ROLE: 'gateway-admin' } });
});
afterAll(() => gateway.close());

const me = async (key: string) => (await askAs(gateway, bearer(key))).body.data as unknown;

it('an API key says which service sends the request, with its roles', async () => {
  const service = { kind: 'SERVICE', tenant: null };
  expect(await me(reports.key)).toEqual({
    me: { ...service, id: 'reports', name: 'reports', isAdmin: false, roles: ['reader', 'auditor'] },
  });
  expect(await me(operator.key)).toEqual({ me: { ...service, id: 'operator', name: 'operator', isAdmin: true, roles: ['gateway-admin'] } });
  expect(await me(plain.key)).toMatchObject({ me: { ...service, roles: [] } });
});

it('the line of a key does not hold the key', () => {
  expect(reports.line).toMatch(/^reports [0-9a-f]{64} reader,auditor$/);
  expect(reports.line).not.toContain(reports.key.slice(4));
});

it('a wrong key is refused, even where requests without one are anonymous', async () => {
  expect((await askAs(gateway, bearer(makeApiKey('reports', []).key))).status).toBe(401);
  expect((await askAs(gateway, bearer(reports.line.split(' ')[1]!))).status).toBe(401);
  expect((await askAs(gateway, {})).body.data).toMatchObject({ me: { kind: 'ANONYMOUS', id: null, name: null, isAdmin: false } });
});

it('a service has no sessions, and no row', async () => {
  const { body } = await askAs(gateway, bearer(operator.key), '{ me { user { id } } mySessions { id } }');
  expect(body.data).toEqual({ me: { user: null }, mySessions: [] });
});
