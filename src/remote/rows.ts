import { and, type Predicate } from '../predicate/types.js';
import type { KeyLists, Owners } from '../sql/per-parent.js';
import type { AggregateEntry } from '../sql/aggregate.js';
import type { Entry } from '../sql/read.js';
import type { AggregateField, Connection, ConnectionPart, Selection } from '../query/selection.js';
import type { TableType } from '../model/types.js';
import type { LoadedRow } from '../sql/row.js';
import type { RowsRequest } from '../load/relational.js';
import { resolvePage, resolveTotals, type TotalsEntry } from './block-scan.js';
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
const resolveRequest = async (loaders: WhereLoaders, { selection, entry, ...rest }: RowsRequest): Promise<RowsRequest> => ({
  ...rest,
  selection: await resolveSelection(loaders, selection),
  entry: await resolveEntry(loaders, selection.type, entry),
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

const resolveEntry = async (loaders: WhereLoaders, type: TableType, entry: Entry): Promise<Entry> => {
  if (entry.kind === 'groups')
    return {
      ...(await resolveNumbers(loaders, type, entry)),
      fields: await Promise.all(entry.fields.map((field) => resolveKey(loaders, field))),
    };
  if (entry.kind === 'count' || entry.kind === 'aggregate') return resolveNumbers(loaders, type, entry);
  if (entry.kind !== 'page' || (!entry.where && !entry.sort)) return entry;
  if (!entry.owners) return resolvePage(loaders, type, entry);
  const where = await resolveWhere(loaders, type, entry.where);
  return { ...entry, where, sort: await resolveSort(loaders, type, entry.sort, amongOf(where, entry.owners)) };
};

/** Lists per owner get the keys of all matching rows. */
const resolveNumbers = async <E extends TotalsEntry>(loaders: WhereLoaders, type: TableType, entry: E): Promise<E | AggregateEntry> =>
  entry.owners ? { ...entry, where: await resolveWhere(loaders, type, entry.where) } : resolveTotals(loaders, type, entry);

const amongOf = (where: Predicate, owners: Owners): Among =>
  owners.kind === 'listed'
    ? { where, keys: (owners.lists as KeyLists).flat() }
    : { where: and([where, { kind: 'keys', keys: owners.values, by: owners.field }]) };

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
