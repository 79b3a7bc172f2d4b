import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { ask, JSON_TYPE, post, QUERY, type Sent } from '../support/raw-http.js';

const APP = 'https://app.example.com';

let gateway: TestGateway;
let plain: TestGateway;
let strict: TestGateway;
let every: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ settings: { CORS_ORIGINS: APP, ALLOWED_HOSTS: 'graph.example.com' } });
  plain = await startTestGateway();
  strict = await startTestGateway({ settings: { CORS_ORIGINS: APP, AUTH: 'token' } });
  every = await startTestGateway({ settings: { CORS_ORIGINS: '*' } });
});
afterAll(() => Promise.all([gateway, plain, strict, every].map((each) => each.close())));

const PORT = () => new URL(gateway.url).port;

describe('names of the host', () => {
  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.1.2.3', '[::1]', 'odras.localhost', 'graph.example.com'])(
    '%s is answered to',
    async (name) => {
      expect(await post(gateway, QUERY, { host: `${name}:${PORT()}` })).toMatchObject({ status: 200 });
      expect(await post(gateway, QUERY, { host: name })).toMatchObject({ status: 200 });
    },
  );

  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'graph.example.com.evil.example', '169.254.169.254'])(
    '%s is not, on any path',
    async (name) => {
      for (const path of ['/graphql', '/health/live', '/health/ready', '/', '/favicon.ico', '/graphql/assets/x.js']) {
        const got = await ask(gateway, { path, headers: { host: `${name}:${PORT()}`, accept: 'text/html' } });
        expect(got).toMatchObject({ status: 421, code: 'HOST_REFUSED' });
        expect(got.text).toContain('ALLOWED_HOSTS');
      }
      expect(
        await post(gateway, { query: 'mutation { deleteProjects(where: {id: {eq: "x"}}) { deletedCount } }' }, { host: name }),
      ).toMatchObject({ status: 421 });
    },
  );

  it('of an absolute target count more than the header', async () => {
    expect(await post(gateway, QUERY, {}, `http://localhost:${PORT()}/graphql`)).toMatchObject({
      status: 200,
      text: '{"data":{"__typename":"Query"}}\n',
    });
    expect(await post(gateway, QUERY, { host: 'localhost' }, 'http://evil.example/graphql')).toMatchObject({ status: 421 });
    expect(await ask(gateway, { path: 'http://localhost/health/live' })).toMatchObject({ status: 200 });
  });
});

