import { createHash } from 'node:crypto';
import { isSecretColumn, isSecretName } from '../model/secret-names.js';
import type { Column } from '../model/columns.js';
import { columnFields, type TableType } from '../model/types.js';
import type { RowChange, Values } from './entry.js';

/** What stands for a value that is not to be read by anybody. */
export const MASKED = '***';

/** Longest value that stands in the log as it is, and what stands of a longer one before its digest, in characters. */
const LONG = 4_000;
const SHOWN = 1_000;

/** Texts of a row by column. */
type Row = ReadonlyMap<string, string | null>;

/** The row changes of one mutation, in the order in which they were written. */
export class RowChanges {
  readonly changes: RowChange[] = [];

  /** @param valueOf what was written into a column; undefined where the database was left to fill it */
  created(type: TableType, key: string, columns: readonly Column[], valueOf: (index: number) => unknown): void {
    const after: Record<string, unknown> = {};
    columns.forEach((column, index) => {
      const value = valueOf(index);
      if (value !== undefined) after[column.name] = shownValue(type, column, value);
    });
    this.changes.push({ action: 'CREATE', type: type.name, key, before: null, after });
  }

  deleted(type: TableType, key: string, row: Row, columns: readonly Column[]): void {
    this.changes.push({ action: 'DELETE', type: type.name, key, before: shown(type, row, columns), after: null });
  }

  /** Columns that kept their values are left out. */
  updated(type: TableType, key: string, before: Row | undefined, after: Row, columns: readonly Column[]): void {
    const changed = before ? columns.filter(({ name }) => before.get(name) !== after.get(name)) : columns;
    this.changes.push({
      action: 'UPDATE',
      type: type.name,
      key,
      before: before ? shown(type, before, changed) : null,
      after: shown(type, after, changed),
    });
  }
}

/** Columns of all fields of a type, each once. */
export const auditedColumns = (type: TableType): Column[] => {
  const joins = [...type.fields.values()].flatMap((field) => (field.kind === 'join' && !field.list ? [field.from] : []));
  const own = columnFields(type).flatMap((field) => (field.token && type.table.token === undefined ? [] : [field.column]));
  return [...new Map([...type.table.key, ...own, ...joins].map((column) => [column.name, column])).values()];
};

const shown = (type: TableType, row: Row, columns: readonly Column[]): Values =>
  Object.fromEntries(columns.map((column) => [column.name, shownValue(type, column, row.get(column.name) ?? null)]));

const shownValue = (type: TableType, column: Column, value: unknown): unknown => {
  if (value === null) return null;
  if (isMasked(type, column)) return MASKED;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= LONG) return value;
  return `${text.slice(0, SHOWN)}... (${text.length} characters, SHA-256 ${createHash('sha256').update(text).digest('hex')})`;
};

const masks = new WeakMap<TableType, Map<string, boolean>>();

const isMasked = (type: TableType, column: Column): boolean => {
  let known = masks.get(type);
  if (!known) masks.set(type, (known = new Map<string, boolean>()));
  let isSecret = known.get(column.name);
  if (isSecret === undefined) {
    const isKey = type.table.key.some(({ name }) => name === column.name);
    const isReference = [...type.fields.values()].some((field) => field.kind === 'join' && field.from.name === column.name);
    const isEncrypted = columnFields(type).some(
      ({ encrypted, column: own }) => encrypted && [own.name, encrypted.search?.column.name].includes(column.name),
    );
    known.set(column.name, (isSecret = isEncrypted || isSecretColumn(column, isKey || isReference)));
  }
  return isSecret;
};

/** Arguments in which the values of names that look secret are masked, and long texts shortened. */
export const shownInput = (value: unknown): unknown => {
  if (typeof value === 'string') return value.length <= LONG ? value : `${value.slice(0, SHOWN)}... (${value.length} characters)`;
  if (Array.isArray(value)) return value.map(shownInput);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, isSecretName(name) && part !== null ? MASKED : shownInput(part)]),
  );
};
