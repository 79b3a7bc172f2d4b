import { limitOf, offsetOf } from './limits.js';
import { decoderOf, textOf } from './decode.js';
import { afterToSql, orderOf, orderToSql } from './order.js';
import { quoteName, Statement, tableName } from './statement.js';
import { fits, joinCondition, whereToSql, type Where } from './where.js';
import type { Selection } from './selection.js';
import type { Limits } from './limits.js';
import type { Column, JoinField, Model, TableType } from '../model/types.js';

/** Which rows a part of a statement takes. */
export type Entry =
  /** At most `rows` of all rows. With `after`, those behind a cursor; with `cursors`, each with its own. */
  | {
      readonly kind: 'page';
      readonly where?: Where;
      readonly sort?: unknown;
      readonly rows: number;
      readonly offset?: number;
      readonly after?: readonly (string | null)[] | undefined;
      readonly cursors?: boolean;
    }
  /** The rows with these keys; a row's ordinal is its key's index. */
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  /** For each ordinal a list of keys, filtered, sorted and cut like a page. */
  | { readonly kind: 'lists'; readonly lists: readonly (readonly string[])[]; readonly args: ListArguments }
  /** For each ordinal the rows whose column has that value, as a page. */
  | { readonly kind: 'children'; readonly field: JoinField; readonly values: readonly string[]; readonly args: ListArguments }
  /** How many rows pass; one row, whose count is its only value. */
  | { readonly kind: 'count'; readonly where: Where };

export interface ListArguments {
  readonly where?: Where;
  readonly sort?: unknown;
  readonly limit?: unknown;
  readonly offset?: unknown;
}

/** A row as graphql-js resolves it: values by response key. Its key stands under KEY, its type under TYPE. */
export type Row = Record<string, unknown> & { [KEY]?: string; [TYPE]?: string };
export const KEY = Symbol('key');
export const TYPE = Symbol('type');

/** Where the children of a row are to be put. */
export interface ChildPlan {
  readonly join: Selection['joins'][number];
  /** Position of the parent's joined column in a row. */
  readonly position: number;
  /** The way from the row to the object that owns the list, through to-one joins. */
  readonly owner: (row: Row) => Row | null;
}

/** A part of a statement: the text of its rows, and how to read them. */
export interface Part {
  /** Number of values in a row. */
  readonly width: number;
  /** The part as a subquery that gives `ord` and the values as c0, c1, ... */
  toSql(statement: Statement): string;
  read(values: readonly (string | null)[]): Row;
  /** The row's values of the order's columns, for a cursor. */
  cursor(values: readonly (string | null)[]): (string | null)[];
  readonly children: readonly ChildPlan[];
}

const ROOT = 'r';

