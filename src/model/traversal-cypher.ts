import { arrow, labelsToCypher, quoteLabel } from './names.js';
import type { PathField, TraversalField } from './fields.js';
import { graphTypes, type EntityType, type Model, type Node } from './types.js';

/**
 * The name of the graph schema's field for a traversal of this depth: Cypher takes no parameter as the length of a path. With
 * `edge` it follows only matching relationships: a server plans that more slowly, so it has a field of its own.
 */
export const traversalName = (field: TraversalField, depth: number, edge = false): string => `${field.name}_${depth}${edge ? '_edge' : ''}`;

/** The names of all fields that answer a traversal. */
export const traversalNames = (field: TraversalField): string[] =>
  Array.from({ length: field.maxDepth }, (_, index) =>
    (hasEdge(field) ? [false, true] : [false]).map((edge) => traversalName(field, index + 1, edge)),
  ).flat();

const hasEdge = (field: TraversalField): boolean => field.kind !== 'path' && field.properties !== undefined;

/** The graph schema's field of each type that gives the relationships leaving a node, for analytics. */
export const LINKS = 'links_';

/** The inputs and results of traversals in the graph schema. */
export const TRAVERSAL_SDL = `
scalar GraphValue
input RelationshipTest { property: String! operator: String! negated: Boolean! lower: Boolean! scalar: String! value: GraphValue }
type GraphLink { source: ID! sourceLabels: [String!]! target: ID! targetLabels: [String!]! type: String! }
type GraphWay { keys: [ID]! types: [String]! relationships: [String!]! sources: [ID]! }`;

/** The selection of a relationship. */
export const LINK = 'source sourceLabels target targetLabels type';

/** One field for each depth of a traversal, answered by a statement of its own. */
export const traversalSdl = (model: Model, field: TraversalField): string[] =>
  Array.from({ length: field.maxDepth }, (_, index) => {
    const depth = index + 1;
    if (field.kind === 'path')
      return [
        `${traversalName(field, depth)}(to: ID!, maximum: Int!): [GraphWay!]! ` +
          `@cypher(statement: ${JSON.stringify(pathStatement(model, field, depth))}, columnName: "way")`,
      ];
    const reach = (edge: boolean) =>
      `: [GraphLink!]! @cypher(statement: ${JSON.stringify(reachStatement(model, field, depth, edge))}, columnName: "link")`;
    return [
      `${traversalName(field, depth)}(maximum: Int!)${reach(false)}`,
      ...(hasEdge(field) ? [`${traversalName(field, depth, true)}(tests: [[RelationshipTest!]!]!, maximum: Int!)${reach(true)}`] : []),
    ];
  }).flat();

/**
 * All relationships of some types that leave a node.
 *
 *     MATCH (this)-[r]->(m) WHERE type(r) IN $relationships AND any(label IN labels(m) WHERE label IN ['Item', 'Part'])
 *     RETURN {source: this.id, sourceLabels: labels(this), target: m.id, targetLabels: labels(m), type: type(r)} AS link LIMIT $maximum
 */
export const linksSdl = (model: Model): string => {
  const statement =
    `MATCH (this)-[r]->(m) WHERE type(r) IN $relationships AND ${isKnown(model, 'm')} ` +
    'RETURN {source: this.id, sourceLabels: labels(this), target: m.id, targetLabels: labels(m), type: type(r)} AS link LIMIT $maximum';
  return (
    `${LINKS}(relationships: [String!]!, maximum: Int!): [GraphLink!]! ` +
    `@cypher(statement: ${JSON.stringify(statement)}, columnName: "link")`
  );
};

/** The relationship types of a field, or where it names none, all of the schema. */
export const relationshipTypes = (model: Model, field?: TraversalField): string[] => {
  if (field && field.relationships.length > 0) return [...field.relationships];
  const fields = graphTypes(model).flatMap((type) => [...type.fields.values()]);
  return [
    ...new Set(
      fields.flatMap((each) => (each.kind === 'relationship' ? [each.relationship] : 'relationships' in each ? each.relationships : [])),
    ),
  ].sort();
};

