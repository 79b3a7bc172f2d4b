import { isEnumType, isInputObjectType, isObjectType, validateSchema, type GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { bindSchema } from '../../resolvers/bind.js';
import { compileModel } from '../../src/model/compile.js';
import { openGraphSchema } from '../../src/model/graph-schema.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';

const OWN = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
const serve = async (text: string): Promise<GraphQLSchema> => {
  const model = compileModel([{ path: 'own.graphql', text }, ...OWN]);
  return bindSchema(model, await openGraphSchema(model));
};

/** Names of the deprecated fields or values of a type. */
const deprecated = (schema: GraphQLSchema, name: string): string[] => {
  const type = schema.getType(name);
  const members = isEnumType(type)
    ? type.getValues()
    : isInputObjectType(type) || isObjectType(type)
      ? Object.values(type.getFields())
      : [];
  expect(members, name).not.toEqual([]);
  return members
    .filter(({ deprecationReason }) => deprecationReason !== undefined && deprecationReason !== null)
    .map((member) => member.name);
};

describe('a deprecated field', () => {
  it('is marked in conditions, orders, writes and numbers of rows, wherever it is not required', async () => {
    const schema = await serve(`
      type A @table(name: "a") {
        id: ID! oldName: String @deprecated(reason: "say name") must: Int! @deprecated name: String
        b: B @join(from: "b_id") @deprecated as: [A!]! @join(to: "up") }
      type B @table(name: "b") { id: ID! as: [A!]! @join(to: "b_id") @deprecated }`);
    expect(validateSchema(schema)).toEqual([]);
    const marked = Object.fromEntries(
      (
        'AWhere ASort AValueSort ACreateInput AAsNodeInput BAsNodeInput AUpdateInput ADeleteInput AAggregateNode ' +
        'AAggregateNodeSort AGroupField AGroupKey AGroupKeySort AKeyField BWhere BSort BCreateInput BUpdateInput'
      )
        .split(' ')
        .map((name) => [name, deprecated(schema, name)]),
    );
    expect(marked).toEqual({
      AWhere: ['oldName', 'must', 'b'],
      ASort: ['oldName', 'must', 'b'],
      AValueSort: ['oldName', 'must'],
      ACreateInput: ['oldName', 'b'],
      AAsNodeInput: ['oldName', 'b'],
      BAsNodeInput: ['oldName'],
      AUpdateInput: ['oldName', 'must', 'b'],
      ADeleteInput: ['b'],
      AAggregateNode: ['oldName', 'must'],
      AAggregateNodeSort: ['oldName', 'must'],
      AGroupField: ['OLD_NAME', 'MUST', 'B'],
      AGroupKey: ['oldName', 'must', 'b'],
      AGroupKeySort: ['oldName', 'must', 'b'],
      AKeyField: ['oldName', 'must', 'b'],
      BWhere: ['as'],
      BSort: ['as'],
      BCreateInput: ['as'],
      BUpdateInput: ['as'],
    });
    const where = schema.getType('AWhere');
    expect(isInputObjectType(where) && where.getFields()['oldName']!.deprecationReason).toBe('say name');
  });

  it('is marked in those of nodes and of relationships too', async () => {
    const schema = await serve(`
      type N @node {
        id: ID! old: Int @deprecated(reason: "gone") must: Int! @deprecated
        hops: [N!]! @relationship(type: "R", direction: OUT, properties: "P") @deprecated
        rows: [A!]! @relationship(type: "S", direction: OUT) }
      type P @relationshipProperties { since: Int @deprecated(reason: "say start") start: Int }
      type A @table(name: "a") @node { id: ID! ns: [N!]! @relationship(type: "T", direction: OUT) @deprecated }`);
    expect(validateSchema(schema)).toEqual([]);
    expect(deprecated(schema, 'NWhere')).toEqual(expect.arrayContaining(['old', 'must', 'hops', 'hopsConnection']));
    for (const name of ['NSort', 'NUpdateInput']) expect(deprecated(schema, name)).toEqual(expect.arrayContaining(['old', 'must']));
    expect(deprecated(schema, 'NCreateInput')).toEqual(expect.arrayContaining(['old', 'hops']));
    expect(deprecated(schema, 'NCreateInput')).not.toContain('must');
    for (const name of ['PWhere', 'PSort', 'PCreateInput', 'PUpdateInput']) expect(deprecated(schema, name)).toEqual(['since']);
    expect(deprecated(schema, 'AWhere')).toEqual(expect.arrayContaining(['ns', 'nsConnection']));
    expect(deprecated(schema, 'A')).toEqual(expect.arrayContaining(['ns', 'nsConnection']));
    expect(deprecated(schema, 'N')).toEqual(expect.arrayContaining(['old', 'must', 'hops', 'hopsConnection']));
  });
});
