import type { Column } from '../model/types.js';
import { isUuid } from '../predicate/deferred.js';
import { lookup } from '../model/names.js';

/** Which texts can be a value of a column, by its SQL type. */

const whole =
  (bits: bigint) =>
  (text: string): boolean => {
    if (!/^[+-]?\d+$/.test(text)) return false;
    const value = BigInt(text.replace('+', ''));
    return value >= -(2n ** (bits - 1n)) && value < 2n ** (bits - 1n);
  };

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,4})?$/i;
const NO_NUMBER = /^([+-]?inf(inity)?|nan)$/i;

/** PostgreSQL refuses what would become infinite, or 0. */
const float =
  (round: (number: number) => number) =>
  (text: string): boolean => {
    if (NO_NUMBER.test(text)) return true;
    const number = round(Number(text));
    return NUMBER.test(text) && Number.isFinite(number) && (number !== 0 || !/[1-9]/.test(text.replace(/e.*/i, '')));
  };

const DAY = /^(\d{4,7})-(\d\d)-(\d\d)( BC)?/i;
/** PostgreSQL would round more digits of a second than it holds. */
const CLOCK = /^[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6}0*)?)?$/i;
const ZONED = /^[T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6}0*)?)? ?(Z|[+-](0\d|1[0-5])(:?[0-5]\d)?)$/i;

/** Days from 4714 BC on, as PostgreSQL has them; 1 BC comes before the year 1. */
const isDay = (text: string, lastYear: number): boolean => {
  const [, digits, month, day, before] = DAY.exec(text) ?? [];
  if (digits === undefined) return false;
  const year = before === undefined ? Number(digits) : 1 - Number(digits);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Number(month) - 1] ?? 0;
  const isIn = year >= -4713 && year <= lastYear && (year > -4713 || `${month}-${day}` >= '11-24');
  return isIn && Number(digits) >= 1 && Number(day) >= 1 && Number(day) <= days;
};

const time =
  (lastYear: number, rest: RegExp | undefined) =>
  (text: string): boolean => {
    if (/^[+-]?infinity$/i.test(text)) return true;
    const [, before = ''] = /( BC)$/i.exec(text) ?? [];
    const plain = before === '' ? text : text.slice(0, -before.length);
    const end = DAY.exec(plain)?.[0].length ?? 0;
    return isDay(plain.slice(0, end) + before, lastYear) && (rest ? rest.test(plain.slice(end)) : end === plain.length);
  };

const KEYS: Readonly<Record<string, (text: string) => boolean>> = lookup({
  uuid: isUuid,
  smallint: whole(16n),
  integer: whole(32n),
  bigint: whole(64n),
  numeric: (text) => NUMBER.test(text) || NO_NUMBER.test(text),
  real: float(Math.fround),
  'double precision': float(Number),
  date: time(5_874_897, undefined),
  'timestamp with time zone': time(294_276, ZONED),
  'timestamp without time zone': time(294_276, CLOCK),
});

/** Whether it is known which texts fit; any fits a column of another type. */
export const isKnown = ({ sqlType }: Column): boolean => KEYS[sqlType] !== undefined;

export const isTextOf = ({ sqlType }: Column, text: string): boolean => KEYS[sqlType]?.(text) ?? true;
