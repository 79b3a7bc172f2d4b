import { GatewayError } from '../errors.js';
import type { JoinField } from '../model/fields.js';
import { tableType, type EmbeddedType, type Model, type TableType } from '../model/types.js';
import { and, keySet, TRUE, type NearTarget, type Predicate } from '../predicate/types.js';
import type { SortKeyValues } from '../sql/external-sort-key.js';
import { AnsweredSort, isOpen, orderOf, type Order } from '../sql/order.js';
import { KEY, type Row } from '../sql/row.js';
import { keySelection, type SelectedJoin, type Selection } from '../query/selection.js';
import { isKey } from '../sql/read.js';
import { amongBoth, limited, MAX_AMONG, tooMany } from './key-lookup.js';
import { hopSortKey, neighboursOf } from './neighbours.js';
import { nearTo } from '../vector/near.js';
import type { WhereLoaders } from './types.js';

/** The rows that an order applies to: those that match `where`, which is resolved, and have one of the keys. */
export interface Among {
  readonly where: Predicate | undefined;
  readonly keys?: readonly string[];
}

/**
 * Answers the sort keys of other stores, so that SQL can sort: each store is asked for the values of the rows to sort. Where these are
 * all rows, or too many to list, it is asked for all its values. A `sort` without such keys is returned as it is.
 */
export const resolveSort = async (loaders: WhereLoaders, type: TableType, sort: unknown, among: Among): Promise<unknown> => {
  const orders = orderOf(loaders.model, type, sort);
  const open = orders.filter(isOpen);
  if (open.length === 0) return sort;
  const keysOf = await keysAt(loaders, type, open, among);
  const nameOf = ({ name }: Order) => `The sort of ${type.plural} by ${name.replace(/\(.*/, '')}`;
  const found = new Map<Order, SortKeyValues>();
  const places = new Set(open.map(placeOf));
  await Promise.all([
    ...open.map(async (order) => {
      const { type: measured, by } = order.by.externalSortKey;
      if (by.kind === 'near')
        found.set(order, await nearness(loaders, measured as EmbeddedType, by.target, nameOf(order), keysOf.get(order)));
    }),
    // The hops of the same rows are one request.
    ...[...places].map(async (place) => {
      const words = open.flatMap((order) =>
        order.by.externalSortKey.by.kind === 'hop' && placeOf(order) === place
          ? [{ order, externalSortKey: order.by.externalSortKey, by: order.by.externalSortKey.by }]
          : [],
      );
      if (words.length === 0) return;
      const {
        order: first,
        externalSortKey: { type: measured },
      } = words[0]!;
      const neighbours = await neighboursOf(
        loaders,
        measured,
        words.map(({ by }) => by),
        nameOf(first),
        keysOf.get(first),
      );
      for (const { order, by } of words) found.set(order, hopSortKey(loaders, by, nameOf(order), neighbours.get(by.field.name)!));
    }),
  ]);
  return new AnsweredSort(
    orders.map((order) =>
      isOpen(order) ? { ...order, by: { externalSortKey: { ...order.by.externalSortKey, found: found.get(order)! } } } : order,
    ),
  );
};

/** The joins that lead to the row of a sort key. */
const placeOf = ({ path }: Order): string => path.map(({ name }) => name).join('.');

/** The keys of each sort key's rows, in one statement; undefined where the store is asked for all values. */
const keysAt = async (
  loaders: WhereLoaders,
  type: TableType,
  orders: readonly Order[],
  { where, keys }: Among,
): Promise<ReadonlyMap<Order, readonly string[] | undefined>> => {
  const isAll = !keys && (where ?? TRUE).kind === 'true';
  const own = keys && [...new Set(keys)].length <= loaders.maxKeys ? [...new Set(keys)] : undefined;
  if (isAll || orders.every(({ path }) => path.length === 0 && own)) return new Map(orders.map((order) => [order, own]));
  const selection: Selection = {
    type,
    fields: orders.flatMap(({ path }, index) => (path.length === 0 ? [] : [joinTo(loaders.model, path, `${index}`)])),
  };
  const rows = await loaders.rows.load({
    forKeys: true,
    selection,
    query: { kind: 'page', where: keys ? and([where ?? TRUE, keySet(keys)]) : where, rows: loaders.maxKeys + 1, unordered: true },
  });
  if (rows.length > loaders.maxKeys) return new Map();
  return new Map(
    orders.map((order, index) => [order, [...new Set(rows.flatMap(({ row }) => rowAt(row, `${index}`, order.path.length)?.[KEY] ?? []))]]),
  );
};

/** A selection of only the key of the row that to-one joins lead to. */
const joinTo = (model: Model, [field, ...rest]: readonly JoinField[], responseKey: string): SelectedJoin => {
  const target = tableType(model, field!.target);
  const selection = rest.length === 0 ? keySelection(target) : { type: target, fields: [joinTo(model, rest, responseKey)] };
  return { kind: 'join', responseKey, field: field!, args: {}, selection };
};

const rowAt = (row: Row | null, responseKey: string, steps: number): Row | null =>
  steps === 0 || row === null ? row : rowAt(row[responseKey] as Row | null, responseKey, steps - 1);

/** The scores of all points, or of those with these keys. */
const nearness = async (
  loaders: WhereLoaders,
  type: EmbeddedType,
  target: NearTarget,
  name: string,
  keys: readonly string[] | undefined,
): Promise<SortKeyValues> => {
  const { using, query } = nearTo(
    loaders,
    type,
    target,
    (detail) => new GatewayError('BAD_INPUT', { argument: 'sort', field: type.plural, detail }),
  );
  const place = await loaders.place(type);
  const among = amongBoth(keys && keys.length <= MAX_AMONG ? keys : undefined, place.keys);
  const found = await loaders.nearest.load({
    type,
    using,
    query: await query(),
    limit: among ? among.length : loaders.maxKeys + 1,
    minScore: undefined,
    filter: place.filter,
    keys: among,
    exact: true,
  });
  if (!among && found.isCut) throw tooMany(name, loaders.maxKeys);
  const sound = limited(name, [...found.rows], loaders.maxKeys).filter(({ key }) => isKey(type, key));
  return { keys: sound.map(({ key }) => key), values: sound.map(({ score }) => score) };
};
