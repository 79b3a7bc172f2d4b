import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { createRandom, QueryGenerator } from '../support/generate.js';
import { readSamples } from '../support/samples.js';
import { fillServers, type FilledServers } from './filled.js';

const QUERIES = 200;
let filled: FilledServers;
let embedded: TestGateway;
let servers: TestGateway;
let generator: QueryGenerator;

beforeAll(async () => {
  filled = await fillServers('twins');
  [embedded, servers] = await Promise.all([startTestGateway(), startTestGateway({ settings: filled.settings })]);
  const samples = await readSamples(embedded, embedded.engine.model);
  // Conditions on a time that one of them has set would match in that one only.
  const shared = new Map([...samples].map(([type, fields]) => [type, new Map([...fields].filter(([name]) => !SET_BY_STORES.has(name)))]));
  generator = new QueryGenerator(embedded.engine.model, shared, createRandom(20_261_122));
});

afterAll(async () => {
  await Promise.all([embedded?.close(), servers?.close()]);
  await filled?.remove();
});

const SET_BY_STORES: ReadonlySet<string> = new Set(['createdAt', 'updatedAt', 'joinedAt']);

/** Scores may differ in the last digits; times are set by each server. */
const comparable = (value: unknown, scores: number[]): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, item: unknown) => {
      if (key === 'score' && typeof item === 'number') return scores.push(item) > 0;
      return SET_BY_STORES.has(key) ? null : item;
    }),
  );

const both = async (query: string): Promise<void> => {
  const [one, other] = await Promise.all([embedded.send(query), servers.send(query)]);
  expect(one.errors, query).toBeUndefined();
  const [ours, theirs]: [number[], number[]] = [[], []];
  expect(comparable(other, theirs), query).toEqual(comparable(one, ours));
  expect(theirs, query).toEqual(ours.map((score) => expect.closeTo(score, 5) as number));
};

describe('embedded stores and servers', () => {
  it(`give equal answers to ${QUERIES} generated queries`, async () => {
    for (let count = 0; count < QUERIES; count += 1) await both(generator.query());
  }, 300_000);

  it('cost equally many statements', async () => {
    for (let count = 0; count < 20; count += 1) {
      const query = generator.query();
      embedded.recorded.clear();
      servers.recorded.clear();
      await both(query);
      expect(servers.recorded.relational.length, query).toBe(embedded.recorded.relational.length);
      expect(servers.recorded.graph.length, query).toBe(embedded.recorded.graph.length);
    }
  }, 60_000);

  it.each([
    'mutation { createRequirements(input: [{identifier: "TWIN-1", title: "Twin", text: "The twin SHALL agree.", type: SAFETY, ' +
      'tags: ["a", {b: 1}], project: {connect: {where: {node: {domain: {eq: "sensing"}}}}}}]) { ' +
      'info { nodesCreated } requirements { identifier state version priority tags components { name } project { name } } } }',
    'mutation { updateRequirements(where: {identifier: {eq: "TWIN-1"}}, ' +
      'update: {text: {set: "The twin SHALL agree again."}, version: {add: 2}}) { ' +
      'requirements { text version history { changeType oldValue newValue } } } }',
    `{ search(text: "the twin shall agree", types: [REQUIREMENT], limit: 1) { score node { ... on Requirement { identifier } } } }`,
    'mutation { createComponents(input: [{id: "twin", name: "Twin", ' +
      'interfaces: {connect: [{where: {node: {name: {eq: "CAN bus"}}}}]}}]) { ' +
      'info { nodesCreated relationshipsCreated } components { name interfaces { name components(sort: [{name: ASC}]) { name } } } } }',
    `mutation { updateComponents(where: {id: {eq: "twin"}}, update: {type: {set: "power"}}) { components { name type } } }`,
    `mutation { deleteComponents(where: {id: {eq: "twin"}}) { nodesDeleted relationshipsDeleted } }`,
    `mutation { deleteRequirements(where: {identifier: {eq: "TWIN-1"}}) { nodesDeleted } }`,
  ])('agree on %s', both);

  it.each([
    `mutation { a: createUsers(input: [{username: "okafor", displayName: "Twice"}]) { info { nodesCreated } } }`,
    `mutation { deleteUsers(where: {username: {eq: "okafor"}}) { nodesDeleted } }`,
    `mutation { createUsers(input: [{username: "${'x'.repeat(300)}", displayName: "Long"}]) { info { nodesCreated } } }`,
    `{ requirements(where: {createdAt: {gte: "2026-13-45T00:00:00Z"}}) { id } }`,
  ])('refuse in the same words: %s', async (query) => {
    const [one, other] = await Promise.all([embedded.send(query), servers.send(query)]);
    expect(one.errors).toHaveLength(1);
    expect(other).toEqual(one);
  });
});
