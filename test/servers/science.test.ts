import { parse } from 'graphql';
import { execute } from '../support/execute.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RequestContext } from '../../src/execute/context.js';
import { GatewayError } from '../../src/errors.js';
import { Ending } from '../../src/stores/ending.js';
import { createScience } from '../../src/stores/graph/science.js';
import { Trace } from '../../src/stores/trace.js';
import type { GraphRunner } from '../../src/stores/types.js';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';
import { startNeo4j } from './neo4j.js';
import { serverUrl } from './urls.js';

const SDL = `
  type Place @node(labels: ["TestPlace"]) {
    id: ID!
    road: [Place!]! @relationship(type: "TEST_ROAD", direction: OUT)
    path: [Town!]! @relationship(type: "TEST path", direction: OUT)
  }
  type Town @node(labels: ["TestPlace", "Test Town"]) {
    id: ID!
    road: [Place!]! @relationship(type: "TEST_ROAD", direction: OUT)
  }
`;

/** Numbers in [0, 1), the same for the same seed. */
const random = (seed: number) => () => (seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;

const SHOWN = 'node { ... on Place { place: id } ... on Town { town: id } }';
const GROUP = 'size nodes { ... on Place { place: id } ... on Town { town: id } }';
const EVERYTHING = `nodeCount relationshipCount
  rank: pageRank { score ${SHOWN} } rankBoth: pageRank(directed: false) { score ${SHOWN} }
  rankNear: pageRank(damping: 0.5) { score ${SHOWN} } rankNone: pageRank(damping: 0) { score ${SHOWN} }
  between: betweenness { score ${SHOWN} } betweenBoth: betweenness(directed: false) { score ${SHOWN} }
  ways: betweenness(normalized: false) { score ${SHOWN} } waysBoth: betweenness(normalized: false, directed: false) { score ${SHOWN} }
  in: degree(direction: IN) { score ${SHOWN} } out: degree(direction: OUT) { score ${SHOWN} } both: degree { score ${SHOWN} }
  components { ${GROUP} } communities { modularity groups { ${GROUP} } } cycles(limit: 20, maxLength: 5) { truncated cycles { length } }`;
const RANKS = `rank: pageRank(directed: false) { score ${SHOWN} } in: degree(direction: IN) { score } components { size }`;

describe('Graph Data Science', () => {
  let there: OwnGateway;
  let here: OwnGateway;
  const told: string[] = [];
  const log = { info() {}, warn: (line: string) => void told.push(line), error() {} };
  const settings = () => ({ NEO4J_URL: serverUrl('NEO4J_URL'), STORE_TIMEOUT_MS: '60000' });
  const clean = () => there.engine.stores.graph.write.run('MATCH (n:TestPlace) DETACH DELETE n');
  /** What is in the server's memory. */
  const projected = async (): Promise<string[]> =>
    (await there.engine.stores.graph.read.run('CALL gds.graph.list() YIELD graphName RETURN graphName ORDER BY graphName')).records.map(
      (record) => record.get('graphName') as string,
    );
  const project = (name: string) => there.engine.stores.graph.read.run(`RETURN gds.graph.project($name, 1, 2)`, { name });

  beforeAll(async () => {
    [there, here] = await Promise.all([openOwnGateway(SDL, settings(), log), openOwnGateway(SDL, { ...settings(), NEO4J_GDS: 'false' })]);
    await there.engine.stores.graph.read.run(
      'CALL gds.graph.list() YIELD graphName CALL gds.graph.drop(graphName) YIELD graphName AS dropped RETURN dropped',
    );
  });
  afterAll(async () => {
    await clean();
    await Promise.all([there.close(), here.close()]);
  });

  /** With loops, parallel relationships, nodes that stand alone, nodes of another part, and an id that is none. */
  const fill = async (seed: number): Promise<void> => {
    const next = random(seed);
    const [size, links] = [1 + Math.floor(next() * 30), Math.floor(next() * 80)];
    const pick = () => `n${Math.floor(next() * size)}`;
    await clean();
    const { write } = there.engine.stores.graph;
    await write.run(
      `UNWIND range(0, $size - 1) AS i CREATE (n:TestPlace {id: 'n' + toInteger(i)})
        FOREACH (_ IN CASE WHEN toInteger(i) % 3 = 0 THEN [1] ELSE [] END | SET n:\`Test Town\`)
        CREATE (n)-[:TEST_ROAD]->(:Elsewhere:TestPlace {id: 12})-[:TEST_ROAD]->(n)`,
      { size },
    );
    await write.run('UNWIND $pairs AS pair MATCH (a:TestPlace {id: pair[0]}), (b:TestPlace {id: pair[1]}) CREATE (a)-[:TEST_ROAD]->(b)', {
      pairs: Array.from({ length: links }, () => [pick(), pick()]),
    });
    await write.run('UNWIND $pairs AS pair MATCH (a:TestPlace {id: pair[0]}), (b:TestPlace {id: pair[1]}) CREATE (a)-[:`TEST path`]->(b)', {
      pairs: Array.from({ length: links >> 2 }, () => [pick(), pick()]),
    });
  };

  it.each([1, 2, 3, 4])(
    'finds to the digit what the gateway finds, in generated graph %i',
    async (seed) => {
      await fill(seed);
      const parts = [
        'types: [PLACE], where: {place: {id: {startsWith: "n"}}}',
        'where: {place: {NOT: {id: {endsWith: "1"}}}}',
        'types: [TOWN], relationships: ["TEST_ROAD"]',
        'relationships: []',
      ];
      for (const [part, fields] of [
        [parts[seed % 4], EVERYTHING],
        [parts[(seed + 1) % 4], EVERYTHING],
        [parts[seed % 2], RANKS],
      ]) {
        const query = `{ graphAnalytics(${part}) { ${fields} } }`;
        const [one, other] = await Promise.all([there.ask(query), here.ask(query)]);
        expect(one).toEqual(other);
      }
      expect(there.asked.some((cypher) => cypher.includes('gds.'))).toBe(true);
      expect(here.asked.some((cypher) => cypher.includes('gds.'))).toBe(false);
    },
    120_000,
  );

  it('is asked by statements that an explanation shows, and leaves nothing behind', async () => {
    await fill(1);
    const trace = new Trace();
    const { errors } = await execute({
      schema: there.schema,
      document: parse('{ graphAnalytics { pageRank { score } } }'),
      contextValue: new RequestContext(there.engine, { trace }),
    });
    expect(errors).toBeUndefined();
    expect(trace.statements.map(({ text }) => /gds\.\w+\.\w+/.exec(text)?.[0])).toEqual([
      undefined,
      undefined,
      undefined,
      'gds.graph.project',
      'gds.pageRank.stream',
    ]);
    // No values but those of the settings, no names but those of the schema.
    for (const { text } of trace.statements.slice(-2)) expect(text).not.toMatch(/n\d+'|odras/);
    expect(await projected()).toEqual([]);
  });

  it('is looked for once, and again after the server was away', async () => {
    const { read } = there.engine.stores.graph;
    let isAway = true;
    const asked: string[] = [];
    const runner: GraphRunner = {
      run: (cypher, ...rest) => {
        if (isAway) return Promise.reject(new Error('connect ECONNREFUSED'));
        asked.push(cypher);
        return read.run(cypher, ...rest);
      },
    };
    const science = createScience(1_000, () => Promise.reject(new Error('nothing is run')), runner);
    expect(await science.isThere()).toBe(false);
    isAway = false;
    expect(await Promise.all([science.isThere(), science.isThere()])).toEqual([true, true]);
    expect(await science.isThere()).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it('drops what a gateway that came to a sudden end has left, and nothing of others', async () => {
    const names = ['mine', 'odras-gateway 1 dead directed', 'odras-gateway 600000 alive directed'];
    for (const name of names) await project(name);
    await there.ask('{ graphAnalytics { components { size } } }');
    expect(await projected()).toEqual([names[0], names[2]]);
    for (const name of await projected())
      await there.engine.stores.graph.read.run('CALL gds.graph.drop($name) YIELD graphName RETURN graphName', { name });
  });

  it('that refuses leaves the work to the gateway, which tells the operator', async () => {
    await fill(2);
    const { graph } = there.engine.stores;
    const science = graph.science!;
    const refusing: typeof science = {
      ...science,
      run: (work, ...rest) =>
        science.run(
          async (runner) => {
            await work(runner);
            await runner.run(`CALL gds.wcc.stream('nothing of the kind') YIELD nodeId RETURN nodeId`);
            throw new Error('it was not refused');
          },
          ...rest,
        ),
    };
    Object.assign(graph, { science: refusing });
    const query = '{ graphAnalytics { pageRank { score } components { size } cycles { truncated } } }';
    const answer = await there.ask(query);
    Object.assign(graph, { science });
    expect(answer).toEqual(await here.ask(query));
    expect(told.join()).toMatch(/Graph Data Science failed to run an analysis, so the gateway ran it: .*nothing of the kind/);
    expect(await projected()).toEqual([]);
  });

  describe('that takes too long', () => {
    const LONG = '{ graphAnalytics { betweenness { score } } }';
    beforeAll(async () => {
      await clean();
      const { write } = there.engine.stores.graph;
      await write.run(`UNWIND range(0, 14999) AS i CREATE (:TestPlace {id: 'n' + toString(i)})`);
      await write.run(`MATCH (n:TestPlace) WITH collect(n) AS all UNWIND range(0, 149999) AS i WITH all[i % 15000] AS a,
        all[(i * 7919 + i / 15000) % 15000] AS b CREATE (a)-[:TEST_ROAD]->(b)`);
    });

    it('ends with its request, and what was projected is dropped', async () => {
      const ending = new Ending();
      const answer = execute({
        schema: there.schema,
        document: parse(LONG),
        contextValue: new RequestContext(there.engine, { signal: ending }),
      });
      await vi.waitFor(async () => expect(await projected()).toHaveLength(1), { timeout: 40_000, interval: 50 });
      ending.abort(new GatewayError('REQUEST_CANCELLED', {}));
      expect((await answer).errors?.map(({ originalError }) => (originalError as GatewayError).code)).toEqual(['REQUEST_CANCELLED']);
      // The plug-in looks every ten seconds whether it is to end.
      await vi.waitFor(async () => expect(await projected()).toEqual([]), { timeout: 45_000, interval: 50 });
    }, 120_000);

    it('ends at its deadline, and what was projected is dropped', async () => {
      const hasty = await openOwnGateway(SDL, { ...settings(), STORE_TIMEOUT_MS: '6000' });
      const answer = hasty.run(LONG);
      await vi.waitFor(async () => expect(await projected()).toHaveLength(1), { timeout: 6_000, interval: 50 });
      expect((await answer).errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['STORE_TIMEOUT']);
      await vi.waitFor(async () => expect(await projected()).toEqual([]), { timeout: 45_000, interval: 50 });
      await hasty.close();
    }, 120_000);
  });

  it('is not asked of a server that has it not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'odras-plain-'));
    const neo4j = await startNeo4j({ folder, port: 0 });
    const plain = await openOwnGateway(SDL, { NEO4J_URL: neo4j.url });
    expect(await plain.engine.stores.graph.science!.isThere()).toBe(false);
    await plain.engine.stores.graph.write.run(`CREATE (:TestPlace {id: 'a'})-[:TEST_ROAD]->(:TestPlace {id: 'b'})`);
    expect(await plain.ask('{ graphAnalytics { relationshipCount components { size } pageRank { score } } }')).toEqual({
      graphAnalytics: { relationshipCount: 1, components: [{ size: 2 }], pageRank: [{ score: 0.64912281 }, { score: 0.35087719 }] },
    });
    expect(plain.asked.join()).not.toContain('gds.');
    await plain.close();
    await neo4j.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});
