import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableType } from '../../src/model/types.js';
import { verifyTables } from '../../src/model/verify.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

const SDL = `
  type Shelf @table(name: "shelves") { id: ID! @column(type: "integer") name: String! room: String
    boxes: [Box!]! @join(to: "shelf_id", type: "integer") }
  type Box @table(name: "boxes", unique: [["shelf_id", "number"], ["code"], ["shelf_id", "nick"]]) {
    id: ID! @column(type: "integer") number: Int! code: String! nick: String shelf: Shelf @join(from: "shelf_id", type: "integer") }`;
const TABLES = `
  CREATE TABLE shelves (id int PRIMARY KEY, name text NOT NULL, room text);
  CREATE TABLE boxes (id int PRIMARY KEY, number int NOT NULL, code text NOT NULL, nick text, shelf_id int REFERENCES shelves);
  CREATE UNIQUE INDEX ON boxes (number, shelf_id); CREATE UNIQUE INDEX ON boxes (code); CREATE UNIQUE INDEX ON boxes (shelf_id, nick);
  INSERT INTO shelves SELECT i, 'S' || i % 2, NULL FROM generate_series(1, 4) i;
  INSERT INTO boxes SELECT 50 - i, i / 4, 'C' || i * 7 % 40, CASE WHEN i % 3 = 0 THEN NULL ELSE 'N' || i END,
    i % 4 + 1 FROM generate_series(0, 39) i;`;

let gateway: TwoWays;
beforeAll(async () => {
  gateway = await openTwoWays(SDL, TABLES);
});
afterAll(() => gateway?.close());

/** The words of the ORDER BY of a query's last level. */
const orderOf = async (query: string): Promise<string> => {
  gateway.statements.length = 0;
  await gateway.ask(query);
  return /ORDER BY ([^()]+?) LIMIT/.exec(gateway.statements.at(-1)!.text)![1]!;
};

describe('an order', () => {
  it.each([
    [
      'of one key and a unique column in it',
      '{ boxes(where: {shelf: {id: {eq: "2"}}}, sort: [{number: DESC}]) { id } }',
      'r."number" DESC',
    ],
    ['of a unique column', '{ boxes(sort: [{code: ASC}, {number: ASC}]) { id } }', 'r."code"'],
    ['of the key, and what stands behind it', '{ boxes(sort: [{id: DESC}, {number: ASC}]) { id } }', 'r."id" DESC'],
    [
      'with both conditions apart',
      '{ boxes(where: {AND: [{number: {gte: 0}}, {shelf: {id: {eq: "2"}}}]}, sort: [{number: ASC}]) { id } }',
      'r."number"',
    ],
    ['of the rows of each owner', '{ shelves { boxes(sort: [{number: ASC}], limit: 3) { id } } }', 'r."number"'],
  ])('ends where the rows are told apart: %s', async (_, query, order) => {
    expect(await orderOf(query)).toBe(order);
  });

  it.each([
    ['all rows', '{ boxes(sort: [{number: ASC}]) { id } }', 'r."number", r."id"'],
    ['one of several shelves', '{ boxes(where: {shelf: {id: {in: ["2", "3"]}}}, sort: [{number: ASC}]) { id } }', 'r."number", r."id"'],
    [
      'either of two conditions',
      '{ boxes(where: {OR: [{shelf: {id: {eq: "2"}}}, {shelf: {id: {eq: "3"}}}]}, sort: [{number: ASC}]) { id } }',
      'r."number", r."id"',
    ],
    ['not that shelf', '{ boxes(where: {NOT: {shelf: {id: {eq: "2"}}}}, sort: [{number: ASC}]) { id } }', 'r."number", r."id"'],
    ['a shelf by what many have', '{ boxes(where: {shelf: {name: {eq: "S1"}}}, sort: [{number: ASC}]) { id } }', 'r."number", r."id"'],
    ['no shelf', '{ boxes(where: {shelf: null}, sort: [{number: ASC}]) { id } }', 'r."number", r."id"'],
    ['a column that may be null', '{ boxes(where: {shelf: {id: {eq: "2"}}}, sort: [{nick: ASC}]) { id } }', 'r."nick", r."id"'],
    ['the column of another row', '{ boxes(where: {shelf: {id: {eq: "2"}}}, sort: [{shelf: {name: ASC}}]) { id } }', 'r0."name", r."id"'],
  ])('ends with the key where rows could be the same: %s', async (_, query, order) => {
    expect(await orderOf(query)).toBe(order);
  });

  it('of a connection ends with the key, so that its cursors are good for other conditions', async () => {
    const cursor = async (where: string) =>
      (
        (await gateway.ask(`{ boxesConnection(first: 1, where: ${where}, sort: [{number: ASC}]) { edges { cursor } } }`)) as {
          boxesConnection: { edges: [{ cursor: string }] };
        }
      ).boxesConnection.edges[0].cursor;
    const after = await cursor('{shelf: {id: {eq: "2"}}}');
    const { boxesConnection } = (await gateway.ask(
      `{ boxesConnection(first: 3, after: "${after}", sort: [{number: ASC}]) { edges { node { number } } } }`,
    )) as { boxesConnection: { edges: { node: { number: number } }[] } };
    expect(boxesConnection.edges).toHaveLength(3);
  });

  it('gives the same rows as with the key behind it', async () => {
    const { one, shelves, all } = (await gateway.ask(`{ one: boxes(where: {shelf: {id: {eq: "3"}}}, sort: [{number: DESC}], limit: 4) { id }
      shelves { id boxes(sort: [{number: DESC}], limit: 4) { id } } all: boxes(limit: 100) { id number shelf { id } } }`)) as {
      one: { id: string }[];
      shelves: { id: string; boxes: { id: string }[] }[];
      all: { id: string; number: number; shelf: { id: string } }[];
    };
    const of = (shelf: string) =>
      all
        .filter((box) => box.shelf.id === shelf)
        .sort((a, b) => b.number - a.number)
        .slice(0, 4)
        .map(({ id }) => ({ id }));
    expect(one).toEqual(of('3'));
    for (const { id, boxes } of shelves) expect(boxes).toEqual(of(id));
  });
});

