import { Neo4jGraphQL } from '@neo4j/graphql';
import { Kind, parse, print, visit, type EnumTypeDefinitionNode, type GraphQLSchema } from 'graphql';
import { counted, GatewayError } from '../errors.js';
import { dropDefinitions } from './definitions.js';
import { formatFaults, type Fault } from './faults.js';
import { bindGraphScalars } from './graph-scalars.js';
import { looseValues } from './graph-values.js';
import { countSdl } from './hop-count.js';
import { orderSdl } from './node-order.js';
import { linksSdl, TRAVERSAL_SDL, traversalSdl } from './traversal-cypher.js';
import { cypherResults } from './cypher-results.js';
import type { ColumnField, CypherField, PropertyField, RelationshipField } from './fields.js';
import { graphName, graphTypes, nodeName, nodeTypes, tableTypes, type EntityType, type Model } from './types.js';

/**
 * The schema that @neo4j/graphql serves: every node-home type as it stands, and for every table-home type with a node
 * a type `<Name>Node` that holds the key, the properties the node carries and the hops. All Cypher of the gateway is
 * made from queries against it.
 */
export const openGraphSchema = async (model: Model): Promise<GraphQLSchema | undefined> => {
  const typeDefs = graphSdl(model);
  if (typeDefs === undefined) return undefined;
  const all = { GT: true, GTE: true, LT: true, LTE: true, CASE_INSENSITIVE: true } as const;
  const library = new Neo4jGraphQL({
    typeDefs,
    features: {
      filters: { String: all },
      excludeDeprecatedFields: {
        mutationOperations: true,
        aggregationFilters: true,
        aggregationFiltersOutsideConnection: true,
        relationshipFilters: true,
        attributeFilters: true,
      },
    },
  });
  const schema = bindGraphScalars(await schemaOf(library, model), model.enums.keys());
  looseValues(schema, model);
  dropDefinitions(schema);
  return schema;
};

/** What the library finds wrong in what was made for it is a fault of the schema files, though a rare one that is not told before. */
const schemaOf = async (library: Neo4jGraphQL, model: Model): Promise<GraphQLSchema> => {
  try {
    return await library.getSchema();
  } catch (error) {
    const errors = (Array.isArray(error) ? error : [error]) as readonly { readonly message: string; readonly path?: readonly string[] }[];
    const faults = errors.map(({ message, path = [] }): Fault => {
      const [type = '', field = ''] = path;
      const place = model.types.get(type)?.fields.get(field)?.place ?? model.places.get(type) ?? graphTypes(model)[0]!.place;
      return { place, message: `The graph cannot serve ${path.length === 0 ? 'this' : path.join('.')}: ${message}` };
    });
    throw new GatewayError('SCHEMA_INVALID', { count: counted(faults.length, 'fault'), detail: formatFaults(faults) }, { cause: error });
  }
};

const graphSdl = (model: Model): string | undefined => {
  const homes = nodeTypes(model);
  const standing = tableTypes(model).filter((type) => type.node);
  if (homes.length + standing.length === 0) return undefined;
  return [
    ...homes.map((type) => typeSdl(model, type, type.name, '')),
    ...standing.map((type) => typeSdl(model, type, nodeName(type), '@query(read: true, aggregate: false) @mutation(operations: [])')),
    ...valueSdl(model),
    ...enumSdl(model),
    TRAVERSAL_SDL,
  ].join('\n\n');
};

const typeSdl = (model: Model, type: EntityType, name: string, directives: string): string => {
  const fields = [...type.fields.values()].flatMap((field) => {
    if (field.kind === 'property') return [aliasedSdl(field)];
    if (field.kind === 'relationship')
      return [
        `${describe(field.description)}${relationshipSdl(model, type, field)}`,
        ...(type.home === 'node' ? [countSdl(model, field)] : []),
      ];
    if (field.kind === 'traverse' || field.kind === 'path' || field.kind === 'neighbourhood') return traversalSdl(model, field);
    if (field.kind === 'cypher') return [`${describe(field.description)}${cypherSdl(model, field)}`];
    if (field.kind === 'column' && field.property !== undefined && field.name !== 'id') return [propertySdl(field)];
    return [];
  });
  if (type.home === 'table') fields.unshift('id: ID!');
  else fields.push(...orderSdl());
  fields.push(linksSdl(model));
  return (
    `${describe(type.description)}type ${name} @node(labels: ${JSON.stringify(type.node?.labels)}) ${directives} {\n` +
    `${fields.join('\n')}\n}`
  );
};

