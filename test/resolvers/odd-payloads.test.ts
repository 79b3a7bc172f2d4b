import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRows } from '../../src/mutate/projection.js';
import type { ColumnField } from '../../src/model/fields.js';
import { tableType, type EmbeddedType } from '../../src/model/types.js';
import { migrateVectors } from '../../src/operations/migrate.js';
import { compare } from '../../src/predicate/types.js';
import { splitWhere } from '../../src/vector/payload.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

const id = (index: number) => `00000000-0000-4000-8000-00000000000${index}`;
let gateway: TwoWays;
beforeAll(async () => {
  gateway = await openTwoWays(
    `type Spot @table(name: "spots") @embedding(collection: "spots", of: ["title"], payload: ["at", "size"]) {
      id: ID! title: String! at: DateTime size: Float }`,
    `CREATE TABLE spots (id uuid PRIMARY KEY, title text NOT NULL, at timestamptz, size float8);
     INSERT INTO spots VALUES ('${id(1)}', 'a spot', 'infinity', 'NaN'), ('${id(2)}', 'a spot', '-infinity', '-Infinity'),
       ('${id(3)}', 'a spot', '12026-03-01', 'Infinity'), ('${id(4)}', 'a spot', '0044-03-15 BC', 1.7976931348623157e308),
       ('${id(5)}', 'a spot', '2026-03-01', 1), ('${id(6)}', 'a spot', NULL, NULL);`,
  );
  await migrateVectors(gateway.engine);
  expect(await projectRows(gateway.engine, tableType(gateway.engine.model, 'Spot'), [1, 2, 3, 4, 5, 6].map(id))).toBeUndefined();
});
afterAll(() => gateway?.close());

// What points carry is asked first: it must never leave out a row that SQL would take.
it.each([
  '{at: {gt: "2020-01-01T00:00:00Z"}}',
  '{at: {lt: "2020-01-01T00:00:00Z"}}',
  '{NOT: {at: {gte: "2026-03-01T00:00:00Z"}}}',
  '{at: {eq: "infinity"}}',
  '{at: {lte: "9999-12-31T23:59:59.999999Z"}}',
  '{at: {gt: "9999-12-31T23:59:59.999999Z"}}',
  '{at: {gt: "0001-01-01T00:00:00Z"}}',
  '{at: {eq: "12026-03-01T00:00:00Z"}}',
  '{at: {in: ["0044-03-15T00:00:00Z BC", "-infinity"]}}',
  '{size: {gt: 5}}',
  '{size: {lt: 5}}',
  '{NOT: {size: {lte: 1}}}',
  '{size: {lt: 1.7976931348623157e308}}',
  '{size: {gte: 1.7976931348623157e308}}',
  '{size: {eq: null}}',
])('a search among points finds the rows that SQL finds: %s', async (where) => {
  const { spots } = (await gateway.ask(`{ spots(where: ${where}, sort: [{id: ASC}]) { id } }`)) as { spots: { id: string }[] };
  const { data } = (await gateway.run(`{ search(text: "spot", where: {spot: ${where}}) { node { ... on Spot { id } } } }`)) as {
    data: { search: { node: { id: string } }[] };
  };
  expect(data.search.map(({ node }) => node.id).sort()).toEqual(spots.map((row) => row.id));
});

it('a search refuses a time with more digits than rows have', async () => {
  for (const [where, passes] of [
    ['{at: {gt: "2020-01-01T00:00:00.1234567Z"}}', false],
    ['{at: {eq: "2020-01-01T00:00:00.1234567Z"}}', false],
    ['{at: {gt: "2020-01-01T00:00:00.123456000Z"}}', true],
  ] as const) {
    const { errors } = await gateway.run(`{ search(text: "spot", where: {spot: ${where}}) { score } }`);
    if (passes) expect(errors, where).toBeUndefined();
    else expect(errors?.[0]?.message, where).toContain('DateTime of a row has at most 6 digits behind the second');
  }
});

// In JSON they would be null, and a bound of null is none: what is within no bounds differs between versions of Qdrant.
it.each(['eq', 'gt', 'gte', 'lt', 'lte'])('a number that JSON has no word for is no bound of a filter: %s', (operator) => {
  const type = tableType(gateway.engine.model, 'Spot') as EmbeddedType;
  const field = type.fields.get('size') as ColumnField;
  for (const value of [Infinity, -Infinity, NaN]) {
    const where = compare({ field, operator, value });
    expect(splitWhere(type, where)).toEqual({ filter: undefined, pushed: undefined, rest: where });
  }
});
