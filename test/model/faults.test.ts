import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.js';
import { compileOwn } from '../support/own-model.js';

const faults = (text: string): string => {
  try {
    compileOwn(text);
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    expect((error as GatewayError).code).toBe('SCHEMA_INVALID');
    return (error as GatewayError).message;
  }
  throw new Error('the schema has no fault');
};

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
      'A.near has the name of the condition near and of the order near, which A has by its @embedding: call the field otherwise, and ' +
        'say its column with @column(name: "near")',
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
      'type A @table(name: "a") @embedding(collection: "c", of: ["t"]) { id: ID! t: String } type B @table(name: "b") ' +
        '@embedding(collection: "c", of: ["t"]) { id: ID! t: String }',
      '@embedding on B names collection c, which holds the rows of A: each needs one of its own, or a payload key in pointsHave of the one',
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
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], payload: ["f"]) { id: ID! t: String f: Float @column(type: ' +
        '"real") }',
      'whose column is real: a point carries double precision',
    ],
    [
      'a payload by a name of the gateway',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], payload: ["embedding_model"]) { id: ID! t: String ' +
        'embedding_model: String }',
      'a name that the gateway keeps for itself',
    ],
    [
      'a compression that is none',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], quantization: {method: PRODUCT, compression: 5}) { id: ID! t: ' +
        'String }',
      'takes a compression of 4, 8, 16, 32 or 64 for PRODUCT, but got 5',
    ],
    [
      'a quantile that is none',
      'type A @table(name: "a") @embedding(collection: "a", of: ["t"], quantization: {method: SCALAR, quantile: 0.1}) { id: ID! t: ' +
        'String }',
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
      'A.e is of type Decimal: a field of a node-home type may be ID, String, Int, Float, Boolean, DateTime, LocalDateTime, Date, ' +
        'LocalTime, Time, Duration, BigInt or an enum',
    ],
    ['a directive with a wrong value', 'type A @node { id: ID!\n b: [A!]! @relationship(type: "X", direction: SIDE) }', 'test.graphql:2  '],
    [
      'a depth that is none',
      'type A @table(name: "a") @node { id: ID! b: [R!]! @traverse(types: ["X"], direction: OUT, maxDepth: -3) } type R { distance: ' +
        'Int! a: A! }',
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
