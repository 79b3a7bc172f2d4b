import type { Collation } from '../model/collation.js';
import type { ColumnField } from '../model/fields.js';
import { compareAddresses, printAddress, readAddress } from './addresses.js';
import { compareDecimals, compareFloats, readDecimal, readFloat } from './decimal.js';
import { compareTexts, lower } from './letters.js';
import { compareTimes, readClock, readDay, readLength, readMoment } from './times.js';

/** Reads and compares values of a column in memory, as PostgreSQL does. */
export interface ValueType {
  /** Parses the text of a row or a client; undefined where it is not a value of the type. */
  readonly read: (text: string) => unknown;
  /** Negative, zero, positive. */
  readonly compare: (left: never, right: never) => number;
  /** Whether their order in PostgreSQL is known here. */
  readonly hasOrder: boolean;
  /** The text that text operators search, from a row's text; undefined where it is not known here. */
  readonly text?: ((text: string) => string) | undefined;
  /** The text that they search for, from a client's text. */
  readonly part?: (text: string) => string;
}

const asIs = (text: string): string => text;
const trimmed = (text: string): string => text.replace(/ +$/, '');

const NUMERIC: ValueType = { read: readDecimal, compare: compareDecimals, hasOrder: true, text: asIs };
const INTEGER: ValueType = { ...NUMERIC, read: (text) => (/^[+-]?\d+$/.test(text) ? readDecimal(text) : undefined) };
const float = (round: (number: number) => number): ValueType => ({
  read: (text) => readFloat(text, round),
  compare: compareFloats,
  hasOrder: true,
});
const time = (read: (text: string) => unknown): ValueType => ({ read, compare: compareTimes, hasOrder: true });

const TYPES: ReadonlyMap<string, ValueType> = new Map([
  ['smallint', INTEGER],
  ['integer', INTEGER],
  ['bigint', INTEGER],
  ['numeric', NUMERIC],
  ['real', float(Math.fround)],
  ['double precision', float(Number)],
  ['date', time(readDay)],
  ['time without time zone', time(readClock)],
  ['timestamp with time zone', time(readMoment(true))],
  ['timestamp without time zone', time(readMoment(false))],
  ['interval', time(readLength)],
  [
    'boolean',
    { read: (text) => /^t(rue)?$/.test(text), compare: (left: boolean, right: boolean) => Number(left) - Number(right), hasOrder: true },
  ],
  ['uuid', { read: (text) => uuid(text), compare: compareTexts, hasOrder: true, text: asIs }],
  ['inet', { read: readAddress, compare: compareAddresses, hasOrder: true, text: printAddress }],
  ['bytea', { read: (text) => bytes(text), compare: compareTexts, hasOrder: false }],
]);

/**
 * The type of a column's values, or of the items of its lists; undefined for one that is not known here, or whose texts PostgreSQL
 * compares in a way that is not.
 */
export const valueType = (field: ColumnField): ValueType | undefined => {
  const sqlType = field.column.sqlType.replace(/\[\]$/, '');
  const { scalar, collations } = field;
  switch (sqlType) {
    case 'text':
    case 'character varying':
    case 'name':
      return collations?.column.isExact ? textType(collations.column) : undefined;
    case 'character':
      return collations?.column.isExact ? { ...textType(collations.column), read: trimmed, text: trimmed } : undefined;
    case 'citext':
      return collations && citextType(collations.column, collations.database);
    case 'smallint':
    case 'integer':
    case 'bigint':
      return scalar === 'Float' || scalar === 'Decimal' ? NUMERIC : INTEGER;
    default:
      return TYPES.get(sqlType) ?? (field.enumType ? ENUM : undefined);
  }
};

/** The text that `caseInsensitive` lowers, as clients see it. */
export const textOf = (field: ColumnField): ((text: string) => string) | undefined =>
  /^(text|character varying|name|citext)$/.test(field.column.sqlType)
    ? asIs
    : field.column.sqlType === 'character'
      ? trimmed
      : TYPES.get(field.column.sqlType)?.text;

/** PostgreSQL orders enums by their definition, but no operator of the API compares their order. */
const ENUM: ValueType = { read: asIs, compare: compareTexts, hasOrder: false };

const textType = ({ isByCodePoint }: Collation): ValueType => ({ read: asIs, compare: compareTexts, hasOrder: isByCodePoint, text: asIs });

/** Equality uses the collation of the database, substrings that of the column. */
const citextType = (column: Collation, database: Collation): ValueType | undefined => {
  const [whole, part] = [database.lowering, column.lowering];
  if (whole === undefined) return undefined;
  const lowered = { read: (text: string) => lower(text, whole), compare: compareTexts, hasOrder: column.isByCodePoint };
  if (part === undefined || !column.isExact) return lowered;
  return { ...lowered, text: (text) => lower(text, part), part: (text) => lower(text, part) };
};

/** As PostgreSQL prints it. */
const uuid = (text: string): string | undefined => {
  const digits = text.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(digits) ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : undefined;
};

/** As PostgreSQL prints them, in hexadecimal, or as clients send them, in base64. */
const bytes = (text: string): string =>
  text.startsWith('\\x') ? text.slice(2).toLowerCase() : Buffer.from(text, 'base64').toString('hex');
