import type { Column } from '../model/columns.js';
import type { TableType } from '../model/types.js';
import type { GuardedModel } from '../access/guard.js';
import { shownReference, type Referring } from './shown-reference.js';
import { guarded, guardedTarget, whereToSql } from './source.js';
import { quoteName, Statement } from './statement.js';
import type { Predicate } from '../predicate/types.js';
import type { Change } from './write-plan.js';

/** The rows of a statement: those that match and, with `tie`, whose column has one of these values. */
export interface Target {
  readonly type: TableType;
  readonly where: Predicate | undefined;
  readonly tie?: { readonly column: Column; readonly from: Column; readonly values: readonly string[] } | undefined;
}

/** The values of a key's columns, as text. */
export type Key = readonly (string | null)[];

/** A statement whose rows are the texts of `columns`, in order. */
export interface WriteStatement {
  readonly type: TableType;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly columns: readonly string[];
}

const ALIAS = 'r';
const KEYS = 'k';

/** A column that gets a value of its own in each row. */
export interface EachRow {
  readonly column: Column;
  readonly values: readonly (string | null)[];
}

/** Name of the value that a referring column had before: null where the caller may not read the row it referred to. */
export const beforeName = ({ name }: Column): string => `#before.${name}`;

/** `SELECT ... FOR UPDATE` in the order of the key, so that writers of the same rows queue instead of deadlocking. */
export const lockSql = (
  model: GuardedModel,
  target: Target,
  columns: readonly Column[],
  isDelete: boolean,
  before: readonly Referring[] = [],
): WriteStatement => {
  const statement = new Statement();
  const order = target.type.table.key.map(({ name }) => `${ALIAS}.${quoteName(name)}`).join(', ');
  // An update that keeps the key need not block writers of rows that refer to this one.
  const lock = isDelete ? 'FOR UPDATE' : 'FOR NO KEY UPDATE';
  const rows = guarded(model, target.type, isDelete ? 'delete' : 'update', statement);
  const shown = before.map((each) => `, ${shownReference(model, each, ALIAS, statement)}::text`).join('');
  const made = finish(
    target.type,
    statement,
    columns,
    `SELECT ${texts(columns)}${shown} FROM ${rows} ${ALIAS} WHERE ${targetToSql(model, target, statement)} ORDER BY ${order} ${lock}`,
  );
  return { ...made, columns: [...made.columns, ...before.map(({ column }) => beforeName(column))] };
};

/** Locks the existing rows of an upsert; each row begins with the index of its input. */
export const lockByValuesSql = (
  model: GuardedModel,
  type: TableType,
  by: readonly Column[],
  values: readonly (readonly unknown[])[],
  columns: readonly Column[],
): WriteStatement => {
  const statement = new Statement();
  const lists = by.map(({ sqlType }, index) =>
    statement.bind(
      values.map((row) => row[index]),
      `${sqlType}[]`,
    ),
  );
  const ties = by.map(({ name }, index) => `${ALIAS}.${quoteName(name)} = ${KEYS}.c${index}`).join(' AND ');
  const given = `unnest(${lists.join(', ')}) WITH ORDINALITY ${KEYS}(${by.map((_, index) => `c${index}`).join(', ')}, ord)`;
  const from = `${given} JOIN ${guarded(model, type, 'update', statement)} ${ALIAS} ON ${ties}`;
  return {
    ...finish(type, statement, columns, `SELECT ${KEYS}.ord - 1, ${texts(columns)} FROM ${from} FOR UPDATE OF ${ALIAS}`),
    columns: ['#input', ...columns.map(({ name }) => name)],
  };
};

/** `UPDATE "public"."items" AS r SET "size" = $1::integer WHERE r."name" = $2 RETURNING r."id"::text` of the matching rows. */
export const updateSql = (model: GuardedModel, target: Target, changes: readonly Change[], columns: readonly Column[]): WriteStatement => {
  const statement = new Statement();
  const sets = changes.map((change) => `${quoteName(change.column.name)} = ${changeToSql(statement, change)}`);
  const { table, guard } = guardedTarget(model, target.type, 'update', ALIAS, statement);
  return finish(
    target.type,
    statement,
    columns,
    `UPDATE ${table} AS ${ALIAS} SET ${sets.join(', ')} WHERE ${guard}${targetToSql(model, target, statement)} RETURNING ${texts(columns)}`,
  );
};

/** Name of the value that a referring column has now. */
export const AFTER = '#after';

