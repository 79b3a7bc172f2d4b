import type { GuardedModel } from '../access/guard.js';
import type { Column } from '../model/columns.js';
import type { TableType } from '../model/types.js';
import { shownReference, type Referring } from './shown-reference.js';
import { guarded } from './source.js';
import { quoteName, Statement } from './statement.js';
import { ALIAS, beforeName, finish, KEYS, targetToSql, texts, type Target } from './write.js';
import { checked } from './write-checks.js';
import type { WriteStatement } from './write-statement.js';

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
  const right = isDelete ? 'delete' : 'update';
  const rows = guarded(model, target.type, right, statement);
  const shown = before.map((each) => `, ${shownReference(model, each, ALIAS, statement)}::text`).join('');
  const check = checked(model, target.type, [right, 'before'], ALIAS, statement);
  const made = finish(
    target.type,
    statement,
    columns,
    `SELECT ${texts(columns)}${shown}${check.sql} FROM ${rows} ${ALIAS} ` +
      `WHERE ${targetToSql(model, target, statement)} ORDER BY ${order} ${lock}`,
  );
  return { ...made, columns: [...made.columns, ...before.map(({ column }) => beforeName(column)), ...check.columns], refuses: right };
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
