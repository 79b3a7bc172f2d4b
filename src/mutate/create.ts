import { GatewayError } from '../errors.js';
import type { GuardedModel } from '../access/guard.js';
import type { Column } from '../model/columns.js';
import { tableType, type TableType } from '../model/types.js';
import { AFTER, linkSql } from '../sql/link.js';
import { hiddenSql } from '../sql/hidden-rows.js';
import { lockByValuesSql } from '../sql/lock.js';
import { conflict as hiddenInTheWay } from './conflicts.js';
import { beforeName, insertSql, wasName, WAS_THERE, type InsertValue, type Key, type Upsert } from '../sql/write.js';
import type { Referring } from '../sql/shown-reference.js';
import { tokenField } from '../model/token.js';
import { encodeKey } from '../sql/read.js';
import { distinct, keyOf, type Writer, type WrittenRow } from './writer.js';
import type { Cell, ListPlan, RowPlan } from '../sql/write-plan.js';

/** The source of a column's value: a text, or a column of a row that is written earlier. */
type Source = { readonly column: Column } & ({ readonly text: string | null } | { readonly row: PendingRow; readonly of: string });

/** A row to write: rows of one level and type are written in one statement. */
interface PendingRow {
  readonly plan: RowPlan;
  /** The order of writing: 0 for the rows of the input, one less for a row that they refer to, one more for a row that refers to them. */
  readonly level: number;
  readonly sources: readonly Source[];
  /** Columns that later rows refer to. */
  readonly needed: Map<string, Column>;
  written: WrittenRow | undefined;
}

/** A row to create, and its values from existing rows. */
interface NewRow {
  readonly plan: RowPlan;
  readonly given: readonly Source[];
  /** A column to return, besides the key. */
  readonly needed?: Column;
}

type UpsertPlan = { readonly by: readonly Column[]; readonly tokens: readonly (string | undefined)[] };

/**
 * Creates rows and their nested rows: first those that they refer to, then the rows, then those that refer to them, with one `INSERT`
 * for each level and type. Returns the rows of the input, in order.
 */
export const createRows = async (writer: Writer, rows: readonly NewRow[], upsert?: UpsertPlan): Promise<WrittenRow[]> => {
  const pending: PendingRow[] = [];
  const roots = rows.map(({ plan, given, needed }) => {
    const root = pend(plan, given, 0, pending);
    if (needed) root.needed.set(needed.name, needed);
    return root;
  });
  if (upsert) await checkTokens(writer, roots, upsert);
  const isRoot = new Set(upsert ? roots : []);
  for (const level of [...new Set(pending.map((row) => row.level))].sort((one, other) => one - other)) {
    const groups = new Map<string, PendingRow[]>();
    for (const row of pending) {
      if (row.level !== level) continue;
      // An upsert changes only the columns that its input names, so inputs with other columns get a statement of their own.
      const group = isRoot.has(row)
        ? `${row.plan.type.name} ${columnsOf(row)
            .map(({ name }) => name)
            .sort()
            .join()}`
        : row.plan.type.name;
      const held = groups.get(group);
      if (held) held.push(row);
      else groups.set(group, [row]);
    }
    for (const group of groups.values()) await insert(writer, group, isRoot.has(group[0]!) ? upsert : undefined);
  }
  const links = pending.flatMap((row) =>
    row.plan.lists.flatMap((list) => linksOf(writer, row.plan.type, list, row.written!.get(list.field.from.name) ?? null)),
  );
  await link(writer, links);
  return roots.map((row) => row.written!);
};

const pend = (plan: RowPlan, given: readonly Source[], level: number, all: PendingRow[]): PendingRow => {
  const sources: Source[] = [...given];
  for (const cell of plan.cells) {
    if (cell.kind !== 'create') continue;
    const row = pend(cell.row, [], level - 1, all);
    row.needed.set(cell.of.name, cell.of);
    sources.push({ column: cell.column, row, of: cell.of.name });
  }
  const needed = new Map(plan.lists.map(({ field }) => [field.from.name, field.from]));
  const row: PendingRow = { plan, level, sources, needed, written: undefined };
  all.push(row);
  for (const { field, rows } of plan.lists)
    for (const child of rows) pend(child, [{ column: field.to, row, of: field.from.name }], level + 1, all);
  return row;
};

