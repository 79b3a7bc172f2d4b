import { createSilentLog } from '../../src/log.js';
import { learnDatabase } from '../../src/model/database.js';
import { readJson } from '../../src/model/exact-json.js';
import { openTwoWays, type TwoWays } from './two-ways.js';

const SDL = `
  type Odd @table(name: "odds") {
    id: ID! @column(type: "bigint") document: JSON documents: [JSON!] @column(type: "jsonb[]") decimal: Decimal float: Float real: Float @column(type: "real")
    small: Int @column(type: "smallint") big: BigInt positive: Int @column(type: "positive") exact: Decimal @column(type: "integer") number: String @column(type: "integer")
    moment: DateTime wall: LocalDateTime day: Date span: Duration texts: [String!] numbers: [Int!] @column(type: "smallint[]") letters: String }
  type Stamp @table(name: "stamps") { id: ID! @column(type: "timestamp with time zone") size: Int }
  type Day @table(name: "days") { id: ID! @column(type: "date") size: Int }
  type Amount @table(name: "amounts") { id: ID! @column(type: "numeric") size: Int }
  type Weight @table(name: "weights") { id: ID! @column(type: "double precision") size: Int }
  type Level @table(name: "levels") { id: ID! @column(type: "positive") size: Int }
`;
const TABLES = `
  CREATE DOMAIN positive AS smallint CHECK (VALUE > 0);
  CREATE TABLE odds (id bigint PRIMARY KEY, document jsonb, documents jsonb[], "decimal" numeric, "float" float8, "real" real, small smallint, big bigint, positive positive, exact int, number int,
    moment timestamptz, wall timestamp, day date, span interval, texts text[][], numbers smallint[], letters text COLLATE "C");
  INSERT INTO odds VALUES
    (9, '{"a": 750727362669608961, "b": [1e400, 0.1234567890123456789]}', NULL, 'NaN', 1, 0.1, 5, 5, 5, 5, 9, 'infinity', 'infinity', 'infinity', 'infinity', '{a,b}', '{1}', 'ÄRGER'),
    (60, '{"a": 750727362669608960}', NULL, 'Infinity', 2, 0.5, -5, 9, 6, 6, 60, '0044-03-15 01:02:03.5 BC', '0044-03-15 01:02:03.5 BC', '0044-03-15 BC', '-infinity', '{}', '{}', 'ärger'),
    (700, NULL, NULL, '-Infinity', 3, 1, 1, 60, 1, NULL, 700, '12026-03-01', '12026-03-01', '5874897-12-31', 'P1D', NULL, NULL, 'Жук'),
    (701, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '-infinity', '-infinity', '-infinity', NULL, NULL, NULL, NULL);
  CREATE TABLE stamps (id timestamptz PRIMARY KEY, size int); CREATE TABLE days (id date PRIMARY KEY, size int); CREATE TABLE amounts (id numeric PRIMARY KEY, size int); CREATE TABLE weights (id float8 PRIMARY KEY, size int);
  CREATE TABLE levels (id positive PRIMARY KEY, size int); INSERT INTO levels VALUES (5, 1);
`;

/** A gateway over rows with values at the limits of their types, and beyond those of JSON. */
export interface OddRows extends TwoWays {
  /** The ids that pass. */
  found(where: string): Promise<string[]>;
  /** The ids that pass, and those that pass the negation. */
  foundBy(field: string, operator: string, type: string, value: string): Promise<[string[], string[]]>;
}

/** Variables as a request's body says them. */
export const variables = (text: string) => readJson(text) as Record<string, unknown>;

export const openOddRows = async (): Promise<OddRows> => {
  const gateway = await openTwoWays(SDL, TABLES);
  await learnDatabase(gateway.engine.model, gateway.engine.stores.relational, createSilentLog());
  const found = async (where: string): Promise<string[]> =>
    ((await gateway.ask(`{ odds(where: ${where}, sort: [{id: ASC}]) { id } }`)) as { odds: { id: string }[] }).odds.map(({ id }) => id);
  const foundBy = async (field: string, operator: string, type: string, value: string): Promise<[string[], string[]]> => {
    const ask = `query ($value: ${type}) { yes: odds(where: {${field}: {${operator}: $value}}, sort: [{id: ASC}]) { id } no: odds(where: {NOT: {${field}: {${operator}: $value}}}, sort: [{id: ASC}]) { id } }`;
    const { yes, no } = (await gateway.ask(ask, variables(`{"value": ${value}}`))) as Record<'yes' | 'no', { id: string }[]>;
    return [yes.map(({ id }) => id), no.map(({ id }) => id)];
  };

  return { ...gateway, found, foundBy };
};
