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
  type FieldDefinitionNode,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { capital, clientNames, CONNECTED, connectionName, internalFields, relationshipFields } from './graph-names.js';
import { graphFieldSdl } from './graph-sdl.js';
import { countName } from './hop-count.js';
import { ORDER_NAMES } from './node-order.js';
import { listSortName } from './sort-sdl.js';
import { nodeName, nodeTypes, tableTypes, type Model, type TableType } from './types.js';

/** Names of the root fields that @neo4j/graphql serves: those of node-home types. */
export const graphRoots = (model: Model, graphSchema: GraphQLSchema): { query: string[]; mutation: string[] } => {
  const plurals = new Set(nodeTypes(model).flatMap((type) => [type.plural, `${type.plural}Connection`]));
  const standing = new Set(tableTypes(model).map(nodeName));
  const query = Object.values(graphSchema.getQueryType()?.getFields() ?? {}).filter(
    (field) => plurals.has(field.name) && !standing.has(getNamedType(field.type).name),
  );
  return { query: query.map((field) => field.name), mutation: Object.keys(graphSchema.getMutationType()?.getFields() ?? {}) };
};

/** What the mutations of nodes do. */
const MUTATIONS: Readonly<Record<string, string>> = {
  create: 'Creates {}, and what is nested in them.',
  update: 'Changes the {} that pass where, all without where.',
  delete: 'Deletes the {} that pass where, all without where.',
};

const typeOf = (text: string): ObjectTypeDefinitionNode => parse(text, { noLocation: true }).definitions[0] as ObjectTypeDefinitionNode;

const inputOf = (text: string): InputValueDefinitionNode =>
  (parse(text, { noLocation: true }).definitions[0] as InputObjectTypeDefinitionNode).fields![0]!;

/** What a hop from a row adds to the row's own type, and to its where. */
export interface HopDefinitions {
  readonly fields: readonly FieldDefinitionNode[];
  readonly filters: readonly InputValueDefinitionNode[];
}

