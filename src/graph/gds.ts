import type { Analysis } from '../analytics/types.js';
import { arrow, labelsToCypher, quoteLabel } from '../model/names.js';
import { typeCase } from '../model/traversal-cypher.js';
import type { EntityType, Model } from '../model/types.js';
import type { CypherStatement } from '../stores/types.js';

/** Nodes in the order of types and keys, and the types of the relationships between them. */
export interface SubgraphPart {
  readonly nodes: readonly { readonly type: EntityType; readonly keys: readonly string[] }[];
  readonly relationships: readonly string[];
}

/**
 * The analyses for which the Graph Data Science plug-in gives the gateway's own results. Its Louvain finds other communities and has no
 * resolution; it does not list cycles.
 */
export type ScienceAnalysis = Extract<Analysis, { kind: 'pageRank' | 'betweenness' | 'degree' | 'components' }>;

export const isForScience = (analysis: Analysis): analysis is ScienceAnalysis =>
  analysis.kind !== 'communities' && analysis.kind !== 'cycles';

/** The procedure of each analysis, and the column with a node's value. */
const PROCEDURES = {
  pageRank: ['gds.pageRank.stream', 'score'],
  betweenness: ['gds.betweenness.stream', 'score'],
  degree: ['gds.degree.stream', 'score'],
  components: ['gds.wcc.stream', 'componentId'],
} as const;

/** The numbers of the part's nodes that exist in the graph, and how many relationships there are between them. */
export const sizeStatement = (model: Model, part: SubgraphPart): CypherStatement => {
  const { ends, parameters } = numbered(model, part);
  return { cypher: `CYPHER 5 ${ends}\nRETURN collect(DISTINCT number) AS standing, count(other) AS relationships`, parameters };
};

/** Which of the two projections of a part an analysis runs on. */
export const isUndirected = (analysis: ScienceAnalysis): boolean => 'directed' in analysis && !analysis.directed;

const projectedName = (graph: string, undirected: boolean): string => `${graph}${undirected ? 'undirected' : 'directed'}`;

/**
 * Projects the part for these analyses, its nodes by their numbers, into the memory of the server. Betweenness would count parallel
 * relationships as separate paths, so for it they become one, whose weight is their number.
 *
 *     CYPHER 5 CALL () { MATCH (source:`Part`) WHERE source.id IN $keys0 RETURN source, $numbers0[toStringOrNull(source.id)] AS number }
 *     OPTIONAL MATCH (source)-[:`OF`]->(target)
 *     WITH number, CASE WHEN target:`Part` THEN $numbers0[toStringOrNull(target.id)] END AS other
 *     WITH number AS one, other AS another
 *     WITH one, another, 1 AS weight
 *     RETURN gds.graph.project($graph, toInteger(one), toInteger(another), {relationshipProperties: {weight: weight}},
 *       {undirectedRelationshipTypes: $undirected, logProgress: false}) AS projected
 */
export const projectStatement = (
  model: Model,
  part: SubgraphPart,
  graph: string,
  analyses: readonly ScienceAnalysis[],
  undirected: boolean,
): CypherStatement => {
  const { ends, parameters } = numbered(model, part);
  const isSimple = analyses.some(({ kind }) => kind === 'betweenness');
  // Undirected, a self-loop counts at both ends, and the node with the lower number comes first.
  const one = undirected ? 'CASE WHEN other < number THEN other ELSE number END' : 'number';
  const another = undirected ? 'CASE WHEN other < number THEN number ELSE other END' : 'other';
  const weight = `${isSimple ? 'count(*)' : '1'}${undirected ? ' * CASE one WHEN another THEN 0.5 ELSE 1 END' : ''}`;
  return {
    cypher:
      `CYPHER 5 ${ends}\nWITH ${one} AS one, ${another} AS another\nWITH one, another, ${weight} AS weight\n` +
      'RETURN gds.graph.project($graph, toInteger(one), toInteger(another), {relationshipProperties: {weight: weight}}, ' +
      '{undirectedRelationshipTypes: $undirected, logProgress: false}) AS projected',
    parameters: { ...parameters, graph: projectedName(graph, undirected), undirected: undirected ? ['*'] : [] },
  };
};