/** `UPDATE` of a referring column by key; each row also returns the column's value before and after. */
export const linkSql = (
  model: GuardedModel,
  type: TableType,
  keys: readonly Key[],
  each: EachRow,
  referring: Referring,
): WriteStatement => {
  const statement = new Statement();
  const { list, ties } = keyList(type, keys, statement, [each]);
  const before = statement.alias();
  const self = type.table.key.map(({ name }, index) => `${before}.${quoteName(name)} = ${KEYS}.c${index}`).join(' AND ');
  const column = quoteName(each.column.name);
  const { table, guard } = guardedTarget(model, type, 'connect', ALIAS, statement);
  const text =
    `UPDATE ${table} AS ${ALIAS} SET ${column} = ${KEYS}.v0 ` +
    `FROM ${list} JOIN ${table} ${before} ON ${self} WHERE ${guard}${ties} ` +
    `RETURNING ${texts(type.table.key)}, ${shownReference(model, referring, before, statement)}::text, ${ALIAS}.${column}::text`;
  const made = finish(type, statement, type.table.key, text);
  return { ...made, columns: [...made.columns, beforeName(each.column), AFTER] };
};

/** `UPDATE` of rows by key, after they have been locked. */
export const updateByKeySql = (
  model: GuardedModel,
  type: TableType,
  keys: readonly Key[],
  changes: readonly Change[],
  each: readonly EachRow[],
  columns: readonly Column[],
): WriteStatement => {
  const statement = new Statement();
  const sets = [
    ...changes.map((change) => `${quoteName(change.column.name)} = ${changeToSql(statement, change)}`),
    ...each.map(({ column }, index) => `${quoteName(column.name)} = ${KEYS}.v${index}`),
  ];
  const { list, ties } = keyList(type, keys, statement, each);
  const { table, guard } = guardedTarget(model, type, 'update', ALIAS, statement);
  return finish(
    type,
    statement,
    columns,
    `UPDATE ${table} AS ${ALIAS} SET ${sets.join(', ')} FROM ${list} WHERE ${guard}${ties} RETURNING ${texts(columns)}`,
  );
};

export const deleteSql = (model: GuardedModel, target: Target): WriteStatement => {
  const statement = new Statement();
  const { key } = target.type.table;
  const { table, guard } = guardedTarget(model, target.type, 'delete', ALIAS, statement);
  return finish(
    target.type,
    statement,
    key,
    `DELETE FROM ${table} AS ${ALIAS} WHERE ${guard}${targetToSql(model, target, statement)} RETURNING ${texts(key)}`,
  );
};

export const deleteByKeySql = (model: GuardedModel, type: TableType, keys: readonly Key[]): WriteStatement => {
  const statement = new Statement();
  const { list, ties } = keyList(type, keys, statement, []);
  const { table, guard } = guardedTarget(model, type, 'delete', ALIAS, statement);
  return finish(
    type,
    statement,
    type.table.key,
    `DELETE FROM ${table} AS ${ALIAS} USING ${list} WHERE ${guard}${ties} RETURNING ${texts(type.table.key)}`,
  );
};

/** A value of a row to be inserted; undefined takes the column's default. */
export type InsertValue = { readonly value: unknown } | undefined;

export interface Upsert {
  /** Columns of the unique constraint. */
  readonly by: readonly Column[];
  /** Columns that an existing row takes from the input. */
  readonly update: readonly Column[];
}

/** Name of the value that says whether a row of an upsert existed before. */
export const WAS_THERE = '#wasThere';

/** Name of the value that says whether the caller may create the row: values of triggers and defaults count. */
export const MAY_BE = '#mayBe';

/**
 * `INSERT` of rows, with `upsert` also of existing ones. PostgreSQL returns them in the order of the input.
 *
 *     INSERT INTO "public"."items" AS r ("id", "name") VALUES ($1::integer, $2::text), ($3::integer, DEFAULT)
 *     ON CONFLICT ("id") DO UPDATE SET "name" = EXCLUDED."name" RETURNING r."id"::text, (r.xmax <> 0)::text
 */
