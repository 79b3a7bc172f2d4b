import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExamples } from '../../src/server/examples.js';
import type { Answer, TestGateway } from '../support/gateway.js';

type Rows = Answer[];

/** What a client sees of the gateway's reads, whichever stores are behind it: the demonstration data is in them. */
export const queriesContract = (profile: string, start: () => Promise<TestGateway>): void => {
  describe(`queries on ${profile}`, () => {
    let gateway: TestGateway;
    const examples = () => readExamples({ schema: gateway.schema, explain: true });
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
      const trace = () => ask(examples()[0]!.query, { text: 'how far can it fly' });

      it('finds the range requirements and everything they touch, over three stores', async () => {
        const { search } = (await trace()) as { search: Rows };
        expect(search).toHaveLength(5);
        const found = search.map(({ node }) => node['identifier']);
        expect(found.slice(0, 3)).toEqual(expect.arrayContaining(['AIR-002', 'AIR-003']));
        const range = search.find(({ node }) => node['identifier'] === 'AIR-002')!['node'];
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
      for (const { query, variables } of examples().slice(1)) {
        const data = await ask(query, variables === undefined ? undefined : (JSON.parse(variables) as Record<string, unknown>));
        for (const value of Object.values(data)) expect(value).not.toHaveLength(0);
      }
    });

    describe('statements', () => {
      it.each([1, 20, 100])('are as many for %i parents as for one', async (limit) => {
        const query = `query ($limit: Int) { requirements(limit: $limit, sort: [{identifier: ASC}]) {
          identifier project { name createdBy { username } } constraints { name createdBy { username } } notes { text }
            history { changeType }
          dependsOn { identifier } dependents { identifier } components { name } impact(depth: 2) { distance requirement { identifier } }
          similar(limit: 2) { score requirement { identifier } } } }`;
        await ask(query, { limit });
        gateway.recorded.clear();
        await ask(query, { limit });
        const { relational, graph, vector } = gateway.recorded;
        expect({ relational: relational.length, graph: graph.length, vector: vector.length }).toEqual({
          relational: 3,
          graph: 1,
          vector: 1,
        });
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
          page: ${many}Connection(first: 3, sort: [{id: ASC}]) {
            totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id ${field} } } } }`);
        const list = data['list'] as Rows;
        const page = data['page'] as {
          totalCount: number;
          edges: { node: object }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
        expect(list).toHaveLength(3);
        expect(page.edges.map(({ node }) => node)).toEqual(list);
        expect(page.pageInfo.hasNextPage).toBe(page.totalCount > 3);
        const rest = await ask(
          `query ($after: String, $id: ID!) { next: ${many}Connection(first: 1000, after: $after, sort: [{id: ASC}]) {
            edges { node { id } } pageInfo { hasNextPage } }
          one: ${one}(id: $id) { id ${field} } none: ${one}(id: "00000000-0000-4000-8000-000000000000") { id }
            odd: ${one}(id: "'; DROP TABLE users; --") { id } }`,
          { after: page.pageInfo.endCursor, id: list[0]!['id'] },
        );
        const next = rest['next'] as { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean } };
        const ids = new Set([...list.map(({ id }) => id as string), ...next.edges.map(({ node }) => node.id)]);
        expect(ids.size).toBe(page.totalCount);
        expect(next.pageInfo.hasNextPage).toBe(false);
        expect(rest['one']).toEqual(list[0]);
        expect([rest['none'], rest['odd']]).toEqual([null, null]);
      });

      it('projectMember takes both parts of its key', async () => {
        const { projectMembers } = (await ask('{ projectMembers(limit: 1) { role user { id } project { id } } }')) as {
          projectMembers: Rows;
        };
        const member = projectMembers[0]!;
        const data = await ask(
          'query ($u: ID!, $p: ID!) { projectMember(userId: $u, projectId: $p) { role user { id } project { id } } }',
          { u: member['user']['id'], p: member['project']['id'] },
        );
        expect(data['projectMember']).toEqual(member);
      });
    });

    describe('search', () => {
      it.each([
        ['seeing people in the dark', /thermal|infrared|night|dark/i],
        ['what happens when the radio is lost', /link|radio|contact/i],
        ['how long does the battery last', /battery|energy|endurance|airborne/i],
      ])('finds what "%s" is about', async (text, about) => {
        const { search } = (await ask(
          `query ($text: String!) { search(text: $text, types: [REQUIREMENT], limit: 3) {
            score text node { ... on Requirement { title } } } }`,
          { text },
        )) as { search: Rows };
        expect(search[0]!['text']).toMatch(about);
        const scores = search.map(({ score }) => Number(score));
        expect(scores).toEqual([...scores].sort((one, other) => other - one));
      });

      it('searches several types at once and says which each hit is', async () => {
        const { search } = (await ask(
          '{ search(text: "battery charging in the field", limit: 30) { node { __typename ... on KnowledgeChunk { asset { title } } } } }',
        )) as { search: Rows };
        expect(search).toHaveLength(30);
        expect(new Set(search.map(({ node }) => node['__typename'] as string)).size).toBeGreaterThan(1);
      });

      it('keeps to rows that pass where, and to a least score', async () => {
        const { search } = (await ask(`{ search(text: "battery", types: [REQUIREMENT], limit: 20, minScore: 0.2,
          where: {requirement: {project: {domain: {eq: "sensing"}}}}) { score node { ... on Requirement { project { domain } } } } }`)) as {
          search: Rows;
        };
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
        const { search } = (await ask(
          '{ search(text: "zebra crossing", types: [REQUIREMENT], limit: 3) { score node { ... on Requirement { id } } } }',
        )) as { search: Rows };
        expect(search.map(({ node }) => node['id'])).not.toContain(id);
        await gateway.engine.stores.vector.client.delete('requirements', { wait: true, points: [id] });
      });
    });

    describe('names', () => {
      it('of one field that select different things keep them apart', async () => {
        const data = await ask(`{ c: requirementsConnection(first: 1, sort: [{identifier: ASC}]) {
            edges { a: node { x: identifier n: notes(limit: 1) { id } } b: node { x: title n: notes(limit: 5) { id } } }
            other: edges { node { x: state } } }
          search(text: "battery", types: [REQUIREMENT], limit: 1) {
            a: node { ... on Requirement { x: identifier } } b: node { ... on Requirement { x: title } } }
          requirements(where: {identifier: {eq: "AIR-021"}}) { impact(depth: 1) {
            a: requirement { x: identifier } b: requirement { x: title } }
            similar(limit: 1) { a: requirement { x: identifier } b: requirement { x: title } }
            p: project { x: name } q: project { x: domain } few: constraints(limit: 1) { name } all: constraints { name } } }`);
        const { edges, other } = data.c;
        expect(edges[0]).toMatchObject({ a: { x: 'AIR-001' }, b: { x: 'Flight endurance with nominal payload' } });
        expect(other[0]).toEqual({ node: { x: expect.stringMatching(/^[A-Z]+$/) as string } });
        const [requirement] = data.requirements;
        for (const { a, b } of [data.search[0], requirement.impact[0], requirement.similar[0]]) {
          expect(a.x).toMatch(/^[A-Z]{3}-\d{3}$/);
          expect(b.x).not.toMatch(/^[A-Z]{3}-\d{3}$/);
        }
        expect(requirement).toMatchObject({ p: { x: 'Air Vehicle' }, q: { x: 'aeronautics' }, few: [{}] });
        expect(requirement.all.length).toBeGreaterThan(1);
      });
    });

    describe('keys', () => {
      it('may be written in capitals', async () => {
        const data = await ask('{ requirements(limit: 1) { id identifier } }');
        const [{ id, identifier }] = data.requirements;
        expect(await ask('query ($id: ID!) { requirement(id: $id) { identifier } }', { id: id.toUpperCase() })).toEqual({
          requirement: { identifier },
        });
      });

      it('of another form in the graph are left out like any other node without a row', async () => {
        const { write } = gateway.engine.stores.graph;
        const query = `{ requirements(where: {identifier: {eq: "AIR-002"}}) {
          dependents { identifier } impact { requirement { identifier } } }
          n: requirements(where: {dependents: {some: {}}}, limit: 1000) { id } }`;
        const before = await ask(query);
        const [{ id }] = (await ask('{ requirements(where: {identifier: {eq: "AIR-002"}}) { id } }')).requirements;
        await write.run(
          `MATCH (r:Requirement {id: $id}) CREATE (:Requirement {id: 'not a uuid'})-[:DEPENDS_ON]->(r),
            (:Requirement {id: 'nor this'})<-[:DEPENDS_ON]-(r)`,
          { id },
        );
        expect(await ask(query)).toEqual(before);
        await write.run(`MATCH (r:Requirement) WHERE r.id IN ['not a uuid', 'nor this'] DETACH DELETE r`);
      });
    });
  });
};
