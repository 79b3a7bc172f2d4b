import { aggregatePart, groupsPart, partsPart, type AggregateQuery, type GroupsQuery, type PartsQuery } from './aggregate.js';
import { columnList, RowPlan, type Layout, type Part } from './layout.js';
import { behindToSql, orderOf, orderToSql, orderValue, reversed, type Cursor, type OrderedRow } from './order.js';
import { fits, fitting } from './operators.js';
import { ofEach, perParentToSql, ROOT, type PerParent, type PerParentSql } from './per-parent.js';
import { changed, type Deferred } from '../predicate/deferred.js';
import { limitToSql, quoteName, type Statement } from './statement.js';
import { RelatedAggregates } from './related-aggregate.js';
import type { GuardedModel } from '../access/guard.js';
import { guarded, whereToSql } from './source.js';
import type { Predicate } from '../predicate/types.js';
import { decisive } from './total-order.js';
import type { Selection } from '../query/selection.js';
import { limitOf, offsetOf, type Limits } from '../query/limits.js';
import type { ListArguments } from '../query/arguments.js';
import type { TableType } from '../model/types.js';

/** The rows that a part of a statement reads. Values may be Deferred. */
export type RowQuery =
  /** At most `rows` rows. With `bounds`, those between cursors; with `cursors`, each row carries its own. */
  | {
      readonly kind: 'page';
      readonly where?: Predicate | undefined;
      readonly sort?: unknown;
      /** Matching rows in any order. */
      readonly unordered?: boolean;
      readonly rows: unknown;
      readonly offset?: unknown;
      readonly bounds?: readonly Cursor[];
      readonly cursors?: boolean;
      /** From the end of the order; the last row comes first. */
      readonly fromEnd?: boolean;
      /** Each row carries the number of all matching rows, so that one query serves the page and the count. */
      readonly counted?: boolean;
      readonly perParent?: PerParent | undefined;
      /** The request also counts or aggregates all matching rows. */
      readonly beside?: boolean;
    }
  /** The row with this key, given as the values of its columns. */
  | { readonly kind: 'key'; readonly key: readonly unknown[] }
  /** The matching rows with these keys; the ordinal of a row is the index of its key. */
  | { readonly kind: 'keys'; readonly keys: readonly string[] | Deferred; readonly where?: Predicate | undefined }
  /** The number of matching rows: one row with one value. */
  | { readonly kind: 'count'; readonly where: Predicate | undefined; readonly perParent?: PerParent | undefined }
  | AggregateQuery
  | GroupsQuery
  | PartsQuery;

/**
 * The page of a list, with the default limit where its arguments name none.
 *
 * @param field its name, for errors
 */
export const listPage = ({ plural }: TableType, { where, sort, limit, offset }: ListArguments, limits: Limits, field = plural) => ({
  kind: 'page' as const,
  where,
  sort,
  rows: changed(limit, (value) => limitOf(field, value, limits)),
  offset: changed(offset, (value) => offsetOf(field, value)),
});

/** The FROM clause of a part: its table, or `source`, with all joins. */
type From = (statement: Statement, source?: string) => string;

/**
 * Plans the rows of a selection: own columns and to-one joins in this part, to-many joins as children.
 *
 *     SELECT r."id" AS c0, r0."name" AS c1 FROM "public"."items" r LEFT JOIN "public"."shops" r0 ON r0."id" = r."shop_id"
 *     WHERE r."size" > $1::bigint ORDER BY r."id" LIMIT $2
 */
