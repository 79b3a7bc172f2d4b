import type { GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../src/execute/context.js';
import type { NodeRef } from '../src/graph/traversal.js';
import { limitOf } from '../src/query/limits.js';
import { analysable, ANALYSES, type Analysable, type AnalyticsArguments } from '../src/remote/analytics.js';
import { graphNode } from './entities.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;
type Args = Readonly<Record<string, unknown>>;

/** `graphAnalytics(types:, relationships:, where:)` */
export const graphAnalytics: Resolver = (_, args: AnalyticsArguments, context) => analysable(context, args);

const nodes: Resolver = (source, args: Args, context, info) => {
  const { nodes: refs } = source as { readonly nodes: readonly NodeRef[] };
  const shown = info.parentType.name === 'GraphCycle' ? refs : refs.slice(0, limitOf('nodes', args['limit'], context.engine.limits));
  return Promise.all(shown.map((ref) => graphNode(context, info, ref)));
};

/** Resolvers of what graphAnalytics gives, by type. */
export const ANALYTICS: Readonly<Record<string, Readonly<Record<string, Resolver>>>> = {
  GraphAnalytics: Object.fromEntries(
    Object.entries(ANALYSES).map(([name, answer]): [string, Resolver] => [
      name,
      (source, args: Args, { engine }) => answer(source as Analysable, args, engine.limits),
    ]),
  ),
  GraphScore: { node: (source, _, context, info) => graphNode(context, info, (source as { readonly node: NodeRef }).node) },
  GraphGroup: { nodes },
  GraphCycle: { nodes },
};
