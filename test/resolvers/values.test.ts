import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSilentLog } from '../../src/log.js';
import { learnDatabase } from '../../src/model/database.js';
import { verifyTables } from '../../src/model/verify.js';
import { readJson } from '../../src/model/exact-json.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

const SDL = `
  type Odd @table(name: "odds") {
    id: ID! @column(type: "bigint") document: JSON documents: [JSON!] @column(type: "jsonb[]") decimal: Decimal float: Float real: Float @column(type: "real")
    small: Int @column(type: "smallint") big: BigInt positive: Int @column(type: "positive") exact: Decimal @column(type: "integer") number: String @column(type: "integer")
    moment: DateTime wall: LocalDateTime day: Date span: Duration texts: [String!] numbers: [Int!] @column(type: "smallint[]") letters: String }
  type Stamp @table(name: "stamps") { id: ID! @column(type: "timestamp with time zone") size: Int }
  type Day @table(name: "days") { id: ID! @column(type: "date") size: Int }
  type Amount @table(name: "amounts") { id: ID! @column(type: "numeric") size: Int }
  type Weight @table(name: "weights") { id: ID! @column(type: "double precision") size: Int }
  type Level @table(name: "levels") { id: ID! @column(type: "positive") size: Int }
`;
const TABLES = `
  CREATE DOMAIN positive AS smallint CHECK (VALUE > 0);
  CREATE TABLE odds (id bigint PRIMARY KEY, document jsonb, documents jsonb[], "decimal" numeric, "float" float8, "real" real, small smallint, big bigint, positive positive, exact int, number int,
    moment timestamptz, wall timestamp, day date, span interval, texts text[][], numbers smallint[], letters text COLLATE "C");
  INSERT INTO odds VALUES
    (9, '{"a": 750727362669608961, "b": [1e400, 0.1234567890123456789]}', NULL, 'NaN', 1, 0.1, 5, 5, 5, 5, 9, 'infinity', 'infinity', 'infinity', 'infinity', '{a,b}', '{1}', 'ÄRGER'),
    (60, '{"a": 750727362669608960}', NULL, 'Infinity', 2, 0.5, -5, 9, 6, 6, 60, '0044-03-15 01:02:03.5 BC', '0044-03-15 01:02:03.5 BC', '0044-03-15 BC', '-infinity', '{}', '{}', 'ärger'),
    (700, NULL, NULL, '-Infinity', 3, 1, 1, 60, 1, NULL, 700, '12026-03-01', '12026-03-01', '5874897-12-31', 'P1D', NULL, NULL, 'Жук'),
    (701, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '-infinity', '-infinity', '-infinity', NULL, NULL, NULL, NULL);
  CREATE TABLE stamps (id timestamptz PRIMARY KEY, size int); CREATE TABLE days (id date PRIMARY KEY, size int); CREATE TABLE amounts (id numeric PRIMARY KEY, size int); CREATE TABLE weights (id float8 PRIMARY KEY, size int);
  CREATE TABLE levels (id positive PRIMARY KEY, size int); INSERT INTO levels VALUES (5, 1);
`;

let gateway: TwoWays;
beforeAll(async () => {
  gateway = await openTwoWays(SDL, TABLES);
  await learnDatabase(gateway.engine.model, gateway.engine.stores.relational, createSilentLog());
});
afterAll(() => gateway?.close());

/** Variables as a request's body says them. */
const variables = (text: string) => readJson(text) as Record<string, unknown>;
const found = async (where: string): Promise<string[]> =>
  ((await gateway.ask(`{ odds(where: ${where}, sort: [{id: ASC}]) { id } }`)) as { odds: { id: string }[] }).odds.map(({ id }) => id);
const foundBy = async (field: string, operator: string, type: string, value: string): Promise<[string[], string[]]> => {
  const ask = `query ($value: ${type}) { yes: odds(where: {${field}: {${operator}: $value}}, sort: [{id: ASC}]) { id } no: odds(where: {NOT: {${field}: {${operator}: $value}}}, sort: [{id: ASC}]) { id } }`;
  const { yes, no } = (await gateway.ask(ask, variables(`{"value": ${value}}`))) as Record<'yes' | 'no', { id: string }[]>;
  return [yes.map(({ id }) => id), no.map(({ id }) => id)];
};

