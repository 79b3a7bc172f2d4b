import { GatewayError } from '../errors.js';
import { aggregateScalar, groupField } from '../model/aggregate-sdl.js';
import { castText, formOf } from './form.js';
import { columnList, RowPlan, type Layout, type LayoutField, type Part } from './layout.js';
import { limitOf, offsetOf, type Limits } from './limits.js';
import type { AggregateField, Selection } from './selection.js';
import { ofEach, ROOT, type Owners } from './owners.js';
import { changed, limitToSql, quoteName, tableName, type Statement } from './statement.js';
import { whereToSql, type Where } from './where.js';
import type { ColumnField, JoinField, Model, TableType } from '../model/types.js';

/** The SQL expression of a number over the rows aliased `alias`, and how its text is read. */
const numberToSql = (model: Model, alias: string, field: ColumnField | undefined, word: string) => {
  if (!field) return { expression: 'count(*)', form: { scalar: 'Int', list: false } };
  const column = `${alias}.${quoteName(field.column.name)}`;
  // Not every type that has an order has a smallest value in every version: its text has.
  const ordered = field.scalar === 'ID' || field.scalar === 'String' ? `${castText(field.column, column)}::text` : column;
  const form = { ...formOf(model, field), scalar: aggregateScalar(field, word), isInt: false };
  switch (word) {
    case 'count':
      return { expression: `count(${column})`, form: { ...form, names: undefined } };
    case 'distinct':
      return { expression: `count(DISTINCT ${column})`, form: { ...form, names: undefined } };
    case 'average':
      return { expression: `avg(${column})`, form };
    case 'shortest':
      return { expression: `(array_agg(${ordered} ORDER BY length(${ordered}), ${ordered}) FILTER (WHERE ${column} IS NOT NULL))[1]`, form };
    case 'longest':
      return { expression: `(array_agg(${ordered} ORDER BY length(${ordered}) DESC, ${ordered}) FILTER (WHERE ${column} IS NOT NULL))[1]`, form };
    default:
      return { expression: `${word}(${ordered})`, form };
  }
};

export interface AggregateEntry {
  readonly kind: 'aggregate';
  readonly where: Where;
  readonly owners?: Owners | undefined;
  readonly typeName: string;
  readonly fields: readonly AggregateField[];
}

export interface GroupsEntry {
  readonly kind: 'groups';
  readonly where: Where;
  readonly owners?: Owners | undefined;
  readonly typeName: string;
  readonly fields: readonly AggregateField[];
  readonly by: readonly (ColumnField | JoinField)[];
  readonly rows: unknown;
  readonly offset: unknown;
}

/** The arguments of `groupBy`. */
export const groupsOf = (type: TableType, args: Readonly<Record<string, unknown>>, limits: Limits): Pick<GroupsEntry, 'by' | 'rows' | 'offset'> => {
  const by = [...new Set(args['fields'] as string[])].map((value) => groupField(type, value));
  if (by.length === 0) throw new GatewayError('BAD_INPUT', { argument: 'fields', field: 'groupBy', detail: 'expected at least one field to group by, but got none' });
  return { by, rows: changed(args['limit'], (value) => limitOf('groupBy', value, limits)), offset: changed(args['offset'], (value) => offsetOf('groupBy', value)) };
};

/** One row of numbers over all rows that pass, of each owner. */
export const aggregatePart = (model: Model, type: TableType, { where, owners, typeName, fields }: AggregateEntry): Part => {
  const row = new RowPlan(model, type, ROOT);
  const layout = aggregateLayout(row, typeName, fields, (expression) => row.add(expression), [], false);
  const toSql = (statement: Statement) => ofEach(type, owners, statement, (tie) => `SELECT ${columnList(row)} FROM ${row.from(statement)} WHERE ${tie}${whereToSql(model, type, where, ROOT, statement)}`);
  return { width: Math.max(1, row.expressions.length), ordinal: owners !== undefined, toSql, layout, cursor: [], orders: [], children: [] };
};

/** Stands beside columns of any name: one that no table is likely to have. */
const numberName = (index: number): string => quoteName(`#number${index}`);

/** One row for each group, the largest first. What a group has in common may be joined to the rows it refers to. */
export const groupsPart = (model: Model, type: TableType, { where, owners, typeName, fields, by, rows, offset }: GroupsEntry, keys: boolean): Part => {
  const group = new RowPlan(model, type, ROOT);
  const numbers: string[] = ['count(*)'];
  const layout = aggregateLayout(group, typeName, fields, (expression) => {
    const known = numbers.indexOf(expression);
    return group.add(`${ROOT}.${numberName(known === -1 ? numbers.push(expression) - 1 : known)}`);
  }, by, keys);
  // A column and the join that reads it are one.
  const grouped = [...new Set(by.map((field) => `${ROOT}.${quoteName(field.kind === 'column' ? field.column.name : field.from.name)}`))].join(', ');
  const order = `ORDER BY ${ROOT}.${numberName(0)} DESC, ${grouped}`;
  const toSql = (statement: Statement): string => ofEach(type, owners, statement, (tie) => {
    const inner = `SELECT ${grouped}, ${numbers.map((number, index) => `${number} AS ${numberName(index)}`).join(', ')} FROM ${tableName(type.table)} ${ROOT} WHERE ${tie}${whereToSql(model, type, where, ROOT, statement)} GROUP BY ${grouped}`;
    const cut = `SELECT * FROM (${inner}) ${ROOT} ${order} ${limitToSql(rows, offset, statement)}`;
    return `SELECT ${columnList(group)} FROM ${group.from(statement, `(${cut}) ${ROOT}`)} ${order}`;
  });
  return { width: Math.max(1, group.expressions.length), ordinal: owners !== undefined, toSql, layout, cursor: [], orders: [], children: group.children };
};

const aggregateLayout = (row: RowPlan, name: string, fields: readonly AggregateField[], add: (expression: string) => number, by: readonly (ColumnField | JoinField)[], keys: boolean): Layout => ({
  name,
  key: [],
  fields: fields.map((field): LayoutField => {
    const { responseKey } = field;
    switch (field.kind) {
      case 'typename':
        return { kind: 'typename', responseKey };
      case 'object':
        return { kind: 'object', responseKey, nonNull: true, layout: aggregateLayout(row, field.typeName, field.fields, add, by, keys) };
      case 'key':
        return { kind: 'object', responseKey, nonNull: true, layout: keyLayout(row, field.selection, by, keys) };
      case 'number': {
        const { expression, form } = numberToSql(row.model, ROOT, field.field, field.word);
        return { kind: 'value', responseKey, position: add(expression), form, nonNull: ['count', 'distinct', 'nodes'].includes(field.word) };
      }
    }
  }),
});

/** The values of a group; those that it is not grouped by are null. */
const keyLayout = (row: RowPlan, selection: Selection, by: readonly (ColumnField | JoinField)[], keys: boolean): Layout => {
  const grouped = new Set(by.map((field) => field.name));
  const layout = row.layout({ ...selection, fields: selection.fields.filter((part) => part.kind === 'typename' || ('field' in part && grouped.has(part.field.name))) }, keys, false);
  const shown = new Map(layout.fields.map((field) => [field.responseKey, 'nonNull' in field ? { ...field, nonNull: false } : field]));
  const nothing = row.add('NULL');
  const fields = selection.fields.map(({ responseKey }): LayoutField => shown.get(responseKey) ?? { kind: 'value', responseKey, position: nothing, form: { scalar: 'String', list: false }, nonNull: false });
  return { ...layout, name: `${selection.type.name}GroupKey`, fields };
};
