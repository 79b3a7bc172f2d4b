import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { RequestContext } from '../src/execute/context.js';
import { aggregateTypes, groupFields, isComparable } from '../src/model/aggregate-sdl.js';
import { pluralTypeName } from '../src/model/names.js';
import { graphRoots } from '../src/model/graph-definitions.js';
import { clientNames, CONNECTED, connectionName, relationshipFields } from '../src/model/graph-names.js';
import { joinConnectionName } from '../src/model/join-connection.js';
import { mergeSdl } from '../src/model/merge.js';
import { tableRoots } from '../src/model/roots.js';
import { collectionInfo } from '../src/remote/collection-info.js';
import {
  columnFields,
  embeddedTypes,
  graphTypes,
  hasTraced,
  nodeTypes,
  tableType,
  tableTypes,
  type EmbeddedType,
  type EntityType,
  type FieldPlan,
  type Model,
  type TableType,
} from '../src/model/types.js';
import { TYPE, type Row } from '../src/sql/row.js';
import { ANALYTICS, graphAnalytics } from './analytics.js';
import { GAP, traceabilityGaps } from './gaps.js';
import {
  cypherOfRow,
  edgesToRows,
  edgeToRow,
  graphMutation,
  graphRoot,
  graphValue,
  nodeByKey,
  relationship,
  relationshipConnection,
  relationshipToRows,
} from './graph.js';
import { answeredRows, tableMutations, writtenRows } from './mutation.js';
import { byKey, connection, foundRow, held, list } from './relational.js';
import { SCALARS } from './scalars.js';
import { drawnNode, neighbourhood, path, traverse, wayNodes } from './traversal.js';
import { hitNode, nearest, search, searchPage } from './vector.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;
type Resolvers = Record<string, unknown>;

/** The executable schema: the merged SDL, and for every field the resolver that its plan asks for. */
export const bindSchema = (model: Model, graphSchema: GraphQLSchema | undefined): GraphQLSchema => {
  const typeDefs = mergeSdl(model, graphSchema);
  const resolvers: Resolvers = { Query: queries(model, graphSchema), ...SCALARS };
  const mutations: Record<string, Resolver> = Object.fromEntries(
    [...tableMutations(model)].map(([name, { kind }]) => [name, writtenRows(kind)]),
  );
  for (const name of graphSchema ? graphRoots(model, graphSchema).mutation : []) mutations[name] = graphMutation;
  if (Object.keys(mutations).length > 0) resolvers['Mutation'] = mutations;
  for (const type of model.types.values())
    resolvers[type.name] = Object.fromEntries([...type.fields.values()].map((field) => [field.name, fieldResolver(model, type, field)]));
  for (const type of tableTypes(model)) {
    resolvers[`${type.name}Edge`] = { node: held, cursor: held };
    bindAggregates(type, resolvers);
    for (const verb of ['Create', 'Update', 'Upsert'])
      resolvers[`${verb}${pluralTypeName(type.name)}MutationResponse`] = {
        [type.plural]: answeredRows(type),
        created: answeredRows(type, 'created'),
        updated: answeredRows(type, 'updated'),
      };
    for (const field of type.fields.values()) {
      const name = field.kind === 'join' && joinConnectionName(model, field);
      if (name) (resolvers[type.name] as Record<string, Resolver>)[name] = held;
    }
    for (const field of relationshipFields(type))
      (resolvers[type.name] as Record<string, Resolver>)[connectionName(field)] = relationshipConnection(type, field);
  }
  for (const type of nodeTypes(model))
    for (const field of relationshipFields(type)) (resolvers[type.name] as Record<string, Resolver>)[connectionName(field)] = held;
  for (const type of model.types.values()) {
    for (const field of type.fields.values()) {
      if (field.kind === 'traverse' || field.kind === 'nearest')
        resolvers[field.wrapper] = { [field.wrapped]: foundRow(model.types.get(field.target)!) };
    }
  }
  if (graphTypes(model).length > 0) {
    resolvers['GraphNode'] = { __resolveType: (row: Row) => row[TYPE] };
    resolvers['GraphPath'] = { nodes: wayNodes };
    resolvers['GraphNeighbourhoodNode'] = { node: drawnNode };
    Object.assign(resolvers, ANALYTICS);
    if (hasTraced(model)) resolvers['TraceabilityGap'] = GAP;
  }
  for (const { name, values } of model.enums.values()) resolvers[name] = Object.fromEntries(values);
  if (embeddedTypes(model).length > 0)
    Object.assign(resolvers, { SearchNode: { __resolveType: (row: Row) => row[TYPE] }, SearchHit: { node: hitNode } });
  const schema = makeExecutableSchema<RequestContext>({
    typeDefs,
    resolvers: resolvers as NonNullable<Parameters<typeof makeExecutableSchema<RequestContext>>[0]['resolvers']>,
    resolverValidationOptions: { requireResolversToMatchSchema: 'ignore' },
  });
  bindGraphTypes(model, graphSchema, schema);
  completeInTurns(schema);
  return schema;
};

