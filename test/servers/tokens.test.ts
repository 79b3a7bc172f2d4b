import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import pg from 'pg';
import { readConfig } from '../../src/config.js';
import { createSilentLog, type Log } from '../../src/log.js';
import { migrateStores } from '../../src/operations/prepare.js';
import { serve, type Gateway } from '../../src/operations/serve.js';
import { askAs, bearer, logIn, ME } from '../support/tokens.js';
import { freshDatabase } from './urls.js';

const lines: string[] = [];
const log: Log = { info: (line) => void lines.push(line), warn: (line) => void lines.push(line), error() {} };
let client: pg.Client;
let url: string;
let gateway: Gateway;
beforeAll(async () => {
  url = await freshDatabase('tokens_test');
  client = new pg.Client(url);
  await client.connect();
  await client.query(readFileSync(new URL('../../src/operations/demo/odras.sql', import.meta.url), 'utf8'));
  await client.query("INSERT INTO users (username, display_name, is_admin) VALUES ('ada', 'Ada', true), ('bob', 'Bob', false)");
  const settings = { DATABASE_URL: url, AUTH_CACHE_MS: '300' };
  await migrateStores(readConfig({ memory: true }, settings), createSilentLog());
  gateway = await serve(readConfig({ memory: true, port: '0' }, settings), log);
});
afterAll(async () => {
  await gateway?.close();
  await client?.end();
  await freshDatabase('tokens_test');
});

it('a gateway on a server takes nobody without a token, and says so at the start', async () => {
  expect(lines.join('\n')).toContain('callers     token accepted; requests without credentials are refused (AUTH)');
  expect(await askAs(gateway, {})).toMatchObject({ status: 401, challenge: 'Bearer realm="odras-gateway"' });
  expect((await askAs(gateway, { 'x-demo-user': 'ada' })).status).toBe(401);
  const page = await (await fetch(gateway.url, { headers: { accept: 'text/html' } })).text();
  expect(page).not.toContain('demo-user');
});

it('a token of the server says who one is, until it ends or is changed past the gateway', async () => {
  const token = await logIn(gateway, 'ada');
  expect((await askAs(gateway, bearer(token), '{ me { name isAdmin user { displayName } } }')).body).toEqual({
    data: { me: { name: 'ada', isAdmin: true, user: { displayName: 'Ada' } } },
  });
  await client.query("UPDATE users SET is_admin = false WHERE username = 'ada'");
  const isAdmin = async () => (await askAs(gateway, bearer(token))).body.data as unknown as { me: { isAdmin: boolean } };
  await vi.waitFor(async () => expect((await isAdmin()).me.isAdmin).toBe(false), { timeout: 20_000, interval: 50 });
  await client.query("UPDATE users SET is_active = false WHERE username = 'ada'");
  await vi.waitFor(async () => expect((await askAs(gateway, bearer(token), ME)).status).toBe(401), { timeout: 20_000, interval: 50 });
});

it('a token that ends soon is not cached for longer', async () => {
  const token = await logIn(gateway, 'bob', { expiresInMs: 100 });
  await vi.waitFor(async () => expect((await askAs(gateway, bearer(token))).status).toBe(401), { timeout: 20_000, interval: 50 });
});

it('a query that the database rejects stops the start', async () => {
  const settings = { DATABASE_URL: url, TOKEN_QUERY: 'SELECT id FROM no_such_table WHERE hash = $1' };
  await expect(serve(readConfig({ memory: true, port: '0' }, settings), createSilentLog())).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('The query that finds the user of a token fails: relation "no_such_table" does not exist') as string,
  });
});