const describe = (text: string | undefined): string => (text === undefined ? '' : `${JSON.stringify(text)}\n`);

/** A property that a table-home type's node carries: its text as the database has it, and it may be missing. */
const propertySdl = (field: ColumnField): string => {
  const scalar = field.enumType || !['Int', 'Float', 'Boolean'].includes(field.scalar) ? 'String' : field.scalar;
  return `${field.name}: ${field.list ? `[${scalar}!]` : scalar} @alias(property: ${JSON.stringify(field.property)})`;
};

const relationshipSdl = (model: Model, type: EntityType, field: RelationshipField): string => {
  const target = model.types.get(field.target)!;
  const properties = field.properties === undefined ? '' : `, properties: ${JSON.stringify(field.properties)}`;
  // Nodes of table-home types are made by projection only, so a graph mutation may link to them but not create or delete them.
  const operations =
    type.home === 'table'
      ? `, nestedOperations: []${target.home === 'table' ? ', aggregate: false' : ''}`
      : target.home === 'table'
        ? ', nestedOperations: [CONNECT, DISCONNECT], aggregate: false'
        : '';
  return (
    `${field.name}: [${graphName(target)}!]! ` +
    `@relationship(type: ${JSON.stringify(field.relationship)}, direction: ${field.direction}${properties}${operations})`
  );
};

/** A field that a statement of the schema file answers; where it leads to rows, to the nodes that stand for them. */
const cypherSdl = (model: Model, field: CypherField): string => {
  const target = field.leadsTo === undefined ? undefined : model.types.get(field.leadsTo);
  const type = target ? field.type.replace(target.name, graphName(target)) : field.type;
  return (
    `${field.name}${field.args}: ${type} ` +
    `@cypher(statement: ${JSON.stringify(field.statement)}, columnName: ${JSON.stringify(field.columnName)})`
  );
};

/** The properties of relationships, and what statements of the schema files give besides nodes. */
const valueSdl = (model: Model): string[] => {
  const properties = [...model.relationshipProperties.values()].map(
    ({ name, description, fields }) =>
      `${describe(description)}type ${name} @relationshipProperties {\n${[...fields.values()].map(aliasedSdl).join('\n')}\n}`,
  );
  const plain = cypherResults(model);
  const definitions =
    plain.size === 0
      ? []
      : parse(model.sdl, { noLocation: true }).definitions.filter(
          (definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION && plain.has(definition.name.value),
        );
  return [...properties, ...definitions.map(print)];
};

/** The enums of properties, by the names that clients know. */
const enumSdl = (model: Model): string[] => {
  const properties = [...nodeTypes(model), ...model.relationshipProperties.values()].flatMap(({ fields }) => [...fields.values()]);
  const used = new Set(properties.flatMap((field) => (field.kind === 'property' && field.enumType ? [field.scalar] : [])));
  return parse(model.sdl, { noLocation: true }).definitions.flatMap((definition) =>
    definition.kind === Kind.ENUM_TYPE_DEFINITION && used.has(definition.name.value) ? [print(withoutValue(definition))] : [],
  );
};

/** An enum without what its values stand for. */
const withoutValue = (definition: EnumTypeDefinitionNode): EnumTypeDefinitionNode =>
  visit(definition, { Directive: ({ name }) => (name.value === 'deprecated' ? undefined : null) });

const aliasedSdl = (field: PropertyField): string =>
  `${describe(field.description)}${field.name}: ${field.type} @alias(property: ${JSON.stringify(field.property)})`;
