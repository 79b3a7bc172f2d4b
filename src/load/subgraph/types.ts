import type { Analysed, Analysis } from '../../analytics/types.js';
import { GatewayError } from '../../errors.js';
import type { Model } from '../../model/types.js';
import type { GraphPlanner } from '../../graph/planner.js';
import type { Limits } from '../../query/limits.js';
import type { NodeRef } from '../../graph/traversal.js';
import type { EndSignal } from '../../stores/ending.js';
import type { GraphRunner, GraphScience } from '../../stores/types.js';
import type { GraphLoader } from '../graph.js';
import type { LoadedRow } from '../../sql/row.js';
import type { RowsRequest } from '../relational.js';

/** A part of the graph, wherever it is analysed. */
export interface Subgraph {
  readonly nodeCount: number;
  readonly relationshipCount: number;
  analyse(analyses: readonly Analysis[]): Promise<Answered[]>;
}

/** The result of an analysis, and its nodes by number, in the order of types and keys. */
export interface Answered {
  readonly analysed: Analysed;
  readonly refs: readonly NodeRef[];
}

export interface SubgraphLoaders {
  readonly model: Model;
  readonly graph: Pick<GraphLoader, 'load'>;
  readonly rows: { load(request: RowsRequest): Promise<LoadedRow[]> };
  readonly limits: Limits;
  readonly planner: GraphPlanner;
  readonly read: GraphRunner;
  readonly science: GraphScience | undefined;
  readonly signal: EndSignal | undefined;
}

/** @throws GatewayError SUBGRAPH_TOO_LARGE */
export const checkSize = (what: 'nodes' | 'relationships', size: number, maximum: number): void => {
  if (size > maximum) throw new GatewayError('SUBGRAPH_TOO_LARGE', { what, maximum });
};
