import { ALL, TIED, type Where } from '../plan/where.js';
import type { AggregateField } from '../plan/aggregate.js';
import type { Entry, KeyLists } from '../plan/sql.js';
import type { Selection } from '../plan/selection.js';
import type { TableType } from '../model/types.js';
import type { LoadedRow, RowsRequest } from './relational.js';
import { resolvePage, resolveTotals } from './blocks.js';
import { resolveSort } from './sort.js';
import { resolveWhere, type WhereLoaders } from './where.js';

/** Loads rows with all that is selected below them: what other stores hold of the request is answered first. */
export const loadRows = async (loaders: WhereLoaders, request: RowsRequest): Promise<LoadedRow[]> => {
  const { rows, waiting } = await loaders.rows.load(await resolveRequest(loaders, request));
  // Only now it is known among which rows their orders are.
  await Promise.all(waiting.map(async ({ request: below, deliver }) => (await loadRows(loaders, below)).forEach(deliver)));
  return rows;
};

/** A request with every `where` in it resolved, those of nested lists too, and the order of its own rows. */
const resolveRequest = async (loaders: WhereLoaders, { selection, entry }: RowsRequest): Promise<RowsRequest> => ({
  selection: await resolveSelection(loaders, selection),
  entry: await resolveEntry(loaders, selection.type, entry),
});

const resolveSelection = async (loaders: WhereLoaders, selection: Selection): Promise<Selection> => {
  if (!selection.fields.some((field) => field.kind === 'join')) return selection;
  const fields = await Promise.all(
    selection.fields.map(async (field) => {
      if (field.kind !== 'join') return field;
      const where = field.args['where'] && (await resolveWhere(loaders, field.selection.type, field.args['where'] as Where, field.responseKey));
      return { ...field, args: where ? { ...field.args, where } : field.args, selection: await resolveSelection(loaders, field.selection) };
    }),
  );
  return { ...selection, fields };
};

const resolveEntry = async (loaders: WhereLoaders, type: TableType, entry: Entry): Promise<Entry> => {
  if (entry.kind === 'groups') return { ...(await resolveTotals(loaders, type, entry)), fields: await Promise.all(entry.fields.map((field) => resolveKey(loaders, field))) };
  if (entry.kind === 'count' || entry.kind === 'aggregate') return resolveTotals(loaders, type, entry);
  if (entry.kind === 'page') return entry.where || entry.sort ? resolvePage(loaders, type, entry) : entry;
  if (entry.kind !== 'lists' && entry.kind !== 'children') return entry;
  const { args } = entry;
  if (!args.where && !args.sort) return entry;
  const where = await resolveWhere(loaders, type, args.where);
  const among = entry.kind === 'lists' ? { where, keys: (entry.lists as KeyLists).flat() } : { where: { [ALL]: [where, { [TIED]: { field: entry.field, values: entry.values } }] } };
  return { ...entry, args: { ...args, where, sort: await resolveSort(loaders, type, args.sort, among) } };
};

const resolveKey = async (loaders: WhereLoaders, field: AggregateField): Promise<AggregateField> => (field.kind === 'key' ? { ...field, selection: await resolveSelection(loaders, field.selection) } : field);

