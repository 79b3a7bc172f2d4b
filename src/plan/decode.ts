import type { ColumnField } from '../model/types.js';

/** Turns the text of a column, as PostgreSQL prints it, into the value that the GraphQL scalar serialises. */
type Decoder = (text: string) => unknown;

const identity: Decoder = (text) => text;

const DECODERS: Readonly<Record<string, Decoder>> = {
  Int: Number,
  Float: Number,
  Boolean: (text) => text === 'true',
  JSON: (text) => JSON.parse(text) as unknown,
  DateTime: (text) => isoTime(text),
  LocalDateTime: (text) => text.replace(' ', 'T'),
};

/** How a column is read: the SQL expression of its text, and the decoder of that text. */
export const decoderOf = (field: ColumnField): Decoder => {
  if (field.list) return JSON.parse;
  return DECODERS[field.scalar] ?? identity;
};

/** A list column comes as JSON, everything else as its own text. */
export const textOf = (field: ColumnField, expression: string): string => (field.list ? `to_json(${expression})::text` : `${expression}::text`);

/** "2026-03-01 09:30:00.5+00" -> "2026-03-01T09:30:00.500Z": at least milliseconds, and as many digits as the column holds. */
const isoTime = (text: string): string => {
  const match = /^(\d+-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(text);
  return match ? `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0')}Z` : text;
};