/** A traversal does not enter nodes without a type in the schema. One test per label would take long to plan. */
const isKnown = (model: Model, node: string): string =>
  `any(label IN labels(${node}) WHERE label IN [${graphTypes(model)
    .map((type) => quoteText(type.node.labels[0]!))
    .join(', ')}])`;

const quoteText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** The types with nodes, those with the most labels first: a node belongs to the first type whose labels it has. */
const byLabels = (model: Model) => graphTypes(model).sort((one, other) => other.node.labels.length - one.node.labels.length);

/** A CASE of what `give` writes for each type, by the labels of a node; null for a node without a type in the schema. */
export const typeCase = (model: Model, node: string, give: (type: EntityType) => string): string =>
  `CASE ${byLabels(model)
    .map((type) => `WHEN ${node}${labelsToCypher(type.node.labels)} THEN ${give(type)}`)
    .join(' ')} END`;

/** The name of a node's type, in Cypher. */
const typeOf = (model: Model, node: string): string => typeCase(model, node, (type) => quoteText(type.name));

/** The name of the type of a node with these labels; null where the schema has none. */
export const typeOfLabels = (model: Model): ((labels: readonly string[]) => string | null) => {
  const types = byLabels(model);
  return (given) => types.find((type) => type.node.labels.every((label) => given.includes(label)))?.name ?? null;
};

/** The property that a test reads. */
const PROPERTY =
  'CASE WHEN test.lower THEN toLower(r[test.property]) ' +
  "WHEN test.scalar = 'LocalDateTime' THEN localdatetime(toString(r[test.property])) ELSE r[test.property] END";

/** The value that it is compared with. Times come as text. */
const VALUE =
  "CASE test.scalar WHEN 'DateTime' THEN datetime(test.value) WHEN 'LocalDateTime' THEN localdatetime(test.value) " +
  "WHEN 'Date' THEN date(test.value) WHEN 'LocalTime' THEN localtime(test.value) WHEN 'Time' THEN time(test.value) " +
  "WHEN 'Duration' THEN duration(test.value) ELSE test.value END";

const COMPARISONS = Object.entries({
  eq: '=',
  in: 'IN',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  contains: 'CONTAINS',
  startsWith: 'STARTS WITH',
  endsWith: 'ENDS WITH',
  matches: '=~',
})
  .map(([operator, sign]) => `WHEN '${operator}' THEN sides[0] ${sign} sides[1]`)
  .join(' ');

/** The conditions on a relationship's properties are a parameter, in conjunctive normal form, so that the statement stays the same. */
const PASSES =
  `all(clause IN $tests WHERE any(test IN clause WHERE any(sides IN [[${PROPERTY}, ${VALUE}]] ` +
  `WHERE (CASE test.operator ${COMPARISONS} WHEN 'missing' THEN sides[0] IS NULL END) <> test.negated)))`;

/**
 * Expands level by level, with each node once per level, so the number of paths never matters. Returns every relationship of the
 * nodes entered, from which the gateway finds shortest paths, the same on every store; for a neighbourhood, only those between
 * entered nodes, those of the last level included.
 *
 *     WITH this, [this] AS f0 CALL (f0) { UNWIND f0 AS n MATCH (n)-[r:`OF`]->(m) WHERE any(label IN labels(m) WHERE label IN ['Part'])
 *       WITH DISTINCT m LIMIT $maximum RETURN collect(m) AS f1 }
 *     UNWIND f0 + f1 AS n WITH DISTINCT n MATCH (n)-[r:`OF`]->(m) WHERE any(label IN labels(m) WHERE label IN ['Part'])
 *     WITH DISTINCT r LIMIT $maximum WITH r, startNode(r) AS s, endNode(r) AS e
 *     RETURN {source: s.id, sourceLabels: labels(s), target: e.id, targetLabels: labels(e), type: type(r)} AS link
 */
