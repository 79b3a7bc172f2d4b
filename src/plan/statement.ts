import { GatewayError } from '../errors.js';

/** PostgreSQL counts the parameters of a statement in 16 bits. */
const MAX_VALUES = 65_535;

/** What a plan is run with: the values that were not known when it was made. */
export interface Run {
  /** The operation's variables, as the schema has coerced them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** What a part is asked for: values of the parents' joined columns, or lists of keys. */
  readonly parents: ReadonlyMap<object, readonly unknown[]>;
}

/** A value that is known when the plan is run, not when it is made. */
export class Deferred {
  constructor(
    readonly get: (run: Run) => unknown,
    /** Whether the value will be written as a uuid; the shape of the variables says so. */
    readonly isUuid = false,
  ) {}
}

/** A value changed, now or when it is known. */
export const changed = (value: unknown, change: (value: unknown) => unknown): unknown => {
  const whole = collected(value);
  return whole instanceof Deferred ? new Deferred((run) => change(whole.get(run)), whole.isUuid) : change(whole);
};

/** A list or object with Deferred parts (`in: [$a, $b]`) as one Deferred. */
const collected = (value: unknown): unknown => (!(value instanceof Deferred) && holdsDeferred(value) ? new Deferred((run) => settled(value, (part) => part.get(run))) : value);

const holdsDeferred = (value: unknown): boolean =>
  value instanceof Deferred || (typeof value === 'object' && value !== null && (Array.isArray(value) ? value.some(holdsDeferred) : Object.values(value).some(holdsDeferred)));

/** A value with the Deferred parts in it replaced. */
export const settled = (value: unknown, valueOf: (part: Deferred) => unknown): unknown => {
  if (value instanceof Deferred) return valueOf(value);
  if (Array.isArray(value)) return value.map((item) => settled(item, valueOf));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, settled(item, valueOf)]));
  return value;
};

/** A SQL statement being made: its parameters, and fresh names for its tables. */
export class Statement {
  /** Parameters in order; some may be Deferred. */
  readonly values: unknown[] = [];
  #aliases = 0;

  /** Adds a parameter; `type` is needed only where PostgreSQL cannot tell it from the place. */
  bind(value: unknown, type?: string): string {
    if (this.values.length >= MAX_VALUES) throw new GatewayError('TOO_MANY_VALUES', { maximum: MAX_VALUES });
    const placeholder = `$${this.values.push(collected(value))}`;
    return type === undefined ? placeholder : `${placeholder}::${castable(type)}`;
  }

  alias(): string {
    return `t${this.#aliases++}`;
  }
}

/** `character` without a length is one of one character in a cast: what is longer would be cut off. */
export const castable = (type: string): string => (/^character(\[\])?$/.test(type) ? type.replace('character', 'bpchar') : type);

/** The one place where a name becomes part of a statement. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const tableName = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${quoteName(schema)}.${quoteName(name)}`;

/** An OFFSET only where one was asked for: PostgreSQL would guess one of a tenth of the rows, and plan the statement anew each time. */
export const limitToSql = (rows: unknown, offset: unknown, statement: Statement): string =>
  `LIMIT ${statement.bind(rows)}${offset === undefined || offset === 0 ? '' : ` OFFSET ${statement.bind(offset)}`}`;
