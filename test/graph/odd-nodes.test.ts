import { afterAll, beforeAll, expect, it } from 'vitest';
import { oddNodesContract } from '../contracts/odd-nodes.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

oddNodesContract('embedded stores', () => ({}));

let ways: TwoWays;
beforeAll(async () => {
  ways = await openTwoWays(
    `type Gear @node { id: ID! name: String! size: Int! tags: [String!]! at: DateTime
      parts: [Gear!]! @relationship(type: "PART", direction: OUT) }`,
    '',
  );
  await ways.engine.stores.graph.write.run(`CREATE (:Gear {id: 'a', name: 'A', size: 1, tags: ['x']})-[:PART]->(:Gear {id: 'b'}),
    (:Gear {id: 'c', name: ['C'], size: 'large', tags: 'one', at: 'yesterday'})`);
});
afterAll(() => ways?.close());

it('a compiled query gives the same errors for them, and none where a property is missing', async () => {
  const bare = await ways.ask('{ gears(where: {id: {in: ["a", "b"]}}, sort: [{id: ASC}]) { name size parts { name size tags at } } }');
  expect(bare).toEqual({
    gears: [
      { name: 'A', size: 1, parts: [{ name: null, size: null, tags: null, at: null }] },
      { name: null, size: null, parts: [] },
    ],
  });
  const { data, errors } = await ways.run('{ gear(id: "c") { id name size tags at } }');
  expect(data).toEqual({ gear: { id: 'c', name: null, size: null, tags: null, at: null } });
  expect(errors?.map(({ path, extensions }) => [path?.[1], extensions?.['code']]).sort()).toEqual(
    ['at', 'name', 'size', 'tags'].map((field) => [field, 'DATA_INVALID']),
  );
});
