import { GatewayError } from '../errors.js';
import { groupField } from '../model/aggregate-sdl.js';
import { enumName } from '../model/names.js';
import { numberToSql, type AggregateNumber } from './aggregate-number.js';
import { PartsSource, type PartRows, type TypedSql } from './aggregate-parts.js';
import { columnList, RowPlan, type Layout, type LayoutField, type Part } from './layout.js';
import { columnOf, groupOrders, type GroupOrder } from './group-order.js';
import { limitOf, offsetOf, type Limits } from '../query/limits.js';
import { orderWord } from './order.js';
import type { AggregateField } from '../query/selection.js';
import { ofEach, ROOT, type PerParent } from './per-parent.js';
import { changed } from '../predicate/deferred.js';
import { limitToSql, quoteName, type Statement } from './statement.js';
import type { GuardedModel } from '../access/guard.js';
import { groupRows } from './group-rows.js';
import { guarded, whereToSql } from './source.js';
import type { Predicate } from '../predicate/types.js';
import type { ColumnField, JoinField } from '../model/fields.js';
import type { TableType } from '../model/types.js';

export interface AggregateQuery {
  readonly kind: 'aggregate';
  readonly where: Predicate | undefined;
  readonly perParent?: PerParent | undefined;
  readonly typeName: string;
  readonly fields: readonly AggregateField[];
  /** The results of `parts` entries that together cover all rows: the aggregate combines these. */
  readonly parts?: PartRows;
}

/** Partial aggregates over some of the rows, as texts: one row for each group. */
export interface PartsQuery {
  readonly kind: 'parts';
  readonly where: Predicate | undefined;
  readonly of: AggregateQuery | GroupsQuery;
}

export interface GroupsQuery {
  readonly kind: 'groups';
  readonly where: Predicate | undefined;
  readonly perParent?: PerParent | undefined;
  readonly typeName: string;
  readonly fields: readonly AggregateField[];
  readonly by: readonly (ColumnField | JoinField)[];
  readonly orders: readonly GroupOrder[];
  readonly rows: unknown;
  readonly offset: unknown;
  readonly parts?: PartRows;
}

/**
 * The arguments of `groupBy`; `fields` is the selection of a group.
 *
 * @throws GatewayError BAD_INPUT where the key selects a field that is not grouped by: null would mean that the group has no value
 */
export const groupsOf = (
  type: TableType,
  fields: readonly AggregateField[],
  args: Readonly<Record<string, unknown>>,
  limits: Limits,
): Pick<GroupsQuery, 'by' | 'orders' | 'rows' | 'offset'> => {
  const by = [...new Set(args['fields'] as string[])].map((value) => groupField(type, value));
  const refuse = (detail: string) => new GatewayError('BAD_INPUT', { argument: 'fields', field: 'groupBy', detail });
  if (by.length === 0) throw refuse('expected at least one field to group by, but got none');
  for (const part of fields.flatMap((field) => (field.kind === 'key' ? field.selection.fields : []))) {
    if (!('field' in part) || by.includes(part.field)) continue;
    const { name } = part.field;
    throw refuse(`key selects ${name}, which the rows are not grouped by. Add ${enumName(name)} to fields, or leave ${name} out of key`);
  }
  return {
    by,
    orders: groupOrders(type, by, args['sort']),
    rows: changed(args['limit'], (value) => limitOf('groupBy', value, limits)),
    offset: changed(args['offset'], (value) => offsetOf('groupBy', value)),
  };
};

/**
 * One row of aggregates over all matching rows, or over those of each owner.
 *
 *     SELECT count(*) AS c0, max(r."size") AS c1, count(DISTINCT r."name") AS c2 FROM "public"."items" r WHERE r."size" > $1::bigint
 */
export const aggregatePart = (
  model: GuardedModel,
  type: TableType,
  { where, perParent, typeName, fields, parts }: AggregateQuery,
): Part => {
  const row = new RowPlan(model, type, ROOT);
  const source = parts && new PartsSource([], parts);
  const layout = aggregateLayout(row, typeName, fields, (number) => row.add(source ? source.whole(number) : number.expression), false);
  // Without an aggregate the statement would give a row for each row.
  if (row.expressions.length === 0) row.add('count(*)');
  const toSql = (statement: Statement) =>
    ofEach(model, type, perParent, statement, (tie) => {
      const rows = source
        ? source.toSql(guarded(model, type, 'aggregate', statement), statement)
        : `${row.from(statement)} WHERE ${tie}${whereToSql(model, type, where, ROOT, statement)}`;
      return `SELECT ${columnList(row)} FROM ${rows}`;
    });
  return {
    width: Math.max(1, row.expressions.length),
    ordinal: perParent !== undefined,
    toSql,
    layout,
    cursor: [],
    orders: [],
    children: [],
  };
};

/** The GROUP BY columns: a column and the join that reads it are one. */
const groupColumns = (by: readonly (ColumnField | JoinField)[]): TypedSql[] => {
  const columns = new Map(by.map(columnOf).map((column) => [column.name, column]));
  return [...columns.values()].map(({ name, sqlType }) => ({ sql: `${ROOT}.${quoteName(name)}`, type: sqlType }));
};

const numbersOf = (model: GuardedModel, fields: readonly AggregateField[]): AggregateNumber[] =>
  fields.flatMap((field) =>
    field.kind === 'object'
      ? numbersOf(model, field.fields)
      : field.kind === 'number'
        ? [numberToSql(model, ROOT, field.field, field.word)]
        : [],
  );

