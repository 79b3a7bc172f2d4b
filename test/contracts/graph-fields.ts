import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, TestGateway } from '../support/gateway.js';

type Rows = Answer[];

/** What a client sees of fields that the graph answers: the demonstration data is in it. */
export const graphFieldsContract = (profile: string, start: () => Promise<TestGateway>): void => {
  describe(`graph fields on ${profile}`, () => {
    let gateway: TestGateway;
    const ask = async (query: string, variables?: Record<string, unknown>): Promise<Answer> => {
      const { data, errors } = await gateway.send(query, variables);
      expect(errors).toBeUndefined();
      return data;
    };

    beforeAll(async () => {
      gateway = await start();
    });
    afterAll(() => gateway.close());

    it('go from a component to its requirements and back, filtered and sorted by columns', async () => {
      const data = await ask(`{ components(where: {name: {eq: "Battery pack"}}) { name
        requirements(where: {priority: {eq: CRITICAL}}, sort: [{identifier: DESC}], limit: 2) { identifier priority components(where: {type: {eq: "power"}}, sort: [{name: ASC}]) { name type } } } }`);
      const [battery] = data['components'] as Rows;
      const requirements = battery!['requirements'] as Rows;
      expect(requirements).toHaveLength(2);
      expect(requirements.map(({ identifier }) => identifier)).toEqual(
        requirements
          .map(({ identifier }) => identifier as string)
          .sort()
          .reverse(),
      );
      for (const requirement of requirements) {
        expect(requirement['priority']).toBe('CRITICAL');
        expect(requirement['components']).toContainEqual({ name: 'Battery pack', type: 'power' });
      }
    });

    it('follow aliases and fragments through @neo4j/graphql', async () => {
      const data =
        await ask(`{ c: components(limit: 1, sort: [{name: ASC}]) { n: name ...More } one: componentsConnection(first: 1) { t: totalCount p: pageInfo { more: hasNextPage } aggregate { count { nodes } } } }
        fragment More on Component { i: interfaces { k: name back: components { n: name } } }`);
      expect((data['c'] as Rows)[0]).toMatchObject({ n: expect.any(String) as string, i: expect.any(Array) as unknown[] });
      expect(data['one']).toEqual({ t: 26, p: { more: true }, aggregate: { count: { nodes: 26 } } });
    });

    it('lead an edge to its row', async () => {
      const data = await ask(
        '{ components(where: {name: {eq: "Battery pack"}}) { requirementsConnection(first: 2) { totalCount edges { node { identifier project { name } } } } } }',
      );
      const { totalCount, edges } = (data['components'] as Rows)[0]!['requirementsConnection'] as { totalCount: number; edges: Rows };
      expect(totalCount).toBeGreaterThan(2);
      expect(edges).toHaveLength(2);
      for (const { node } of edges)
        expect(node).toMatchObject({ identifier: expect.any(String) as string, project: { name: expect.any(String) as string } });
    });

    it('give impact with the shortest distance, cycles included and the start left out', async () => {
      const data = await ask(
        '{ requirements(where: {identifier: {in: ["AIR-004", "AIR-014", "AIR-021"]}}, sort: [{identifier: ASC}]) { identifier impact(depth: 10) { distance requirement { identifier } } trace(depth: 1) { distance requirement { identifier } } dependsOn { identifier } } }',
      );
      for (const requirement of data['requirements'] as Rows) {
        const impact = requirement['impact'] as unknown as { distance: number; requirement: { identifier: string } }[];
        const names = impact.map((reach) => reach.requirement.identifier);
        expect(names).not.toContain(requirement['identifier']);
        expect(names).toEqual(
          expect.arrayContaining(['AIR-004', 'AIR-014', 'AIR-021'].filter((name) => name !== requirement['identifier'])),
        );
        expect(new Set(names).size).toBe(names.length);
        expect(impact.map(({ distance }) => distance)).toEqual(impact.map(({ distance }) => distance).sort((one, other) => one - other));
        const traced = (requirement['trace'] as unknown as typeof impact).map((reach) => reach.requirement.identifier).sort();
        expect(traced).toEqual((requirement['dependsOn'] as Rows).map(({ identifier }) => identifier as string).sort());
      }
    });

    it('lead an edge to null where the row is gone', async () => {
      const { write } = gateway.engine.stores.graph;
      await write.run(
        `MATCH (c:Component {name: 'Battery pack'}) CREATE (:Requirement {id: '00000000-0000-4000-8000-0000000000dd'})-[:DEPLOYS]->(c)`,
      );
      const data = await ask(
        '{ components(where: {name: {eq: "Battery pack"}}) { requirementsConnection(first: 1000) { edges { node { identifier } } } } }',
      );
      expect(data['components'][0].requirementsConnection.edges).toContainEqual({ node: null });
      await write.run(`MATCH (r:Requirement {id: '00000000-0000-4000-8000-0000000000dd'}) DETACH DELETE r`);
    });

    it('leave out a node whose row is gone', async () => {
      const { write } = gateway.engine.stores.graph;
      const data = await ask(
        '{ requirements(where: {identifier: {eq: "AIR-002"}}) { id dependents { id } impact { requirement { id } } } }',
      );
      const [before] = data['requirements'] as Rows;
      await write.run(
        `MATCH (r:Requirement {id: $id}) CREATE (:Requirement {id: '00000000-0000-4000-8000-0000000000ee'})-[:DEPENDS_ON]->(r)`,
        { id: before!['id'] },
      );
      const after = await ask(
        '{ requirements(where: {identifier: {eq: "AIR-002"}}) { id dependents { id } impact { requirement { id } } } }',
      );
      expect(after['requirements']).toEqual([before]);
      await write.run(`MATCH (r:Requirement {id: '00000000-0000-4000-8000-0000000000ee'}) DETACH DELETE r`);
    });
  });
};