/** What @neo4j/graphql makes, as clients see it: rows in the place of the nodes that stand for them. */
export const graphDefinitions = (
  model: Model,
  schema: GraphQLSchema,
): { definitions: DefinitionNode[]; hops: ReadonlyMap<string, HopDefinitions> } => {
  const standing = tableTypes(model).filter((type) => type.node);
  const rows = new Map(standing.map((type) => [nodeName(type), type.name]));
  // What asks about a row, or leads to one, is made for rows already.
  const rowInputs = new Map(
    standing.flatMap((type) =>
      ['Where', 'RelationshipFilters', 'ConnectWhere'].map((input) => [nodeName(type) + input, type.name + input] as const),
    ),
  );
  const clientName = clientNames(model);
  const internal = internalFields(model);
  const { query, mutation } = graphRoots(model, schema);
  const wanted = new Set<GraphQLNamedType>();
  const want = (type: GraphQLNamedType): void => {
    if (wanted.has(type) || isIntrospectionType(type) || isSpecifiedScalarType(type) || rows.has(type.name) || rowInputs.has(type.name))
      return;
    wanted.add(type);
    if (isUnionType(type)) type.getTypes().forEach(want);
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return;
    const fields: readonly (GraphQLField<unknown, unknown> | GraphQLInputField)[] = Object.values(type.getFields());
    for (const field of fields) if (!internal.get(type.name)?.has(field.name)) wantField(field);
  };
  const wantField = (field: GraphQLField<unknown, unknown> | GraphQLInputField): void => {
    want(getNamedType(field.type as GraphQLType));
    if ('args' in field) for (const argument of field.args) want(getNamedType(argument.type));
  };
  const rootFields = (root: GraphQLObjectType | null | undefined, names: readonly string[]): ObjectTypeDefinitionNode[] => {
    if (!root || names.length === 0) return [];
    for (const name of names) wantField(root.getFields()[name]!);
    const definition = typeOf(printType(root));
    const fields = (definition.fields ?? [])
      .filter((field) => names.includes(field.name.value))
      .map((field) => described(root === schema.getQueryType() ? nullable(field) : field));
    return [{ ...definition, fields }];
  };
  const definitions: DefinitionNode[] = [...rootFields(schema.getQueryType(), query), ...rootFields(schema.getMutationType(), mutation)];
  for (const type of nodeTypes(model)) {
    definitions.push(typeOf(`type Query { "One ${type.name} by its key, or null." ${type.singular}(id: ID!): ${type.name} }`));
  }
  const hops = new Map(standing.map((type) => [type.name, hopDefinitions(type)]));
  for (const type of wanted) {
    const definition = typeOf(printType(type));
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) definitions.push(renamed(withHops(definition)));
    else
      definitions.push(
        renamed({
          ...definition,
          fields: [
            ...(definition.fields ?? [])
              .filter((field) => !internal.get(type.name)?.has(field.name.value))
              .map((field) => toRows(withArguments(type.name, field), rows)),
            ...connected(type as GraphQLObjectType),
            ...traversals(type.name),
          ],
        }),
      );
  }
  return { definitions, hops };

  /** What a connection's edges lead to, which @neo4j/graphql gives by its edges alone. */
  function connected(type: GraphQLObjectType): readonly FieldDefinitionNode[] {
    const edges = type.name.endsWith('Connection') ? type.getFields()['edges'] : undefined;
    const edge = edges && getNamedType(edges.type);
    if (!isObjectType(edge)) return [];
    const { name } = getNamedType(edge.getFields()['node']!.type);
    const row = rows.get(name);
    return typeOf(`type T { "The nodes of the edges, without the edges."\n${CONNECTED}: [${row ?? name}!]${row === undefined ? '!' : ''} }`)
      .fields!;
  }

  /** A root field in the words that those of rows have. */
  function described(field: FieldDefinitionNode): FieldDefinitionNode {
    const [, verb, plural, paged] = /^(create|update|delete)?(.*?)(Connection)?$/.exec(field.name.value)!;
    const value =
      verb === undefined
        ? paged
          ? `${capital(plural!)} page by page.`
          : `${capital(plural!)} that pass where, in the order of sort.`
        : MUTATIONS[verb]!.replace('{}', plural!);
    return { ...field, description: { kind: Kind.STRING, value } };
  }

  function traversals(name: string): readonly FieldDefinitionNode[] {
    const type = model.types.get(name);
    const lines = type ? [...type.fields.values()].flatMap((field) => graphFieldSdl(field, model) ?? []) : [];
    return lines.length === 0 ? [] : typeOf(`type T {\n${lines.join('\n')}\n}`).fields!;
  }

  /** The arguments of a statement as they are written, with what is said of them. */
  function withArguments(type: string, field: FieldDefinitionNode): FieldDefinitionNode {
    const plan = model.types.get(type)?.fields.get(field.name.value);
    if (plan?.kind !== 'cypher' || plan.args === '') return field;
    const written = typeOf(`type T { f${plan.args}: Int }`).fields![0]!.arguments!;
    return {
      ...field,
      arguments: (field.arguments ?? []).map((argument) => written.find(({ name }) => name.value === argument.name.value) ?? argument),
    };
  }

  /** Nodes are put in order by what a hop leads to in the words that rows are. */
  function withHops(definition: DefinitionNode): DefinitionNode {
    const type = nodeTypes(model).find(({ name }) => 'name' in definition && definition.name?.value === `${name}Sort`);
    if (!type || definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) return definition;
    const hops = new Map(
      relationshipFields(type).map((field) => [
        countName(field.name),
        inputOf(`input I { "By the nodes that it leads to."\n${field.name}: ${listSortName(field)} }`),
      ]),
    );
    return {
      ...definition,
      fields: definition
        .fields!.filter((field) => !ORDER_NAMES.includes(field.name.value))
        .map((field) => hops.get(field.name.value) ?? field),
    };
  }

  /** Names as clients know them. */
  function renamed<T extends DefinitionNode | FieldDefinitionNode | InputValueDefinitionNode>(node: T): T {
    return visit<T>(node, { Name: (name) => ({ ...name, value: rowInputs.get(name.value) ?? clientName(name.value) }) });
  }

  function hopDefinitions(type: TableType): HopDefinitions {
    const names = relationshipFields(type).map(connectionName);
    const node = schema.getType(nodeName(type)) as GraphQLObjectType;
    for (const name of names) wantField(node.getFields()[name]!);
    const fields = typeOf(printType(node)).fields!.filter((field) => names.includes(field.name.value));
    const where = schema.getType(`${nodeName(type)}Where`) as GraphQLInputObjectType;
    // What the row's own where takes for its hops.
    for (const { name } of relationshipFields(type)) wantField(where.getFields()[name]!);
    const { fields: conditions = [] } = typeOf(printType(where)) as unknown as InputObjectTypeDefinitionNode;
    const filters = conditions.filter((filter) => names.includes(filter.name.value));
    for (const field of relationshipFields(type)) {
      const name = `${clientName(`${nodeName(type)}${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`)}Connection`;
      definitions.push(
        typeOf(
          '"Quantified conditions on relationships and their targets. all and some need at least one."\n' +
            `input ${name}Filters { ${['all', 'none', 'single', 'some'].map((quantifier) => `${quantifier}: ${name}Where`).join(' ')} }`,
        ),
      );
    }
    return { fields: fields.map((field) => renamed(nullable(field))), filters: filters.map((filter) => renamed(filter)) };
  }
};

/** A root field, and a field that needs another store, may fail alone: see `clientType`. */
const nullable = (field: FieldDefinitionNode): FieldDefinitionNode =>
  field.type.kind === Kind.NON_NULL_TYPE ? { ...field, type: field.type.type } : field;

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
  if (field.type.kind === Kind.NAMED_TYPE || (field.type.kind === Kind.NON_NULL_TYPE && field.type.type.kind === Kind.NAMED_TYPE))
    return nullable({ ...field, type });
  const list = typeOf(`type T { f(where: ${row}Where, sort: [${row}Sort!], limit: Int, offset: Int): Int }`);
  const own = (field.arguments ?? []).filter(
    ({ name }) => !list.fields![0]!.arguments!.some((argument) => argument.name.value === name.value),
  );
  return nullable({ ...field, type, arguments: [...own, ...list.fields![0]!.arguments!] });
};
