import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KARATE } from '../support/karate.js';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

/** A club of members who know each other, and tasks (rows) that wait for one another and are given to members. */
const SDL = `
  type Member @node(labels: ["TestMember"]) {
    id: ID!
    name: String
    knows: [Member!]! @relationship(type: "TEST_KNOWS", direction: OUT)
    tasks: [Task!]! @relationship(type: "TEST_GIVEN_TO", direction: IN) @traced
  }
  type Task @table(name: "tasks") @node(labels: ["TestTask"]) {
    id: ID! @column(name: "task_id", type: "text")
    title: String!
    project: String!
    after: [Task!]! @relationship(type: "TEST_AFTER", direction: OUT)
    givenTo: [Member!]! @relationship(type: "TEST_GIVEN_TO", direction: OUT) @traced
  }
`;
const key = (member: number) => `m${String(member).padStart(2, '0')}`;
const TASKS = [
  ['t1', 'x'],
  ['t2', 'x'],
  ['t3', 'x'],
  ['t4', 'y'],
  ['t5', 'y'],
  ['t6', 'y'],
] as const;
/** t1 -> t2 -> t3 -> t1, t4 <-> t5, t6 after itself; t3 -> t4. */
const AFTER = [
  ['t1', 't2'],
  ['t2', 't3'],
  ['t3', 't1'],
  ['t4', 't5'],
  ['t5', 't4'],
  ['t6', 't6'],
  ['t3', 't4'],
];

