import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPinnedWorld, type Pinned, type PinnedWorld } from './pinned-world.js';

/**
 * What stores are sent for a `where`, as it was when these texts were written. A change that is meant is made with
 * `npx vitest run test/predicates/pinned.test.ts -u`, and the difference is read.
 */
let world: PinnedWorld;
beforeAll(async () => {
  world = await openPinnedWorld();
});
afterAll(() => world?.close());

type Case = string | readonly [source: string, variables: Record<string, unknown>];

const items = (where: string): string => `{ items(where: ${where}) { id } }`;
const parts = (where: string): string => `{ parts(where: ${where}) { id } }`;
const search = (where: string): string => `{ search(text: "one", types: [NOTE], where: {note: ${where}}, limit: 2) { score } }`;

const UUID = '11111111-1111-4111-8111-111111111111';
const BEYOND = '123456789012345678901234567890';

/** Groups of operations, and the stores whose statements are pinned of each. */
const GROUPS: Readonly<Record<string, { readonly stores: Parameters<PinnedWorld['pin']>[1]; readonly cases: readonly Case[] }>> = {
  'columns.sql': {
    stores: ['relational'],
    cases: [
      items('{id: {eq: "1"}}'),
      items('{id: {eq: "x"}}'),
      items('{id: {in: ["1", "x", "2"]}, NOT: {id: {eq: 3}}}'),
      items('{id: {contains: "1"}}'),
      items(`{token: {eq: "${UUID}"}}`),
      items('{token: {eq: "no uuid"}}'),
      items(`{token: {in: ["${UUID}", "no uuid"], startsWith: "11"}}`),
      ['query ($a: ID, $b: [ID!]) { items(where: {token: {eq: $a}, OR: [{token: {in: $b}}]}) { id } }', { a: UUID, b: [UUID, 'x'] }],
      items('{name: {eq: "one", in: ["one", "two"], gt: "a", gte: "b", lt: "y", lte: "z"}}'),
      items('{name: {contains: "50%_\\\\", startsWith: "o", endsWith: "e"}}'),
      items('{name: {caseInsensitive: {eq: "ONE", in: ["ÄRGER"], contains: "N_", startsWith: "O", endsWith: "E", gt: "A", lte: "Z"}}}'),
      [
        'query ($a: String, $b: [String!]) { items(where: {name: {contains: $a, caseInsensitive: {eq: $a, in: $b}}}) { id } }',
        { a: 'x%', b: ['y'] },
      ],
      items('{nick: {eq: "ONE", in: ["one"], contains: "O", gt: "a", caseInsensitive: {startsWith: "o"}}}'),
      items(
        '{short: {eq: "a", contains: "b", lt: "c"}, fixed: {eq: "a", in: ["b"], startsWith: "c", gte: "d", caseInsensitive: {endsWith: "e"}}}',
      ),
      items('{address: {eq: "10.0.0.1", in: ["10.0.0.2"], gt: "10.0.0.3", contains: "10.", caseInsensitive: {eq: "FE80::1"}}}'),
      items('{body: {matches: "two words -three"}}'),
      items('{body: {similarTo: {text: "words"}, caseInsensitive: {contains: "W"}}}'),
      [
        'query ($a: String!, $n: Float, $m: String) { items(where: {body: {similarTo: {text: $a, minSimilarity: $n}, matches: $m}}) { id } }',
        { a: 'words', n: 0.5, m: 'x' },
      ],
      items('{size: {eq: 1, in: [1, 2], gt: 0, gte: 0, lt: 9, lte: 9}, small: {eq: 100000, in: [1, 100000], gt: -100000}}'),
      items(`{big: {eq: "9007199254740993", in: ["1", "2"], gt: "${BEYOND}", lte: "-${BEYOND}"}}`),
      items(
        `{big: {in: ["1", "${BEYOND}"]}, price: {eq: "${BEYOND}.5", in: ["1.50", "NaN"], lt: "Infinity"}, exact: {eq: "1.5", in: ["1", "2.5"], gt: "0.5"}}`,
      ),
      [
        `query ($a: BigInt, $b: [BigInt!]) { items(where: {big: {eq: $a, in: $b, lt: 9007199254740993}}) { id } }`,
        { a: BEYOND, b: ['1', BEYOND] },
      ],
      items('{weight: {eq: 1.5, in: [1.5, 2], gt: 1e300, lt: -1e300}}'),
      items('{ratio: {eq: 0.1, in: [0.1, 1e300], gt: 1e-300, gte: 1e39, lt: 0.5}}'),
      [
        'query ($a: Float, $b: [Float!]) { items(where: {ratio: {eq: $a, in: $b}, weight: {gte: $a}}) { id } }',
        { a: 1e300, b: [0.1, 1e39] },
      ],
      items('{flag: {eq: true}}'),
      items(
        '{day: {eq: "2026-03-01", in: ["0044-03-15 BC"], gt: "-infinity"}, clock: {gte: "09:30:00"}, wall: {lt: "2026-03-01T09:30:00"}}',
      ),
      items('{moment: {eq: "2026-03-01T09:30:00+02:00", in: ["infinity"], lte: "12026-03-01T00:00:00Z"}, span: {eq: "P1D", gt: "PT1S"}}'),
      items('{mood: {eq: SAD, in: [HAPPY, SAD]}, kind: {eq: SAD, in: [HAPPY]}}'),
      ['query ($a: Mood, $b: [Mood!]) { items(where: {mood: {eq: $a}, kind: {in: $b}}) { id } }', { a: 'SAD', b: ['HAPPY', 'SAD'] }],
      items('{words: {eq: ["a", "b"], includes: "a", includesAll: ["a"], includesSome: ["a", "b"]}}'),
      items(
        `{keys: {eq: ["${UUID}"], includes: "x", includesAll: ["${UUID}", "x"], includesSome: ["x"]}, counts: {eq: [], includes: 1, includesSome: []}}`,
      ),
      [
        'query ($a: ID, $b: [ID!]) { items(where: {keys: {includes: $a, includesAll: $b, includesSome: $b}}) { id } }',
        { a: UUID, b: [UUID, 'x'] },
      ],
      items('{document: {eq: {a: [1, null]}, contains: {a: 1}, hasKey: "a"}, written: {eq: 1, contains: [1], hasKey: "a"}}'),
      items(
        '{document: {at: [{path: ["a", "0"], exists: true, eq: 750727362669608961, in: [1, "x"], gt: 1, lte: "z", contains: "5%", startsWith: "t"}, {path: ["b"], exists: false}]}}',
      ),
      items('{document: {at: [{path: [], eq: null}, {path: ["a"], gt: null}, {path: ["b"]}]}, NOT: {document: {at: []}}}'),
      [
        'query ($p: [String!]!, $v: JSON, $l: [JSON!]) { items(where: {document: {contains: $v, at: [{path: $p, eq: $v, in: $l, gte: $v}]}}) { id } }',
        { p: ['a'], v: { n: 1 }, l: [1, 'x'] },
      ],
      items('{bytes: {eq: "AAEC/w==", in: ["", "T0RSQVM="]}}'),
    ],
  },
  'combined.sql': {
    stores: ['relational'],
    cases: [
      items('{}'),
      items('{AND: [], OR: []}'),
      items('{name: {}, parent: {}, items: {}, document: {}}'),
      items('{NOT: {}}'),
      items('{NOT: {OR: []}}'),
      items('{OR: [{}, {name: {eq: "a"}}]}'),
      items(
        '{name: {eq: "a"}, OR: [{size: {gt: 1}}, {size: {eq: null}, AND: [{flag: {eq: true}}, {NOT: {mood: {eq: SAD}}}]}], NOT: {OR: [{name: {eq: "b"}}, {NOT: {size: {lt: 5}}}]}}',
      ),
      items('{AND: [{OR: [{name: {eq: "a"}}]}, {AND: [{name: {eq: "b"}, size: {eq: 1}}]}]}'),
      items('{name: null, size: {eq: null}, document: null, words: {eq: null}}'),
      items(
        '{name: {gt: null}, NOT: {size: {in: null}}, OR: [{name: {contains: null}}, {document: {contains: null}}, {words: {includes: null}}]}',
      ),
      items('{name: {eq: null, contains: "a"}, body: {matches: null, similarTo: null}, bytes: {in: null}, mood: {eq: null}}'),
      items('{name: {caseInsensitive: null}}'),
      items('{OR: null}'),
      items('{NOT: null}'),
      items('{items: {some: null}}'),
      items('{parent: null, shop: null}'),
      ['query ($a: String, $b: String) { items(where: {name: {eq: $a, contains: $b}}) { id } }', { a: null, b: null }],
      ['query ($a: String, $b: Int) { items(where: {name: {eq: $a}, size: {gt: $b}, NOT: {size: {lt: $b}}}) { id } }', {}],
      ['query ($w: ItemWhere, $s: ShopWhere) { items(where: {AND: [{name: {eq: "a"}}], NOT: $w, shop: $s}) { id } }', {}],
      [
        'query ($w: ItemWhere) { items(where: $w) { id } }',
        { w: { OR: [{ name: { eq: 'a', in: ['b'] } }, { NOT: { size: { gt: 2 } } }] } },
      ],
      ['query ($w: ItemWhere) { items(where: $w) { id } }', { w: null }],
    ],
  },
  'joins.sql': {
    stores: ['relational'],
    cases: [
      items('{shop: {name: {eq: "North"}, owner: {name: {startsWith: "A"}}}}'),
      items(`{shop: {id: {eq: "${UUID}"}}}`),
      items(`{shop: {id: {eq: "${UUID}"}, name: {eq: "North"}}, NOT: {shop: {id: {eq: "${UUID}"}}}}`),
      items('{AND: [{shop: {city: {eq: "Oslo"}}}, {parent: {shop: {city: {eq: "Oslo"}}}}], OR: [{shop: {city: {eq: null}}}]}'),
      items('{seller: {name: {eq: "Ada"}}, namesake: {size: {gt: 1}}, NOT: {parent: {name: {eq: "x"}}}}'),
      items('{parent: {parent: null, NOT: {shop: null}}}'),
      `{ shops(where: {items: {some: {size: {gt: 1}}, none: {name: {eq: "x"}}, all: {flag: {eq: true}}, single: {}}}) { id } }`,
      `{ people(where: {shops: {some: {items: {none: {parent: {items: {all: {size: {gt: 1}}}}}}}}}) { id } }`,
      `{ shops(where: {NOT: {items: {some: {OR: [{name: {eq: "a"}}, {shop: {owner: null}}]}}}}) { id } }`,
      `{ shops(where: {name: {eq: "North"}}) { items(where: {size: {gte: 1}, parent: {name: {eq: "one"}}}, sort: [{parent: {name: ASC}}], limit: 2) { id } owner { shops(where: {city: {eq: null}}) { id } } } }`,
      `{ itemsConnection(first: 2, where: {shop: {city: {eq: "Oslo"}}, size: {gt: 0}}, sort: [{shop: {name: DESC}}]) { totalCount edges { node { id } } aggregate { count { nodes } node { size { max sum } name { shortest distinct } } } } }`,
      `{ itemsConnection(where: {OR: [{size: {gt: 0}}, {name: null}]}) { groupBy(fields: [SHOP, FLAG]) { key { shop { name } flag } count { nodes } node { price { average } } } } }`,
      `{ shops { itemsConnection(first: 1, where: {name: {contains: "o"}}) { totalCount aggregate { node { size { min } } } } } }`,
      `{ shops(where: {city: {eq: "Oslo"}}, sort: [{items: {count: DESC}}, {items: {max: {size: ASC}}}]) { id } }`,
      '{ item(id: 1) { items(where: {name: {gt: "a"}}) { id } } }',
    ],
  },
  'nodes.cypher': {
    stores: ['graph', 'relational'],
    cases: [
      parts('{id: {eq: "a"}, name: {in: ["A", "B"], contains: "A", startsWith: "A", endsWith: "A", gt: "0", lte: "Z"}}'),
      parts('{name: {caseInsensitive: {eq: "a", contains: "A"}}}'),
      parts('{size: {eq: 1, in: [1], gt: 0}, big: {gte: "9007199254740993"}, weight: {lt: 1.5}, flag: {eq: true}, mood: {eq: SAD}}'),
      parts('{made: {lt: "2026-03-01T09:30:00+02:00"}, day: {in: ["2026-03-01"]}, words: {includes: "a", eq: ["a"]}}'),
      parts('{OR: [{name: {eq: "A"}}, {NOT: {size: {gt: 1}}, AND: [{size: {lt: 5}}, {flag: {eq: null}}]}]}'),
      parts('{AND: [], NOT: {OR: []}, name: {}}'),
      parts('{name: {eq: null}, size: null}'),
      ['query ($a: String, $b: Int) { parts(where: {name: {eq: $a}, NOT: {size: {gt: $b}}}) { id } }', { a: 'A' }],
      parts('{parts: {some: {name: {eq: "B"}}, none: {name: {eq: "C"}, size: {gt: 3}}, all: {OR: []}, single: {}}}'),
      parts('{parts: {some: {parts: {none: {flag: {eq: true}}}}}}'),
      parts(
        '{partsConnection: {some: {edge: {weight: {gt: 0}}, node: {name: {eq: "B"}}}, none: {OR: [{edge: {note: {eq: null}}}, {NOT: {node: {size: {gt: 1}}}}]}}}',
      ),
      parts('{items: {some: {size: {gte: 1}, shop: {city: {eq: "Oslo"}}}, none: {name: {eq: "x"}}}}'),
      parts('{itemsConnection: {all: {edge: {weight: {eq: 2}}, NOT: {node: {size: {gt: 5}}}}}}'),
      '{ parts { parts(where: {name: {eq: "B"}, items: {none: {size: {gt: 5}}}}) { id } partsConnection(where: {edge: {weight: {gt: 0}}, node: {name: {eq: "B"}}}) { totalCount edges { node { id } } } items(where: {size: {gt: 0}}) { id } } }',
      '{ parts(where: {id: {eq: "a"}}) { reach(depth: 2, where: {name: {eq: "B"}}, edge: {weight: {gt: 0}, OR: [{note: {eq: "x"}}, {note: {eq: null}}]}) { distance part { id } } } }',
      items('{parts: {some: {name: {eq: "A"}, size: {gt: 0}}}, size: {gt: 0}}'),
      items('{OR: [{parts: {none: {parts: {some: {name: {eq: "B"}}}}}}, {NOT: {partsConnection: {single: {edge: {weight: {gt: 1}}}}}}]}'),
      '{ items { parts(where: {name: {eq: "A"}}) { id } partsConnection(where: {edge: {weight: {in: [1, 2]}}, NOT: {node: {name: {eq: "x"}}}}) { edges { properties { weight } } } } }',
      '{ partsConnection(where: {items: {some: {}}, size: {gt: 0}}) { totalCount aggregate { count { nodes } } } }',
    ],
  },
  'vectors.txt': {
    stores: ['vector', 'relational'],
    cases: [
      search('{name: {eq: "one", in: ["one", "two"]}, flag: {eq: true}, mood: {in: [SAD]}}'),
      search(`{token: {eq: "${UUID.toUpperCase()}", in: ["no uuid"]}, NOT: {token: {eq: "no uuid"}}}`),
      search('{size: {gt: 0, lte: 9}, weight: {eq: 1.5, lt: 2}, big: {gte: "5"}, moment: {lt: "2026-03-01T09:30:00+02:00"}}'),
      search('{OR: [{name: {eq: "one"}}, {NOT: {size: {gt: 1}, flag: {eq: false}}}], NOT: {AND: [{mood: {eq: SAD}}, {OR: []}]}}'),
      search('{name: {eq: null}, NOT: {size: {gt: null}}}'),
      search(`{shop: {id: {eq: "${UUID}"}}, NOT: {shop: {id: {in: []}}}}`),
      search('{name: {contains: "o"}, size: {gt: 0}, shop: {name: {eq: "North"}}}'),
      search('{OR: [{name: {startsWith: "o"}}, {size: {eq: 3}}]}'),
      search('{size: null, moment: {eq: "infinity"}, flag: {}}'),
      [
        'query ($a: String, $b: [Int!]) { search(text: "one", types: [NOTE], where: {note: {name: {eq: $a}, size: {in: $b}}}) { score } }',
        { a: 'one', b: [1, 3] },
      ],
      '{ notes(where: {near: {text: "one", minScore: 0.1}, size: {gt: 0}}) { id } }',
      '{ notes(limit: 1) { similar(limit: 1, where: {size: {gte: 3}, NOT: {shop: null}}) { score } } }',
    ],
  },
  'mutations.sql': {
    stores: ['relational'],
    cases: [
      'mutation { updateItems(where: {name: {eq: "none"}, shop: {city: {eq: "Oslo"}}}, update: {size: {set: 5}}) { items { id } } }',
      'mutation { updateItems(where: {id: {eq: 1}}, update: {size: {set: 1}, parent: {disconnect: true}, shop: {update: {node: {city: {set: "Oslo"}, items: [{delete: [{where: {node: {name: {in: []}, shop: {city: {eq: null}}}}}]}]}}}}) { info { nodesCreated } } }',
      'mutation { updateItems(where: {id: {eq: 1}}, update: {items: [{delete: [{where: {node: {name: {eq: "x"}}}}], disconnect: [{where: {node: {name: {caseInsensitive: {eq: "Y"}}}}}], update: [{where: {node: {NOT: {size: {gt: 0}}, flag: {eq: true}}}, node: {flag: {set: false}}}], connect: [{where: {node: {id: {in: [3]}, parent: {name: {eq: "one"}}}}}]}]}) { info { nodesCreated } } }',
      'mutation { deleteItems(where: {OR: [{size: {gt: 1000}}, {parent: {items: {none: {size: {lt: 5}}}}}]}) { nodesDeleted } }',
      'mutation { deleteShops(where: {name: {eq: "East"}}, delete: {items: [{where: {node: {name: {eq: "last"}}}, delete: {items: [{where: {node: {size: {eq: 7}}}}]}}]}) { nodesDeleted } }',
      ['mutation ($a: String) { deleteItems(where: {name: {eq: $a}}) { nodesDeleted } }', {}],
      ['mutation ($a: String) { deleteItems(where: {name: {gt: $a}, NOT: {name: {lt: $a}}}) { nodesDeleted } }', { a: null }],
      'mutation { deleteItems(where: {}) { nodesDeleted } }',
      'mutation { deleteItems(where: {name: null}) { nodesDeleted } }',
      'mutation { deleteItems(where: {name: {eq: null}, NOT: {parent: null}, shop: {id: {in: []}}}) { nodesDeleted } }',
      'mutation { deleteItems(where: {parts: {some: {name: {eq: "none"}}}}) { nodesDeleted } }',
      'mutation { createShops(input: [{id: "33333333-3333-4333-8333-333333333333", name: "New", owner: {connect: {where: {node: {name: {eq: "Ada"}, shops: {some: {city: {eq: "Oslo"}}}}}}}}]) { shops { id } } }',
      'mutation { deleteParts(where: {name: {eq: "none"}, items: {some: {size: {gt: 100}}}}) { nodesDeleted } }',
    ],
  },
};

describe.each(Object.entries(GROUPS))('%s', (file, { stores, cases }) => {
  it(`is what the stores are sent for ${cases.length} operations`, async () => {
    const pinned: string[] = [];
    for (const each of cases) {
      const operation: Pinned = typeof each === 'string' ? { source: each } : { source: each[0], variables: each[1] };
      pinned.push(await world.pin(operation, stores));
    }
    await expect(`${pinned.join('\n\n')}\n`).toMatchFileSnapshot(`pinned/${file}`);
  });
});
