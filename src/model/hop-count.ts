import { arrow, labelsToCypher, quoteLabel } from './names.js';
import type { RelationshipField } from './fields.js';
import type { EntityType, Model } from './types.js';

/** The graph schema's field that says how many nodes a hop leads to: lists of nodes are put in order by it. */
export const countName = (hop: string): string => `${hop}Count_`;

export const countSdl = (model: Model, field: RelationshipField): string => {
  const { node } = model.types.get(field.target) as EntityType & { readonly node: { readonly labels: readonly string[] } };
  const statement =
    `MATCH (this)${arrow(field.direction, `:${quoteLabel(field.relationship)}`)}(n${labelsToCypher(node.labels)}) ` +
    'RETURN count(DISTINCT n) AS count';
  return (
    `${countName(field.name)}: Int! @cypher(statement: ${JSON.stringify(statement)}, columnName: "count") ` +
    '@filterable(byValue: false, byAggregate: false)'
  );
};
