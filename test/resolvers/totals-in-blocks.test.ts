import { parse } from 'graphql';
import { execute } from '../support/execute.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RequestContext } from '../../src/execute/context.js';
import type { Engine } from '../../src/engine.js';
import type { Answer } from '../support/gateway.js';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

/** Every kind of column, names that need quotes, a collation that is not the database's, and keys that are numbers. */
const SDL = `
  type Machine @table(name: "machines") @node(labels: ["Machine"]) {
    id: ID! @column(type: "integer")
    name: String @column(name: "na\\"me")
    parts: [Part!]! @relationship(type: "HAS", direction: OUT)
    owner: Owner @join(from: "owner_id", type: "integer")
    words: String loose: String @column(type: "citext") fixed: String @column(type: "character") address: String @column(type: "inet")
    whole: Int small: Int @column(type: "smallint") large: BigInt exact: Decimal double: Float single: Float @column(type: "real")
    moment: DateTime local: LocalDateTime day: Date hour: LocalTime span: Duration uuid: ID
    grade: Grade mood: Mood @column(type: "mood") flag: Boolean
  }
  type Owner @table(name: "owners") @node { id: ID! @column(type: "integer") name: String
    machines: [Machine!]! @join(to: "owner_id", type: "integer") }
  type Part @node { id: ID! name: String }
  enum Grade { ONE @value(is: "a1") TWO @value(is: "a2") THREE @value(is: "a3") }
  enum Mood { ONE @value(is: "m1") TWO @value(is: "m2") THREE @value(is: "m3") }
`;
const TABLES = `
  CREATE EXTENSION IF NOT EXISTS citext; CREATE TYPE mood AS ENUM ('m3', 'm2', 'm1');
  CREATE TABLE owners (id int PRIMARY KEY, name text); INSERT INTO owners VALUES (1, 'A'), (2, 'B');
  CREATE TABLE machines (id int PRIMARY KEY, "na""me" text, owner_id int, words text COLLATE "C", loose citext, fixed character(3),
    address inet, whole int, small smallint, large bigint, exact numeric, double float8, single real,
    moment timestamptz, local timestamp, day date, hour time, span interval, uuid uuid, grade text, mood mood, flag boolean);
  INSERT INTO machines SELECT n, 'Machine ' || n, CASE WHEN n % 7 > 0 THEN 1 + n % 2 END, CASE WHEN n % 2 = 0 THEN 'b' ELSE 'B' END || n,
    CASE WHEN n % 2 = 0 THEN 'L' ELSE 'l' END || n % 5, 'f' || n % 9, ('10.0.0.' || n)::inet, n * 10, n, 9007199254740990 + n, n + 0.1,
    n / 4.0, n / 8.0,
    '2020-01-01 00:00:00+00'::timestamptz + n * interval '1 microsecond', '2020-01-01'::timestamp + n * interval '1 s',
      '2020-01-01'::date + n, '00:00'::time + n * interval '1 s', n * interval '5 days',
      ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'a' || 1 + n % 3, ('m' || 1 + n % 3)::mood, n % 4 > 0
    FROM generate_series(10, 200) n;
  INSERT INTO machines (id) VALUES (201), (202), (203);
`;

const COUNTED = 'uuid grade mood flag'
  .split(' ')
  .map((field) => `${field} { count }`)
  .join(' ');
const TEXTS = 'name words loose fixed address uuid'
  .split(' ')
  .map((field) => `${field}: ${field} { count min max shortest longest }`)
  .join(' ');
const NUMBERS = 'whole small large exact double single span'
  .split(' ')
  .map((field) => `${field} { count min max sum average }`)
  .join(' ');
const MOMENTS = 'moment local day hour'
  .split(' ')
  .map((field) => `${field} { count min max }`)
  .join(' ');
const ALL_NUMBERS = `count { nodes } node { ${COUNTED.replace('uuid { count } ', '')} ${TEXTS} ${NUMBERS} ${MOMENTS} }`;

let gateway: OwnGateway;
let limited: Engine;
beforeAll(async () => {
  gateway = await openOwnGateway(SDL, { MAX_ROWS: '1000' });
  limited = { ...gateway.engine, limits: { ...gateway.engine.limits, maxKeys: 40, probeKeys: 3 } };
  const { relational, graph } = gateway.engine.stores;
  await relational.script(TABLES);
  await graph.write.run(`CREATE (:Part {id: 'p'})`);
  await graph.write.run(`UNWIND range(10, 203) AS n CREATE (:Machine {id: toString(n)})`);
  await graph.write.run(`MATCH (m:Machine), (p:Part) WHERE m.id <> '11' AND m.id <> '40' CREATE (m)-[:HAS]->(p)`);
});
afterAll(() => gateway?.close());

const inBlocks = async (source: string): Promise<Answer> =>
  JSON.parse(JSON.stringify(await execute({ schema: gateway.schema, document: parse(source), contextValue: new RequestContext(limited) })));

it.each([
  ['of a hop', `{ machinesConnection(where: {parts: {some: {}}}) { totalCount aggregate { ${ALL_NUMBERS} } } }`],
  ['of the last rows', `{ machinesConnection(where: {parts: {some: {}}, whole: {gt: 1990}}) { totalCount aggregate { ${ALL_NUMBERS} } } }`],
  ['of few rows behind NOT', `{ machinesConnection(where: {NOT: {parts: {some: {}}}}) { totalCount aggregate { ${ALL_NUMBERS} } } }`],
  [
    'of groups, beside a page',
    '{ machinesConnection(where: {OR: [{parts: {some: {}}}, {whole: {lt: 200}}]}, last: 5) { ' +
      'totalCount edges { node { id } } pageInfo { hasPreviousPage } ' +
      `groupBy(fields: [OWNER]) { key { owner { name } } ${ALL_NUMBERS} } } }`,
  ],
  [
    'of groups in an order of numbers that are not shown',
    '{ machinesConnection(where: {parts: {some: {}}}) { groupBy(fields: [MOOD, FLAG], ' +
      'sort: [{node: {small: {average: DESC}}}, {node: {words: {max: ASC}}}]) { key { mood flag } } ' +
      'keyed: groupBy(fields: [GRADE], sort: [{key: {grade: DESC_NULLS_LAST}}]) { key { grade } count { nodes } } } }',
  ],
  [
    'of a page of groups',
    '{ machinesConnection(where: {parts: {some: {}}}) { groupBy(fields: [FLAG], limit: 2, offset: 1) { key { flag } count { nodes } } ' +
      'groupsOfMood: groupBy(fields: [MOOD]) { key { mood } node { words { min } } } } }',
  ],
])('totals made of blocks are those made at once: %s', async (_, query) => {
  gateway.asked.length = 0;
  const answer = await inBlocks(query);
  expect(answer.errors).toBeUndefined();
  expect(gateway.asked.length).toBeGreaterThan(1);
  expect(answer.data).toEqual(await gateway.ask(query));
});

it.each(['aggregate { node { words { distinct } } }', 'groupBy(fields: [ID]) { count { nodes } }'])(
  'refuses what cannot be made of blocks, and only that: %s',
  async (field) => {
    const { data, errors } = await inBlocks(`{ bad: machinesConnection(where: {parts: {some: {}}}) { ${field} }
      good: machinesConnection(where: {parts: {some: {}}}) { totalCount } }`);
    expect(errors).toMatchObject([
      {
        message: 'machines matches more than 40 rows, too many for a condition or order across stores. Narrow the where argument.',
        extensions: { code: 'TOO_MANY_KEYS' },
      },
    ]);
    expect(data).toMatchObject({ good: { totalCount: 192 } });
  },
);
