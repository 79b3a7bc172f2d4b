import type { GuardedModel } from '../access/guard.js';
import type { TableType } from '../model/types.js';
import { shownReference, type Referring } from './shown-reference.js';
import { guardedTarget } from './source.js';
import { quoteName, Statement } from './statement.js';
import { ALIAS, beforeName, finish, keyList, KEYS, texts, wasName, type EachRow, type Key } from './write.js';
import { checkedBoth } from './write-checks.js';
import type { WriteStatement } from './write-statement.js';

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
  const { table, guard } = guardedTarget(model, type, 'update', ALIAS, statement);
  const text =
    `UPDATE ${table} AS ${ALIAS} SET ${column} = ${KEYS}.v0 ` +
    `FROM ${list} JOIN ${table} ${before} ON ${self} WHERE ${guard}${ties} ` +
    `RETURNING ${texts(type.table.key)}, ${shownReference(model, referring, before, statement)}::text, ${ALIAS}.${column}::text, ` +
    `${before}.${column}::text`;
  const made = finish(type, statement, type.table.key, text);
  const columns = [...made.columns, beforeName(each.column), AFTER, wasName(each.column)];
  return checkedBoth(model, { ...made, columns }, [before, ALIAS], statement);
};
