import { makeExecutableSchema } from '@graphql-tools/schema';
import { getNamedType, isLeafType, isObjectType, type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { RequestContext } from '../src/execute/context.js';
import { graphMutationField, writtenField } from '../src/execute/mutation-field.js';
import { runRootField } from '../src/execute/root-field.js';
import { SESSION_MUTATIONS } from '../src/execute/session-mutations.js';
import { dropDefinitions } from '../src/model/definitions.js';
import { graphRoots } from '../src/model/graph-definitions.js';
import { mergeSdl } from '../src/model/merge.js';
import type { Model } from '../src/model/types.js';
import { tableMutations } from '../src/mutate/called.js';
import { TYPE, type Row } from '../src/sql/row.js';
import { SCALARS } from './scalars.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** The executable schema. What the plan of an operation has read holds the values of its fields; mutations run when they are called. */
export const bindSchema = (model: Model, graphSchema: GraphQLSchema | undefined): GraphQLSchema => {
  const mutations: Record<string, Resolver> = {};
  for (const [name, mutation] of tableMutations(model))
    mutations[name] = (_, args: Record<string, unknown>, context, info) =>
      runRootField(context, info, args, (valuing, selected) => writtenField(context, info, mutation, valuing, selected));
  for (const name of graphSchema ? graphRoots(model, graphSchema).mutation : [])
    mutations[name] = (_, args: Record<string, unknown>, context, info) =>
      runRootField(context, info, args, (valuing, selected) => graphMutationField(context, info, valuing, selected));
  for (const [name, run] of Object.entries(SESSION_MUTATIONS))
    mutations[name] = (_, args: Record<string, unknown>, context) => run(args as never, context);
  const typeOf = { __resolveType: (row: Row) => row[TYPE] };
  const schema = makeExecutableSchema<RequestContext>({
    typeDefs: mergeSdl(model, graphSchema),
    resolvers: {
      ...SCALARS,
      ...Object.fromEntries(
        [...model.enums.values()].map(({ name, values }) => [name, Object.fromEntries(values) as Record<string, unknown>]),
      ),
      Mutation: mutations,
      GraphNode: typeOf,
      SearchNode: typeOf,
    },
    resolverValidationOptions: { requireResolversToMatchSchema: 'ignore' },
    // Otherwise the library copies the whole schema, which takes as long as making it.
    updateResolversInPlace: true,
  });
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__'))
      for (const field of Object.values((type as GraphQLObjectType<unknown, RequestContext>).getFields())) field.resolve ??= held;
  dropDefinitions(schema);
  return schema;
};

/** A value under its name in the response. Lists are completed in turns: graphql-js would complete a long one in one go. */
const held: Resolver = (source, _, { budget }, info) => {
  const value = (source as Record<string, unknown> | undefined)?.[info.path.key];
  return Array.isArray(value) && !isLeafType(getNamedType(info.returnType)) ? budget.inTurns(value as readonly unknown[]) : value;
};