describe('numbers in JSON', () => {
  const NUMBERS = '{"whole":750727362669608961,"list":[-12345678901234567890.5,0.1234567890123456789],"small":1.5}';

  it('keep their digits when they are written and read', async () => {
    const input = variables(
      `{"input": [{"id": 750727362669608961, "document": ${NUMBERS}, "documents": [[1, 2], "text", 750727362669608961], "decimal": 12345678901234567890.123456789, "big": 750727362669608961}]}`,
    );
    const created = await gateway.text(
      'mutation ($input: [OddCreateInput!]!) { createOdds(input: $input) { odds { id document documents decimal big } } }',
      input,
    );
    expect(created).toBe(
      '{"data":{"createOdds":{"odds":[{"id":"750727362669608961","document":{"list":[-12345678901234567890.5,0.1234567890123456789],"small":1.5,"whole":750727362669608961},"documents":[[1,2],"text",750727362669608961],"decimal":"12345678901234567890.123456789","big":"750727362669608961"}]}}}\n',
    );
    const read = await gateway.text('query ($id: ID!) { odd(id: $id) { document } }', variables('{"id": 750727362669608961}'));
    expect(read).toBe(
      '{"data":{"odd":{"document":{"list":[-12345678901234567890.5,0.1234567890123456789],"small":1.5,"whole":750727362669608961}}}}\n',
    );
    const changed = await gateway.text(
      'mutation ($id: ID!) { updateOdds(where: {id: {eq: $id}}, update: {document: {set: {whole: 750727362669608963}}}) { odds { document } } }',
      variables('{"id": 750727362669608961}'),
    );
    expect(changed).toBe('{"data":{"updateOdds":{"odds":[{"document":{"whole":750727362669608963}}]}}}\n');
    await gateway.ask(
      'mutation ($id: ID!) { deleteOdds(where: {id: {eq: $id}}) { nodesDeleted } }',
      variables('{"id": 750727362669608961}'),
    );
  });

  it('of any size come out of a column', async () => {
    const text = await gateway.text('{ odds(where: {id: {eq: 9}}) { document } }');
    expect(text).toBe(`{"data":{"odds":[{"document":{"a":750727362669608961,"b":[1${'0'.repeat(400)},0.1234567890123456789]}}]}}\n`);
  });

  it.each([
    ['eq', '{"a": 750727362669608960}', ['60']],
    ['contains', '{"a": 750727362669608961}', ['9']],
    ['contains', '{"a": 750727362669608962}', []],
    ['contains', '{"b": [1e400]}', ['9']],
  ])('are compared digit by digit: %s %s', async (operator, value, ids) => {
    expect((await foundBy('document', operator, 'JSON', value))[0]).toEqual(ids);
    if (!value.includes('"b"')) expect(await found(`{document: {${operator}: ${value.replaceAll('"', '')}}}`)).toEqual(ids);
  });

  it('are compared at paths, in variables and as they are written in a document', async () => {
    expect(await found('{document: {at: [{path: ["a"], gt: 750727362669608960}]}}')).toEqual(['9']);
    expect(await found('{document: {at: [{path: ["a"], in: [1, 750727362669608960]}]}}')).toEqual(['60']);
    const { odds } = await gateway.ask(
      'query ($at: [JSONPathCondition!]) { odds(where: {document: {at: $at}}) { id } }',
      variables('{"at": [{"path": ["a"], "eq": 750727362669608961}, {"path": ["b", "0"], "gte": 1e400}]}'),
    );
    expect(odds).toEqual([{ id: '9' }]);
    expect(
      (
        await gateway.ask(
          'query ($n: JSON) { odds(where: {document: {contains: {a: $n}}}) { id } }',
          variables('{"n": 750727362669608961}'),
        )
      )['odds'],
    ).toEqual([{ id: '9' }]);
  });

  it('that no Float is are refused, those that one stands for are not', async () => {
    const ask = (value: string) =>
      gateway.run('query ($size: Float) { odds(where: {float: {lt: $size}}) { id } }', variables(`{"size": ${value}}`));
    for (const [value, why] of [
      ['9007199254740993', 'would become 9007199254740992'],
      ['1.2345678901234567890123', 'would become 1.2345678901234567'],
      ['1e400', 'Float must be from'],
      ['-1e400', 'Float must be from'],
    ]) {
      expect((await ask(value!)).errors?.[0]?.message, value).toContain(why);
      expect((await gateway.run(`{ odds(where: {float: {lt: ${value}}}) { id } }`)).errors?.[0]?.message, value).toContain(why);
    }
    for (const value of ['0.10000000000000001', '0.1000000000000000055511151231257827', '9007199254740992'])
      expect((await ask(value)).errors, value).toBeUndefined();
    expect(
      (await gateway.run('query ($size: Int) { odds(where: {small: {lt: $size}}) { id } }', variables('{"size": 750727362669608961}')))
        .errors?.[0]?.message,
    ).toContain('Int must be an integer');
    expect(
      (await gateway.run('query ($id: ID!) { odd(id: $id) { id } }', variables('{"id": 1.2345678901234567890123}'))).errors?.[0]?.message,
    ).toContain('ID must be a string or an integer');
  });
});

