import { createHash } from 'node:crypto';
import { GatewayError } from '../errors.js';
import { orderedType } from '../model/sort-sdl.js';
import type { Column } from '../model/columns.js';
import type { ColumnField, JoinField, RelationshipField } from '../model/fields.js';
import { tableType, type Model, type TableType } from '../model/types.js';
import type { NearTarget } from '../predicate/types.js';
import type { ExternalSortKey, SortKeyField } from './external-sort-key.js';
import { checkSortWords } from './sort-words.js';
import { changed } from '../predicate/deferred.js';
import { quoteName, type Statement } from './statement.js';
import type { RelatedAggregate } from './related-aggregate.js';

/**
 * One sort key of an ORDER BY: a column of the row or of a row it refers to, an aggregate of the rows that refer to it, or a value that
 * another store gives.
 */
export interface Order {
  /** Its name in a cursor: "title", "project.name", "notes.count", "notes.max.createdAt", "components.min.name". */
  readonly name: string;
  /** The to-one joins that lead to the row of its value. */
  readonly path: readonly JoinField[];
  readonly by:
    { readonly column: Column } | { readonly relatedAggregate: RelatedAggregate } | { readonly externalSortKey: ExternalSortKey };
  readonly nullable: boolean;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** The row of a statement, as its ORDER BY reads it. */
export interface OrderedRow {
  /** The alias of the row that to-one joins lead to from it. */
  aliasOf(path: readonly JoinField[]): string;
  /** The value from another store for the row at the end of `path`; `name` tells sort keys apart. */
  externalSortKeyOf(path: readonly JoinField[], name: string, externalSortKey: ExternalSortKey): string;
  /** The aggregate of the rows that refer to the row at the end of `path`; `name` tells relatedAggregates apart. */
  relatedAggregateOf(path: readonly JoinField[], name: string, relatedAggregate: RelatedAggregate): string;
}

/** A `sort` whose external keys the other stores have given. */
export class AnsweredSort {
  constructor(readonly orders: readonly Order[]) {}
}

/** A sort key that another store has yet to answer. */
export const isOpen = (order: Order): order is Order & { readonly by: { readonly externalSortKey: ExternalSortKey } } =>
  'externalSortKey' in order.by && order.by.externalSortKey.found === undefined;

/**
 * A `sort` argument as sort keys, one for each item. The row's key is always the last one, so that the order is total and pages never
 * overlap. By default, nulls come last with ASC and first with DESC, as in Cypher.
 */
export const orderOf = (model: Model, type: TableType, sort: unknown): readonly Order[] => {
  if (sort instanceof AnsweredSort) return sort.orders;
  const orders: Order[] = [];
  const add = (order: Order) => {
    if (!orders.some(({ name }) => name === order.name)) orders.push(order);
  };
  const words = (of: TableType, item: Readonly<Record<string, unknown>>, path: readonly JoinField[], prefix: string): void => {
    for (const [fieldName, value] of Object.entries(item)) {
      if (value === null || value === undefined) continue;
      const field = of.fields.get(fieldName);
      const name = `${prefix}${fieldName}`;
      if (fieldName === 'near' && of.embedding) add({ ...nearOrder(of, name, value as NearSort), path });
      else if (field?.kind === 'relationship') for (const order of hopOrders(model, of, field, name, value)) add({ ...order, path });
      else if (field?.kind === 'column')
        add({ name, path, by: { column: field.column }, nullable: path.length > 0 || !field.nonNull, ...directionOf(value as string) });
      else if (field?.kind === 'join' && !field.list)
        words(tableType(model, field.target), value as Record<string, unknown>, [...path, field], `${name}.`);
      else if (field?.kind === 'join')
        for (const order of relatedAggregateOrders(tableType(model, field.target), field, name, value)) add({ ...order, path });
    }
  };
  checkSortWords(type.plural, sort);
  for (const item of (sort ?? []) as Record<string, unknown>[]) words(type, item, [], '');
  const shown = new Map(
    [...type.fields.values()].flatMap((field) => (field.kind === 'column' ? [[field.column.name, field.name] as const] : [])),
  );
  for (const column of type.table.key)
    add({ name: shown.get(column.name) ?? column.name, path: [], by: { column }, nullable: false, descending: false, nullsFirst: false });
  return orders;
};

type Directions = Readonly<Record<string, string | null | undefined>> | null | undefined;

interface NearSort extends NearTarget {
  readonly direction: string;
}

interface ListSort {
  readonly count?: string | null;
  readonly min?: Directions;
  readonly max?: Directions;
}

/** A cursor carries a hash of the text or vector: scores for another one would differ. */
const nearOrder = (type: TableType, name: string, { direction, ...target }: NearSort): Omit<Order, 'path'> => ({
  name: `${name}(${createHash('sha256').update(JSON.stringify(target)).digest('base64url').slice(0, 16)})`,
  by: { externalSortKey: { type, by: { kind: 'near', target }, sqlType: 'double precision' } },
  nullable: true,
  ...directionOf(direction),
});

const hopOrders = (model: Model, type: TableType, field: RelationshipField, name: string, sort: ListSort): Omit<Order, 'path'>[] => {
  const { fields } = model.types.get(field.target)!;
  const externalSortKey = (word: ListWord, of: SortKeyField | undefined, sqlType: string) => ({
    externalSortKey: { type, by: { kind: 'hop' as const, field, word, of }, sqlType },
  });
  return listOrders(name, sort, (word, of) => {
    const plan = of === undefined ? undefined : fields.get(of)!;
    return plan
      ? externalSortKey(word, { name: plan.name, column: plan.kind === 'column' ? plan.column.name : undefined }, orderedType(plan)!)
      : externalSortKey(word, undefined, 'bigint');
  });
};

const relatedAggregateOrders = (target: TableType, join: JoinField, name: string, sort: ListSort): Omit<Order, 'path'>[] =>
  listOrders(name, sort, (word, of) => ({
    relatedAggregate: { join, target, word, of: of === undefined ? undefined : (target.fields.get(of) as ColumnField) },
  }));

type ListWord = RelatedAggregate['word'];

/** The sort keys over several rows or nodes; `by` makes the value of one, for a field of theirs. */
const listOrders = (
  name: string,
  { count, min, max }: ListSort,
  by: (word: ListWord, of: string | undefined) => Order['by'],
): Omit<Order, 'path'>[] => {
  const order = (word: ListWord, direction: string, of?: string) => ({
    name: [name, word, ...(of === undefined ? [] : [of])].join('.'),
    by: by(word, of),
    nullable: of !== undefined,
    ...directionOf(direction),
  });
  const values = (word: ListWord, directions: Directions) =>
    Object.entries(directions ?? {}).flatMap(([of, direction]) => (direction ? [order(word, direction, of)] : []));
  return [...(count ? [order('count', count)] : []), ...values('min', min), ...values('max', max)];
};

export type Direction = Pick<Order, 'descending' | 'nullsFirst'>;

export const directionOf = (direction: string): Direction => {
  const descending = direction.startsWith('DESC');
  return { descending, nullsFirst: direction.includes('NULLS') ? direction.endsWith('FIRST') : descending };
};

/** The reverse order. */
export const reversed = (orders: readonly Order[]): Order[] =>
  orders.map((order) => ({ ...order, descending: !order.descending, nullsFirst: !order.nullsFirst }));

/** The value that a sort key compares. */
export const orderValue = ({ name, path, by }: Order, row: OrderedRow): string => {
  // The graph does not return rows without neighbours.
  if ('externalSortKey' in by)
    return by.externalSortKey.by.kind === 'hop' && by.externalSortKey.by.word === 'count'
      ? `coalesce(${row.externalSortKeyOf(path, name, by.externalSortKey)}, 0)`
      : row.externalSortKeyOf(path, name, by.externalSortKey);
  return 'relatedAggregate' in by
    ? row.relatedAggregateOf(path, name, by.relatedAggregate)
    : `${row.aliasOf(path)}.${quoteName(by.column.name)}`;
};

/** One sort key of an ORDER BY. */
export const orderWord = (
  value: string,
  { descending, nullsFirst, nullable = true }: Direction & { readonly nullable?: boolean },
): string => {
  const nulls = nullable && nullsFirst !== descending ? ` NULLS ${nullsFirst ? 'FIRST' : 'LAST'}` : '';
  return `${value}${descending ? ' DESC' : ''}${nulls}`;
};

export const orderToSql = (orders: readonly Order[], row: OrderedRow): string => {
  const words = orders.map((order) => orderWord(orderValue(order, row), order));
  return words.length === 0 ? '' : `ORDER BY ${words.join(', ')}`;
};

/** An opaque cursor: the name of the order, and the row's values of its sort keys as text. */
export const encodeCursor = (orders: readonly Order[], values: readonly (string | null)[]): string =>
  Buffer.from(JSON.stringify([orderName(orders), ...values])).toString('base64url');

/** @throws GatewayError BAD_CURSOR when the text is not a cursor, or belongs to another order */
export const decodeCursor = (orders: readonly Order[], cursor: string, argument: string, field: string): (string | null)[] => {
  const bad = () => new GatewayError('BAD_CURSOR', { argument, field, value: JSON.stringify(cursor) });
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw bad();
  }
  if (!Array.isArray(decoded)) throw bad();
  const [name, ...values] = decoded as unknown[];
  const sound =
    name === orderName(orders) &&
    values.length === orders.length &&
    values.every((value): value is string | null => value === null || (typeof value === 'string' && !/\p{Surrogate}/u.test(value)));
  if (!sound) throw bad();
  return values;
};

