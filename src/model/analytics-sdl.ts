import { graphTypes, hasTraced, type Model } from './types.js';

/** `graphAnalytics` and `traceabilityGaps`, over all types that stand in the graph; nothing where none does. */
export const analyticsSdl = (model: Model): string[] => {
  const types = graphTypes(model);
  if (types.length === 0) return [];
  return [
    `"Conditions on the nodes of each type."\ninput GraphWhere {\n${types.map((type) => `${type.singular}: ${type.name}Where`).join('\n')}\n}`,
    `type Query {
      "What the shape of a part of the graph says: the nodes of these types that pass where, and the relationships of these types between them. Without types or relationships: all that the schema has."
      graphAnalytics(types: [GraphType!], relationships: [String!], where: GraphWhere): GraphAnalytics
    }`,
    `type GraphAnalytics {
      "Nodes of the part."
      nodeCount: Int!
      "Relationships of the part."
      relationshipCount: Int!
      "Share of a long walk along the relationships that is spent at each node, highest first. All nodes together have 1."
      pageRank(limit: Int, damping: Float = 0.85, directed: Boolean = true): [GraphScore!]
      "Share of the shortest ways between all others that go through each node, highest first; their number when not normalized."
      betweenness(limit: Int, normalized: Boolean = true, directed: Boolean = true): [GraphScore!]
      "Relationships of each node, most first."
      degree(limit: Int, direction: RelationshipDirection = BOTH): [GraphScore!]
      "Connected components, whatever the arrows, the largest first."
      components(limit: Int): [GraphGroup!]
      "Communities by the Louvain method, whatever the arrows, the largest first: the same for the same graph every time."
      communities(limit: Int, resolution: Float = 1): GraphCommunities
      "Cycles along the arrows that meet no node twice."
      cycles(limit: Int, maxLength: Int = 20): GraphCycles
    }`,
    'type GraphScore {\nscore: Float!\nnode: GraphNode\n}',
    '"Nodes that belong together."\ntype GraphGroup {\nsize: Int!\n"In the order of types and keys."\nnodes(limit: Int): [GraphNode]!\n}',
    'type GraphCommunities {\n"How much denser the communities are inside than by chance, at most 1."\nmodularity: Float!\n"How many there are."\ncount: Int!\ngroups: [GraphGroup!]!\n}',
    'type GraphCycles {\n"True when there are more than limit."\ntruncated: Boolean!\ncycles: [GraphCycle!]!\n}',
    'type GraphCycle {\n"Number of its relationships, and of its nodes."\nlength: Int!\n"In the order of the arrows; the last leads to the first."\nnodes: [GraphNode]!\n}',
    ...(hasTraced(model)
      ? [
          `"Nodes of a type without what each of them should have."\ntype TraceabilityGap {\n"Type of the nodes."\ntype: GraphType!\n"Field that leads nowhere."\nfield: String!\n"How many there are."\ncount: Int\n"The nodes, by key."\nnodes(limit: Int, offset: Int): [GraphNode!]\n}`,
          'type Query {\n"For each relationship that every node should have: the nodes that pass where and do not have it. With types: of nodes of these only."\ntraceabilityGaps(types: [GraphType!], where: GraphWhere): [TraceabilityGap!]\n}',
        ]
      : []),
  ];
};
