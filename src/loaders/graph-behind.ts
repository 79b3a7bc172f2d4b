import type { GraphQLSchema } from 'graphql';
import { arrow, labelsToCypher, quoteLabel } from '../model/names.js';
import { graphName, type EntityType, type RelationshipField, type TableType } from '../model/types.js';
import { keysPart } from '../plan/graph-part.js';
import type { Where } from '../plan/where.js';
import type { GraphRunner } from '../stores/types.js';
import { runGraph, valueAt } from './graph-run.js';

/** A hop asked from its end: from what it leads to, to the rows that it leads from. */
export interface Behind {
  readonly type: TableType;
  readonly field: RelationshipField;
  readonly target: EntityType;
  /** What the target must pass, in terms of the graph. */
  readonly where: Where;
  /** Most keys that are given. */
  readonly limit: number;
}

/** How @neo4j/graphql ends a statement that gives keys; it has others of its own, to know the version of the database. */
const END = /\nRETURN this \{ \.id \} AS this$/;
const OTHER_END = / AS this$/;

/**
 * Keys of the rows whose hop leads to something that passes. Asked for rows with such a hop, @neo4j/graphql has the graph look at
 * every row; this begins at what passes and goes backwards. The condition stays the library's: only the end of its statement is
 * another.
 *
 * @returns undefined where its statement does not end as expected
 */
export const keysBehind = async (schema: GraphQLSchema, runner: GraphRunner, { type, field, target, where, limit }: Behind): Promise<string[] | undefined> => {
  const back = arrow(field.direction === 'OUT' ? 'IN' : 'OUT', `:${quoteLabel(field.relationship)}`);
  const end = `\nMATCH (this)${back}(row${labelsToCypher(type.node!.labels)})\nWITH DISTINCT row LIMIT ${limit}\nRETURN row { .id } AS this`;
  let isKnown = true;
  const backwards: GraphRunner = {
    run: (cypher, ...rest) => {
      if (END.test(cypher)) return runner.run(cypher.replace(END, end), ...rest);
      isKnown &&= !OTHER_END.test(cypher);
      return runner.run(isKnown ? cypher : 'RETURN null AS this LIMIT 0', ...rest);
    },
  };
  const found = valueAt(await runGraph(schema, backwards, 'query', [keysPart(graphName(target), where, undefined)]), 'f0') as { readonly id: string }[];
  return isKnown ? found.map(({ id }) => id) : undefined;
};
