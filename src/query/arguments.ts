import type { Model, TableType } from '../model/types.js';
import { parseWhere } from '../predicate/parse.js';
import type { Predicate } from '../predicate/types.js';

/** Arguments of a list of rows, or of its connection, with the condition read. Values may be Deferred. */
export interface ListArguments {
  readonly where?: Predicate | undefined;
  readonly sort?: unknown;
  readonly limit?: unknown;
  readonly offset?: unknown;
  readonly first?: unknown;
  readonly last?: unknown;
  readonly after?: unknown;
  readonly before?: unknown;
}

/**
 * Reads the arguments of a field that gives rows of a type, as the schema has coerced them.
 *
 * @throws GatewayError BAD_WHERE
 */
export const listArguments = (model: Model, type: TableType, args: Readonly<Record<string, unknown>>): ListArguments => ({
  ...args,
  where: parseWhere(model, { type, onEdge: false }, args['where'], type.plural),
});