/** Analyses of graphs with known results, whichever store they are in, and wherever they are made. */
export const analyticsContract = (
  profile: string,
  settings: () => Record<string, string>,
  made: 'in the gateway' | 'by Graph Data Science' = 'in the gateway',
): void => {
  describe(`analytics on ${profile}`, () => {
    let gateway: OwnGateway;
    const clean = () => gateway.engine.stores.graph.write.run('MATCH (n) WHERE n:TestMember OR n:TestTask DETACH DELETE n');
    const refused = async (source: string) =>
      (await gateway.run(source)).errors?.map(({ message, extensions }) => `${String(extensions?.['code'])} ${message}`).join() ?? '';
    const club = async (fields: string) =>
      (await gateway.ask(`{ graphAnalytics(types: [MEMBER], relationships: ["TEST_KNOWS"]) { ${fields} } }`)).graphAnalytics;
    const plan = async (fields: string, where = '') =>
      (await gateway.ask(`{ graphAnalytics(types: [TASK], relationships: ["TEST_AFTER"]${where}) { ${fields} } }`)).graphAnalytics;

    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, {
        STORE_TIMEOUT_MS: '60000',
        ...settings(),
        MAX_ANALYSED_NODES: '40',
        MAX_ANALYSED_RELATIONSHIPS: '85',
      });
      const { graph, relational } = gateway.engine.stores;
      await relational.script(`CREATE TABLE tasks (task_id text PRIMARY KEY, title text NOT NULL, project text NOT NULL);
        ${TASKS.map(([id, project]) => `INSERT INTO tasks VALUES ('${id}', 'Task ${id}', '${project}');`).join('\n')} INSERT INTO tasks VALUES ('t9', 'Without a node', 'y');`);
      await clean();
      await graph.write.run('UNWIND $members AS id CREATE (:TestMember {id: id, name: id})', {
        members: Array.from({ length: 34 }, (_, member) => key(member)),
      });
      await graph.write.run(
        'UNWIND $pairs AS pair MATCH (a:TestMember {id: pair[0]}), (b:TestMember {id: pair[1]}) CREATE (a)-[:TEST_KNOWS]->(b)',
        { pairs: KARATE.map((pair) => pair.map(key)) },
      );
      await graph.write.run('UNWIND $tasks AS id CREATE (:TestTask {id: id})', { tasks: [...TASKS.map(([id]) => id), 'orphan'] });
      await graph.write.run(
        'UNWIND $pairs AS pair MATCH (a:TestTask {id: pair[0]}), (b:TestTask {id: pair[1]}) CREATE (a)-[:TEST_AFTER]->(b)',
        { pairs: [...AFTER, ['orphan', 't1']] },
      );
      await graph.write.run(
        'UNWIND $pairs AS pair MATCH (a:TestTask {id: pair[0]}), (b:TestMember {id: pair[1]}) CREATE (a)-[:TEST_GIVEN_TO]->(b)',
        {
          pairs: [
            ['t1', 'm00'],
            ['t2', 'm33'],
            ['t4', 'm00'],
          ],
        },
      );
    });
    afterAll(async () => {
      await clean();
      await gateway.close();
    });

    it('give the karate club what networkx documents, best first', async () => {
      const { nodeCount, relationshipCount, betweenness, pageRank, degree } =
        await club(`nodeCount relationshipCount betweenness(directed: false, limit: 4) { score node { ... on Member { id } } }
        pageRank(directed: false, limit: 3) { score node { ... on Member { id } } } degree(limit: 2) { score node { ... on Member { name knows(limit: 1) { id } } } }`);
      expect({ nodeCount, relationshipCount }).toEqual({ nodeCount: 34, relationshipCount: 78 });
      const near = (id: string, score: number) => ({ score: expect.closeTo(score, 4) as number, node: { id } });
      expect(betweenness).toEqual([near('m00', 0.437635), near('m33', 0.304075), near('m32', 0.145247), near('m02', 0.143657)]);
      expect(pageRank).toEqual([near('m33', 0.100919), near('m00', 0.097002), near('m32', 0.071693)]);
      expect(degree).toEqual([
        { score: 17, node: { name: 'm33', knows: [] } },
        { score: 16, node: { name: 'm00', knows: [{ id: 'm01' }] } },
      ]);
    });

    it('give the same communities every time', async () => {
      const fields = 'communities { modularity count groups { size nodes { ... on Member { id } } } }';
      const { communities } = await club(fields);
      expect(await club(fields)).toEqual({ communities });
      expect(communities.count).toBe(4);
      expect(communities.modularity).toBeCloseTo(0.4188, 2);
      expect(communities.groups.map(({ size }: { size: number }) => size).reduce((sum: number, size: number) => sum + size)).toBe(34);
      expect(
        communities.groups.find(({ nodes }: { nodes: { id: string }[] }) => nodes.some(({ id }) => id === 'm00')).nodes,
      ).not.toContainEqual({ id: 'm33' });
    });

    it('find cycles of rows, and none through a node without a row', async () => {
      const { nodeCount, relationshipCount, cycles } = await plan(
        'nodeCount relationshipCount cycles { truncated cycles { length nodes { ... on Task { id title } } } }',
      );
      expect({ nodeCount, relationshipCount }).toEqual({ nodeCount: 6, relationshipCount: 7 });
      expect(cycles.truncated).toBe(false);
      expect(
        cycles.cycles.map(({ length, nodes }: { length: number; nodes: { id: string }[] }) => [length, nodes.map(({ id }) => id).join()]),
      ).toEqual([
        [3, 't1,t2,t3'],
        [2, 't4,t5'],
        [1, 't6'],
      ]);
      expect((await plan('cycles(limit: 1, maxLength: 2) { truncated cycles { length } }')).cycles).toEqual({
        truncated: true,
        cycles: [{ length: 2 }],
      });
    });

    it('fall into components, as a whole and in one project', async () => {
      const fields =
        'components { size nodes(limit: 4) { ... on Task { id } } } degree(direction: IN, limit: 1) { score node { ... on Task { id } } }';
      expect(await plan(fields)).toEqual({
        components: [
          { size: 5, nodes: ['t1', 't2', 't3', 't4'].map((id) => ({ id })) },
          { size: 1, nodes: [{ id: 't6' }] },
        ],
        degree: [{ score: 2, node: { id: 't4' } }],
      });
      expect(await plan(fields, ', where: {task: {project: {eq: "y"}}}')).toEqual({
        components: [
          { size: 2, nodes: [{ id: 't4' }, { id: 't5' }] },
          { size: 1, nodes: [{ id: 't6' }] },
        ],
        degree: [{ score: 1, node: { id: 't4' } }],
      });
    });

    it('go over several types at once, those of one project', async () => {
      const { graphAnalytics } = await gateway.ask(
        `{ graphAnalytics(where: {task: {project: {eq: "x"}}, member: {id: {in: ["m00", "m33"]}}}) { nodeCount relationshipCount components { size nodes { __typename ... on Member { key: id } ... on Task { id } } } } }`,
      );
      expect(graphAnalytics).toMatchObject({ nodeCount: 5, relationshipCount: 5, components: [{ size: 5 }] });
      expect(graphAnalytics.components[0].nodes).toEqual([
        { __typename: 'Member', key: 'm00' },
        { __typename: 'Member', key: 'm33' },
        ...['t1', 't2', 't3'].map((id) => ({ __typename: 'Task', id })),
      ]);
    });

    it('say where the trace ends for some of the types', async () => {
      const { task, none, both } = await gateway.ask(
        '{ task: traceabilityGaps(types: [TASK]) { type count } none: traceabilityGaps(types: []) { type } both: traceabilityGaps(types: [TASK, MEMBER, TASK]) { type } }',
      );
      expect(task).toEqual([{ type: 'TASK', count: 4 }]);
      expect(none).toEqual([]);
      expect(both).toEqual([{ type: 'MEMBER' }, { type: 'TASK' }]);
    });

    it('say where the trace ends, by type and by project', async () => {
      const { all, mine } =
        await gateway.ask(`{ all: traceabilityGaps { type field count nodes(limit: 2) { ... on Task { id title } ... on Member { key: id } } }
        mine: traceabilityGaps(where: {task: {project: {eq: "x"}}, member: {id: {startsWith: "m3"}}}) { type count nodes { ... on Task { id } ... on Member { key: id } } } }`);
      expect(all).toEqual([
        { type: 'MEMBER', field: 'tasks', count: 32, nodes: [{ key: 'm01' }, { key: 'm02' }] },
        // t9 has no node in the graph, so it has no relationship either.
        {
          type: 'TASK',
          field: 'givenTo',
          count: 4,
          nodes: [
            { id: 't3', title: 'Task t3' },
            { id: 't5', title: 'Task t5' },
          ],
        },
      ]);
      expect(mine).toEqual([
        { type: 'MEMBER', count: 3, nodes: [{ key: 'm30' }, { key: 'm31' }, { key: 'm32' }] },
        { type: 'TASK', count: 1, nodes: [{ id: 't3' }] },
      ]);
    });

    it(`are made ${made}, with no more statements than that takes`, async () => {
      const asked = async (fields: string) => {
        gateway.asked.length = 0;
        await club(fields);
        return gateway.asked.map(
          (cypher) =>
            /gds\.\w+\.\w+/.exec(cypher)?.[0] ??
            (cypher.includes('relationships: ') ? 'relationships' : /AS standing/.test(cypher) ? 'size' : 'nodes'),
        );
      };
      const fields =
        'pageRank(limit: 5) { node { ... on Member { name } } } betweenness(limit: 5) { score } degree { score } components { size }';
      const there = made === 'by Graph Data Science';
      // The members; their relationships, or what is made of them where they are; and the five that are shown.
      expect(await asked(fields)).toEqual(
        there
          ? [
              'nodes',
              'size',
              'gds.graph.project',
              'gds.pageRank.stream',
              'gds.betweenness.stream',
              'gds.degree.stream',
              'gds.wcc.stream',
              'nodes',
            ]
          : ['nodes', 'nodes', 'nodes'],
      );
      expect(await asked('nodeCount relationshipCount')).toEqual(there ? ['nodes', 'size'] : ['nodes', 'nodes']);
      expect(await asked('communities { count } cycles { truncated }')).toEqual(there ? ['nodes', 'size', 'nodes'] : ['nodes', 'nodes']);
    });

    it.each([
      ['{ graphAnalytics { nodeCount } }', 'SUBGRAPH_TOO_LARGE The subgraph has more than 40 nodes, too many to analyse.'],
      ['{ graphAnalytics(where: {task: {project: {eq: "x"}}, member: {NOT: {id: {eq: "m11"}}}}) { nodeCount } }', ''],
      [
        '{ graphAnalytics(types: [MEMBER], relationships: ["KNOWS"]) { nodeCount } }',
        'BAD_INPUT Argument relationships of graphAnalytics: expected some of TEST_AFTER, TEST_GIVEN_TO, TEST_KNOWS, but got "KNOWS"',
      ],
      [
        '{ graphAnalytics(types: [TASK]) { pageRank(damping: 1) { score } } }',
        'BAD_INPUT Argument damping of pageRank: expected a number from 0 to 0.99, but got 1',
      ],
      [
        '{ graphAnalytics(types: [TASK]) { cycles(maxLength: 0) { truncated } } }',
        'BAD_INPUT Argument maxLength of cycles: expected a number from 1 to 100, but got 0',
      ],
      ['{ graphAnalytics(types: [TASK]) { communities(resolution: 0) { count } } }', 'BAD_INPUT Argument resolution of communities'],
      ['{ graphAnalytics(types: [TASK]) { degree(limit: 5000) { score } } }', 'LIMIT_EXCEEDED Argument limit of degree'],
      [
        '{ graphAnalytics(types: [MEMBER], where: {member: {NOT: null}}) { nodeCount } }',
        'BAD_WHERE Argument where of members: expected a condition for NOT, but got null',
      ],
    ])('%s gives %s', async (source, message) => {
      if (message === '') expect(await refused(source)).toBe('');
      else expect(await refused(source)).toContain(message);
    });

    it('refuse too many relationships', async () => {
      await gateway.engine.stores.graph.write.run(
        `MATCH (a:TestMember {id: 'm00'}), (b:TestMember {id: 'm33'}) UNWIND range(1, 8) AS i CREATE (a)-[:TEST_KNOWS]->(b)`,
      );
      expect(await refused('{ graphAnalytics(types: [MEMBER], relationships: ["TEST_KNOWS"]) { nodeCount } }')).toContain(
        'SUBGRAPH_TOO_LARGE The subgraph has more than 85 relationships, too many to analyse.',
      );
    });
  });
};