const columnsOf = ({ plan, sources }: PendingRow): Column[] =>
  distinct([...plan.cells.map((cell) => cell.column), ...sources.map((source) => source.column)]);

const insert = async (writer: Writer, rows: readonly PendingRow[], upsert: UpsertPlan | undefined): Promise<void> => {
  const { type } = rows[0]!.plan;
  const into = distinct(rows.flatMap(columnsOf));
  const values = rows.map((row) => {
    const own = valuesOfRow(writer, row);
    return into.map((column) => own.get(column.name));
  });
  const { changes } = writer;
  const columns = distinct([...type.table.key, ...rows.flatMap((row) => [...row.needed.values()]), ...(changes && upsert ? into : [])]);
  const before = changes && upsert ? await heldRows(writer, type, upsert.by, into, values) : undefined;
  const keyOrBy = new Set([...type.table.key, ...(upsert?.by ?? [])].map(({ name }) => name));
  const conflict: Upsert | undefined = upsert && { by: upsert.by, update: into.filter(({ name }) => !keyOrBy.has(name)) };
  const leaves = (name: string) => {
    const index = into.findIndex((column) => column.name === name);
    return index === -1 || values.some((row) => isLeft(row[index]));
  };
  const written = await writer.rows(insertSql(writer.model, type, into, values, columns, conflict), { type, leaves });
  // RETURNING omits rows that a trigger or a rule skips, and then the rest cannot be matched to their inputs.
  if (written.length !== rows.length && upsert && isLimited(writer.model, type)) {
    const at = upsert.by.map(({ name }) => into.findIndex((column) => column.name === name));
    const sought = { types: [type], columns: upsert.by, values: values.map((row) => at.map((index) => row[index]?.value ?? null)) };
    throw (await writer.run(hiddenSql(writer.model, sought))).length > 0 ? hiddenInTheWay() : writer.forbidden(type, 'update');
  }
  if (written.length !== rows.length)
    throw new GatewayError(
      'ROWS_REFUSED',
      { written: written.length, count: rows.length, type: type.name },
      { extensions: { type: type.name } },
    );
  const keys = writer.touch(type, written);
  rows.forEach((row, index) => {
    row.written = written[index]!;
    const wasThere = row.written.get(WAS_THERE) === 'true';
    writer.counts[wasThere ? 'nodesUpdated' : 'nodesCreated'] += 1;
    if (wasThere) changes?.updated(type, keys[index]!, before?.get(index), row.written, into);
    // To have the database return what it has just been given would cost more than all the rest of the log.
    else changes?.created(type, keys[index]!, into, (position) => values[index]![position]?.value);
  });
  writer.counts.relationshipsCreated += rows.reduce((sum, row) => sum + references(row), 0);
};

/** The rows that an upsert will find, by the index of their inputs: as they are before it. */
const heldRows = async (
  writer: Writer,
  type: TableType,
  by: readonly Column[],
  into: readonly Column[],
  values: readonly (readonly InsertValue[])[],
): Promise<Map<number, WrittenRow>> => {
  const at = by.map(({ name }) => into.findIndex((column) => column.name === name));
  const sought = values.map((row) => at.map((index) => row[index]?.value ?? null));
  const rows = await writer.rows(lockByValuesSql(writer.model, type, by, sought, into));
  return new Map(rows.map((row) => [Number(row.get('#input')), row]));
};

/** Whether there may be rows that an upsert finds and the caller may not change. */
const isLimited = (model: GuardedModel, type: TableType): boolean =>
  model.guard(type, 'update').kind !== 'true' || model.check(type, 'update', 'before').kind !== 'true';

/** For a required text, the empty string leaves the value to a trigger. */
const isLeft = (cell: InsertValue): boolean => cell === undefined || cell.value === null || cell.value === '';

const valuesOfRow = (writer: Writer, { plan, sources }: PendingRow): Map<string, InsertValue> => {
  const values = new Map<string, InsertValue>();
  for (const cell of plan.cells) if (cell.kind !== 'create') values.set(cell.column.name, { value: fixedValue(writer, cell) });
  for (const source of sources) values.set(source.column.name, { value: sourceValue(source) });
  return values;
};

