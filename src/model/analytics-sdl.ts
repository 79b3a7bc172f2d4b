import { graphTypes, type Model } from './types.js';

/** `graphAnalytics` and `traceabilityGaps`, over all types that stand in the graph; nothing where none does. */
export const analyticsSdl = (model: Model): string[] => {
  const types = graphTypes(model);
  if (types.length === 0) return [];
  return [
    '"Conditions on the nodes of each type."\n' +
      `input GraphWhere {\n${types.map((type) => `${type.singular}: ${type.name}Where`).join('\n')}\n}`,
    `type Query {
      "Metrics of a subgraph: the nodes of these types that match where, and the relationships of these types between them. ` +
      `Default: all types and relationships in the schema."
      graphAnalytics(types: [GraphType!], relationships: [String!], where: GraphWhere): GraphAnalytics
    }`,
    `type GraphAnalytics {
      "Number of nodes in the subgraph."
      nodeCount: Int!
      "Number of relationships in the subgraph."
      relationshipCount: Int!
      "PageRank of each node, highest first. The scores of all nodes add up to 1."
      pageRank(limit: Int, damping: Float = 0.85, directed: Boolean = true): [GraphScore!]
      "Betweenness centrality: the share of shortest paths between other nodes that pass through each node, highest first; ` +
      `their number if not normalized."
      betweenness(limit: Int, normalized: Boolean = true, directed: Boolean = true): [GraphScore!]
      "Number of relationships of each node, highest first."
      degree(limit: Int, direction: RelationshipDirection = BOTH): [GraphScore!]
      "Weakly connected components, the largest first."
      components(limit: Int): [GraphGroup!]
      "Communities by the Louvain method, ignoring direction, the largest first. The result is deterministic."
      communities(limit: Int, resolution: Float = 1): GraphCommunities
      "Elementary cycles along the arrows."
      cycles(limit: Int, maxLength: Int = 20): GraphCycles
    }`,
    'type GraphScore {\nscore: Float!\nnode: GraphNode\n}',
    '"A group of nodes."\ntype GraphGroup {\nsize: Int!\n"In the order of types and keys."\nnodes(limit: Int): [GraphNode]!\n}',
    'type GraphCommunities {\n"Modularity: how much denser the communities are than expected by chance, at most 1."\n' +
      'modularity: Float!\n"Their number."\ncount: Int!\ngroups: [GraphGroup!]!\n}',
    'type GraphCycles {\n"True if there are more than limit."\ntruncated: Boolean!\ncycles: [GraphCycle!]!\n}',
    'type GraphCycle {\n"Number of relationships, which is also the number of nodes."\nlength: Int!\n' +
      '"In the direction of the arrows; the last leads to the first."\nnodes: [GraphNode]!\n}',
    ...(hasTraced(model)
      ? [
          '"Nodes of a type without a relationship that each of them should have."\n' +
            'type TraceabilityGap {\n"Type of the nodes."\ntype: GraphType!\n"Field of the missing relationship."\n' +
            'field: String!\n"Their number."\ncount: Int\n"The nodes, by key."\nnodes(limit: Int, offset: Int): [GraphNode!]\n}',
          'type Query {\n' +
            '"For each relationship that every node should have: the nodes that match where and do not have it. ' +
            'types restricts the result to these types."\n' +
            'traceabilityGaps(types: [GraphType!], where: GraphWhere): [TraceabilityGap!]\n}',
        ]
      : []),
  ];
};

/** Whether there is a relationship that every node of a type should have. */
const hasTraced = (model: Model): boolean =>
  graphTypes(model).some((type) => [...type.fields.values()].some((field) => field.kind === 'relationship' && field.isTraced));
