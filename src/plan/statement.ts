import { GatewayError } from '../errors.js';

/** PostgreSQL counts the parameters of a statement in 16 bits. */
const MAX_VALUES = 65_535;

/** A SQL statement being made: its parameters, and fresh names for its tables. */
export class Statement {
  readonly values: unknown[] = [];
  #aliases = 0;

  /** Adds a parameter; `type` is needed only where PostgreSQL cannot tell it from the place. */
  bind(value: unknown, type?: string): string {
    if (this.values.length >= MAX_VALUES) throw new GatewayError('TOO_MANY_VALUES', { maximum: MAX_VALUES });
    const placeholder = `$${this.values.push(value)}`;
    return type === undefined ? placeholder : `${placeholder}::${type}`;
  }

  alias(): string {
    return `t${this.#aliases++}`;
  }
}

/** The one place where a name becomes part of a statement. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const tableName = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${quoteName(schema)}.${quoteName(name)}`;
