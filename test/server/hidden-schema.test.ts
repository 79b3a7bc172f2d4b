import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { ask } from '../support/raw-http.js';

let open: TestGateway;
let closed: TestGateway;
beforeAll(async () => {
  open = await startTestGateway();
  closed = await startTestGateway({ settings: { INTROSPECTION: 'off', GRAPHIQL: 'off' } });
});
afterAll(() => Promise.all([open.close(), closed.close()]));

const messagesOf = async (gateway: TestGateway, query: string, variables?: Record<string, unknown>): Promise<string> => {
  const { errors } = await gateway.send(query, variables);
  return (errors ?? []).map(({ message }) => message).join('\n');
};

describe('a gateway with INTROSPECTION=off', () => {
  it.each([
    ['the whole schema', getIntrospectionQuery()],
    ['a type', '{ __type(name: "User") { fields { name } } }'],
    ['a type, among data', '{ projects(limit: 1) { name } __schema { queryType { name } } }'],
    ['a type in a fragment', 'query { ...f } fragment f on Query { __schema { types { name } } }'],
  ])('does not tell %s', async (_, query) => {
    expect(await messagesOf(open, query)).toBe('');
    expect(await messagesOf(closed, query)).toMatch(/introspection has been disabled/);
    expect(((await closed.send(query)) as { data?: unknown }).data).toBeUndefined();
  });

  it('tells the type of a value, which the client has selected by name', async () => {
    expect(await closed.send('{ projects(limit: 1) { __typename } }')).toEqual({ data: { projects: [{ __typename: 'Project' }] } });
  });

  it.each<[string, string, Record<string, unknown>?]>([
    ['a field', '{ projcts { name } }'],
    ['a field of a type', '{ projects { nam } }'],
    ['an argument', '{ projects(limt: 1) { name } }'],
    ['a field of an input', '{ projects(where: {nam: {eq: "x"}}) { name } }'],
    ['a value of an enum', '{ projects(sort: [{name: ASCC}]) { name } }'],
    ['a field of a variable', 'query ($w: ProjectWhere) { projects(where: $w) { name } }', { w: { nam: { eq: 'x' } } }],
    ['a value of an enum in a variable', 'query ($s: [ProjectSort!]) { projects(sort: $s) { name } }', { s: [{ name: 'ASCC' }] }],
    ['a type', 'query ($w: ProjectWher) { projects(where: $w) { name } }', { w: {} }],
    ['an input for a bare value', '{ projects(where: {name: "x"}) { name } }'],
  ])('suggests no name for %s', async (_, query, variables) => {
    expect(await messagesOf(open, query, variables)).toMatch(/Did you mean|Say /);
    const message = await messagesOf(closed, query, variables);
    expect(message).not.toBe('');
    expect(message).not.toMatch(/Did you mean|Say /);
  });
});

it('a gateway with GRAPHIQL=off serves no page', async () => {
  const page = { headers: { accept: 'text/html' } };
  expect((await ask(open, page)).headers['content-type']).toContain('text/html');
  expect(await ask(closed, page)).toMatchObject({ status: 400, code: 'PREFLIGHT_MISSING' });
});

describe('every answer', () => {
  const HEADERS = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };
  const json = { 'content-type': 'application/json' };

  it.each([
    ['of data', { method: 'POST', headers: json, body: '{"query":"{ projects(limit: 1) { name } }"}' }, 200],
    ['of graphql-js', { method: 'POST', headers: json, body: '{"query":"{ __typename }"}' }, 200],
    ['of an error', { method: 'POST', headers: json, body: '{"query":"{ nothing }"}' }, 400],
    ['of a refusal', { method: 'PUT' }, 405],
    ['of a body that is no JSON', { method: 'POST', headers: json, body: '{' }, 400],
    ['of a host name that is not ours', { method: 'POST', headers: { ...json, host: 'evil.example' }, body: '{}' }, 421],
    ['of a health check', { path: '/health/live' }, 200],
    ['of nothing', { path: '/nothing' }, 404],
  ])('%s tells browsers not to guess its type, run it or frame it, and to keep no copy', async (_, sent, status) => {
    const got = await ask(open, sent);
    expect(got).toMatchObject({ status, headers: HEADERS });
    expect(got.headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  it('has each header once, also where Apollo Server has one of its own', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } };
    for (const accept of ['application/json', '*/*', 'application/json']) {
      const got = await ask(open, { method: 'POST', headers: { ...json, accept }, body: JSON.stringify({ extensions }) });
      expect(got).toMatchObject({ code: 'PERSISTED_QUERY_NOT_FOUND', headers: HEADERS });
      expect(got.headers['cache-control']).toBe('private, no-cache, must-revalidate');
      const names = got.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('that is a page or a part of one has its own policy', async () => {
    const page = await ask(open, { headers: { accept: 'text/html' } });
    expect(page.headers).toMatchObject({ ...HEADERS, 'content-security-policy': expect.stringContaining("script-src 'self'") as string });
    const script = /src="([^"]+\/graphiql\.js)"/.exec(page.text)![1]!;
    const asset = await ask(open, { path: script });
    expect(asset).toMatchObject({ status: 200, headers: HEADERS });
    expect(asset.headers['content-security-policy']).toBeUndefined();
  });
});
