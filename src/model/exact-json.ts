import { compareNumber, parse, splitNumber, stringify } from 'lossless-json';

/** A number of JSON that no double holds: its text has more digits, or it is too large or too small. */
export class ExactNumber {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }

  /** JSON.stringify can write no digits of its own: `writeJson` notices, and writes anew. */
  toJSON(): string {
    met = true;
    return this.text;
  }
}

let met = false;

/** A number as JavaScript has it, or its text where that would be another number, or may seem to be: whole numbers beyond 2^53. */
export const exactNumber = (text: string): number | ExactNumber => {
  const number = Number(text);
  const isSafe = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
  return isSafe && compareNumber(text, String(number)) === 0 ? number : new ExactNumber(text);
};

/** Longest whole number that is written without the exponent it was given with. */
const MAX_EXPANDED = 1_000;

/** A whole number without an exponent: 1e21 is 1 and 21 zeros. Any other is as it was. */
export const expandedNumber = ({ text }: ExactNumber): string => {
  if (!/e/i.test(text)) return text;
  const { sign, digits, exponent } = splitNumber(text);
  return exponent < digits.length - 1 || exponent > MAX_EXPANDED ? text : sign + digits.padEnd(exponent + 1, '0');
};

/**
 * Whether a double stands for a number of this text, rounded to as many digits as the text has: 0.10000000000000001 is what some
 * programs write for 0.1, and 9007199254740993 is no double.
 */
export const isDouble = (text: string): boolean => {
  const number = Number(text);
  const digits = splitNumber(text).digits.length;
  return Number.isFinite(number) && digits <= 100 && compareNumber(text, number.toPrecision(digits)) === 0;
};

/** Finds all numbers that may not be what a double holds, and some texts that look alike. */
const LONG_NUMBER = /(?:^|[[:,\s])-?(?:\d[\d.]{15,}|\d[\d.]*[eE])/;

/**
 * JSON.parse, but no number becomes another. Only a text with long numbers pays for it.
 *
 * @throws SyntaxError, or RangeError where it is nested too deep
 */
export const readJson = (text: string): unknown => {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text) as unknown;
  // As JSON.parse has it, the last of several values of a name counts.
  return parse(text, undefined, { parseNumber: exactNumber, onDuplicateKey: ({ newValue }) => newValue });
};

const NUMBERS = [{ test: (value: unknown) => value instanceof ExactNumber, stringify: String }];

/** JSON.stringify, with the digits of exact numbers. */
export const writeJson = (value: unknown): string => {
  met = false;
  const text = JSON.stringify(value);
  return met ? stringify(value, undefined, undefined, NUMBERS)! : text;
};