/** The value of a cell that does not come from a new row. */
export const fixedValue = (writer: Writer, cell: Exclude<Cell, { kind: 'create' }>): unknown =>
  cell.kind === 'value' ? cell.value : writer.connectedValue(cell.connect);

const sourceValue = (source: Source): string | null => ('text' in source ? source.text : (source.row.written!.get(source.of) ?? null));

const references = ({ plan, sources }: PendingRow): number =>
  plan.cells.filter((cell) => cell.kind === 'connect').length + sources.filter((source) => sourceValue(source) !== null).length;

/** A reference from one row to another, to be written. */
interface Link extends Referring {
  readonly type: TableType;
  readonly key: Key;
  readonly value: string | null;
}

/** The links for the connects of a to-many join, to the row of `target` with this value. */
export const linksOf = (writer: Writer, target: TableType, { field, connects }: ListPlan, value: string | null): Link[] => {
  const type = tableType(writer.model, field.target);
  return connects.flatMap((connect) =>
    writer.connectedRows(connect).map((row) => ({ type, column: field.to, target, to: field.from, key: keyOf(type, row), value })),
  );
};

/** Writes links in one `UPDATE` for each referring column. */
export const link = async (writer: Writer, links: readonly Link[]): Promise<void> => {
  const groups = new Map<string, Map<string, Link>>();
  for (const one of links) {
    const group = groups.get(`${one.type.name} ${one.column.name}`) ?? new Map<string, Link>();
    groups.set(`${one.type.name} ${one.column.name}`, group);
    const key = encodeKey(one.key);
    const other = group.get(key);
    if (other && other.value !== one.value)
      throw new GatewayError('BAD_INPUT', {
        argument: 'connect',
        field: writer.plan.name,
        detail: `expected each ${one.type.name} to be connected to one row, but one of them is connected to two. Nothing was written`,
      });
    group.set(key, one);
  }
  for (const group of groups.values()) {
    const all = [...group.values()];
    const { type, column, target, to } = all[0]!;
    const written = await writer.rows(
      linkSql(
        writer.model,
        type,
        all.map(({ key }) => key),
        { column, values: all.map(({ value }) => value) },
        { column, target, to },
      ),
    );
    if (written.length !== all.length && writer.model.guard(type, 'update').kind !== 'true') throw writer.forbidden(type, 'update');
    if (written.length !== all.length)
      throw new GatewayError('BAD_INPUT', {
        argument: 'connect',
        field: writer.plan.name,
        detail: `expected a ${type.name} to be either connected or deleted, but one of them is both. Nothing was written`,
      });
    writer.touchLinked(type, column, written);
    for (const row of written) {
      const after = row.get(AFTER) ?? null;
      writer.countReference(row.get(beforeName(column)) ?? null, after);
      const was = new Map([[column.name, row.get(wasName(column)) ?? null]]);
      writer.changes?.updated(type, encodeKey(keyOf(type, row)), was, new Map([[column.name, after]]), [column]);
    }
  }
};

/** @throws GatewayError ROW_CHANGED when a row that must have a token does not exist, or has another */
const checkTokens = async (writer: Writer, roots: readonly PendingRow[], { by, tokens }: UpsertPlan): Promise<void> => {
  const asked = roots.flatMap((row, index) => (tokens[index] === undefined ? [] : [{ row, token: tokens[index] }]));
  if (asked.length === 0) return;
  const { type } = roots[0]!.plan;
  const changed = () => new GatewayError('ROW_CHANGED', { type: type.name }, { extensions: { type: type.name } });
  const values = asked.map(({ row }) =>
    by.map(({ name }) => {
      const cell = row.plan.cells.find(({ column }) => column.name === name)!;
      // Nothing can refer to a row that is only being created.
      if (cell.kind === 'create') throw changed();
      return fixedValue(writer, cell);
    }),
  );
  const { column } = tokenField(type);
  const rows = await writer.rows(lockByValuesSql(writer.model, type, by, values, [column]));
  const held = new Map(rows.map((row) => [Number(row.get('#input')), row.get(column.name)]));
  if (asked.some(({ token }, index) => held.get(index) !== token)) throw changed();
};