describe('what a field gives out it takes in', () => {
  it.each([
    ['moment', 'DateTime'],
    ['wall', 'LocalDateTime'],
    ['day', 'Date'],
    ['span', 'Duration'],
    ['decimal', 'Decimal'],
  ])('%s', async (field, type) => {
    const { odds } = (await gateway.ask(`{ odds(where: {NOT: {${field}: {eq: null}}}) { id ${field} } }`)) as {
      odds: ({ id: string } & Record<string, string>)[];
    };
    expect(odds.length).toBeGreaterThan(2);
    for (const row of odds) {
      const { id } = row;
      const value = row[field]!;
      expect((await foundBy(field, 'eq', type, JSON.stringify(value)))[0], value).toEqual([id]);
      expect((await foundBy(field, 'in', `[${type}!]`, JSON.stringify([value])))[0], value).toEqual([id]);
      expect((await foundBy(field, 'gte', type, JSON.stringify(value)))[0], value).toContain(id);
      const set = await gateway.ask(
        `mutation ($value: ${type}) { updateOdds(where: {${field}: {eq: $value}}, update: {${field}: {set: $value}}) { odds { id ${field} } } }`,
        { value },
      );
      expect(set).toEqual({ updateOdds: { odds: [row] } });
    }
    const { oddsConnection } = (await gateway.ask(
      `{ oddsConnection { aggregate { node { ${field} { min max } } } groupBy(fields: [${field.toUpperCase()}]) { key { ${field} } } } }`,
    )) as { oddsConnection: { groupBy: { key: Record<string, string | null> }[] } };
    expect(
      oddsConnection.groupBy
        .map(({ key }) => key[field])
        .filter((value) => value !== null)
        .sort(),
    ).toEqual(odds.map((row) => row[field]).sort());
    // Page by page, from cursor to cursor.
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const { oddsConnection: page } = (await gateway.ask(
        `query ($after: String) { oddsConnection(first: 1, after: $after, sort: [{${field}: DESC}]) { edges { cursor node { id } } pageInfo { hasNextPage } } }`,
        { after },
      )) as { oddsConnection: { edges: { cursor: string; node: { id: string } }[]; pageInfo: { hasNextPage: boolean } } };
      seen.push(page.edges[0]!.node.id);
      if (!page.pageInfo.hasNextPage) break;
      after = page.edges[0]!.cursor;
    }
    expect([...seen].sort()).toEqual(['60', '700', '701', '9']);
  });

  it('is shown as it is', async () => {
    const { odds } = await gateway.ask('{ odds(sort: [{id: ASC}]) { moment wall day span decimal } }');
    expect(odds).toEqual([
      { moment: 'infinity', wall: 'infinity', day: 'infinity', span: 'infinity', decimal: 'NaN' },
      {
        moment: '0044-03-15T01:02:03.500Z BC',
        wall: '0044-03-15T01:02:03.5 BC',
        day: '0044-03-15 BC',
        span: '-infinity',
        decimal: 'Infinity',
      },
      { moment: '12026-03-01T00:00:00.000Z', wall: '12026-03-01T00:00:00', day: '5874897-12-31', span: 'P1D', decimal: '-Infinity' },
      { moment: '-infinity', wall: '-infinity', day: '-infinity', span: null, decimal: null },
    ]);
  });

  it.each([
    ['stamp', ['infinity', '-infinity', '0044-03-15 01:02:03.5+00 BC', '12026-03-01 00:00:00+00'], ['x', '2026-13-01 00:00:00+00', '']],
    [
      'day',
      ['infinity', '-infinity', '0044-03-15 BC', '5874897-12-31', '12026-02-28'],
      ['x', '0000-01-01', '2026-02-30', '0045-02-30 BC', 'infinite'],
    ],
    ['amount', ['NaN', 'Infinity', '-Infinity', '12345678901234567890.5'], ['x', 'nano']],
    ['weight', ['NaN', 'Infinity', '-Infinity', '1e+300'], ['x', '1e999', '1e-999']],
  ])('also as the key of a %s', async (name, keys, others) => {
    const [one, many] = [`${name[0]!.toUpperCase()}${name.slice(1)}`, `${name}s`];
    for (const id of keys) {
      expect(await gateway.ask(`mutation ($id: ID!) { create${one}s(input: [{id: $id}]) { ${many} { id } } }`, { id }), id).toEqual({
        [`create${one}s`]: { [many]: [{ id }] },
      });
      expect(
        await gateway.ask(
          `mutation ($id: ID!) { update${one}s(where: {id: {eq: $id}}, update: {size: {set: 1}}) { ${many} { id size } } }`,
          { id },
        ),
        id,
      ).toEqual({ [`update${one}s`]: { [many]: [{ id, size: 1 }] } });
      expect(
        await gateway.ask(
          `query ($id: ID!) { ${name}(id: $id) { id } eq: ${many}(where: {id: {eq: $id}}) { id } in: ${many}(where: {id: {in: [$id]}}) { id } }`,
          { id },
        ),
        id,
      ).toEqual({ [name]: { id }, eq: [{ id }], in: [{ id }] });
    }
    for (const id of others)
      expect(
        await gateway.ask(
          `query ($id: ID!) { ${name}(id: $id) { id } eq: ${many}(where: {id: {eq: $id}}) { id } in: ${many}(where: {id: {in: [$id]}}) { id } }`,
          { id },
        ),
        id,
      ).toEqual({ [name]: null, eq: [], in: [] });
    expect(await gateway.ask(`mutation ($ids: [ID!]) { delete${one}s(where: {id: {in: $ids}}) { nodesDeleted } }`, { ids: keys })).toEqual({
      [`delete${one}s`]: { nodesDeleted: keys.length },
    });
  });
});

