import { compareNumber } from 'lossless-json';

/**
 * A value of PostgreSQL's numeric: a JavaScript number where that keeps all digits, NaN and the infinities included, otherwise a text.
 */
export type Decimal = number | string;

const NUMBER = /^([+-]?)(?=\.?\d)0*(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;
const NO_NUMBER = /^(nan|[+-]?inf(?:inity)?)$/i;

/** The digits that a double keeps of every number. */
const KEPT = 15;

/** A number as PostgreSQL prints it or a client writes it; undefined for any other text. */
export const readDecimal = (text: string): Decimal | undefined => {
  if (NO_NUMBER.test(text)) return /n$/i.test(text) ? NaN : text.startsWith('-') ? -Infinity : Infinity;
  const [, sign, whole = '', part = '', exponent = ''] = NUMBER.exec(text) ?? [];
  if (sign === undefined) return undefined;
  if (!/[1-9]/.test(whole + part)) return 0;
  if (whole.length + part.length <= KEPT && exponent === '') return Number(text);
  return `${sign === '-' ? sign : ''}${whole || '0'}${part && `.${part}`}${exponent && `e${exponent}`}`;
};

/** NaN is equal to itself, and greater than all other numbers. */
export const compareDecimals = (left: Decimal, right: Decimal): number => {
  if (typeof left === 'number' && typeof right === 'number') return compareNumbers(left, right);
  if (typeof left === 'number' && !Number.isFinite(left)) return left === -Infinity ? -1 : 1;
  if (typeof right === 'number' && !Number.isFinite(right)) return right === -Infinity ? 1 : -1;
  return compareNumber(String(left), String(right));
};

/** A number of 4 or 8 bytes; a value that none is, since it is too large or too near to 0, lies beside one. */
export interface Float {
  readonly at: number;
  readonly beside: number;
}

/** @param round to the precision of the column; a value that is beyond it is compared as a double */
export const readFloat = (text: string, round: (number: number) => number): Float | undefined => {
  const decimal = readDecimal(text);
  if (decimal === undefined) return undefined;
  const number = Number(decimal);
  const sign = text.startsWith('-') ? -1 : 1;
  if (typeof decimal === 'string' && !Number.isFinite(number)) return { at: sign * Number.MAX_VALUE, beside: sign };
  if (number === 0 && decimal !== 0) return { at: 0, beside: sign };
  const rounded = round(number);
  const isBeyond = Number.isFinite(number) && (!Number.isFinite(rounded) || (rounded === 0 && number !== 0));
  return { at: isBeyond ? number : rounded, beside: 0 };
};

export const compareFloats = (left: Float, right: Float): number => compareNumbers(left.at, right.at) || left.beside - right.beside;

const compareNumbers = (left: number, right: number): number => {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return left < right ? -1 : Number(left > right);
};

/**
 * A number of JSON as jsonb prints it: without an exponent, and with as many decimals as it was written with.
 *
 *     1.50 -> "1.50", 1e2 -> "100", 15e-1 -> "1.5", -0 -> "0"
 */
export const printDecimal = (text: string): string => {
  const [, sign = '', whole = '', part = '', exponent = '0'] = NUMBER.exec(text)!;
  const point = whole.length + Number(exponent);
  const digits = (whole + part).padStart(whole.length + part.length - Math.min(point, 0), '0');
  const at = Math.max(point, 0);
  const [before, after] = [digits.slice(0, at).padEnd(at, '0').replace(/^0+/, ''), digits.slice(at)];
  return `${sign === '-' && /[1-9]/.test(digits) ? sign : ''}${before || '0'}${after && `.${after}`}`;
};
