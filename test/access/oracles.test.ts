import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stores } from '../../src/stores/types.js';
import { openEmptyStores } from '../support/stores.js';
import { generateData, hiddenAt, KEYS, without } from './data.js';
import { callerOf, openWorld, type World } from './worlds.js';

const hidden = hiddenAt(2);
let stores: Stores;
let guarded: World;
let bare: World;

beforeAll(async () => {
  stores = await openEmptyStores();
  const data = generateData(7, [hidden, hiddenAt(5)]);
  guarded = await openWorld('oraclea', stores, true);
  bare = await openWorld('oracleb', stores, false);
  await guarded.load(data);
  await bare.load(without(data, hidden));
}, 120_000);
afterAll(() => stores?.close());

/** Every site but the hidden one, and the hidden one as well. */
const SITES = JSON.stringify(KEYS.Site);
const near = (limit: number) => `near: {text: "battery radio", limit: ${limit}}`;

/** How an answer could tell of a row that is not in it. */
const ORACLES: readonly (readonly [string, string])[] = [
  ['a page of all rows', '{ docs(sort: [{id: ASC}], limit: 3, offset: 1) { id } }'],
  ['a count', '{ docsConnection { totalCount aggregate { count { nodes } } } sites { id docsConnection { totalCount } } }'],
  [
    'the extremes, sum and average of a number',
    '{ docsConnection { aggregate { node { pages { count distinct min max sum average } } } } }',
  ],
  ['the shortest and longest of texts', '{ sitesConnection { aggregate { node { name { min max shortest longest } } } } }'],
  [
    'groups by what rows refer to',
    '{ docsConnection { groupBy(fields: [SITE], sort: [{count: DESC}, {key: {site: ASC}}]) { key { site { id } } count { nodes } } } }',
  ],
  ['groups by a column', '{ docsConnection { groupBy(fields: [RANK], sort: [{key: {rank: ASC}}]) { key { rank } count { nodes } } } }'],
  ['an order by a number of the referred row', '{ docs(sort: [{site: {size: ASC}}, {id: ASC}]) { id } }'],
  ['an order by a count of rows', '{ people(sort: [{docs: {count: DESC}}, {id: ASC}]) { id } }'],
  ['a reference that is missing', '{ docs(where: {site: null}, sort: [{id: ASC}]) { id } }'],
  ['a negated condition on a referred row', '{ docs(where: {NOT: {site: {size: {gt: 50}}}}, sort: [{id: ASC}]) { id } }'],
  ['a condition that all rows must meet', '{ people(where: {docs: {all: {pages: {lt: 50}}}}, sort: [{id: ASC}]) { id } }'],
  ['a condition on the key', `{ doc(id: "${hidden.Doc}") { id } docs(where: {id: {eq: "${hidden.Doc}"}}) { id } }`],
  ['neighbours of a text, as many as asked for', `{ docs(where: {${near(3)}}, sort: [{id: ASC}]) { id } }`],
  ['one neighbour of a text', `{ docs(where: {${near(1)}}) { id } }`],
  [
    'neighbours among rows that refer to a hidden one',
    `{ docs(sort: [{id: ASC}]) { id similar(limit: 2, where: {site: {id: {in: ${SITES}}}}) { score doc { id } } } }`,
  ],
  [
    'hits among rows that refer to a hidden one',
    `{ search(text: "battery radio", limit: 3, weights: {keyword: 0}, where: {doc: {site: {id: {in: ${SITES}}}}})
      { score node { ... on Doc { id } } } }`,
  ],
  ['hits that do not refer to the hidden row', `{ docs(where: {${near(4)}, NOT: {site: {id: {eq: "${hidden.Site}"}}}}) { id } }`],
  ['neighbours of a hidden row', `{ search(like: ["${hidden.Doc}"], limit: 3, weights: {keyword: 0}) { node { ... on Doc { id } } } }`],
  ['counts of relationships', '{ parts(sort: [{id: ASC}]) { id sitesConnection { totalCount } partsConnection { totalCount } } }'],
  ['an order by a count of relationships', '{ sites(sort: [{parts: {count: DESC}}, {id: ASC}]) { id } }'],
  ['weights of relationships', '{ parts(sort: [{id: ASC}]) { id partsConnection { aggregate { edge { weight { max min sum } } } } } }'],
  ['distances over hidden nodes', '{ sites(sort: [{id: ASC}]) { id reach(depth: 4) { distance site { id } path { length } } } }'],
  ['ways through hidden nodes', `{ site(id: "${KEYS.Site[0]}") { path(to: "${KEYS.Site[7]}") { length nodes { __typename } } } }`],
  ['who is around', '{ parts(sort: [{id: ASC}]) { id neighbourhood(depth: 2) { truncated nodes { data { id distance } } } } }'],
  ['ranks of nodes', '{ graphAnalytics { nodeCount relationshipCount pageRank(limit: 30) { score node { ... on Part { id } } } } }'],
  ['gaps', '{ traceabilityGaps { type field count } }'],
  [
    'a reference to what is not there',
    `mutation { createDocs(input: [{title: "t", text: "t", rank: LOW, site: {connect: {where: {node: {id: {eq: "${hidden.Site}"}}}}}}]) {
      docs { title } } }`,
  ],
  [
    'a change of what is not there',
    `mutation { updateDocs(where: {id: {eq: "${hidden.Doc}"}}, update: {pages: {set: 1}}) { info { nodesCreated } docs { id } } }`,
  ],
  [
    'a change with a token of what is not there',
    `mutation { updateDocs(where: {id: {eq: "${hidden.Doc}"}}, ifMatch: "0", update: {pages: {set: 1}}) { docs { id } } }`,
  ],
  ['a deletion of what is not there', `mutation { deleteDocs(where: {id: {eq: "${hidden.Doc}"}}) { nodesDeleted } }`],
];

const text = ({ data, errors }: Awaited<ReturnType<World['ask']>>): string =>
  JSON.stringify({ data, errors }).replaceAll(/\d\.\d{9,}/g, (number) => Number(number).toFixed(9));

describe('the whole answer is the same text whether hidden rows are there or not', () => {
  it.each(ORACLES)('%s', async (_, query) => {
    for (const plain of [false, true]) {
      const [answer, expected] = [await guarded.ask({ query, plain }, callerOf(hidden)), await bare.ask({ query, plain })];
      expect(text(answer)).toBe(text(expected));
    }
  });

  it('and the queries are sound, but for those that name a key which is not there', async () => {
    const failed: string[] = [];
    for (const [name, query] of ORACLES) if ((await bare.ask({ query })).errors) failed.push(name);
    expect(failed).toEqual([
      'neighbours of a hidden row',
      'a reference to what is not there',
      'a change with a token of what is not there',
    ]);
  });
});
