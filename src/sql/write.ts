import type { Column } from '../model/columns.js';
import type { TableType } from '../model/types.js';
import type { GuardedModel } from '../access/guard.js';
import { changeToSql } from './change.js';
import { checkToSql, guarded, guardedTarget, insertTarget, whereToSql } from './source.js';
import { checkedAfter, checkedUpsert } from './write-checks.js';
import type { WriteStatement } from './write-statement.js';
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

export const ALIAS = 'r';
export const KEYS = 'k';
const BEFORE = 'b';

/** A column that gets a value of its own in each row. */
export interface EachRow {
  readonly column: Column;
  readonly values: readonly (string | null)[];
}

/** Name of the value that a referring column had before: null where the caller may not read the row it referred to. */
export const beforeName = ({ name }: Column): string => `#before.${name}`;

interface UpdateOptions {
  /** What is done to the rows. @default 'update' */
  readonly right?: 'update' | 'disconnect';
  /** Columns whose values are returned as they were before, too. */
  readonly before?: readonly Column[];
}

/**
 * `UPDATE "public"."items" AS r SET "size" = $1::integer WHERE r."name" = $2 RETURNING r."id"::text` of the matching rows. With `before`
 * the rows also return what these columns were, under `wasName`.
 */
export const updateSql = (
  model: GuardedModel,
  target: Target,
  changes: readonly Change[],
  columns: readonly Column[],
  { right = 'update', before = [] }: UpdateOptions = {},
): WriteStatement => {
  if (before.length > 0) return updateLockedSql(model, target, changes, columns, { right, before });
  const statement = new Statement();
  const sets = changes.map((change) => `${quoteName(change.column.name)} = ${changeToSql(statement, change, ALIAS)}`);
  const { table, guard } = guardedTarget(model, target.type, right, ALIAS, statement);
  const made = finish(
    target.type,
    statement,
    columns,
    `UPDATE ${table} AS ${ALIAS} SET ${sets.join(', ')} WHERE ${guard}${targetToSql(model, target, statement)} RETURNING ${texts(columns)}`,
  );
  return checkedAfter(model, 'update', made, ALIAS, statement);
};

/** Name of the value that a column had before, whoever may read it: for the audit log. */
export const wasName = ({ name }: Column): string => `#was.${name}`;

/**
 * The same with the rows locked first: what is read without a lock may be older than what is replaced, and before PostgreSQL 18
 * RETURNING knows only what is new. The condition stands twice, so that its index finds the rows both times.
 */
const updateLockedSql = (
  model: GuardedModel,
  target: Target,
  changes: readonly Change[],
  columns: readonly Column[],
  { right, before }: Required<UpdateOptions>,
): WriteStatement => {
  const statement = new Statement();
  const { type } = target;
  const { key } = type.table;
  const keys = key.map(({ name }, index) => `${ALIAS}.${quoteName(name)} AS k${index}`);
  const was = before.map(({ name }, index) => `${ALIAS}.${quoteName(name)}::text AS c${index}`);
  const rows = guarded(model, type, right, statement);
  const locked =
    `SELECT ${[...keys, ...was].join(', ')} FROM ${rows} ${ALIAS} WHERE ${targetToSql(model, target, statement)} ` +
    `ORDER BY ${key.map((_, index) => `k${index}`).join(', ')} FOR NO KEY UPDATE`;
  const sets = changes.map((change) => `${quoteName(change.column.name)} = ${changeToSql(statement, change, ALIAS)}`);
  const { table, guard } = guardedTarget(model, type, right, ALIAS, statement);
  const ties = key.map(({ name }, index) => `${ALIAS}.${quoteName(name)} = ${BEFORE}.k${index}`).join(' AND ');
  const text =
    `WITH ${BEFORE} AS MATERIALIZED (${locked}) UPDATE ${table} AS ${ALIAS} SET ${sets.join(', ')} FROM ${BEFORE} ` +
    `WHERE ${guard}${ties} AND ${targetToSql(model, target, statement)} ` +
    `RETURNING ${texts(columns)}, ${before.map((_, index) => `${BEFORE}.c${index}`).join(', ')}`;
  const made = finish(type, statement, columns, text);
  return checkedAfter(model, 'update', { ...made, columns: [...made.columns, ...before.map(wasName)] }, ALIAS, statement);
};

