import { validateSchema, type GraphQLSchema } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { bindSchema } from '../../resolvers/bind.js';
import { GatewayError } from '../../src/errors.js';
import { compileModel } from '../../src/model/compile.js';
import { openGraphSchema } from '../../src/model/graph-schema.js';
import { madeNames, sharedNames } from '../../src/model/made-names.js';
import { graphPlural } from '../../src/model/names.js';
import type { Model } from '../../src/model/types.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';

// Hundreds of schemas are made.
import { BASE, INHERITED, MADE, PLACES, WORDS } from '../support/name-places.js';
vi.setConfig({ testTimeout: 120_000 });

const OWN = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
const compile = (text: string): Model => compileModel([{ path: 'own.graphql', text }, ...OWN]);

/** The schema that clients see, or the faults of the files; anything else is a fault of the gateway. */
const served = async (text: string): Promise<{ schema: GraphQLSchema; model: Model } | string> => {
  try {
    const model = compile(text);
    const schema = bindSchema(model, await openGraphSchema(model));
    expect(validateSchema(schema)).toEqual([]);
    return { schema, model };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw new Error(`${text}\n${(error as Error).stack}`);
    expect(error.code).toBe('SCHEMA_INVALID');
    for (const line of error.message.split('\n').slice(1)) expect(line).toMatch(/^ {2}own\.graphql:\d+ {2}\S/);
    return error.message;
  }
};

describe('every name is served, or told with file and line, as the name of', () => {
  it.each(PLACES)('%s', async (place, sdl, isServed) => {
    const isWhole = ['a field of a table', 'a field of a node', 'a type in both'].includes(place);
    const names = /type|wrapper|enum|scalar/.test(place) ? MADE : WORDS;
    for (const name of [...INHERITED, ...names.filter((_, index) => isWhole || index % 4 === 0)]) {
      const result = await served(sdl(name));
      if (typeof result === 'string') continue;
      expect(isServed(result.schema, name), sdl(name)).toBeTruthy();
    }
  });
});

it('a type in the graph has its roots, however its words are written', async () => {
  for (const name of [
    'FAQ',
    'APIKey',
    'Some_Thing',
    'some',
    '_Under',
    '__',
    'A',
    'Ab1C',
    'Person',
    'iPhone',
    'X9',
    'X9y',
    'HTTPServer_v2',
    'aBCd',
    'A_',
    'A1b2_c3',
  ]) {
    const result = await served(
      `type ${name} @node { id: ID! hop: [${name}!]! @relationship(type: "H", direction: OUT) } type Row @table(name: "r") @node { id: ID! hops: [${name}!]! @relationship(type: "H", direction: OUT) }`,
    );
    if (typeof result === 'string') continue;
    const { singular, plural } = result.model.types.get(name)!;
    expect(Object.keys(result.schema.getQueryType()!.getFields())).toEqual(
      expect.arrayContaining([singular, plural, `${plural}Connection`]),
    );
  }
});

it('rows of a type that stand in the graph are asked for by the name that the graph knows them by', async () => {
  for (const name of ['FAQ', 'APIKey', 'Some_Thing', 'Person']) {
    const graph = (await openGraphSchema(compile(`type ${name} @table(name: "t") @node { id: ID! }`)))!;
    expect(Object.keys(graph.getQueryType()!.getFields())).toContain(graphPlural(`${name}Node`));
  }
});

describe('two names that meet', () => {
  it.each([
    [
      'fields that differ in their writing',
      'type A @table(name: "a") {\n id: ID!\n fooBar: Int\n foo_bar: Int }',
      'own.graphql:4  A.foo_bar and A.fooBar have one name in groupBy, FOO_BAR',
    ],
    [
      'types that differ in their first letter',
      'type Thing @table(name: "a") { id: ID! }\ntype thing @table(name: "b") { id: ID! }',
      'own.graphql:2  thing has the root field thing, which is one of Thing too',
    ],
    [
      'types that differ in an underscore',
      'type FooBar @table(name: "a") { id: ID! }\ntype Foo_bar @table(name: "b") { id: ID! }',
      'own.graphql:2  Foo_bar and FooBar have one name in enums of types, FOO_BAR',
    ],
    [
      'a type and the group of another',
      'type User @table(name: "u") { id: ID! }\ntype UserGroup @table(name: "g") { id: ID! }',
      'own.graphql:2  UserGroup has the name of a type that the gateway makes for User',
    ],
    [
      'a type and what the gateway has',
      'type A @table(name: "u") { id: ID! }\ntype PageInfo @table(name: "g") { id: ID! }',
      'own.graphql:2  PageInfo has the name of a type that the gateway makes itself',
    ],
    [
      'inputs of two types',
      'type Order @table(name: "o") { id: ID! }\ntype OrderReference @table(name: "r") { id: ID! }',
      'The gateway would make a type OrderReferenceUpdateInput for OrderReference, but makes one for Order',
    ],
    [
      'inputs of a type and of its field',
      'type A @table(name: "a") { id: ID!\n create: [A!]! @join(to: "a_id") }',
      'own.graphql:2  The gateway would make a type ACreateFieldInput for A.create, but makes one for A',
    ],
    [
      'types of two files',
      'type A @table(name: "a") { id: ID! }\ntype A @node { id: ID! }',
      'own.graphql:2  There can be only one type named "A".',
    ],
    [
      'a scalar of the gateway',
      'type A @table(name: "a") { id: ID! }\nscalar DateTime',
      'own.graphql:2  There can be only one type named "DateTime".',
    ],
    [
      'a hop and its connection',
      'type A @node { id: ID! r: [A!]! @relationship(type: "R", direction: OUT)\n rConnection: Int }',
      'own.graphql:2  A.rConnection has the name of the connection that A.r is given',
    ],
    [
      'a type and a root of the gateway',
      'type SearchPage @table(name: "a") { id: ID! }',
      'own.graphql:1  SearchPage has the root field searchPage, which is one of the gateway itself too',
    ],
  ])('as %s, are a fault', async (_, sdl, message) => expect(await served(sdl)).toContain(message));
});

it('the names that the gateway makes are all known before it makes them', async () => {
  const models = [compile(BASE), compileModel(readSchemaFiles())];
  for (const model of models) {
    const schema = bindSchema(model, await openGraphSchema(model));
    const graphNames = Object.keys((await openGraphSchema(model))!.getTypeMap());
    const known = new Set(
      [...sharedNames(model), ...[...model.types.values()].flatMap((type) => madeNames(type, model))].map(({ name }) => name),
    );
    const shown = [...Object.keys(schema.getTypeMap()), ...graphNames].filter(
      (name) => !name.startsWith('__') && !model.places.has(name) && !SCALARS.includes(name),
    );
    expect(shown.filter((name) => !known.has(name))).toEqual([]);
  }
});

const SCALARS = ['ID', 'String', 'Int', 'Float', 'Boolean'];