export const planPart = (model: GuardedModel, selection: Selection, query: RowQuery, keys: boolean): Part => {
  const { type } = selection;
  const row = new RowPlan(model, type, ROOT);
  if (query.kind === 'count') return countPart(row, query);
  if (query.kind === 'aggregate') return aggregatePart(model, type, query);
  if (query.kind === 'groups') return groupsPart(model, type, query, keys);
  if (query.kind === 'parts') return partsPart(model, type, query);
  const layout = row.layout(selection, keys);
  const all = query.kind !== 'page' || query.unordered ? [] : orderOf(model, type, query.sort);
  // A cursor must stay valid under other conditions, so it keeps every sort key.
  const named = query.kind !== 'page' || query.cursors ? all : decisive(type, all, query.where, query.perParent);
  const orders = query.kind === 'page' && query.fromEnd ? reversed(named) : named;
  const relatedAggregates = new RelatedAggregates(model);
  const ordered: OrderedRow = {
    aliasOf: row.aliasOf,
    externalSortKeyOf: row.externalSortKeyOf,
    relatedAggregateOf: (path, name, relatedAggregate) => relatedAggregates.valueOf(name, relatedAggregate, row.aliasOf(path)),
  };
  const from: From = (statement, source) => row.from(statement, source) + relatedAggregates.toSql(statement);
  const cursor = query.kind === 'page' && query.cursors ? named.map((order) => row.add(`${orderValue(order, ordered)}::text`)) : [];

  const total = query.kind === 'page' && query.counted ? row.add('k."#total"') : undefined;
  const toSql = (statement: Statement): string => {
    const order = orderToSql(orders, ordered);
    const cut = (rows: unknown, offset: unknown) => `${order} ${limitToSql(rows, offset, statement)}`;
    const body = (predicates: readonly string[]): string =>
      `SELECT ${columnList(row)} FROM ${from(statement)} WHERE ${predicates.join(' AND ')}`;
    // A list for each owner. Joins are made once to the rows of all lists, rather than in each list; that excludes orders by
    // joined columns, and system columns, which a subquery does not pass on.
    const lists = ({ source, ordinal }: PerParentSql, predicates: readonly string[], rows: unknown, offset: unknown): string => {
      // Values from other stores would be joined again in every list: they are joined once, and the rows are numbered after.
      if (orders.some(({ by }) => 'externalSortKey' in by)) {
        const all = from(statement, `${source} CROSS JOIN ${guarded(model, type, 'read', statement)} ${ROOT}`);
        const numbered =
          `SELECT ${ordinal} AS ord, ${columnList(row)}, row_number() OVER (PARTITION BY ${ordinal} ${order}) AS "#n" ` +
          `FROM ${all} WHERE ${predicates.join(' AND ')}`;
        const [first, most] = [statement.bind(offset ?? 0, 'bigint'), statement.bind(rows, 'bigint')];
        return `SELECT * FROM (${numbered}) l WHERE l."#n" > ${first} AND l."#n" <= ${first} + ${most} ORDER BY ord, l."#n"`;
      }
      if (!row.isJoined || orders.some(({ path }) => path.length > 0) || row.expressions.includes(`${ROOT}."xmin"`)) {
        return `SELECT ${ordinal} AS ord, l.* FROM ${source}, LATERAL (${body(predicates)} ${cut(rows, offset)}) l`;
      }
      const related = relatedAggregates.toSql(statement);
      const passing = `${guarded(model, type, 'read', statement)} ${ROOT}${related} WHERE ${predicates.join(' AND ')}`;
      const cutFirst = `SELECT ${ROOT}.* FROM ${passing} ${cut(rows, offset)}`;
      // OFFSET 0 keeps PostgreSQL from moving the joins back into each list.
      const all = `(SELECT ${ordinal} AS "#ord", l.* FROM ${source} CROSS JOIN LATERAL (${cutFirst}) l OFFSET 0) ${ROOT}`;
      const inOrder = `ORDER BY ${ROOT}."#ord"${order.replace('ORDER BY ', ', ')}`;
      return `SELECT ${ROOT}."#ord" AS ord, ${columnList(row)} FROM ${from(statement, all)} ${inOrder}`;
    };
    switch (query.kind) {
      case 'page': {
        const { where, perParent, rows, offset } = query;
        if (query.counted)
          return countedPage(row, from, statement, whereToSql(model, type, where, ROOT, statement), cut(rows, offset), order);
        const owned = perParent && perParentToSql(model, type, perParent, statement);
        const predicates = owned
          ? [owned.tie, whereToSql(model, type, where, ROOT, statement)]
          : [whereToSql(model, type, where, ROOT, statement, { path: [], aliasOf: row.aliasOf })];
        for (const bound of query.bounds ?? []) predicates.push(behindToSql(named, bound, ordered, statement));
        return owned ? lists(owned, predicates, rows, offset) : `${body(predicates)} ${cut(rows, offset)}`;
      }
      case 'key':
        return body(
          type.table.key.map(
            (column, index) => `${ROOT}.${quoteName(column.name)} = ${statement.bind(fitting(column, query.key[index]), column.sqlType)}`,
          ),
        );
      case 'keys': {
        const names = type.table.key.map((_, index) => `key${index}`);
        const lists = type.table.key.map(({ sqlType }, index) =>
          statement.bind(
            changed(query.keys, (keys) => (keys as readonly string[]).map((key) => decodeKey(type, key)[index])),
            `${sqlType}[]`,
          ),
        );
        const ties = type.table.key.map(({ name }, index) => `${ROOT}.${quoteName(name)} = k.key${index}`);
        const source = `unnest(${lists.join(', ')}) WITH ORDINALITY k(${names.join(', ')}, ord)`;
        if (query.where) ties.push(whereToSql(model, type, query.where, ROOT, statement));
        return `SELECT k.ord - 1 AS ord, l.* FROM ${source}, LATERAL (${body(ties)}) l`;
      }
    }
  };
  // An order may add joins and expressions: they must exist before the statement is written.
  orderToSql(orders, ordered);
  return {
    width: Math.max(1, row.expressions.length),
    ordinal: query.kind === 'keys' || (query.kind === 'page' && query.perParent !== undefined),
    toSql,
    layout,
    cursor,
    orders: named,
    children: row.children,
    total,
  };
};

