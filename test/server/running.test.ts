import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { makeApiKey } from '../../src/identity/api-keys.js';
import type { RelationalStore } from '../../src/stores/types.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { askAs, bearer, type Asked } from '../support/tokens.js';

const [one, other] = [makeApiKey('one', ['admin']), makeApiKey('other', ['admin'])];
const ROWS = '{ projects(limit: 1) { id } }';

let gateway: TestGateway;
/** PostgreSQL as it answers at once. */
let atOnce: RelationalStore;
/** Lets the requests go on that wait for their rows. */
const goOn: (() => void)[] = [];

beforeAll(async () => {
  const settings = { AUTH: 'apikey,anonymous', API_KEYS: `${one.line}\n${other.line}`, MAX_CONCURRENT_REQUESTS: '2' };
  gateway = await startTestGateway({ settings });
  atOnce = { ...gateway.engine.stores.relational };
});
afterEach(() => {
  letGo();
  answerAtOnce();
});
afterAll(() => gateway.close());

const answerAtOnce = () => Object.assign(gateway.engine.stores.relational, atOnce);

const letGo = () => goOn.splice(0).forEach((go) => go());

/** Makes requests for rows wait. */
const hold = () => {
  const read: RelationalStore['read'] = async (...args) => {
    await new Promise<void>((resolve) => goOn.push(resolve));
    return atOnce.read(...args);
  };
  Object.assign(gateway.engine.stores.relational, { read });
};

const ask = (key?: string): Promise<Asked> => askAs(gateway, key === undefined ? {} : bearer(key), ROWS);
const waiting = (count: number) => vi.waitFor(() => expect(goOn).toHaveLength(count));
const refused = {
  status: 429,
  body: {
    errors: [{ message: expect.stringContaining('MAX_CONCURRENT_REQUESTS') as string, extensions: { code: 'TOO_MANY_REQUESTS' } }],
  },
};

it.each([
  ['a service', one.key, other.key],
  ['callers without credentials, who count as one,', undefined, one.key],
])('requests of %s beyond the limit are refused while as many run, and those of others are not', async (_, sender, another) => {
  hold();
  const running = [ask(sender), ask(sender)];
  await waiting(2);
  expect(await ask(sender)).toMatchObject(refused);
  running.push(ask(another));
  await waiting(3);
  letGo();
  for (const answer of await Promise.all(running)) expect(answer.status).toBe(200);
  answerAtOnce();
  await vi.waitFor(async () => expect((await ask(sender)).status).toBe(200));
});

it('a client that goes away while its request runs makes room for another', async () => {
  hold();
  const leaving = new AbortController();
  const headers = { 'content-type': 'application/json', ...bearer(one.key) };
  const left = fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify({ query: ROWS }), signal: leaving.signal });
  const running = ask(one.key);
  await waiting(2);
  expect(await ask(one.key)).toMatchObject(refused);
  leaving.abort();
  await expect(left).rejects.toThrow();
  answerAtOnce();
  await vi.waitFor(async () => expect((await ask(one.key)).status).toBe(200));
  letGo();
  expect((await running).status).toBe(200);
});

it('what is refused or fails does not count for ever', async () => {
  const invalid = { status: 400 };
  for (let count = 0; count < 5; count += 1) expect(await askAs(gateway, bearer(one.key), '{ nothing }')).toMatchObject(invalid);
  expect((await ask(one.key)).status).toBe(200);
});
