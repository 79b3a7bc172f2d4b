import {
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  Kind,
  parse,
  printType,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { tableSdl } from './sdl.js';
import { nodeName, nodeTypes, tableTypes, type Model } from './types.js';

/**
 * The SDL that clients see, in one document: the schema files without their directives, what is made for table-home
 * types, and what @neo4j/graphql makes for node-home types. Where @neo4j/graphql leads to a node that stands for a row,
 * the row's own type takes its place.
 */
export const mergeSdl = (model: Model, graphSchema: GraphQLSchema | undefined): DocumentNode => {
  const definitions = new Map<string, DefinitionNode>();
  const roots: Record<string, FieldDefinitionNode[]> = { Query: [], Mutation: [] };
  const add = (definition: DefinitionNode) => {
    if (!('name' in definition) || !definition.name) return;
    const { value: name } = definition.name;
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && name in roots) roots[name]!.push(...(definition.fields ?? []));
    else if (!definitions.has(name)) definitions.set(name, definition);
  };
  if (graphSchema) graphDefinitions(model, graphSchema).forEach(add);
  for (const text of tableSdl(model)) parse(text, { noLocation: true }).definitions.forEach(add);
  for (const definition of parse(model.sdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.DIRECTIVE_DEFINITION) add(visit(definition, { Directive: () => null }));
  }
  for (const [name, fields] of Object.entries(roots)) {
    if (fields.length > 0) definitions.set(name, { kind: Kind.OBJECT_TYPE_DEFINITION, name: { kind: Kind.NAME, value: name }, fields });
  }
  return { kind: Kind.DOCUMENT, definitions: [...definitions.values()] };
};

/** Names of the root fields that @neo4j/graphql serves: those of node-home types. */
export const graphRoots = (model: Model, graphSchema: GraphQLSchema): { query: string[]; mutation: string[] } => {
  const plurals = new Set(nodeTypes(model).flatMap((type) => [type.plural, `${type.plural}Connection`]));
  const standing = new Set(tableTypes(model).map(nodeName));
  const query = Object.values(graphSchema.getQueryType()?.getFields() ?? {}).filter((field) => plurals.has(field.name) && !standing.has(getNamedType(field.type).name));
  return { query: query.map((field) => field.name), mutation: Object.keys(graphSchema.getMutationType()?.getFields() ?? {}) };
};

const graphDefinitions = (model: Model, schema: GraphQLSchema): DefinitionNode[] => {
  const rows = new Map(tableTypes(model).filter((type) => type.node).map((type) => [nodeName(type), type.name]));
  const { query, mutation } = graphRoots(model, schema);
  const wanted = new Set<GraphQLNamedType>();
  const want = (type: GraphQLNamedType): void => {
    if (wanted.has(type) || isIntrospectionType(type) || isSpecifiedScalarType(type) || rows.has(type.name)) return;
    wanted.add(type);
    if (isUnionType(type)) type.getTypes().forEach(want);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return;
    const fields: readonly (GraphQLField<unknown, unknown> | GraphQLInputField)[] = Object.values(type.getFields());
    for (const field of fields) {
      want(getNamedType(field.type as GraphQLType));
      if ('args' in field) for (const argument of field.args) want(getNamedType(argument.type));
    }
  };
  const rootFields = (root: GraphQLObjectType | null | undefined, names: readonly string[]): ObjectTypeDefinitionNode[] => {
    if (!root || names.length === 0) return [];
    for (const name of names) {
      const field: GraphQLField<unknown, unknown> = root.getFields()[name]!;
      want(getNamedType(field.type));
      field.args.forEach((argument) => want(getNamedType(argument.type)));
    }
    const [definition] = parse(printType(root), { noLocation: true }).definitions as [ObjectTypeDefinitionNode];
    return [{ ...definition, fields: (definition.fields ?? []).filter((field) => names.includes(field.name.value)).map((field) => (root === schema.getQueryType() ? nullable(field) : field)) }];
  };
  const definitions: DefinitionNode[] = [...rootFields(schema.getQueryType(), query), ...rootFields(schema.getMutationType(), mutation)];
  for (const type of nodeTypes(model)) {
    definitions.push(...(parse(`type Query { "One ${type.name} by its key, null when there is none." ${type.singular}(id: ID!): ${type.name} }`, { noLocation: true }).definitions));
  }
  for (const type of wanted) {
    const [definition] = parse(printType(type), { noLocation: true }).definitions;
    definitions.push(definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? { ...definition, fields: (definition.fields ?? []).map((field) => toRows(field, rows)) } : definition!);
  }
  return definitions;
};

/** A root field, and a field that needs another store, may fail alone: see `clientType`. */
const nullable = (field: FieldDefinitionNode): FieldDefinitionNode => (field.type.kind === Kind.NON_NULL_TYPE ? { ...field, type: field.type.type } : field);

/** A field that leads to a standing node leads to its row instead; a list of them takes the arguments of a list of rows. */
const toRows = (field: FieldDefinitionNode, rows: ReadonlyMap<string, string>): FieldDefinitionNode => {
  let row: string | undefined;
  const type = visit(field.type, {
    NamedType: (node) => {
      row = rows.get(node.name.value);
      return row === undefined ? undefined : { ...node, name: { ...node.name, value: row } };
    },
  });
  if (row === undefined) return field;
  if (field.type.kind === Kind.NAMED_TYPE || (field.type.kind === Kind.NON_NULL_TYPE && field.type.type.kind === Kind.NAMED_TYPE)) return nullable({ ...field, type });
  const [list] = parse(`type T { f(where: ${row}Where, sort: [${row}Sort!], limit: Int, offset: Int): Int }`, { noLocation: true }).definitions as [ObjectTypeDefinitionNode];
  return nullable({ ...field, type, arguments: list.fields![0]!.arguments! });
};