describe('a number that a column cannot hold', () => {
  const ALL = ['9', '60', '700'];
  it.each([
    ['small', 'Int', '100000', true],
    ['small', 'Int', '-100000', false],
    ['positive', 'Int', '100000', true],
    ['positive', 'Int', '-5', false],
    ['big', 'BigInt', '"9223372036854775808"', true],
    ['big', 'BigInt', '-99999999999999999999', false],
    ['real', 'Float', '1e100', true],
    ['real', 'Float', '-1e100', false],
    ['real', 'Float', '1e-60', false],
    ['exact', 'Decimal', '1e30', true],
    ['exact', 'Decimal', '"NaN"', true],
    ['exact', 'Decimal', '"-1.5"', false],
  ] as const)('is larger or smaller than all in it: %s, %s %s', async (field, type, value, isLarger) => {
    const held = field === 'exact' ? ALL.slice(0, 2) : ALL;
    for (const operator of ['eq', 'lt', 'lte', 'gt', 'gte']) {
      const passes = operator === 'eq' ? false : operator.startsWith('l') === isLarger;
      const expected = [passes ? held : [], passes ? [] : held];
      expect(await foundBy(field, operator, type, value), operator).toEqual(expected);
      expect(await found(`{${field}: {${operator}: ${value}}}`), operator).toEqual(expected[0]);
    }
  });

  it('is not among those that are', async () => {
    expect((await foundBy('small', 'in', '[Int!]', '[5, 100000, -7]'))[0]).toEqual(['9']);
    expect((await foundBy('positive', 'in', '[Int!]', '[5, 100000, -7]'))[0]).toEqual(['9']);
    expect((await foundBy('big', 'in', '[BigInt!]', '[5, 99999999999999999999]'))[0]).toEqual(['9']);
    expect((await foundBy('real', 'in', '[Float!]', '[0.1, 1e100]'))[0]).toEqual(['9']);
    expect(await found('{small: {in: [5, 100000]}, real: {in: [0.1, 1e100]}, big: {in: [5, 99999999999999999999]}}')).toEqual(['9']);
    expect(await foundBy('numbers', 'includes', 'Int', '100000')).toEqual([[], ['9', '60', '700', '701']]);
    expect((await foundBy('numbers', 'includesSome', '[Int!]', '[1, 100000]'))[0]).toEqual(['9']);
    expect((await foundBy('numbers', 'includesAll', '[Int!]', '[1, 100000]'))[0]).toEqual([]);
    expect((await foundBy('numbers', 'eq', '[Int!]', '[100000]'))[0]).toEqual([]);
  });

  it('that a domain forbids is no key, and is refused where it is written', async () => {
    for (const id of ['-5', '100000', '0', 'x'])
      expect(await gateway.ask('query ($id: ID!) { level(id: $id) { id } levels(where: {id: {in: [$id, "5"]}}) { id } }', { id })).toEqual({
        level: null,
        levels: [{ id: '5' }],
      });
    expect(await gateway.ask('{ level(id: "5") { size } }')).toEqual({ level: { size: 1 } });
    for (const [type, write] of [
      ['Level', 'createLevels(input: [{id: "-5"}]) { info { nodesCreated } }'],
      ['Odd', 'updateOdds(where: {id: {eq: 9}}, update: {positive: {set: 0}}) { info { nodesDeleted } }'],
    ]) {
      const { errors } = await gateway.run(`mutation { ${write} }`);
      expect(errors).toMatchObject([
        { message: `A value of ${type} breaks the rule positive_check. Nothing was written.`, extensions: { code: 'CHECK_VIOLATION' } },
      ]);
    }
    expect(await verifyTables(gateway.engine.model, gateway.engine.stores.relational)).toEqual([]);
  });
});

