import { tokenField } from '../model/token.js';
import { auditedColumns } from '../audit/changes.js';
import { deleteByKeySql, deleteSql } from '../sql/delete.js';
import { lockSql } from '../sql/lock.js';
import type { Target } from '../sql/write.js';
import { distinct, keyOf, valuesOf, type Writer, type WrittenRow } from './writer.js';
import type { Column } from '../model/columns.js';
import type { TableType } from '../model/types.js';
import type { DeletePlan, NestedDelete } from '../sql/write-plan.js';

/** Deletes the matching rows: first the nested rows of to-many joins, then the rows, then the nested rows of to-one joins. */
export const deleteRows = async (writer: Writer, { type, nested }: DeletePlan, target: Target, token?: string): Promise<void> => {
  const isChecked = writer.model.check(type, 'delete', 'before').kind !== 'true';
  if (nested.length === 0 && token === undefined && !isChecked) {
    deleted(writer, target, await writer.rows(deleteSql(writer.model, target, returned(writer, type))));
    return;
  }
  const columns = distinct([
    ...type.table.key,
    ...nested.map(({ field }) => field.from),
    ...(token === undefined ? [] : [tokenField(type).column]),
  ]);
  const rows = await writer.rows(lockSql(writer.model, target, columns, true));
  if (token !== undefined) writer.checkToken(type, rows, token);
  if (rows.length === 0) return;
  for (const each of nested) if (each.field.list) await deleteNested(writer, each, rows);
  deleted(
    writer,
    target,
    await writer.rows(
      deleteByKeySql(
        writer.model,
        type,
        rows.map((row) => keyOf(type, row)),
        returned(writer, type),
      ),
    ),
  );
  for (const each of nested) if (!each.field.list) await deleteNested(writer, each, rows);
};

/** Deletes rows at the end of a join from these. */
export const deleteNested = async (
  writer: Writer,
  { field, condition, plan }: NestedDelete,
  rows: readonly WrittenRow[],
): Promise<void> => {
  const values = valuesOf(rows, field.from);
  if (values.length > 0) await deleteRows(writer, plan, writer.target(condition, { column: field.to, from: field.from, values }));
};

/** What a deleted row is asked for: all of it, where it is written down. */
const returned = (writer: Writer, type: TableType): readonly Column[] => (writer.changes ? auditedColumns(type) : type.table.key);

const deleted = (writer: Writer, { type }: Target, rows: readonly WrittenRow[]): void => {
  writer.counts.nodesDeleted += rows.length;
  const keys = writer.touch(type, rows);
  rows.forEach((row, index) => writer.changes?.deleted(type, keys[index]!, row, auditedColumns(type)));
};
