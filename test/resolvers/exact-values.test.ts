import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

const SDL = `
  type Clock @table(name: "clocks") {
    id: ID! @column(type: "integer") moment: DateTime wall: LocalDateTime hour: LocalTime zoned: Time span: Duration data: Bytes
    moments: [DateTime!] zones: [Time!] loose: String @column(type: "time without time zone") }
  type Stamp @table(name: "stamps") { id: ID! @column(type: "timestamp with time zone") }
`;
const TABLES = `
  CREATE TABLE clocks (id int PRIMARY KEY, moment timestamptz, wall timestamp, hour time, zoned timetz, span interval, data bytea,
    moments timestamptz[], zones timetz[], loose time);
  INSERT INTO clocks (id, hour, zoned, span, data) VALUES
    (1, '24:00:00', '24:00:00+05', 'P-1DT-2H', '\\x00'), (2, '00:00:00', '12:00:00+05', 'P1DT2H', NULL),
    (3, '23:59:59.123456', '07:00:00+00', 'P1Y-2M3DT-4H-5M-6.5S', '\\x4f4452'),
    (4, NULL, '12:00:00+05:30:15', '-infinity', NULL);
  CREATE TABLE stamps (id timestamptz PRIMARY KEY); INSERT INTO stamps VALUES ('2026-03-01T09:30:00.123457Z');
`;

let gateway: TwoWays;
beforeAll(async () => {
  gateway = await openTwoWays(SDL, TABLES);
});
afterAll(() => gateway?.close());

type Rows = { clocks: Record<string, string>[] };
const run = (literal: boolean, operation: string, type: string, value: unknown) =>
  literal
    ? gateway.run(operation.replaceAll('$value', JSON.stringify(value)))
    : gateway.run(operation.replace(/^(query|mutation)/, `$1 ($value: ${type})`), { value });
const messages = ({ errors }: Awaited<ReturnType<TwoWays['run']>>) => (errors ?? []).map(({ message }) => message).join(' ');

