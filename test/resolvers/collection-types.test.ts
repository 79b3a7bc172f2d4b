import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileModel, schemaFaults } from '../../src/model/compile.js';
import type { PropertyField } from '../../src/model/fields.js';
import { verifyCollections } from '../../src/model/verify.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import { compare, TRUE, type Predicate } from '../../src/predicate/types.js';
import { testEmbedder } from '../support/embedder.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

const SCHEMA = `
  type Hint @collection(name: "hints", text: ["title", "body"]) {
    id: ID! title: String body: String level: Int topic: String @alias(property: "topic_name") tags: [String!] }`;
const vector = [1, ...new Array<number>(testEmbedder.size - 1).fill(0)];
const search = `search(vector: ${JSON.stringify(vector)})`;
const own = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));

let gateway: TwoWays;
let readable: (field: (name: string) => PropertyField) => Predicate = () => TRUE;
beforeAll(async () => {
  const fields = compileModel([{ path: 'own.graphql', text: SCHEMA }, ...own]).collections.get('Hint')!.fields;
  gateway = await openTwoWays(SCHEMA, '', {}, () => readable((name) => fields.get(name)!));
  const { client } = gateway.engine.stores.vector;
  // As another program makes it: without keywords and without indexes.
  await client.createCollection('hints', { vectors: { size: testEmbedder.size, distance: 'Cosine' } });
  await client.upsert('hints', {
    wait: true,
    points: [
      { id: 0, vector, payload: { title: 'One', body: 'the first', level: 1, topic_name: 'a', tags: ['x', 'y'] } },
      { id: 1, vector: vector.map((each, index) => (index === 1 ? 1 : each)), payload: { title: 'Two', level: 'high', topic_name: 'b' } },
    ],
  });
});
afterAll(() => gateway?.close());

it('hits of a type without rows are their payload, under the names of the fields', async () => {
  expect(await verifyCollections(gateway.engine.model, gateway.engine.stores.vector, testEmbedder)).toEqual([]);
  expect(await gateway.ask(`{ ${search} { text node { ... on Hint { id title body topic tags } } } }`)).toEqual({
    search: [
      { text: 'One\nthe first', node: { id: '0', title: 'One', body: 'the first', topic: 'a', tags: ['x', 'y'] } },
      { text: 'Two', node: { id: '1', title: 'Two', body: null, topic: 'b', tags: null } },
    ],
  });
});

it('a value of another kind costs its field alone', async () => {
  const { data, errors } = await gateway.run(`{ ${search} { node { ... on Hint { title level } } } }`);
  expect(data).toEqual({ search: [{ node: { title: 'One', level: 1 } }, { node: { title: 'Two', level: null } }] });
  expect(errors?.map(({ path }) => path)).toEqual([['search', 1, 'node', 'level']]);
});

it('hits are those that the caller may read, and none where the payload cannot tell', async () => {
  const titles = async () => (await gateway.ask(`{ ${search} { text } }`))['search'];
  readable = (field) => compare({ field: field('topic'), operator: 'eq', value: 'b' });
  expect(await titles()).toEqual([{ text: 'Two' }]);
  readable = (field) => compare({ field: field('tags'), operator: 'eq', value: ['x'] });
  expect(await titles()).toEqual([]);
  readable = () => TRUE;
});

it.each([
  ['{ id: ID! t: String! }', 'A.t is not nullable, but any point may lack a key'],
  ['{ t: String }', 'A needs a field id: ID!'],
  ['{ id: ID! t: Int }', '@collection on A names t in text, which is no String field of it'],
  ['{ id: ID! t: String u: JSON }', 'A.u is of type JSON, but a field of a payload may be'],
  ['@node { id: ID! t: String }', 'A has @node and @collection: a type has one home'],
  ['{ id: ID! t: String @column }', 'A.t has @column, which means nothing in a type with @collection'],
])('a type of a collection with a fault is refused: %s', (rest, message) => {
  const faults = schemaFaults([{ path: 'a.graphql', text: `type A @collection(name: "a", text: ["t"]) ${rest}` }, ...own]);
  expect(faults.map((fault) => fault.message).join('\n')).toContain(message);
});