it('the least and the greatest of IDs and Strings are those of the column, the shortest and longest those of the texts', async () => {
  const { oddsConnection } = await gateway.ask(
    '{ oddsConnection { aggregate { node { id { min max shortest longest } number { min max } } } } }',
  );
  expect(oddsConnection).toEqual({
    aggregate: { node: { id: { min: '9', max: '701', shortest: '9', longest: '700' }, number: { min: '9', max: '700' } } },
  });
});

it('a list of lists is an error in the place of a list', async () => {
  await gateway.engine.stores.relational.script(`UPDATE odds SET texts = '{{a,b},{c,d}}', numbers = '{{1},{2}}' WHERE id = 60`);
  for (const field of ['texts', 'numbers']) {
    const { data, errors } = await gateway.run(`{ odds(sort: [{id: ASC}], limit: 2) { id ${field} } }`);
    expect(data).toEqual({
      odds: [
        { id: '9', [field]: field === 'texts' ? ['a', 'b'] : [1] },
        { id: '60', [field]: null },
      ],
    });
    expect(errors).toMatchObject([{ path: ['odds', 1, field], extensions: { code: 'DATA_INVALID' } }]);
  }
  await gateway.engine.stores.relational.script(`UPDATE odds SET texts = '{}', numbers = '{}' WHERE id = 60`);
});

