/** A hop of a selection: the relationship and the node at its end as a Cypher pattern, and the most nodes per node at its start. */
export interface NodeStep {
  /** Empty for a root, which starts at all nodes with the label. */
  readonly arrow: string;
  readonly labels: string;
  readonly limit: number;
}

/** The hops that lead to nodes of a selection. */
export type NodePath = readonly NodeStep[];

/** The most nodes that a path can reach from `from` nodes. */
export const mostNodes = (from: number, path: NodePath): number => path.reduce((product, { limit }) => product * limit, from);

/**
 * Counts the walks along a path, ignoring conditions and limits below its start. Nodes are grouped at each step, so each relationship
 * is visited once. A root starts at its nodes with the most relationships.
 *
 *     MATCH (n0:`A`) WHERE n0.id IN $keys MATCH (n0)-[:`R`]->(n1:`B`) WITH n1, count(*) AS w1
 *     MATCH (n1)<-[:`S`]-(n2:`C`) WITH n2, sum(w1) AS w2 RETURN sum(w2) AS nodes
 *
 * @param start labels of the nodes that the path starts from, whose keys are `$keys`; without it, the path starts from its own root, at
 *   most as many nodes as the root's limit
 */
export const countNodes = (path: NodePath, start: string | undefined): string => {
  const [root, ...hops] = start === undefined ? path : [{ arrow: '', labels: start, limit: 0 }, ...path];
  const first = hops[0]!;
  // A JavaScript number sent as a parameter arrives in Neo4j as a float, which LIMIT refuses.
  const from =
    start === undefined
      ? `MATCH (n0${root!.labels})${first.arrow}(x${first.labels}) WITH n0, count(x) AS degree ORDER BY degree DESC LIMIT ${root!.limit}`
      : `MATCH (n0${root!.labels}) WHERE n0.id IN $keys`;
  const steps = hops.map(({ arrow, labels }, index) => {
    const weight = index === 0 ? 'count(*)' : `sum(w${index})`;
    return `MATCH (n${index})${arrow}(n${index + 1}${labels}) WITH n${index + 1}, ${weight} AS w${index + 1}`;
  });
  return [from, ...steps, `RETURN sum(w${hops.length}) AS nodes`].join(' ');
};
