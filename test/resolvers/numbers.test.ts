import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyTables } from '../../src/model/verify.js';
import { openOddRows, variables, type OddRows } from '../support/odd-rows.js';

let gateway: OddRows;
beforeAll(async () => {
  gateway = await openOddRows();
});
afterAll(() => gateway?.close());

const found: OddRows['found'] = (where) => gateway.found(where);
const foundBy: OddRows['foundBy'] = (...args) => gateway.foundBy(...args);

describe('numbers in JSON', () => {
  const NUMBERS = '{"whole":750727362669608961,"list":[-12345678901234567890.5,0.1234567890123456789],"small":1.5}';

  it('keep their digits when they are written and read', async () => {
    const input = variables(`{"input": [{"id": 750727362669608961, "document": ${NUMBERS},
      "documents": [[1, 2], "text", 750727362669608961], "decimal": 12345678901234567890.123456789, "big": 750727362669608961}]}`);
    const created = await gateway.text(
      'mutation ($input: [OddCreateInput!]!) { createOdds(input: $input) { odds { id document documents decimal big } } }',
      input,
    );
    expect(created).toBe(
      '{"data":{"createOdds":{"odds":[{"id":"750727362669608961",' +
        '"document":{"list":[-12345678901234567890.5,0.1234567890123456789],"small":1.5,"whole":750727362669608961},' +
        '"documents":[[1,2],"text",750727362669608961],"decimal":"12345678901234567890.123456789","big":"750727362669608961"}]}}}\n',
    );
    const read = await gateway.text('query ($id: ID!) { odd(id: $id) { document } }', variables('{"id": 750727362669608961}'));
    expect(read).toBe(
      '{"data":{"odd":{"document":{"list":[-12345678901234567890.5,0.1234567890123456789],"small":1.5,"whole":750727362669608961}}}}\n',
    );
    const changed = await gateway.text(
      `mutation ($id: ID!) { updateOdds(where: {id: {eq: $id}}, update: {document: {set: {whole: 750727362669608963}}}) {
        odds { document } } }`,
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
