import { KEYS, NODE_TYPES, TABLE_TYPES, type TypeName } from './data.js';
import { ReadGenerator, WORDS } from './reads.js';
import { GRAPH_NODE, SHAPES } from './shapes.js';
import type { Random } from '../support/generate.js';

/** A kind of read: its operations, for which cursors of rows are asked past the guard. */
export interface Kind {
  readonly name: string;
  readonly make: (generator: ReadGenerator, cursorOf: CursorOf) => Promise<string> | string;
  readonly explain?: true;
}

/** The cursor of one row in an order, or undefined. */
export type CursorOf = (type: TypeName, key: string, sort: string) => Promise<string | undefined>;

const byKey =
  (types: readonly TypeName[]): Kind['make'] =>
  (generator) => {
    const type = generator.random.pick(types);
    return `{ ${SHAPES[type].singular}(id: "${generator.key(type)}") ${generator.selection(type, 2)} }`;
  };

const list =
  (types: readonly TypeName[]): Kind['make'] =>
  (generator) => {
    const type = generator.random.pick(types);
    return `{ ${SHAPES[type].plural}${generator.args(type, 2)} ${generator.selection(type, 3)} }`;
  };

const connection =
  (types: readonly TypeName[]): Kind['make'] =>
  (generator) => {
    const type = generator.random.pick(types);
    return `{ ${SHAPES[type].plural}Connection${generator.page(type)} ${generator.connection(type, 2)} }`;
  };

const counts =
  (types: readonly TypeName[]): Kind['make'] =>
  (generator) => {
    const type = generator.random.pick(types);
    const where = generator.random.chance(0.5) ? `(where: ${generator.where(type, 2)})` : '';
    return `{ ${SHAPES[type].plural}Connection${where} { totalCount aggregate { count { nodes } } } }`;
  };

/** From a row on, or back from it; it may be hidden. */
const cursors: Kind['make'] = async (generator, cursorOf) => {
  const { random } = generator;
  const type = random.pick(TABLE_TYPES);
  const sort = generator.sort(type);
  const cursor = await cursorOf(type, generator.key(type), sort);
  const at = random.pick(['first: 4, after', 'last: 4, before']);
  const args = cursor === undefined ? '(first: 3)' : `(${at}: "${cursor}", sort: ${sort})`;
  return `{ ${SHAPES[type].plural}Connection${args} { totalCount pageInfo { hasNextPage hasPreviousPage }
    edges { cursor node ${generator.selection(type, 1)} } } }`;
};

const search = (generator: ReadGenerator, weights: string): string => {
  const { random } = generator;
  const keys = () => `["${generator.key('Doc')}"]`;
  const text = `text: "${random.pick(WORDS)}"`;
  const unlike = random.chance(0.3) ? `, unlike: ${keys()}` : '';
  const what = random.chance(0.6) ? text : `like: ${keys()}${unlike}`;
  const group = random.pick(['', '', ', groupBy: {field: "site", limit: 2}', ', groupBy: {field: "rank", limit: 1}']);
  const where = random.chance(0.4) ? `, where: {doc: ${generator.where('Doc', 1)}}` : '';
  const offset = random.chance(0.2) && group === '' ? `, offset: ${random.below(3)}` : '';
  const args = `${what}, limit: ${1 + random.below(6)}${weights}${group}${where}${offset}`;
  const hit = `{ score text foundBy { part rank score } node { ... on Doc ${generator.selection('Doc', 1)} } }`;
  return random.chance(0.5) ? `{ search(${args}) ${hit} }` : `{ searchPage(${args}) { hasNextPage dropped hits ${hit} } }`;
};

const analytics: Kind['make'] = (generator) => {
  const { random } = generator;
  const types = random.pick(['', 'types: [PART, MAKER]', 'types: [SITE, PART]', 'types: [SITE, DOC, PART]']);
  const type = random.pick(['Site', 'Doc', 'Part'] as const);
  const where = random.chance(0.3) ? `where: {${SHAPES[type].singular}: ${generator.where(type, 1)}}` : '';
  const args = types || where ? `(${[types, where].filter(Boolean).join(', ')})` : '';
  const part = random.pick([
    `pageRank(limit: 5) { score node ${GRAPH_NODE} }`,
    `betweenness(limit: 5) { score node ${GRAPH_NODE} }`,
    `degree(limit: 5, direction: ${random.pick(['IN', 'OUT', 'BOTH'])}) { score node ${GRAPH_NODE} }`,
    `components { size nodes ${GRAPH_NODE} }`,
    `communities { modularity count groups { size nodes ${GRAPH_NODE} } }`,
    `cycles(limit: 10) { truncated cycles { length nodes ${GRAPH_NODE} } }`,
  ]);
  return `{ graphAnalytics${args} { nodeCount relationshipCount ${part} } }`;
};

