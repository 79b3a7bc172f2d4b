import { parse, type ScalarTag } from 'yaml';
import type { Keys } from './graph.js';
import type { DemoTable, Row } from './types.js';

/** Rows of a table as a file in rows/ has them. */
interface Sheet {
  /** Column of the key; it is made from the rows' `key`. Tables with a key of several columns have none. */
  readonly key?: string;
  /** Values of columns that a row leaves out. */
  readonly defaults?: Row;
  readonly rows: readonly SheetRow[];
}

type SheetRow = Row & { readonly key?: string };

/** A value that stands for another: `!user okafor`, `!row microtheories baseline`, `!column created_at`. */
class Reference {
  constructor(
    readonly tag: string,
    readonly text: string,
  ) {}
}

const TAGS = ['user', 'project', 'requirement', 'component', 'file', 'asset', 'row', 'column'];

const customTags = TAGS.map((tag): ScalarTag => ({ tag: `!${tag}`, resolve: (text) => new Reference(tag, text) }));

/** A file of rows, whose keys are known from now on, and whose references are resolved when all keys are. */
export const readSheets = (place: string, text: string, keys: Keys): (() => DemoTable[]) => {
  const sheets = Object.entries(parse(text, { customTags }) as Record<string, Sheet>);
  for (const [table, { key, rows }] of sheets)
    for (const row of rows) if (key !== undefined) keys.declare('row', `${table} ${row.key}`, place);
  return () => sheets.map(([table, sheet]) => ({ table, rows: sheet.rows.map((row) => rowOf(table, sheet, row, place, keys)) }));
};

const rowOf = (table: string, { key: column, defaults }: Sheet, { key, ...given }: SheetRow, file: string, keys: Keys): Row => {
  const place = key === undefined ? `${file}, ${table}` : `${file}, ${table} ${key}`;
  const row: Row = { ...(column === undefined ? {} : { [column]: keys.id('row', `${table} ${key}`) }), ...defaults, ...given };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (value instanceof Reference) return value.tag === 'column' ? resolve(row[value.text]) : idOf(value, place, keys);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner)]));
  };
  return resolve(row) as Row;
};

const idOf = ({ tag, text }: Reference, place: string, keys: Keys): string | null => {
  switch (tag) {
    case 'file':
      return keys.file(text, place);
    case 'asset':
      return keys.asset(text, place);
    default:
      return keys.refer(tag as 'user' | 'project' | 'requirement' | 'component' | 'row', text, place);
  }
};

/** Each table once, where it stands first; all its rows have the same columns, null where they name none. */
export const joinTables = (tables: readonly DemoTable[]): DemoTable[] => {
  const rows = new Map<string, Row[]>();
  for (const each of tables) rows.set(each.table, [...(rows.get(each.table) ?? []), ...each.rows]);
  return [...rows].map(([table, all]) => {
    const columns = [...new Set(all.flatMap((row) => Object.keys(row)))];
    return { table, rows: all.map((row) => Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))) };
  });
};
