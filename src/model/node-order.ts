/** How many orders by what hops lead to one statement takes. */
export const MAX_ORDERS = 4;

/**
 * The graph schema's fields by which nodes are put in order where the graph does not know the order: each takes a node's
 * rank, by its key, from the parameter of its own name. The rank of the nodes that have none stands under NO_KEY.
 */
export const ORDER_NAMES: readonly string[] = Array.from({ length: MAX_ORDERS }, (_, index) => `order${index}_`);

/** No node's key: an empty one is no name in Cypher. */
export const NO_KEY = '#none';

export const orderSdl = (): string[] =>
  ORDER_NAMES.map(
    (name) =>
      `${name}: Float ` +
      `@cypher(statement: ${JSON.stringify(`RETURN coalesce($${name}[this.id], $${name}['${NO_KEY}']) AS rank`)}, columnName: "rank") ` +
      '@filterable(byValue: false, byAggregate: false)',
  );
