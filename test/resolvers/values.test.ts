import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOddRows, variables, type OddRows } from '../support/odd-rows.js';

let gateway: OddRows;
beforeAll(async () => {
  gateway = await openOddRows();
});
afterAll(() => gateway?.close());

const found: OddRows['found'] = (where) => gateway.found(where);
const foundBy: OddRows['foundBy'] = (...args) => gateway.foundBy(...args);

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