/** The keys of a page with the count of all matching rows, then the rows of these keys: only keys are carried through the count. */
const countedPage = (row: RowPlan, from: From, statement: Statement, where: string, cut: string, order: string): string => {
  const keys = row.type.table.key.map(({ name }) => quoteName(name));
  const own = keys.map((key) => `${ROOT}.${key}`).join(', ');
  const inner = `SELECT ${own}, count(*) OVER () AS "#total" FROM ${from(statement)} WHERE ${where} ${cut}`;
  const ties = keys.map((key) => `${ROOT}.${key} = k.${key}`).join(' AND ');
  const rows = `(${inner}) k JOIN ${guarded(row.model, row.type, 'read', statement)} ${ROOT} ON ${ties}`;
  return `SELECT ${columnList(row)} FROM ${from(statement, rows)} ${order}`;
};

const countPart = (row: RowPlan, { where, perParent }: Extract<RowQuery, { kind: 'count' }>): Part => {
  const position = row.add('count(*)');
  const layout: Layout = {
    name: 'Count',
    key: [],
    fields: [{ kind: 'value', responseKey: 'count', position, textFormat: { scalar: 'Int', list: false, isInt: true }, nonNull: true }],
  };
  const toSql = (statement: Statement) =>
    ofEach(
      row.model,
      row.type,
      perParent,
      statement,
      (tie) => `SELECT count(*) AS c0 FROM ${row.from(statement)} WHERE ${tie}${whereToSql(row.model, row.type, where, ROOT, statement)}`,
    );
  return { width: 1, ordinal: perParent !== undefined, toSql, layout, cursor: [], orders: [], children: [] };
};

/** A key as one text: the column's text, or for several columns a JSON list of theirs. */
export const encodeKey = (values: readonly (string | null)[]): string => (values.length === 1 ? values[0]! : JSON.stringify(values));

/** Whether a text has the form of a key of the type. */
export const isKey = (type: TableType, key: string): boolean => fitKey(type, decodeKey(type, key));

export const fitKey = (type: TableType, values: readonly unknown[]): boolean =>
  type.table.key.every((column, index) => fits(column, values[index]));

const decodeKey = (type: TableType, key: string): (string | null)[] =>
  type.table.key.length === 1 ? [key] : (JSON.parse(key) as (string | null)[]);

/** Most lists in one statement: with a single connection, other requests wait until it ends. @default 50 */
const MAX_PARTS = 50;

/** The parts of a level, grouped by statement. The parts of a connection share one, so that they see the same snapshot. */
export const byStatement = <T extends { readonly part: Part }>(all: readonly T[]): T[][] => {
  const statements: T[][] = [];
  for (const each of all) {
    const { cursor, orders } = each.part;
    const isList = cursor.length === 0 && orders.length > 0;
    const last = statements.at(-1);
    if (last && (last.length < MAX_PARTS || !isList)) last.push(each);
    else statements.push([each]);
  }
  return statements;
};

/**
 * One statement for several parts. Each row is the part's index, the ordinal, then the part's values as text; shorter
 * parts are padded with nulls.
 *
 *     SELECT 0 AS part, q.ord, q.c0::text, q.c1::text FROM (...) q
 *     UNION ALL SELECT 1 AS part, 0 AS ord, q.c0::text, NULL::text FROM (...) q
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
