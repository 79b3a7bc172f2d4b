import type { FieldNode, GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../src/execute/context.js';
import { keyArguments } from '../src/model/sdl.js';
import type { EntityType, TableType } from '../src/model/types.js';
import { connectionQueries, pageOf } from '../src/sql/connection.js';
import { connectionReader, partsOf } from '../src/load/connection-value.js';
import { KEY, type Row } from '../src/sql/row.js';
import { selectConnection, selectTable } from '../src/query/select.js';
import { encodeKey, fitKey, listPage } from '../src/sql/read.js';
import { listArguments } from '../src/query/arguments.js';
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
export const list =
  (type: TableType): Resolver =>
  async (_, args: Record<string, unknown>, context, info) => {
    const { model, limits } = context.engine;
    const selection = selectTable(model, info, type, info.fieldNodes);
    const rows = await context.rows.load({ selection, query: listPage(type, listArguments(model, type, args), limits) });
    return rows.map(({ row }) => row);
  };

/**
 * `requirementsConnection(first:, after:, last:, before:, where:, sort:)`: pages by keyset, so that rows written meanwhile
 * neither repeat nor hide others. What is counted is counted only when it is selected, in the same statement.
 */
export const connection =
  (type: TableType): Resolver =>
  (_, args: Record<string, unknown>, context, info) => {
    const { model, limits } = context.engine;
    const selected = selectConnection(model, info, type, args, info.fieldNodes, false);
    const page = pageOf(info.fieldName, selected.args, limits);
    // Invalid arguments are reported before any store is asked.
    const valueOf = connectionReader(model, selected, page);
    const loaded = connectionQueries(model, selected, page, limits).map((request) => context.rows.load(request));
    return Object.fromEntries(
      selected.fields.map((field) => {
        const parts = partsOf(field);
        const value = Promise.all(parts.map((part) => loaded[part]!)).then((rows) => valueOf(field, (part) => rows[parts.indexOf(part)]!));
        // Several fields may wait for the same part: only one of them reports its failure.
        value.catch(() => {});
        return [field.responseKey, value];
      }),
    );
  };

/** A row that has been found: whole, or by its key alone where several names select different parts of it. */
export interface Found {
  readonly key: string;
  readonly row: object | undefined;
}

export const found = (row: object, nodes: readonly FieldNode[] | undefined): Found => ({
  key: (row as Row)[KEY]!,
  row: nodes ? row : undefined,
});

/** The field that leads from where a row was found (an edge, a hit) to the row. */
export const foundRow =
  (target: EntityType): Resolver =>
  (source, _, context, info) => {
    const { key, row } = source as Found;
    return row ?? entityLoader(context, info, target, info.fieldNodes).load(key);
  };

/** A field whose value its row already holds, under the name it has in the response. */
export const held: Resolver = (source, _, __, info) => (source as Row)[info.path.key];
