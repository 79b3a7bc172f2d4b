import { afterAll, beforeAll, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const SDL = `
  type Thing @table(name: "things") @node(labels: ["Thing"]) {
    id: ID! @column(type: "uuid")
    name: String
    parts: [Part!]! @relationship(type: "HAS", direction: OUT)
    spares: [Part!]! @relationship(type: "KEEPS", direction: OUT)
  }
  type Part @node { id: ID! name: String }
`;
const key = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;

let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await openOwnGateway(SDL, { PROBE_KEYS: '4' });
  const { relational, graph } = gateway.engine.stores;
  await relational.script('CREATE TABLE things (id uuid PRIMARY KEY, name text)');
  await graph.write.run(`CREATE (:Part {id: 'p'})`);
  // Nodes that no row can belong to come first.
  for (const id of [...[1, 2, 3, 4].map((n) => `stray ${n}`), ...[1, 2, 3, 4, 5, 6].map(key)]) {
    await graph.write.run('MATCH (p:Part) CREATE (p)<-[:HAS]-(t:Thing {id: $id})-[:KEEPS]->(p)', { id });
  }
  await relational.script(
    `INSERT INTO things SELECT ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'T' || n FROM generate_series(1, 6) n`,
  );
});
afterAll(() => gateway?.close());

it.each([
  '{parts: {some: {}}, name: {gte: "T"}}',
  '{parts: {some: {}}, spares: {some: {id: {eq: "p"}}}}',
  '{partsConnection: {some: {node: {id: {eq: "p"}}}}, spares: {some: {}}}',
])('nodes whose id is no key of the table do not hide others that come after them: %s', async (where) => {
  const { things } = await gateway.ask(`{ things(where: ${where}, sort: [{id: ASC}]) { id } }`);
  expect(things).toEqual([1, 2, 3, 4, 5, 6].map((n) => ({ id: key(n) })));
});
