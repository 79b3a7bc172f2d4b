import { encodeCursor, isOpen, orderOf, type Cursor } from '../sql/order.js';
import { KEY } from '../sql/row.js';
import { keySelection } from '../query/selection.js';
import { keysPassing } from '../predicate/analyse.js';
import { and, keySet, type Predicate } from '../predicate/types.js';
import { isOfParts, type AggregateQuery, type GroupsQuery } from '../sql/aggregate.js';
import type { PartRows } from '../sql/aggregate-parts.js';
import type { RowQuery } from '../sql/read.js';
import type { TableType } from '../model/types.js';
import { MAX_AMONG, tooMany, unlessTooMany } from './key-lookup.js';
import { resolveSort } from './sort.js';
import type { PartedWhere, WhereLoaders } from './types.js';
import { partWhere, probeWhere, resolveWhere } from './where.js';

type PageQuery = Extract<RowQuery, { kind: 'page' }>;

/** Rows of the first block: asking about fewer is hardly cheaper. */
const FIRST_BLOCK = 200;

/** Rows examined per row of the page, before it is known how many match; also how much a block may grow. */
const GROWTH = 4;

/** Rows read ahead per row of a block: without an index on the order, each statement sorts all rows. */
const READ_AHEAD = 5;

/** The factor by which a block shrinks that leads to too many keys. */
const SHRINKING = 8;

/**
 * A page whose conditions and order on other stores have been answered. Where more keys match than one block holds, or the other stores
 * would have to look at many keys, the matching keys are not asked for: the rows are read in the page's order, block by block, and the
 * other stores are asked about the keys of each block until the page is full or the rows end. Where few rows of a block match, the
 * matching keys are asked for after all, unless there are too many.
 */
export const resolvePage = async (loaders: WhereLoaders, type: TableType, query: PageQuery): Promise<PageQuery> => {
  const answered = async (where: Predicate): Promise<PageQuery> => ({
    ...query,
    where,
    sort: await resolveSort(loaders, type, query.sort, { where }),
  });
  const plain = partWhere(loaders, type, query.where);
  if (!plain) return answered(await resolveWhere(loaders, type, query.where));
  const { probeKeys } = loaders;
  const [rows, offset] = [query.rows as number, (query.offset ?? 0) as number];
  const whole = () => unlessTooMany(resolveWhere(loaders, type, query.where));
  // All matching keys are needed anyway, or are fewer than the rows to examine, or save requests about the order.
  const isWholeFirst = query.beside === true || offset + rows > probeKeys || orderOf(loaders.model, type, query.sort).some(isOpen);
  let parted = plain;
  if (isWholeFirst) {
    const all = await whole();
    if (all) return answered(all);
  } else {
    const probed = await probeWhere(loaders, type, query.where!);
    if ('answered' in probed) return answered(probed.answered);
    ({ parted } = probed);
  }
  const sort = await resolveSort(loaders, type, query.sort, { where: parted.own });
  const next = blocks(loaders, type, parted, { sort, bounds: query.bounds ?? [], fromEnd: query.fromEnd === true });
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
    if (!isWholeAsked && looked >= probeKeys && ahead > Math.min(MAX_AMONG, loaders.maxKeys)) {
      isWholeAsked = true;
      const all = await whole();
      if (all) return answered(all);
    }
    size = Math.min(size * GROWTH, Math.max(FIRST_BLOCK, Math.ceil(ahead * 1.2)));
  }
  const { bounds, offset: _, ...page } = query;
  return { ...page, where: and([plain.own, keySet([...keys])]), sort };
};

/**
 * Counts and other aggregates over all matching rows. Where a condition has too many keys for one statement, rows are read in
 * blocks, in the order of their keys, and the aggregates are combined from those of the blocks.
 *
 * @throws GatewayError TOO_MANY_KEYS where they cannot be combined, or there are too many groups
 */
export const resolveTotals = async <E extends TotalsQuery>(
  loaders: WhereLoaders,
  type: TableType,
  query: E,
): Promise<E | AggregateQuery> => {
  if (!query.where) return query;
  const resolved = resolveWhere(loaders, type, query.where);
  const where = await unlessTooMany(resolved);
  if (where) return { ...query, where };
  const parted = partWhere(loaders, type, query.where);
  const of: AggregateQuery | GroupsQuery = query.kind === 'count' ? COUNT : query;
  if (!parted || !isOfParts(loaders.model, of)) return { ...query, where: await resolved };
  return { ...(of as E | AggregateQuery), where: undefined, parts: await partRows(loaders, type, parted, of) };
};

