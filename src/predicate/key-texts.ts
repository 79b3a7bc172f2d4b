import type { Column } from '../model/columns.js';
import { lookup } from '../model/names.js';
import { readDecimal, readFloat } from './decimal.js';
import { isUuid } from './deferred.js';
import { readDay, readMoment } from './times.js';

/** The texts that can be a value of a column, by its SQL type. */

const whole =
  (bits: bigint) =>
  (text: string): boolean => {
    if (!/^[+-]?\d+$/.test(text)) return false;
    const value = BigInt(text.replace('+', ''));
    return value >= -(2n ** (bits - 1n)) && value < 2n ** (bits - 1n);
  };

/** PostgreSQL refuses a number that would become infinite or 0. */
const float =
  (round: (number: number) => number) =>
  (text: string): boolean => {
    const { at = 0, beside } = readFloat(text, round) ?? {};
    return beside === 0 && Object.is(round(at), at);
  };

/** PostgreSQL would round a second with more digits than it stores. */
const FINER = /\.\d{6}\d*[1-9]/;

const [CLOCK, ZONED] = [/\d[T ]\d/i, /\d[T ][\d:.]+ ?(Z|[+-]\d)/i];

const moment =
  (hasZone: boolean) =>
  (text: string): boolean =>
    readMoment(hasZone)(text) !== undefined &&
    !FINER.test(text) &&
    (/infinity$/i.test(text) || (CLOCK.test(text) && ZONED.test(text) === hasZone));

const KEYS: Readonly<Record<string, (text: string) => boolean>> = lookup({
  uuid: isUuid,
  smallint: whole(16n),
  integer: whole(32n),
  bigint: whole(64n),
  numeric: (text) => readDecimal(text) !== undefined && !/e[+-]?\d{5}/i.test(text),
  real: float(Math.fround),
  'double precision': float(Number),
  date: (text) => readDay(text) !== undefined && !CLOCK.test(text),
  'timestamp with time zone': moment(true),
  'timestamp without time zone': moment(false),
});

/** Whether the texts of the type are known; a column of another type takes any. */
export const isKnown = ({ sqlType }: Column): boolean => KEYS[sqlType] !== undefined;

export const isTextOf = ({ sqlType }: Column, text: string): boolean => KEYS[sqlType]?.(text) ?? true;
