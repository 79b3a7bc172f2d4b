import { isEnumType, isObjectType, isScalarType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { bindSchema } from '../../resolvers/bind.js';
import { GatewayError } from '../../src/errors.js';
import { compileModel } from '../../src/model/compile.js';
import { openGraphSchema } from '../../src/model/graph-schema.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';

const OWN = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
const compile = (...texts: string[]) => compileModel([...texts.map((text, index) => ({ path: `${'abc'[index]}.graphql`, text })), ...OWN]);
const serve = async (...texts: string[]): Promise<GraphQLSchema> => {
  const model = compile(...texts);
  return bindSchema(model, await openGraphSchema(model));
};
/** The lines of the error, each a fault. */
const faults = (...texts: string[]): string[] => {
  try {
    compile(...texts);
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
    return (error as GatewayError).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  throw new Error('the schema has no fault');
};
const object = (schema: GraphQLSchema, name: string): GraphQLObjectType => {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is no object type`);
  return type;
};

const A = 'type A @table(name: "a") { id: ID! n: Int }\n';

describe('a construct that is not supported is the one fault, with file and line:', () => {
  it.each([
    [
      'an interface',
      `${A}interface I { id: ID! }`,
      'a.graphql:2  Interfaces are not supported: leave I out, and write its fields into each type',
    ],
    ['its extension', `${A}interface I { id: ID! }\nextend interface I { n: Int }`, 'a.graphql:3  Interfaces are not supported'],
    [
      'a type that implements one',
      `interface I { id: ID! }\ntype A implements I @table(name: "a") { id: ID! }`,
      'a.graphql:2  A implements I, but interfaces are not supported: write its fields into A',
    ],
    ['a union', `${A}union U = A`, 'a.graphql:2  Unions are not supported: leave U out'],
    ['an input', `${A}input N { a: Int }`, 'a.graphql:2  Inputs are made by the gateway from the types: leave N out'],
    ['schema', `${A}schema { query: A }`, 'a.graphql:2  The roots are made by the gateway from the types: leave schema out'],
    [
      'a root',
      `${A}type Mutation { n: Int }`,
      'a.graphql:2  Mutation is made by the gateway from the types: leave it out of the schema files',
    ],
    ['an extended root', `${A}extend type Query { n: Int }`, 'a.graphql:2  Query is made by the gateway from the types'],
    [
      'a directive of its own',
      `${A}directive @mine on OBJECT`,
      'a.graphql:2  The gateway does not know the directive @mine, and clients would not see what it is said of: leave it out',
    ],
    ['an operation', `${A}query { a }`, 'a.graphql:2  A schema file holds types, and no operations'],
    [
      'an extended type of the gateway',
      `${A}extend type GraphPath { n: Int }`,
      'a.graphql:2  GraphPath is a type of the gateway itself, which cannot be extended',
    ],
    [
      'an argument',
      'type A @table(name: "a") { id: ID!\n n(as: Int): Int }',
      'a.graphql:2  A.n has arguments of its own, which only a field with @cypher takes',
    ],
    [
      'a default value that does not fit',
      'type A @node { id: ID!\n n(as: Int = "x"): Int @cypher(statement: "RETURN 1 AS n", columnName: "n") }',
      'a.graphql:2  The default value of argument as of A.n is no Int',
    ],
    [
      'a list of values that may be null',
      'type A @table(name: "a") { id: ID!\n n: [String] }',
      'a.graphql:2  A.n is a list whose entries may be null, which is not supported: say [String!]',
    ],
    [
      'such a list of rows',
      'type A @table(name: "a") { id: ID!\n n: [A] @join(to: "x") }',
      'a.graphql:2  A.n is a list whose entries may be null, which is not supported: say [A!]',
    ],
    ['such a list of a node', 'type A @node { id: ID!\n n: [Int] }', 'a.graphql:2  A.n is a list whose entries may be null'],
    [
      'a list of lists',
      'type A @table(name: "a") { id: ID!\n n: [[Int!]!] }',
      'a.graphql:2  A.n is a list of lists, which is not supported: say JSON',
    ],
    [
      'values of one text',
      'type A @table(name: "a") { id: ID! e: E }\nenum E { ONE\n TWO @value(is: "one") }',
      'a.graphql:3  E.TWO and E.ONE stand for the same text in the database, "one"',
    ],
    [
      'values that differ in their case',
      'type A @table(name: "a") { id: ID! e: E }\nenum E { One\n ONE }',
      'a.graphql:3  E.ONE and E.One stand for the same text in the database, "one"',
    ],
    ['an empty type', `${A}type B @table(name: "b")`, 'a.graphql:2  Type B must define one or more fields.'],
    ['an empty enum', `${A}enum E`, 'a.graphql:2  Enum type E must define one or more values.'],
    ['a name that GraphQL keeps', 'type A @table(name: "a") { id: ID!\n __n: Int }', 'a.graphql:2  Name "__n" must not begin with "__"'],
    [
      'a column of a node',
      'type A @node { id: ID!\n n: Int @column(name: "m") }',
      'a.graphql:2  A.n has @column, which means nothing in a type that stands in the graph alone',
    ],
    ['an index of a node', 'type A @node { id: ID!\n n: String @fulltext }', 'a.graphql:2  A.n has @fulltext, which means nothing'],
    [
      'an index of a join',
      'type A @table(name: "a") { id: ID!\n n: A @join(from: "m") @trigram }',
      'a.graphql:2  A.n has @trigram, which is for fields with a value of their own',
    ],
    [
      'a property of a join',
      'type A @table(name: "a") @node { id: ID!\n n: A @join(from: "m") @alias(property: "n") }',
      'a.graphql:2  A.n has @alias, which is for fields with a value of their own',
    ],
    ['a type that nothing leads to', `${A}type B { n: Int }`, 'a.graphql:2  B has neither @table nor @node, and no field leads to it'],
    [
      'properties that no relationship has',
      `${A}type P @relationshipProperties { n: Int }`,
      'a.graphql:2  P has @relationshipProperties, but no relationship names it',
    ],
    [
      'a wrapper with more than its two fields',
      'type A @node { id: ID!\n n: [R!]! @traverse(types: ["X"], direction: OUT) }\ntype R { distance: Int! a: A! note: String }',
      'a.graphql:2  A.n has @traverse: its type must be a list of an object type with distance and one field of the target type, and ' +
        'with nothing else',
    ],
    [
      'two fields of one name',
      'type A @table(name: "a") { id: ID! n: Int\n n: Int }',
      'a.graphql:2  Field "A.n" can only be defined once.',
    ],
    ['a field that an extension has, too', `${A}extend type A { n: Int }`, 'a.graphql:2  Field "A.n" can only be defined once.'],
  ])('%s', (_, text, message) => {
    const told = faults(text);
    expect(told.filter((line) => line.startsWith(message))).toHaveLength(1);
    expect(told.length).toBeLessThanOrEqual(2);
  });
});

describe('a fault of a directive stands in the file of the user, among all others:', () => {
  const OTHERS = 'type X @table(name: "x") { id: ID!\n y: X\n z: Nowhere }';
  it.each([
    [
      'a value that is none of an enum',
      '@relationship(type: "R", direction: OUTT)',
      'b.graphql:2  Value "OUTT" does not exist in "RelationshipDirection" enum. Did you mean the enum value "OUT"?',
    ],
    ['a value of another kind', '@relationship(type: 1, direction: OUT)', 'b.graphql:2  String cannot represent a non string value: 1'],
    [
      'an argument that is left out',
      '@relationship(type: "R")',
      'b.graphql:2  Directive "@relationship" argument "direction" of type "RelationshipDirection!" is required, but it was not provided.',
    ],
    [
      'an argument that is unknown',
      '@relationship(type: "R", direction: OUT, propertys: "P")',
      'b.graphql:2  Unknown argument "propertys" on directive "@relationship". Did you mean "properties"?',
    ],
    ['a directive that is unknown', '@relation(type: "R")', 'b.graphql:2  Unknown directive "@relation".'],
    ['a directive in a wrong place', '@table(name: "a")', 'b.graphql:2  Directive "@table" may not be used on FIELD_DEFINITION.'],
    [
      'a directive that is said twice',
      '@traced @traced @relationship(type: "R", direction: OUT)',
      'b.graphql:2  The directive "@traced" can only be used once at this location.',
    ],
  ])('%s', (_, directive, message) => {
    const told = faults(OTHERS, `type A @node { id: ID!\n b: [A!]! ${directive} }`);
    expect(told).toEqual([
      expect.stringMatching(/^a\.graphql:2 {2}X\.y is of type X, but no directive/),
      expect.stringMatching(/^a\.graphql:3 {2}Unknown type "Nowhere"/),
      message,
    ]);
  });

  it('those of types, whose fields are looked at all the same', () => {
    expect(
      faults(
        OTHERS,
        'type A\n  @table(nam: "a")\n  @embedding(collection: "c", of: ["t"], quantization: {method: SCALA}) {\n id: ID! t: String\n ' +
          'b: A }',
      ),
    ).toEqual([
      expect.stringMatching(/^a\.graphql:2/),
      expect.stringMatching(/^a\.graphql:3/),
      expect.stringMatching(/^b\.graphql:2 {2}(Unknown argument "nam" on directive "@table"|Directive "@table" argument "name")/),
      expect.stringMatching(/^b\.graphql:2 {2}/),
      expect.stringMatching(/^b\.graphql:3 {2}Value "SCALA" does not exist in "QuantizationMethod" enum/),
      expect.stringMatching(/^b\.graphql:5 {2}A\.b is of type A, but no directive/),
    ]);
  });

  it('of enum values, and of what is extended', () => {
    expect(
      faults(
        'type A @table(name: "a") { id: ID! e: E }\nenum E { ONE @value(si: "x")\n TWO }\nextend type A { f: Int @column(nme: "x") ' +
          '}\nextend type B { g: Int }',
      ),
    ).toEqual([
      expect.stringMatching(/^a\.graphql:2 {2}/),
      expect.stringMatching(/^a\.graphql:2 {2}/),
      'a.graphql:4  Unknown argument "nme" on directive "@column". Did you mean "name"?',
      expect.stringMatching(/^a\.graphql:5 {2}Cannot extend type "B" because it is not defined/),
    ]);
  });

  it('a file that cannot be parsed hides no fault of another, and makes none', () => {
    expect(
      faults('type A @table(name: "a") {\n id: ID!\n b: [ }', 'type C @table(name: "c") { id: ID!\n a: A @join(from: "a_id")\n d: C }'),
    ).toEqual([
      expect.stringMatching(/^a\.graphql:3 {2}Syntax Error/),
      expect.stringMatching(/^b\.graphql:3 {2}C\.d is of type C, but no directive/),
    ]);
  });

  it('what is taken out with a fault is not said to be missing', () => {
    expect(
      faults(
        'type A @table(name: "a") @embedding(collection: "c", of: ["t"]) { id: ID! @column(nam: "x")\n t: String @column(nam: "y")\n ' +
          's: [M!]! @nearest }\ntype M { score: Float! @deprecated(rson: "x")\n a: A! }',
      ),
    ).toHaveLength(3);
  });
});

describe('what GraphQL has, and works:', () => {
  it('@deprecated, on fields of every kind, on values and on arguments', async () => {
    const schema = await serve(`
      type A @table(name: "a") @node @embedding(collection: "a", of: ["t"]) {
        id: ID! t: String @deprecated(reason: "of t") old: Int @deprecated e: E a: A @join(from: "x") @deprecated(reason: "of a")
        many: [A!]! @join(to: "y") @deprecated(reason: "of many")
        hops: [B!]! @relationship(type: "R", direction: OUT) @deprecated(reason: "of hops")
        similar: [M!]! @nearest @deprecated(reason: "of near")
        reach: [W!]! @traverse(types: ["R"], direction: OUT) @deprecated(reason: "of reach") }
      type B @node { id: ID! p: Int @deprecated(reason: "of p") e: E
        q: [B!]! @relationship(type: "Q", direction: OUT, properties: "P") @deprecated(reason: "of q")
        path: GraphPath @path @deprecated(reason: "of path")
        c("What to add." add: Int = 3 @deprecated(reason: "of add")):
          V @cypher(statement: "RETURN {v: $add} AS v", columnName: "v") @deprecated(reason: "of c") }
      type M { score: Float! @deprecated(reason: "of score") a: A! }
      type W { distance: Int! @deprecated(reason: "of distance") b: B! }
      type V { v: Int @deprecated(reason: "of v") }
      type P @relationshipProperties { since: Int @deprecated(reason: "of since") }
      enum E { NEW OLD @deprecated(reason: "of OLD") }`);
    const reason = (type: string, field: string) => object(schema, type).getFields()[field]!.deprecationReason;
    expect(reason('A', 'old')).toBe('No longer supported');
    for (const [type, fields] of Object.entries({
      A: ['t', 'a', 'many', 'hops', 'reach'],
      B: ['p', 'q', 'path', 'c'],
      M: ['score'],
      W: ['distance'],
      V: ['v'],
    }))
      for (const field of fields) expect(reason(type, field), `${type}.${field}`).toBe(`of ${field}`);
    expect([reason('A', 'similar'), reason('A', 'manyConnection'), reason('A', 'id')]).toEqual(['of near', 'of many', undefined]);
    const values = schema.getType('E');
    expect(isEnumType(values) && values.getValue('OLD')?.deprecationReason).toBe('of OLD');
    const [add] = object(schema, 'B').getFields()['c']!.args;
    expect([add!.deprecationReason, add!.defaultValue, add!.description]).toEqual(['of add', 3, 'What to add.']);
  });

  it('extend, within a file and over files, with directives, values and descriptions', async () => {
    const schema = await serve(
      'type A @table(name: "a") { id: ID! e: E }\nenum E { ONE }\nscalar Colour',
      'extend type A @node { "More." more: Colour @column(type: "text") }\nextend enum E { "Second." TWO @value(is: "zwei") }\nextend ' +
        'scalar Colour @specifiedBy(url: "https://example.org/colour")',
    );
    expect(object(schema, 'A').getFields()['more']?.description).toBe('More.');
    const values = schema.getType('E');
    expect(isEnumType(values) && [values.getValue('TWO')?.value, values.getValue('TWO')?.description]).toEqual(['zwei', 'Second.']);
    const colour = schema.getType('Colour');
    expect(isScalarType(colour) && colour.specifiedByURL).toBe('https://example.org/colour');
    expect(schema.getQueryType()!.getFields()['graphAnalytics']).toBeDefined();
  });

  it('files that hold nothing, or comments alone', () => {
    expect([...compile('type A @table(name: "a") { id: ID! }', '', '# To come.\n  # More.\n').types.keys()]).toEqual(['A']);
  });
});