/**
 * Runs an analysis on a projection: one record of two lists, the nodes and their values.
 *
 *     CYPHER 5 CALL gds.degree.stream($graph, {orientation: $orientation, relationshipWeightProperty: 'weight', logProgress: false})
 *     YIELD nodeId, score RETURN collect(nodeId) AS nodes, collect(score) AS values
 */
export const analysisStatement = (analysis: ScienceAnalysis, graph: string): CypherStatement => {
  const [procedure, value] = PROCEDURES[analysis.kind];
  const { text, parameters } = settings(analysis);
  return {
    cypher:
      `CYPHER 5 CALL ${procedure}($graph, {${[...text, 'logProgress: false'].join(', ')}}) YIELD nodeId, ${value} ` +
      `RETURN collect(nodeId) AS nodes, collect(${value}) AS values`,
    parameters: { graph: projectedName(graph, isUndirected(analysis)), ...parameters },
  };
};

const ORIENTATIONS = { OUT: 'NATURAL', IN: 'REVERSE', BOTH: 'UNDIRECTED' } as const;

const WEIGHTED = "relationshipWeightProperty: 'weight'";

const settings = (analysis: ScienceAnalysis): { text: readonly string[]; parameters: Record<string, unknown> } => {
  switch (analysis.kind) {
    case 'pageRank':
      // The plug-in drops the rank of nodes without outgoing relationships; scaling to a sum of 1 has the same effect as spreading it.
      return {
        text: ['dampingFactor: $damping', 'tolerance: 1e-13', 'maxIterations: 10000', "scaler: 'L1Norm'", WEIGHTED],
        parameters: { damping: analysis.damping },
      };
    case 'degree':
      return { text: ['orientation: $orientation', WEIGHTED], parameters: { orientation: ORIENTATIONS[analysis.direction] } };
    case 'betweenness':
    case 'components':
      return { text: [], parameters: {} };
  }
};

const PREFIX = 'odras-gateway';

/** A name for the projections of a run, which also says how long they may exist. */
export const graphNameOf = (id: string, lifetimeMs: number): string => `${PREFIX} ${lifetimeMs} ${id} `;

/** Drops the projections of a run, and those that a gateway left behind when it crashed. */
export const dropStatement = (graph: string): CypherStatement => ({
  cypher:
    'CYPHER 5 CALL gds.graph.list() YIELD graphName, creationTime\nWITH graphName, creationTime ' +
    'WHERE graphName STARTS WITH $graph OR (graphName STARTS WITH $prefix ' +
    "AND creationTime + duration({milliseconds: toInteger(split(graphName, ' ')[1])}) < datetime())\n" +
    'CALL gds.graph.drop(graphName, false) YIELD graphName AS dropped RETURN count(*) AS dropped',
  parameters: { graph, prefix: `${PREFIX} ` },
});

/**
 * Rows of a node's number and the number of the node at the end of one of its relationships, and the parameters. That end is null where
 * it is not a node of the part; every node has at least one row.
 */
const numbered = (model: Model, { nodes, relationships }: SubgraphPart): { ends: string; parameters: Record<string, unknown> } => {
  const parameters: Record<string, unknown> = {};
  const indexes = new Map(nodes.map(({ type }, index) => [type, index]));
  let first = 0;
  for (const [index, { keys }] of nodes.entries()) {
    parameters[`keys${index}`] = keys;
    parameters[`numbers${index}`] = Object.fromEntries(keys.map((key, position) => [key, first + position]));
    first += keys.length;
  }
  const numberOf = (node: string, index: number | undefined) =>
    index === undefined ? 'null' : `$numbers${index}[toStringOrNull(${node}.id)]`;
  const sources = nodes.map(
    ({ type }, index) =>
      `MATCH (source${labelsToCypher(type.node!.labels)}) WHERE source.id IN $keys${index} ` +
      `RETURN source, ${numberOf('source', index)} AS number`,
  );
  const other = typeCase(model, 'target', (type) => numberOf('target', indexes.get(type)));
  const hops =
    relationships.length === 0
      ? 'WITH number, null AS other'
      : `OPTIONAL MATCH (source)${arrow('OUT', `:${relationships.map(quoteLabel).join('|')}`)}(target) WITH number, ${other} AS other`;
  return { ends: `CALL () { ${sources.join(' UNION ALL ')} } ${hops}`, parameters };
};
