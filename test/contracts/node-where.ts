import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../support/generate.js';
import { createWorld, generateCondition, Reference, SDL, type Condition } from '../support/node-where-model.js';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const WORLD = createWorld(createRandom(7));

/** A `where` of nodes asks about rows what a `where` of rows does, whichever stores are behind it. */
export const nodeWhereContract = (profile: string, settings: () => Record<string, string>, count: number): void => {
  describe(`a where of nodes on ${profile}`, () => {
    let gateway: OwnGateway;
    const reference = new Reference(WORLD);
    const clean = () => gateway.engine.stores.graph.write.run('MATCH (n) WHERE n:TestJob OR n:TestCrew OR n:TestSlip DETACH DELETE n');
    const ids = (rows: { id: string }[]) => rows.map(({ id }) => id).sort();

    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, settings());
      const { relational, graph } = gateway.engine.stores;
      await relational.script(`CREATE TABLE jobs (job_id text PRIMARY KEY, name text NOT NULL, size int, urgent boolean, part_of text REFERENCES jobs);
        CREATE TABLE slips (slip_id int PRIMARY KEY, text text);
        INSERT INTO slips SELECT n, 'Slip ' || n FROM generate_series(1, 100001) n;
        ${WORLD.jobs.map(({ id, size, urgent, partOf }) => `INSERT INTO jobs VALUES ('${id}', 'Job ${id}', ${size}, ${urgent}, ${partOf === null ? null : `'${partOf}'`});`).join('\n')}`);
      await clean();
      const edges = (from: string, type: string, to: string) =>
        `UNWIND $edges AS e MATCH (a:${from} {id: e.from}), (b:${to} {id: e.to}) CREATE (a)-[r:${type}]->(b) SET r.hours = e.hours`;
      await graph.write.run('UNWIND $ids AS id CREATE (n:TestJob {id: id})', { ids: [...WORLD.jobs.map(({ id }) => id), ...WORLD.gone] });
      await graph.write.run('UNWIND $crews AS c CREATE (n:TestCrew {id: c.id, name: c.id}) SET n.rank = c.rank', { crews: WORLD.crews });
      await graph.write.run(edges('TestCrew', 'TEST_DOES', 'TestJob'), { edges: WORLD.does });
      await graph.write.run(edges('TestCrew', 'TEST_MATES', 'TestCrew'), { edges: WORLD.mates });
      await graph.write.run(edges('TestJob', 'TEST_AFTER', 'TestJob'), { edges: WORLD.after });
    });
    afterAll(async () => {
      await clean();
      await gateway.engine.stores.relational.script('DROP TABLE slips; DROP TABLE jobs;');
      await gateway.close();
    });

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

    describe('of a mutation', () => {
      const large: Condition = { size: { gt: 3 } };
      const created = (id: string) =>
        gateway.ask(
          `mutation ($large: JobWhere!) { createCrews(input: [{id: "${id}", name: "New", jobs: {connect: [{where: {node: $large}}]}}]) { crews { jobs { id } } } }`,
          { large },
        );
      const jobsOf = async (id: string) => ids((await gateway.ask(`{ crew(id: "${id}") { jobs { id } } }`)).crew.jobs);
      afterEach(() => gateway.engine.stores.graph.write.run(`MATCH (n:TestCrew) WHERE n.id STARTS WITH 'm' DETACH DELETE n`));

      it('connects, disconnects and takes what rows say', async () => {
        expect(ids((await created('m1')).createCrews.crews[0].jobs)).toEqual(reference.jobs(large));
        await created('m2');
        const { updateCrews } = await gateway.ask(
          `mutation ($large: JobWhere!) { updateCrews(where: {id: {startsWith: "m"}, jobs: {all: $large}, mates: {none: {jobs: {some: $large}}}}, update: {jobs: [{disconnect: [{where: {NOT: {node: {urgent: {eq: true}}}}}]}]}) { crews { id } } }`,
          { large },
        );
        expect(ids(updateCrews.crews)).toEqual(['m1', 'm2']);
        const left = reference.jobs({ ...large, OR: [{ urgent: { eq: true } }, { urgent: { eq: null } }] });
        expect(await jobsOf('m1')).toEqual(left);
        expect(left).not.toEqual(reference.jobs(large));
        const { none, some } = await gateway.ask(
          `mutation { none: deleteCrews(where: {id: {startsWith: "m"}, jobs: {some: {urgent: {eq: false}}}}) { nodesDeleted } some: deleteCrews(where: {id: {startsWith: "m"}, jobs: {none: {urgent: {eq: false}}}}) { nodesDeleted } }`,
        );
        expect([none.nodesDeleted, some.nodesDeleted]).toEqual([0, 2]);
      });

      it('deletes among what it leads to by rows further on', async () => {
        await created('m1');
        await gateway.ask(
          'mutation { createCrews(input: [{id: "m2", name: "Idle"}, {id: "m3", name: "Head", mates: {connect: [{where: {node: {id: {in: ["m1", "m2"]}}}}]}}]) { info { nodesCreated } } }',
        );
        await gateway.ask(
          'mutation ($large: JobWhere!) { updateCrews(where: {id: {eq: "m3"}}, update: {mates: [{delete: [{where: {node: {jobs: {none: $large}}}}]}]}) { crews { id } } }',
          { large },
        );
        expect(ids((await gateway.ask('{ crews(where: {id: {startsWith: "m"}}) { id } }')).crews)).toEqual(['m1', 'm3']);
      });

      it('takes away the relationships that pass, and no others', async () => {
        const { graph } = gateway.engine.stores;
        const random = createRandom(5);
        const busiest = WORLD.crews
          .map(({ id }) => id)
          .sort((one, other) => reference.left(other, 'jobs', { NOT: {} }).length - reference.left(one, 'jobs', { NOT: {} }).length)[0]!;
        const copied = <T extends { from: string }>(edges: readonly T[]) => [
          ...edges,
          ...edges.filter(({ from }) => from === busiest).map((edge) => ({ ...edge, from: 'm1' })),
        ];
        const withCopy = new Reference({
          ...WORLD,
          crews: [...WORLD.crews, { id: 'm1', rank: null }],
          does: copied(WORLD.does),
          mates: copied(WORLD.mates),
        });
        const copy = (type: string) =>
          `MATCH (c:TestCrew {id: '${busiest}'})-[r:${type}]->(n) MATCH (m:TestCrew {id: 'm1'}) CREATE (m)-[s:${type}]->(n) SET s.hours = r.hours`;
        const leftOf = async (type: string) =>
          (await graph.read.run(`MATCH (:TestCrew {id: 'm1'})-[:${type}]->(n) RETURN n.id AS id`, {})).records
            .map((record) => String(record.get('id')))
            .sort();
        let parted = 0;
        // A condition that asks nothing is refused.
        const asking = (leadsTo: 'job' | 'crew'): Condition => {
          const where = generateCondition(random, 'edge', 3, leadsTo);
          return /\{\}|"AND":\[\]/.test(JSON.stringify(where)) ? asking(leadsTo) : where;
        };
        for (let index = 0; index < count / 10; index += 1) {
          const [jobs, mates] = [asking('job'), asking('crew')];
          await graph.write.run(`CREATE (m:TestCrew {id: 'm1', name: 'Copy'})`);
          for (const type of ['TEST_DOES', 'TEST_MATES']) await graph.write.run(copy(type));
          const { updateCrews } = await gateway.ask(
            'mutation ($jobs: CrewJobsConnectionWhere!, $mates: CrewMatesConnectionWhere!) { updateCrews(where: {id: {eq: "m1"}}, update: {jobs: [{disconnect: [{where: $jobs}]}], mates: [{disconnect: [{where: $mates}]}]}) { crews { id } } }',
            { jobs, mates },
          );
          expect(updateCrews.crews).toEqual([{ id: 'm1' }]);
          expect(await leftOf('TEST_DOES'), JSON.stringify(jobs)).toEqual(withCopy.left('m1', 'jobs', jobs));
          expect(await leftOf('TEST_MATES'), JSON.stringify(mates)).toEqual(withCopy.left('m1', 'mates', mates));
          parted += Number(!['edge', 'node'].includes(Object.keys(jobs)[0]!));
          await graph.write.run(`MATCH (m:TestCrew {id: 'm1'}) DETACH DELETE m`);
        }
        expect(parted).toBeGreaterThan(count / 50);
      }, 120_000);

      it('deletes what passes, and nothing else', async () => {
        await gateway.ask(
          'mutation { createCrews(input: [{id: "m1", name: "One"}, {id: "m2", name: "Two"}, {id: "m3", name: "Head", mates: {connect: [{edge: {hours: 1}, where: {node: {id: {eq: "m1"}}}}, {edge: {hours: 2}, where: {node: {id: {eq: "m2"}}}}]}}]) { info { nodesCreated } } }',
        );
        await gateway.ask(
          'mutation { updateCrews(where: {id: {eq: "m3"}}, update: {mates: [{delete: [{where: {AND: [{node: {name: {eq: "None"}}}]}}, {where: {NOT: {OR: [{node: {name: {eq: "One"}}}, {edge: {hours: {gt: 1}}}]}}}]}]}) { crews { id } } }',
        );
        const kept = async () => ids((await gateway.ask('{ crews(where: {id: {startsWith: "m"}}) { id } }')).crews);
        expect(await kept()).toEqual(['m1', 'm2', 'm3']);
        await gateway.ask(
          'mutation { deleteCrews(where: {id: {eq: "m3"}}, delete: {mates: [{where: {OR: [{node: {name: {eq: "One"}}}, {edge: {hours: {gt: 5}}}]}}]}) { nodesDeleted } }',
        );
        expect(await kept()).toEqual(['m2']);
      });

      it('sees what the mutation before it has written', async () => {
        await created('m1');
        const w: Condition = { crews: { some: { name: { eq: 'New' } } } };
        const update = (name: string) => `updateCrews(where: {jobs: {some: $w}}, update: {name: {set: "${name}"}}) { crews { id } }`;
        const before = (await gateway.ask('query ($w: JobWhere!) { crews(where: {jobs: {some: $w}}) { id name } }', { w })).crews as {
          id: string;
          name: string;
        }[];
        const { first, second } = await gateway.ask(`mutation ($w: JobWhere!) { first: ${update('Done')} second: ${update('Twice')} }`, {
          w,
        });
        expect([ids(first.crews), second.crews]).toEqual([ids(before), []]);
        await gateway.engine.stores.graph.write.run('UNWIND $crews AS c MATCH (n:TestCrew {id: c.id}) SET n.name = c.name', {
          crews: before,
        });
      });

      it.each([
        ['deleteCrews(where: $nothing) { nodesDeleted }', 'expected a condition for where, but got null'],
        [
          'updateCrews(where: {id: {eq: "c1"}}, update: {jobs: [{disconnect: [{where: $edges}]}]}) { crews { id } }',
          'expected a condition for where, but got null',
        ],
        [
          'updateCrews(where: {id: {eq: "c1"}}, update: {jobs: [{connect: [{where: {node: {OR: $any}}}]}]}) { crews { id } }',
          'expected a condition for OR, but got null',
        ],
        ['deleteCrews(where: {jobs: {some: $job}}) { nodesDeleted }', 'expected a condition for jobs.some, but got null'],
        [
          `updateCrews(where: {id: {eq: "c1"}}, update: {jobs: [{disconnect: [{where: {AND: [${'{OR: [{edge: {hours: {eq: 1}}}, {node: {size: {eq: 1}}}]},'.repeat(7)}]}}]}]}) { crews { id } }`,
          'edge and node may be combined in 64 ways at most',
        ],
      ])('is refused where a condition is not there, or is too many: %s', async (field, message) => {
        const { errors } = await gateway.run(
          `mutation M${[
            ['$nothing', 'CrewWhere'],
            ['$edges', 'CrewJobsConnectionWhere'],
            ['$any', '[JobWhere!]'],
            ['$job', 'JobWhere'],
          ]
            .flatMap(([name, type]) => (field.includes(name!) ? [`(${name}: ${type})`] : []))
            .join('')} { ${field} }`,
          { nothing: null, edges: null, any: null, job: null },
        );
        expect(errors).toMatchObject([{ message: expect.stringContaining(message) as string, extensions: { code: 'BAD_WHERE' } }]);
        expect((await gateway.ask('{ crewsConnection { totalCount } }')).crewsConnection.totalCount).toBe(WORLD.crews.length);
      });
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