/** The aggregates that a query needs: those selected, and those that sort its groups. */
const askedNumbers = (model: GuardedModel, query: AggregateQuery | GroupsQuery): AggregateNumber[] => [
  ...numbersOf(model, query.fields),
  ...(query.kind === 'groups' ? query.orders.flatMap(({ by }) => ('word' in by ? [numberToSql(model, ROOT, by.field, by.word)] : [])) : []),
];

/** Whether all aggregates of a query can be combined from partial ones. */
export const isOfParts = (model: GuardedModel, query: AggregateQuery | GroupsQuery): boolean =>
  askedNumbers(model, query).every(({ parts }) => parts !== undefined);

/** The partial aggregates over the matching rows. */
export const partsPart = (model: GuardedModel, type: TableType, { where, of }: PartsQuery): Part => {
  const by = of.kind === 'groups' ? groupColumns(of.by) : [];
  const source = new PartsSource(by, []);
  for (const number of [numberToSql(model, ROOT, undefined, 'nodes'), ...askedNumbers(model, of)]) source.whole(number);
  const toSql = (statement: Statement) =>
    source.partToSql(
      groupRows(model, type, of.kind === 'groups' ? of.by : [], statement),
      whereToSql(model, type, where, ROOT, statement),
      (_, index) => `c${index}`,
    );
  return {
    width: source.values.length,
    ordinal: false,
    toSql,
    layout: { name: type.name, key: [], fields: [] },
    cursor: source.values.map((_, index) => index),
    orders: [],
    children: [],
  };
};

/** A column name that no table is likely to have. */
const numberName = (index: number): string => quoteName(`#number${index}`);

/**
 * One row for each group. The key of a group may be joined to the rows it refers to.
 *
 *     SELECT r0."name" AS c0, r."#number0" AS c1 FROM (SELECT * FROM (SELECT r."shop_id", count(*) AS "#number0"
 *       FROM "public"."items" r WHERE true GROUP BY r."shop_id") r ORDER BY r."#number0" DESC, r."shop_id" LIMIT $1) r
 *     LEFT JOIN "public"."shops" r0 ON r0."id" = r."shop_id" ORDER BY r."#number0" DESC, r."shop_id"
 */
export const groupsPart = (
  model: GuardedModel,
  type: TableType,
  { where, perParent, typeName, fields, by, orders, rows, offset, parts }: GroupsQuery,
  keys: boolean,
): Part => {
  const group = new RowPlan(model, type, ROOT);
  const columns = groupColumns(by);
  const source = parts && new PartsSource(columns, parts);
  const toNumber = (number: AggregateNumber) => (source ? source.whole(number) : number.expression);
  const numbers: string[] = [toNumber(numberToSql(model, ROOT, undefined, 'nodes'))];
  const numbered = (number: AggregateNumber): string => {
    const expression = toNumber(number);
    const known = numbers.indexOf(expression);
    return `${ROOT}.${numberName(known === -1 ? numbers.push(expression) - 1 : known)}`;
  };
  const layout = aggregateLayout(group, typeName, fields, (number) => group.add(numbered(number)), keys);
  const words = orders.map(({ by: value, ...direction }) =>
    orderWord(
      'word' in value ? numbered(numberToSql(model, ROOT, value.field, value.word)) : `${ROOT}.${quoteName(value.column.name)}`,
      direction,
    ),
  );
  const grouped = columns.map(({ sql }) => sql).join(', ');
  const order = `ORDER BY ${[...words, grouped].join(', ')}`;
  const toSql = (statement: Statement): string =>
    ofEach(model, type, perParent, statement, (tie) => {
      const table = groupRows(model, type, by, statement);
      const named = numbers.map((number, index) => `${number} AS ${numberName(index)}`).join(', ');
      const from = source
        ? source.toSql(table, statement)
        : `${table} ${ROOT} WHERE ${tie}${whereToSql(model, type, where, ROOT, statement)}`;
      const inner = `SELECT ${grouped}, ${named} FROM ${from} GROUP BY ${grouped}`;
      const cut = `SELECT * FROM (${inner}) ${ROOT} ${order} ${limitToSql(rows, offset, statement)}`;
      return `SELECT ${columnList(group)} FROM ${group.from(statement, `(${cut}) ${ROOT}`)} ${order}`;
    });
  return {
    width: Math.max(1, group.expressions.length),
    ordinal: perParent !== undefined,
    toSql,
    layout,
    cursor: [],
    orders: [],
    children: group.children,
  };
};

const aggregateLayout = (
  row: RowPlan,
  name: string,
  fields: readonly AggregateField[],
  add: (number: AggregateNumber) => number,
  keys: boolean,
): Layout => ({
  name,
  key: [],
  fields: fields.map((field): LayoutField => {
    const { responseKey } = field;
    switch (field.kind) {
      case 'typename':
        return { kind: 'typename', responseKey };
      case 'object':
        return { kind: 'object', responseKey, nonNull: true, layout: aggregateLayout(row, field.typeName, field.fields, add, keys) };
      case 'key':
        return { kind: 'object', responseKey, nonNull: true, layout: keyLayout(row, field, keys) };
      case 'number': {
        const number = numberToSql(row.model, ROOT, field.field, field.word);
        return {
          kind: 'value',
          responseKey,
          position: add(number),
          textFormat: number.textFormat,
          nonNull: ['count', 'distinct', 'nodes'].includes(field.word),
        };
      }
    }
  }),
});

/** The key of a group: any of its values may be null. */
const keyLayout = (row: RowPlan, { responseKey: at, selection }: Extract<AggregateField, { kind: 'key' }>, keys: boolean): Layout => {
  const layout = row.layout(selection, keys, { at });
  const fields = layout.fields.map((field) => ('nonNull' in field ? { ...field, nonNull: false } : field));
  return { ...layout, name: `${selection.type.name}GroupKey`, fields };
};
