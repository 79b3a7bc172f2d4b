import DataLoader from 'dataloader';
import type { FieldNode, GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../src/execute/context.js';
import type { EntityType, NodeType, TableType } from '../src/model/types.js';
import { NODE_KEY } from '../src/graph/shape.js';
import { selectTable } from '../src/query/select.js';
import type { OperationInfo } from '../src/query/selection.js';
import { KEY, TYPE, type Row } from '../src/sql/row.js';
import { isKey } from '../src/sql/read.js';
import type { NodeRef } from '../src/graph/traversal.js';
import { parseWhere } from '../src/predicate/parse.js';
import { and, keySet } from '../src/predicate/types.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;
type Info = Pick<Parameters<Resolver>[3], 'fieldNodes'> & OperationInfo;

/** The key of a row, or of a node that @neo4j/graphql gave. */
export const keyOf = (source: unknown): string => (source as Row)[KEY] ?? String((source as Record<string, unknown>)[NODE_KEY]);

/**
 * Rows or nodes of a type by key, with what these field nodes select, from its home store: one batch for all the parents
 * of a field. Null for a key without one, and for one that does not pass `where`.
 */
export const entityLoader = (
  context: RequestContext,
  info: Info,
  type: EntityType,
  nodes: readonly FieldNode[],
  where?: unknown,
): DataLoader<string, object | null> => {
  if (type.home === 'table' && !where) return context.rowsByKey(info, type, nodes);
  return context.perField(
    info.fieldNodes,
    `entities ${type.name}`,
    () =>
      new DataLoader<string, object | null>(async (keys) => {
        const found =
          type.home === 'table'
            ? await passingRows(context, info, type, nodes, where, keys)
            : await passingNodes(context, info, type, nodes, where, keys);
        return keys.map((key) => found.get(key) ?? null);
      }),
  );
};

const passingRows = async (
  context: RequestContext,
  info: Info,
  type: TableType,
  nodes: readonly FieldNode[],
  where: unknown,
  keys: readonly string[],
): Promise<Map<string, object>> => {
  const sound = keys.filter((key) => isKey(type, key));
  if (sound.length === 0) return new Map();
  const { model } = context.engine;
  const selection = selectTable(model, info, type, nodes);
  const passing = and([parseWhere(model, { type, onEdge: false }, where, type.plural), keySet(sound)]);
  const loaded = await context.rows.load({ selection, query: { kind: 'page', where: passing, rows: sound.length } });
  return new Map(loaded.map(({ row }) => [row[KEY]!, row]));
};

const passingNodes = async (
  context: RequestContext,
  info: Info,
  type: NodeType,
  nodes: readonly FieldNode[],
  where: unknown,
  keys: readonly string[],
): Promise<Map<string, object>> => {
  const { graphPlanner, limits } = context.engine;
  const blocks = Array.from({ length: Math.ceil(keys.length / limits.maxRows) }, (_, index) =>
    keys.slice(index * limits.maxRows, (index + 1) * limits.maxRows),
  );
  const loaded = await Promise.all(
    blocks.map(async (block) => {
      const among = { id: { in: block } };
      const args = { where: where ? { AND: [where, among] } : among, limit: block.length };
      return context.graph.load({ kind: 'root', part: graphPlanner!.root(info, 'Query', type.plural, args, nodes) }) as Promise<
        Record<string, unknown>[]
      >;
    }),
  );
  // As rows have them: what a union and a wrapper know a node by.
  return new Map(loaded.flat().map((node) => [keyOf(node), Object.assign(node, { [KEY]: keyOf(node), [TYPE]: type.name })]));
};

/** The row or node itself, for a field that may return any type of the graph; null if it was deleted or has no type in the schema. */
export const graphNode = (context: RequestContext, info: Info, { type: name, key }: NodeRef): Promise<object | null> => {
  const type = name === null ? undefined : context.engine.model.types.get(name);
  return type ? entityLoader(context, info, type, info.fieldNodes).load(key) : Promise.resolve(null);
};
