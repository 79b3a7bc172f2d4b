import type { GuardedModel } from '../access/guard.js';
import type { Column } from '../model/columns.js';
import type { TableType } from '../model/types.js';
import { guardedTarget } from './source.js';
import { Statement } from './statement.js';
import { ALIAS, finish, keyList, targetToSql, texts, type Key, type Target } from './write.js';
import type { WriteStatement } from './write-statement.js';

/** `DELETE FROM "public"."items" AS r WHERE r."name" = $1 RETURNING r."id"::text` of the matching rows. */
export const deleteSql = (model: GuardedModel, target: Target, columns: readonly Column[]): WriteStatement => {
  const statement = new Statement();
  const { table, guard } = guardedTarget(model, target.type, 'delete', ALIAS, statement);
  return finish(
    target.type,
    statement,
    columns,
    `DELETE FROM ${table} AS ${ALIAS} WHERE ${guard}${targetToSql(model, target, statement)} RETURNING ${texts(columns)}`,
  );
};

/** `DELETE` of rows by key, after they have been locked. */
export const deleteByKeySql = (model: GuardedModel, type: TableType, keys: readonly Key[], columns: readonly Column[]): WriteStatement => {
  const statement = new Statement();
  const { list, ties } = keyList(type, keys, statement, []);
  const { table, guard } = guardedTarget(model, type, 'delete', ALIAS, statement);
  return finish(
    type,
    statement,
    columns,
    `DELETE FROM ${table} AS ${ALIAS} USING ${list} WHERE ${guard}${ties} RETURNING ${texts(columns)}`,
  );
};