const gaps: Kind['make'] = (generator) => {
  const type = generator.random.pick(['Site', 'Doc', 'Part'] as const);
  const where = generator.random.chance(0.5) ? `(where: {${SHAPES[type].singular}: ${generator.where(type, 1)}})` : '';
  return `{ traceabilityGaps${where} { type field count nodes ${GRAPH_NODE} } }`;
};

const ways: Kind['make'] = (generator) => {
  const type = generator.random.pick(['Site', 'Doc', 'Part'] as const);
  return `{ ${SHAPES[type].singular}(id: "${generator.key(type)}") { ${generator.ways(type)} } }`;
};

/** Rows that statements of the schema files lead to. */
const ledTo: Kind['make'] = (generator) => {
  const [type, field] = generator.random.pick([
    ['Site', 'feeders'],
    ['Part', 'users'],
  ] as const);
  const led = `${field}${generator.args('Site', 1)} ${generator.selection('Site', 1)}`;
  return `{ ${SHAPES[type].plural}${generator.args(type, 1)} { id ${led} } }`;
};

/** What they return otherwise. */
const returned: Kind['make'] = (generator) => {
  const field = generator.random.pick(['degree', 'pieces { id name }']);
  return `{ parts${generator.args('Part', 1)} { id ${field} } }`;
};

/** What of tables alone can be asked. */
export const ROW_KINDS: readonly Kind[] = [
  { name: 'rows by key', make: byKey(TABLE_TYPES) },
  { name: 'lists of rows', make: list(TABLE_TYPES) },
  { name: 'connections of rows', make: connection(TABLE_TYPES) },
  { name: 'counts of rows', make: counts(TABLE_TYPES) },
  { name: 'pages from a cursor', make: cursors },
];

/** What the graph answers, or takes part in. */
export const GRAPH_KINDS: readonly Kind[] = [
  { name: 'nodes by key', make: byKey(NODE_TYPES) },
  { name: 'lists of nodes', make: list(NODE_TYPES) },
  { name: 'connections of nodes', make: connection(NODE_TYPES) },
  { name: 'counts of nodes', make: counts(NODE_TYPES) },
  { name: 'rows with hops', make: list(['Site', 'Doc']) },
  { name: 'connections of rows with hops', make: connection(['Site', 'Doc', 'Person']) },
  { name: 'rows with hops by key', make: byKey(['Site', 'Doc']) },
  { name: 'ways from node to node', make: ways },
  { name: 'analyses', make: analytics },
  { name: 'gaps', make: gaps },
  { name: 'rows that statements of the schema lead to', make: ledTo },
  { name: 'what statements of the schema return', make: returned },
];

/** What graph and vectors answer together. */
export const MIXED_KINDS: readonly Kind[] = [
  { name: 'lists of all stores', make: list(['Doc', 'Site', 'Part']) },
  { name: 'connections of all stores', make: connection(['Doc', 'Site']) },
  { name: 'searches with hops', make: (generator) => search(generator, '') },
  { name: 'gaps of rows near a text', make: gaps },
  { name: 'analyses of rows near a text', make: analytics },
];

/** Of every store, with the statements that answered. */
export const EXPLAINED_KINDS: readonly Kind[] = [
  { name: 'explained lists', make: list(['Doc', 'Site', 'Part']), explain: true },
  { name: 'explained connections', make: connection(['Doc', 'Site']), explain: true },
  { name: 'explained searches', make: (generator) => search(generator, ''), explain: true },
  { name: 'explained ways', make: ways, explain: true },
];

export const VECTOR_KINDS: readonly Kind[] = [
  { name: 'searches by meaning', make: (generator) => search(generator, ', weights: {keyword: 0}') },
  { name: 'searches by words too', make: (generator) => search(generator, '') },
  { name: 'rows near a text, and neighbours', make: list(['Doc']) },
  { name: 'connections of rows near a text', make: connection(['Doc', 'Site']) },
];

/** Refused on purpose: @neo4j/graphql takes no condition on the nodes over which it makes these numbers. */
export const REFUSED = /since you may not read every/;

/** Where the keys of an operation's own text stand in its answer, nothing is betrayed. */
export const keysIn = (text: string): string[] => Object.values(KEYS).flatMap((keys) => keys.filter((key) => text.includes(key)));

export const readGenerators = (random: Random) => ({
  rows: new ReadGenerator(random, { graph: false, vectors: false }),
  graph: new ReadGenerator(random, { graph: true, vectors: false }),
  vectors: new ReadGenerator(random, { graph: false, vectors: true }),
  all: new ReadGenerator(random, { graph: true, vectors: true }),
});
