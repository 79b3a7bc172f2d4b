import { buildASTSchema, isObjectType, isEnumType, parse } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.js';
import { compileModel } from '../../src/model/compile.js';
import { tableType, type Model } from '../../src/model/types.js';

const SCHEMA = fileURLToPath(new URL('../../schema/', import.meta.url));
const own = (name: string) => ({ path: `schema/${name}`, text: readFileSync(`${SCHEMA}${name}`, 'utf8') });
const compile = (text: string): Model => compileModel([{ path: 'test.graphql', text }, own('directives.graphql'), own('scalars.graphql')]);
const faults = (text: string): string => {
  try {
    compile(text);
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    expect((error as GatewayError).code).toBe('SCHEMA_INVALID');
    return (error as GatewayError).message;
  }
  throw new Error('the schema has no fault');
};

describe('a model', () => {
  const model = compile(`
    type Author @table(name: "authors") { id: ID! name: String! books: [Book!]! @join(to: "author_id") }
    type Book @table(name: "books", schema: "library") @node(labels: ["Book", "Work"]) @embedding(collection: "books", of: ["title"]) {
      id: ID! @column(name: "book_id") title: String! @column(name: "book_title") @alias(property: "title") pageCount: Int
      genre: Genre author: Author @join(from: "author_id") cites: [Book!]! @relationship(type: "CITES", direction: OUT)
      reached: [Reach!]! @traverse(types: ["CITES"], direction: OUT, maxDepth: 3) similar: [Near!]! @nearest }
    type Reach { distance: Int! book: Book! }
    type Near { score: Float! book: Book! }
    enum Genre { SCIENCE_FICTION POETRY @value(is: "verse") }`);
  const book = tableType(model, 'Book');

  it('derives names of columns, roots and keys', () => {
    expect(book.table).toEqual({
      schema: 'library',
      name: 'books',
      key: [{ name: 'book_id', sqlType: 'uuid' }],
      unique: [],
      view: false,
      token: undefined,
      tellsTriggers: false,
    });
    expect([book.singular, book.plural]).toEqual(['book', 'books']);
    expect(book.fields.get('pageCount')).toMatchObject({ kind: 'column', column: { name: 'page_count', sqlType: 'integer' } });
  });

  it('completes the two columns of a join from the key of the other side', () => {
    expect(book.fields.get('author')).toMatchObject({
      kind: 'join',
      list: false,
      from: { name: 'author_id', sqlType: 'uuid' },
      to: { name: 'id', sqlType: 'uuid' },
    });
    expect(tableType(model, 'Author').fields.get('books')).toMatchObject({
      kind: 'join',
      list: true,
      from: { name: 'id', sqlType: 'uuid' },
      to: { name: 'author_id', sqlType: 'uuid' },
    });
  });

  it('knows hops, traversals, neighbours and the texts of values', () => {
    expect(book.fields.get('cites')).toMatchObject({ kind: 'relationship', target: 'Book', relationship: 'CITES', direction: 'OUT' });
    expect(book.fields.get('reached')).toMatchObject({ kind: 'traverse', target: 'Book', wrapped: 'book', maxDepth: 3 });
    expect(book.fields.get('similar')).toMatchObject({ kind: 'nearest', target: 'Book', wrapped: 'book' });
    expect([...model.enums.get('Genre')!.values]).toEqual([
      ['SCIENCE_FICTION', 'science_fiction'],
      ['POETRY', 'verse'],
    ]);
  });

  it('has a token for the rows of a table with a key, and of no other', () => {
    expect(book.fields.get('rowToken')).toMatchObject({
      kind: 'column',
      type: 'ID!',
      readOnly: true,
      token: true,
      column: { name: 'xmin', sqlType: 'xid' },
    });
    const others = compile(
      `type A @table(name: "a", token: "v") { id: ID! version: BigInt @column(name: "v") } type B @table(name: "b", view: true) { id: ID! } type C @table(name: "c") { name: String! }`,
    );
    expect(tableType(others, 'A').fields.get('rowToken')).toMatchObject({ type: 'ID', column: { name: 'v', sqlType: 'bigint' } });
    expect([tableType(others, 'B'), tableType(others, 'C')].map(({ fields }) => fields.has('rowToken'))).toEqual([false, false]);
  });

  it('is frozen', () => {
    expect(Object.isFrozen(model)).toBe(true);
  });
});

