import { orderedType } from '../model/sort-sdl.js';
import { NO_KEY } from '../model/node-order.js';
import { timeOrder, timeText } from '../model/graph-times.js';
import type { FieldPlan } from '../model/fields.js';
import type { TableType } from '../model/types.js';
import { RankedOrder, type WaitingOrder } from '../graph/part.js';
import { KEY } from '../sql/row.js';
import { keySelection } from '../query/selection.js';
import { keySet } from '../predicate/types.js';
import { limited, type ForeignLoaders } from './key-lookup.js';
import { hopSortKey, neighboursOf, type HopSortKey } from './neighbours.js';
import type { RowsLoader } from '../load/relational.js';
import { lookup } from '../model/names.js';

interface Loaders extends ForeignLoaders {
  readonly rows: RowsLoader;
}

/**
 * Ranks all nodes of a type by the least or greatest value behind a hop: the graph returns the targets of the hop, and where these are
 * rows, their table sorts them.
 */
export const rankNodes = async (loaders: Loaders, { type, field, word, of, direction }: WaitingOrder): Promise<RankedOrder> => {
  const { model } = loaders;
  const name = `The sort of ${type.plural} by ${field.name}.${word}.${of}`;
  const target = model.types.get(field.target)!;
  const plan = target.fields.get(of)!;
  const by: HopSortKey = { kind: 'hop', field, word, of: { name: of, column: plan.kind === 'column' ? plan.column.name : undefined } };
  const { keys, values } = hopSortKey(loaders, by, name, (await neighboursOf(loaders, type, [by], name, undefined)).get(field.name)!);
  const rankOf =
    target.home === 'table' ? await rowRanks(loaders, target, of, name, values as readonly string[]) : valueRanks(plan, values);
  const ranks = new Map<string, number>();
  keys.forEach((key, index) => {
    const rank = rankOf.get(values[index]!);
    const held = ranks.get(key);
    if (rank !== undefined && (held === undefined || (word === 'min' ? rank < held : rank > held))) ranks.set(key, rank);
  });
  const descending = direction.startsWith('DESC');
  // Without NULLS FIRST or LAST, nulls come where Cypher puts them, as for rows.
  if (direction.includes('NULLS')) ranks.set(NO_KEY, direction.endsWith('FIRST') === descending ? Number.MAX_SAFE_INTEGER : -1);
  return new RankedOrder(Object.fromEntries(ranks), descending ? 'DESC' : 'ASC');
};

/** The rank of each row by a column; rows without a value and deleted rows have none. */
const rowRanks = async (
  { rows, maxKeys }: Loaders,
  type: TableType,
  column: string,
  name: string,
  keys: readonly string[],
): Promise<ReadonlyMap<unknown, number>> => {
  const wanted = [...new Set(keys)];
  const loaded = await rows.load({
    forKeys: true,
    selection: keySelection(type),
    query: { kind: 'page', where: keySet(wanted), sort: [{ [column]: 'ASC_NULLS_LAST' }], rows: maxKeys + 1, cursors: true },
  });
  const ranks = new Map<unknown, number>();
  let [rank, last] = [-1, undefined as string | undefined];
  for (const {
    row,
    cursor: [value],
  } of limited(name, loaded, maxKeys)) {
    if (value === null || value === undefined) break;
    if (value !== last) [rank, last] = [rank + 1, value];
    ranks.set(row[KEY]!, rank);
  }
  return ranks;
};

/** The rank of each value of a property. */
const valueRanks = (field: FieldPlan, values: readonly unknown[]): ReadonlyMap<unknown, number> => {
  const comparable = COMPARABLE[orderedType(field)!] ?? ((value: unknown) => value as string | number);
  const known = [...new Set(values.filter((value) => value !== null && value !== undefined))].map((value) => ({
    value,
    by: comparable(value),
  }));
  known.sort((one, other) => (one.by < other.by ? -1 : one.by > other.by ? 1 : 0));
  const ranks = new Map<unknown, number>();
  known.forEach(({ value, by }, index) =>
    ranks.set(value, index > 0 && known[index - 1]!.by === by ? ranks.get(known[index - 1]!.value)! : index),
  );
  return ranks;
};

/** How to compare values whose JSON form does not compare correctly, by the SQL type of their scalar. */
const COMPARABLE: Readonly<Record<string, (value: unknown) => string | number | bigint>> = lookup({
  bigint: (value) => BigInt(value as string),
  boolean: Number,
  // Times are equal whatever their zones, and finer than a JavaScript Date.
  'timestamp with time zone': (value) => timeOrder(timeText('DateTime', value as string)),
  'timestamp without time zone': (value) => timeOrder(value as string),
  date: (value) => timeOrder(value as string),
});
