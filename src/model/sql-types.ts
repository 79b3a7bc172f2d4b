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
