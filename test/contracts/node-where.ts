import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ids, openCrews, WORLD } from '../support/crews.js';
import { createRandom } from '../support/generate.js';
import { generateCondition, Reference, type Condition } from '../support/node-where-model.js';
import type { OwnGateway } from '../support/own-gateway.js';

/** A `where` of nodes asks about rows what a `where` of rows does, whichever stores are behind it. */
export const nodeWhereContract = (profile: string, settings: () => Record<string, string>, count: number): void => {
  describe(`a where of nodes on ${profile}`, () => {
    let gateway: OwnGateway;
    const reference = new Reference(WORLD);

    beforeAll(async () => {
      gateway = await openCrews(settings());
    });
    afterAll(() => gateway.close());

    it(`equals a brute-force join for ${count} generated conditions`, async () => {
      const random = createRandom(12);
      let found = 0;
      for (let index = 0; index < count; index += 1) {
        const crews = generateCondition(random, 'crew', 3);
        const jobs = generateCondition(random, 'job', 3);
        const asked = await gateway.ask(
          'query ($crews: CrewWhere!, $jobs: JobWhere!) { crews(where: $crews) { id } crewsConnection(where: $crews) { totalCount aggregate { count { nodes } } } jobs(where: $jobs) { id } }',
          { crews, jobs },
        );
        expect(ids(asked.crews), JSON.stringify(crews)).toEqual(reference.crews(crews));
        expect(asked.crewsConnection, JSON.stringify(crews)).toEqual({
          totalCount: asked.crews.length,
          aggregate: { count: { nodes: asked.crews.length } },
        });
        expect(ids(asked.jobs), JSON.stringify(jobs)).toEqual(reference.jobs(jobs));
        if (asked.crews.length > 0 && asked.crews.length < WORLD.crews.length) found += 1;
      }
      expect(found).toBeGreaterThan(count / 4);
    }, 600_000);

    const W: Condition = { jobs: { some: { size: { gt: 2 }, NOT: { part: null } } } };
    const passing = new Set(reference.crews(W));
    const matesOf = (crew: string) =>
      WORLD.mates
        .filter(({ from, to }) => from === crew && passing.has(to))
        .map(({ to }) => to)
        .sort();

    it('knows a row that is gone from one that fails, and one that fails from one without a value', async () => {
      const { relational, graph } = gateway.engine.stores;
      await graph.write
        .run(`CREATE (a:TestCrew {id: 'x1', name: 'Only gone'}), (b:TestCrew {id: 'x2', name: 'One small'}), (c:TestCrew {id: 'x3', name: 'One open'}), (g:TestJob {id: 'x-gone'}), (s:TestJob {id: 'x-small'}), (o:TestJob {id: 'x-open'}), (l:TestJob {id: 'x-large'}),
        (a)-[:TEST_DOES]->(g), (b)-[:TEST_DOES]->(s), (b)-[:TEST_DOES]->(l), (c)-[:TEST_DOES {hours: 1}]->(o), (c)-[:TEST_DOES]->(g), (c)-[:TEST_DOES]->(l)`);
      await relational.script(`INSERT INTO jobs VALUES ('x-small', 'Small', 1), ('x-open', 'Open', NULL), ('x-large', 'Large', 9)`);
      const large = '{size: {gt: 5}}';
      const found = async (where: string) =>
        ids((await gateway.ask(`{ crews(where: {id: {startsWith: "x"}, ${where}}) { id } }`)).crews).join(' ');
      const asked = [
        'jobs: {some: {}}',
        'jobs: {none: {}}',
        `jobs: {some: ${large}}`,
        `jobs: {all: ${large}}`,
        `jobs: {none: ${large}}`,
        `jobs: {single: ${large}}`,
        `jobs: {some: {NOT: ${large}}}`,
        `NOT: {jobs: {some: ${large}}}`,
      ];
      const edges = [
        `jobsConnection: {all: {node: ${large}}}`,
        `jobsConnection: {some: {NOT: {node: ${large}}}}`,
        `jobsConnection: {some: {edge: {hours: {eq: 1}}, NOT: {node: ${large}}}}`,
        `jobsConnection: {single: {OR: [{edge: {hours: {eq: 1}}}, {node: ${large}}]}}`,
      ];
      expect(await Promise.all([...asked, ...edges].map(found))).toEqual([
        'x2 x3',
        'x1',
        'x2 x3',
        'x3',
        'x1',
        'x2 x3',
        'x2',
        'x1',
        'x3',
        'x2',
        '',
        'x2',
      ]);
      await graph.write.run(`MATCH (n) WHERE (n:TestCrew OR n:TestJob) AND n.id STARTS WITH 'x' DETACH DELETE n`);
      await relational.script(`DELETE FROM jobs WHERE job_id LIKE 'x%'`);
    });

    it('holds in lists and connections below nodes and below rows, and in what is reached', async () => {
      const lists = `mates(where: $w) { id } matesConnection(where: {node: $w}) { totalCount aggregate { count { nodes } } edges { node { id } } }`;
      const { crews, jobs } = await gateway.ask(
        `query ($w: CrewWhere!) { crews { id ${lists} matesInReach(where: $w) { crew { id } } jobsConnection(where: {node: {size: {gt: 2}}}) { edges { node { id } } } }
          jobs { id crews(where: $w) { id mates(where: $w) { id } } crewsConnection(where: {node: $w}) { totalCount edges { node { id } } } crewsInReach(where: $w) { crew { id } } } }`,
        { w: W },
      );
      let reached = 0;
      for (const crew of crews) {
        expect(ids(crew.mates)).toEqual(matesOf(crew.id));
        expect(ids(crew.matesConnection.edges.map(({ node }: { node: { id: string } }) => node))).toEqual(matesOf(crew.id));
        expect(crew.matesConnection).toMatchObject({ totalCount: crew.mates.length, aggregate: { count: { nodes: crew.mates.length } } });
        expect(ids(crew.jobsConnection.edges.map(({ node }: { node: { id: string } }) => node))).toEqual(
          WORLD.does
            .filter(({ from, to }) => from === crew.id && (WORLD.jobs.find(({ id }) => id === to)?.size ?? 0) > 2)
            .map(({ to }) => to)
            .sort(),
        );
        reached += crew.matesInReach.length;
        for (const { crew: mate } of crew.matesInReach) expect(passing).toContain(mate.id);
      }
      for (const job of jobs) {
        const own = WORLD.does
          .filter(({ from, to }) => to === job.id && passing.has(from))
          .map(({ from }) => from)
          .sort();
        expect(ids(job.crews)).toEqual(own);
        expect(job.crewsConnection).toMatchObject({ totalCount: own.length });
        for (const crew of job.crews) expect(ids(crew.mates)).toEqual(matesOf(crew.id));
        for (const { crew } of job.crewsInReach) expect(passing).toContain(crew.id);
        reached += job.crewsInReach.length;
      }
      expect(reached).toBeGreaterThan(20);
    });

    it('holds where the graph is analysed and where its gaps are looked for', async () => {
      const { graphAnalytics, traceabilityGaps } = await gateway.ask(
        'query ($w: CrewWhere!, $small: CrewWhere!) { graphAnalytics(types: [CREW], where: {crew: $w}) { nodeCount } traceabilityGaps(where: {crew: $small}) { count nodes { ... on Crew { id } } } }',
        { w: W, small: { NOT: W } },
      );
      expect(graphAnalytics.nodeCount).toBe(passing.size);
      const without = reference.crews({ NOT: W, jobsConnection: { none: {} } });
      expect(without.length).toBeGreaterThan(0);
      expect(traceabilityGaps).toMatchObject([{ count: without.length }]);
      expect(ids(traceabilityGaps[0].nodes)).toEqual(without);
    });

    it('takes edge and node of one item of an OR together', async () => {
      const where: Condition = {
        OR: [
          { edge: { hours: { in: [0, 3] } }, node: { rank: { eq: 1 } } },
          { edge: { hours: { eq: 4 } }, node: { rank: { gt: 2 } } },
        ],
      };
      const { crews } = await gateway.ask(
        'query ($w: CrewMatesConnectionWhere!) { crews(where: {matesConnection: {some: $w}}) { id matesConnection(where: $w) { totalCount } } }',
        { w: where },
      );
      const expected = reference.crews({ matesConnection: { some: where } });
      expect(ids(crews)).toEqual(expected);
      expect(expected.length).toBeLessThan(reference.crews({ mates: { some: {} } }).length);
      for (const { id, matesConnection } of crews)
        expect(matesConnection.totalCount).toBe(
          reference.left(id, 'mates', { NOT: {} }).length - reference.left(id, 'mates', where).length,
        );
    });

    it('means one thing where a variable stands in a where of rows and in one of nodes', async () => {
      const job: Condition = { crews: { some: { rank: { gt: 1 } } }, size: { gt: 1 } };
      const asked = await gateway.ask(
        'query ($job: JobWhere!) { jobs(where: $job) { id } crews(where: {jobs: {some: $job}}) { id } none: crews(where: {jobsConnection: {none: {node: $job}}}) { id } }',
        { job },
      );
      expect(ids(asked.jobs)).toEqual(reference.jobs(job));
      expect(ids(asked.crews)).toEqual(reference.crews({ jobs: { some: job } }));
      expect(ids(asked.none)).toEqual(reference.crews({ jobs: { none: job } }));
    });

    it.each([
      ['{jobs: {none: null}}', 'BAD_WHERE', 'Argument where of crews: expected a condition for jobs.none, but got null'],
      ['{jobsConnection: {some: {NOT: {node: null}}}}', 'BAD_WHERE', 'expected a condition for node, but got null'],
      ['{mates: {some: {jobs: {some: {parts: {some: null}}}}}}', 'BAD_WHERE', 'expected a condition for parts.some, but got null'],
      [`${'{NOT: '.repeat(12)}{jobs: {some: {}}}${'}'.repeat(12)}`, 'BAD_WHERE', 'conditions may be nested 12 deep'],
      [`${'{jobs: {some: {crews: {some: '.repeat(7)}{}${'}}}}'.repeat(7)}`, 'BAD_WHERE', 'conditions may be nested 12 deep'],
      ['{slips: {none: {text: {startsWith: "Slip"}}}}', 'TOO_MANY_KEYS', 'slips matches more than 100000 rows'],
    ])('refuses %s, and only that', async (where, code, message) => {
      const { data, errors } = await gateway.run(
        `{ bad: crews(where: ${where}) { id } good: crews(where: {id: {eq: "c1"}, jobs: {none: {id: {eq: "no"}}}}) { id } }`,
      );
      expect(errors).toMatchObject([{ message: expect.stringContaining(message) as string, extensions: { code } }]);
      expect(data).toEqual({ bad: null, good: [{ id: 'c1' }] });
    });

    it('may be nested over both stores as deep as any other condition', async () => {
      const nested = `${'{jobs: {some: {crews: {some: '.repeat(5)}{}${'}}}}'.repeat(5)}`;
      expect(ids((await gateway.ask(`{ crews(where: ${nested}) { id } }`)).crews)).toEqual(reference.crews({ jobs: { some: {} } }));
    });
  });
};
