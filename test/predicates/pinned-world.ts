import { parse, print } from 'graphql';
import { learnDatabase } from '../../src/model/database.js';
import { createSilentLog } from '../../src/log.js';
import { projectRows } from '../../src/mutate/projection.js';
import { tableType } from '../../src/model/types.js';
import { migrateVectors } from '../../src/operations/migrate.js';
import { RequestContext } from '../../src/execute/context.js';
import { Documents } from '../../src/server/documents.js';
import { Executor } from '../../src/server/execute.js';
import { statementLines } from '../../src/server/explain-format.js';
import { Trace, type TracedStatement } from '../../src/stores/trace.js';
import { executeAsServed } from '../support/execute.js';
import { openOwnGateway } from '../support/own-gateway.js';

/** Rows with every kind of column and of join, nodes that are no rows, and points with every kind of payload. */
const SDL = `
  enum Mood { HAPPY SAD @value(is: "not happy") }
  type Item @table(name: "pin_items") @node(labels: ["PinItem"]) {
    id: ID! @column(type: "integer") token: ID name: String @alias(property: "name") nick: String @column(type: "citext")
    short: String @column(type: "character varying") fixed: String @column(type: "character") address: String @column(type: "inet")
    body: String @fulltext @trigram size: Int small: Int @column(type: "smallint") big: BigInt price: Decimal
      exact: Decimal @column(type: "integer")
    weight: Float ratio: Float @column(type: "real") flag: Boolean day: Date clock: LocalTime moment: DateTime wall: LocalDateTime
      span: Duration
    mood: Mood kind: Mood @column(type: "pin_mood") words: [String!] keys: [ID!] counts: [Int!] document: JSON
      written: JSON @column(type: "json") bytes: Bytes
    shop: Shop @join(from: "shop_id") seller: Person @join(from: "seller", type: "text")
      parent: Item @join(from: "parent_id", type: "integer")
    namesake: Item @join(from: "short", to: "short", type: "character varying") items: [Item!]! @join(to: "parent_id", type: "integer")
    parts: [Part!]! @relationship(type: "PIN_HAS", direction: OUT, properties: "Has") }
  type Shop @table(name: "pin_shops") { id: ID! name: String! city: String owner: Person @join(from: "owner_id", type: "integer")
    items: [Item!]! @join(to: "shop_id") }
  type Person @table(name: "pin_persons") { id: ID! @column(type: "integer") name: String
    shops: [Shop!]! @join(to: "owner_id", type: "integer") }
  type Part @node(labels: ["PinPart"]) { id: ID! name: String size: Int big: BigInt weight: Float flag: Boolean made: DateTime day: Date
    mood: Mood words: [String!]
    parts: [Part!]! @relationship(type: "PIN_OF", direction: OUT, properties: "Of")
      items: [Item!]! @relationship(type: "PIN_HAS", direction: IN, properties: "Has")
    reach: [PartReach!]! @traverse(types: ["PIN_OF"], direction: OUT, properties: "Of") }
  type PartReach { distance: Int! part: Part! }
  type Note @table(name: "pin_notes") @embedding(collection: "pin_notes", of: ["name"],
    payload: ["name", "token", "size", "weight", "flag", "moment", "mood", "shop"]) {
    id: ID! name: String token: ID size: Int big: BigInt weight: Float flag: Boolean moment: DateTime mood: Mood
      shop: Shop @join(from: "shop_id") similar: [Match!]! @nearest }
  type Match { score: Float! note: Note! }
  type Of @relationshipProperties { weight: Int note: String }
  type Has @relationshipProperties { weight: Int note: String }
`;

