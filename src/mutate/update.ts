import { GatewayError } from '../errors.js';
import { tokenField } from '../model/token.js';
import type { Column } from '../model/columns.js';
import { tableType, type TableType } from '../model/types.js';
import { encodeKey } from '../sql/read.js';
import { unconnectableSql } from '../sql/hidden-rows.js';
import { lockSql } from '../sql/lock.js';
import { beforeName, updateByKeySql, updateSql, wasKey, wasName, type EachRow, type Target } from '../sql/write.js';
import { createRows, fixedValue, link, linksOf } from './create.js';
import { deleteNested } from './delete.js';
import { distinct, keyOf, valuesOf, type Writer, type WrittenRow } from './writer.js';
import type { Change, ListUpdatePlan, NestedUpdate, UpdatePlan } from '../sql/write-plan.js';

/** Updates the matching rows and their nested rows. Returns their keys. */
export const updateRows = async (writer: Writer, plan: UpdatePlan, target: Target, token?: string): Promise<string[]> => {
  const { type, changes, references, targets, lists } = plan;
  const { key } = type.table;
  const isChecked = writer.model.check(type, 'update', 'before').kind !== 'true';
  if (changes.length > 0 && references.length + targets.length + lists.length === 0 && token === undefined && !isChecked) {
    return updated(writer, plan, await updateAtOnce(writer, target, changes));
  }
  const joined = [...targets, ...lists].map(({ field }) => field.from);
  const locked = await writer.rows(
    lockSql(
      writer.model,
      target,
      distinct([
        ...key,
        ...joined,
        ...(writer.changes ? changedColumns(plan) : []),
        ...(token === undefined ? [] : [tokenField(type).column]),
      ]),
      false,
      references.map(({ field }) => ({ column: field.from, target: tableType(writer.model, field.target), to: field.to })),
    ),
  );
  if (token !== undefined) writer.checkToken(type, locked, token);
  if (locked.length === 0) return [];
  const written = await writeRows(writer, plan, locked);
  for (const nested of targets) await updateNested(writer, nested, written);
  if (lists.length > 0) await updateLists(writer, type, lists, written);
  return updated(writer, plan, written);
};

/** Updates the matching rows in one statement, and takes down what has changed. */
const updateAtOnce = async (
  writer: Writer,
  target: Target,
  changes: readonly Change[],
  right: 'update' | 'disconnect' = 'update',
): Promise<readonly WrittenRow[]> => {
  const { type } = target;
  const columns = changes.map(({ column }) => column);
  if (!writer.changes) return writer.rows(updateSql(writer.model, target, changes, type.table.key, { right }));
  const rows = await writer.rows(
    updateSql(writer.model, target, changes, distinct([...type.table.key, ...columns]), { right, before: columns }),
  );
  for (const row of rows) {
    const was = new Map(columns.map((column) => [column.name, row.get(wasName(column)) ?? null]));
    writer.changes.updated(type, encodeKey(keyOf(type, row)), was, row, columns);
  }
  return rows;
};

const changedColumns = ({ changes, references }: UpdatePlan): Column[] => [
  ...changes.map(({ column }) => column),
  ...references.map(({ field }) => field.from),
];

const updated = (writer: Writer, { type }: UpdatePlan, rows: readonly WrittenRow[]): string[] => {
  writer.counts.nodesUpdated += rows.length;
  return writer.touch(type, rows);
};

