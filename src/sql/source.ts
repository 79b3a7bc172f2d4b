import { unguarded, type GuardedModel, type Right, type RowImages } from '../access/guard.js';
import { GatewayError } from '../errors.js';
import type { Column } from '../model/columns.js';
import type { ColumnField, JoinField } from '../model/fields.js';
import { tableType, type Table, type TableType } from '../model/types.js';
import { comparisonsOf, nameOf } from '../predicate/analyse.js';
import type { Comparison, KeySet, Predicate, Related } from '../predicate/types.js';
import type { SessionSet } from '../access/session-sets.js';
import { comparisonToSql } from './operators.js';
import { shownColumns } from './shown-columns.js';
import { joinColumns, joinValues, valueType } from './join-values.js';
import { castable, joinCondition, quoteName, type Statement } from './statement.js';

/**
 * The table of a type, unguarded: for the gateway's own work (copies, migrations, demonstration data).
 */
export const system = ({ schema, name }: Pick<Table, 'schema' | 'name'>): string => `${quoteName(schema)}.${quoteName(name)}`;

/**
 * The rows of a type on which the caller has this right, as a table expression to alias: the only way to name a table in a request.
 * PostgreSQL flattens the subquery, so its condition is planned with the others.
 *
 *     "public"."projects"
 *     (SELECT g.* FROM "public"."projects" g WHERE g."owner" = $1)
 */
export const guarded = (model: GuardedModel, type: TableType, right: Right, statement: Statement): string => {
  const guard = model.guard(type, right);
  const hides = model.hidden(type).size > 0;
  const images = model.images?.type === type ? imagesToSql(model.images, statement) : undefined;
  if (guard.kind === 'true' && !hides) return images ?? system(type.table);
  const alias = statement.alias();
  const toSql = (condition: Predicate) => ruleToSql(model, type, condition, alias, statement);
  const columns = hides ? shownColumns(model, type, alias, toSql) : `${alias}.*`;
  // A subquery passes system columns on only where it names them.
  const token = type.table.token === undefined && !type.table.view ? `, ${alias}."xmin"` : '';
  return `(SELECT ${columns}${token} FROM ${images ?? system(type.table)} ${alias} WHERE ${toSql(guard)})`;
};

/**
 * Rows as they were when they changed, as a table: a JSON array of objects with the texts of the columns.
 *
 *     (SELECT i."id"::uuid AS "id", i."name"::text AS "name" FROM json_to_recordset($1::json) i("id" text, "name" text))
 */
const imagesToSql = ({ columns, rows }: RowImages, statement: Statement): string => {
  const alias = statement.alias();
  const values = columns.map(({ name, sqlType }) => `${alias}.${quoteName(name)}::${castable(sqlType)} AS ${quoteName(name)}`);
  const texts = columns.map(({ name }) => `${quoteName(name)} text`);
  const source = `json_to_recordset(${statement.bind(rows, 'json')}) ${alias}(${texts.join(', ')})`;
  return `(SELECT ${values.join(', ')}, NULL::xid AS "xmin" FROM ${source})`;
};

/** The table that a statement writes, and the guard of its rows: empty, or a condition followed by AND. */
export const guardedTarget = (
  model: GuardedModel,
  type: TableType,
  right: Right,
  alias: string,
  statement: Statement,
): { readonly table: string; readonly guard: string } => ({
  table: system(type.table),
  guard: model.guard(type, right).kind === 'true' ? '' : `${ruleToSql(model, type, model.guard(type, right), alias, statement)} AND `,
});

/** The table that rows are inserted into: what they become is checked by `checkToSql`. */
export const insertTarget = (type: TableType): string => system(type.table);

/** What a row must be before or after it is written, as a condition; undefined where all are allowed. */
export const checkToSql = (
  model: GuardedModel,
  type: TableType,
  [right, when]: readonly ['create' | 'update' | 'delete', 'before' | 'after'],
  alias: string,
  statement: Statement,
): string | undefined => {
  const check = model.check(type, right, when);
  return check.kind === 'true' ? undefined : `coalesce(${ruleToSql(model, type, check, alias, statement)}, false)`;
};

/** Rules are evaluated over all rows, not only those that the caller may read. */
const ruleToSql = (model: GuardedModel, type: TableType, rule: Predicate, alias: string, statement: Statement): string =>
  whereToSql(unguarded(model), type, rule, alias, statement);

/** The rows of which a session variable is made: the values of a column as texts, each once. */
export const setToSql = (model: GuardedModel, { type, column, where }: SessionSet, statement: Statement): string => {
  const alias = statement.alias();
  const value = `${alias}.${quoteName(column.name)}`;
  return (
    `SELECT DISTINCT ${value}::text FROM ${system(type.table)} ${alias} ` +
    `WHERE ${value} IS NOT NULL AND ${ruleToSql(model, type, where, alias, statement)}`
  );
};

/**
 * A predicate in SQL, on the table aliased `alias`; "true" without one. This is the only place where a predicate on rows becomes SQL.
 *
 *     (t0."priority" = $1 AND EXISTS (SELECT 1 FROM "public"."projects" t1 WHERE t1."id" = t0."project_id" AND t1."name" LIKE $2))
 */