/** Name of the value that a column of the key had before. */
export const wasKey = ({ name }: Column): string => `#key.${name}`;

/** `UPDATE` of rows by key, after they have been locked. Each row also returns the key it had before. */
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
    ...changes.map((change) => `${quoteName(change.column.name)} = ${changeToSql(statement, change, ALIAS)}`),
    ...each.map(({ column }, index) => `${quoteName(column.name)} = ${KEYS}.v${index}`),
  ];
  const { list, ties } = keyList(type, keys, statement, each);
  const { table, guard } = guardedTarget(model, type, 'update', ALIAS, statement);
  const { key } = type.table;
  const made = finish(
    type,
    statement,
    columns,
    `UPDATE ${table} AS ${ALIAS} SET ${sets.join(', ')} FROM ${list} WHERE ${guard}${ties} ` +
      `RETURNING ${[texts(columns), ...key.map((_, index) => `${KEYS}.c${index}::text`)].join(', ')}`,
  );
  return checkedAfter(model, 'update', { ...made, columns: [...made.columns, ...key.map(wasKey)] }, ALIAS, statement);
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
  const names = named.map(({ name }) => quoteName(name)).join(', ');
  // A row that the upsert updated carries the upsert's lock in xmax; a new row carries 0.
  const wasThere = upsert ? `, (${ALIAS}.xmax <> 0)::text` : '';
  const made = finish(
    type,
    statement,
    columns,
    `INSERT INTO ${insertTarget(type)} AS ${ALIAS} (${names}) VALUES ${values}${conflict} RETURNING ${texts(columns)}${wasThere}`,
  );
  const whole = { ...made, columns: [...made.columns, ...(upsert ? [WAS_THERE] : [])] };
  return upsert ? checkedUpsert(model, whole, ALIAS, statement) : checkedAfter(model, 'create', whole, ALIAS, statement);
};

const cellToSql = (statement: Statement, cell: InsertValue, sqlType: string): string => {
  if (cell === undefined) return 'DEFAULT';
  return cell.value === null ? 'NULL' : statement.bind(cell.value, sqlType);
};

const conflictToSql = (model: GuardedModel, type: TableType, { by, update }: Upsert, statement: Statement): string => {
  // RETURNING leaves out rows that DO NOTHING skips, so an existing row is written even where nothing changes.
  const sets = (update.length === 0 ? by.slice(0, 1) : update).map(({ name }) => `${quoteName(name)} = EXCLUDED.${quoteName(name)}`);
  const { guard } = guardedTarget(model, type, 'update', ALIAS, statement);
  const check = checkToSql(model, type, ['update', 'before'], ALIAS, statement);
  const allowed = check === undefined ? guard : `${guard}${check} AND `;
  const unique = by.map(({ name }) => quoteName(name)).join(', ');
  return `ON CONFLICT (${unique}) DO UPDATE SET ${sets.join(', ')}${allowed === '' ? '' : ` WHERE ${allowed}true`}`;
};

export const targetToSql = (model: GuardedModel, { type, where, tie }: Target, statement: Statement): string => {
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

/** The keys, and values for each, as a table expression to join. */
export const keyList = (
  type: TableType,
  keys: readonly Key[],
  statement: Statement,
  each: readonly EachRow[],
): { list: string; ties: string } => {
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

export const texts = (columns: readonly Column[]): string => columns.map(({ name }) => `${ALIAS}.${quoteName(name)}::text`).join(', ');

export const finish = (type: TableType, statement: Statement, columns: readonly Column[], text: string): WriteStatement => ({
  type,
  text,
  values: statement.values,
  columns: columns.map(({ name }) => name),
});
