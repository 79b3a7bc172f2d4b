import { aggregatePart, groupsPart, partsPart, type AggregateEntry, type GroupsEntry, type PartsEntry } from './aggregate.js';
import { columnList, RowPlan, type Layout, type Part } from './layout.js';
import { behindToSql, orderOf, orderToSql, orderValue, reversed, type Cursor, type OrderedRow } from './order.js';
import { fits } from './operators.js';
import { changed, limitToSql, quoteName, tableName, type Deferred, type Statement } from './statement.js';
import { Tallies } from './tally.js';
import { joinCondition, whereToSql, type Where } from './where.js';
import type { Selection } from './selection.js';
import { limitOf, offsetOf, type Limits } from './limits.js';
import type { Column, JoinField, Model, TableType } from '../model/types.js';

/** Which rows a part of a statement takes. Values may be Deferred. */
export type Entry =
  /** At most `rows` of all rows. With `bounds`, those between cursors; with `cursors`, each with its own. */
  | {
      readonly kind: 'page';
      readonly where?: Where;
      readonly sort?: unknown;
      /** Any rows that pass, as they are found: only which they are matters. */
      readonly unordered?: boolean;
      readonly rows: unknown;
      readonly offset?: unknown;
      readonly bounds?: readonly Cursor[];
      readonly cursors?: boolean;
      /** From the end of the order; the rows come last first. */
      readonly fromEnd?: boolean;
      /** Each row says how many pass: the rows are looked for once, not once for the page and once for the count. */
      readonly counted?: boolean;
      /** All rows that pass are counted, or something is reckoned over them, beside the page. */
      readonly beside?: boolean;
    }
  /** The row with this key: values of its columns. */
  | { readonly kind: 'key'; readonly key: readonly unknown[] }
  /** The rows with these keys; a row's ordinal is its key's index. */
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  /** For each ordinal a list of keys, filtered, sorted and cut like a page. */
  | { readonly kind: 'lists'; readonly lists: KeyLists | Deferred; readonly args: ListArguments }
  /** For each ordinal the rows whose column has that value, as a page. */
  | { readonly kind: 'children'; readonly field: JoinField; readonly values: unknown; readonly args: ListArguments }
  /** How many rows pass; one row, whose count is its only value. */
  | { readonly kind: 'count'; readonly where: Where }
  | AggregateEntry
  | GroupsEntry
  | PartsEntry;

/** Keys of rows, by ordinal. */
export type KeyLists = readonly (readonly string[])[];

export interface ListArguments {
  readonly where?: Where;
  readonly sort?: unknown;
  readonly limit?: unknown;
  readonly offset?: unknown;
}

const ROOT = 'r';

/** What the rows of a part are read from, or `source`, with all that is joined to it. */
type From = (statement: Statement, source?: string) => string;