/** Plans the rows of a selection: own columns and to-one joins in this part, to-many joins as children. */
export const planPart = (model: Model, selection: Selection, entry: Entry, limits: Limits): Part => {
  if (entry.kind === 'count') return countPart(model, selection.type, entry.where);
  const { type } = selection;
  const expressions: string[] = [];
  const joins: string[] = [];
  const children: ChildPlan[] = [];
  const add = (expression: string): number => expressions.push(expression) - 1;
  const read = reader(selection, ROOT, (row) => row);
  const orders = entry.kind === 'keys' ? [] : orderOf(type, entry.kind === 'page' ? entry.sort : entry.args.sort);
  const cursorPositions = entry.kind === 'page' && entry.cursors ? orders.map(({ column }) => add(`${ROOT}.${quoteName(column.name)}::text`)) : [];

  function reader(selected: Selection, alias: string, owner: ChildPlan['owner']): (values: readonly (string | null)[]) => Row | null {
    const key = selected.type.table.key.map((column) => add(`${alias}.${quoteName(column.name)}::text`));
    const columns = selected.columns.map(({ responseKey, field }) => ({
      responseKey,
      position: add(textOf(field, `${alias}.${quoteName(field.column.name)}`)),
      decode: decoderOf(field),
    }));
    const objects: { responseKey: string; read: (values: readonly (string | null)[]) => Row | null }[] = [];
    for (const join of selected.joins) {
      const from = `${alias}.${quoteName(join.field.from.name)}`;
      if (join.field.list) {
        children.push({ join, position: add(`${from}::text`), owner });
        continue;
      }
      const target = `${ROOT}${joins.length}`;
      joins.push(`LEFT JOIN ${tableName(join.selection.type.table)} ${target} ON ${joinCondition(`${target}.${quoteName(join.field.to.name)}`, join.field.to, from, join.field.from)}`);
      const inner = reader(join.selection, target, (row) => {
        const parent = owner(row);
        return parent === null ? null : (parent[join.responseKey] as Row | null);
      });
      objects.push({ responseKey: join.responseKey, read: inner });
    }
    return (values) => {
      if (key.length > 0 && values[key[0]!] === null) return null;
      const row: Row = { [TYPE]: selected.type.name, [KEY]: encodeKey(key.map((position) => values[position] ?? null)) };
      for (const { responseKey, position, decode } of columns) {
        const text = values[position]!;
        row[responseKey] = text === null ? null : decode(text);
      }
      for (const object of objects) row[object.responseKey] = object.read(values);
      return row;
    };
  }

  const body = (predicates: readonly string[], ...before: string[]): string =>
    `SELECT ${[...before, ...expressions.map((expression, index) => `${expression} AS c${index}`)].join(', ')} FROM ${[`${tableName(type.table)} ${ROOT}`, ...joins].join(' ')} WHERE ${predicates.join(' AND ')}`;

  const toSql = (statement: Statement): string => {
    const where = (given: Where) => whereToSql(model, type, given, ROOT, statement);
    const cut = (rows: number, offset: number) => `${orderToSql(orders, ROOT)} LIMIT ${statement.bind(rows)} OFFSET ${statement.bind(offset)}`;
    const page = (args: ListArguments) => cut(limitOf(type.plural, args.limit, limits), offsetOf(type.plural, args.offset));
    switch (entry.kind) {
      case 'page': {
        const predicates = [where(entry.where)];
        if (entry.after) predicates.push(afterToSql(orders, entry.after, ROOT, statement));
        return `${body(predicates, '0 AS ord')} ${cut(entry.rows, entry.offset ?? 0)}`;
      }
      case 'keys': {
        const names = type.table.key.map((_, index) => `key${index}`);
        const lists = type.table.key.map(({ sqlType }, index) => statement.bind(entry.keys.map((key) => decodeKey(type, key)[index]), `${sqlType}[]`));
        const ties = type.table.key.map(({ name }, index) => `${ROOT}.${quoteName(name)} = k.key${index}`);
        return `SELECT k.ord - 1 AS ord, l.* FROM unnest(${lists.join(', ')}) WITH ORDINALITY k(${names.join(', ')}, ord), LATERAL (${body(ties)}) l`;
      }
      case 'children': {
        const { to, from } = entry.field;
        const values = `unnest(${statement.bind(entry.values, `${from.sqlType}[]`)}) WITH ORDINALITY`;
        const tie = joinCondition(`${ROOT}.${quoteName(to.name)}`, to, 'k.key', from);
        return `SELECT k.ord - 1 AS ord, l.* FROM ${values} k(key, ord), LATERAL (${body([tie, where(entry.args.where)])} ${page(entry.args)}) l`;
      }
      case 'lists': {
        const ordinals = entry.lists.flatMap((keys, ordinal) => keys.map(() => ordinal));
        const pairs = `unnest(${statement.bind(ordinals, 'int[]')}, ${statement.bind(entry.lists.flat(), `${keyOf(type).sqlType}[]`)})`;
        const lists = `(SELECT ord, array_agg(key) AS keys FROM ${pairs} p(ord, key) GROUP BY ord) k`;
        return `SELECT k.ord, l.* FROM ${lists}, LATERAL (${body([`${ROOT}.${quoteName(keyOf(type).name)} = ANY(k.keys)`, where(entry.args.where)])} ${page(entry.args)}) l`;
      }
    }
  };

  return {
    // Read after `reader` has run: every to-one join has added its expressions by now.
    width: expressions.length,
    toSql,
    read: (values) => read(values)!,
    cursor: (values) => cursorPositions.map((position) => values[position] ?? null),
    children,
  };
};

const countPart = (model: Model, type: TableType, where: Where): Part => ({
  width: 1,
  toSql: (statement) => `SELECT 0 AS ord, count(*)::text AS c0 FROM ${tableName(type.table)} ${ROOT} WHERE ${whereToSql(model, type, where, ROOT, statement)}`,
  read: ([count]) => ({ count: Number(count) }),
  cursor: () => [],
  children: [],
});

const keyOf = (type: TableType): Column => type.table.key[0]!;

/** A key as one text: the column's own, or a JSON list of several columns' texts. */
export const encodeKey = (values: readonly (string | null)[]): string => (values.length === 1 ? values[0]! : JSON.stringify(values));

/** Whether a text can be a key of the type's rows at all. */
export const isKey = (type: TableType, key: string): boolean => {
  const values = decodeKey(type, key);
  return type.table.key.every((column, index) => fits(column, values[index]));
};

const decodeKey = (type: TableType, key: string): (string | null)[] => (type.table.key.length === 1 ? [key] : (JSON.parse(key) as (string | null)[]));

/**
 * One statement for several parts. Each row is the part's index, the ordinal, then the part's values as text; shorter
 * parts are filled up with nulls.
 */
export const unionParts = (parts: readonly Part[]): { text: string; values: unknown[] } => {
  const statement = new Statement();
  const width = Math.max(...parts.map((part) => part.width));
  const text = parts
    .map((part, index) => {
      const values = Array.from({ length: width }, (_, position) => (position < part.width ? `q.c${position}` : 'NULL::text'));
      return `SELECT ${[`${index} AS part`, 'q.ord', ...values].join(', ')} FROM (${part.toSql(statement)}) q`;
    })
    .join(' UNION ALL ');
  return { text, values: statement.values };
};
