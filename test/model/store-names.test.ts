import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.js';
import { compileModel } from '../../src/model/compile.js';
import { tableType, type Model } from '../../src/model/types.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';

const OWN = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
const compile = (text: string): Model => compileModel([{ path: 'own.graphql', text }, ...OWN]);
/** The lines of the error, each a fault. */
const faults = (text: string): string[] => {
  try {
    compile(text);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
};
const LONG = 'n'.repeat(64);
const UMLAUTS = 'ä'.repeat(32);

describe('an SQL type', () => {
  const columnOf = (type: string, of = 'String') =>
    tableType(compile(`type A @table(name: "a") { id: ID! c: ${of} @column(type: ${JSON.stringify(type)}) }`), 'A').fields.get('c');

  it.each([
    ['int4', 'integer'],
    ['INT', 'integer'],
    ['int8', 'bigint'],
    ['bool', 'boolean'],
    ['float8', 'double precision'],
    ['float', 'double precision'],
    ['float(24)', 'real'],
    ['varchar(10)', 'character varying'],
    ['character  varying (10)', 'character varying'],
    ['char(3)', 'character'],
    ['numeric(10, 2)', 'numeric'],
    ['decimal', 'numeric'],
    ['timestamptz', 'timestamp with time zone'],
    ['timestamp(3) with time zone', 'timestamp with time zone'],
    ['timestamp', 'timestamp without time zone'],
    ['time(0)', 'time without time zone'],
    ['timetz', 'time with time zone'],
    ['interval day to second(3)', 'interval'],
    ['bit varying(5)', 'bit varying'],
    ['text[]', 'text[]'],
    ['int4[][3]', 'integer[]'],
    ['varchar(10) array', 'character varying[]'],
    ['serial', 'integer'],
    ['bigserial', 'bigint'],
    ['citext', 'citext'],
    ['vector(512)', 'vector'],
    ['geometry(Point, 4326)', 'geometry'],
    ['App.Mood', 'app.mood'],
    ['"Mood"', '"Mood"'],
    ['app."Odd Mood"[]', 'app."Odd Mood"[]'],
    ['"char"', '"char"'],
  ])('%s is %s', (type, sqlType) => {
    expect(columnOf(type)).toMatchObject({ column: { name: 'c', sqlType } });
  });

  it.each([
    '',
    ' ',
    'varchar(',
    'text; DROP TABLE a',
    'integer unsigned',
    'serial[]',
    'a.b.c',
    '"',
    'text)',
    'setof text',
    'int -- 4',
    '1st',
  ])('%j is none, which is told', (type) => {
    for (const [sdl, where] of [
      [`type A @table(name: "a") {\n id: ID!\n c: String @column(type: ${JSON.stringify(type)}) }`, 'A.c'],
      [`type A @table(name: "a") {\n id: ID!\n c: A @join(from: "c", type: ${JSON.stringify(type)}) }`, 'A.c'],
    ] as const)
      expect(faults(sdl)).toEqual([
        expect.stringContaining(
          `own.graphql:3  ${where} has the SQL type ${JSON.stringify(type)}, which is none that PostgreSQL could know`,
        ),
      ]);
  });

  it('that is no array does not hold a list', () => {
    expect(faults('type A @table(name: "a") {\n id: ID!\n c: [String!] @column(type: "varchar(5)") }')).toEqual([
      'own.graphql:3  A.c is a list, so its column is an array, but its type is said to be varchar(5): say varchar(5)[]',
    ]);
    expect(columnOf('words', '[String!]')).toMatchObject({ column: { sqlType: 'words' } });
  });

  it.each([
    ['Int', 'text'],
    ['Boolean', 'int4'],
    ['DateTime', 'varchar(30)'],
    ['[Int!]', 'text[]'],
    ['JSON', 'bytea'],
  ])('whose values are no %s, such as %s, is told', (of, type) => {
    expect(faults(`type A @table(name: "a") {\n id: ID!\n c: ${of} @column(type: "${type}") }`)).toEqual([
      `own.graphql:3  A.c is of type ${of}, but its column is said to be ${type}, which holds none: say another type, ` +
        'or make the field a String',
    ]);
  });

  it('that numbers the rows fills the column, also where it is not the key', () => {
    expect(columnOf('serial', 'Int!')).toMatchObject({ hasDefault: true, column: { sqlType: 'integer', declared: 'serial' } });
  });

  it('of a key is that of the columns that refer to it, which do not number themselves', () => {
    const model = compile(
      'type A @table(name: "a") { id: ID! @column(type: "char(3)") bs: [B!]! @join(to: "a_id") } type B @table(name: ' +
        '"b") { id: ID! @column(type: "serial") a: A @join(from: "a_id") b: B @join(from: "b_id") }',
    );
    const b = tableType(model, 'B');
    expect(b.fields.get('a')).toMatchObject({ from: { name: 'a_id', sqlType: 'character', declared: 'char(3)' } });
    expect(b.fields.get('b')).toMatchObject({ from: { name: 'b_id', sqlType: 'integer' } });
    expect(b.fields.get('b')).not.toMatchObject({ from: { declared: 'serial' } });
  });
});

describe('a name that a store would change or refuse is told:', () => {
  it.each([
    [
      'a table',
      `type A @table(name: "${LONG}") { id: ID! }`,
      'own.graphql:1  The name in @table on A has 64 bytes, and PostgreSQL cuts names off after 63',
    ],
    ['a table without one', 'type A @table(name: "") { id: ID! }', 'own.graphql:1  The name in @table on A is empty'],
    ['a PostgreSQL schema', `type A @table(name: "a", schema: "${LONG}") { id: ID! }`, 'The schema in @table on A has 64 bytes'],
    [
      'a column',
      `type A @table(name: "a") { id: ID!\n c: Int @column(name: "${UMLAUTS}") }`,
      'own.graphql:2  The name of the column of A.c has 64 bytes',
    ],
    ['the column of a long field', `type A @table(name: "a") { id: ID!\n ${LONG}: Int }`, 'own.graphql:2  The name of the column of A.nnn'],
    ['a column without one', 'type A @table(name: "a") { id: ID! c: Int @column(name: "") }', 'The name of the column of A.c is empty'],
    ['a column with NUL', 'type A @table(name: "a") { id: ID! c: Int @column(name: "a\\u0000b") }', 'A.c holds the character NUL'],
    ['the near column of a join', `type A @table(name: "a") { id: ID! c: A @join(from: "${LONG}") }`, 'from in @join on A.c has 64 bytes'],
    ['the far column of a join', `type A @table(name: "a") { id: ID! c: [A!]! @join(to: "") }`, 'to in @join on A.c is empty'],
    [
      'a collection',
      'type A @table(name: "a") @embedding(collection: "a/b", of: ["t"]) { id: ID! t: String }',
      'The collection in @embedding on A is one that Qdrant does not take, "a/b"',
    ],
    [
      'a collection without one',
      'type A @table(name: "a") @embedding(collection: "", of: ["t"]) { id: ID! t: String }',
      'The collection in @embedding on A is empty',
    ],
    ['a label', 'type A @node(labels: ["a`b"]) { id: ID! }', 'own.graphql:1  A label in @node on A holds a backtick'],
    ['a label that stands for a backtick', 'type A @node(labels: ["a\\\\u0060b"]) { id: ID! }', 'A label in @node on A holds a backtick'],
    ['a label of the context', 'type A @node(labels: ["$a"]) { id: ID! }', 'A label in @node on A begins with $'],
    ['a label twice', 'type A @node(labels: ["a", "a"]) { id: ID! }', 'A label in @node on A stands there twice: "a"'],
    [
      'a property',
      'type A @node { id: ID!\n p: Int @alias(property: "a\\nb") }',
      'own.graphql:2  The property in @alias on A.p holds a line break',
    ],
    [
      'a property of a row',
      'type A @table(name: "a") @node { id: ID! p: Int @alias(property: "") }',
      'The property in @alias on A.p is empty',
    ],
    [
      'a property of a relationship',
      'type A @node { id: ID! r: [A!]! @relationship(type: "R", direction: OUT, properties: "P") } type P ' +
        '@relationshipProperties { p: Int @alias(property: "a\\u0000b") }',
      'The property in @alias on P.p holds a line break or another control character',
    ],
    [
      'a relationship type',
      'type A @node { id: ID!\n r: [A!]! @relationship(type: "", direction: OUT) }',
      'own.graphql:2  The type in @relationship on A.r is empty',
    ],
    [
      'a type that is followed',
      'type A @node { id: ID! r: [R!]! @traverse(types: ["`"], direction: OUT) } type R { distance: Int! a: A! }',
      'A name among types in @traverse on A.r holds a backtick',
    ],
    ['no type to follow', 'type A @node { id: ID! p: GraphPath @path(types: []) }', '@path on A.p needs at least one of types'],
    [
      'a column of a statement',
      'type A @node { id: ID! n: Int @cypher(statement: "RETURN 1 AS n", columnName: "a b") }',
      'takes the name of a column of its result for columnName',
    ],
    [
      'an empty statement',
      'type A @node { id: ID! n: Int @cypher(statement: " ", columnName: "n") }',
      '@cypher on A.n has an empty statement',
    ],
    [
      'a property of two fields',
      'type A @node { id: ID! a: Int\n b: Int @alias(property: "a") }',
      'own.graphql:2  A.b stands in the property a, which holds A.a',
    ],
    [
      'the property of the key',
      'type A @table(name: "a") @node { id: ID! b: Int @alias(property: "id") }',
      'A.b stands in the property id, which holds the key of the row',
    ],
    [
      'a property of a relationship twice',
      'type A @node { id: ID! r: [A!]! @relationship(type: "R", direction: OUT, properties: "P") } type P ' +
        '@relationshipProperties { p: Int q: Int @alias(property: "p") }',
      'P.q stands in the property p, which holds P.p',
    ],
  ])('%s', (_, text, message) => {
    expect(faults(text)).toEqual([expect.stringContaining(message)]);
  });
});

describe('a key or unique rule', () => {
  it.each([
    ['without a column', 'key: []', '@table on A has key: []: name at least one column, or leave it out'],
    ['of an empty set', 'unique: [[]]', '@table on A has unique: [[]]: name at least one column, or leave it out'],
    ['of a column twice', 'key: ["id", "id"]', '@table on A has key: ["id","id"], which names column id twice'],
    ['of a column twice', 'unique: [["id", "b_c", "id"]]', 'which names column id twice'],
    [
      'of the same set twice',
      'unique: [["id", "b_c"], ["b_c", "id"]]',
      '@table on A has the unique set ["b_c","id"] twice: leave one of them out',
    ],
    [
      'of a column that no field shows',
      'key: ["code"]',
      '@table on A has key: ["code"], but no field of A shows column code: add a field, or a join from it',
    ],
    ['of a field in place of its column', 'unique: [["bC"]]', 'no field of A shows column bC: columns are meant, so say b_c'],
  ])('%s is told: @table(%s)', (_, argument, message) => {
    expect(faults(`type A\n @table(name: "a", ${argument}) { id: ID! bC: Int }`)).toEqual([expect.stringContaining(message)]);
  });

  it('of several columns, or none, is no key to join by', () => {
    const team = 'type Team @table(name: "teams", key: ["year", "name"]) { year: Int! name: String!';
    expect(faults(`${team} }\ntype A @table(name: "a") {\n id: ID!\n team: Team @join(from: "team") }`)).toEqual([
      'own.graphql:4  A.team is joined by the key of Team, which is of several columns: say one with to: "..."',
    ]);
    expect(faults(`${team} \nas: [A!]! @join(to: "team") }\ntype A @table(name: "a") { id: ID! }`)).toEqual([
      'own.graphql:2  Team.as is joined by the key of Team, which is of several columns: say one with from: "..."',
    ]);
    expect(
      faults(`type Log @table(name: "log") { text: String }\ntype A @table(name: "a") { id: ID! log: Log @join(from: "log") }`),
    ).toEqual(['own.graphql:2  A.log is joined by the key of Log, which has none: say one with to: "..."']);
  });
});