const orderName = (orders: readonly Order[]): string =>
  orders.map(({ name, descending, nullsFirst }) => `${name}${descending ? '-' : '+'}${nullsFirst === descending ? '' : 'n'}`).join();

/** The start or the end of a page. */
export interface Cursor {
  /** May be Deferred. */
  readonly cursor: unknown;
  readonly argument: 'after' | 'before';
  /** The connection's name, for errors. */
  readonly field: string;
}

/** The condition that rows come after a cursor in an order, or before it. */
export const behindToSql = (
  named: readonly Order[],
  { cursor, argument, field }: Cursor,
  row: OrderedRow,
  statement: Statement,
): string => {
  const orders = argument === 'before' ? reversed(named) : named;
  const values = orders.map((_, index) => changed(cursor, (text) => decodeCursor(named, text as string, argument, field)[index]));
  const bound = (index: number): string => statement.bind(values[index], sqlTypeOf(orders[index]!));
  // An index serves a single row comparison.
  const uniform = orders.every(({ nullable, descending }) => !nullable && descending === orders[0]!.descending);
  if (uniform) {
    const own = orders.map((order) => orderValue(order, row)).join(', ');
    const given = orders.map((_, index) => bound(index)).join(', ');
    return `(${own}) ${orders[0]!.descending ? '<' : '>'} (${given})`;
  }
  const from = (index: number): string => {
    const order = orders[index]!;
    const own = orderValue(order, row);
    const value = bound(index);
    const strictly = `${own} ${order.descending ? '<' : '>'} ${value}`;
    const nulls = order.nullsFirst ? `${value} IS NULL AND ${own} IS NOT NULL` : `${own} IS NULL AND ${value} IS NOT NULL`;
    const behind = order.nullable ? `(${strictly} OR (${nulls}))` : strictly;
    if (index === orders.length - 1) return behind;
    return `(${behind} OR (${own} ${order.nullable ? 'IS NOT DISTINCT FROM' : '='} ${value} AND ${from(index + 1)}))`;
  };
  return from(0);
};

const sqlTypeOf = ({ by }: Order): string => {
  if ('column' in by) return by.column.sqlType;
  return 'externalSortKey' in by ? by.externalSortKey.sqlType : (by.relatedAggregate.of?.column.sqlType ?? 'bigint');
};