export const whereToSql = (
  model: GuardedModel,
  type: TableType,
  predicate: Predicate | undefined,
  alias: string,
  statement: Statement,
  joined?: Joined,
): string => {
  const inner = (part: Predicate, below?: Joined) => whereToSql(model, type, part, alias, statement, below);
  switch (predicate?.kind) {
    case undefined:
      return 'true';
    case 'true':
    case 'false':
      return predicate.kind;
    case 'and':
      return `(${predicate.of.map((part) => inner(part, joined)).join(' AND ')})`;
    case 'or':
      return `(${predicate.of.map((part) => inner(part)).join(' OR ')})`;
    case 'not':
      return `(NOT ${inner(predicate.of)})`;
    case 'keys':
      return keysToSql(model, type, predicate, alias, statement);
    case 'compare': {
      const { field } = predicate;
      if (field.kind === 'column') return comparisonToSql(field, predicate, `${alias}.${quoteName(field.column.name)}`, statement);
      break;
    }
    case 'related': {
      const { by } = predicate;
      if (by.kind !== 'join') break;
      return (joined && joinedToSql(model, by, predicate, statement, joined)) ?? joinToSql(model, by, predicate, alias, statement);
    }
  }
  throw new GatewayError('BAD_WHERE', { field: type.plural, detail: `${nameOf(predicate!)} needs another store, which is not asked here` });
};

/**
 * The condition that ties a row to the one that its join starts from, of which the values of the joined columns are given. A row of the
 * table in between that the caller may not read ties nothing.
 */
export const tieToSql = (model: GuardedModel, by: JoinField, row: string, values: readonly string[], statement: Statement): string => {
  const { from, to, also = [], through } = by;
  const column = (alias: string, { name }: Column): string => `${alias}.${quoteName(name)}`;
  if (through) {
    const between = statement.alias();
    const source = `${guarded(model, tableType(model, through.type), 'read', statement)} ${between}`;
    const near = joinCondition(column(between, through.from), through.from, values[0]!, from);
    const far = joinCondition(column(row, to), to, column(between, through.to), through.to);
    return `EXISTS (SELECT 1 FROM ${source} WHERE ${near} AND ${far})`;
  }
  return [{ from, to }, ...also]
    .map((pair, index) => joinCondition(column(row, pair.to), pair.to, values[index]!, pair.from))
    .join(' AND ');
};

const keysToSql = (model: GuardedModel, type: TableType, { keys, by }: KeySet, alias: string, statement: Statement): string => {
  if (by && (by.also || by.through)) {
    const given = statement.alias();
    const tie = tieToSql(model, by, alias, joinValues(by, `${given}.key`), statement);
    return `EXISTS (SELECT 1 FROM unnest(${statement.bind(keys, `${valueType(by)}[]`)}) ${given}(key) WHERE ${tie})`;
  }
  const from = by ? by.from : type.table.key[0]!;
  const list = statement.bind(keys, `${from.sqlType}[]`);
  const column = `${alias}.${quoteName((by ? by.to : from).name)}`;
  return !by || by.from.sqlType === by.to.sqlType ? `${column} = ANY(${list})` : `${column}::text = ANY(${list}::text[])`;
};

/**
 * The rows that a statement joins, by the to-one joins that lead to them. Only for conditions whose unknown counts as false: not below
 * NOT or OR.
 */
export interface Joined {
  readonly path: readonly JoinField[];
  readonly aliasOf: (path: readonly JoinField[]) => string;
}

/** A condition on the referenced row as a join, which PostgreSQL plans in half the time of a subquery. */
const joinedToSql = (
  model: GuardedModel,
  by: JoinField,
  { of }: Related,
  statement: Statement,
  { path, aliasOf }: Joined,
): string | undefined => {
  const target = tableType(model, by.target);
  // Only a key is certain to match at most one row.
  if (by.list || target.table.key.length !== 1 || target.table.key[0]!.name !== by.to.name) return undefined;
  const key = by.from.sqlType === by.to.sqlType ? keyEqual(of, by.to.name) : undefined;
  if (key) {
    // All matching rows refer to one row: it is looked up once, and an index on the referring column gives the rows in order.
    const own = comparisonToSql(key.field as ColumnField, key, `${aliasOf(path)}.${quoteName(by.from.name)}`, statement);
    const inner = statement.alias();
    const rows = `${guarded(model, target, 'read', statement)} ${inner}`;
    return `(${own} AND EXISTS (SELECT 1 FROM ${rows} WHERE ${whereToSql(model, target, of, inner, statement)}))`;
  }
  const steps = [...path, by];
  const alias = aliasOf(steps);
  const predicate = whereToSql(model, target, of, alias, statement, { path: steps, aliasOf });
  return `(${alias}.${quoteName(by.to.name)} IS NOT NULL AND ${predicate})`;
};

/** The comparison that fixes the value of a key's column. */
const keyEqual = (predicate: Predicate, column: string): Comparison | undefined =>
  comparisonsOf(predicate).find(
    ({ field, operator, value, ignoreCase, path }) =>
      field.kind === 'column' && field.column.name === column && operator === 'eq' && value !== null && !ignoreCase && path === undefined,
  );

const joinToSql = (model: GuardedModel, by: JoinField, { quantifier, of }: Related, alias: string, statement: Statement): string => {
  const target = tableType(model, by.target);
  const rows = (isNegated = false): string => {
    const inner = statement.alias();
    const predicate = whereToSql(model, target, of, inner, statement);
    const tie = tieToSql(model, by, inner, joinColumns(by, alias), statement);
    const condition = isNegated ? `NOT ${predicate}` : predicate;
    return `SELECT 1 FROM ${guarded(model, target, 'read', statement)} ${inner} WHERE ${tie} AND ${condition}`;
  };
  switch (quantifier) {
    case 'one':
    case 'some':
      return `EXISTS (${rows()})`;
    case 'none':
      return `NOT EXISTS (${rows()})`;
    case 'all':
      return `(EXISTS (${rows()}) AND NOT EXISTS (${rows(true)}))`;
    case 'single':
      return `(SELECT count(*) FROM (${rows()} LIMIT 2) one) = 1`;
  }
};
