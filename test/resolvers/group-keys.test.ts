import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

let gateway: TwoWays;
beforeAll(async () => {
  gateway = await openTwoWays(
    `type Shelf @table(name: "shelves") { id: ID! @column(type: "integer") name: String
      boxes: [Box!]! @join(to: "shelf_id", type: "integer") }
     type Box @table(name: "boxes") { id: ID! @column(type: "integer") colour: String
       shelf: Shelf @join(from: "shelf_id", type: "integer") }`,
    `CREATE TABLE shelves (id int PRIMARY KEY, name text); CREATE TABLE boxes (id int PRIMARY KEY, colour text, shelf_id int);
     INSERT INTO shelves VALUES (1, 'a'), (2, 'b'); INSERT INTO boxes VALUES (1, 'red', 1), (2, 'red', 1), (3, 'blue', 1), (4, 'red', 2),
       (5, 'blue', NULL);`,
  );
});
afterAll(() => gateway?.close());

it('what a group has in common has lists of its own', async () => {
  const { boxesConnection } = await gateway.ask(`{ boxesConnection { groupBy(fields: [SHELF]) {
    n: count { nodes } k: key { s: shelf { name boxes(sort: [{id: DESC}], limit: 2) { id shelf { boxes { colour } } }
    boxesConnection { totalCount } } } } } }`);
  const group = (nodes: number, name: string, ids: string[], colours: string[], totalCount: number) => ({
    n: { nodes },
    k: {
      s: {
        name,
        boxes: ids.map((id) => ({ id, shelf: { boxes: colours.map((colour) => ({ colour })) } })),
        boxesConnection: { totalCount },
      },
    },
  });
  expect((boxesConnection as { groupBy: unknown[] }).groupBy).toEqual([
    group(3, 'a', ['3', '2'], ['red', 'red', 'blue'], 3),
    group(1, 'b', ['4'], ['red'], 1),
    { n: { nodes: 1 }, k: { s: null } },
  ]);
});
