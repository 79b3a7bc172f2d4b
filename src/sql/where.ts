import { GatewayError } from '../errors.js';
import { columnFields, tableType, type Column, type ColumnField, type JoinField, type Model, type TableType } from '../model/types.js';
import { comparisonToSql } from './operators.js';
import { quoteName, tableName, type Statement } from './statement.js';

/** A `where` argument, as the schema has checked it. */
export type Where = Readonly<Record<string, unknown>> | null | undefined;

/** Stands in a `where` for keys that another store has given; no field can have this name. */
export const KEYS = '#keys';

/** Stands for the values of the rows that a to-many join leads from: its own rows are meant. */
export const TIED = '#tied';

/** Stands for conditions that all must hold where one has been answered in parts; unlike AND it is no level of its own. */
export const ALL = '#all';

/** Deepest nesting of a `where`: each level is a subquery, and what plans them grows faster than they do. */
export const MAX_DEPTH = 12;

/**
 * A `where` as a SQL predicate on the table aliased `alias`, "true" when it asks nothing. This is the one place where a
 * predicate on rows joins a SQL statement.
 */
export const whereToSql = (
  model: Model,
  type: TableType,
  where: Where,
  alias: string,
  statement: Statement,
  depth = 0,
  joined?: Joined,
): string => {
  if (depth > MAX_DEPTH) throw tooDeep(type.plural);
  const parts: string[] = [];
  for (const [name, condition] of Object.entries(where ?? {})) {
    if (condition === undefined) continue;
    if (name === 'AND' || name === 'OR') {
      if (condition === null) throw nullCondition(type.plural, name);
      const inner = (condition as Where[]).map((part) =>
        whereToSql(model, type, part, alias, statement, depth + 1, name === 'AND' ? joined : undefined),
      );
      // Of no alternatives none holds.
      parts.push(inner.length === 0 ? String(name === 'AND') : `(${inner.join(` ${name} `)})`);
      continue;
    }
    if (name === 'NOT') {
      if (condition === null) throw nullCondition(type.plural, name);
      parts.push(`(NOT ${whereToSql(model, type, condition as Where, alias, statement, depth + 1)})`);
      continue;
    }
    if (name === ALL) {
      parts.push(...(condition as Where[]).map((part) => whereToSql(model, type, part, alias, statement, depth, joined)));
      continue;
    }
    if (name === KEYS) {
      const key = type.table.key[0]!;
      parts.push(`${alias}.${quoteName(key.name)} = ANY(${statement.bind(condition, `${key.sqlType}[]`)})`);
      continue;
    }
    if (name === TIED) {
      const { field: join, values } = condition as { readonly field: JoinField; readonly values: unknown };
      const list = statement.bind(values, `${join.from.sqlType}[]`);
      const column = `${alias}.${quoteName(join.to.name)}`;
      parts.push(join.from.sqlType === join.to.sqlType ? `${column} = ANY(${list})` : `${column}::text = ANY(${list}::text[])`);
      continue;
    }
    const field = type.fields.get(name);
    // It is not known what another store is to be asked.
    if (condition === null && field?.kind !== 'column' && field?.kind !== 'join') throw nullCondition(type.plural, name);
    if (field?.kind === 'column') parts.push(columnToSql(field, condition, `${alias}.${quoteName(field.column.name)}`, statement));
    else if (field?.kind === 'join')
      parts.push(
        (joined && joinedToSql(model, field, condition, statement, depth, joined)) ??
          joinToSql(model, field, condition, alias, statement, depth),
      );
    else throw new GatewayError('BAD_WHERE', { field: type.plural, detail: `${name} needs another store, which is not asked here` });
  }
  return parts.length === 0 ? 'true' : parts.length === 1 ? parts[0]! : `(${parts.join(' AND ')})`;
};

/** The keys among these that pass a `where` in which nothing is left but keys; undefined where the rows must be asked. */
export const keysPassing = (where: Where, keys: readonly string[]): string[] | undefined => {
  const passes = keyTest(where);
  return passes && keys.filter(passes);
};

type KeyTest = (key: string) => boolean;

