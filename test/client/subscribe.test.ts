import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, type Answer } from '../../src/client/client.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ feed: true });
});
afterAll(() => gateway?.close());

const CHANGES = 'subscription ($after: String) { projectChanges(after: $after) { position node { name } } }';
const rename = (name: string) =>
  gateway.engine.stores.relational.script(
    `UPDATE projects SET name = '${name}' WHERE project_id = (SELECT min(project_id::text)::uuid FROM projects)`,
  );
const nameIn = ({ data, errors }: Answer<unknown>): unknown => {
  if (errors) throw new Error(JSON.stringify(errors));
  return (data as { projectChanges: { node: { name: string } } }).projectChanges.node.name;
};

it('a lost connection is made again behind the last change: nothing is missed, nothing comes twice', async () => {
  const streams: AbortController[] = [];
  const opened: (() => void)[] = [];
  const fetchAndLose: typeof fetch = async (url, init) => {
    const lost = new AbortController();
    streams.push(lost);
    const response = await fetch(url, { ...init, signal: AbortSignal.any([lost.signal, ...(init?.signal ? [init.signal] : [])]) });
    opened.splice(0).forEach((resolve) => resolve());
    return response;
  };
  const end = new AbortController();
  const changes = createClient({ url: gateway.url, fetch: fetchAndLose }).subscribe(CHANGES, {}, { signal: end.signal });
  const open = new Promise<void>((resolve) => opened.push(resolve));
  const first = changes.next();
  await open;
  await rename('One');
  expect(nameIn((await first).value as Answer<unknown>)).toBe('One');
  streams[0]!.abort();
  await rename('Two');
  expect(nameIn((await changes.next()).value as Answer<unknown>)).toBe('Two');
  await rename('Three');
  expect(nameIn((await changes.next()).value as Answer<unknown>)).toBe('Three');
  expect(streams).toHaveLength(2);
  end.abort();
  expect((await changes.next()).done).toBe(true);
});

it('an error of the gateway is the last result', async () => {
  const found: Answer<unknown>[] = [];
  for await (const answer of createClient({ url: gateway.url }).subscribe(CHANGES, { after: 'nowhere' })) found.push(answer);
  expect(found).toMatchObject([{ data: null, errors: [{ kind: 'answer', code: 'BAD_INPUT' }] }]);
});

it('another program at the address is told from a gateway', async () => {
  const answered: typeof fetch = () => Promise.resolve(new Response('<html>', { status: 404 }));
  const found: Answer<unknown>[] = [];
  for await (const answer of createClient({ fetch: answered }).subscribe(CHANGES, {})) found.push(answer);
  expect(found).toMatchObject([{ errors: [{ kind: 'notGraphql', status: 404 }] }]);
});
