import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

/** Every kind of column and property that has an order, behind hops, with names that need quotes and keys that are numbers. */
const SDL = `
  type Machine @table(name: "machines") @node(labels: ["Machine"]) {
    id: ID! @column(type: "integer")
    name: String @column(name: "na\\"me")
    uses: [Machine!]! @relationship(type: "USES", direction: OUT)
    parts: [Part!]! @relationship(type: "HAS", direction: OUT)
    owner: Owner @join(from: "owner_id", type: "integer")
    words: String loose: String @column(type: "citext") fixed: String @column(type: "character") address: String @column(type: "inet")
    whole: Int small: Int @column(type: "smallint") large: BigInt exact: Decimal double: Float single: Float @column(type: "real")
    moment: DateTime local: LocalDateTime day: Date hour: LocalTime span: Duration uuid: ID
    grade: Grade mood: Mood @column(type: "mood") flag: Boolean
  }
  type Owner @table(name: "owners") @node { id: ID! @column(type: "integer") name: String
    parts: [Part!]! @relationship(type: "KEEPS", direction: OUT) machines: [Machine!]! @join(to: "owner_id", type: "integer") }
  type Part @node { id: ID! name: String @alias(property: "part name") size: Int weight: Float large: BigInt ready: Boolean made: DateTime
    local: LocalDateTime }
  type Entry @table(name: "entries") @node { id: ID! @column(type: "integer") name: String
    parts: [Part!]! @relationship(type: "HAS", direction: OUT) }
  type Cell @table(name: "cells") @node { id: ID! @column(type: "integer") parts: [Part!]! @relationship(type: "HAS", direction: OUT) }
  enum Grade { ONE @value(is: "a1") TWO @value(is: "a2") THREE @value(is: "a3") FOUR @value(is: "a4") FIVE @value(is: "a5") }
  enum Mood { ONE @value(is: "m1") TWO @value(is: "m2") THREE @value(is: "m3") FOUR @value(is: "m4") FIVE @value(is: "m5") }
`;
/** All values of row n are the greater the greater n; row 6 has none. */
const TABLES = `
  CREATE EXTENSION IF NOT EXISTS citext; CREATE TYPE mood AS ENUM ('m1', 'm2', 'm3', 'm4', 'm5');
  CREATE TABLE owners (id int PRIMARY KEY, name text); INSERT INTO owners VALUES (1, 'A'), (2, 'B');
  CREATE TABLE machines (id int PRIMARY KEY, "na""me" text, owner_id int, words text, loose citext, fixed character(3), address inet,
    whole int, small smallint, large bigint, exact numeric, double float8, single real,
    moment timestamptz, local timestamp, day date, hour time, span interval, uuid uuid, grade text, mood mood, flag boolean);
  INSERT INTO machines SELECT n, 'Machine ' || n, CASE WHEN n < 5 THEN 1 + n % 2 END, 'w' || n,
    CASE WHEN n % 2 = 0 THEN 'L' ELSE 'l' END || n, 'f' || n, ('10.0.0.' || n)::inet, n * 10, n * 10, 9007199254740990 + n, n + 0.5,
    n / 3.0, n / 3.0,
    '2020-01-01 00:00:00+00'::timestamptz + n * interval '1 microsecond', '2020-01-01'::timestamp + n * interval '1 s',
      '2020-01-01'::date + n, '00:00'::time + n * interval '1 s', n * interval '5 days',
      ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'a' || n, ('m' || n)::mood, n > 2
    FROM generate_series(1, 5) n;
  INSERT INTO machines (id) VALUES (6), (7), (8);
  CREATE TABLE entries (id int PRIMARY KEY, name text); INSERT INTO entries SELECT n, 'Entry ' || n FROM generate_series(1, 100001) n;
  CREATE TABLE cells (id int PRIMARY KEY); INSERT INTO cells SELECT n FROM generate_series(1, 320) n;
`;
/** From a machine to others, by their numbers, and to parts of the same numbers. */
const ARROWS: Readonly<Record<number, readonly number[]>> = {
  1: [3, 1],
  2: [5, 6],
  3: [6],
  4: [2, 4, 5],
  6: [1, 5],
  7: [4, 2, 3],
  8: [3, 6, 1],
};
const COLUMNS = [
  'words',
  'loose',
  'fixed',
  'address',
  'whole',
  'small',
  'large',
  'exact',
  'double',
  'single',
  'moment',
  'local',
  'day',
  'hour',
  'span',
  'uuid',
  'grade',
  'mood',
  'name',
  'id',
];
const PROPERTIES = ['name', 'size', 'weight', 'large', 'made', 'local', 'id'];

