import DataLoader from 'dataloader';
import type { Analysis, Cycles, Groups, Scores } from '../analytics/types.js';
import { GatewayError } from '../errors.js';
import type { NodeRef } from '../graph/traversal.js';
import { loadSubgraph } from '../load/subgraph/load.js';
import type { Answered, Subgraph } from '../load/subgraph/types.js';
import { enumName } from '../model/names.js';
import { relationshipTypes } from '../model/traversal-cypher.js';
import { graphTypes } from '../model/types.js';
import { limitOf, type Limits } from '../query/limits.js';
import type { ReadStores } from './types.js';

/** A subgraph to analyse; the analyses that sibling fields request run together. */
export interface Analysable extends Pick<Subgraph, 'nodeCount' | 'relationshipCount'> {
  readonly analyses: DataLoader<Analysis, Answered, unknown>;
}

export interface AnalyticsArguments {
  readonly types?: readonly string[] | null;
  readonly relationships?: readonly string[] | null;
  readonly where?: Readonly<Record<string, unknown>> | null;
}

/** `graphAnalytics(types:, relationships:, where:)` @throws GatewayError BAD_INPUT, SUBGRAPH_TOO_LARGE */
export const analysable = async (stores: ReadStores, { types, relationships, where }: AnalyticsArguments): Promise<Analysable> => {
  const { model, graph, rows, readGraph: read, signal, engine } = stores;
  const known = relationshipTypes(model);
  const unknown = relationships?.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new GatewayError('BAD_INPUT', {
      argument: 'relationships',
      field: 'graphAnalytics',
      detail: `expected some of ${known.join(', ')}, but got ${JSON.stringify(unknown)}`,
    });
  const { limits, graphPlanner, stores: all } = engine;
  const subgraph = await loadSubgraph(
    { model, graph, rows, limits, planner: graphPlanner!, read, science: all.graph.science, signal },
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

type Args = Readonly<Record<string, unknown>>;

/** An analysis by the field that asks for it; nodes in its answer are references. */
type Answer = (subgraph: Analysable, args: Args, limits: Limits) => Promise<unknown>;

const within = (field: string, argument: string, value: unknown, isSound: (value: number) => boolean, expected: string): number => {
  if (typeof value === 'number' && isSound(value)) return value;
  throw new GatewayError('BAD_INPUT', { argument, field, detail: `expected ${expected}, but got ${String(value)}` });
};

/** Digits of a score that do not depend on where it is computed: the order of additions changes the last ones. */
const DIGITS = 8;

/** The nodes with the highest scores; of equal ones, in the order of types and keys. */
const scored =
  (field: string, make: (args: Args) => Analysis): Answer =>
  async ({ analyses }, args, limits) => {
    const limit = limitOf(field, args['limit'], limits);
    const { analysed, refs } = await analyses.load(make(args));
    return (analysed as Scores)
      .map((score, node) => ({ score: Number(score.toPrecision(DIGITS)), node }))
      .sort((one, other) => other.score - one.score || one.node - other.node)
      .slice(0, limit)
      .map(({ score, node }) => ({ score, node: refs[node]! }));
  };

const sized = (groups: readonly (readonly number[])[], refs: readonly NodeRef[]) =>
  groups.map((group) => ({ size: group.length, nodes: group.map((node) => refs[node]!) }));

/** The fields of `GraphAnalytics` that are analyses. */
export const ANALYSES: Readonly<Record<string, Answer>> = {
  pageRank: scored('pageRank', ({ damping, directed }) => ({
    kind: 'pageRank',
    damping: within('pageRank', 'damping', damping, (value) => value >= 0 && value <= 0.99, 'a number from 0 to 0.99'),
    directed: directed !== false,
  })),
  betweenness: scored('betweenness', ({ normalized, directed }) => ({
    kind: 'betweenness',
    normalized: normalized !== false,
    directed: directed !== false,
  })),
  degree: scored('degree', ({ direction }) => ({ kind: 'degree', direction: (direction ?? 'BOTH') as 'BOTH' })),
  components: async ({ analyses }, args, limits) => {
    const limit = limitOf('components', args['limit'], limits);
    const { analysed, refs } = await analyses.load({ kind: 'components' });
    return sized((analysed as Groups).groups.slice(0, limit), refs);
  },
  communities: async ({ analyses }, args, limits) => {
    const limit = limitOf('communities', args['limit'], limits);
    const expected = 'a number above 0, at most 100';
    const resolution = within('communities', 'resolution', args['resolution'], (value) => value > 0 && value <= 100, expected);
    const { analysed, refs } = await analyses.load({ kind: 'communities', resolution });
    const { groups, modularity } = analysed as Groups;
    return { modularity, count: groups.length, groups: sized(groups.slice(0, limit), refs) };
  },
  cycles: async ({ analyses }, args, limits) => {
    const limit = limitOf('cycles', args['limit'], limits);
    const maxLength = within('cycles', 'maxLength', args['maxLength'], (value) => value >= 1 && value <= 100, 'a number from 1 to 100');
    const { analysed, refs } = await analyses.load({ kind: 'cycles', limit, maxLength });
    const found = analysed as Cycles;
    return {
      truncated: found.truncated,
      cycles: found.cycles.map((cycle) => ({ length: cycle.length, nodes: cycle.map((node) => refs[node]!) })),
    };
  },
};
