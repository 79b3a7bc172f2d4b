import DataLoader from 'dataloader';
import type { GraphQLFieldResolver } from 'graphql';
import { runAnalyses } from '../src/analytics/run.js';
import type { Analysed, Analysis, Cycles, Groups, Scores } from '../src/analytics/types.js';
import type { RequestContext } from '../src/context.js';
import { GatewayError } from '../src/errors.js';
import { loadSubgraph, type Subgraph } from '../src/loaders/subgraph.js';
import { enumName } from '../src/model/names.js';
import { relationshipTypes } from '../src/model/traversal-cypher.js';
import { graphTypes, type Model } from '../src/model/types.js';
import { limitOf } from '../src/plan/limits.js';
import type { NodeRef } from '../src/plan/traversal.js';
import type { Where } from '../src/plan/where.js';
import { graphNode } from './entities.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** A part of the graph that fields ask about; what they ask side by side is one thread's work. */
interface Analysable {
  readonly nodeCount: number;
  readonly relationshipCount: number;
  readonly subgraph: Subgraph;
  readonly analyses: DataLoader<Analysis, Analysed, unknown>;
}

interface AnalyticsArgs {
  readonly types?: readonly string[] | null;
  readonly relationships?: readonly string[] | null;
  readonly where?: Readonly<Record<string, Where>> | null;
}

/** `graphAnalytics(types:, relationships:, where:)` */
export const graphAnalytics = (model: Model): Resolver => {
  const known = relationshipTypes(model);
  return async (_, { types, relationships, where }: AnalyticsArgs, context): Promise<Analysable> => {
    const unknown = relationships?.find((name) => !known.includes(name));
    if (unknown !== undefined) throw new GatewayError('BAD_INPUT', { argument: 'relationships', field: 'graphAnalytics', detail: `expected some of ${known.join(', ')}, but got ${JSON.stringify(unknown)}` });
    const { limits, graphPlanner } = context.engine;
    const subgraph = await loadSubgraph(
      { graph: context.graph, rows: context.rows, limits, planner: graphPlanner! },
      { types: graphTypes(model).filter((type) => !types || types.includes(enumName(type.name))), relationships: relationships ?? known, where: where ?? {} },
    );
    const { nodes, sources, targets } = subgraph;
    return {
      nodeCount: nodes,
      relationshipCount: sources.length,
      subgraph,
      analyses: new DataLoader<Analysis, Analysed, unknown>((analyses) => runAnalyses({ nodes, sources, targets }, analyses, context.signal), { cache: false }),
    };
  };
};

type Args = Readonly<Record<string, unknown>>;

const within = (field: string, argument: string, value: unknown, isSound: (value: number) => boolean, expected: string): number => {
  if (typeof value === 'number' && isSound(value)) return value;
  throw new GatewayError('BAD_INPUT', { argument, field, detail: `expected ${expected}, but got ${String(value)}` });
};

/** The nodes with the highest scores; of equal ones, in the order of types and keys. */
const scored = (make: (args: Args) => Analysis): Resolver => async (source, args: Args, context, info) => {
  const { subgraph, analyses } = source as Analysable;
  const limit = limitOf(info.fieldName, args['limit'], context.engine.limits);
  const scores = (await analyses.load(make(args))) as Scores;
  return scores
    .map((score, node) => ({ score, node }))
    .sort((one, other) => other.score - one.score || one.node - other.node)
    .slice(0, limit)
    .map(({ score, node }) => ({ score, ref: subgraph.refs[node]! }));
};

const groupsOf = ({ refs }: Subgraph, groups: readonly (readonly number[])[]) => groups.map((group) => ({ size: group.length, refs: group.map((node) => refs[node]!) }));

const components: Resolver = async (source, args: Args, context) => {
  const { subgraph, analyses } = source as Analysable;
  const limit = limitOf('components', args['limit'], context.engine.limits);
  const { groups } = (await analyses.load({ kind: 'components' })) as Groups;
  return groupsOf(subgraph, groups.slice(0, limit));
};

const communities: Resolver = async (source, args: Args, context) => {
  const { subgraph, analyses } = source as Analysable;
  const limit = limitOf('communities', args['limit'], context.engine.limits);
  const resolution = within('communities', 'resolution', args['resolution'], (value) => value > 0 && value <= 100, 'a number above 0, at most 100');
  const { groups, modularity } = (await analyses.load({ kind: 'communities', resolution })) as Groups;
  return { modularity, count: groups.length, groups: groupsOf(subgraph, groups.slice(0, limit)) };
};

const cycles: Resolver = async (source, args: Args, context) => {
  const { subgraph, analyses } = source as Analysable;
  const limit = limitOf('cycles', args['limit'], context.engine.limits);
  const maxLength = within('cycles', 'maxLength', args['maxLength'], (value) => value >= 1 && value <= 100, 'a number from 1 to 100');
  const found = (await analyses.load({ kind: 'cycles', limit, maxLength })) as Cycles;
  return { truncated: found.truncated, cycles: found.cycles.map((cycle) => ({ length: cycle.length, refs: cycle.map((node) => subgraph.refs[node]!) })) };
};

const nodes: Resolver = (source, args: Args, context, info) => {
  const { refs } = source as { refs: readonly NodeRef[] };
  const shown = info.parentType.name === 'GraphCycle' ? refs : refs.slice(0, limitOf('nodes', args['limit'], context.engine.limits));
  return Promise.all(shown.map((ref) => graphNode(context, info, ref)));
};

/** Resolvers of what graphAnalytics gives, by type. */
export const ANALYTICS: Readonly<Record<string, Readonly<Record<string, Resolver>>>> = {
  GraphAnalytics: {
    pageRank: scored(({ damping, directed }) => ({ kind: 'pageRank', damping: within('pageRank', 'damping', damping, (value) => value >= 0 && value <= 0.99, 'a number from 0 to 0.99'), directed: directed !== false })),
    betweenness: scored(({ normalized, directed }) => ({ kind: 'betweenness', normalized: normalized !== false, directed: directed !== false })),
    degree: scored(({ direction }) => ({ kind: 'degree', direction: (direction ?? 'BOTH') as 'BOTH' })),
    components,
    communities,
    cycles,
  },
  GraphScore: { node: (source, _, context, info) => graphNode(context, info, (source as { ref: NodeRef }).ref) },
  GraphGroup: { nodes },
  GraphCycle: { nodes },
};
