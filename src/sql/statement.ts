import { GatewayError } from '../errors.js';
import type { Column } from '../model/columns.js';
import { collected } from '../predicate/deferred.js';

/** PostgreSQL counts the parameters of a statement in 16 bits. */
const MAX_VALUES = 65_535;

/** A SQL statement under construction: its parameters, and fresh aliases for its tables. */
export class Statement {
  /** Parameters in order; some may be Deferred. */
  readonly values: unknown[] = [];
  #aliases = 0;

  /** Adds a parameter; `type` is needed only where PostgreSQL cannot infer it. */
  bind(value: unknown, type?: string): string {
    if (this.values.length >= MAX_VALUES) throw new GatewayError('TOO_MANY_VALUES', { maximum: MAX_VALUES });
    const placeholder = `$${this.values.push(collected(value))}`;
    return type === undefined ? placeholder : `${placeholder}::${castable(type)}`;
  }

  alias(): string {
    return `t${this.#aliases++}`;
  }
}

/** In a cast, `character` and `bit` without a length mean one character or bit: a longer value would be truncated. */
export const castable = (type: string): string =>
  /^(character|bit)(\[\])?$/.test(type) ? type.replace('character', 'bpchar').replace('bit', '"bit"') : type;

/** The one place where a name becomes part of a statement. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A text as a literal. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The condition of a join on two columns, compared as text where their types differ. */
export const joinCondition = (left: string, leftColumn: Column, right: string, rightColumn: Column): string =>
  leftColumn.sqlType === rightColumn.sqlType ? `${left} = ${right}` : `${left}::text = ${right}::text`;

/** OFFSET only where the request has one: PostgreSQL would estimate it as a tenth of the rows, and replan the statement each time. */
export const limitToSql = (rows: unknown, offset: unknown, statement: Statement): string =>
  `LIMIT ${statement.bind(rows)}${offset === undefined || offset === 0 ? '' : ` OFFSET ${statement.bind(offset)}`}`;
