import { GatewayError } from '../errors.js';
import type { Column } from '../model/types.js';
import { collected } from '../predicate/deferred.js';

/** PostgreSQL counts the parameters of a statement in 16 bits. */
const MAX_VALUES = 65_535;

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

/** `character` and `bit` without a length are of one character, or bit, in a cast: what is longer would be cut off. */
export const castable = (type: string): string =>
  /^(character|bit)(\[\])?$/.test(type) ? type.replace('character', 'bpchar').replace('bit', '"bit"') : type;

/** The one place where a name becomes part of a statement. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A predicate that ties two columns of a join, compared as text where their types differ. */
export const joinCondition = (left: string, leftColumn: Column, right: string, rightColumn: Column): string =>
  leftColumn.sqlType === rightColumn.sqlType ? `${left} = ${right}` : `${left}::text = ${right}::text`;

/** An OFFSET only where one was asked for: PostgreSQL would guess one of a tenth of the rows, and plan the statement anew each time. */
export const limitToSql = (rows: unknown, offset: unknown, statement: Statement): string =>
  `LIMIT ${statement.bind(rows)}${offset === undefined || offset === 0 ? '' : ` OFFSET ${statement.bind(offset)}`}`;
