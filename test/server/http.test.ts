import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const post = async (body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
};

const GRAPHQL = 'application/graphql-response+json';
const COMPILED = '{ projects(limit: 1, sort: [{name: ASC}]) { name } }';

describe('the type of an answer', () => {
  it.each([
    ['*/*', 'application/json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    [GRAPHQL, `${GRAPHQL}; charset=utf-8`],
    [`${GRAPHQL},application/json;q=0.9`, `${GRAPHQL}; charset=utf-8`],
    [`application/json, ${GRAPHQL};q=0.5`, 'application/json; charset=utf-8'],
  ])('is what accept: %s asks for, the first time and again', async (accept, type) => {
    for (const query of [COMPILED, '{ __typename }', COMPILED, '{ __typename }'])
      expect(await post({ query }, { accept })).toMatchObject({ status: 200, type });
  });

  it('is refused where the client takes none that there is, each time', async () => {
    for (let times = 0; times < 3; times += 1)
      expect(await post({ query: COMPILED }, { accept: 'image/png' })).toMatchObject({ status: 406 });
  });
});

let accepts = 100;

describe('an operation is answered the same the first time and again', () => {
  it.each<[string, unknown, number, string]>([
    ['compiled', { query: COMPILED }, 200, '"data":{"projects":[{"name":'],
    ['by graphql-js', { query: '{ __typename }' }, 200, '{"data":{"__typename":"Query"}}\n'],
    [
      'with null for what is not given',
      { query: '{ __typename }', operationName: null, variables: null, extensions: null },
      200,
      '{"data":{"__typename":"Query"}}\n',
    ],
    ['by its name', { query: 'query A { __typename } query B { b: __typename }', operationName: 'B' }, 200, '{"data":{"b":"Query"}}\n'],
    ['by a name that is not there', { query: 'query A { __typename }', operationName: 'C' }, 400, 'OPERATION_RESOLUTION_FAILURE'],
    ['by an empty name', { query: 'query A { __typename }', operationName: '' }, 400, 'OPERATION_RESOLUTION_FAILURE'],
    ['that has an error of syntax', { query: '{' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['of an unknown field', { query: '{ nothing }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'with a variable that is wrong',
      { query: 'query ($n: Int!) { projects(limit: $n) { name } }', variables: { n: 'x' } },
      400,
      'BAD_USER_INPUT',
    ],
    ['with variables that are a text', { query: '{ __typename }', variables: '{}' }, 400, 'BAD_REQUEST'],
    ['with variables that are a list', { query: '{ __typename }', variables: [] }, 400, 'BAD_REQUEST'],
    ['with a name that is a number', { query: '{ __typename }', operationName: 1 }, 400, 'BAD_REQUEST'],
    ['with a query that is a number', { query: 1 }, 400, 'BAD_REQUEST'],
    ['without a query', { query: '' }, 400, 'BAD_REQUEST'],
    ['that is empty', {}, 400, 'BAD_REQUEST'],
    ['that is a list', [{ query: '{ __typename }' }], 400, 'BAD_REQUEST'],
    ['that is null', 'null', 400, 'BAD_REQUEST'],
    ['that is no JSON', '{', 400, 'The request body is not valid JSON.'],
    [
      'by a hash that nobody knows',
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
      200,
      'PERSISTED_QUERY_NOT_FOUND',
    ],
  ])('%s', async (_, body, status, contains) => {
    // Apollo is asked over its HTTP form only by the first request with such an accept header.
    const headers = { accept: `application/json;q=0.${(accepts += 1)}` };
    const answers = [await post(body, headers), await post(body, headers), await post(body, headers)];
    await post({ query: COMPILED }, headers);
    answers.push(await post(body, headers));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]!.status).toBe(status);
    expect(answers[0]!.text).toContain(contains);
  });
});

it('many answers at once, some of which nobody waits for, keep their own bytes', async () => {
  const query = `query ($limit: Int, $offset: Int) { requirements(sort: [{identifier: ASC}], limit: $limit, offset: $offset) {
    id identifier title text createdAt } b: projects(limit: $limit) { id name requirements { title text } } }`;
  const flat = `query ($limit: Int, $offset: Int) { requirements(sort: [{identifier: ASC}], limit: $limit, offset: $offset) {
    id identifier title text createdAt } }`;
  const bodies = Array.from({ length: 60 }, (_, index) => ({
    query: index % 3 === 0 ? query : flat,
    variables: { limit: 1 + index, offset: index % 7 },
  }));
  const expected: string[] = [];
  for (const body of bodies) expected.push((await post(body)).text);
  expect(new Set(expected).size).toBe(bodies.length);
  for (let round = 0; round < 4; round += 1) {
    await Promise.all(
      bodies.map(async (body, index) => {
        const leaving = new AbortController();
        const request = fetch(gateway.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
          signal: leaving.signal,
        });
        if (index % 5 === round) {
          const left = request.then((response) => response.text()).catch(() => 'left');
          queueMicrotask(() => leaving.abort());
          return left;
        }
        expect(await (await request).text()).toBe(expected[index]);
        return undefined;
      }),
    );
  }
});
