import { runAnalyses } from '../../analytics/run.js';
import { LINKS } from '../../model/traversal-cypher.js';
import { graphName } from '../../model/types.js';
import type { SubgraphPart } from '../../graph/gds.js';
import { nodesPart } from '../../graph/part.js';
import { nodeId, type GraphLink, type NodeRef } from '../../graph/traversal.js';
import { checkSize, type Subgraph, type SubgraphLoaders } from './types.js';

/** Nodes whose relationships one statement reads. */
const BLOCK = 2_000;

/**
 * Reads a part of the graph block by block, keys and ends only, to be analysed in a thread of the gateway.
 *
 * @throws GatewayError SUBGRAPH_TOO_LARGE
 */
export const streamSubgraph = async (loaders: SubgraphLoaders, part: SubgraphPart): Promise<Subgraph> => {
  const candidates = part.nodes.flatMap(({ type, keys }) => keys.map((key): NodeRef => ({ type: type.name, key })));
  const numbers = new Map(candidates.map((node, number) => [nodeId(node), number]));
  /** The numbers of the candidates that exist in the graph, and of both ends of each relationship. */
  const standing: number[] = [];
  const links: [number, number][] = [];
  for (let start = 0; start < candidates.length; start += BLOCK) {
    const block = candidates.slice(start, start + BLOCK);
    for (const { ref, targets } of await readBlock(loaders, part, block)) {
      const source = numbers.get(nodeId(ref))!;
      standing.push(source);
      for (const target of targets) {
        const number = numbers.get(nodeId(target));
        if (number !== undefined) links.push([source, number]);
      }
      checkSize('relationships', links.length, loaders.limits.maxAnalysedRelationships);
    }
  }
  standing.sort((one, other) => one - other);
  const renumbered = new Map(standing.map((number, index) => [number, index]));
  const between = links
    .filter(([source, target]) => renumbered.has(source) && renumbered.has(target))
    .sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  const refs = standing.map((number) => candidates[number]!);
  const graph = {
    nodes: standing.length,
    sources: Int32Array.from(between, ([source]) => renumbered.get(source)!),
    targets: Int32Array.from(between, ([, target]) => renumbered.get(target)!),
  };
  return {
    nodeCount: graph.nodes,
    relationshipCount: between.length,
    analyse: async (analyses) => (await runAnalyses(graph, analyses, loaders.signal)).map((analysed) => ({ analysed, refs })),
  };
};

/** The nodes of a block that exist in the graph, with the targets of their relationships. */
const readBlock = async (
  { graph, planner, limits }: SubgraphLoaders,
  { nodes, relationships }: SubgraphPart,
  block: readonly NodeRef[],
): Promise<{ ref: NodeRef; targets: NodeRef[] }[]> => {
  const read = nodes.map(async ({ type }) => {
    const keys = block.filter((node) => node.type === type.name).map(({ key }) => key);
    if (keys.length === 0) return [];
    const part = nodesPart(graphName(type), keys, (within) => {
      const types = within.bind(relationships, '[String!]!');
      const maximum = within.bind(limits.maxAnalysedRelationships + 1, 'Int!');
      return `links: ${LINKS}(relationships: ${types}, maximum: ${maximum}) { target targetLabels }`;
    });
    const found = (await graph.load({ kind: 'root', part })) as { id: string; links: Pick<GraphLink, 'target' | 'targetLabels'>[] }[];
    return found.map(({ id, links }) => ({
      ref: { type: type.name, key: id },
      targets: links.map(({ target, targetLabels }) => ({ type: planner.typeOf(targetLabels), key: target })),
    }));
  });
  return (await Promise.all(read)).flat();
};
