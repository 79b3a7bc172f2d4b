import { needsOthers } from '../predicate/analyse.js';
import { and, keySet, type Predicate } from '../predicate/types.js';
import type { KeyLists, PerParent } from '../sql/per-parent.js';
import type { AggregateQuery } from '../sql/aggregate.js';
import type { RowQuery } from '../sql/read.js';
import type { AggregateField, Connection, ConnectionPart, Selection } from '../query/selection.js';
import type { TableType } from '../model/types.js';
import type { LoadedRow } from '../sql/row.js';
import type { RowsRequest } from '../load/relational.js';
import { resolvePage, resolveTotals, type TotalsQuery } from './block-scan.js';
import { resolveSort, type Among } from './sort.js';
import type { WhereLoaders } from './types.js';
import { resolveWhere } from './where.js';

/** Loads rows with their selection, after conditions and orders on other stores have been answered. */
export const loadRows = async (loaders: WhereLoaders, request: RowsRequest): Promise<LoadedRow[]> => {
  const { rows, waiting } = await loaders.rows.load(await resolveRequest(loaders, request));
  // Only now the rows that their orders apply to are known.
  await Promise.all(waiting.map(async ({ request: below, deliver }) => deliver(await loadRows(loaders, below))));
  return rows;
};

/** A request with every `where` in it resolved, those of nested lists too, and the order of its own rows. */
const resolveRequest = async (loaders: WhereLoaders, { selection, query, ...rest }: RowsRequest): Promise<RowsRequest> => ({
  ...rest,
  selection: await resolveSelection(loaders, selection),
  query: await resolveQuery(loaders, selection.type, query),
});

const resolveSelection = async (loaders: WhereLoaders, selection: Selection): Promise<Selection> => {
  if (!selection.fields.some((field) => field.kind === 'join' || field.kind === 'connection')) return selection;
  const fields = await Promise.all(
    selection.fields.map(async (field) => {
      if (field.kind === 'connection')
        return { ...field, connection: await resolveConnection(loaders, field.connection, field.responseKey) };
      if (field.kind !== 'join') return field;
      const where = await resolveWhere(loaders, field.selection.type, field.args.where, field.responseKey);
      return { ...field, args: { ...field.args, where }, selection: await resolveSelection(loaders, field.selection) };
    }),
  );
  return { ...selection, fields };
};

/** A query in which conditions and orders of other stores are answered. */
export const resolveQuery = async (loaders: WhereLoaders, type: TableType, query: RowQuery, field = type.plural): Promise<RowQuery> => {
  if (query.kind === 'groups')
    return {
      ...(await resolveNumbers(loaders, type, query, field)),
      fields: await Promise.all(query.fields.map((field) => resolveKey(loaders, field))),
    };
  if (query.kind === 'keys') {
    if (!query.where || !needsOthers(query.where)) return query;
    return { ...query, where: await resolveWhere(loaders, type, and([query.where, keySet(query.keys)]), field) };
  }
  if (query.kind === 'count' || query.kind === 'aggregate') return resolveNumbers(loaders, type, query, field);
  if (query.kind !== 'page' || (!query.where && !query.sort)) return query;
  if (!query.perParent) return resolvePage(loaders, type, query);
  const where = await resolveWhere(loaders, type, query.where, field);
  return { ...query, where, sort: await resolveSort(loaders, type, query.sort, amongOf(where, query.perParent)) };
};

/** Lists per owner get the keys of all matching rows. */
const resolveNumbers = async <E extends TotalsQuery>(
  loaders: WhereLoaders,
  type: TableType,
  query: E,
  field: string,
): Promise<E | AggregateQuery> =>
  query.perParent ? { ...query, where: await resolveWhere(loaders, type, query.where, field) } : resolveTotals(loaders, type, query);

const amongOf = (where: Predicate, perParent: PerParent): Among =>
  perParent.kind === 'listed'
    ? { where, keys: (perParent.lists as KeyLists).flat() }
    : { where: and([where, { kind: 'keys', keys: perParent.values, by: perParent.field }]) };

const resolveConnection = async (loaders: WhereLoaders, connection: Connection, responseKey: string): Promise<Connection> => {
  const { type, args } = connection;
  const where = await resolveWhere(loaders, type, args.where, responseKey);
  const parts = connection.parts.map(async (part): Promise<ConnectionPart> => {
    if (part.kind === 'page') return { ...part, selection: await resolveSelection(loaders, part.selection) };
    return part.kind === 'groups' ? { ...part, fields: await Promise.all(part.fields.map((field) => resolveKey(loaders, field))) } : part;
  });
  return { ...connection, args: { ...args, where }, parts: await Promise.all(parts) };
};

const resolveKey = async (loaders: WhereLoaders, field: AggregateField): Promise<AggregateField> =>
  field.kind === 'key' ? { ...field, selection: await resolveSelection(loaders, field.selection) } : field;
