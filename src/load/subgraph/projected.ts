import { randomUUID } from 'node:crypto';
import { inOrder } from '../../analytics/algorithms.js';
import type { Analysed, Analysis } from '../../analytics/types.js';
import {
  analysisStatement,
  dropStatement,
  graphNameOf,
  isForScience,
  isUndirected,
  projectStatement,
  sizeStatement,
  type ScienceAnalysis,
  type SubgraphPart,
} from '../../graph/gds.js';
import type { NodeRef } from '../../graph/traversal.js';
import { isRefusal, toGatewayError } from '../../stores/failures.js';
import type { CypherStatement, GraphResult, GraphRunner, GraphScience } from '../../stores/types.js';
import { streamSubgraph } from './streamed.js';
import { checkSize, type Answered, type Subgraph, type SubgraphLoaders } from './types.js';

/**
 * A part of the graph that Graph Data Science analyses in place. It is projected when an analysis is requested, and dropped right after.
 * Analyses that the plug-in lacks or refuses run in the gateway.
 *
 * @throws GatewayError SUBGRAPH_TOO_LARGE
 */
export const projectSubgraph = async (loaders: SubgraphLoaders, science: GraphScience, chosen: SubgraphPart): Promise<Subgraph> => {
  const { model, signal } = loaders;
  const { part, relationshipCount } = await measure(loaders, chosen);
  const refs = part.nodes.flatMap(({ type, keys }) => keys.map((key): NodeRef => ({ type: type.name, key })));
  if (refs.length === 0) return streamSubgraph(loaders, part);
  let streamed: Promise<Subgraph> | undefined;
  const analyseHere = async (analyses: readonly Analysis[]): Promise<Answered[]> =>
    analyses.length === 0 ? [] : (await (streamed ??= streamSubgraph(loaders, part))).analyse(analyses);

  const analyseThere = (analyses: readonly ScienceAnalysis[]): Promise<Answered[]> => {
    const graph = graphNameOf(randomUUID(), 2 * science.timeoutMs);
    const work = async (runner: GraphRunner): Promise<Answered[]> => {
      for (const undirected of new Set(analyses.map(isUndirected))) {
        await ask(
          runner,
          projectStatement(
            model,
            part,
            graph,
            analyses.filter((analysis) => isUndirected(analysis) === undirected),
            undirected,
          ),
        );
      }
      const answers: Answered[] = [];
      for (const analysis of analyses) {
        const [record] = await ask(runner, analysisStatement(analysis, graph));
        answers.push({
          analysed: toAnalysed(analysis, refs.length, record!.get('nodes') as number[], record!.get('values') as number[]),
          refs,
        });
      }
      return answers;
    };
    return science.run(work, dropStatement(graph), { signal });
  };

  return {
    nodeCount: refs.length,
    relationshipCount,
    analyse: async (analyses) => {
      const there = analyses.filter(isForScience);
      const asked =
        there.length === 0
          ? []
          : analyseThere(there).catch((error: unknown) => {
              if (isRefusal(error)) return analyseHere(there);
              throw toGatewayError('graph', error);
            });
      const [done, rest] = await Promise.all([asked, analyseHere(analyses.filter((analysis) => !isForScience(analysis)))]);
      const [first, second] = [done.values(), rest.values()];
      return analyses.map((analysis) => (isForScience(analysis) ? first : second).next().value!);
    },
  };
};

/** The part's nodes and relationships that exist in the graph. */
const measure = async (
  { model, limits, read }: SubgraphLoaders,
  chosen: SubgraphPart,
): Promise<{ part: SubgraphPart; relationshipCount: number }> => {
  const maximum = limits.maxAnalysedRelationships;
  const [record] = await ask(read, sizeStatement(model, chosen)).catch((error: unknown) => {
    throw toGatewayError('graph', error);
  });
  const relationshipCount = record!.get('relationships') as number;
  checkSize('relationships', relationshipCount, maximum);
  const standing = new Set(record!.get('standing') as number[]);
  let number = 0;
  const nodes = chosen.nodes
    .map(({ type, keys }) => ({ type, keys: keys.filter(() => standing.has(number++)) }))
    .filter(({ keys }) => keys.length > 0);
  return { part: { ...chosen, nodes }, relationshipCount };
};

const ask = async (runner: GraphRunner, { cypher, parameters }: CypherStatement): Promise<GraphResult['records']> =>
  (await runner.run(cypher, parameters)).records;

/** The plug-in's values of each node, in the form of the gateway's own analyses. */
const toAnalysed = (analysis: ScienceAnalysis, size: number, nodes: readonly number[], values: readonly number[]): Analysed => {
  if (analysis.kind === 'components') {
    const groups = new Map<number, number[]>();
    for (const [index, node] of nodes.entries()) {
      const group = groups.get(values[index]!);
      if (group) group.push(node);
      else groups.set(values[index]!, [node]);
    }
    return { groups: inOrder([...groups.values()]), modularity: 0 };
  }
  // A node deleted since the part was measured has no value.
  const scores = new Array<number>(size).fill(0);
  const scale = analysis.kind === 'betweenness' && analysis.normalized ? shareOfWays(size, analysis.directed) : 1;
  for (const [index, node] of nodes.entries()) scores[node] = values[index]! * scale;
  return scores;
};

/** Normalises betweenness by the number of pairs of other nodes; for undirected paths the plug-in counts each pair once. */
const shareOfWays = (nodes: number, directed: boolean): number => (nodes <= 2 ? 1 : (directed ? 1 : 2) / ((nodes - 1) * (nodes - 2)));
