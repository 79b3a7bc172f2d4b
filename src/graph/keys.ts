import type { GraphQLSchema } from 'graphql';
import { arrow, labelsToCypher, quoteLabel } from '../model/names.js';
import type { RelationshipField } from '../model/fields.js';
import type { TableType } from '../model/types.js';
import type { GraphPart } from './part.js';
import type { GraphRunner } from '../stores/types.js';
import { runGraph, valueAt } from './run.js';

/** The keys of the nodes that a part selects, or of the rows that a hop connects to them. */
export interface KeysRequest {
  readonly kind: 'keys';
  /** A root field that selects only keys. */
  readonly part: GraphPart;
  /** The hop that leads to these nodes: the result is the keys of at most `limit` rows at its start. */
  readonly behind?: { readonly type: TableType; readonly field: RelationshipField; readonly limit: number };
}

/** How @neo4j/graphql ends a statement that returns keys. It also sends statements of its own, to read the version of the database. */
const END = /\nRETURN this \{ \.id \} AS this$/;
const OTHER_END = / AS this$/;

/**
 * Keys come as one list, since a driver takes many times longer for as many records. A hop is followed from its end: for rows with
 * such a hop @neo4j/graphql would scan every row, while this starts at the matching nodes and goes back. The condition stays the
 * library's: only the end of its statement is replaced.
 *
 *     MATCH (this:PinPart)
 *     WHERE this.name = $param0
 *     MATCH (this)<-[:`PIN_HAS`]-(row:`PinItem`)
 *     WITH DISTINCT row LIMIT 2001
 *     RETURN collect(row.id) AS keys
 *
 * @returns undefined where rows are wanted and the library's statement does not end as expected
 */
export const loadKeys = async (
  schema: GraphQLSchema,
  runner: GraphRunner,
  { part, behind }: KeysRequest,
): Promise<string[] | undefined> => {
  const end = behind ? endBehind(behind) : '\nRETURN collect(this.id) AS keys';
  let keys: unknown[] | undefined;
  let isKnown = true;
  const collecting: GraphRunner = {
    run: async (cypher, ...rest) => {
      if (!END.test(cypher)) {
        isKnown &&= !OTHER_END.test(cypher);
        return runner.run(isKnown || !behind ? cypher : 'RETURN null AS this LIMIT 0', ...rest);
      }
      const result = await runner.run(cypher.replace(END, end), ...rest);
      keys = result.records[0]!.get('keys') as unknown[];
      return { ...result, records: [] };
    },
  };
  const found = valueAt(await runGraph(schema, collecting, 'query', [part]), 'f0') as { readonly id: string }[];
  if (keys) return keys.map(String);
  return behind ? undefined : found.map(({ id }) => id);
};

const endBehind = ({ type, field, limit }: NonNullable<KeysRequest['behind']>): string => {
  const back = arrow(field.direction === 'OUT' ? 'IN' : 'OUT', `:${quoteLabel(field.relationship)}`);
  return `\nMATCH (this)${back}(row${labelsToCypher(type.node!.labels)})\nWITH DISTINCT row LIMIT ${limit}\nRETURN collect(row.id) AS keys`;
};