export const insertSql = (
  model: GuardedModel,
  type: TableType,
  into: readonly Column[],
  rows: readonly (readonly InsertValue[])[],
  columns: readonly Column[],
  upsert?: Upsert,
): WriteStatement => {
  const statement = new Statement();
  // INSERT needs a column, also for a row of defaults only.
  const named = into.length === 0 ? [type.table.key[0]!] : into;
  const cells = (row: readonly InsertValue[]) => named.map(({ sqlType }, index) => cellToSql(statement, row[index], sqlType)).join(', ');
  const values = rows.map((row) => `(${cells(row)})`).join(', ');
  const conflict = upsert ? ` ${conflictToSql(model, type, upsert, statement)}` : '';
  const { table, guard } = guardedTarget(model, type, 'create', ALIAS, statement);
  // A row that the upsert updated carries the upsert's lock in xmax; a new row carries 0.
  const also = [
    ...(upsert ? [{ name: WAS_THERE, sql: `(${ALIAS}.xmax <> 0)` }] : []),
    ...(guard === '' ? [] : [{ name: MAY_BE, sql: `(${guard}true)` }]),
  ];
  const names = named.map(({ name }) => quoteName(name)).join(', ');
  const returned = [texts(columns), ...also.map(({ sql }) => `${sql}::text`)].join(', ');
  const made = finish(
    type,
    statement,
    columns,
    `INSERT INTO ${table} AS ${ALIAS} (${names}) VALUES ${values}${conflict} RETURNING ${returned}`,
  );
  return { ...made, columns: [...made.columns, ...also.map(({ name }) => name)] };
};

const cellToSql = (statement: Statement, cell: InsertValue, sqlType: string): string => {
  if (cell === undefined) return 'DEFAULT';
  return cell.value === null ? 'NULL' : statement.bind(cell.value, sqlType);
};

const conflictToSql = (model: GuardedModel, type: TableType, { by, update }: Upsert, statement: Statement): string => {
  // RETURNING leaves out rows that DO NOTHING skips, so an existing row is written even where nothing changes.
  const sets = (update.length === 0 ? by.slice(0, 1) : update).map(({ name }) => `${quoteName(name)} = EXCLUDED.${quoteName(name)}`);
  const { guard } = guardedTarget(model, type, 'update', ALIAS, statement);
  const unique = by.map(({ name }) => quoteName(name)).join(', ');
  return `ON CONFLICT (${unique}) DO UPDATE SET ${sets.join(', ')}${guard === '' ? '' : ` WHERE ${guard}true`}`;
};

const targetToSql = (model: GuardedModel, { type, where, tie }: Target, statement: Statement): string => {
  const predicate = whereToSql(model, type, where, ALIAS, statement);
  if (!tie) return predicate;
  const { column, from, values } = tie;
  const name = `${ALIAS}.${quoteName(column.name)}`;
  const tied =
    column.sqlType === from.sqlType
      ? `${name} = ANY(${statement.bind(values, `${column.sqlType}[]`)})`
      : `${name}::text = ANY(${statement.bind(values, 'text[]')})`;
  return `${tied} AND ${predicate}`;
};

const changeToSql = (statement: Statement, { column, operator, value }: Change): string => {
  const name = `${ALIAS}.${quoteName(column.name)}`;
  const bound = value === null ? 'NULL' : statement.bind(value, operator === 'pop' ? 'integer' : column.sqlType);
  switch (operator) {
    case 'set':
      return bound;
    case 'push':
      return `${name} || ${bound}`;
    case 'pop':
      // An empty array has no upper bound: its slice would be null.
      return `coalesce(${name}[:array_upper(${name}, 1) - ${bound}], ${name})`;
    default:
      return `${name} ${OPERATIONS[operator]!} ${bound}`;
  }
};

const OPERATIONS: Readonly<Record<string, string>> = { add: '+', subtract: '-', multiply: '*', divide: '/' };

/** The keys, and values for each, as a table expression to join. */
const keyList = (type: TableType, keys: readonly Key[], statement: Statement, each: readonly EachRow[]): { list: string; ties: string } => {
  const { key } = type.table;
  const lists = [
    ...key.map(({ sqlType }, index) =>
      statement.bind(
        keys.map((values) => values[index]),
        `${sqlType}[]`,
      ),
    ),
    ...each.map(({ column, values }) => statement.bind(values, `${column.sqlType}[]`)),
  ];
  const names = [...key.map((_, index) => `c${index}`), ...each.map((_, index) => `v${index}`)];
  return {
    list: `unnest(${lists.join(', ')}) AS ${KEYS}(${names.join(', ')})`,
    ties: key.map(({ name }, index) => `${ALIAS}.${quoteName(name)} = ${KEYS}.c${index}`).join(' AND '),
  };
};

const texts = (columns: readonly Column[]): string => columns.map(({ name }) => `${ALIAS}.${quoteName(name)}::text`).join(', ');

const finish = (type: TableType, statement: Statement, columns: readonly Column[], text: string): WriteStatement => ({
  type,
  text,
  values: statement.values,
  columns: columns.map(({ name }) => name),
});