describe.each([
  ['as a literal', true],
  ['in a variable', false],
])('%s', (_, literal) => {
  const where = (field: string, operator: string) => `query { clocks(where: {${field}: {${operator}: $value}}, sort: [{id: ASC}]) { id } }`;
  const create = (field: string) => `mutation { createClocks(input: [{id: 9, ${field}: $value}]) { clocks { id } } }`;
  const update = (field: string, operator: string) =>
    `mutation { updateClocks(where: {id: {eq: 1}}, update: {${field}: {${operator}: $value}}) { clocks { id } } }`;

  describe.each([
    ['moment', 'DateTime', '2026-03-01T09:30:00.1234567Z', '2026-03-01T09:30:00.123456000Z'],
    ['wall', 'LocalDateTime', '2026-03-01T09:30:00.1234567', '2026-03-01T09:30:00.1234560000000'],
    ['hour', 'LocalTime', '09:30:00.000000001', '09:30:00.000001000'],
    ['zoned', 'Time', '09:30:00.1234565+05:00', '09:30:00.1234560+05:00'],
    ['span', 'Duration', 'PT0.0000001S', 'PT0.0000010S'],
  ])('%s', (field, type, fine, held) => {
    it('is refused with more digits than its column holds', async () => {
      const refused = new RegExp(`A value is not valid here: ${type} of a row has at most 6 digits behind the second, but got "`);
      for (const operator of ['eq', 'gt', 'lte']) expect(messages(await run(literal, where(field, operator), type, fine))).toMatch(refused);
      expect(messages(await run(literal, where(field, 'in'), `[${type}!]`, [held, fine]))).toMatch(refused);
      expect(messages(await run(literal, create(field), type, fine))).toMatch(refused);
      expect(messages(await run(literal, update(field, 'set'), type, fine))).toMatch(refused);
    });

    it('may have zeros behind them', async () => {
      expect(messages(await run(literal, where(field, 'eq'), type, held))).toBe('');
      expect(messages(await run(literal, update(field, 'set'), type, held))).toBe('');
      expect((await run(literal, where(field, 'eq'), type, held)).data).toEqual({ clocks: [{ id: '1' }] });
      await gateway.ask(
        'mutation { updateClocks(where: {id: {eq: 1}}, update: {hour: {set: "24:00:00"}, zoned: {set: ' +
          '"24:00:00+05:00"}, span: {set: "P-1DT-2H"}}) { clocks { id } } }',
      );
    });
  });

  it('lists of times are refused, too', async () => {
    const fine = ['2026-03-01T09:30:00Z', '2026-03-01T09:30:00.1234567Z'];
    for (const operation of [where('moments', 'includesAll'), where('moments', 'eq'), create('moments'), update('moments', 'push')])
      expect(messages(await run(literal, operation, '[DateTime!]', fine))).toContain(
        'DateTime of a row has at most 6 digits behind the second',
      );
    expect(messages(await run(literal, where('moments', 'includes'), 'DateTime', fine[1]))).toContain('has at most 6 digits');
  });

  it('no time is rounded to a key', async () => {
    const ask = (id: string) => run(literal, 'query { stamp(id: $value) { id } stamps(where: {id: {in: [$value]}}) { id } }', 'ID!', id);
    expect((await ask('2026-03-01 09:30:00.1234567+00')).data).toEqual({ stamp: null, stamps: [] });
    const id = '2026-03-01 09:30:00.123457+00';
    expect((await ask('2026-03-01 09:30:00.1234570+00')).data).toEqual({ stamp: { id }, stamps: [{ id }] });
    const created = await run(
      literal,
      'mutation { createStamps(input: [{id: $value}]) { stamps { id } } }',
      'ID!',
      '2026-03-01 09:30:00.1234561+00',
    );
    expect(messages(created)).toContain('has at most 6 digits behind the second');
  });

  it.each([
    ['moment', 'DateTime', '2026-01-01T23:59:60Z', 'DateTime has seconds from 00 to 59, and no leap seconds'],
    ['moment', 'DateTime', '2026-01-01T24:00:00Z', 'DateTime has hours from 00 to 23: 24:00 is 00:00 of the day after'],
    ['wall', 'LocalDateTime', '2026-01-01T23:59:60.5', 'LocalDateTime has seconds from 00 to 59, and no leap seconds'],
    ['wall', 'LocalDateTime', '2026-01-01T24:00', 'LocalDateTime has hours from 00 to 23'],
    ['hour', 'LocalTime', '23:59:60', 'LocalTime has seconds from 00 to 59, and no leap seconds'],
    ['hour', 'LocalTime', '24:00:01', 'LocalTime ends with 24:00:00'],
    ['zoned', 'Time', '23:59:60+01', 'Time has seconds from 00 to 59, and no leap seconds'],
    ['zoned', 'Time', '24:00:00.5Z', 'Time ends with 24:00:00'],
    ['moment', 'DateTime', '2026-01-01T23:59:59.1234567891Z', 'DateTime has at most 9 digits behind the second'],
    ['span', 'Duration', 'P1.5D', 'a duration may have a fraction of seconds only'],
    ['span', 'Duration', 'PT1.5M', 'a duration may have a fraction of seconds only'],
    ['span', 'Duration', 'P1D1Y', 'a duration is not written as one'],
    ['span', 'Duration', 'P', 'a duration is not written as one'],
    ['span', 'Duration', 'P1DT', 'a duration is not written as one'],
    ['span', 'Duration', 'PT1.S', 'a duration is not written as one'],
    [
      'data',
      'Bytes',
      'AB==',
      'Bytes must be canonical base64, whose last character before = leaves no bit over, but got "AB==" at the end. Write "AA=="',
    ],
    ['data', 'Bytes', 'AAB=', 'Write "AAA="'],
    ['data', 'Bytes', 'AA', 'Bytes must be written like "T0RSQVM=", but got "AA"'],
  ])('%s of type %s is no %s', async (field, type, value, why) => {
    expect(messages(await run(literal, where(field, 'eq'), type, value))).toContain(why);
    expect(messages(await run(literal, where(field, 'in'), `[${type}!]`, [value]))).toContain(why);
    expect(messages(await run(literal, create(field), type, value))).toContain(why);
    expect(messages(await run(literal, update(field, 'set'), type, value))).toContain(why);
  });

  it.each([
    ['-P1DT2H', ['1']],
    ['P-1DT-2H', ['1']],
    ['-P-1DT-2H', ['2']],
    ['P1DT120M', ['2']],
    ['P10M3DT-4H-5M-6.5S', ['3']],
    ['-P-10M-3DT4H5M6.5S', ['3']],
    ['-infinity', ['4']],
  ])('a duration is found as %s', async (value, ids) => {
    const { data } = await run(literal, where('span', 'eq'), 'Duration', value);
    expect((data as unknown as Rows).clocks.map(({ id }) => id)).toEqual(ids);
  });
});

