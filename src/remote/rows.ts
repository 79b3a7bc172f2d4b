import { needsOthers } from '../predicate/analyse.js';
import { and, keySet, type Predicate } from '../predicate/types.js';
import type { KeyLists, PerParent } from '../sql/per-parent.js';
import type { AggregateQuery } from '../sql/aggregate.js';
import type { RowQuery } from '../sql/read.js';
import type { TableType } from '../model/types.js';
import type { LoadedRow } from '../sql/row.js';
import type { RowsRequest } from '../load/relational.js';
import { resolvePage, resolveTotals, type TotalsQuery } from './block-scan.js';
import { resolveSort, type Among } from './sort.js';
import type { WhereLoaders } from './types.js';
import { resolveWhere } from './where.js';

/** Loads rows, after conditions and orders on other stores have been answered. */
export const loadRows = async (loaders: WhereLoaders, request: RowsRequest): Promise<LoadedRow[]> =>
  loaders.rows.load({ ...request, query: await resolveQuery(loaders, request.selection.type, request.query) });

/** A query in which conditions and orders of other stores are answered. */
export const resolveQuery = async (loaders: WhereLoaders, type: TableType, query: RowQuery, field = type.plural): Promise<RowQuery> => {
  if (query.kind === 'keys') {
    if (!query.where || !needsOthers(query.where)) return query;
    return { ...query, where: await resolveWhere(loaders, type, and([query.where, keySet(query.keys)]), field) };
  }
  if (query.kind === 'count' || query.kind === 'aggregate' || query.kind === 'groups') return resolveNumbers(loaders, type, query, field);
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
