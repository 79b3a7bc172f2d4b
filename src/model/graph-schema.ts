import { Neo4jGraphQL } from '@neo4j/graphql';
import type { GraphQLSchema } from 'graphql';
import { quoteLabel } from './names.js';
import { nodeName, nodeTypes, tableTypes, type ColumnField, type EntityType, type Model, type RelationshipField, type TraverseField } from './types.js';

/** The name of the field that reaches as far as `depth`: Cypher takes no parameter as the length of a path. */
export const traverseName = (field: TraverseField, depth: number): string => `${field.name}_${depth}`;

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
      excludeDeprecatedFields: { mutationOperations: true, aggregationFilters: true, aggregationFiltersOutsideConnection: true, relationshipFilters: true, attributeFilters: true },
    },
  });
  return library.getSchema();
};

const graphSdl = (model: Model): string | undefined => {
  const homes = nodeTypes(model);
  const standing = tableTypes(model).filter((type) => type.node);
  if (homes.length + standing.length === 0) return undefined;
  return [
    ...homes.map((type) => typeSdl(model, type, type.name, '')),
    ...standing.map((type) => typeSdl(model, type, nodeName(type), '@query(read: true, aggregate: false) @mutation(operations: [])')),
    'type GraphReach { id: ID! distance: Int! }',
  ].join('\n\n');
};

const typeSdl = (model: Model, type: EntityType, name: string, directives: string): string => {
  const fields = [...type.fields.values()].flatMap((field) => {
    if (field.kind === 'property') return [`${describe(field.description)}${field.name}: ${field.type} @alias(property: ${JSON.stringify(field.property)})`];
    if (field.kind === 'relationship') return [`${describe(field.description)}${relationshipSdl(model, type, field)}`];
    if (field.kind === 'traverse') return traverseSdl(field, type.node?.labels ?? []);
    if (field.kind === 'column' && field.property !== undefined && field.name !== 'id') return [propertySdl(field)];
    return [];
  });
  if (type.home === 'table') fields.unshift('id: ID!');
  return `${describe(type.description)}type ${name} @node(labels: ${JSON.stringify(type.node?.labels)}) ${directives} {\n${fields.join('\n')}\n}`;
};

const describe = (text: string | undefined): string => (text === undefined ? '' : `${JSON.stringify(text)}\n`);

/** A property that a table-home type's node carries: its text as the database has it, and it may be missing. */
const propertySdl = (field: ColumnField): string => {
  const scalar = field.enumType || !['Int', 'Float', 'Boolean'].includes(field.scalar) ? 'String' : field.scalar;
  return `${field.name}: ${field.list ? `[${scalar}!]` : scalar} @alias(property: ${JSON.stringify(field.property)})`;
};

const relationshipSdl = (model: Model, type: EntityType, field: RelationshipField): string => {
  const target = model.types.get(field.target)!;
  const name = target.home === 'table' ? nodeName(target) : target.name;
  // Nodes of table-home types are made by projection only, so a graph mutation may link to them but not create or delete them.
  const operations = type.home === 'table' ? ', nestedOperations: [], aggregate: false' : target.home === 'table' ? ', nestedOperations: [CONNECT, DISCONNECT], aggregate: false' : '';
  return `${field.name}: [${name}!]! @relationship(type: ${JSON.stringify(field.relationship)}, direction: ${field.direction}${operations})`;
};

const traverseSdl = (field: TraverseField, labels: readonly string[]): string[] => {
  const types = field.relationships.map(quoteLabel).join('|');
  const label = labels.map((name) => `:${quoteLabel(name)}`).join('');
  return Array.from({ length: field.maxDepth }, (_, index) => {
    const hops = `-[:${types}*1..${index + 1}]-`;
    const path = field.direction === 'OUT' ? `(this)${hops}>(reached${label})` : `(this)<${hops}(reached${label})`;
    const statement = `MATCH path = ${path} WHERE reached <> this WITH reached, min(length(path)) AS distance RETURN {id: reached.id, distance: distance} AS reach`;
    return `${traverseName(field, index + 1)}: [GraphReach!]! @cypher(statement: ${JSON.stringify(statement)}, columnName: "reach")`;
  });
};
