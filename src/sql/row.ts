import { decoderOf } from './text-format.js';
import { encodeKey } from './read.js';
import type { Layout, LayoutField } from './layout.js';

/** A row as graphql-js resolves it: values by response key. Its key stands under KEY, its type under TYPE. */
export type Row = Record<string, unknown> & { [KEY]?: string; [TYPE]?: string };
export const KEY = Symbol('key');
export const TYPE = Symbol('type');

/** Sets the value of a name in the response: `__proto__` is a name like any other. */
export const put = (object: object, name: string, value: unknown): void => {
  if (name === '__proto__') Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  else (object as Record<string, unknown>)[name] = value;
};

/** Rows in order, each with its ordinal in the query, and its cursor's values where the query asked for them. */
export interface LoadedRow {
  readonly ordinal: number;
  readonly row: Row;
  readonly cursor: readonly (string | null)[];
}

/** Reads objects from rows of texts, null for a joined row that does not exist. Lists are filled in later. */
export type RowReader = (values: readonly (string | null)[]) => Row | null;

export const rowReader = (layout: Layout): RowReader => {
  const { name, presence, key } = layout;
  const fields = layout.fields.flatMap((field) => fieldReader(field) ?? []);
  return (values) => {
    if (presence !== undefined && values[presence] === null) return null;
    const row: Row = { [TYPE]: name };
    if (key.length > 0) row[KEY] = encodeKey(key.map((position) => values[position] ?? null));
    for (const { responseKey, read } of fields) put(row, responseKey, read(values));
    return row;
  };
};

const fieldReader = (field: LayoutField): { responseKey: string; read: (values: readonly (string | null)[]) => unknown } | undefined => {
  const { responseKey } = field;
  if (field.kind === 'object') return { responseKey, read: rowReader(field.layout) };
  if (field.kind !== 'value') return undefined;
  const decode = decoderOf(field.textFormat);
  return {
    responseKey,
    read: (values) => {
      const text = values[field.position] ?? null;
      return text === null ? null : decode(text);
    },
  };
};
