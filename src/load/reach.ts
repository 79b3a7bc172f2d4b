import { labelsToCypher } from '../model/names.js';
import { countNodes, mostNodes, type NodePath } from '../graph/node-paths.js';
import type { TableType } from '../model/types.js';
import type { GraphPart } from '../graph/part.js';
import type { GraphRunner } from '../stores/types.js';
import type { Budget } from './budget.js';

/** A root field of the graph schema, or a field of the nodes of the rows with these keys. */
export type PartRequest =
  | { readonly kind: 'root'; readonly part: GraphPart }
  | { readonly kind: 'hop'; readonly type: TableType; readonly keys: readonly string[]; readonly part: GraphPart };

/** The nodes that a selection may reach by its limits before its paths are counted, as a multiple of the rows of a request. */
const UNCOUNTED = 20;

/** Most paths that are counted. */
const MAX_COUNTED = 50;

/**
 * Refuses a deeply nested selection of nodes that would reach too many, before it is read: it is one statement, and neither the graph nor
 * the gateway could hold its answer. Conditions below the first nodes are ignored.
 *
 * @throws GatewayError TOO_MANY_ROWS
 */
export const checkReach = async (runner: GraphRunner, budget: Budget, request: PartRequest): Promise<void> => {
  const { paths } = request.part;
  const from = request.kind === 'hop' ? request.keys.length : 1;
  const total = paths.reduce((sum, path) => sum + mostNodes(from, path), 0);
  if (total <= UNCOUNTED * budget.maxRows) return;
  const long = paths.filter((path) => mostNodes(from, path) > budget.maxRows);
  if (long.length > MAX_COUNTED) budget.refuseRows();
  const counts = await Promise.all(long.map(async (path) => Math.min(mostNodes(from, path), await count(runner, request, path))));
  if (counts.reduce((sum, nodes) => sum + nodes, 0) > budget.maxRows) budget.refuseRows();
};

const count = async (runner: GraphRunner, request: PartRequest, path: NodePath): Promise<number> => {
  const start = request.kind === 'hop' ? labelsToCypher(request.type.node!.labels) : undefined;
  const { records } = await runner.run(countNodes(path, start), request.kind === 'hop' ? { keys: request.keys } : {});
  return Number(records[0]?.get('nodes') ?? 0);
};
