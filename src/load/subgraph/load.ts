import type { EntityType } from '../../model/types.js';
import type { SubgraphPart } from '../../graph/gds.js';
import { KEY } from '../../sql/row.js';
import { keySelection } from '../../query/selection.js';
import { compare } from '../../graph/traversal.js';
import { parseWhere } from '../../predicate/parse.js';
import { unlessOver } from '../../stores/deadline.js';
import { projectSubgraph } from './projected.js';
import { streamSubgraph } from './streamed.js';
import { checkSize, type Subgraph, type SubgraphLoaders } from './types.js';

/** A part of the graph: the matching nodes of these types, and the relationships of these types between them. */
export interface SubgraphRequest {
  readonly types: readonly EntityType[];
  readonly relationships: readonly string[];
  /** The condition of each type as the client sent it, by its singular. */
  readonly where: Readonly<Record<string, unknown>>;
}

/**
 * Selects a part of the graph. Its nodes come from their home stores, so that only readable ones are analysed. Where the server has
 * Graph Data Science, it runs the analyses that it supports; otherwise the part is read into the gateway.
 *
 * @throws GatewayError SUBGRAPH_TOO_LARGE
 */
export const loadSubgraph = async (loaders: SubgraphLoaders, request: SubgraphRequest): Promise<Subgraph> => {
  const part = await choose(loaders, request);
  const { science, signal } = loaders;
  const isProjected = science && part.nodes.length > 0 && (await unlessOver(signal, science.isThere()));
  return isProjected ? projectSubgraph(loaders, science, part) : streamSubgraph(loaders, part);
};

const choose = async (loaders: SubgraphLoaders, { types, relationships, where }: SubgraphRequest): Promise<SubgraphPart> => {
  const maximum = loaders.limits.maxAnalysedNodes;
  const keys = await Promise.all(types.map((type) => keysOf(loaders, type, where[type.singular], maximum + 1)));
  checkSize(
    'nodes',
    keys.reduce((sum, { length }) => sum + length, 0),
    maximum,
  );
  return {
    nodes: types.map((type, index) => ({ type, keys: keys[index]!.sort(compare) })).filter((of) => of.keys.length > 0),
    relationships,
  };
};

const keysOf = async (
  { model, graph, rows, planner }: SubgraphLoaders,
  type: EntityType,
  given: unknown,
  limit: number,
): Promise<string[]> => {
  if (type.home === 'table') {
    const where = parseWhere(model, { type, onEdge: false }, given, type.plural);
    const loaded = await rows.load({ forKeys: true, selection: keySelection(type), query: { kind: 'page', where, rows: limit } });
    return loaded.map(({ row }) => row[KEY]!);
  }
  const found = (await graph.load({ kind: 'root', part: planner.keys(type, given, limit) })) as { id: string }[];
  return found.map(({ id }) => id);
};
