import { DirectedGraph, UndirectedGraph } from 'graphology';
import louvainModule from 'graphology-communities-louvain';
import { connectedComponents } from 'graphology-components';
import betweennessModule from 'graphology-metrics/centrality/betweenness.js';
import pageRankModule from 'graphology-metrics/centrality/pagerank.js';
import type { Attributes } from 'graphology-types';
import { elementaryCycles } from './cycles.js';
import type { Analysed, Analysis, Groups, NumberedGraph, Scores } from './types.js';

// They are CommonJS: the module itself is the function that their types call its default.
const louvain = louvainModule as unknown as typeof louvainModule.default;
const betweenness = betweennessModule as unknown as typeof betweennessModule.default;
const pageRank = pageRankModule as unknown as typeof pageRankModule.default;

export const analyse = (graph: NumberedGraph, analysis: Analysis): Analysed => {
  // The library cannot take nothing.
  if (graph.nodes === 0 && (analysis.kind === 'pageRank' || analysis.kind === 'betweenness')) return [];
  switch (analysis.kind) {
    case 'pageRank':
      return scores(
        graph,
        pageRank(simple(analysis.directed ? graph : bothWays(graph), true), {
          alpha: analysis.damping,
          tolerance: 1e-14 / graph.nodes,
          maxIterations: 10_000,
          getEdgeWeight: 'weight',
        }),
      );
    case 'betweenness':
      return scores(graph, betweenness(simple(graph, analysis.directed, false), { normalized: analysis.normalized, getEdgeWeight: null }));
    case 'degree':
      return degrees(graph, analysis.direction);
    case 'components':
      return { groups: inOrder(connectedComponents(simple(graph, false)).map((keys) => keys.map(Number))), modularity: 0 };
    case 'communities':
      return communities(graph, analysis.resolution);
    case 'cycles':
      return elementaryCycles(graph, analysis.limit, analysis.maxLength);
  }
};

/** One edge for all relationships between two nodes, whose weight is their number. */
const simple = (graph: NumberedGraph, directed: boolean, loops = true) => {
  const simplified = new (directed ? DirectedGraph : UndirectedGraph)<Attributes, { weight: number }>();
  for (let node = 0; node < graph.nodes; node += 1) simplified.addNode(node);
  graph.sources.forEach((source, index) => {
    const target = graph.targets[index]!;
    if (source === target && !loops) return;
    simplified.updateEdge(source, target, ({ weight }) => ({ weight: (weight ?? 0) + 1 }));
  });
  return simplified;
};

/** Each relationship once more the other way, but for loops: the library stumbles over those of an undirected graph. */
const bothWays = ({ nodes, sources, targets }: NumberedGraph): NumberedGraph => {
  const apart = [...sources.keys()].filter((index) => sources[index] !== targets[index]);
  return {
    nodes,
    sources: Int32Array.from([...sources, ...apart.map((index) => targets[index]!)]),
    targets: Int32Array.from([...targets, ...apart.map((index) => sources[index]!)]),
  };
};

const scores = ({ nodes }: NumberedGraph, given: Readonly<Record<string, number>>): Scores =>
  Array.from({ length: nodes }, (_, node) => given[node]!);

const degrees = ({ nodes, sources, targets }: NumberedGraph, direction: 'IN' | 'OUT' | 'BOTH'): Scores => {
  const counts = new Array<number>(nodes).fill(0);
  if (direction !== 'IN') for (const source of sources) counts[source]! += 1;
  if (direction !== 'OUT') for (const target of targets) counts[target]! += 1;
  return counts;
};

const communities = (graph: NumberedGraph, resolution: number): Groups => {
  const simplified = simple(graph, false, false);
  // Without an edge there is nothing to be dense: every node is alone.
  if (simplified.size === 0) return { groups: Array.from({ length: graph.nodes }, (_, node) => [node]), modularity: 0 };
  const found = louvain.detailed(simplified, { resolution, getEdgeWeight: 'weight', rng: sequence() });
  const groups = new Map<number, number[]>();
  for (const [node, community] of Object.entries(found.communities))
    groups.set(community, [...(groups.get(community) ?? []), Number(node)]);
  return { groups: inOrder([...groups.values()]), modularity: found.modularity };
};

/** Largest first, then by the lowest node; nodes ascending. */
export const inOrder = (groups: readonly (readonly number[])[]): number[][] =>
  groups
    .map((group) => [...group].sort((one, other) => one - other))
    .sort((one, other) => other.length - one.length || one[0]! - other[0]!);

/** Always the same numbers in [0, 1), so that the same graph has the same communities: mulberry32. */
const sequence = (): (() => number) => {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