describe('pages of other origins', () => {
  const preflight = (origin: string, to = gateway) =>
    ask(to, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-odras-explain' },
    });

  it('may ask when CORS_ORIGINS names them: the preflight and the answer say so', async () => {
    const asked = await preflight(APP);
    expect(asked.status).toBe(204);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': APP,
      'access-control-allow-headers': 'content-type,x-odras-explain',
      'access-control-max-age': '86400',
    });
    expect(asked.headers['access-control-allow-methods']).toContain('POST');
    const got = await post(gateway, QUERY, { origin: APP });
    expect(got).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': APP } });
    expect(got.headers.vary).toMatch(/origin/i);
  });

  it('see why they are refused, too', async () => {
    const got = await ask(gateway, { method: 'POST', headers: { origin: APP, 'content-type': 'text/plain' }, body: '{}' });
    expect(got).toMatchObject({ status: 415, headers: { 'access-control-allow-origin': APP } });
  });

  it('may not when it does not name them', async () => {
    for (const origin of ['https://evil.example', `${APP}.evil.example`, 'http://app.example.com', 'null']) {
      expect((await preflight(origin)).headers['access-control-allow-origin']).toBeUndefined();
      expect((await post(gateway, QUERY, { origin })).headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('may send a token, and see that it is wrong; no cookie is asked for', async () => {
    const asked = await ask(strict, {
      method: 'OPTIONS',
      headers: { origin: APP, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
    });
    expect(asked).toMatchObject({
      status: 204,
      headers: { 'access-control-allow-origin': APP, 'access-control-allow-headers': 'authorization,content-type' },
    });
    expect(asked.headers.vary).toMatch(/origin/i);
    expect(asked.headers['access-control-allow-credentials']).toBeUndefined();
    const refused = await post(strict, QUERY, { origin: APP, authorization: 'Bearer wrong' });
    expect(refused).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', headers: { 'access-control-allow-origin': APP } });
  });

  it('are told apart by caches, whether they may ask or not', async () => {
    for (const origin of [APP, 'https://evil.example'])
      expect((await post(gateway, QUERY, { origin })).headers.vary).toMatch(/\borigin\b/i);
  });

  it('may all ask where CORS_ORIGINS is *', async () => {
    const asked = await preflight('https://anywhere.example', every);
    expect(asked).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': '*' } });
    expect((await post(every, QUERY, { origin: 'https://anywhere.example' })).headers['access-control-allow-origin']).toBe('*');
  });

  it('may not without the setting', async () => {
    expect(await preflight(APP, plain)).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED', headers: { allow: 'GET, POST' } });
    expect((await post(plain, QUERY, { origin: APP })).headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('a request that is not GraphQL', () => {
  it.each<[string, Sent, number, unknown]>([
    ['an unknown path', { path: '/nothing' }, 404, 'NOT_FOUND'],
    ['a target that is no address', { path: 'http://[/graphql' }, 400, 'HTTP_INVALID'],
    ['another method', { method: 'PUT', headers: JSON_TYPE, body: '{}' }, 405, 'METHOD_NOT_ALLOWED'],
    ['a POST to health', { method: 'POST', path: '/health/ready' }, 405, 'METHOD_NOT_ALLOWED'],
    ['a body of another type', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }, 415, 'BODY_UNSUPPORTED'],
    ['a body without a type', { method: 'POST', body: '{}' }, 415, 'BODY_UNSUPPORTED'],
    [
      'a body in UTF-16',
      {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-16' },
        body: Buffer.from('{"query":"{ __typename }"}', 'utf16le'),
      },
      415,
      'BODY_UNSUPPORTED',
    ],
    ['a compressed body', { method: 'POST', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: '{}' }, 415, 'BODY_UNSUPPORTED'],
    ['bytes that are no UTF-8', { method: 'POST', headers: JSON_TYPE, body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'BODY_INVALID'],
    ['a text that is no JSON', { method: 'POST', headers: JSON_TYPE, body: '{' }, 400, 'BODY_INVALID'],
    ['a body that is too large', { method: 'POST', headers: JSON_TYPE, body: ' '.repeat(1_048_577) }, 413, 'BODY_TOO_LARGE'],
    ['a GET that any page can make a browser send', { path: '/graphql?query=%7B__typename%7D' }, 400, 'PREFLIGHT_MISSING'],
    [
      'the same with the type of a form',
      { path: '/graphql?query=%7B__typename%7D', headers: { 'content-type': 'text/plain' } },
      400,
      'PREFLIGHT_MISSING',
    ],
    ['explanations that are off', { method: 'POST', headers: { ...JSON_TYPE, 'x-odras-explain': 'true' }, body: '{}' }, 403, 'EXPLAIN_OFF'],
    ['an expectation', { headers: { expect: 'foo' } }, 417, 'EXPECTATION_FAILED'],
    [
      "a hash that is another query's",
      {
        method: 'POST',
        headers: JSON_TYPE,
        body: JSON.stringify({ ...QUERY, extensions: { persistedQuery: { version: 1, sha256Hash: 'abc' } } }),
      },
      400,
      'BAD_REQUEST',
    ],
    [
      'an accept header that nothing fits',
      { method: 'POST', headers: { ...JSON_TYPE, accept: 'image/png' }, body: JSON.stringify(QUERY) },
      406,
      'BAD_REQUEST',
    ],
  ])('(%s) is refused with a code', async (what, sent, status, code) => {
    const to = code === 'EXPLAIN_OFF' ? await startTestGateway({ settings: { EXPLAIN: 'off' } }) : gateway;
    expect(await ask(to, sent), what).toMatchObject({ status, code });
    if (to !== gateway) await to.close();
  });

  it('(a GET without a header of its own) is told which to send, and answered with one', async () => {
    const path = '/graphql?query=%7B__typename%7D';
    expect((await ask(gateway, { path })).text).toContain('content-type: application/json, or apollo-require-preflight: true');
    for (const headers of [JSON_TYPE, { 'apollo-require-preflight': 'true' }])
      expect(await ask(gateway, { path, headers })).toMatchObject({ status: 200 });
  });

  it.each([
    ['/graphql/', 'POST', 200],
    ['/health', 'GET', 200],
    ['/health/', 'GET', 200],
    ['/health/live/', 'HEAD', 200],
    ['/favicon.ico', 'GET', 204],
    ['/', 'GET', 307],
    ['//graphql', 'POST', 200],
  ])('%s by %s is answered kindly', async (path, method, status) => {
    expect(
      await ask(gateway, { path, method, headers: JSON_TYPE, ...(method === 'POST' ? { body: JSON.stringify(QUERY) } : {}) }),
    ).toMatchObject({ status });
  });

  it.each(['utf-8', 'UTF-8', '"utf-8"', 'utf8'])('is one with charset=%s', async (charset) => {
    expect(await post(gateway, QUERY, { 'content-type': `application/json; charset=${charset}` })).toMatchObject({ status: 200 });
  });
});

describe('an error says at most 200 characters again of what was sent', () => {
  const [long, words] = ['x'.repeat(1_000_000), 'some words '.repeat(50_000)];
  it.each<[string, unknown]>([
    ['a name of a field', { query: `{ ${long} }` }],
    ['an alias of a field that fails', { query: `{ ${long}: requirements(limit: -1) { id } }` }],
    ['a name of an operation', { query: '{ __typename }', operationName: long }],
    ['a name of a type', { query: `{ __typename ... on ${long} { id } }` }],
    ['a text in the place of a number', { query: `{ requirements(limit: ${JSON.stringify(words)}) { id } }` }],
    ['a value in the place of a number', { query: `{ requirements(limit: {${'a: 1 '.repeat(2_000)}}) { id } }` }],
    ['a variable', { query: 'query ($n: Int) { requirements(limit: $n) { id } }', variables: { n: words } }],
    [
      'a variable of many fields',
      {
        query: 'query ($n: Int) { requirements(limit: $n) { id } }',
        variables: { n: Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`key${index}`, index])) },
      },
    ],
    [
      'a field of a variable',
      { query: 'query ($w: RequirementWhere) { requirements(where: $w) { id } }', variables: { w: { [long]: 1 } } },
    ],
    [
      'a value of an enum',
      { query: 'query ($w: RequirementWhere) { requirements(where: $w) { id } }', variables: { w: { priority: { eq: words } } } },
    ],
    [
      'a cursor',
      { query: 'query ($c: String) { requirementsConnection(after: $c) { totalCount } }', variables: { c: words.slice(0, 9_000) } },
    ],
    [
      'a cursor of nodes',
      { query: 'query ($c: String) { componentsConnection(after: $c) { totalCount } }', variables: { c: words.slice(0, 9_000) } },
    ],
    ['an id that is none', { query: 'query ($i: ID!) { requirement(id: $i) { id } }', variables: { i: words.slice(0, 9_000) } }],
    [
      'a time that is none',
      { query: 'query ($t: DateTime) { requirements(where: {createdAt: {gt: $t}}) { id } }', variables: { t: words } },
    ],
    ['a number in the place of an id', { query: `{ requirement(id: 1.${'7'.repeat(900)}) { id } }` }],
    ['a number in the place of a text', { query: `{ requirements(where: {title: {eq: ${'7'.repeat(900)}}}) { id } }` }],
    ['a number in the place of a truth', { query: `{ requirements(where: {isImmutable: {eq: ${'7'.repeat(900)}}}) { id } }` }],
    ['a number in the place of an enum', { query: `{ requirements(where: {priority: {eq: ${'7'.repeat(900)}}}) { id } }` }],
    ['a number in the place of a time', { query: `{ requirements(where: {createdAt: {gt: ${'7'.repeat(900)}}}) { id } }` }],
    ['a number that is no Int', { query: `{ requirements(limit: ${'7'.repeat(900)}) { id } }` }],
    ['a number that is no Float', { query: `{ search(text: "a", minScore: ${'7'.repeat(900)}) { score } }` }],
    [
      'three names',
      {
        query:
          `query ($a: ${'T'.repeat(900)}) { x${'7'.repeat(900)}: requirements(limit: $a) { id } ` +
          `x${'7'.repeat(900)}: projects { id } }`,
      },
    ],
    ['a text that does not end', { query: `{ a(b: "${words}` }],
    ['lists that go deep', { query: `{ a(b: ${'['.repeat(4_900)}${']'.repeat(4_900)}) }` }],
    ['selections that go deep', { query: `${'{ a '.repeat(4_900)}${'}'.repeat(4_900)}` }],
    ['variables that go deep', `{"query":"{ __typename }","variables":{"a":${'['.repeat(400_000)}${']'.repeat(400_000)}}}`],
    [
      'variables that go deep, with a number of many digits',
      `{"query":"{ __typename }","variables":{"a":${'['.repeat(400_000)}750727362669608961${']'.repeat(400_000)}}}`,
    ],
  ])('(%s)', async (what, body) => {
    const { text } = await ask(gateway, {
      method: 'POST',
      headers: JSON_TYPE,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const { errors } = JSON.parse(text);
    if (what.startsWith('variables that go deep,') || !errors) return expect(text.length).toBeLessThan(2_000);
    for (const error of errors) {
      expect(error.extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
      expect(error.message).not.toMatch(/call stack|Maximum call/);
      expect(JSON.stringify(error).length).toBeLessThan(700);
      expect(error.message).not.toContain('x'.repeat(201));
      expect(error.message.match(/7/g)?.length ?? 0).toBeLessThanOrEqual(200);
      expect(error.message).not.toContain(words.slice(0, 201));
    }
    return undefined;
  });

  it('also in a path and in headers', async () => {
    expect((await ask(gateway, { path: `/${'x'.repeat(10_000)}` })).text).not.toContain('x'.repeat(201));
    expect((await ask(gateway, { method: 'POST', headers: { 'content-type': 'x'.repeat(10_000) }, body: '{}' })).text).not.toContain(
      'x'.repeat(201),
    );
  });
});