const keyTest = (where: Where): KeyTest | undefined => {
  const tests = Object.entries(where ?? {}).map(([name, condition]): KeyTest | undefined => {
    if (name === KEYS) {
      const held = new Set(condition as readonly string[]);
      return (key) => held.has(key);
    }
    if (name !== ALL && name !== 'AND' && name !== 'OR' && name !== 'NOT') return undefined;
    const inner = (name === 'NOT' ? [condition as Where] : (condition as Where[])).map(keyTest);
    if (!inner.every((test) => test !== undefined)) return undefined;
    if (name === 'NOT') return (key) => !inner[0]!(key);
    return (key) => (name === 'OR' ? inner.some((test) => test(key)) : inner.every((test) => test(key)));
  });
  return tests.every((test) => test !== undefined) ? (key) => tests.every((test) => test(key)) : undefined;
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
const joinedToSql = (
  model: Model,
  field: JoinField,
  condition: unknown,
  statement: Statement,
  depth: number,
  { path, aliasOf }: Joined,
): string | undefined => {
  const target = tableType(model, field.target);
  // Only a key is certain to be of one row.
  if (field.list || condition === null || target.table.key.length !== 1 || target.table.key[0]!.name !== field.to.name) return undefined;
  const key = columnFields(target).find(({ column }) => column.name === field.to.name);
  const value = key && (condition as Readonly<Record<string, { readonly eq?: unknown } | null | undefined>>)[key.name]?.eq;
  if (key && value !== null && value !== undefined && field.from.sqlType === field.to.sqlType) {
    // All rows that pass refer to one row: it is looked for once, and an index on what refers to it gives the rows in its order.
    const own = comparisonToSql(key, 'eq', value, `${aliasOf(path)}.${quoteName(field.from.name)}`, statement);
    const inner = statement.alias();
    return `(${own} AND EXISTS (SELECT 1 FROM ${tableName(target.table)} ${inner} WHERE ${whereToSql(model, target, condition as Where, inner, statement, depth + 1)}))`;
  }
  const steps = [...path, field];
  const alias = aliasOf(steps);
  const predicate = whereToSql(model, target, condition as Where, alias, statement, depth + 1, { path: steps, aliasOf });
  return `(${alias}.${quoteName(field.to.name)} IS NOT NULL AND ${predicate})`;
};

/** A predicate that ties two columns of a join, compared as text where their types differ. */
export const joinCondition = (left: string, leftColumn: Column, right: string, rightColumn: Column): string =>
  leftColumn.sqlType === rightColumn.sqlType ? `${left} = ${right}` : `${left}::text = ${right}::text`;

const joinToSql = (model: Model, field: JoinField, condition: unknown, alias: string, statement: Statement, depth: number): string => {
  const target = tableType(model, field.target);
  const exists = (where: Where, negated = false): string => {
    const inner = statement.alias();
    const predicate = whereToSql(model, target, where, inner, statement, depth + 1);
    const tie = joinCondition(`${inner}.${quoteName(field.to.name)}`, field.to, `${alias}.${quoteName(field.from.name)}`, field.from);
    return `SELECT 1 FROM ${tableName(target.table)} ${inner} WHERE ${tie} AND ${negated ? `NOT ${predicate}` : predicate}`;
  };
  if (!field.list) return condition === null ? `NOT EXISTS (${exists({})})` : `EXISTS (${exists(condition as Where)})`;
  if (condition === null) throw nullCondition(field.name, 'a list');
  const parts = Object.entries((condition ?? {}) as Record<string, Where>).map(([quantifier, where]) => {
    if (where === null) throw nullCondition(field.name, quantifier);
    switch (quantifier) {
      case 'some':
        return `EXISTS (${exists(where)})`;
      case 'none':
        return `NOT EXISTS (${exists(where)})`;
      case 'all':
        return `(EXISTS (${exists(where)}) AND NOT EXISTS (${exists(where, true)}))`;
      case 'single':
        return `(SELECT count(*) FROM (${exists(where)} LIMIT 2) one) = 1`;
      default:
        throw new GatewayError('BAD_WHERE', { field: field.name, detail: `${quantifier} is not one of some, none, all, single` });
    }
  });
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
};

/** The condition on one column: all its operators must hold. */
const columnToSql = (field: ColumnField, condition: unknown, name: string, statement: Statement): string => {
  if (condition === null) return `${name} IS NULL`;
  const parts = Object.entries(condition as Record<string, unknown>).flatMap(([operator, value]) =>
    value === undefined ? [] : [comparisonToSql(field, operator, value, name, statement)],
  );
  return parts.length === 0 ? 'true' : parts.length === 1 ? parts[0]! : `(${parts.join(' AND ')})`;
};

export const tooDeep = (field: string) =>
  new GatewayError('BAD_WHERE', { field, detail: `conditions may be nested ${MAX_DEPTH} deep. Ask in several steps` });

/** A variable that was meant to hold a condition and holds null would mean every row, of a delete too. */
export const nullCondition = (field: string, name: string) =>
  new GatewayError('BAD_WHERE', { field, detail: `expected a condition for ${name}, but got null. Leave it out to ask nothing` });