/** Plans the rows of a selection: own columns and to-one joins in this part, to-many joins as children. */
export const planPart = (model: Model, selection: Selection, entry: Entry, limits: Limits, keys: boolean): Part => {
  const { type } = selection;
  const row = new RowPlan(model, type, ROOT);
  if (entry.kind === 'count') return countPart(row, entry.where);
  if (entry.kind === 'aggregate') return aggregatePart(model, type, entry);
  if (entry.kind === 'groups') return groupsPart(model, type, entry, keys);
  if (entry.kind === 'parts') return partsPart(model, type, entry);
  const layout = row.layout(selection, keys);
  const sort = entry.kind === 'page' ? entry.sort : 'args' in entry ? entry.args.sort : undefined;
  const named = entry.kind === 'key' || entry.kind === 'keys' || (entry.kind === 'page' && entry.unordered) ? [] : orderOf(model, type, sort);
  const orders = entry.kind === 'page' && entry.fromEnd ? reversed(named) : named;
  const tallies = new Tallies(model);
  const ordered: OrderedRow = { aliasOf: row.aliasOf, measureOf: row.measureOf, tallyOf: (path, name, tally) => tallies.valueOf(name, tally, row.aliasOf(path)) };
  const from: From = (statement, source) => row.from(statement, source) + tallies.toSql(statement);
  const cursor = entry.kind === 'page' && entry.cursors ? named.map((order) => row.add(`${orderValue(order, ordered)}::text`)) : [];

  const total = entry.kind === 'page' && entry.counted ? row.add('k."#total"') : undefined;
  const toSql = (statement: Statement): string => {
    const where = (given: Where) => whereToSql(model, type, given, ROOT, statement);
    const order = orderToSql(orders, ordered);
    const cut = (rows: unknown, offset: unknown) => `${order} ${limitToSql(rows, offset, statement)}`;
    const limit = (args: ListArguments) => changed(args.limit, (value) => limitOf(type.plural, value, limits));
    const offset = (args: ListArguments) => changed(args.offset, (value) => offsetOf(type.plural, value));
    const page = (args: ListArguments) => cut(limit(args), offset(args));
    const body = (predicates: readonly string[]): string =>
      `SELECT ${columnList(row)} FROM ${from(statement)} WHERE ${predicates.join(' AND ')}`;
    // A list for each row of k. What is joined is joined to the rows of all lists at once, rather than to each list anew;
    // that is not for orders by what is joined, nor for the system's columns, which a subquery does not pass on.
    const lists = (source: string, ordinal: string, predicates: readonly string[], args: ListArguments): string => {
      // What other stores have given would be read anew for every list: it is joined to the rows of all, and then they are numbered.
      if (orders.some(({ by }) => 'measure' in by)) {
        const all = from(statement, `${source} CROSS JOIN ${tableName(type.table)} ${ROOT}`);
        const numbered = `SELECT ${ordinal} AS ord, ${columnList(row)}, row_number() OVER (PARTITION BY ${ordinal} ${order}) AS "#n" FROM ${all} WHERE ${predicates.join(' AND ')}`;
        const [first, most] = [statement.bind(offset(args), 'bigint'), statement.bind(limit(args), 'bigint')];
        return `SELECT * FROM (${numbered}) l WHERE l."#n" > ${first} AND l."#n" <= ${first} + ${most} ORDER BY ord, l."#n"`;
      }
      if (!row.isJoined || orders.some(({ path }) => path.length > 0) || row.expressions.includes(`${ROOT}."xmin"`)) {
        return `SELECT ${ordinal} AS ord, l.* FROM ${source}, LATERAL (${body(predicates)} ${page(args)}) l`;
      }
      const cutFirst = `SELECT ${ROOT}.* FROM ${tableName(type.table)} ${ROOT}${tallies.toSql(statement)} WHERE ${predicates.join(' AND ')} ${page(args)}`;
      // OFFSET keeps PostgreSQL from joining within each list after all.
      const all = `(SELECT ${ordinal} AS "#ord", l.* FROM ${source} CROSS JOIN LATERAL (${cutFirst}) l OFFSET 0) ${ROOT}`;
      return `SELECT ${ROOT}."#ord" AS ord, ${columnList(row)} FROM ${from(statement, all)} ORDER BY ${ROOT}."#ord"${order.replace('ORDER BY ', ', ')}`;
    };
    switch (entry.kind) {
      case 'page': {
        if (entry.counted) return countedPage(row, from, statement, where(entry.where), cut(entry.rows, entry.offset), order);
        const predicates = [whereToSql(model, type, entry.where, ROOT, statement, 0, { path: [], aliasOf: row.aliasOf })];
        for (const bound of entry.bounds ?? []) predicates.push(behindToSql(named, bound, ordered, statement));
        return `${body(predicates)} ${cut(entry.rows, entry.offset)}`;
      }
      case 'key':
        return body(type.table.key.map((column, index) => `${ROOT}.${quoteName(column.name)} = ${statement.bind(entry.key[index], column.sqlType)}`));
      case 'keys': {
        const names = type.table.key.map((_, index) => `key${index}`);
        const lists = type.table.key.map(({ sqlType }, index) => statement.bind(entry.keys.map((key) => decodeKey(type, key)[index]), `${sqlType}[]`));
        const ties = type.table.key.map(({ name }, index) => `${ROOT}.${quoteName(name)} = k.key${index}`);
        return `SELECT k.ord - 1 AS ord, l.* FROM unnest(${lists.join(', ')}) WITH ORDINALITY k(${names.join(', ')}, ord), LATERAL (${body(ties)}) l`;
      }
      case 'children': {
        const { to, from } = entry.field;
        const values = `unnest(${statement.bind(entry.values, `${from.sqlType}[]`)}) WITH ORDINALITY k(key, ord)`;
        const tie = joinCondition(`${ROOT}.${quoteName(to.name)}`, to, 'k.key', from);
        return lists(values, 'k.ord - 1', [tie, where(entry.args.where)], entry.args);
      }
      case 'lists': {
        const ordinals = changed(entry.lists, (all) => (all as KeyLists).flatMap((list, ordinal) => list.map(() => ordinal)));
        const keys = changed(entry.lists, (all) => (all as KeyLists).flat());
        const pairs = `unnest(${statement.bind(ordinals, 'int[]')}, ${statement.bind(keys, `${keyOf(type).sqlType}[]`)})`;
        const source = `(SELECT ord, array_agg(key) AS keys FROM ${pairs} p(ord, key) GROUP BY ord) k`;
        return lists(source, 'k.ord', [`${ROOT}.${quoteName(keyOf(type).name)} = ANY(k.keys)`, where(entry.args.where)], entry.args);
      }
    }
  };
  // An order may still join rows: its expressions are added by its text, before the statement's own.
  orderToSql(orders, ordered);
  return { width: Math.max(1, row.expressions.length), ordinal: entry.kind !== 'page' && entry.kind !== 'key', toSql, layout, cursor, orders: named, children: row.children, total };
};