describe('what a field gives out it takes in', () => {
  it.each([
    ['hour', 'LocalTime', ['24:00:00', '00:00:00', '23:59:59.123456']],
    ['zoned', 'Time', ['24:00:00+05:00', '12:00:00+05:00', '07:00:00Z', '12:00:00+05:30:15']],
    ['span', 'Duration', ['P-1DT-2H', 'P1DT2H', 'P10M3DT-4H-5M-6.5S', '-infinity']],
    ['data', 'Bytes', ['AA==', 'T0RS']],
  ])('%s of type %s', async (field, type, values) => {
    const { clocks } = (await gateway.ask(`{ clocks(where: {NOT: {${field}: {eq: null}}}, sort: [{id: ASC}]) { id ${field} } }`)) as Rows;
    expect(clocks.map((row) => row[field])).toEqual(values);
    for (const row of clocks) {
      const value = row[field]!;
      for (const [operator, given] of [
        ['eq', value],
        ['in', [value]],
      ] as const) {
        const found = await gateway.ask(
          `query ($value: ${operator === 'in' ? `[${type}!]` : type}) { clocks(where: {${field}: {${operator}: $value}}) { id } }`,
          { value: given },
        );
        expect(found, JSON.stringify(given)).toEqual({ clocks: [{ id: row['id'] }] });
      }
      expect(
        await gateway.ask(
          `mutation ($value: ${type}) { updateClocks(where: {${field}: {eq: $value}}, update: {${field}: {set: ` +
            `$value}}) { clocks { id ${field} } } }`,
          { value },
        ),
      ).toEqual({ updateClocks: { clocks: [row] } });
    }
  });
});

describe('a time of day with its zone', () => {
  it('is compared and put in order as PostgreSQL does: by the moment, then by the zone', async () => {
    const ids = async (words: string) => ((await gateway.ask(`{ clocks(${words}) { id } }`)) as Rows).clocks.map(({ id }) => id);
    expect(await ids('where: {zoned: {gt: "07:00:00Z"}}, sort: [{zoned: ASC}]')).toEqual(['1']);
    expect(await ids('where: {zoned: {lt: "07:00:00Z"}}, sort: [{zoned: ASC}]')).toEqual(['4', '2']);
    expect(await ids('where: {zoned: {gte: "12:00:00+05:00"}}, sort: [{zoned: DESC}]')).toEqual(['1', '3', '2']);
    expect(await ids('where: {NOT: {zoned: {in: ["07:00Z", "12:00+05"]}}}, sort: [{id: ASC}]')).toEqual(['1', '4']);
  });

  it('has a least and a greatest, and groups', async () => {
    expect(
      await gateway.ask(
        '{ clocksConnection(where: {id: {in: [2, 3]}}) { aggregate { node { zoned { min max count distinct } } } ' +
          'groupBy(fields: [ZONED], sort: [{key: {zoned: ASC}}]) { key { zoned } } } }',
      ),
    ).toEqual({
      clocksConnection: {
        aggregate: { node: { zoned: { min: '12:00:00+05:00', max: '07:00:00Z', count: 2, distinct: 2 } } },
        groupBy: [{ key: { zoned: '12:00:00+05:00' } }, { key: { zoned: '07:00:00Z' } }],
      },
    });
  });

  it('stands in lists', async () => {
    expect(
      await gateway.ask(
        'mutation { updateClocks(where: {id: {eq: 4}}, update: {zones: {set: ["12:00+05", "01:00Z"]}}) { clocks { zones } } }',
      ),
    ).toEqual({ updateClocks: { clocks: [{ zones: ['12:00:00+05:00', '01:00:00Z'] }] } });
    expect(await gateway.ask('{ clocks(where: {zones: {includes: "01:00:00+00:00"}}) { id } }')).toEqual({ clocks: [{ id: '4' }] });
  });
});
