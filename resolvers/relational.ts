import type { FieldNode, GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../src/context.js';
import { keyArguments } from '../src/model/sdl.js';
import type { EntityType, TableType } from '../src/model/types.js';
import { limitOf, offsetOf } from '../src/plan/limits.js';
import { decodeCursor, encodeCursor, orderOf } from '../src/plan/order.js';
import { keySelection, nodesAt, objectType, selects, selectTable } from '../src/plan/selection.js';
import { encodeKey, KEY, type ListArguments, type Row } from '../src/plan/sql.js';
import { fits, type Where } from '../src/plan/where.js';
import { entityLoader } from './entities.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** `requirement(id:)`: one row by key, null when there is none. */
export const byKey = (type: TableType): Resolver => {
  const names = type.table.key.length === 1 ? ['id'] : keyArguments(type).map(({ name }) => name);
  return async (_, args: Record<string, string>, context, info) => {
    const values = names.map((name) => args[name]!);
    if (!values.every((value, index) => fits(type.table.key[index]!, value))) return null;
    return context.rowsByKey(info, type, info.fieldNodes).load(encodeKey(values));
  };
};

/** `requirements(where:, sort:, limit:, offset:)` */
export const list = (type: TableType): Resolver => async (_, args: ListArguments, context, info) => {
  const selection = selectTable(context.engine.model, info, type, info.fieldNodes);
  const page = { rows: limitOf(type.plural, args.limit, context.engine.limits), offset: offsetOf(type.plural, args.offset) };
  const rows = await context.rows.load({ selection, entry: { kind: 'page', where: args.where, sort: args.sort, ...page } });
  return rows.map(({ row }) => row);
};

/**
 * `requirementsConnection(first:, after:, where:, sort:)`: pages by keyset, so that rows written meanwhile neither repeat
 * nor hide others. `totalCount` is counted only when it is selected, in the same statement.
 */
export const connection = (type: TableType): Resolver => async (_, args: Record<string, unknown>, context, info) => {
  const { model, limits } = context.engine;
  const field = `${type.plural}Connection`;
  const parent = objectType(info.schema, String(info.returnType).replace('!', ''));
  const asks = (name: string) => selects(info, parent, info.fieldNodes, name);
  const first = limitOf(field, args['first'], limits, 'first');
  const orders = orderOf(type, args['sort']);
  const after = args['after'] === null || args['after'] === undefined ? undefined : decodeCursor(orders, args['after'] as string, field);
  const where = args['where'] as Where;
  const nodes = nodesAt(info, parent, info.fieldNodes, ['edges', 'node']);
  const selection = nodes && nodes.length > 0 ? selectTable(model, info, type, nodes) : keySelection(type);
  const [rows, counted] = await Promise.all([
    !asks('edges') && !asks('pageInfo')
      ? []
      : context.rows.load({ selection, entry: { kind: 'page', where, sort: args['sort'], rows: first + 1, after, cursors: true } }),
    !asks('totalCount') ? [] : context.rows.load({ selection: keySelection(type), entry: { kind: 'count', where } }),
  ]);
  const edges = rows.slice(0, first).map(({ row, cursor }) => ({ ...found(row, nodes), cursor: encodeCursor(orders, cursor) }));
  return {
    edges,
    totalCount: counted[0]?.row['count'],
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
};

/** A row that has been found: whole, or by its key alone where several names select different parts of it. */
export interface Found {
  readonly key: string;
  readonly row: object | undefined;
}

export const found = (row: object, nodes: readonly FieldNode[] | undefined): Found => ({ key: (row as Row)[KEY]!, row: nodes ? row : undefined });

/** The field that leads from where a row was found (an edge, a hit) to the row. */
export const foundRow = (target: EntityType): Resolver => (source, _, context, info) => {
  const { key, row } = source as Found;
  return row ?? entityLoader(context, info, target, info.fieldNodes).load(key);
};

/** A field whose value its row already holds, under the name it has in the response. */
export const held: Resolver = (source, _, __, info) => (source as Row)[info.path.key];
