import { afterAll, beforeAll, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const SDL = `
  type Thing @table(name: "things") @node(labels: ["Thing"]) {
    id: ID! @column(type: "integer")
    name: String
    parts: [Part!]! @relationship(type: "HAS", direction: OUT)
    spares: [Part!]! @relationship(type: "KEEPS", direction: OUT)
  }
  type Part @node { id: ID! name: String }
`;
const ROWS = 5_000;

let gateway: OwnGateway;
let read: string[];
beforeAll(async () => {
  gateway = await openOwnGateway(SDL);
  const { relational, graph } = gateway.engine.stores;
  await relational.script(
    `CREATE TABLE things (id int PRIMARY KEY, name text); INSERT INTO things SELECT n, 'T' || n % 10 FROM generate_series(1, ${ROWS}) n`,
  );
  await graph.write.run(`CREATE (:Part {id: 'p'})`);
  await graph.write.run(`UNWIND range(1, ${ROWS}) AS n CREATE (:Thing {id: toString(n), n: n})`);
  // Every third has a part, and four of five have a spare.
  await graph.write.run('MATCH (t:Thing), (p:Part) WHERE t.n % 3 = 0 CREATE (t)-[:HAS]->(p)');
  await graph.write.run('MATCH (t:Thing), (p:Part) WHERE t.n % 5 > 0 CREATE (t)-[:KEEPS]->(p)');
  read = [];
  const { relational: store } = gateway.engine.stores as unknown as { relational: { read: typeof relational.read } };
  const plain = store.read.bind(store);
  store.read = (statement, options) => {
    read.push(statement.text);
    return plain(statement, options);
  };
});
afterAll(() => gateway?.close());

const passing = (holds: (n: number) => boolean) => Array.from({ length: ROWS }, (_, index) => index + 1).filter(holds);
const ids = (rows: { id: string }[]) => rows.map(({ id }) => Number(id));
const ask = async (query: string) => {
  gateway.asked.length = 0;
  read.length = 0;
  return gateway.ask(query);
};

it('reads a page of a condition that most rows pass by their first rows alone', async () => {
  const { things } = await ask('{ things(where: {spares: {some: {}}}, sort: [{name: DESC}], limit: 20) { id } }');
  expect(ids(things)).toEqual(passing((n) => n % 10 === 9).slice(0, 20));
  // The first keys, of which there are too many, then one block.
  expect({ graph: gateway.asked.length, relational: read.length }).toEqual({ graph: 2, relational: 2 });
});

it('asks about the first rows of those whose keys are known, where these are many', async () => {
  const { things } = await ask(
    '{ things(where: {parts: {some: {}}, spares: {some: {}}}, sort: [{id: DESC}], limit: 20, offset: 10) { id } }',
  );
  expect(ids(things)).toEqual(
    passing((n) => n % 3 === 0 && n % 5 > 0)
      .reverse()
      .slice(10, 30),
  );
  expect({ graph: gateway.asked.length, relational: read.length }).toEqual({ graph: 3, relational: 2 });
});

it('asks for all keys where few of the rows that were looked at pass', async () => {
  const where = '{spares: {some: {}}, NOT: {spares: {some: {}}}}';
  const { things } = await ask(`{ things(where: ${where}, limit: 20) { id } }`);
  expect(things).toEqual([]);
  // Blocks of 200, 800 and 3,200 rows were looked at, in two statements; then both conditions were asked whole.
  expect(read).toHaveLength(3);
  const { thingsConnection } = await ask(
    `{ thingsConnection(where: {spares: {some: {}}}, first: 2) { totalCount edges { node { id } } } }`,
  );
  expect(thingsConnection).toEqual({ totalCount: 4_000, edges: [{ node: { id: '1' } }, { node: { id: '2' } }] });
  // All keys are needed for the count, and are there for the page.
  expect({ graph: gateway.asked.length, relational: read.length }).toEqual({ graph: 1, relational: 1 });
});