let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await openOwnGateway(SDL, { MAX_ROWS: '1000' });
  const { relational, graph } = gateway.engine.stores;
  await relational.script(TABLES);
  const write = (cypher: string) => graph.write.run(cypher);
  for (let n = 1; n <= 8; n += 1) await write(`CREATE (:Machine {id: '${n}'})`);
  const parts = [1, 2, 3, 4, 5].map((n) => ({
    id: `p${n}`,
    name: `P${n}`,
    size: n,
    weight: n / 3,
    large: String(10 + n),
    ready: n > 2,
    made: `2020-01-0${n}T00:00:00Z`,
    local: `2020-01-0${n}T00:00:00`,
  }));
  await gateway.ask('mutation ($input: [PartCreateInput!]!) { createParts(input: $input) { info { nodesCreated } } }', {
    input: [...parts, { id: 'p6' }],
  });
  for (const [from, numbers] of Object.entries(ARROWS)) {
    for (const to of numbers) {
      await write(`MATCH (a:Machine {id: '${from}'}), (b:Machine {id: '${to}'}) CREATE (a)-[:USES]->(b)`);
      await write(`MATCH (a:Machine {id: '${from}'}), (b:Part {id: 'p${to}'}) CREATE (a)-[:HAS]->(b)`);
    }
  }
});
afterAll(() => gateway?.close());

const ids = (rows: { id: string }[]) => rows.map(({ id }) => Number(id));

/** Machines in the order of a value of what they lead to; nulls last, the number as the last word. */
const expected = (isAscending: boolean, valueOf: (numbers: readonly number[]) => number | null): number[] =>
  [1, 2, 3, 4, 5, 6, 7, 8].sort((left, right) => {
    const [a, b] = [valueOf(ARROWS[left] ?? []), valueOf(ARROWS[right] ?? [])];
    if (a === b) return left - right;
    if (a === null || b === null) return a === null ? 1 : -1;
    return isAscending ? a - b : b - a;
  });

