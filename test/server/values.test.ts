import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindSchema } from '../../resolvers/bind.js';
import { createSilentLog } from '../../src/log.js';
import { startServer, type RunningServer } from '../../src/server/server.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

/** Values as they travel: bodies and answers as texts. */
const SDL = `
  type Box @table(name: "boxes") { id: ID! @column(type: "integer") data: JSON size: Float kind: Kind label: String! count: BigInt
    knots: [Knot!]! @join(to: "box_id", type: "integer") }
  type Knot @table(name: "knots") { id: ID! @column(type: "integer") box: Box @join(from: "box_id", type: "integer") }
  type Spot @node { id: ID! size: Float }
  enum Kind { ONE TWO }
`;
const TABLES = `
  CREATE TABLE boxes (id int PRIMARY KEY, data jsonb, size float8, kind text, label text, count bigint);
    CREATE TABLE knots (id int PRIMARY KEY, box_id int);
  INSERT INTO boxes VALUES (1, '{"n": 750727362669608961}', 1.5, 'ONE', 'a', 1), (2, NULL, 'NaN', 'TWO', 'b', 2),
    (3, NULL, 1, 'three', 'c', 3), (4, NULL, 1, 'ONE', NULL, 4); INSERT INTO knots VALUES (1, 1);
`;
let tables: TwoWays;
const servers: RunningServer[] = [];
beforeAll(async () => {
  tables = await openTwoWays(SDL, TABLES);
  await tables.engine.stores.graph.write.run(`CREATE (:Spot {id: 'a', size: 0.0/0.0}), (:Spot {id: 'b', size: 2.5})`);
  const { engine } = tables;
  const schema = bindSchema(engine.model, engine.graphSchema);
  for (const compiled of [true, false])
    servers.push(await startServer({ engine, schema, log: createSilentLog(), host: 'localhost', port: 0, compiled }));
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await tables?.close();
});

