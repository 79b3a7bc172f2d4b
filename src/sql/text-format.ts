import { GatewayError } from '../errors.js';
import type { Column } from '../model/columns.js';
import type { ColumnField } from '../model/fields.js';
import type { Model } from '../model/types.js';
import { readJson } from '../model/exact-json.js';
import { lookup } from '../model/names.js';

/** How the text of a column, as PostgreSQL prints it, becomes a value of an answer. */
export interface TextFormat {
  /** Named GraphQL type: "String", "RequirementPriority". */
  readonly scalar: string;
  readonly list: boolean;
  /** Text in the database -> name in GraphQL; of enums only. */
  readonly names?: ReadonlyMap<string, string> | undefined;
  /** Whether every text is a valid Int as it is. */
  readonly isInt?: boolean;
  /** Whether no text needs escaping in JSON. */
  readonly isPlain?: boolean;
  /** Decrypts a text; undefined where it cannot be. */
  readonly open?: ((text: string) => string | undefined) | undefined;
}

const SMALL_INTEGERS = new Set(['integer', 'smallint']);

export const textFormatOf = (model: Model, field: ColumnField): TextFormat => ({
  scalar: field.scalar,
  list: field.list,
  names: field.enumType ? new Map([...model.enums.get(field.scalar)!.values].map(([name, text]) => [text, name])) : undefined,
  isInt: SMALL_INTEGERS.has(field.column.sqlType),
  isPlain: field.column.sqlType === 'uuid',
  open: opener(field),
});

const opener = ({ encrypted }: ColumnField): TextFormat['open'] => encrypted && ((text) => encrypted.keyring.open(text, encrypted.context));

/** The SQL expression whose text a format reads. A list is read as a JSON list of texts. */
export const textOf = (field: ColumnField, expression: string): string => {
  if (field.list) return `to_json(${expression}::text[])::text`;
  switch (field.column.sqlType) {
    case 'bytea':
      return `translate(encode(${expression}, 'base64'), E'\\n', '')`;
    case 'character':
    case 'inet':
      return castText(field.column, expression);
    default:
      return expression;
  }
};

/** A value as the text that clients see, for comparisons as text. */
export const castText = ({ sqlType }: Column, expression: string): string => {
  if (sqlType === 'text' || sqlType === 'citext' || sqlType === 'character varying') return expression;
  // Casting an address to text adds its mask, even for a single host.
  return sqlType === 'inet' ? `abbrev(${expression})` : `${expression}::text`;
};

/** Turns a text into the value that the GraphQL scalar serialises, or into an error. */
export type Decoder = (text: string) => unknown;

const DECODERS = lookup<Decoder>({
  Int: Number,
  Float: (text) => {
    const number = Number(text);
    return Number.isFinite(number)
      ? number
      : new GatewayError('DATA_INVALID', { detail: `Float cannot represent non numeric value: ${text}` });
  },
  Boolean: (text) => text.startsWith('t'),
  JSON: readJson,
  DateTime: (text) => isoTime(text),
  LocalDateTime: (text) => text.replace(' ', 'T'),
  Time: (text) => zonedTime(text),
});

export const decoderOf = (textFormat: TextFormat): Decoder => {
  const { open } = textFormat;
  if (open) return (text) => open(text) ?? new GatewayError('DATA_INVALID', { detail: UNREADABLE });
  const one = DECODERS[textFormat.scalar] ?? ((text) => text);
  if (!textFormat.list) return one;
  return (text) => {
    const items = JSON.parse(text) as readonly unknown[];
    const isFlat = items.every((item): item is string | null => item === null || typeof item === 'string');
    return isFlat ? items.map((item) => (item === null ? null : one(item))) : new GatewayError('DATA_INVALID', { detail: LIST_OF_LISTS });
  };
};

const UNREADABLE = 'it is encrypted with a key that the gateway does not have, or was changed beside it';

/** PostgreSQL has one type for arrays of any dimension. */
const LIST_OF_LISTS = `the column holds a list of lists, but the field's type is a list of values`;

/** "2026-03-01 09:30:00.5+00" -> "2026-03-01T09:30:00.500Z": at least milliseconds, and as many digits as the column holds. */
export const isoTime = (text: string): string => {
  // Times leave the database in UTC; a year has four digits except in data that is wrong.
  if (text.length >= 22 && text.charCodeAt(10) === 32 && text.endsWith('+00')) {
    const end = text.length - 3;
    if (end >= 23) return `${text.slice(0, 10)}T${text.slice(11, end)}Z`;
    return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, end).padEnd(3, '0')}Z`;
  }
  const match = /^(\d+-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00( BC)?$/.exec(text);
  return match ? `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0')}Z${match[4] ?? ''}` : text;
};

/** "12:00:00+05" -> "12:00:00+05:00", and "07:00:00+00" -> "07:00:00Z". */
export const zonedTime = (text: string): string => text.replace(/\+00$/, 'Z').replace(/([+-]\d\d)$/, '$1:00');