export type TotalsQuery = Extract<RowQuery, { kind: 'count' | 'aggregate' | 'groups' }>;

/** A count as an aggregate that can be combined. */
const COUNT: AggregateQuery = {
  kind: 'aggregate',
  where: undefined,
  typeName: 'Count',
  fields: [{ kind: 'number', responseKey: 'count', word: 'nodes', field: undefined }],
};

const partRows = async (
  loaders: WhereLoaders,
  type: TableType,
  parted: PartedWhere,
  of: AggregateQuery | GroupsQuery,
): Promise<PartRows> => {
  const next = blocks(loaders, type, parted, { sort: undefined, bounds: [], fromEnd: false });
  const parts: PartRows[number][] = [];
  for (let keys: string[] = []; ;) {
    const { passing, isLast } = await next(MAX_AMONG);
    keys.push(...passing);
    if (!isLast && keys.length + MAX_AMONG <= loaders.maxKeys) continue;
    const where = and([parted.own, keySet(keys)]);
    const rows = await loaders.rows.load({ forKeys: true, selection: keySelection(type), query: { kind: 'parts', where, of } });
    for (const { cursor } of rows) parts.push(cursor);
    if (of.kind === 'groups' && parts.length > loaders.maxKeys) throw tooMany(type.plural, loaders.maxKeys);
    if (isLast) return parts;
    keys = [];
  }
};

interface BlockOrder {
  /** With the values of other stores. */
  readonly sort: unknown;
  readonly bounds: readonly Cursor[];
  readonly fromEnd: boolean;
}

interface Block {
  /** The number of rows examined. */
  readonly size: number;
  /** The keys of the matching rows, in order. */
  readonly passing: readonly string[];
  readonly isLast: boolean;
}

/** The rows that match the conditions of their own table, in order: each call examines at most so many of the next ones. */
const blocks = (
  loaders: WhereLoaders,
  type: TableType,
  { own, among }: PartedWhere,
  { sort, bounds, fromEnd }: BlockOrder,
): ((most: number) => Promise<Block>) => {
  const orders = orderOf(loaders.model, type, sort);
  const [from, to] = fromEnd ? (['before', 'after'] as const) : (['after', 'before'] as const);
  const load = (query: Omit<PageQuery, 'kind'>) =>
    loaders.rows.load({ forKeys: true, selection: keySelection(type), query: { kind: 'page', ...query } });
  const passingRows = async (keys: readonly string[], where: Predicate): Promise<string[]> => {
    const found = new Set(
      (await load({ where: and([where, keySet(keys)]), rows: keys.length, unordered: true })).map(({ row }) => row[KEY]!),
    );
    return keys.filter((key) => found.has(key));
  };
  const inReach = Math.min(MAX_AMONG, loaders.maxKeys);
  let largest = inReach;
  let ahead: string[] = [];
  let isEnd = false;
  let between = bounds;
  let number = 0;
  return async (most) => {
    if (ahead.length === 0) {
      const size = Math.min(READ_AHEAD * most, inReach);
      const rows = await load({ where: own, sort, rows: size, bounds: between, cursors: true, fromEnd });
      isEnd = rows.length < size;
      ahead = rows.map(({ row }) => row[KEY]!);
      if (!isEnd)
        between = [
          ...bounds.filter(({ argument }) => argument === to),
          { cursor: encodeCursor(orders, rows.at(-1)!.cursor), argument: from, field: type.plural },
        ];
    }
    let keys = ahead.slice(0, Math.min(most, largest));
    if (keys.length === 0) return { size: 0, passing: [], isLast: true };
    number += 1;
    let left: Predicate | undefined;
    // The hops of even one block may lead to too many nodes: then the block shrinks.
    while (!(left = await (keys.length === 1 ? among(keys, number) : unlessTooMany(among(keys, number)))))
      keys = keys.slice(0, (largest = Math.ceil(keys.length / SHRINKING)));
    ahead = ahead.slice(keys.length);
    return { size: keys.length, passing: keysPassing(left, keys) ?? (await passingRows(keys, left)), isLast: isEnd && ahead.length === 0 };
  };
};
