import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../support/gateway.js';

/** An operation that would take all of a gateway without limits, and the codes of its errors; none where it is answered. */
interface Neighbour {
  readonly name: string;
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly codes: readonly string[];
}

const nested = (field: string, depth: number): string => (depth === 0 ? 'id' : `${field} { project { ${nested(field, depth - 1)} } }`);
const connected = (depth: number): string =>
  depth === 0 ? 'id' : `requirementsConnection(first: 1000) { edges { node { id project { ${connected(depth - 1)} } } } }`;
const chain = (depth: number): string => (depth === 0 ? 'id' : `${depth % 2 === 1 ? 'interfaces' : 'components'} { ${chain(depth - 1)} }`);
const repeated = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const lists = (count: number) => repeated(count, (index) => `a${index}: requirements(limit: 1000) { id title text }`).join(' ');

const NEIGHBOURS: readonly Neighbour[] = [
  { name: 'rows below rows below rows', query: `{ ${nested('requirements(limit: 1000)', 4)} }`, codes: ['ANSWER_TOO_LARGE'] },
  { name: 'the same without a limit', query: `{ ${nested('requirements', 5)} }`, codes: ['ANSWER_TOO_LARGE'] },
  { name: 'the same by connections', query: `{ ${connected(3)} }`, codes: ['ANSWER_TOO_LARGE'] },
  {
    name: 'the same below a search',
    query:
      '{ search(text: "range", limit: 200) { node { ... on Requirement { ' +
      `project { ${nested('requirements(limit: 1000)', 3)} } similar(limit: 5) { score } } } } }`,
    codes: ['ANSWER_TOO_LARGE'],
  },
  {
    name: 'the same below a hop',
    query: `{ components(limit: 1000) { requirements(limit: 1000) { project { ${nested('requirements(limit: 1000)', 2)} } } } }`,
    codes: ['ANSWER_TOO_LARGE'],
  },
  { name: 'nodes below nodes below nodes', query: `{ components(limit: 1000) { ${chain(17)} } }`, codes: ['TOO_MANY_ROWS'] },
  {
    name: 'the same by connections of nodes',
    query: `{ componentsConnection(first: 1000) { edges { node { ${chain(15)} } } } }`,
    codes: ['TOO_MANY_ROWS'],
  },
  { name: 'the same from rows', query: `{ requirements(limit: 300) { components { ${chain(15)} } } }`, codes: ['TOO_MANY_ROWS'] },
  { name: 'many lists side by side', query: `{ ${lists(400)} }`, codes: ['TOO_MANY_ROWS'] },
  { name: 'many lists beside a search', query: `{ search(text: "range") { score } ${lists(400)} }`, codes: ['TOO_MANY_ROWS'] },
  { name: 'as many rows as there may be', query: `{ ${lists(250)} }`, codes: [] },
  { name: 'as many rows as there may be, beside a search', query: `{ search(text: "range") { score } ${lists(150)} }`, codes: [] },
  { name: 'neighbours of every row', query: '{ requirements(limit: 1000) { similar(limit: 1000) { score } } }', codes: ['TOO_MANY_ROWS'] },
  {
    name: 'an OR of empty objects',
    query: 'query ($w: RequirementWhere) { requirements(where: $w) { id } }',
    variables: { w: { OR: repeated(300_000, () => ({})) } },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'an OR of hops',
    query: 'query ($w: RequirementWhere) { requirements(where: $w) { id } }',
    variables: { w: { OR: repeated(20_000, () => ({ components: { some: {} } })) } },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'an OR of hops in the document',
    query: `{ requirements(where: {OR: [${'{components: {some: {}}}'.repeat(600)}]}) { id } }`,
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'a condition that is used in many places',
    query: `query ($w: RequirementWhere) { ${repeated(100, (index) => `a${index}: requirements(where: $w, limit: 1) { id }`).join(' ')} }`,
    variables: { w: { OR: repeated(20, () => ({ title: { contains: 'x' } })) } },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'an OR of nodes',
    query: 'query ($w: ComponentWhere) { components(where: $w) { id } }',
    variables: { w: { OR: repeated(300_000, () => ({})) } },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'a list of many numbers',
    query: 'query ($n: [Int!]) { projects(where: {level: {in: $n}}) { id } }',
    variables: { n: repeated(400_000, () => 1) },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'as many numbers as there may be',
    query: 'query ($n: [Int!]) { projects(where: {level: {in: $n}}) { id } }',
    variables: { n: repeated(50_000, (index) => index) },
    codes: [],
  },
  {
    name: 'a sort of many words',
    query: 'query ($s: [RequirementSort!]) { requirements(sort: $s, limit: 1) { id } }',
    variables: { s: repeated(20_000, () => ({ title: 'ASC' })) },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'a sort of nodes of many words',
    query: 'query ($s: [ComponentSort!]) { components(sort: $s, limit: 1) { id } }',
    variables: { s: repeated(20_000, () => ({ name: 'ASC' })) },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'nearness to many texts',
    query: 'query ($w: RequirementWhere) { requirements(where: $w, limit: 5) { id } }',
    variables: { w: { OR: repeated(200, (index) => ({ near: { text: `how far can number ${index} fly in the rain`, limit: 5 } })) } },
    codes: [],
  },
  {
    name: 'words looked for in a long text',
    query: 'query ($t: String!) { requirements(where: {text: {matches: $t}}) { id } }',
    variables: { t: 'range or '.repeat(110_000) },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'likeness to a long text',
    query: 'query ($w: RequirementWhere) { requirements(where: $w) { id } }',
    variables: { w: { title: { similarTo: { text: 'x y '.repeat(250_000) } } } },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'nearness to a long text',
    query: 'query ($t: String!) { requirements(where: {near: {text: $t, limit: 1}}) { id } }',
    variables: { t: 'x y '.repeat(250_000) },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'a search for a long text',
    query: 'query ($t: String!) { search(text: $t) { score } }',
    variables: { t: 'x y '.repeat(250_000) },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'a value with many levels',
    query: 'query ($v: JSON) { knowledgeAssets(where: {metadata: {contains: $v}}) { id } }',
    variables: { v: JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`) as unknown },
    codes: ['INPUT_TOO_LARGE'],
  },
  {
    name: 'many variables',
    query:
      `query (${repeated(900, (index) => `$v${index}: Int!`).join(' ')}) { ` +
      `projects(where: {level: {in: [${repeated(900, (index) => `$v${index}`).join(' ')}]}}) { id } }`,
    codes: ['INPUT_TOO_LARGE'],
  },
];

/** A connection of its own for each request: one that was idle may be closed by the server just when it is used again. */
const APART = { connection: 'close' };

/** How long a second client waits beside a neighbour, in milliseconds. */
export const NEIGHBOUR_WAITS: { readonly name: string; readonly ms: number; readonly p99: number; readonly probes: number }[] = [];

/** A client that asks for one row every 50 ms does not notice what its neighbours ask. */
export const neighboursContract = (profile: string, start: () => Promise<TestGateway>, maxP99Ms: number, documents: number): void => {
  describe(`beside a neighbour that asks too much, on ${profile}`, () => {
    let gateway: TestGateway;
    let id: string;
    beforeAll(async () => {
      gateway = await start();
      id = (await gateway.send('{ requirements(limit: 1) { id } }')).data.requirements[0].id as string;
      await probe();
      await gateway.send('{ search(text: "range", limit: 1) { score } }');
    });
    afterAll(() => gateway.close());

    const probe = async (): Promise<number> => {
      const began = performance.now();
      const { data } = await gateway.send('query ($id: ID!) { requirement(id: $id) { identifier } }', { id }, APART);
      expect(data.requirement.identifier).toEqual(expect.any(String));
      return performance.now() - began;
    };

    /** The answer to an operation, and how long another client waited meanwhile. */
    const beside = async ({ query, variables }: Neighbour) => {
      const waits: number[] = [];
      const probing: Promise<void>[] = [];
      const ask = () => {
        const asked = probe().then((ms) => void waits.push(ms));
        // What fails is told below, and must not end the process before.
        asked.catch(() => {});
        probing.push(asked);
      };
      ask();
      const timer = setInterval(ask, 50);
      const began = performance.now();
      const answer = await gateway.send(query, variables, APART).finally(() => clearInterval(timer));
      const ms = performance.now() - began;
      ask();
      await Promise.all(probing);
      waits.sort((one, other) => one - other);
      return { answer, ms, p99: waits[Math.ceil(waits.length * 0.99) - 1]!, probes: waits.length };
    };

    it.each(NEIGHBOURS)('$name', async (neighbour) => {
      const before = process.memoryUsage().rss;
      const { answer, ms, p99, probes } = await beside(neighbour);
      const codes = [...new Set((answer.errors ?? []).map(({ extensions }) => String(extensions?.['code'])))];
      expect(codes, JSON.stringify(answer.errors?.slice(0, 2))).toEqual(neighbour.codes);
      NEIGHBOUR_WAITS.push({ name: neighbour.name, ms: Math.round(ms), p99: Math.round(p99), probes });
      if (process.env['NEIGHBOURS'])
        console.log(
          `${neighbour.name}: ${Math.round(ms)} ms, p99 ${Math.round(p99)} ms of ${probes}, memory ` +
            `+${Math.round((process.memoryUsage().rss - before) / 1_048_576)} MiB`,
        );
      expect(p99).toBeLessThan(maxP99Ms);
    });

    it('a fill of many copies', async () => {
      const { project } = (await gateway.send('{ requirements(limit: 1) { project { id } } }')).data.requirements[0] as {
        project: { id: string };
      };
      const input = repeated(100, (index) => ({
        identifier: `COPY-${index}`,
        title: `Copy ${index} of many`,
        text: `The ground station SHALL warn the crew of ${index} kinds of weather before they reach an aircraft.`,
        type: 'SAFETY',
        project: { connect: { where: { node: { id: { eq: project.id } } } } },
      }));
      const create = 'mutation ($input: [RequirementCreateInput!]!) { createRequirements(input: $input) { info { nodesCreated } } }';
      const { answer, ms, p99, probes } = await beside({ name: 'copies', query: create, variables: { input }, codes: [] });
      expect(answer.errors).toBeUndefined();
      NEIGHBOUR_WAITS.push({ name: 'a fill of many copies', ms: Math.round(ms), p99: Math.round(p99), probes });
      if (process.env['NEIGHBOURS']) console.log(`a fill of many copies: ${Math.round(ms)} ms, p99 ${Math.round(p99)} ms of ${probes}`);
      expect(
        (await gateway.send('mutation { deleteRequirements(where: {identifier: {startsWith: "COPY-"}}) { nodesDeleted } }')).errors,
      ).toBeUndefined();
      expect(p99).toBeLessThan(maxP99Ms);
    });

    it('takes no more memory for documents that are never sent again', async () => {
      const send = async (from: number, to: number) => {
        for (let index = from; index < to; index += 1) {
          const { errors } = await gateway.send(
            `query ($text: String) { d${index}: requirements(where: {title: {contains: $text}}, limit: 1) {
              id project { name } components { name } } }`,
            { text: 'range' },
          );
          expect(errors).toBeUndefined();
        }
      };
      await send(0, documents / 4);
      const before = process.memoryUsage().heapUsed;
      await send(documents / 4, documents);
      expect((process.memoryUsage().heapUsed - before) / 1_048_576).toBeLessThan(200);
    }, 600_000);
  });
};