const SHOP = '11111111-1111-4111-8111-111111111111';
const NOTES = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
const TABLES = `
  CREATE EXTENSION citext; CREATE EXTENSION pg_trgm;
  CREATE TYPE pin_mood AS ENUM ('not happy', 'happy');
  CREATE TABLE pin_persons (id int PRIMARY KEY, name text);
  CREATE TABLE pin_shops (id uuid PRIMARY KEY, name text NOT NULL, city text, owner_id int REFERENCES pin_persons);
  CREATE TABLE pin_items (id int PRIMARY KEY, token uuid, name text, nick citext, short varchar(40), fixed char(6), address inet,
    body text, size int, small smallint, big bigint,
    price numeric, exact int, weight float8, ratio real, flag boolean, day date, clock time, moment timestamptz, wall timestamp,
      span interval, mood text, kind pin_mood, words text[],
    keys uuid[], counts int[], document jsonb, written json, bytes bytea, shop_id uuid REFERENCES pin_shops, seller text,
      parent_id int REFERENCES pin_items);
  INSERT INTO pin_persons VALUES (1, 'Ada'), (2, NULL);
  INSERT INTO pin_shops VALUES ('${SHOP}', 'North', 'Oslo', 1), ('22222222-2222-4222-8222-222222222222', 'South', NULL, NULL);
  INSERT INTO pin_items (id, name, size, shop_id, seller, parent_id) VALUES (1, 'one', 1, '${SHOP}', '1', NULL),
    (2, 'two', NULL, '${SHOP}', NULL, 1), (3, 'three', 3, NULL, '2', 1);
  INSERT INTO pin_shops VALUES ('22222222-2222-4222-8222-222222222223', 'East', NULL, NULL);
  INSERT INTO pin_items (id, name, shop_id) VALUES (4, 'last', '22222222-2222-4222-8222-222222222223');
  CREATE TABLE pin_notes (id uuid PRIMARY KEY, name text, token uuid, size int, big bigint, weight float8, flag boolean,
    moment timestamptz, mood text, shop_id uuid REFERENCES pin_shops);
  INSERT INTO pin_notes (id, name, size, shop_id) VALUES ('${NOTES[0]}', 'one', 1, '${SHOP}'), ('${NOTES[1]}', 'three', 3, NULL);`;

/** One part after the other, so that no order is left to the store. */
const GRAPH = [
  `CREATE (a:PinPart {id: 'a', name: 'A', size: 1})-[:PIN_OF {weight: 1}]->(b:PinPart {id: 'b', name: 'B'})`,
  `MATCH (i:PinItem {name: 'one'}), (a:PinPart {id: 'a'}) CREATE (i)-[:PIN_HAS {weight: 2}]->(a)`,
];

/** An operation whose statements are pinned. */
export interface Pinned {
  readonly source: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface PinnedWorld {
  /** The operation and its errors, and the statements that a store was sent for it, as a text that people compare. */
  readonly pin: (operation: Pinned, stores: readonly TracedStatement['store'][]) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Runs operations as the server does, on embedded stores, and takes what they send from the request's trace. */
export const openPinnedWorld = async (): Promise<PinnedWorld> => {
  const gateway = await openOwnGateway(SDL);
  const { engine, schema } = gateway;
  const { relational, graph } = engine.stores;
  await relational.script(TABLES);
  await learnDatabase(engine.model, relational, createSilentLog());
  await migrateVectors(engine);
  await projectRows(engine, tableType(engine.model, 'Item'), ['1', '2', '3', '4']);
  await projectRows(engine, tableType(engine.model, 'Note'), NOTES);
  for (const statement of GRAPH) await graph.write.run(statement);
  const executor = new Executor(schema, new Documents(engine, schema), createSilentLog(), true);

  return {
    pin: async ({ source, variables = {} }, stores) => {
      const trace = new Trace();
      const context = new RequestContext(engine, { trace });
      const result = await executeAsServed(executor, context, { document: parse(source), variables });
      context.answer?.release();
      const title = [`${print(parse(source)).replaceAll(/\s+/g, ' ')}`];
      if (Object.keys(variables).length > 0) title.push(`with ${JSON.stringify(variables)}`);
      const errors = result?.errors?.map(({ message }) => `error: ${message}`) ?? [];
      const statements = trace.statements.filter(({ store, text }) => stores.includes(store) && !text.includes('dbms.components()'));
      return [...title.map((line) => `# ${line}`), ...errors, ...statements.flatMap(shown)].join('\n');
    },
    close: () => gateway.close(),
  };
};

const shown = ({ store, text, values }: TracedStatement): string[] => [
  ...statementLines(store, text),
  ...(Array.isArray(values)
    ? values.map((value, index) => `  $${index + 1} = ${json(value)}`)
    : Object.entries(values as object).map(([name, value]) => `  ${name} = ${json(value)}`)),
];

/** Vectors by their size: they are those of the embedding model. */
const json = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    return Array.isArray(part) && part.length > 20 && part.every((item) => typeof item === 'number') ? `${part.length} numbers` : part;
  });
