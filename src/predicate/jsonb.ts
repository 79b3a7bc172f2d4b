import { ExactNumber } from '../model/exact-json.js';
import { compareDecimals, printDecimal, readDecimal, type Decimal } from './decimal.js';
import { compareTexts } from './letters.js';

/** A jsonb value: numbers with all their digits, the keys of an object once each, in jsonb's order. */
export type Jsonb = null | boolean | string | ExactNumber | readonly Jsonb[] | ReadonlyMap<string, Jsonb>;

/** JSON from the database or JSON.stringify, so it is well formed. */
export const readJsonb = (text: string): Jsonb => new Reader(text).value();

/** A string, a number, a word, or a punctuation mark. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[a-z]+|[[\]{},:]/g;

class Reader {
  readonly #tokens: RegExpStringIterator<RegExpExecArray>;

  constructor(text: string) {
    this.#tokens = text.matchAll(TOKEN);
  }

  value(token = this.#next()): Jsonb {
    switch (token[0]) {
      case '{':
        return this.#object();
      case '[': {
        const items: Jsonb[] = [];
        for (let next = this.#next(); next !== ']'; next = this.#next()) if (next !== ',') items.push(this.value(next));
        return items;
      }
      case '"':
        return JSON.parse(token) as string;
      case 't':
      case 'f':
        return token === 'true';
      case 'n':
        return null;
      default:
        return new ExactNumber(token);
    }
  }

  #object(): Jsonb {
    const entries = new Map<string, Jsonb>();
    for (let next = this.#next(); next !== '}'; next = this.#next()) {
      if (next === ',') continue;
      this.#next();
      entries.set(JSON.parse(next) as string, this.value());
    }
    return new Map([...entries].sort(([left], [right]) => Buffer.byteLength(left) - Buffer.byteLength(right) || compareTexts(left, right)));
  }

  #next(): string {
    return this.#tokens.next().value![0];
  }
}

const TYPES = ['null', 'string', 'number', 'boolean', 'array', 'object'] as const;

/** The names of jsonb_typeof. */
export const jsonbType = (value: Jsonb): (typeof TYPES)[number] => {
  if (value === null) return 'null';
  if (value instanceof ExactNumber) return 'number';
  if (value instanceof Map) return 'object';
  return Array.isArray(value) ? 'array' : (typeof value as 'string' | 'boolean');
};

/** Values of different types are in this order; shorter lists and objects come first. Zero where two are equal. */
export const compareJsonb = (left: Jsonb, right: Jsonb): number => {
  const [type, other] = [jsonbType(left), jsonbType(right)];
  if (type !== other) return TYPES.indexOf(type) - TYPES.indexOf(other);
  switch (type) {
    case 'null':
      return 0;
    case 'string':
      return compareTexts(left as string, right as string);
    case 'number':
      return compareDecimals(decimal(left), decimal(right));
    case 'boolean':
      return Number(left) - Number(right);
    default:
      return compareAll(flat(left), flat(right));
  }
};

const decimal = (number: Jsonb): Decimal => readDecimal((number as ExactNumber).text)!;

/** The items of a list, or the keys and values of an object. */
const flat = (value: Jsonb): readonly Jsonb[] =>
  value instanceof Map ? [...(value as ReadonlyMap<string, Jsonb>)].flat() : (value as readonly Jsonb[]);

const compareAll = (left: readonly Jsonb[], right: readonly Jsonb[]): number => {
  if (left.length !== right.length) return left.length - right.length;
  for (const [index, item] of left.entries()) {
    const result = compareJsonb(item, right[index]!);
    if (result !== 0) return result;
  }
  return 0;
};

/** jsonb's `@>`. Only at the top level a list contains a value that is not a list. */
export const containsJsonb = (whole: Jsonb, part: Jsonb): boolean =>
  Array.isArray(whole) && isScalar(part) ? holdsPart(whole, [part]) : holds(whole, part);

const isScalar = (value: Jsonb): boolean => !Array.isArray(value) && !(value instanceof Map);

const holds = (whole: Jsonb, part: Jsonb): boolean => {
  if (whole instanceof Map)
    return (
      part instanceof Map &&
      [...(part as ReadonlyMap<string, Jsonb>)].every(([key, value]) => whole.has(key) && holds(whole.get(key) as Jsonb, value))
    );
  if (Array.isArray(whole)) return Array.isArray(part) && holdsPart(whole, part);
  return isScalar(part) && compareJsonb(whole, part) === 0;
};

const holdsPart = (whole: readonly Jsonb[], part: readonly Jsonb[]): boolean => part.every((item) => whole.some((own) => holds(own, item)));

/** jsonb's `?`: a key of an object, or a text in a list, or the text itself. */
export const hasKey = (value: Jsonb, key: string): boolean =>
  value instanceof Map ? value.has(key) : Array.isArray(value) ? value.includes(key) : value === key;

/** jsonb's `#>`: the value at a path, or undefined. Negative positions count from the end. */
export const atPath = (value: Jsonb, path: readonly string[]): Jsonb | undefined =>
  path.reduce<Jsonb | undefined>((at, step) => {
    if (at instanceof Map) return at.get(step) as Jsonb | undefined;
    return Array.isArray(at) && /^\s*[+-]?\d+$/.test(step) ? (at as readonly Jsonb[]).at(Number(step)) : undefined;
  }, value);

/** jsonb's `#>>`: a value as text; a null has none. */
export const jsonbText = (value: Jsonb): string | null => (value === null ? null : typeof value === 'string' ? value : print(value));

/** A value as jsonb prints it: `{"a": [1, "x"], "bb": null}`. */
const print = (value: Jsonb): string => {
  if (value instanceof ExactNumber) return printDecimal(value.text);
  if (Array.isArray(value)) return `[${(value as readonly Jsonb[]).map(print).join(', ')}]`;
  if (value instanceof Map)
    return `{${[...(value as ReadonlyMap<string, Jsonb>)].map(([key, item]) => `${JSON.stringify(key)}: ${print(item)}`).join(', ')}}`;
  return JSON.stringify(value);
};
