import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { rawRows } from '../support/raw.js';

/** Searches over the collections as ODRAS fills them, in the demonstration data. */
export const odrasPointsContract = (stores: string, start: () => Promise<TestGateway>): void => {
  describe(`points of ODRAS on ${stores}`, () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start();
    });
    afterAll(() => gateway.close());

    it.each([
      ['DOC_CHUNK', 'DocChunk { text }', 'text', 'SELECT text FROM doc_chunk'],
      [
        'KNOWLEDGE_CHUNK',
        'KnowledgeChunk { content }',
        'content',
        'SELECT content FROM knowledge_chunks WHERE qdrant_point_id IS NOT NULL',
      ],
      ['ASSISTANT_CHUNK', 'AssistantChunk { content }', 'content', 'SELECT content FROM das_knowledge_chunks'],
      ['INDEX_VECTOR', 'IndexVector { content }', 'content', 'SELECT content FROM system_index_vectors'],
      ['PROJECT_THREAD', 'ProjectThread { goals }', 'goals', 'SELECT goals FROM project_thread WHERE goals IS NOT NULL'],
      ['PROJECT_EVENT', 'ProjectEvent { semanticSummary }', 'semanticSummary', 'SELECT semantic_summary FROM project_event'],
      ['CHAT_MESSAGE', 'ChatMessage { content }', 'content', 'SELECT content FROM chat_message'],
    ])('finds the rows of points that ODRAS has written: %s', async (type, fragment, field, sql) => {
      const rows = await rawRows<Record<string, string>>(gateway.engine.stores, `${sql} LIMIT 3`);
      expect(rows.length).toBeGreaterThan(0);
      for (const text of rows.flatMap((row) => Object.values(row))) {
        const { data, errors } = await gateway.send(
          `query ($text: String!) { search(text: $text, types: [${type}], limit: 1) { score text node { ... on ${fragment} } } }`,
          { text },
        );
        expect(errors).toBeUndefined();
        const [hit] = data.search as { score: number; text: string; node: Record<string, string> }[];
        expect(hit).toMatchObject({ text, node: { [field]: text } });
        expect(hit!.score).toBeCloseTo(1, 3);
      }
    });

    it('shows points that stand for no row by their payload', async () => {
      const { data, errors } = await gateway.send(`{
        search(text: "Put an old project away into the archive", types: [INSTRUCTION], limit: 2) {
          score text foundBy { part rank } node { __typename ... on Instruction { id title apiEndpoint category } } }
        grouped: searchPage(text: "project", types: [INSTRUCTION], groupBy: {field: "category"}, diversity: 0.1, limit: 10) {
          dropped hits { node { ... on Instruction { category } } } } }`);
      expect(errors).toBeUndefined();
      const [hit, ...rest] = data.search as Record<string, unknown>[];
      expect(rest).toHaveLength(1);
      expect(hit).toMatchObject({
        text: 'Archive a project\nPut a project away that nobody works on any more. Its knowledge stays readable.',
        foundBy: [{ part: 'DENSE', rank: 1 }],
        node: {
          __typename: 'Instruction',
          id: '1',
          title: 'Archive a project',
          apiEndpoint: '/api/projects/{project_id}/archive',
          category: 'projects',
        },
      });
      const { dropped, hits } = data.grouped as { dropped: number; hits: { node: { category: string } }[] };
      expect(dropped).toBe(0);
      expect(hits.map(({ node }) => node.category).sort()).toEqual(['files', 'knowledge', 'ontology', 'projects', 'requirements']);
    });
  });
};