const extreme = (word: string, numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : Math[word as 'min' | 'max'](...numbers);

/** Every page of one row, forward. */
const walk = async (sort: string): Promise<number[]> => {
  const seen: number[] = [];
  for (let after = ''; ;) {
    const { machinesConnection: page } = await gateway.ask(
      `{ machinesConnection(first: 1, sort: ${sort}${after}) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
    );
    seen.push(...ids(page.edges.map(({ node }: { node: { id: string } }) => node)));
    if (!page.pageInfo.hasNextPage) return seen;
    after = `, after: "${page.pageInfo.endCursor}"`;
  }
};

describe.each(['min', 'max'])('the %s of what a hop leads to', (word) => {
  // Six has no values, but a key.
  const having = (field: string) => (numbers: readonly number[]) =>
    extreme(word, field === 'id' ? numbers : numbers.filter((number) => number < 6));

  it.each(COLUMNS)('is that of the column %s, and pages are those of the list', async (field) => {
    for (const isAscending of [true, false]) {
      const sort = `[{uses: {${word}: {${field}: ${isAscending ? 'ASC' : 'DESC_NULLS_LAST'}}}}]`;
      const order = expected(isAscending, having(field));
      expect(ids((await gateway.ask(`{ machines(sort: ${sort}) { id } }`)).machines), sort).toEqual(order);
      expect(await walk(sort), sort).toEqual(order);
    }
  });

  it.each(PROPERTIES)('is that of the property %s, and pages are those of the list', async (field) => {
    for (const isAscending of [true, false]) {
      const sort = `[{parts: {${word}: {${field}: ${isAscending ? 'ASC' : 'DESC_NULLS_LAST'}}}}]`;
      const order = expected(isAscending, having(field));
      expect(ids((await gateway.ask(`{ machines(sort: ${sort}) { id } }`)).machines), sort).toEqual(order);
      expect(await walk(sort), sort).toEqual(order);
    }
  });

  it('is that of what is true or false', async () => {
    const order = expected(true, (numbers) =>
      extreme(
        word,
        numbers.filter((number) => number < 6).map((number) => Number(number > 2)),
      ),
    );
    expect(ids((await gateway.ask(`{ machines(sort: [{uses: {${word}: {flag: ASC}}}]) { id } }`)).machines)).toEqual(order);
    expect(await walk(`[{parts: {${word}: {ready: ASC}}}]`)).toEqual(order);
  });
});

describe('a sort by what other stores know', () => {
  it('counts behind a row that is joined, and below it', async () => {
    await gateway.engine.stores.graph.write.run(`MATCH (p:Part {id: 'p1'}) CREATE (:Owner {id: '2'})-[:KEEPS]->(p)`);
    const { machines, owners } = await gateway.ask(`{ machines(sort: [{owner: {parts: {count: DESC}}}]) {
      id owner { machines(sort: [{parts: {count: DESC}}], limit: 1) { id } } }
      owners(sort: [{parts: {max: {size: ASC_NULLS_FIRST}}}]) { id } }`);
    // Machines 1 and 3 are of owner 2, who keeps a part.
    expect(ids(machines)).toEqual([1, 3, 2, 4, 5, 6, 7, 8]);
    expect(ids(machines[0].owner.machines)).toEqual([1]);
    expect(ids(machines[2].owner.machines)).toEqual([4]);
    expect(ids(owners)).toEqual([1, 2]);
  });

  it('asks for all that a store has, where more rows pass than it can be told of', async () => {
    await gateway.engine.stores.graph.write.run(`MATCH (p:Part {id: 'p5'}) CREATE (:Entry {id: '99999'})-[:HAS]->(p), (:Entry {id: '7'})`);
    gateway.asked.length = 0;
    const { entries } = await gateway.ask(
      '{ entries(where: {name: {startsWith: "Entry"}}, sort: [{parts: {count: DESC}}], limit: 2) { id } }',
    );
    expect(ids(entries)).toEqual([99999, 1]);
    expect(gateway.asked).toHaveLength(1);
  });

  it('refuses to hand on more than 100,000 values of neighbours, and counts them all the same', async () => {
    const { write } = gateway.engine.stores.graph;
    await write.run(`UNWIND range(1, 320) AS n CREATE (:Cell {id: toString(n)})`);
    await write.run(`UNWIND range(1, 320) AS n CREATE (:Part {id: 'q' + toString(n), size: n})`);
    await write.run(`MATCH (c:Cell), (p:Part) WHERE p.id STARTS WITH 'q' CREATE (c)-[:HAS]->(p)`);
    await write.run(`MATCH (c:Cell {id: '317'})-[h:HAS]->(p:Part {id: 'q3'}) DELETE h`);
    const { errors } = await gateway.run('{ cells(sort: [{parts: {min: {size: ASC}}}]) { id } }');
    expect(errors).toHaveLength(1);
    expect(errors![0]!.message).toBe(
      'The sort of cells by parts.min.size matches more than 100000 rows, too many for a condition or order across stores. Narrow the ' +
        'where argument.',
    );
    expect(errors![0]!.extensions?.['code']).toBe('TOO_MANY_KEYS');
    expect(ids((await gateway.ask('{ cells(sort: [{parts: {count: ASC}}], limit: 2) { id } }')).cells)).toEqual([317, 1]);
    expect(ids((await gateway.ask('{ cells(where: {id: {in: ["1", "2"]}}, sort: [{parts: {max: {size: ASC}}}]) { id } }')).cells)).toEqual([
      1, 2,
    ]);
  });

  it('takes down its own list only, when the store is away', async () => {
    const { read } = gateway.engine.stores.graph as unknown as { read: { run: () => Promise<unknown> } };
    const { run } = read;
    read.run = () => Promise.reject(new Error('connection refused'));
    try {
      const { data, errors } = await gateway.run(
        '{ sorted: machines(sort: [{parts: {count: ASC}}]) { id } plain: machines(limit: 1) { id } }',
      );
      expect(data).toEqual({ sorted: null, plain: [{ id: '1' }] });
      expect(errors!.map(({ path }) => path)).toEqual([['sorted']]);
    } finally {
      read.run = run;
    }
  });

  it.each([
    ['{parts: {min: {made: UP}}}', 'Value "UP" does not exist in "RowSortDirection" enum'],
    ['{near: {text: "x"}}', 'Field "near" is not defined by type "MachineSort"'],
    ['{parts: {sum: {size: ASC}}}', 'Field "sum" is not defined by type "PartListSort"'],
  ])('does not know %s', (word, message) => {
    expect(
      validate(gateway.schema, parse(`{ machines(sort: [${word}]) { id } }`))
        .map((error) => error.message)
        .join(),
    ).toContain(message);
  });
});