/** Writes the rows' own columns, after the rows that they will refer to. */
const writeRows = async (writer: Writer, plan: UpdatePlan, locked: readonly WrittenRow[]): Promise<readonly WrittenRow[]> => {
  const { type, changes, references, targets, lists } = plan;
  if (changes.length + references.length === 0) return locked;
  const all: Change[] = [...changes];
  const each: EachRow[] = [];
  const created = references.flatMap(({ cell }) =>
    cell.kind === 'create' ? locked.map(() => ({ plan: cell.row, given: [], needed: cell.of })) : [],
  );
  const made = created.length === 0 ? [] : await createRows(writer, created);
  let next = 0;
  for (const { field, cell } of references) {
    const values = cell.kind === 'create' ? locked.map(() => made[next++]!.get(cell.of.name) ?? null) : undefined;
    if (values) each.push({ column: field.from, values });
    const fixed = cell.kind === 'create' ? null : (fixedValue(writer, cell) as string | null);
    if (!values) all.push({ column: field.from, operator: 'set', value: fixed });
    locked.forEach((row, index) => writer.countReference(row.get(beforeName(field.from)) ?? null, values ? values[index]! : fixed));
  }
  const keys = locked.map((row) => keyOf(type, row));
  // A reference may be part of the key: the copies still have the old one.
  writer.touch(type, locked);
  const audited = writer.changes ? changedColumns(plan) : [];
  const rows = await writer.rows(
    updateByKeySql(
      writer.model,
      type,
      keys,
      all,
      each,
      distinct([...type.table.key, ...[...targets, ...lists].map(({ field }) => field.from), ...audited]),
    ),
  );
  const before = writer.changes && new Map(locked.map((row) => [encodeKey(keyOf(type, row)), row]));
  for (const row of before ? rows : []) {
    const was = before?.get(encodeKey(type.table.key.map((column) => row.get(wasKey(column)) ?? null)));
    writer.changes?.updated(type, encodeKey(keyOf(type, row)), was, row, audited);
  }
  return rows;
};

const updateNested = async (writer: Writer, { field, condition, plan }: NestedUpdate, rows: readonly WrittenRow[]): Promise<void> => {
  const values = valuesOf(rows, field.from);
  if (values.length > 0) await updateRows(writer, plan, writer.target(condition, { column: field.to, from: field.from, values }));
};

/** In this order, whatever the order of the input: update, disconnect, delete, connect, create. */
const updateLists = async (
  writer: Writer,
  type: TableType,
  lists: readonly ListUpdatePlan[],
  rows: readonly WrittenRow[],
): Promise<void> => {
  if (lists.some(({ rows: created, connects }) => created.length + connects.length > 0)) await mustConnect(writer, type, rows);
  for (const { updates } of lists) for (const nested of updates) await updateNested(writer, nested, rows);
  for (const list of lists) await disconnect(writer, list, rows);
  for (const { deletes } of lists) for (const nested of deletes) await deleteNested(writer, nested, rows);
  const links = lists
    .filter(({ connects }) => connects.length > 0)
    .flatMap((list) => {
      if (rows.length > 1)
        throw new GatewayError('BAD_INPUT', {
          argument: list.connects[0]!.place,
          field: writer.plan.name,
          detail:
            `expected a where that takes one ${writer.plan.type.name}, since each ${list.field.target} can be connected to one, ` +
            `but it takes ${rows.length}. Nothing was written`,
        });
      return linksOf(writer, type, list, rows[0]!.get(list.field.from.name) ?? null);
    });
  await link(writer, links);
  const created = lists.flatMap(({ field, rows: plans }) =>
    rows.flatMap((row) => plans.map((plan) => ({ plan, given: [{ column: field.to, text: row.get(field.from.name) ?? null }] }))),
  );
  if (created.length > 0) await createRows(writer, created);
};

/** Rows that are connected through a to-many join refer to these: whether the caller may is asked of them, too. */
const mustConnect = async (writer: Writer, type: TableType, rows: readonly WrittenRow[]): Promise<void> => {
  if (writer.model.guard(type, 'connect').kind === 'true') return;
  const sought = { types: [type], columns: type.table.key, values: rows.map((row) => keyOf(type, row)) };
  if ((await writer.run(unconnectableSql(writer.model, sought))).length > 0) throw writer.forbidden(type, 'connect');
};

const disconnect = async (writer: Writer, { field, disconnects }: ListUpdatePlan, rows: readonly WrittenRow[]): Promise<void> => {
  const values = valuesOf(rows, field.from);
  const type = tableType(writer.model, field.target);
  for (const condition of values.length === 0 ? [] : disconnects) {
    const target = writer.target(condition, { column: field.to, from: field.from, values });
    // Refuses rows that may not be changed.
    if (writer.model.check(type, 'update', 'before').kind !== 'true')
      await writer.rows(lockSql(writer.model, target, type.table.key, false));
    const written = await updateAtOnce(writer, target, [{ column: field.to, operator: 'set', value: null }], 'disconnect');
    writer.counts.relationshipsDeleted += written.length;
    writer.touchLinked(type, field.to, written);
  }
};