const answer = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text() };
};
const post = (server: RunningServer, body: string | Uint8Array<ArrayBuffer>) =>
  answer(server.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
/** The same from both executors, the first time and again. */
const both = async (body: string) => {
  const [first, ...others] = [await post(servers[0]!, body), await post(servers[0]!, body), await post(servers[1]!, body)];
  for (const other of others) expect(other).toEqual(first);
  return first;
};

describe('numbers in a body', () => {
  it('are answered digit by digit', async () => {
    expect(await both('{"query": "{ boxes(where: {id: {eq: 1}}) { data } }"}')).toEqual({
      status: 200,
      text: '{"data":{"boxes":[{"data":{"n":750727362669608961}}]}}\n',
    });
    expect(
      (
        await post(
          servers[0]!,
          `{"query": "mutation ($data: JSON) { updateBoxes(where: {id: {eq: 1}}, update: {data: {set: $data}}) { boxes { data } } }",
            "variables": {"data": {"n": 750727362669608961, "e": 1e400}}}`,
        )
      ).text,
    ).toBe(`{"data":{"updateBoxes":{"boxes":[{"data":{"e":1${'0'.repeat(400)},"n":750727362669608961}}]}}}\n`);
  });

  it('are compared digit by digit, in a body and in an address', async () => {
    const query = 'query ($data: JSON) { boxes(where: {data: {contains: $data}}) { id } }';
    for (const [number, ids] of [
      ['750727362669608961', '{"id":"1"}'],
      ['750727362669608962', ''],
    ]) {
      expect((await both(`{"query": ${JSON.stringify(query)}, "variables": {"data": {"n": ${number}}}}`)).text).toBe(
        `{"data":{"boxes":[${ids}]}}\n`,
      );
      for (const { url } of servers) {
        const address = `${url}?query=${encodeURIComponent(query)}&variables=${encodeURIComponent(`{"data": {"n": ${number}}}`)}`;
        expect((await answer(address, { headers: { 'apollo-require-preflight': 'yes' } })).text).toBe(`{"data":{"boxes":[${ids}]}}\n`);
      }
    }
  });

  it('that are no value of their type are refused', async () => {
    const { status, text } = await both(
      '{"query": "query ($size: Float) { boxes(where: {size: {lt: $size}}) { id } }", "variables": {"size": 1e400}}',
    );
    expect([status, JSON.parse(text)]).toMatchObject([
      400,
      { errors: [{ message: expect.stringContaining('Float must be from') as unknown, extensions: { code: 'BAD_USER_INPUT' } }] },
    ]);
    const long = await both(
      `{"query": "query ($size: Float) { boxes(where: {size: {lt: $size}}) { id } }", "variables": {"size": 1.${'7'.repeat(100_000)}}}`,
    );
    expect(long.text.length).toBeLessThan(1_000);
  });

  it('end with the body that holds them where it is no JSON', async () => {
    for (const body of [
      '{"query": "{ __typename }", "x": 750727362669608961',
      '{"query": "{ __typename }", "x": 1e400.5}',
      `{"x": 1e400, "y": ${'['.repeat(100_000)}}`,
    ])
      expect((await post(servers[0]!, body)).status, body.slice(0, 60)).toBe(400);
  });
});

describe('texts in a body', () => {
  it('are UTF-8', async () => {
    const bytes = new Uint8Array(
      Buffer.concat([
        Buffer.from('{"query": "{ boxes(where: {label: {eq: \\"'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('\\"}}) { id } }"}'),
      ]),
    );
    expect(await post(servers[0]!, bytes)).toMatchObject({ status: 400, text: expect.stringContaining('is not UTF-8') as unknown });
  });

  it('hold no half of a character', async () => {
    const { text } = await both(
      '{"query": "query ($label: String) { boxes(where: {label: {eq: $label}}) { id } }", "variables": {"label": "x\\ud800y"}}',
    );
    expect(JSON.parse(text)).toMatchObject({
      errors: [{ message: expect.stringContaining('half of a character') as unknown, extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect((await both('{"query": "{ boxes(where: {label: {eq: \\"x\\ud800y\\"}}) { id } }"}')).text).toContain('GRAPHQL_PARSE_FAILED');
  });
});

describe('a value that does not fit its type', () => {
  it.each([
    [
      '{ boxes(where: {id: {in: ["1", "2"]}}, sort: [{id: ASC}]) { size } }',
      { boxes: [{ size: 1.5 }, { size: null }] },
      ['boxes', 1, 'size'],
      'Float cannot represent non numeric value: NaN',
    ],
    [
      '{ boxes(where: {id: {eq: "3"}}) { id kind } }',
      { boxes: [{ id: '3', kind: null }] },
      ['boxes', 0, 'kind'],
      'Enum "Kind" cannot represent value: "three"',
    ],
    ['{ boxes(where: {id: {eq: "4"}}) { id label } }', null, ['boxes', 0, 'label'], 'Cannot return null for non-nullable field Box.label'],
    [
      '{ boxesConnection { aggregate { node { size { max } } } } }',
      { boxesConnection: { aggregate: { node: { size: { max: null } } } } },
      ['boxesConnection', 'aggregate', 'node', 'size', 'max'],
      'Float cannot represent non numeric value: NaN',
    ],
    [
      '{ spots(sort: [{id: ASC}]) { id size } }',
      {
        spots: [
          { id: 'a', size: null },
          { id: 'b', size: 2.5 },
        ],
      },
      ['spots', 0, 'size'],
      'Float cannot represent non numeric value: NaN',
    ],
  ])('is an error of its own in its place: %s', async (query, data, path, why) => {
    const { status, text } = await both(JSON.stringify({ query }));
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      data: data ?? { boxes: null },
      errors: [
        {
          message: `A stored value does not match the type of its field: ${why}.`,
          locations: expect.anything() as unknown,
          path,
          extensions: { code: 'DATA_INVALID' },
        },
      ],
    });
  });
});
