import { createSilentLog } from '../../src/log.js';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bindSchema } from '../../resolvers/bind.js';
import { RequestContext } from '../../src/execute/context.js';
import { Documents } from '../../src/server/documents.js';
import { Executor } from '../../src/server/execute.js';
import { executeAsServed } from '../support/execute.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

let gateway: TwoWays;
beforeAll(async () => {
  gateway = await openTwoWays(
    `type Shelf @table(name: "shelves") { id: ID! @column(type: "integer") name: String
      boxes: [Box!]! @join(to: "shelf_id", type: "integer") labels: [Label!]! @join(to: "shelf_id", type: "integer") }
     type Box @table(name: "boxes") { id: ID! @column(type: "integer") shelf: Shelf @join(from: "shelf_id", type: "integer")
       things: [Thing!]! @join(to: "box_id", type: "integer") }
     type Label @table(name: "labels") { id: ID! @column(type: "integer") text: String
       shelf: Shelf @join(from: "shelf_id", type: "integer") }
     type Thing @table(name: "things") { id: ID! @column(type: "integer") name: String box: Box @join(from: "box_id", type: "integer") }`,
    `CREATE TABLE shelves (id int PRIMARY KEY, name text); CREATE TABLE boxes (id int PRIMARY KEY, shelf_id int);
      CREATE TABLE labels (id int PRIMARY KEY, text text, shelf_id int); CREATE TABLE things (id int PRIMARY KEY, name text, box_id int);
     INSERT INTO shelves SELECT i, 'S' || i FROM generate_series(1, 5) i; INSERT INTO boxes SELECT i,
       i % 4 + 1 FROM generate_series(1, 20) i; INSERT INTO labels SELECT i, 'L' || i, i % 5 + 1 FROM generate_series(1, 9) i;
       INSERT INTO things SELECT i, 'T' || i, i % 15 + 1 FROM generate_series(1, 60) i;`,
  );
});
afterAll(() => gateway?.close());

/** Runs operations on one gateway whose plans are kept; gives the statements of each. */
const runner = () => {
  const schema = bindSchema(gateway.engine.model, gateway.engine.graphSchema);
  const executor = new Executor(schema, new Documents(gateway.engine, schema), createSilentLog(), true);
  const known = new Map<string, ReturnType<typeof parse>>();
  return async (source: string, variables: Record<string, unknown> = {}) => {
    const document = known.get(source) ?? parse(source);
    known.set(source, document);
    gateway.statements.length = 0;
    const context = new RequestContext(gateway.engine);
    await executeAsServed(executor, context, { document, variables });
    expect(context.answer, source).toBeDefined();
    return [...gateway.statements];
  };
};

const NESTED = `query ($name: String, $n: Int) { shelves(where: {name: {gte: $name}}, sort: [{id: ASC}], limit: $n) {
  name boxes(limit: 3) { id shelf { name } things(sort: [{name: DESC}]) { name box { shelf { name } } } } labels { text } } }`;

it('a query is sent as one statement a level, whatever it selects beside each other', async () => {
  const run = runner();
  expect(await run(NESTED, { name: 'S1', n: 5 })).toHaveLength(3);
  expect(
    await run(`{ a: shelves { name boxes { id } } b: boxes { things { name } }
      shelvesConnection(first: 2) { totalCount aggregate { count { nodes } } edges { node { labels { text } } } } }`),
  ).toHaveLength(2);
  expect(await run('{ things { name box { shelf { name } } } }')).toHaveLength(1);
});

it('more than fifty lists of a level are a statement for each fifty, and a connection is of one', async () => {
  const run = runner();
  const lists = (count: number, field: string) => Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ');
  expect(await run(`{ ${lists(50, 'boxes(limit: 2) { id }')} }`)).toHaveLength(1);
  expect(await run(`{ ${lists(120, 'boxes(limit: 2) { id things(limit: 1) { id } }')} }`)).toHaveLength(6);
  expect(await run(`{ shelves { ${lists(51, 'boxes(limit: 2) { id }')} } }`)).toHaveLength(3);
  const connection = `{ ${lists(49, 'boxes(limit: 1) { id }')} shelvesConnection(first: 2) {
    totalCount ${lists(20, 'edges { node { name } }')} } labels { id } }`;
  expect(await run(connection)).toHaveLength(2);
  for (const query of [connection, `{ shelves { ${lists(51, 'boxes(limit: 2) { id }')} } }`]) await gateway.ask(query);
});

it('a level below no rows is not asked for', async () => {
  expect(await runner()(NESTED, { name: 'T', n: 5 })).toHaveLength(1);
});

it('a statement has a name from its second time on, the same for all values', async () => {
  const run = runner();
  const first = await run(NESTED, { name: 'S1', n: 5 });
  expect(first.map(({ name }) => name)).toEqual([undefined, undefined, undefined]);
  const second = await run(NESTED, { name: 'S2', n: 2 });
  const names = second.map(({ name }) => name);
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^odras_[\w-]{22}$/);
  expect(second.map(({ text }) => text)).toEqual(first.map(({ text }) => text));
  expect((await run(NESTED, { name: 'S4', n: 1 })).map(({ name }) => name)).toEqual(names);
});

it('variables that decide about the statement have plans of their own', async () => {
  const run = runner();
  const query = `query ($with: Boolean!, $where: ShelfWhere, $sort: [ShelfSort!]) {
    shelves(where: $where, sort: $sort) { id name @include(if: $with) } }`;
  await run(query, { with: true, where: { name: { eq: 'S1' } } });
  for (const other of [
    { with: false, where: { name: { eq: 'S1' } } },
    { with: true, where: { name: { eq: null } } },
    { with: true, where: { name: { gt: 'S1' } } },
    { with: true, where: { name: { eq: 'S1' } }, sort: [{ name: 'DESC' }] },
  ])
    expect((await run(query, other))[0]!.name).toBeUndefined();
  expect((await run(query, { with: true, where: { name: { eq: 'S2' } } }))[0]!.name).toBeDefined();
});

it('other requests have a turn between what a new document needs before a store is asked', async () => {
  const run = runner();
  let others = 0;
  const other = () => {
    if (gateway.statements.length > 0) return;
    others += 1;
    setImmediate(other);
  };
  setImmediate(other);
  await run('{ things { id name } }');
  expect(others).toBeGreaterThan(0);
});
