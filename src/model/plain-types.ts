import { getNamedType, isObjectType, type GraphQLField, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { isOwnFile } from './parse.js';

type Field = GraphQLField<unknown, unknown>;
type Fault = (at: GraphQLObjectType | Field, message: string) => void;

const has = (node: Field['astNode'] | GraphQLObjectType['astNode'], name: string): boolean =>
  node?.directives?.some((directive) => directive.name.value === name) ?? false;

/** Directives of fields that mean something in a type of each kind; where another stands, it would be passed over without a word. */
const MEANT = {
  table: [
    'column',
    'fulltext',
    'trigram',
    'encrypted',
    'join',
    'alias',
    'relationship',
    'traverse',
    'path',
    'neighbourhood',
    'cypher',
    'traced',
    'nearest',
    'authorization',
    'mask',
  ],
  node: ['alias', 'relationship', 'traverse', 'path', 'neighbourhood', 'cypher', 'traced', 'nearest', 'join'],
  properties: ['alias'],
  collection: ['alias'],
  plain: [] as string[],
} as const;

const KINDS = {
  table: 'a type with @table',
  node: 'a type that stands in the graph alone',
  properties: 'a type with @relationshipProperties',
  collection: 'a type with @collection',
  plain: 'a type without a home',
} as const;

/** Directives that stand where they mean nothing, and types that nothing leads to. */
export const checkUse = (schema: GraphQLSchema, fault: Fault, damaged: ReadonlySet<string>): void => {
  const types = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__') && !(type.astNode && isOwnFile(type.astNode)),
  );
  const fields = types.flatMap((type) => Object.values(type.getFields()));
  const used = new Set(fields.map((field) => getNamedType(field.type).name));
  const properties = new Set(
    fields.flatMap(
      ({ astNode }) =>
        astNode?.directives?.flatMap(
          (directive) =>
            directive.arguments?.flatMap(({ name, value }) => (name.value === 'properties' && 'value' in value ? [value.value] : [])) ?? [],
        ) ?? [],
    ),
  );
  for (const type of types) {
    const kind = has(type.astNode, 'relationshipProperties')
      ? 'properties'
      : has(type.astNode, 'table')
        ? 'table'
        : has(type.astNode, 'node')
          ? 'node'
          : has(type.astNode, 'collection')
            ? 'collection'
            : 'plain';
    for (const field of Object.values(type.getFields())) checkDirectives(type, field, kind, fault);
    if (has(type.astNode, 'collection'))
      for (const other of ['table', 'node', 'embedding', 'relationshipProperties'])
        if (has(type.astNode, other)) fault(type, `${type.name} has @${other} and @collection: a type has one home`);
    if (kind === 'properties') {
      for (const other of ['table', 'node', 'embedding'])
        if (has(type.astNode, other))
          fault(type, `${type.name} has @${other} and @relationshipProperties: properties of relationships have no home of their own`);
      if (!properties.has(type.name))
        fault(
          type,
          `${type.name} has @relationshipProperties, but no relationship names it: say properties: "${type.name}" there, or leave it out`,
        );
    }
    // Whatever has been taken out may have led there.
    if (kind === 'plain' && damaged.size === 0 && !used.has(type.name))
      fault(type, `${type.name} has neither @table nor @node, and no field leads to it: say where it lives, or leave it out`);
  }
};

const checkDirectives = (type: GraphQLObjectType, field: Field, kind: keyof typeof MEANT, fault: Fault): void => {
  const where = `${type.name}.${field.name}`;
  for (const { name } of field.astNode?.directives ?? []) {
    if (name.value === 'deprecated') continue;
    if (!(MEANT[kind] as readonly string[]).includes(name.value))
      fault(field, `${where} has @${name.value}, which means nothing in ${KINDS[kind]}: leave it out`);
    else if (['alias', 'column', 'fulltext', 'trigram', 'encrypted'].includes(name.value) && isObjectType(getNamedType(field.type)))
      fault(field, `${where} has @${name.value}, which is for fields with a value of their own`);
    else if (['alias', 'fulltext', 'trigram'].includes(name.value) && has(field.astNode, 'cypher'))
      fault(field, `${where} has @${name.value} and @cypher: what a statement gives stands in no column and no property`);
  }
};