const reachStatement = (model: Model, field: TraversalField, depth: number, edge: boolean): string => {
  const hop = arrow(field.direction, `r:${relationshipTypes(model, field).map(quoteLabel).join('|')}`);
  const step = `(n)${hop}(m) WHERE ${isKnown(model, 'm')}${edge ? ` AND ${PASSES}` : ''}`;
  const isDrawn = field.kind === 'neighbourhood';
  const levels = Array.from(
    { length: isDrawn ? depth : depth - 1 },
    (_, index) =>
      `CALL (f${index}) { UNWIND f${index} AS n MATCH ${step} WITH DISTINCT m LIMIT $maximum RETURN collect(m) AS f${index + 1} }`,
  );
  const entered = Array.from({ length: levels.length + 1 }, (_, index) => `f${index}`).join(' + ');
  return [
    `WITH this, [this] AS f0 ${levels.join(' ')} UNWIND ${entered} AS n`,
    isDrawn ? `WITH collect(DISTINCT n) AS entered UNWIND entered AS n MATCH ${step} AND m IN entered` : `WITH DISTINCT n MATCH ${step}`,
    'WITH DISTINCT r LIMIT $maximum WITH r, startNode(r) AS s, endNode(r) AS e',
    'RETURN {source: s.id, sourceLabels: labels(s), target: e.id, targetLabels: labels(e), type: type(r)} AS link',
  ].join(' ');
};

/**
 * The relationships around the node with the key `$key`, up to `depth`: for paths that must not lead through some nodes, which the graph's
 * own shortest paths may.
 */
export const linksAround = (
  model: Model,
  type: EntityType & { readonly node: Node },
  field: PathField,
  depth: number,
  maximum: number,
): string =>
  // A JavaScript number sent as a parameter arrives in Neo4j as a float, which LIMIT refuses.
  `MATCH (this${labelsToCypher(type.node.labels)} {id: $key}) ${reachStatement(model, field, depth, false)}`.replaceAll(
    '$maximum',
    String(maximum),
  );

/**
 * All shortest paths to a node, in the same order on every store.
 *
 *     CALL { MATCH (to:`Part` {id: $to}) RETURN to } WITH this, to WHERE this <> to
 *     MATCH p = allShortestPaths((this)-[:`OF`*1..3]->(to))
 *     WITH [n IN nodes(p) | n.id] AS keys, [n IN nodes(p) | CASE WHEN n:`Part` THEN 'Part' END] AS types,
 *       [r IN relationships(p) | type(r)] AS relationships, [r IN relationships(p) | startNode(r).id] AS sources
 *     ORDER BY reduce(text = '', part IN keys + relationships + sources | text + ' ' + part) LIMIT $maximum
 *     RETURN {keys: keys, types: types, relationships: relationships, sources: sources} AS way
 */
const pathStatement = (model: Model, field: TraversalField, depth: number): string => {
  const ends = graphTypes(model)
    .map((type) => `MATCH (to${labelsToCypher(type.node.labels)} {id: $to}) RETURN to`)
    .join(' UNION ');
  const hops = arrow(field.direction, `:${relationshipTypes(model, field).map(quoteLabel).join('|')}*1..${depth}`);
  return [
    `CALL { ${ends} } WITH this, to WHERE this <> to MATCH p = allShortestPaths((this)${hops}(to))`,
    `WITH [n IN nodes(p) | n.id] AS keys, [n IN nodes(p) | ${typeOf(model, 'n')}] AS types,`,
    '[r IN relationships(p) | type(r)] AS relationships, [r IN relationships(p) | startNode(r).id] AS sources',
    `ORDER BY reduce(text = '', part IN keys + relationships + sources | text + ' ' + part) LIMIT $maximum`,
    'RETURN {keys: keys, types: types, relationships: relationships, sources: sources} AS way',
  ].join(' ');
};
