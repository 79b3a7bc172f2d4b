import { GatewayError } from '../errors.js';
import type { Column, ColumnField, TableType } from '../model/types.js';
import { quoteName, type Statement } from './statement.js';

/** One column of an ORDER BY. Nulls come last ascending and first descending, in PostgreSQL as in Cypher. */
export interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

/** A `sort` argument as columns; the key always stands last, so that an order is total and pages never overlap. */
export const orderOf = (type: TableType, sort: unknown): Order[] => {
  const orders: Order[] = [];
  for (const item of (sort ?? []) as Record<string, unknown>[]) {
    for (const [name, direction] of Object.entries(item)) {
      if (direction === null || direction === undefined) continue;
      const { column } = type.fields.get(name) as ColumnField;
      if (!orders.some((order) => order.column.name === column.name)) orders.push({ column, descending: direction === 'DESC' });
    }
  }
  for (const column of type.table.key) {
    if (!orders.some((order) => order.column.name === column.name)) orders.push({ column, descending: false });
  }
  return orders;
};

export const orderToSql = (orders: readonly Order[], alias: string): string =>
  orders.length === 0 ? '' : `ORDER BY ${orders.map(({ column, descending }) => `${alias}.${quoteName(column.name)}${descending ? ' DESC' : ''}`).join(', ')}`;

/** An opaque cursor: the row's values of the order's columns, as text, under the order's name. */
export const encodeCursor = (orders: readonly Order[], values: readonly (string | null)[]): string =>
  Buffer.from(JSON.stringify([orderName(orders), ...values])).toString('base64url');

/** @throws GatewayError BAD_CURSOR when the text is no cursor, or one of another order */
export const decodeCursor = (orders: readonly Order[], cursor: string, field: string): (string | null)[] => {
  const bad = () => new GatewayError('BAD_CURSOR', { field, value: JSON.stringify(cursor) });
  let decoded: unknown;
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw bad();
  }
  if (!Array.isArray(decoded)) throw bad();
  const [name, ...values] = decoded as unknown[];
  const sound = name === orderName(orders) && values.length === orders.length && values.every((value) => value === null || typeof value === 'string');
  if (!sound) throw bad();
  return values;
};

const orderName = (orders: readonly Order[]): string => orders.map(({ column, descending }) => `${column.name}${descending ? '-' : '+'}`).join();

/** True for the rows that come after these values in the order. */
export const afterToSql = (orders: readonly Order[], values: readonly (string | null)[], alias: string, statement: Statement): string => {
  const alternatives = orders.map((_, last) => {
    const parts = orders.slice(0, last + 1).map(({ column, descending }, index) => {
      const name = `${alias}.${quoteName(column.name)}`;
      const value = values[index] ?? null;
      const bound = () => statement.bind(value, column.sqlType);
      if (index < last) return value === null ? `${name} IS NULL` : `${name} = ${bound()}`;
      if (value === null) return descending ? `${name} IS NOT NULL` : 'false';
      return descending ? `${name} < ${bound()}` : `(${name} > ${bound()} OR ${name} IS NULL)`;
    });
    return `(${parts.join(' AND ')})`;
  });
  return `(${alternatives.join(' OR ')})`;
};
