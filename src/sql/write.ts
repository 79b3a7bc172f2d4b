import type { Column, TableType } from '../model/types.js';
import type { GuardedModel } from '../access/guard.js';
import { shownReference, type Referring } from './shown-reference.js';
import { guarded, guardedTarget, whereToSql } from './source.js';
import { quoteName, Statement } from './statement.js';
import type { Predicate } from '../predicate/types.js';
import type { Change } from './write-plan.js';

/** Which rows a statement is about: those that pass, and of them those whose column has one of these values. */
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

/** What is put into a column by a value of its own for each row. */
export interface EachRow {
  readonly column: Column;
  readonly values: readonly (string | null)[];
}

/** Name of the value that says what a row referred to by this column before: null for a row that the caller may not read. */
export const beforeName = ({ name }: Column): string => `#before.${name}`;

/** `SELECT ... FOR UPDATE` in the order of the key, so that writers of the same rows wait for each other in turn. */
export const lockSql = (
  model: GuardedModel,
  target: Target,
  columns: readonly Column[],
  isDelete: boolean,
  before: readonly Referring[] = [],
): WriteStatement => {
  const statement = new Statement();
  const order = target.type.table.key.map(({ name }) => `${ALIAS}.${quoteName(name)}`).join(', ');
  // An update that leaves the key alone need not hold up rows that refer to this one.
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

/** Locks the rows that inputs of an upsert are to find; each row begins with the index of its input. */
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

/** `UPDATE` of the rows that pass. */
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

/** Name of the value that it refers to now. */
export const AFTER = '#after';

/** `UPDATE` of a referring column by key; each row also says what it referred to before, and does now. */
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

/** `UPDATE` of rows by key, which have been found and locked before. */
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
  /** Columns of the unique rule. */
  readonly by: readonly Column[];
  /** Columns that a row which is there takes from the input. */
  readonly update: readonly Column[];
}

/** Says of a row of an upsert whether it was there before. */
export const WAS_THERE = '#wasThere';

/** Says of a row that was created whether the caller may create it: what a trigger or a default has put in counts. */
export const MAY_BE = '#mayBe';

/** `INSERT` of rows, with `upsert` also of such as are there. PostgreSQL answers in the order of the rows. */
export const insertSql = (
  model: GuardedModel,
  type: TableType,
  into: readonly Column[],
  rows: readonly (readonly InsertValue[])[],
  columns: readonly Column[],
  upsert?: Upsert,
): WriteStatement => {
  const statement = new Statement();
  // With nothing given at all, one column must still be named for a row to be counted.
  const named = into.length === 0 ? [type.table.key[0]!] : into;
  const cells = (row: readonly InsertValue[]) => named.map(({ sqlType }, index) => cellToSql(statement, row[index], sqlType)).join(', ');
  const values = rows.map((row) => `(${cells(row)})`).join(', ');
  const conflict = upsert ? ` ${conflictToSql(model, type, upsert, statement)}` : '';
  const { table, guard } = guardedTarget(model, type, 'create', ALIAS, statement);
  // The row that an upsert updates has been locked by it, and carries that lock's number.
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
  // A row that is there must be written even where nothing changes: what is only found is not returned.
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
      // Without bounds, as in an empty list, a slice would be null.
      return `coalesce(${name}[:array_upper(${name}, 1) - ${bound}], ${name})`;
    default:
      return `${name} ${OPERATIONS[operator]!} ${bound}`;
  }
};

const OPERATIONS: Readonly<Record<string, string>> = { add: '+', subtract: '-', multiply: '*', divide: '/' };

/** The keys, and values for each, as a list to join with. */
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