const queries = (model: Model, graphSchema: GraphQLSchema | undefined): Record<string, Resolver> => {
  const roots: Record<string, Resolver> = {};
  const makers = { key: byKey, list, connection };
  for (const [name, { kind, type }] of tableRoots(model)) roots[name] = makers[kind](type);
  for (const name of graphSchema ? graphRoots(model, graphSchema).query : []) roots[name] = graphRoot;
  for (const type of nodeTypes(model)) roots[type.singular] = nodeByKey(type);
  if (graphTypes(model).length > 0) roots['graphAnalytics'] = graphAnalytics;
  if (hasTraced(model)) roots['traceabilityGaps'] = traceabilityGaps(model);
  if (embeddedTypes(model).length > 0)
    Object.assign(roots, {
      search,
      searchPage,
      collectionInfo: ((_, __, { engine }) => collectionInfo(engine)) satisfies Resolver,
    });
  return roots;
};

/** The fields of a connection that aggregate, and their parts, which hold values by the names of the response. */
const bindAggregates = (type: TableType, resolvers: Resolvers): void => {
  const { name } = type;
  const heldFields = (names: Iterable<string>) => Object.fromEntries([...names].map((field) => [field, held]));
  for (const [shared, words] of aggregateTypes([type])) resolvers[shared] = heldFields(words.keys());
  resolvers['Count'] = heldFields(['nodes']);
  resolvers[`${pluralTypeName(name)}Connection`] = heldFields(['edges', 'nodes', 'pageInfo', 'totalCount', 'aggregate', 'groupBy']);
  const columns = columnFields(type)
    .filter(isComparable)
    .map((field) => field.name);
  resolvers[`${name}Aggregate`] = heldFields(['count', 'node']);
  resolvers[`${name}Group`] = heldFields(['key', 'count', 'node']);
  resolvers[`${name}AggregateNode`] = heldFields(columns);
  resolvers[`${name}GroupKey`] = heldFields(groupFields(type).map((field) => field.name));
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
      return traverse(type, field, model);
    case 'path':
      return path(type, field);
    case 'neighbourhood':
      return neighbourhood(type, field);
    case 'cypher': {
      if (type.home === 'table') return cypherOfRow(type, field, model);
      const target = field.leadsTo === undefined ? undefined : model.types.get(field.leadsTo);
      return target?.home === 'table' ? relationshipToRows(target) : held;
    }
    case 'nearest':
      return nearest(tableType(model, type.name) as EmbeddedType, field);
  }
};

/** Lists of objects are completed in turns, whoever gives them: graphql-js would complete a long one in one go. */
const completeInTurns = (schema: GraphQLSchema): void => {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__')) as GraphQLObjectType<
    unknown,
    RequestContext
  >[];
  for (const field of types.flatMap((type) => Object.values(type.getFields()))) {
    const { resolve } = field;
    if (!resolve || !isListType(getNullableType(field.type)) || isLeafType(getNamedType(field.type))) continue;
    field.resolve = (source, args, context, info) => {
      const value = resolve(source, args, context, info);
      return value instanceof Promise ? value.then((items) => inTurns(context, items)) : inTurns(context, value);
    };
  }
};

const inTurns = ({ budget }: RequestContext, items: unknown): unknown => (Array.isArray(items) ? budget.inTurns(items) : items);

/** Types that @neo4j/graphql adds (connections, aggregates, counts): its values, and rows where an edge leads to a table. */
const bindGraphTypes = (model: Model, graphSchema: GraphQLSchema | undefined, schema: GraphQLSchema): void => {
  const roots = new Set([schema.getQueryType(), schema.getMutationType()]);
  const clientName = clientNames(model);
  const graphTypeNames = new Map(Object.keys(graphSchema?.getTypeMap() ?? {}).map((name) => [clientName(name), name]));
  for (const type of Object.values(schema.getTypeMap())) {
    const graphType = graphSchema?.getType(graphTypeNames.get(type.name) ?? '');
    if (!isObjectType(type) || !isObjectType(graphType) || roots.has(type) || type.name.startsWith('__') || model.types.has(type.name))
      continue;
    for (const field of Object.values(type.getFields())) {
      const target = model.types.get(getNamedType(field.type).name);
      const toRows = field.name === CONNECTED ? edgesToRows : edgeToRow;
      field.resolve = (target?.home === 'table' ? toRows(target) : graphValue) as GraphQLFieldResolver<unknown, unknown>;
    }
  }
};
