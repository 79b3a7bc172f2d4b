import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import type { Log } from '../../src/log.js';
import { createRequestIds } from '../../src/server/request-id.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { ask, post, QUERY } from '../support/raw-http.js';
import { bearer, logIn } from '../support/tokens.js';

const lines: string[] = [];
const log: Log = { info() {}, warn: (line) => lines.push(line), error: (line) => lines.push(line) };
const GIVEN = { 'x-request-id': 'from-the-proxy.1' };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let behind: TestGateway;
let alone: TestGateway;
beforeAll(async () => {
  behind = await startTestGateway({
    settings: { TRUSTED_PROXIES: '127.0.0.0/8,::1', AUTH: 'token', EXPLAIN: 'off' },
    access: true,
    isAudited: true,
    log,
  });
  alone = await startTestGateway();
});
afterAll(() => Promise.all([behind.close(), alone.close()]));

const entries = async () => {
  await behind.engine.audit!.settle();
  const text = 'SELECT request_id, identity_name, facts FROM odras_gateway.audit ORDER BY id';
  const rows = await behind.engine.stores.relational.read({ text }, { primary: true });
  return rows.map(([id, name, facts]) => ({ id, name, ...(JSON.parse(facts!) as object) }));
};

describe('the id of a request', () => {
  it('is that of a trusted proxy, and another one for everybody else, and in every answer', async () => {
    expect((await post(behind, QUERY, GIVEN)).headers['x-request-id']).toBe('from-the-proxy.1');
    expect((await ask(behind, { path: '/nothing', headers: GIVEN })).headers['x-request-id']).toBe('from-the-proxy.1');
    for (const path of ['/graphql', '/nothing', '/health/live'])
      expect((await ask(alone, { path, headers: GIVEN })).headers['x-request-id']).toMatch(UUID);
  });

  it.each([['with spaces'], ['a'.repeat(65)], ['<script>'], ['']])('is another one where the proxy sends %j', async (id) => {
    expect((await post(behind, QUERY, { 'x-request-id': id })).headers['x-request-id']).toMatch(UUID);
  });

  it.each<[string, string, string, boolean]>([
    ['in the network', '10.0.0.0/8', '10.1.2.3', true],
    ['in the network, over a socket of IPv6', '10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['outside the network', '10.0.0.0/8', '11.1.2.3', false],
    ['at the address', '10.1.2.3', '10.1.2.3', true],
    ['in a network of IPv6', 'fd00::/8', 'fd12::1', true],
    ['outside a network of IPv6', 'fd00::/8', 'fe80::1', false],
  ])('is that of a proxy %s, or not', (_, networks, remoteAddress, isKept) => {
    const name = createRequestIds(networks.split(','))({ headers: GIVEN, socket: { remoteAddress } } as never);
    if (isKept) expect(name).toBe('from-the-proxy.1');
    else expect(name).toMatch(UUID);
  });

  it.each(['10.0.0.0/33', 'proxy.example.com', '10.0.0.0/8/8', 'fd00::/x'])('cannot be that of the proxies %s', (networks) => {
    expect(() => readConfig({}, { TRUSTED_PROXIES: networks })).toThrow(/TRUSTED_PROXIES: expected IP addresses or networks/);
  });

  it('is that under which a masked error is logged, once', async () => {
    const token = bearer(await logIn(behind, 'hale'));
    const { relational } = behind.engine.stores as { relational: { read: unknown } };
    const { read } = relational;
    await post(behind, QUERY, token);
    relational.read = () => Promise.reject(new Error('a secret'));
    const got = await post(behind, { query: '{ projects { name } }' }, { ...token, 'x-request-id': 'failing' });
    relational.read = read;
    expect(got.text).toContain('in the log under id failing');
    expect(got.text).not.toContain('a secret');
    expect(lines.filter((line) => line.includes('failing'))).toEqual(['request failed, id failing']);
  });
});

describe('refused credentials and requests', () => {
  it('are in the audit log under the id of the request: the first of a kind at once, others of strangers not one by one', async () => {
    for (let index = 0; index < 50; index += 1) expect((await post(behind, QUERY, { 'x-request-id': `no-${index}` })).status).toBe(401);
    for (let index = 0; index < 50; index += 1)
      expect((await post(behind, QUERY, { ...bearer(`wrong${index}`), 'x-request-id': `wrong-${index}` })).status).toBe(401);
    const refused = (await entries()).filter(({ id }) => /^(no|wrong)-/.test(id!));
    // Requests without credentials have been refused before.
    expect(refused).toEqual([
      { id: 'wrong-0', name: null, code: 'UNAUTHENTICATED', message: expect.stringContaining('its token is unknown') as string },
    ]);
    expect((await entries()).filter((entry) => JSON.stringify(entry).includes('it has no credentials'))).toHaveLength(1);
  });

  it('are in the audit log with the name of a caller who is known', async () => {
    const headers = { ...bearer(await logIn(behind, 'okafor')), 'x-odras-explain': 'true', 'x-request-id': 'why' };
    expect((await post(behind, QUERY, headers)).status).toBe(403);
    expect((await entries()).filter(({ id }) => id === 'why')).toMatchObject([{ name: 'okafor', code: 'EXPLAIN_OFF' }]);
  });
});

it('what strangers were refused is counted, and told when the gateway ends', async () => {
  const gateway = await startTestGateway({ settings: { AUTH: 'token' }, isAudited: true });
  for (let index = 0; index < 20; index += 1) await post(gateway, QUERY);
  const { audit, stores } = gateway.engine;
  await audit!.close();
  const rows = await stores.relational.read({ text: 'SELECT facts FROM odras_gateway.audit ORDER BY id' }, { primary: true });
  expect(rows.map(([facts]) => (JSON.parse(facts!) as { times?: number }).times)).toEqual([undefined, 19]);
  await gateway.close();
});
