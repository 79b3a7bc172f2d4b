import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ids, openCrews, WORLD } from '../support/crews.js';
import { createRandom } from '../support/generate.js';
import { generateCondition, Reference, type Condition } from '../support/node-where-model.js';
import type { OwnGateway } from '../support/own-gateway.js';

/** Conditions in mutations of nodes that ask about rows, whichever stores are behind them. */
export const nodeWhereWritesContract = (profile: string, settings: () => Record<string, string>, count: number): void => {
  describe(`a where in mutations of nodes on ${profile}`, () => {
    let gateway: OwnGateway;
    const reference = new Reference(WORLD);

    beforeAll(async () => {
      gateway = await openCrews(settings());
    });
    afterAll(() => gateway.close());

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
};
