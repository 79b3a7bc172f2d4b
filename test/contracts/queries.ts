import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExamples } from '../../src/server/examples.js';
import type { Answer, TestGateway } from '../support/gateway.js';

type Rows = Answer[];

/** What a client sees of the gateway's reads, whichever stores are behind it: the demonstration data is in them. */
export const queriesContract = (profile: string, start: () => Promise<TestGateway>): void => {
  describe(`queries on ${profile}`, () => {
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

    describe('the Trace query', () => {
      const trace = () => ask(readExamples()[0]!.query, { text: 'how far can it fly' });

      it('finds the range requirements and everything they touch, over three stores', async () => {
        const { search } = (await trace()) as { search: Rows };
        expect(search).toHaveLength(5);
        const found = search.map(({ node }) => node['identifier']);
        expect(found.slice(0, 3)).toEqual(expect.arrayContaining(['AIR-002', 'AIR-003']));
        const range = search.find(({ node }) => node['identifier'] === 'AIR-002')!['node'] ;
        expect(range).toMatchObject({ priority: 'CRITICAL', project: { name: 'Air Vehicle' } });
        expect(range['project']['members']).toContainEqual({ role: 'owner', user: { displayName: 'Sara Lindqvist' } });
        expect(range['constraints']).toContainEqual({ name: 'Radius objective', numericValue: '18.000000', numericUnit: 'km' });
        expect(range['similar']).toHaveLength(3);
        expect(range['components']).not.toHaveLength(0);
      });

      it('asks each store once per dependency level', async () => {
        await trace();
        gateway.recorded.clear();
        await trace();
        const { relational, graph, vector } = gateway.recorded;
        // Vectors: the search, then the neighbours of all hits.
        expect(vector.map((call) => call.split(' ')[0])).toEqual(['queryBatch', 'queryBatch']);
        // Graph: components with their interfaces and the keys of their requirements, and impact, of all hits.
        expect(graph).toHaveLength(1);
        // SQL: the hits with their projects; members and constraints; then the rows that graph and vectors led to.
        expect(relational).toHaveLength(3);
      });
    });

    it('answers the other example queries without errors and with content', async () => {
      for (const { query, variables } of readExamples().slice(1)) {
        const data = await ask(query, variables === undefined ? undefined : (JSON.parse(variables) as Record<string, unknown>));
        for (const value of Object.values(data)) expect(value).not.toHaveLength(0);
      }
    });

    describe('statements', () => {
      it.each([1, 20, 100])('are as many for %i parents as for one', async (limit) => {
        const query = `query ($limit: Int) { requirements(limit: $limit, sort: [{identifier: ASC}]) {
          identifier project { name createdBy { username } } constraints { name createdBy { username } } notes { text } history { changeType }
          dependsOn { identifier } dependents { identifier } components { name } impact(depth: 2) { distance requirement { identifier } }
          similar(limit: 2) { score requirement { identifier } } } }`;
        await ask(query, { limit });
        gateway.recorded.clear();
        await ask(query, { limit });
        const { relational, graph, vector } = gateway.recorded;
        expect({ relational: relational.length, graph: graph.length, vector: vector.length }).toEqual({ relational: 3, graph: 1, vector: 1 });
      });

      it('are shared by root fields side by side', async () => {
        gateway.recorded.clear();
        await ask('{ projects { name } users { username } requirementsConnection(first: 3) { totalCount edges { node { title } } } }');
        expect(gateway.recorded.relational).toHaveLength(1);
      });

      it('read no column that is not selected', async () => {
        gateway.recorded.clear();
        await ask('{ requirements(limit: 2) { title } }');
        expect(gateway.recorded.relational[0]).toContain('"requirement_title"');
        expect(gateway.recorded.relational[0]).not.toContain('"requirement_text"');
      });

      it('count totalCount only when it is selected', async () => {
        gateway.recorded.clear();
        await ask('{ requirementsConnection(first: 1) { edges { node { id } } } }');
        expect(gateway.recorded.relational.join()).not.toContain('count(');
      });
    });

    describe('every root', () => {
      it.each([
        ['project', 'projects', 'name'],
        ['user', 'users', 'username'],
        ['requirement', 'requirements', 'identifier'],
        ['requirementConstraint', 'requirementConstraints', 'name'],
        ['requirementNote', 'requirementNotes', 'text'],
        ['requirementRevision', 'requirementRevisions', 'changeType'],
        ['file', 'files', 'filename'],
        ['knowledgeAsset', 'knowledgeAssets', 'title'],
        ['knowledgeChunk', 'knowledgeChunks', 'content'],
        ['knowledgeRelationship', 'knowledgeRelationships', 'type'],
        ['component', 'components', 'name'],
        ['interface', 'interfaces', 'name'],
        ['process', 'processes', 'name'],
        ['function', 'functions', 'name'],
        ['condition', 'conditions', 'name'],
      ])('%s, %s and its connection agree', async (one, many, field) => {
        const data = await ask(`{ list: ${many}(limit: 3, sort: [{id: ASC}]) { id ${field} }
          page: ${many}Connection(first: 3, sort: [{id: ASC}]) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id ${field} } } } }`);
        const list = data['list'] as Rows;
        const page = data['page'] as { totalCount: number; edges: { node: object }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
        expect(list).toHaveLength(3);
        expect(page.edges.map(({ node }) => node)).toEqual(list);
        expect(page.pageInfo.hasNextPage).toBe(page.totalCount > 3);
        const rest = await ask(`query ($after: String, $id: ID!) { next: ${many}Connection(first: 1000, after: $after, sort: [{id: ASC}]) { edges { node { id } } pageInfo { hasNextPage } }
          one: ${one}(id: $id) { id ${field} } none: ${one}(id: "00000000-0000-4000-8000-000000000000") { id } odd: ${one}(id: "'; DROP TABLE users; --") { id } }`, { after: page.pageInfo.endCursor, id: list[0]!['id'] });
        const next = rest['next'] as { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean } };
        const ids = new Set([...list.map(({ id }) => id as string), ...next.edges.map(({ node }) => node.id)]);
        expect(ids.size).toBe(page.totalCount);
        expect(next.pageInfo.hasNextPage).toBe(false);
        expect(rest['one']).toEqual(list[0]);
        expect([rest['none'], rest['odd']]).toEqual([null, null]);
      });

      it('projectMember takes both parts of its key', async () => {
        const { projectMembers } = (await ask('{ projectMembers(limit: 1) { role user { id } project { id } } }')) as { projectMembers: Rows };
        const member = projectMembers[0]!;
        const data = await ask('query ($u: ID!, $p: ID!) { projectMember(userId: $u, projectId: $p) { role user { id } project { id } } }', { u: member['user']['id'], p: member['project']['id'] });
        expect(data['projectMember']).toEqual(member);
      });
    });

    describe('search', () => {
      it.each([
        ['seeing people in the dark', /thermal|infrared|night|dark/i],
        ['what happens when the radio is lost', /link|radio|contact/i],
        ['how long does the battery last', /battery|energy|endurance|airborne/i],
      ])('finds what "%s" is about', async (text, about) => {
        const { search } = (await ask('query ($text: String!) { search(text: $text, types: [REQUIREMENT], limit: 3) { score text node { ... on Requirement { title } } } }', { text })) as { search: Rows };
        expect(search[0]!['text']).toMatch(about);
        const scores = search.map(({ score }) => Number(score));
        expect(scores).toEqual([...scores].sort((one, other) => other - one));
      });

      it('searches several types at once and says which each hit is', async () => {
        const { search } = (await ask('{ search(text: "battery charging in the field", limit: 30) { node { __typename ... on KnowledgeChunk { asset { title } } } } }')) as { search: Rows };
        expect(search).toHaveLength(30);
        expect(new Set(search.map(({ node }) => node['__typename'] as string)).size).toBeGreaterThan(1);
      });

      it('keeps to rows that pass where, and to a least score', async () => {
        const { search } = (await ask('{ search(text: "battery", types: [REQUIREMENT], limit: 20, minScore: 0.2, where: {requirement: {project: {domain: {eq: "sensing"}}}}) { score node { ... on Requirement { project { domain } } } } }')) as { search: Rows };
        expect(search.length).toBeGreaterThan(0);
        for (const { score, node } of search) {
          expect(node).toEqual({ project: { domain: 'sensing' } });
          expect(score).toBeGreaterThanOrEqual(0.2);
        }
      });

      it('leaves out a vector whose row is gone', async () => {
        const id = '00000000-0000-4000-8000-0000000000ff';
        const [vector] = await gateway.engine.embedder.embed(['zebra crossing']);
        await gateway.engine.stores.vector.client.upsert('requirements', { wait: true, points: [{ id, vector: vector!, payload: {} }] });
        const { search } = (await ask('{ search(text: "zebra crossing", types: [REQUIREMENT], limit: 3) { score node { ... on Requirement { id } } } }')) as { search: Rows };
        expect(search.map(({ node }) => node['id'])).not.toContain(id);
        await gateway.engine.stores.vector.client.delete('requirements', { wait: true, points: [id] });
      });
    });

    describe('graph fields', () => {
      it('go from a component to its requirements and back, filtered and sorted by columns', async () => {
        const data = await ask(`{ components(where: {name: {eq: "Battery pack"}}) { name
          requirements(where: {priority: {eq: CRITICAL}}, sort: [{identifier: DESC}], limit: 2) { identifier priority components(where: {type: {eq: "power"}}, sort: [{name: ASC}]) { name type } } } }`);
        const [battery] = data['components'] as Rows;
        const requirements = battery!['requirements'] as Rows;
        expect(requirements).toHaveLength(2);
        expect(requirements.map(({ identifier }) => identifier)).toEqual(requirements.map(({ identifier }) => identifier as string).sort().reverse());
        for (const requirement of requirements) {
          expect(requirement['priority']).toBe('CRITICAL');
          expect(requirement['components']).toContainEqual({ name: 'Battery pack', type: 'power' });
        }
      });

      it('follow aliases and fragments through @neo4j/graphql', async () => {
        const data = await ask(`{ c: components(limit: 1, sort: [{name: ASC}]) { n: name ...More } one: componentsConnection(first: 1) { t: totalCount p: pageInfo { more: hasNextPage } aggregate { count { nodes } } } }
          fragment More on Component { i: interfaces { k: name back: components { n: name } } }`);
        expect((data['c'] as Rows)[0]).toMatchObject({ n: expect.any(String) as string, i: expect.any(Array) as unknown[] });
        expect(data['one']).toEqual({ t: 26, p: { more: true }, aggregate: { count: { nodes: 26 } } });
      });

      it('lead an edge to its row', async () => {
        const data = await ask('{ components(where: {name: {eq: "Battery pack"}}) { requirementsConnection(first: 2) { totalCount edges { node { identifier project { name } } } } } }');
        const { totalCount, edges } = (data['components'] as Rows)[0]!['requirementsConnection'] as { totalCount: number; edges: Rows };
        expect(totalCount).toBeGreaterThan(2);
        expect(edges).toHaveLength(2);
        for (const { node } of edges) expect(node).toMatchObject({ identifier: expect.any(String) as string, project: { name: expect.any(String) as string } });
      });

      it('give impact with the shortest distance, cycles included and the start left out', async () => {
        const data = await ask('{ requirements(where: {identifier: {in: ["AIR-004", "AIR-014", "AIR-021"]}}, sort: [{identifier: ASC}]) { identifier impact(depth: 10) { distance requirement { identifier } } trace(depth: 1) { distance requirement { identifier } } dependsOn { identifier } } }');
        for (const requirement of data['requirements'] as Rows) {
          const impact = requirement['impact'] as unknown as { distance: number; requirement: { identifier: string } }[];
          const names = impact.map((reach) => reach.requirement.identifier);
          expect(names).not.toContain(requirement['identifier']);
          expect(names).toEqual(expect.arrayContaining(['AIR-004', 'AIR-014', 'AIR-021'].filter((name) => name !== requirement['identifier'])));
          expect(new Set(names).size).toBe(names.length);
          expect(impact.map(({ distance }) => distance)).toEqual(impact.map(({ distance }) => distance).sort((one, other) => one - other));
          const traced = (requirement['trace'] as unknown as typeof impact).map((reach) => reach.requirement.identifier).sort();
          expect(traced).toEqual((requirement['dependsOn'] as Rows).map(({ identifier }) => identifier as string).sort());
        }
      });

      it('lead an edge to null where the row is gone', async () => {
        const { write } = gateway.engine.stores.graph;
        await write.run(`MATCH (c:Component {name: 'Battery pack'}) CREATE (:Requirement {id: '00000000-0000-4000-8000-0000000000dd'})-[:DEPLOYS]->(c)`);
        const data = await ask('{ components(where: {name: {eq: "Battery pack"}}) { requirementsConnection(first: 1000) { edges { node { identifier } } } } }');
        expect(data['components'][0].requirementsConnection.edges).toContainEqual({ node: null });
        await write.run(`MATCH (r:Requirement {id: '00000000-0000-4000-8000-0000000000dd'}) DETACH DELETE r`);
      });

      it('leave out a node whose row is gone', async () => {
        const { write } = gateway.engine.stores.graph;
        const data = await ask('{ requirements(where: {identifier: {eq: "AIR-002"}}) { id dependents { id } impact { requirement { id } } } }');
        const [before] = data['requirements'] as Rows;
        await write.run(`MATCH (r:Requirement {id: $id}) CREATE (:Requirement {id: '00000000-0000-4000-8000-0000000000ee'})-[:DEPENDS_ON]->(r)`, { id: before!['id'] });
        const after = await ask('{ requirements(where: {identifier: {eq: "AIR-002"}}) { id dependents { id } impact { requirement { id } } } }');
        expect(after['requirements']).toEqual([before]);
        await write.run(`MATCH (r:Requirement {id: '00000000-0000-4000-8000-0000000000ee'}) DETACH DELETE r`);
      });
    });

    describe('bad input', () => {
      it.each([
        ['{ projects(limit: 1001) { name } }', 'LIMIT_EXCEEDED', 'Argument limit of projects must be a whole number from 0 to 1000 (default 100), but got 1001.'],
        ['{ components(limit: 1001) { name } }', 'LIMIT_EXCEEDED', 'Argument limit of components must be a whole number from 0 to 1000 (default 100), but got 1001.'],
        ['{ projects { requirements(limit: -1) { id } } }', 'LIMIT_EXCEEDED', 'but got -1'],
        ['{ requirements(limit: 1) { dependsOn(limit: 5000) { id } } }', 'LIMIT_EXCEEDED', 'limit of dependsOn'],
        ['{ requirements(limit: 1) { impact(depth: 11) { distance } } }', 'LIMIT_EXCEEDED', 'Argument depth of impact must be a whole number from 1 to 10 (default 5), but got 11.'],
        ['{ projectsConnection(after: "nonsense") { totalCount edges { cursor } } }', 'BAD_CURSOR', 'Argument after of projectsConnection must be a cursor'],
        ['{ componentsConnection(after: "nonsense") { totalCount } }', 'BAD_CURSOR', 'Argument after of componentsConnection must be a cursor'],
        ['{ search(text: " ") { score } }', 'BAD_INPUT', 'Argument text of search: expected words to search for'],
        ['{ components(where: {name: {matches: "("}}) { id } }', 'VALUE_INVALID', 'the graph refused it'],
        ['{ requirements(where: {createdAt: {gte: "2026-13-45T00:00:00Z"}}) { id } }', 'VALUE_INVALID', 'a time is out of range'],
        ['{ requirements(where: {text: {matches: "("}}) { id } }', 'VALUE_INVALID', 'a pattern is not a regular expression'],
        ['{ requirements(where: {createdAt: {gt: "yesterday"}}) { id } }', 'GRAPHQL_VALIDATION_FAILED', 'DateTime must be written like'],
        ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED', 'Cannot query field "nothing"'],
        ['{ users { passwordHash } }', 'GRAPHQL_VALIDATION_FAILED', 'Cannot query field "passwordHash"'],
      ])('%s is refused with %s', async (query, code, message) => {
        const { errors } = await gateway.send(query);
        expect(errors).toHaveLength(1);
        expect(errors![0]!.extensions).toMatchObject({ code });
        expect(errors![0]!.message).toContain(message);
        expect(JSON.stringify(errors)).not.toContain('stacktrace');
      });

      it('takes down only the field it stands in', async () => {
        const { data, errors } = await gateway.send('{ bad: requirement(id: "x") { id } worse: requirementsConnection(first: 5000) { totalCount } }');
        expect(errors).toHaveLength(1);
        expect(data).toEqual({ bad: null, worse: null });
        const graph = await gateway.send('{ a: components(limit: 1, sort: [{name: ASC}]) { name } b: components(limit: 5000) { name } }');
        expect(graph.errors).toHaveLength(1);
        expect(graph.data).toEqual({ a: [{ name: 'Airframe' }], b: null });
        const other = await gateway.send('{ users(limit: 1, sort: [{username: ASC}]) { username } a: projects(limit: 1) { name requirements(limit: 1, where: {text: {matches: "("}}) { id } } }');
        expect(other.errors).toHaveLength(1);
        expect(other.data).toEqual({ users: [{ username: 'brandt' }], a: null });
      });
    });
  });
};
