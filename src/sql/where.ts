import { GatewayError } from '../errors.js';
import { tableType, type Column, type ColumnField, type JoinField, type Model, type TableType } from '../model/types.js';
import { comparisonsOf, nameOf } from '../predicate/analyse.js';
import type { Comparison, KeySet, Predicate, Related } from '../predicate/types.js';
import { comparisonToSql } from './operators.js';
import { quoteName, tableName, type Statement } from './statement.js';

/**
 * A predicate in SQL, on the table aliased `alias`; "true" without one. This is the one place where a predicate on rows joins a
 * SQL statement.
 *
 *     (t0."priority" = $1 AND EXISTS (SELECT 1 FROM "public"."projects" t1 WHERE t1."id" = t0."project_id" AND t1."name" LIKE $2))
 */
export const whereToSql = (
  model: Model,
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
      return keysToSql(type, predicate, alias, statement);
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

const keysToSql = (type: TableType, { keys, by }: KeySet, alias: string, statement: Statement): string => {
  const from = by ? by.from : type.table.key[0]!;
  const list = statement.bind(keys, `${from.sqlType}[]`);
  const column = `${alias}.${quoteName((by ? by.to : from).name)}`;
  return !by || by.from.sqlType === by.to.sqlType ? `${column} = ANY(${list})` : `${column}::text = ANY(${list}::text[])`;
};

/** The keys among these that pass a predicate in which nothing is left but keys; undefined where the rows must be asked. */
export const keysPassing = (predicate: Predicate, keys: readonly string[]): string[] | undefined => {
  const passes = keyTest(predicate);
  return passes && keys.filter(passes);
};

type KeyTest = (key: string) => boolean;

const keyTest = (predicate: Predicate): KeyTest | undefined => {
  switch (predicate.kind) {
    case 'true':
    case 'false':
      return () => predicate.kind === 'true';
    case 'keys': {
      if (predicate.by) return undefined;
      const held = new Set(predicate.keys as readonly string[]);
      return (key) => held.has(key);
    }
    case 'not': {
      const test = keyTest(predicate.of);
      return test && ((key) => !test(key));
    }
    case 'and':
    case 'or': {
      const tests = predicate.of.map(keyTest);
      if (!tests.every((test) => test !== undefined)) return undefined;
      return (key) => (predicate.kind === 'or' ? tests.some((test) => test(key)) : tests.every((test) => test(key)));
    }
    default:
      return undefined;
  }
};

/**
 * Rows that the rows of a statement refer to, by the joins that lead to them, as the statement joins them. To be used only
 * where a condition that is neither true nor false counts as false: not below NOT or OR.
 */
export interface Joined {
  readonly path: readonly JoinField[];
  readonly aliasOf: (path: readonly JoinField[]) => string;
}

/** A condition on the row that is referred to, which is joined: PostgreSQL plans that in half the time it takes for a subquery. */
const joinedToSql = (model: Model, by: JoinField, { of }: Related, statement: Statement, { path, aliasOf }: Joined): string | undefined => {
  const target = tableType(model, by.target);
  // Only a key is certain to be of one row.
  if (by.list || target.table.key.length !== 1 || target.table.key[0]!.name !== by.to.name) return undefined;
  const key = by.from.sqlType === by.to.sqlType ? keyEqual(of, by.to.name) : undefined;
  if (key) {
    // All rows that pass refer to one row: it is looked for once, and an index on what refers to it gives the rows in its order.
    const own = comparisonToSql(key.field as ColumnField, key, `${aliasOf(path)}.${quoteName(by.from.name)}`, statement);
    const inner = statement.alias();
    return `(${own} AND EXISTS (SELECT 1 FROM ${tableName(target.table)} ${inner} WHERE ${whereToSql(model, target, of, inner, statement)}))`;
  }
  const steps = [...path, by];
  const alias = aliasOf(steps);
  const predicate = whereToSql(model, target, of, alias, statement, { path: steps, aliasOf });
  return `(${alias}.${quoteName(by.to.name)} IS NOT NULL AND ${predicate})`;
};

/** The comparison that says the value of a key's column. */
const keyEqual = (predicate: Predicate, column: string): Comparison | undefined =>
  comparisonsOf(predicate).find(
    ({ field, operator, value, ignoreCase, path }) =>
      field.kind === 'column' && field.column.name === column && operator === 'eq' && value !== null && !ignoreCase && path === undefined,
  );

/** A predicate that ties two columns of a join, compared as text where their types differ. */
export const joinCondition = (left: string, leftColumn: Column, right: string, rightColumn: Column): string =>
  leftColumn.sqlType === rightColumn.sqlType ? `${left} = ${right}` : `${left}::text = ${right}::text`;

const joinToSql = (model: Model, by: JoinField, { quantifier, of }: Related, alias: string, statement: Statement): string => {
  const target = tableType(model, by.target);
  const rows = (isNegated = false): string => {
    const inner = statement.alias();
    const predicate = whereToSql(model, target, of, inner, statement);
    const tie = joinCondition(`${inner}.${quoteName(by.to.name)}`, by.to, `${alias}.${quoteName(by.from.name)}`, by.from);
    return `SELECT 1 FROM ${tableName(target.table)} ${inner} WHERE ${tie} AND ${isNegated ? `NOT ${predicate}` : predicate}`;
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
