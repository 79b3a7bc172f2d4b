import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASK, explain as explainBy, spaced, type Explained } from '../support/explained.js';
import type { TestGateway } from '../support/gateway.js';

const OVER_STORES = `{
  requirements(where: {priority: {eq: CRITICAL}, components: {some: {name: {contains: "a"}}}, near: {text: "range", limit: 50}}, limit: 5) {
    identifier
    components { name }
    constraints { name }
    similar(limit: 2) { requirement { identifier } }
  }
}`;

/** What a request may be told of the statements that answered it. */
export const explainContract = (profile: string, start: (settings: Record<string, string>) => Promise<TestGateway>): void => {
  describe(`explained answers on ${profile}`, () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({ EXPLAIN: 'on' });
    });
    afterAll(() => gateway.close());

    const explain = (query: string, variables?: Record<string, unknown>) => explainBy(gateway, query, variables);
    const texts = ({ statements }: Explained, store: string): string[] =>
      statements
        .filter((one) => one.store === store && !one.statement[0]!.includes('dbms.components()'))
        .map(({ statement }) => spaced(statement.join(' ')));

    it('carry the statements of all stores as they were sent, in order, with what came', async () => {
      const { data, errors, recorded, explained } = await explain(OVER_STORES);
      expect(errors).toBeUndefined();
      for (const store of ['relational', 'graph', 'vector'] as const) {
        expect(recorded[store].length, store).toBeGreaterThan(1);
        expect(texts(explained, store)).toEqual(recorded[store]);
      }
      const { requirements } = data as { requirements: { constraints: unknown[]; similar: unknown[] }[] };
      const [found, lists] = explained.statements.filter(({ store }) => store === 'relational');
      expect(found!.rows).toBe(requirements.length);
      expect(lists!.rows).toBe(requirements.flatMap(({ constraints }) => constraints).length);
      const [near, similar] = explained.statements.filter(({ store }) => store === 'vector');
      // Eight more for each row, of which some may be equal to its last.
      expect([near!.rows, similar!.rows]).toEqual([50, requirements.flatMap((one) => one.similar).length + 8 * requirements.length]);
      expect(explained.statements.map(({ startedMs }) => startedMs)).toEqual(
        explained.statements.map(({ startedMs }) => startedMs).sort((one, other) => one - other),
      );
      for (const { startedMs, ms } of explained.statements) expect(startedMs + ms).toBeLessThanOrEqual(explained.totalMs + 0.1);
    });

    it('show short values, and of long ones their size', async () => {
      const { explained } = await explain(OVER_STORES);
      const [near] = explained.statements.filter(({ store }) => store === 'vector');
      expect(near!.parameters).toEqual({
        searches: [{ query: `${gateway.engine.embedder.size} numbers`, limit: 50, with_payload: false, params: { exact: true } }],
      });
      const [found] = explained.statements.filter(({ store }) => store === 'relational');
      expect(found!.parameters).toEqual(expect.arrayContaining(['critical', '50 values', 5]));
    });

    it('carry the estimate of the database beside the rows that came', async () => {
      const { explained } = await explain('{ projects(limit: 3) { name } }');
      expect(explained).toMatchObject({
        statements: [{ rows: 3, estimatedRows: expect.any(Number) as number, estimatedCost: expect.any(Number) as number }],
      });
      expect(explained.statements[0]!.estimatedRows).toBeGreaterThan(0);
      const all = await explain('{ requirements(limit: 1000) { title } }');
      expect(all.explained.statements[0]!.rows).toBe((all.data as { requirements: unknown[] }).requirements.length);
      // A server gathers its statistics in its own time, the embedded database at start.
      if (!gateway.engine.stores.relational.where.startsWith('embedded')) return;
      const [critical] = (await explain('{ requirements(where: {priority: {eq: CRITICAL}}, limit: 1000) { title } }')).explained.statements;
      expect(critical!.rows).toBeGreaterThan(50);
      expect(critical!.estimatedRows! / critical!.rows!).toBeCloseTo(1, 0);
    });

    it('carry the estimates of the graph, where it has any, and of the vectors', async () => {
      const isServer = gateway.engine.stores.graph.where.startsWith('server');
      const { data, errors, explained } = await explain(OVER_STORES);
      expect(errors).toBeUndefined();
      const { requirements } = data as { requirements: { similar: unknown[] }[] };
      const of = (store: string) => explained.statements.filter((one) => one.store === store);
      // The nearest 50, then two for each row, and eight that may be equal to them, which none of them lacks.
      expect(of('vector').map(({ estimatedRows }) => estimatedRows)).toEqual([50, 10 * requirements.length]);
      expect(of('graph').length).toBeGreaterThan(1);
      // Of keys that come as one list a planner would say that they are one.
      for (const { estimatedRows, statement } of of('graph'))
        expect(estimatedRows).toEqual(isServer && !/\bAS keys\s*$/.test(statement.join('\n')) ? expect.any(Number) : null);
      for (const { estimatedCost } of [...of('graph'), ...of('vector')]) expect(estimatedCost).toBeNull();
      if (isServer) {
        // Each has its node, and Neo4j counts nodes by their label.
        const all = await explain('{ components(limit: 1000) { name } }');
        const [found] = all.explained.statements.filter(({ statement }) => statement[0]!.startsWith('MATCH'));
        expect(found!.rows).toBe((all.data as { components: unknown[] }).components.length);
        expect(found!.estimatedRows).toBeGreaterThan(0);
      }
      // Points that a filter leaves are fewer than are asked for.
      const filtered = await explain(
        '{ requirements(where: {near: {text: "range", minScore: 0.1}, identifier: {in: ["AIR-002", "AIR-003"]}}) { id } }',
      );
      expect(filtered.explained.statements.find(({ store }) => store === 'vector')!.estimatedRows).toBe(2);
      const searched = await explain(
        '{ search(text: "range", types: [REQUIREMENT], limit: 3, where: {requirement: {state: {in: []}}}) { score } }',
      );
      expect(
        searched.explained.statements.filter(({ store }) => store === 'vector').map(({ rows, estimatedRows }) => [rows, estimatedRows]),
      ).toEqual([[0, 0]]);
    });

    it('say whether the query ran compiled, and answer the same as without being asked', async () => {
      const query = 'query ($limit: Int) { projects(limit: $limit) { name requirements(limit: 2) { title } } }';
      const compiled = await explain(query, { limit: 3 });
      expect(compiled.explained).toMatchObject({ compiled: true, statements: [{ step: 1, rows: 3 }, { step: 2 }] });
      expect(texts(compiled.explained, 'relational')).toEqual(compiled.recorded.relational);
      expect(await gateway.send(query, { limit: 3 })).toEqual({ data: compiled.data });
      expect((await explain(OVER_STORES)).explained.compiled).toBe(true);
    });

    it('show the plan of a query, also without running it, and refuse to plan a mutation', async () => {
      const query =
        '{ search(text: "drone") { node { ... on Requirement { title } } } requirements(where: {components: {some: {}}}) { title } }';
      const { explained } = await explain(query);
      gateway.recorded.clear();
      const planned = await gateway.send(query, {}, { 'x-odras-explain': 'plan' });
      expect(planned.data).toBeNull();
      expect(planned.extensions!['explain']).toEqual({ plan: explained.plan });
      expect(explained.plan).toMatchObject([
        {
          step: 1,
          asks: [
            {
              store: 'vector',
              reads: ['Query.search'],
              leadsTo: expect.arrayContaining(['KnowledgeAsset', 'KnowledgeChunk', 'Requirement']) as string[],
            },
            { store: 'relational', reads: ['requirements'], after: ['components.some'] },
          ],
        },
        {
          step: 2,
          asks: [
            { store: 'relational', reads: expect.arrayContaining(['knowledgeAssets', 'knowledgeChunks', 'requirements']) as string[] },
          ],
        },
      ]);
      const mutation = await gateway.send('mutation { deleteRequirements { nodesDeleted } }', {}, { 'x-odras-explain': 'plan' });
      expect(mutation.errors![0]!.message).toContain('plan expects a query');
      expect(gateway.recorded).toMatchObject({ relational: [], graph: [], vector: [] });
    });

    it('show the statements of a mutation, its transaction included, and never what it wrote', async () => {
      const { data, errors, explained } = await explain(
        'mutation ($input: [RequirementCreateInput!]!) { createRequirements(input: $input) { requirements { id } } }',
        {
          input: [
            {
              identifier: 'EXP-001',
              type: 'FUNCTIONAL',
              title: 'hush-hush title',
              text: 'hush-hush text',
              project: { connect: { where: { node: { name: { eq: 'Air Vehicle' } } } } },
            },
          ],
        },
      );
      expect(errors).toBeUndefined();
      const sql = texts(explained, 'relational');
      expect(sql[0]).toBe('BEGIN');
      expect(sql.filter((text) => text.startsWith('INSERT INTO'))).toHaveLength(1);
      expect(sql.indexOf('COMMIT')).toBeGreaterThan(sql.findIndex((text) => text.startsWith('INSERT')));
      expect(texts(explained, 'graph').some((text) => text.includes('MERGE'))).toBe(true);
      expect(texts(explained, 'vector')).toContain('upsert requirements');
      expect(JSON.stringify(explained)).not.toContain('hush-hush');
      expect(
        explained.statements
          .filter(({ statement }) => /^(BEGIN|INSERT|COMMIT)/.test(statement[0]!))
          .map(({ estimatedRows }) => estimatedRows),
      ).toEqual([null, 1, null]);
      const { id } = (data as { createRequirements: { requirements: [{ id: string }] } }).createRequirements.requirements[0];
      const deleted = await explain('mutation ($id: ID!) { deleteRequirements(where: {id: {eq: $id}}) { nodesDeleted } }', { id });
      expect(deleted.data).toEqual({ deleteRequirements: { nodesDeleted: 1 } });
      expect(texts(deleted.explained, 'vector')).toContain('delete requirements');
    });

    it('change nothing by asking for estimates', async () => {
      const read = async () =>
        (
          await gateway.send(
            '{ requirements(where: {identifier: {eq: "AIR-002"}}) { version } components(where: {id: {eq: "winch"}}) { name } }',
          )
        ).data as { requirements: [{ version: number }]; components: { name: string }[] };
      const before = await read();
      const updated = await explain(
        'mutation { updateRequirements(where: {identifier: {eq: "AIR-002"}}, update: {version: {add: 1}}) { requirements { version } } }',
      );
      expect(updated.errors).toBeUndefined();
      expect(updated.explained.statements.find(({ statement }) => statement[0]!.startsWith('UPDATE'))).toMatchObject({
        rows: 1,
        estimatedRows: 1,
      });
      const created = await explain('mutation { createComponents(input: [{id: "winch", name: "Winch"}]) { components { name } } }');
      expect(created.errors).toBeUndefined();
      expect(await read()).toEqual({ requirements: [{ version: before.requirements[0].version + 1 }], components: [{ name: 'Winch' }] });
      await explain('mutation { deleteComponents(where: {id: {eq: "winch"}}) { nodesDeleted } }');
      expect((await read()).components).toEqual([]);
    });

    it('show that a transaction was taken back', async () => {
      const { errors, explained } = await explain(`mutation { updateRequirements(where: {identifier: {eq: "AIR-002"}},
        update: {project: {connect: {where: {node: {name: {eq: "nowhere"}}}}}}) { requirements { id } } }`);
      expect(errors).toHaveLength(1);
      const sql = texts(explained, 'relational');
      expect(sql[0]).toBe('BEGIN');
      expect(sql.at(-1)).toBe('ROLLBACK');
    });

    it('show which statement failed, in an answer with errors', async () => {
      const { data, errors, explained } = await explain(
        '{ users(limit: 1) { username } requirements(limit: 1, where: {createdAt: {gte: "2026-13-45T00:00:00Z"}}) { id } }',
      );
      expect(errors).toMatchObject([{ path: ['requirements'], extensions: { code: 'VALUE_INVALID' } }]);
      expect(data).toMatchObject({ users: [{}], requirements: null });
      const failed = explained.statements.filter(({ error }) => error !== undefined);
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.length).toBeLessThan(explained.statements.length);
      for (const one of failed)
        expect(one).toMatchObject({ rows: null, estimatedRows: null, error: 'A value is not valid here: a time is out of range.' });
      expect((await explain('{ nothing }')).explained.statements).toEqual([]);
    });

    it('are only given when asked for', async () => {
      gateway.recorded.clear();
      for (const query of ['{ projects(limit: 1) { name } }', OVER_STORES, '{ requirement(id: "x") { id } }', '{ nothing }'])
        expect(await gateway.send(query)).not.toHaveProperty('extensions');
      expect(gateway.recorded.relational.filter((text) => text.startsWith('EXPLAIN'))).toEqual([]);
      expect(gateway.recorded.vector.filter((call) => call.startsWith('count '))).toEqual([]);
      expect(await gateway.send('{ projects(limit: 1) { name } }', {}, { 'x-odras-explain': 'false' })).not.toHaveProperty('extensions');
    });

    it('never hold a password', async () => {
      const secrets = Object.values(gateway.settings)
        .flatMap((value) => (URL.canParse(value) ? [value, `:${new URL(value).password}@`, new URL(value).password] : []))
        .filter((secret) => secret.length > 5);
      for (const query of [
        OVER_STORES,
        '{ projects { name } }',
        '{ collectionInfo { name } }',
        'mutation { deleteComponents(where: {name: {eq: "none"}}) { nodesDeleted } }',
      ]) {
        const { explained } = await explain(query);
        expect(explained.statements.length).toBeGreaterThan(0);
        for (const secret of secrets) expect(JSON.stringify(explained)).not.toContain(secret);
      }
    });
  });

  it(`an answer is not explained on ${profile} where the operator has not allowed it`, async () => {
    const gateway = await start({ EXPLAIN: 'off' });
    try {
      gateway.recorded.clear();
      expect(await gateway.send('{ projects(limit: 1) { name } }', {}, ASK)).toEqual({
        errors: [
          {
            message:
              'The header x-odras-explain asks for an explanation, but this gateway has explanations turned off. ' +
              'Remove the header; operator: set EXPLAIN=on.',
            extensions: { code: 'EXPLAIN_OFF' },
          },
        ],
      });
      expect(gateway.recorded.relational).toEqual([]);
      expect(await gateway.send('{ projects(limit: 1) { name } }')).toMatchObject({ data: { projects: [{}] } });
    } finally {
      await gateway.close();
    }
  });
};