describe('a fault', () => {
  it.each([
    ['a node without a label', 'type A @node(labels: []) { id: ID! }', 'test.graphql:1  @node on A needs at least one label'],
    ['a node whose label is empty', 'type A @node(labels: ["A", ""]) { id: ID! }', 'test.graphql:1  @node on A needs at least one label'],
    [
      'a field without a way to it',
      'type A @table(name: "a") { id: ID! b: A }',
      'test.graphql:1  A.b is of type A, but no directive says how it is reached',
    ],
    [
      'a field with the name of a condition',
      'type A @table(name: "a") @embedding(collection: "a", of: ["b"]) { id: ID! b: String near: Float }',
      'A.near has the name of the condition near and of the order near, which A has by its @embedding: call the field otherwise, and say its column with @column(name: "near")',
    ],
    [
      'two ways to one field',
      'type A @table(name: "a") @node { id: ID!\n b: [A!]! @join(to: "x") @relationship(type: "R", direction: OUT) }',
      'test.graphql:2  A.b has @join and @relationship',
    ],
    ['a list of bytes', 'type A @table(name: "a") { id: ID! b: [Bytes!] }', 'A.b is a list of Bytes, which is not supported'],
    ['a join without columns', 'type A @table(name: "a") { id: ID! b: A @join }', '@join on A.b needs from or to'],
    ['a to-many join that gives one', 'type A @table(name: "a") { id: ID! b: A @join(to: "x") }', 'its type must be [A!]!'],
    ['a join of a node', 'type A @node { id: ID! b: A @join(from: "x") }', 'A.b has @join, but A has no table'],
    [
      'a join to a node',
      'type A @table(name: "a") { id: ID! b: B @join(from: "x") } type B @node { id: ID! }',
      'A.b has @join, but B has no table',
    ],
    [
      'a name that a connection has',
      'type A @table(name: "a") { id: ID! b: [A!]! @join(to: "a_id") bConnection: String }',
      'A.bConnection has the name of the connection that A.b is given',
    ],
    [
      'a hop without a node',
      'type A @table(name: "a") { id: ID! b: [A!]! @relationship(type: "R", direction: IN) }',
      'A.b has @relationship, but A has no @node',
    ],
    ['a hop that gives one', 'type A @node { id: ID! b: A @relationship(type: "R", direction: IN) }', 'its type must be [A!]!'],
    [
      'a hop to nowhere',
      'type A @node { id: ID! b: [B!]! @relationship(type: "R", direction: IN) } type B { id: ID! }',
      'leads to B, which has neither @table nor @node',
    ],
    ['a node without a key', 'type A @node { name: String }', 'A needs a field id'],
    [
      'neighbours without vectors',
      'type A @table(name: "a") { id: ID! b: [N!]! @nearest } type N { score: Float! a: A! }',
      'which needs @embedding',
    ],
    [
      'neighbours without a score',
      'type A @table(name: "a") @embedding(collection: "a", of: ["id"]) { id: ID! b: [N!]! @nearest } type N { a: A! }',
      'an object type with score and one field',
    ],
    [
      'vectors of no text',
      'type A @table(name: "a") @embedding(collection: "a", of: ["text"]) { id: ID! }',
      '@embedding on A names text, which is not a column field of A',
    ],
    [
      'two types in one collection',
      'type A @table(name: "a") @embedding(collection: "c", of: ["t"]) { id: ID! t: String } type B @table(name: "b") @embedding(collection: "c", of: ["t"]) { id: ID! t: String }',
      '@embedding on B names collection c, which holds the rows of A: each type needs one of its own',
    ],
    [
      'several vectors of which one has no name',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], also: [{name: "u", of: ["t"]}]) { id: ID! t: String }',
      'has several vectors: each needs a name',
    ],
    [
      'two vectors of one name',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], vector: "u", also: [{name: "u", of: ["t"]}]) { id: ID! t: String }',
      'has two vectors of the same name',
    ],
    [
      'a vector with the name of the keywords',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], vector: "keywords") { id: ID! t: String }',
      'that is the name of its keywords',
    ],
    [
      'a vector of nothing',
      'type A @table(name: "a") @embedding(collection: "a", of: []) { id: ID! t: String }',
      '@embedding on A needs a field to embed',
    ],
    [
      'keywords of no text',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], keywords: ["u"]) { id: ID! t: String }',
      '@embedding on A names u, which is not a column field of A',
    ],
    [
      'a payload of many rows',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], payload: ["b"]) { id: ID! t: String b: [A!]! @join(to: "a_id") }',
      'has b in its payload, which is not a column field of A, nor a join to one row by its key',
    ],
    [
      'a payload that would lose digits',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], payload: ["d"]) { id: ID! t: String d: Decimal }',
      'has d in its payload, whose type is Decimal: a point carries ID, String, Int',
    ],
    [
      'a payload of another precision',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], payload: ["f"]) { id: ID! t: String f: Float @column(type: "real") }',
      'whose column is real: a point carries double precision',
    ],
    [
      'a payload by a name of the gateway',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], payload: ["embedding_model"]) { id: ID! t: String embedding_model: String }',
      'a name that the gateway keeps for itself',
    ],
    [
      'a compression that is none',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], quantization: {method: PRODUCT, compression: 5}) { id: ID! t: String }',
      'takes a compression of 4, 8, 16, 32 or 64 for PRODUCT, but got 5',
    ],
    [
      'a quantile that is none',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], quantization: {method: SCALAR, quantile: 0.1}) { id: ID! t: String }',
      'takes a quantile from 0.5 to 1, but got 0.1',
    ],
    [
      'vectors of a key that is no uuid',
      'type A @table(name: "a") @embedding(collection: "a", of: ["id"]) { id: ID! @column(type: "text") }',
      'needs a key of type uuid, but id is text',
    ],
    [
      'a token that no field shows',
      'type A @table(name: "a", token: "v") { id: ID! }',
      '@table on A has token: "v", but no field of A shows that column',
    ],
    [
      'a field named as the token',
      'type A @table(name: "a") {\n id: ID!\n rowToken: String }',
      'test.graphql:3  A.rowToken has a name that the gateway uses itself',
    ],
    ['a plural that is the singular', 'type Staff @table(name: "a") { id: ID! }', 'Staff has no plural of its own'],
    ['a field named as a connective', 'type A @table(name: "a") { id: ID! OR: String }', 'A.OR has a name that where uses itself'],
    [
      'a node with a decimal number',
      'type A @node { id: ID! e: Decimal }',
      'A.e is of type Decimal: a field of a node-home type may be ID, String, Int, Float, Boolean, DateTime, LocalDateTime, Date, LocalTime, Time, Duration, BigInt or an enum',
    ],
    ['a directive with a wrong value', 'type A @node { id: ID!\n b: [A!]! @relationship(type: "X", direction: SIDE) }', 'test.graphql:2  '],
    [
      'a depth that is none',
      'type A @table(name: "a") @node { id: ID! b: [R!]! @traverse(types: ["X"], direction: OUT, maxDepth: -3) } type R { distance: Int! a: A! }',
      'takes a maxDepth from 1 to 20, but got -3',
    ],
    ['vectors without a home', 'type A @embedding(collection: "a", of: []) { id: ID! }', '@embedding on A needs @table'],
    [
      'a scalar without a SQL type',
      'scalar Colour type A @table(name: "a") { id: ID! c: Colour }',
      'A.c has the scalar Colour, whose SQL type is not known',
    ],
    ['an unknown type', 'type A @table(name: "a") {\n id: ID!\n b: Nowhere }', 'test.graphql:3  Unknown type "Nowhere"'],
    ['an unknown directive', 'type A @tabel(name: "a") { id: ID! }', 'test.graphql:1  Unknown directive "@tabel"'],
    [
      'a trace that is no relationship',
      'type A @node { id: ID! b: String @traced }',
      'A.b has @traced, which is only for a field with @relationship',
    ],
    [
      'a statement with an argument that is no value',
      'type A @node { id: ID! b(c: D): Int @cypher(statement: "RETURN 1 AS b", columnName: "b") } input D { e: Int }',
      'A.b has @cypher, so its argument c may be ID, String',
    ],
    [
      'a relationship both ways',
      'type A @node { id: ID! b: [A!]! @relationship(type: "X", direction: BOTH) }',
      'A.b has @relationship with direction BOTH: a relationship has one direction',
    ],
    [
      'properties that are none',
      'type A @node { id: ID! b: [A!]! @relationship(type: "X", direction: OUT, properties: "P") }',
      'A.b names the properties P, but there is no type P with @relationshipProperties',
    ],
    [
      'a property that is no value',
      'type A @node { id: ID! b: [A!]! @relationship(type: "X", direction: OUT, properties: "P") } type P @relationshipProperties { a: A }',
      'P.a is of type A: a property of a relationship may be ID, String',
    ],
    [
      'a path of another type',
      'type A @node { id: ID! b: [A!]! @path }',
      'A.b has @path: its type must be GraphPath for the shortest way, or [GraphPath!]! for all shortest ways',
    ],
    [
      'a neighbourhood of a table only',
      'type A @table(name: "a") { id: ID! b: GraphNeighbourhood @neighbourhood }',
      'A.b has @neighbourhood, but A has no @node',
    ],
    [
      'a statement that leads to a table',
      'type A @node { id: ID! b: [B!]! @cypher(statement: "RETURN 1 AS b", columnName: "b") } type B @table(name: "b") { id: ID! }',
      'A.b has @cypher and leads to B, which has no @node',
    ],
    ['a type of joins only', 'type A @table(name: "a", key: ["x"]) { b: A @join(from: "x") }', 'A needs a field with a value of its own'],
    ['a root of its own', 'type A @table(name: "a") { id: ID! } type Query { a: A }', 'Query is made by the gateway'],
    ['a syntax error', 'type A {\n id: ID!\n b: [ }', 'test.graphql:3  Syntax Error'],
  ])('in the schema, %s, is named with file and line', (_, text, message) => {
    expect(faults(text)).toContain(message);
  });

  it('does not hide others', () => {
    expect(faults('type A @table(name: "a") { id: ID! b: A\n c: A }')).toMatch(/2 faults[\s\S]*test.graphql:1[\s\S]*test.graphql:2/);
  });
});

describe('the schema of ODRAS', () => {
  const files = readdirSync(SCHEMA).map(own);

  it('describes every type, field, value and directive', () => {
    const schema = buildASTSchema(parse(files.map(({ text }) => text).join('\n')));
    const missing = Object.values(schema.getTypeMap())
      .filter((type) => !type.name.startsWith('__') && type.astNode)
      .flatMap((type) => {
        const parts = isObjectType(type) ? Object.values(type.getFields()) : isEnumType(type) ? [...type.getValues()] : [];
        return [type, ...parts].filter((part) => !part.description).map((part) => `${type.name} ${part.name}`);
      });
    expect(missing).toEqual([]);
  });

  it('shows no password', () => {
    const user = tableType(compileModel(files), 'User');
    expect([...user.fields.values()].flatMap((field) => (field.kind === 'column' ? [field.column.name] : []))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/password|salt/)]),
    );
  });
});