it('a unique rule that the table does not have is a fault at the start', async () => {
  const { model, stores } = gateway.engine;
  expect(await verifyTables(model, stores.relational)).toEqual([]);
  const box = tableType(model, 'Box');
  const other = {
    ...model,
    types: new Map([[box.name, { ...box, table: { ...box.table, unique: [['shelf_id', 'number'], ['number'], ['code', 'nick']] } }]]),
  };
  expect((await verifyTables(other, stores.relational)).map(({ message }) => message)).toEqual([
    '@table on Box says unique: ["number"], but table public.boxes has no unique index of these columns alone that holds for all ' +
      'rows: make it, or leave the set out',
  ]);
});

it('a row that all rows refer to is looked for once, and with all that is asked of it', async () => {
  const ids = async (where: string) =>
    ((await gateway.ask(`{ boxes(where: ${where}, sort: [{number: ASC}], limit: 100) { id } }`)) as { boxes: { id: string }[] }).boxes
      .length;
  gateway.statements.length = 0;
  expect(await ids('{shelf: {id: {eq: "2"}}}')).toBe(10);
  expect(gateway.statements.at(-1)!.text).toContain(
    'WHERE (r."shelf_id" = $1 AND EXISTS (SELECT 1 FROM "public"."shelves" t0 WHERE t0."id" = $2))',
  );
  expect(await ids('{shelf: {id: {eq: "2"}, name: {eq: "S0"}}}')).toBe(10);
  expect(await ids('{shelf: {id: {eq: "2"}, name: {eq: "S1"}}}')).toBe(0);
  expect(await ids('{shelf: {id: {eq: "2"}, boxes: {some: {number: {gt: 100}}}}}')).toBe(0);
  expect(await ids('{shelf: {id: {eq: "77"}}}')).toBe(0);
  expect(await ids('{shelf: {id: {eq: "no number"}}}')).toBe(0);
  expect(await ids('{NOT: {shelf: {id: {eq: "2"}}}}')).toBe(30);
});
