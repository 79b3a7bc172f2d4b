import { GatewayError } from '../errors.js';
import { LINKS } from '../model/traversal-cypher.js';
import { graphName, type EntityType } from '../model/types.js';
import type { GraphPlanner } from '../plan/graph.js';
import { nodesPart } from '../plan/graph-part.js';
import type { Limits } from '../plan/limits.js';
import { keySelection } from '../plan/selection.js';
import { KEY, type LoadedRow } from '../plan/row.js';
import { compare, nodeId, type GraphLink, type NodeRef } from '../plan/traversal.js';
import type { Where } from '../plan/where.js';
import type { NumberedGraph } from '../analytics/types.js';
import type { GraphLoader } from './graph.js';
import type { RowsRequest } from './relational.js';

/** Which part of the graph: nodes of these types that pass, and the relationships of these types between them. */
export interface SubgraphRequest {
  readonly types: readonly EntityType[];
  readonly relationships: readonly string[];
  /** The condition of each type, by its singular. */
  readonly where: Readonly<Record<string, Where>>;
}

/** A part of the graph, its nodes numbered in the order of types and keys. */
export interface Subgraph extends NumberedGraph {
  readonly refs: readonly NodeRef[];
}

export interface SubgraphLoaders {
  readonly graph: Pick<GraphLoader, 'load'>;
  readonly rows: { load(request: RowsRequest): Promise<LoadedRow[]> };
  readonly limits: Limits;
  readonly planner: GraphPlanner;
}

/** Nodes whose relationships one statement reads. */
const BLOCK = 2_000;

/**
 * Reads a part of the graph block by block, keys and ends only. Nodes come from their home stores, so that only what may
 * be read is analysed.
 *
 * @throws GatewayError SUBGRAPH_TOO_LARGE
 */
export const loadSubgraph = async (loaders: SubgraphLoaders, request: SubgraphRequest): Promise<Subgraph> => {
  const { maxAnalysedNodes, maxAnalysedRelationships } = loaders.limits;
  const keys = await Promise.all(request.types.map((type) => keysOf(loaders, type, request.where[type.singular], maxAnalysedNodes + 1)));
  const candidates = request.types.flatMap((type, index) => keys[index]!.sort(compare).map((key): NodeRef => ({ type: type.name, key })));
  if (candidates.length > maxAnalysedNodes) throw new GatewayError('SUBGRAPH_TOO_LARGE', { what: 'nodes', maximum: maxAnalysedNodes });
  const numbers = new Map(candidates.map((node, number) => [nodeId(node), number]));
  /** Numbers of the candidates that stand in the graph, and of both ends of each relationship. */
  const standing: number[] = [];
  const links: [number, number][] = [];
  for (let start = 0; start < candidates.length; start += BLOCK) {
    const block = candidates.slice(start, start + BLOCK);
    for (const { ref, targets } of await readBlock(loaders, request, block)) {
      const source = numbers.get(nodeId(ref))!;
      standing.push(source);
      for (const target of targets) {
        const number = numbers.get(nodeId(target));
        if (number !== undefined) links.push([source, number]);
      }
      if (links.length > maxAnalysedRelationships) throw new GatewayError('SUBGRAPH_TOO_LARGE', { what: 'relationships', maximum: maxAnalysedRelationships });
    }
  }
  standing.sort((one, other) => one - other);
  const renumbered = new Map(standing.map((number, index) => [number, index]));
  const between = links.filter(([source, target]) => renumbered.has(source) && renumbered.has(target)).sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  return {
    nodes: standing.length,
    refs: standing.map((number) => candidates[number]!),
    sources: Int32Array.from(between, ([source]) => renumbered.get(source)!),
    targets: Int32Array.from(between, ([, target]) => renumbered.get(target)!),
  };
};

const keysOf = async ({ graph, rows, planner }: SubgraphLoaders, type: EntityType, where: Where, limit: number): Promise<string[]> => {
  if (type.home === 'table') return (await rows.load({ selection: keySelection(type), entry: { kind: 'page', where, rows: limit } })).map(({ row }) => row[KEY]!);
  const found = (await graph.load({ kind: 'root', part: planner.keys(type, where, limit) })) as { id: string }[];
  return found.map(({ id }) => id);
};

/** The nodes of a block that stand in the graph, with what their relationships lead to. */
const readBlock = async ({ graph, planner, limits }: SubgraphLoaders, { types, relationships }: SubgraphRequest, block: readonly NodeRef[]): Promise<{ ref: NodeRef; targets: NodeRef[] }[]> => {
  const read = types.map(async (type) => {
    const keys = block.filter((node) => node.type === type.name).map(({ key }) => key);
    if (keys.length === 0) return [];
    const part = nodesPart(graphName(type), keys, (within) => `links: ${LINKS}(relationships: ${within.bind(relationships, '[String!]!')}, maximum: ${within.bind(limits.maxAnalysedRelationships + 1, 'Int!')}) { target targetLabels }`);
    const found = (await graph.load({ kind: 'root', part })) as { id: string; links: Pick<GraphLink, 'target' | 'targetLabels'>[] }[];
    return found.map(({ id, links }) => ({ ref: { type: type.name, key: id }, targets: links.map(({ target, targetLabels }) => ({ type: planner.typeOf(targetLabels), key: target })) }));
  });
  return (await Promise.all(read)).flat();
};
