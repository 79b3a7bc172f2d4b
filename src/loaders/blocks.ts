import { encodeCursor, isOpen, orderOf, type Cursor } from '../plan/order.js';
import { KEY } from '../plan/row.js';
import { keySelection } from '../plan/selection.js';
import { ALL, KEYS, keysPassing, type Where } from '../plan/where.js';
import type { Entry } from '../plan/sql.js';
import type { TableType } from '../model/types.js';
import { MAX_AMONG, unlessTooMany } from './foreign.js';
import { resolveSort } from './sort.js';
import { partWhere, probeWhere, resolveWhere, type PartedWhere, type WhereLoaders } from './where.js';

type PageEntry = Extract<Entry, { kind: 'page' }>;

/** Rows of a first block: fewer are hardly cheaper to ask about. */
const FIRST_BLOCK = 200;

/** Rows that are looked at for each that is wanted, before it is known how many pass; and how much a block may grow. */
const GROWTH = 4;

/** By how much a block is cut that leads to too many keys. */
const SHRINKING = 8;

/**
 * A page with the conditions and the order of other stores answered. Where the keys that pass are more than a first block,
 * they are not asked for: the rows are read in the page's order, block by block, and the other stores are asked about the
 * keys of each, until the page is full or the rows end. Where that looks at many rows for few that pass, all
 * keys that pass are asked for after all, unless they are too many.
 */
export const resolvePage = async (loaders: WhereLoaders, type: TableType, entry: PageEntry): Promise<PageEntry> => {
  const answered = async (where: Where): Promise<PageEntry> => ({ ...entry, where, sort: await resolveSort(loaders, type, entry.sort, { where }) });
  const parted = partWhere(loaders, type, entry.where);
  if (!parted) return answered(await resolveWhere(loaders, type, entry.where));
  const { probeKeys } = loaders;
  const [rows, offset] = [entry.rows as number, (entry.offset ?? 0) as number];
  const whole = () => unlessTooMany(resolveWhere(loaders, type, entry.where));
  // All keys are needed anyway, or are fewer than what would be looked at, or spare questions about the order.
  const isWholeFirst = entry.beside === true || offset + rows > probeKeys || orderOf(loaders.model, type, entry.sort).some(isOpen);
  const few = isWholeFirst ? await whole() : await unlessTooMany(probeWhere(loaders, type, entry.where!));
  if (few) return answered(few);
  const sort = await resolveSort(loaders, type, entry.sort, { where: parted.own });
  const next = blocks(loaders, type, parted, { sort, bounds: entry.bounds ?? [], fromEnd: entry.fromEnd === true });
  const keys = new Set<string>();
  let isWholeAsked = isWholeFirst;
  let [looked, passed] = [0, 0];
  let size = Math.max(FIRST_BLOCK, GROWTH * (offset + rows));
  while (keys.size < rows) {
    const block = await next(size);
    for (const key of block.passing) if ((passed += 1) > offset && keys.size < rows) keys.add(key);
    looked += block.size;
    if (block.isLast) break;
    const missing = offset + rows - passed;
    const ahead = (missing * looked) / Math.max(passed, 0.5);
    if (!isWholeAsked && looked >= probeKeys && ahead > probeKeys) {
      isWholeAsked = true;
      const all = await whole();
      if (all) return answered(all);
    }
    size = Math.min(size * GROWTH, Math.max(FIRST_BLOCK, Math.ceil(ahead * 1.2)));
  }
  const { bounds, offset: _, ...page } = entry;
  return { ...page, where: { [ALL]: [parted.own, { [KEYS]: [...keys] }] }, sort };
};

/** How many rows pass a `where` of which one condition alone has too many keys. */
export const countRows = async (loaders: WhereLoaders, type: TableType, parted: PartedWhere): Promise<number> => {
  const next = blocks(loaders, type, parted, { sort: undefined, bounds: [], fromEnd: false });
  for (let count = 0; ; ) {
    const { passing, isLast } = await next(MAX_AMONG);
    count += passing.length;
    if (isLast) return count;
  }
};

interface BlockOrder {
  /** With the measures of other stores answered. */
  readonly sort: unknown;
  readonly bounds: readonly Cursor[];
  readonly fromEnd: boolean;
}

interface Block {
  /** Rows that were looked at. */
  readonly size: number;
  /** Keys of those that pass, in their order. */
  readonly passing: readonly string[];
  readonly isLast: boolean;
}

/** The rows that pass what is asked of the rows themselves, in their order: each call looks at the next of them, at most so many. */
const blocks = (loaders: WhereLoaders, type: TableType, { own, among }: PartedWhere, { sort, bounds, fromEnd }: BlockOrder): ((most: number) => Promise<Block>) => {
  const orders = orderOf(loaders.model, type, sort);
  const [from, to] = fromEnd ? (['before', 'after'] as const) : (['after', 'before'] as const);
  const load = async (entry: Omit<PageEntry, 'kind'>) => (await loaders.rows.load({ selection: keySelection(type), entry: { kind: 'page', ...entry } })).rows;
  const passingRows = async (keys: readonly string[], where: Where): Promise<string[]> => {
    const found = new Set((await load({ where: { [ALL]: [where, { [KEYS]: keys }] }, rows: keys.length, unordered: true })).map(({ row }) => row[KEY]!));
    return keys.filter((key) => found.has(key));
  };
  let largest = Math.min(MAX_AMONG, loaders.maxKeys);
  let between = bounds;
  let number = 0;
  return async (most) => {
    const size = Math.min(most, largest);
    const rows = await load({ where: own, sort, rows: size, bounds: between, cursors: true, fromEnd });
    let keys = rows.map(({ row }) => row[KEY]!);
    if (keys.length === 0) return { size: 0, passing: [], isLast: true };
    number += 1;
    let left: Where;
    // Even of some rows the hops may lead to too many others: then fewer are looked at.
    while (!(left = await (keys.length === 1 ? among(keys, number) : unlessTooMany(among(keys, number))))) keys = keys.slice(0, (largest = Math.ceil(keys.length / SHRINKING)));
    between = [...bounds.filter(({ argument }) => argument === to), { cursor: encodeCursor(orders, rows[keys.length - 1]!.cursor), argument: from, field: type.plural }];
    return { size: keys.length, passing: keysPassing(left, keys) ?? (await passingRows(keys, left)), isLast: rows.length < size && keys.length === rows.length };
  };
};
