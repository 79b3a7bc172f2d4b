import { ExactNumber } from '../model/exact-json.js';
import type { Caller } from './caller.js';

/** The run of a plan: the values that were not known when it was made. */
export interface Run {
  /** The operation's variables, as the schema has coerced them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The input of a part: values of the parents' joined columns, or lists of keys. */
  readonly parents: ReadonlyMap<object, readonly unknown[]>;
  readonly caller: Caller;
}

/** A run of a plan in which only the caller was unknown. */
export const runFor = (caller: Caller, variables: Run['variables'] = {}): Run => ({ variables, parents: NO_PARENTS, caller });

const NO_PARENTS: Run['parents'] = new Map();

/** The property of a value that decides on a statement's text: whether a string is a UUID, and how large a number is. */
export type ValueKind = 'uuid' | NumberSize | undefined;

/** Beyond 64 bits; beyond a float of 4 bytes, or too near to 0 for one; the same of 8 bytes. The largest of a list counts. */
export type NumberSize = 'large' | 'huge' | 'endless';

/** A value that is not known until the plan runs. */
export class Deferred {
  constructor(
    readonly get: (run: Run) => unknown,
    /** The kind of the value, known from the shape of the variables. */
    readonly kind: ValueKind = undefined,
  ) {}
}

/** The parameters of a statement, once they are known. */
export const parametersIn = (values: readonly unknown[], run: Run): readonly unknown[] =>
  values.some((value) => value instanceof Deferred) ? values.map((value) => (value instanceof Deferred ? value.get(run) : value)) : values;

/** A value transformed, now or once it is known. */
export const changed = (value: unknown, change: (value: unknown) => unknown): unknown => {
  const whole = collected(value);
  return whole instanceof Deferred ? new Deferred((run) => change(whole.get(run)), whole.kind) : change(whole);
};

/** A list or object with Deferred parts (`in: [$a, $b]`) as one Deferred. */
export const collected = (value: unknown): unknown => {
  if (value instanceof Deferred || !holdsDeferred(value)) return value;
  return new Deferred((run) => settled(value, (part) => part.get(run)), Array.isArray(value) ? kindOf(value) : undefined);
};

export const holdsDeferred = (value: unknown): boolean =>
  value instanceof Deferred ||
  (typeof value === 'object' &&
    value !== null &&
    (Array.isArray(value) ? value.some(holdsDeferred) : Object.values(value).some(holdsDeferred)));

/** A value with its Deferred parts replaced. */
export const settled = (value: unknown, valueOf: (part: Deferred) => unknown): unknown => {
  if (value instanceof Deferred) return valueOf(value);
  if (Array.isArray(value)) return value.map((item) => settled(item, valueOf));
  if (typeof value === 'object' && value !== null && !(value instanceof ExactNumber))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, settled(item, valueOf)]));
  return value;
};

/** The format of a UUID. */
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

export const isUuid = (value: unknown): boolean => typeof value === 'string' && UUID.test(value);

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const SIZES: readonly (NumberSize | undefined)[] = [undefined, 'large', 'huge', 'endless'];
const [LEAST, GREATEST] = [-(2n ** 63n), 2n ** 63n - 1n];

/** The kind of a value, or of a list: that of its largest number. */
export const kindOf = (value: unknown): ValueKind => {
  if (value instanceof Deferred) return value.kind;
  if (Array.isArray(value)) return SIZES[value.reduce<number>((most, item) => Math.max(most, SIZES.indexOf(sizeOf(item))), 0)];
  return isUuid(value) ? 'uuid' : sizeOf(value);
};

const sizeOf = (value: unknown): NumberSize | undefined => {
  if (value instanceof Deferred) return value.kind === 'uuid' ? undefined : value.kind;
  // Short texts, which most are, are small numbers unless they have an exponent.
  if (typeof value !== 'number' && (typeof value !== 'string' || (value.length < 19 && !/e/i.test(value)) || !NUMBER.test(value)))
    return undefined;
  const number = Number(value);
  const isZero = typeof value === 'number' ? value === 0 : !/[1-9]/.test(value.replace(/e.*/i, ''));
  if (!Number.isFinite(number) || (number === 0 && !isZero)) return 'endless';
  const float = Math.fround(number);
  if (!Number.isFinite(float) || (float === 0 && !isZero)) return 'huge';
  if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) return BigInt(value) < LEAST || BigInt(value) > GREATEST ? 'large' : undefined;
  return Math.abs(number) >= 2 ** 63 ? 'large' : undefined;
};
