import type { FieldNode, GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../src/context.js';
import { pluralTypeName } from '../src/model/names.js';
import { keyArguments } from '../src/model/sdl.js';
import type { EntityType, TableType } from '../src/model/types.js';
import { groupsOf, selectAggregate } from '../src/plan/aggregate.js';
import { pageOf } from '../src/plan/connection.js';
import { limitOf, offsetOf } from '../src/plan/limits.js';
import { encodeCursor, orderOf } from '../src/plan/order.js';
import { KEY, type Row } from '../src/plan/row.js';
import { keySelection, nodesAt, objectType, selects, selectTable } from '../src/plan/selection.js';
import { encodeKey, fitKey, type ListArguments } from '../src/plan/sql.js';
import type { Where } from '../src/plan/where.js';
import { entityLoader } from './entities.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** `requirement(id:)`: one row by key, null when there is none. */
export const byKey = (type: TableType): Resolver => {
  const names = keyArguments(type);
  return async (_, args: Record<string, string>, context, info) => {
    const values = names.map((name) => args[name]!);
    if (!fitKey(type, values)) return null;
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
 * `requirementsConnection(first:, after:, last:, before:, where:, sort:)`: pages by keyset, so that rows written meanwhile
 * neither repeat nor hide others. What is counted is counted only when it is selected, in the same statement.
 */
export const connection = (type: TableType): Resolver => (_, args: Record<string, unknown>, context, info) => {
  const { model, limits } = context.engine;
  const parent = objectType(info.schema, `${pluralTypeName(type.name)}Connection`);
  const asks = (name: string) => selects(info, parent, info.fieldNodes, name);
  const page = pageOf(info.fieldName, args, limits);
  const orders = orderOf(model, type, args['sort']);
  const where = args['where'] as Where;
  const nodes = nodesAt(info, parent, info.fieldNodes, ['edges', 'node']);
  const beside = ['totalCount', 'aggregate', 'groupBy'].some(asks);
  const loadPage = async () => {
    const selection = nodes && nodes.length > 0 ? selectTable(model, info, type, nodes) : keySelection(type);
    const { kept, ...more } = page.cut(await context.rows.load({ selection, entry: { kind: 'page', where, sort: args['sort'], beside, ...page.entry } }));
    const edges = kept.map(({ row, cursor }) => ({ ...found(row, nodes), cursor: encodeCursor(orders, cursor) }));
    return { edges, pageInfo: { ...more, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null } };
  };
  const loaded = asks('edges') || asks('pageInfo') ? loadPage() : undefined;
  // Both fields wait for it: one of them reports its failure.
  loaded?.catch(() => {});
  return {
    edges: () => loaded!.then(({ edges }) => edges),
    pageInfo: () => loaded!.then(({ pageInfo }) => pageInfo),
    totalCount: async () => (await context.rows.load({ selection: keySelection(type), entry: { kind: 'count', where } }))[0]!.row['count'],
    where,
  };
};

/** `aggregate` of a connection: numbers over all rows that pass. */
export const aggregate = (type: TableType): Resolver => async (source, _, context, info) => {
  const typeName = `${type.name}Aggregate`;
  const fields = selectAggregate(context.engine.model, info, type, typeName, info.fieldNodes);
  const rows = await context.rows.load({ selection: keySelection(type), entry: { kind: 'aggregate', where: (source as { where: Where }).where, typeName, fields } });
  return rows[0]!.row;
};

/** `groupBy(fields:, limit:, offset:)` of a connection: numbers over the rows that have the same values. */
export const groupBy = (type: TableType): Resolver => async (source, args: Record<string, unknown>, context, info) => {
  const { model, limits } = context.engine;
  const typeName = `${type.name}Group`;
  const fields = selectAggregate(model, info, type, typeName, info.fieldNodes);
  const entry = { kind: 'groups' as const, where: (source as { where: Where }).where, typeName, fields, ...groupsOf(type, args, limits) };
  return (await context.rows.load({ selection: keySelection(type), entry })).map(({ row }) => row);
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
