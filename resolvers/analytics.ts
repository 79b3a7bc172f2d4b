import DataLoader from 'dataloader';
import type { GraphQLFieldResolver } from 'graphql';
import type { Analysis, Cycles, Groups, Scores } from '../src/analytics/types.js';
import type { RequestContext } from '../src/execute/context.js';
import { GatewayError } from '../src/errors.js';
import { loadSubgraph } from '../src/load/subgraph/load.js';
import type { Answered, Subgraph } from '../src/load/subgraph/types.js';
import { enumName } from '../src/model/names.js';
import { relationshipTypes } from '../src/model/traversal-cypher.js';
import { graphTypes, type Model } from '../src/model/types.js';
import { limitOf } from '../src/query/limits.js';
import type { NodeRef } from '../src/graph/traversal.js';
import { graphNode } from './entities.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** A subgraph to analyse; the analyses that sibling fields request run together. */
interface Analysable extends Pick<Subgraph, 'nodeCount' | 'relationshipCount'> {
  readonly analyses: DataLoader<Analysis, Answered, unknown>;
}

interface AnalyticsArgs {
  readonly types?: readonly string[] | null;
  readonly relationships?: readonly string[] | null;
  readonly where?: Readonly<Record<string, unknown>> | null;
}

/** `graphAnalytics(types:, relationships:, where:)` */
export const graphAnalytics = (model: Model): Resolver => {
  const known = relationshipTypes(model);
  return async (_, { types, relationships, where }: AnalyticsArgs, context): Promise<Analysable> => {
    const unknown = relationships?.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new GatewayError('BAD_INPUT', {
        argument: 'relationships',
        field: 'graphAnalytics',
        detail: `expected some of ${known.join(', ')}, but got ${JSON.stringify(unknown)}`,
      });
    const { limits, graphPlanner, stores } = context.engine;
    const subgraph = await loadSubgraph(
      {
        model,
        graph: context.graph,
        rows: context.rows,
        limits,
        planner: graphPlanner!,
        read: context.readGraph,
        science: stores.graph.science,
        signal: context.signal,
      },
      {
        types: graphTypes(model).filter((type) => !types || types.includes(enumName(type.name))),
        relationships: relationships ?? known,
        where: where ?? {},
      },
    );
    const { nodeCount, relationshipCount } = subgraph;
    return {
      nodeCount,
      relationshipCount,
      analyses: new DataLoader<Analysis, Answered, unknown>((analyses) => subgraph.analyse(analyses), { cache: false }),
    };
  };
};

type Args = Readonly<Record<string, unknown>>;

const within = (field: string, argument: string, value: unknown, isSound: (value: number) => boolean, expected: string): number => {
  if (typeof value === 'number' && isSound(value)) return value;
  throw new GatewayError('BAD_INPUT', { argument, field, detail: `expected ${expected}, but got ${String(value)}` });
};

/** Digits of a score that do not depend on where it is computed: the order of additions changes the last ones. */
const DIGITS = 8;

/** The nodes with the highest scores; of equal ones, in the order of types and keys. */
const scored =
  (make: (args: Args) => Analysis): Resolver =>
  async (source, args: Args, context, info) => {
    const { analyses } = source as Analysable;
    const limit = limitOf(info.fieldName, args['limit'], context.engine.limits);
    const { analysed, refs } = await analyses.load(make(args));
    return (analysed as Scores)
      .map((score, node) => ({ score: Number(score.toPrecision(DIGITS)), node }))
      .sort((one, other) => other.score - one.score || one.node - other.node)
      .slice(0, limit)
      .map(({ score, node }) => ({ score, ref: refs[node]! }));
  };

const sized = (groups: readonly (readonly number[])[], refs: readonly NodeRef[]) =>
  groups.map((group) => ({ size: group.length, refs: group.map((node) => refs[node]!) }));

const components: Resolver = async (source, args: Args, context) => {
  const limit = limitOf('components', args['limit'], context.engine.limits);
  const { analysed, refs } = await (source as Analysable).analyses.load({ kind: 'components' });
  return sized((analysed as Groups).groups.slice(0, limit), refs);
};

const communities: Resolver = async (source, args: Args, context) => {
  const limit = limitOf('communities', args['limit'], context.engine.limits);
  const resolution = within(
    'communities',
    'resolution',
    args['resolution'],
    (value) => value > 0 && value <= 100,
    'a number above 0, at most 100',
  );
  const { analysed, refs } = await (source as Analysable).analyses.load({ kind: 'communities', resolution });
  const { groups, modularity } = analysed as Groups;
  return { modularity, count: groups.length, groups: sized(groups.slice(0, limit), refs) };
};

const cycles: Resolver = async (source, args: Args, context) => {
  const limit = limitOf('cycles', args['limit'], context.engine.limits);
  const maxLength = within('cycles', 'maxLength', args['maxLength'], (value) => value >= 1 && value <= 100, 'a number from 1 to 100');
  const { analysed, refs } = await (source as Analysable).analyses.load({ kind: 'cycles', limit, maxLength });
  const found = analysed as Cycles;
  return {
    truncated: found.truncated,
    cycles: found.cycles.map((cycle) => ({ length: cycle.length, refs: cycle.map((node) => refs[node]!) })),
  };
};

const nodes: Resolver = (source, args: Args, context, info) => {
  const { refs } = source as { refs: readonly NodeRef[] };
  const shown = info.parentType.name === 'GraphCycle' ? refs : refs.slice(0, limitOf('nodes', args['limit'], context.engine.limits));
  return Promise.all(shown.map((ref) => graphNode(context, info, ref)));
};

/** Resolvers of what graphAnalytics gives, by type. */
export const ANALYTICS: Readonly<Record<string, Readonly<Record<string, Resolver>>>> = {
  GraphAnalytics: {
    pageRank: scored(({ damping, directed }) => ({
      kind: 'pageRank',
      damping: within('pageRank', 'damping', damping, (value) => value >= 0 && value <= 0.99, 'a number from 0 to 0.99'),
      directed: directed !== false,
    })),
    betweenness: scored(({ normalized, directed }) => ({
      kind: 'betweenness',
      normalized: normalized !== false,
      directed: directed !== false,
    })),
    degree: scored(({ direction }) => ({ kind: 'degree', direction: (direction ?? 'BOTH') as 'BOTH' })),
    components,
    communities,
    cycles,
  },
  GraphScore: { node: (source, _, context, info) => graphNode(context, info, (source as { ref: NodeRef }).ref) },
  GraphGroup: { nodes },
  GraphCycle: { nodes },
};
