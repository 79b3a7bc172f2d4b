import { shortened } from '../errors.js';
import type { Column } from './columns.js';
import { lookup } from './names.js';

/** SQL type of a column whose directive names none. */
export const SQL_TYPES = lookup<string>({
  ID: 'uuid',
  String: 'text',
  Int: 'integer',
  Float: 'double precision',
  Boolean: 'boolean',
  BigInt: 'bigint',
  Decimal: 'numeric',
  DateTime: 'timestamp with time zone',
  LocalDateTime: 'timestamp without time zone',
  Date: 'date',
  LocalTime: 'time without time zone',
  Time: 'time with time zone',
  Duration: 'interval',
  Bytes: 'bytea',
  JSON: 'jsonb',
});

/** What PostgreSQL's format_type prints for the other names that a type has. */
const ALIASES = lookup<string>({
  int: 'integer',
  int4: 'integer',
  int2: 'smallint',
  int8: 'bigint',
  serial: 'integer',
  serial4: 'integer',
  smallserial: 'smallint',
  serial2: 'smallint',
  bigserial: 'bigint',
  serial8: 'bigint',
  bool: 'boolean',
  float: 'double precision',
  float8: 'double precision',
  float4: 'real',
  dec: 'numeric',
  decimal: 'numeric',
  varchar: 'character varying',
  'char varying': 'character varying',
  'national character varying': 'character varying',
  'national char varying': 'character varying',
  'nchar varying': 'character varying',
  char: 'character',
  nchar: 'character',
  'national character': 'character',
  'national char': 'character',
  bpchar: 'character',
  varbit: 'bit varying',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  timetz: 'time with time zone',
  time: 'time without time zone',
});

/** Types that every PostgreSQL has: of others only the database knows. */
const KNOWN: ReadonlySet<string> = new Set([
  ...Object.values(SQL_TYPES),
  ...Object.values(ALIASES),
  ...['json', 'inet', 'cidr', 'macaddr', 'macaddr8', 'bit', 'money', 'oid', 'name', 'xml', 'tsvector', 'tsquery', '"char"'],
]);

const NUMBERS = ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision', 'oid'];
const DAYS = ['timestamp with time zone', 'timestamp without time zone', 'date'];

/** The types that every PostgreSQL has whose values are those of a scalar; a scalar that is not here takes the text of any. */
const VALUES = lookup<readonly string[]>({
  Int: NUMBERS,
  BigInt: NUMBERS,
  Float: NUMBERS,
  Decimal: NUMBERS,
  Boolean: ['boolean'],
  DateTime: DAYS,
  LocalDateTime: DAYS,
  Date: DAYS,
  LocalTime: ['time without time zone', 'time with time zone'],
  Time: ['time with time zone'],
  Duration: ['interval'],
  Bytes: ['bytea'],
  JSON: ['json', 'jsonb', 'text', 'character varying'],
});

/** Whether values of an SQL type can be those of a scalar; of types that only the database knows, anything may be. */
export const canHold = (sqlType: string, scalar: string): boolean =>
  !isEverywhere(sqlType) || (VALUES[scalar]?.includes(sqlType.replace(/\[\]$/, '')) ?? true);

const SERIAL = /^(small|big)?serial\d?$/;
const ARRAY = /( ?\[ ?\d* ?\])+$| array( ?\[ ?\d* ?\])?$/;
const MODIFIER = / ?\(([\w ,.-]+)\)/;
const WORD = String.raw`(?:[\p{L}_][\p{L}\d_$]*|"(?:[^"\0]|"")+")`;
const NAME = new RegExp(`^${WORD}(?:\\.${WORD})?$`, 'u');
const PARTS_OF_INTERVAL = /^interval (year|month|day|hour|minute|second)( to (month|hour|minute|second))?$/;

/** An SQL type that a schema file names. */
export interface SqlType {
  /** As format_type prints it, without a length. */
  readonly sqlType: string;
  /** As CREATE TABLE takes it, where that says more: "character varying(10)", "serial". */
  readonly declared: string | undefined;
  /** Whether the database numbers the rows. */
  readonly isSerial: boolean;
  /** Whether it is an array; of a type that only the database knows, nobody can tell. */
  readonly isList: boolean | undefined;
}

/** Reads a type by any name that PostgreSQL takes for it, with or without its length; undefined for what cannot be one. */
export const readSqlType = (text: string): SqlType | undefined => {
  const declared = text
    .trim()
    .split(/("(?:[^"]|"")*")/)
    .map((part) => (part.startsWith('"') ? part : part.replace(/\s+/g, ' ').toLowerCase()))
    .join('');
  const isArray = ARRAY.test(declared);
  const item = declared.replace(ARRAY, '');
  const [, modifier] = MODIFIER.exec(item) ?? [];
  const name = item.replace(MODIFIER, '');
  const base = PARTS_OF_INTERVAL.test(name)
    ? 'interval'
    : name === 'float' && modifier !== undefined && Number(modifier) < 25
      ? 'real'
      : (ALIASES[name] ?? name);
  const isSerial = SERIAL.test(name);
  if ((!KNOWN.has(base) && !NAME.test(base)) || (isSerial && (isArray || modifier !== undefined))) return undefined;
  const sqlType = isArray ? `${base}[]` : base;
  return {
    sqlType,
    declared: declared === sqlType ? undefined : declared,
    isSerial,
    isList: isArray || (KNOWN.has(base) ? false : undefined),
  };
};

/** Whether every PostgreSQL has a type, as format_type prints it. */
export const isEverywhere = (sqlType: string): boolean => KNOWN.has(sqlType.replace(/\[\]$/, ''));

/** A column of this type. */
export const columnOf = (name: string, { sqlType, declared }: SqlType): Column => ({
  name,
  sqlType,
  ...(declared === undefined ? {} : { declared }),
});

/** What is wrong with a type that PostgreSQL could not know. */
export const typeFault = (type: string): string =>
  `has the SQL type ${JSON.stringify(shortened(type))}, which is none that PostgreSQL could know: ` +
  'say one such as "integer", "varchar(20)" or "text[]"';