it('caseInsensitive knows all letters, also in a column that knows A to Z only', async () => {
  expect(await found('{letters: {caseInsensitive: {eq: "ärger"}}}')).toEqual(['9', '60']);
  expect(await found('{letters: {caseInsensitive: {in: ["ÄRGER", "жУК"]}}}')).toEqual(['9', '60', '700']);
  expect(await found('{letters: {caseInsensitive: {startsWith: "жу"}}}')).toEqual(['700']);
  expect(await found('{letters: {caseInsensitive: {contains: "RGE", endsWith: "ER"}}}')).toEqual(['9', '60']);
});

describe('half of a character', () => {
  it.each([
    ['ID!', 'odd(id: $value)', '"\\ud800"'],
    ['[String!]', 'odds(where: {letters: {in: $value}})', '["a", "x\\udc00"]'],
    ['JSON', 'odds(where: {document: {eq: $value}})', '{"a": ["\\ud800"]}'],
    ['JSON', 'odds(where: {document: {eq: $value}})', '{"\\ud800": 1}'],
    ['OddWhere', 'odds(where: $value)', '{"letters": {"eq": "\\udfff"}}'],
  ])('is refused in a variable of type %s', async (type, field, value) => {
    const { data, errors } = await gateway.run(`query ($value: ${type}) { ${field} { id } }`, variables(`{"value": ${value}}`));
    expect(data).toBeUndefined();
    expect(errors?.[0]?.message).toMatch(/^Variable "\$value" got invalid value .*; a text holds half of a character/);
  });

  it('is no part of a document, and a whole one is a text', async () => {
    await expect(gateway.run('{ odds(where: {letters: {eq: "\ud800"}}) { id } }')).rejects.toThrow('Invalid character');
    expect(
      (
        await gateway.ask(
          'query ($value: String) { odds(where: {letters: {eq: $value}}) { id } }',
          variables('{"value": "\\ud83d\\ude00"}'),
        )
      )['odds'],
    ).toEqual([]);
  });
});

describe.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s', (name) => {
  it('names anything in the response', async () => {
    const asked = `{ ${name}: odds(where: {id: {eq: 9}}) { ${name}: small } x: oddsConnection(first: 1, sort: [{id: ASC}]) { ${name}: edges { ${name}: node { ${name}: id } } y: edges { ${name}: cursor } z: pageInfo { ${name}: hasNextPage } }
      t: oddsConnection { ${name}: totalCount } a: oddsConnection { ${name}: aggregate { ${name}: count { ${name}: nodes } n: node { ${name}: small { ${name}: max } } } g: groupBy(fields: [BIG], limit: 1) { ${name}: key { ${name}: big } } } }`;
    const cursor = Buffer.from('["id+","9"]').toString('base64url');
    expect(JSON.stringify(await gateway.ask(asked))).toBe(
      `{"NAME":[{"NAME":5}],"x":{"NAME":[{"NAME":{"NAME":"9"}}],"y":[{"NAME":"${cursor}"}],"z":{"NAME":true}},"t":{"NAME":4},"a":{"NAME":{"NAME":{"NAME":4},"n":{"NAME":{"NAME":5}}},"g":[{"NAME":{"NAME":"5"}}]}}`.replaceAll(
        'NAME',
        name,
      ),
    );
    const changed = await gateway.ask(
      `mutation { ${name}: updateOdds(where: {id: {eq: 9}}, update: {small: {set: 5}}) { ${name}: odds { ${name}: id } i: info { ${name}: nodesDeleted } } }`,
    );
    expect(JSON.stringify(changed)).toBe(`{"NAME":{"NAME":[{"NAME":"9"}],"i":{"NAME":0}}}`.replaceAll('NAME', name));
  });

  it('names a variable, given or not, a fragment and an operation', async () => {
    const asked = `query ${name}($${name}: ID) { odds(where: {id: {eq: $${name}}, small: {lt: 100}}) { ...${name} } } fragment ${name} on Odd { id }`;
    expect((await gateway.ask(asked, variables(`{"${name}": "9"}`)))['odds']).toEqual([{ id: '9' }]);
    // A condition with a variable that is not there asks nothing.
    expect((await gateway.ask(asked, {}))['odds']).toHaveLength(3);
  });
});