/** The keys of a page with the count of all that pass, then the rows of these keys: only keys are carried through the count. */
const countedPage = (row: RowPlan, from: From, statement: Statement, where: string, cut: string, order: string): string => {
  const keys = row.type.table.key.map(({ name }) => quoteName(name));
  const inner = `SELECT ${keys.map((key) => `${ROOT}.${key}`).join(', ')}, count(*) OVER () AS "#total" FROM ${from(statement)} WHERE ${where} ${cut}`;
  const ties = keys.map((key) => `${ROOT}.${key} = k.${key}`).join(' AND ');
  return `SELECT ${columnList(row)} FROM ${from(statement, `(${inner}) k JOIN ${tableName(row.type.table)} ${ROOT} ON ${ties}`)} ${order}`;
};

const countPart = (row: RowPlan, where: Where): Part => {
  const position = row.add('count(*)');
  const layout: Layout = { name: 'Count', key: [], fields: [{ kind: 'value', responseKey: 'count', position, form: { scalar: 'Int', list: false, isInt: true }, nonNull: true }] };
  const toSql = (statement: Statement) => `SELECT count(*) AS c0 FROM ${row.from(statement)} WHERE ${whereToSql(row.model, row.type, where, ROOT, statement)}`;
  return { width: 1, ordinal: false, toSql, layout, cursor: [], orders: [], children: [] };
};

const keyOf = (type: TableType): Column => type.table.key[0]!;

/** A key as one text: the column's own, or a JSON list of several columns' texts. */
export const encodeKey = (values: readonly (string | null)[]): string => (values.length === 1 ? values[0]! : JSON.stringify(values));

/** Whether a text can be a key of the type's rows at all. */
export const isKey = (type: TableType, key: string): boolean => fitKey(type, decodeKey(type, key));

export const fitKey = (type: TableType, values: readonly unknown[]): boolean => type.table.key.every((column, index) => fits(column, values[index]));

const decodeKey = (type: TableType, key: string): (string | null)[] => (type.table.key.length === 1 ? [key] : (JSON.parse(key) as (string | null)[]));

/**
 * One statement for several parts. Each row is the part's index, the ordinal, then the part's values as text; shorter
 * parts are filled up with nulls.
 */
export const unionParts = (parts: readonly Part[], statement: Statement): string => {
  const width = Math.max(...parts.map((part) => part.width));
  return parts
    .map((part, index) => {
      const values = Array.from({ length: width }, (_, position) => (position < part.width ? `q.c${position}::text` : 'NULL::text'));
      return `SELECT ${[`${index} AS part`, part.ordinal ? 'q.ord' : '0 AS ord', ...values].join(', ')} FROM (${part.toSql(statement)}) q`;
    })
    .join(' UNION ALL ');
};

