import { makeExecutableSchema } from '@graphql-tools/schema';
import { getNamedType, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { RequestContext } from '../src/context.js';
import { pluralTypeName } from '../src/model/names.js';
import { graphRoots, mergeSdl } from '../src/model/merge.js';
import { embeddedTypes, nodeTypes, tableType, tableTypes, type EmbeddedType, type EntityType, type FieldPlan, type Model } from '../src/model/types.js';
import { TYPE, type Row } from '../src/plan/sql.js';
import { edgeToRow, graphMutation, graphRoot, graphValue, nodeByKey, relationship, relationshipToRows, traverse } from './graph.js';
import { answeredRows, tableMutations, writtenRows } from './mutation.js';
import { byKey, connection, foundRow, held, list } from './relational.js';
import { SCALARS } from './scalars.js';
import { collectionInfo } from './collection.js';
import { hitNode, nearest, search, searchPage } from './vector.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;
type Resolvers = Record<string, unknown>;

/** The executable schema: the merged SDL, and for every field the resolver that its plan asks for. */
export const bindSchema = (model: Model, graphSchema: GraphQLSchema | undefined): GraphQLSchema => {
  const typeDefs = mergeSdl(model, graphSchema);
  const resolvers: Resolvers = { Query: queries(model, graphSchema), ...SCALARS };
  const mutations: Record<string, Resolver> = Object.fromEntries([...tableMutations(model)].map(([name, { kind }]) => [name, writtenRows(kind)]));
  for (const name of graphSchema ? graphRoots(model, graphSchema).mutation : []) mutations[name] = graphMutation;
  if (Object.keys(mutations).length > 0) resolvers['Mutation'] = mutations;
  for (const type of model.types.values()) resolvers[type.name] = Object.fromEntries([...type.fields.values()].map((field) => [field.name, fieldResolver(model, type, field)]));
  for (const type of tableTypes(model)) {
    resolvers[`${type.name}Edge`] = { node: foundRow(type) };
    for (const verb of ['Create', 'Update']) resolvers[`${verb}${pluralTypeName(type.name)}MutationResponse`] = { [type.plural]: answeredRows(type) };
    for (const field of type.fields.values()) {
      if (field.kind === 'traverse' || field.kind === 'nearest') resolvers[field.wrapper] = { [field.wrapped]: foundRow(tableType(model, field.target)) };
    }
  }
  for (const { name, values } of model.enums.values()) resolvers[name] = Object.fromEntries(values);
  if (embeddedTypes(model).length > 0) Object.assign(resolvers, { SearchNode: { __resolveType: (row: Row) => row[TYPE] }, SearchHit: { node: hitNode } });
  const schema = makeExecutableSchema<RequestContext>({ typeDefs, resolvers: resolvers as NonNullable<Parameters<typeof makeExecutableSchema<RequestContext>>[0]['resolvers']>, resolverValidationOptions: { requireResolversToMatchSchema: 'ignore' } });
  bindGraphTypes(model, graphSchema, schema);
  return schema;
};

const queries = (model: Model, graphSchema: GraphQLSchema | undefined): Record<string, Resolver> => {
  const roots: Record<string, Resolver> = {};
  for (const type of tableTypes(model)) {
    roots[type.plural] = list(type);
    // Without a key there is no order to page by, and nothing to ask for.
    if (type.table.key.length === 0) continue;
    roots[type.singular] = byKey(type);
    roots[`${type.plural}Connection`] = connection(type);
  }
  for (const name of graphSchema ? graphRoots(model, graphSchema).query : []) roots[name] = graphRoot;
  for (const type of nodeTypes(model)) roots[type.singular] = nodeByKey(type);
  if (embeddedTypes(model).length > 0) Object.assign(roots, { search: search(model), searchPage: searchPage(model), collectionInfo });
  return roots;
};

/** The one table from a field's plan to its resolver. */
const fieldResolver = (model: Model, type: EntityType, field: FieldPlan): Resolver => {
  switch (field.kind) {
    case 'column':
    case 'property':
    case 'join':
      return held;
    case 'relationship': {
      const target = model.types.get(field.target)!;
      if (type.home === 'table') return relationship(type, field, model);
      return target.home === 'table' ? relationshipToRows(target) : held;
    }
    case 'traverse':
      return traverse(tableType(model, type.name), field, model);
    case 'nearest':
      return nearest(tableType(model, type.name) as EmbeddedType, field);
  }
};

/** Types that @neo4j/graphql adds (connections, aggregates, counts): its values, and rows where an edge leads to a table. */
const bindGraphTypes = (model: Model, graphSchema: GraphQLSchema | undefined, schema: GraphQLSchema): void => {
  const roots = new Set([schema.getQueryType(), schema.getMutationType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    const graphType = graphSchema?.getType(type.name);
    if (!isObjectType(type) || !isObjectType(graphType) || roots.has(type) || type.name.startsWith('__') || model.types.has(type.name)) continue;
    for (const field of Object.values(type.getFields())) {
      const target = model.types.get(getNamedType(field.type).name);
      field.resolve = (target?.home === 'table' ? edgeToRow(target) : graphValue) as GraphQLFieldResolver<unknown, unknown>;
    }
  }
};
