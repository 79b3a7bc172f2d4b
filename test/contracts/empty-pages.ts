import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const SDL = `
  type Leaf @node(labels: ["PageLeaf"]) { id: ID!
    next: [Leaf!]! @relationship(type: "PAGE_NEXT", direction: OUT) @traced
    notes: [PageNote!]! @relationship(type: "PAGE_ON", direction: OUT)
    ways: [GraphPath!]! @path(types: ["PAGE_NEXT"], direction: OUT)
    around: GraphNeighbourhood! @neighbourhood(types: ["PAGE_NEXT"], direction: BOTH) }
  type PageNote @table(name: "page_notes") @node {
    id: ID! @column(type: "text") leaves: [Leaf!]! @relationship(type: "PAGE_ON", direction: IN) }
`;

/** Pages of nothing, of nodes as of rows. */
export const emptyPagesContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`empty pages of nodes on ${profile}`, () => {
    let gateway: OwnGateway;
    const clean = () => gateway.engine.stores.graph.write.run('MATCH (n) WHERE n:PageLeaf OR n:PageNote DETACH DELETE n');
    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, settings());
      await clean();
      await gateway.engine.stores.relational.script(
        `DROP TABLE IF EXISTS page_notes; CREATE TABLE page_notes (id text PRIMARY KEY); INSERT INTO page_notes VALUES ('n')`,
      );
      await gateway.engine.stores.graph.write.run(
        `CREATE (a:PageLeaf {id: 'a'}), (b:PageLeaf {id: 'b'}), (c:PageLeaf {id: 'c'}),
         (a)-[:PAGE_NEXT]->(b), (a)-[:PAGE_NEXT]->(c), (a)-[:PAGE_ON]->(:PageNote {id: 'n'})`,
      );
    });
    afterAll(async () => {
      await clean();
      await gateway.close();
    });

    const NOTHING = { edges: [], pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null } };
    const PAGE = 'edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
    it.each<[string, unknown]>([
      ['{ leaves(limit: 0) { id } other: leaves(limit: 0, offset: 1) { id x: id next { id } } }', { leaves: [], other: [] }],
      ['{ leaves(limit: 1, sort: [{id: ASC}]) { next(limit: 0) { id } } }', { leaves: [{ next: [] }] }],
      ['{ pageNotes { leaves(limit: 0) { id } } }', { pageNotes: [{ leaves: [] }] }],
      ['{ leaves(where: {id: {eq: "a"}}) { notes(limit: 0) { id } } }', { leaves: [{ notes: [] }] }],
      [`{ leavesConnection(first: 0) { totalCount ${PAGE} } }`, { leavesConnection: { totalCount: 3, ...NOTHING } }],
      ['{ leavesConnection(first: 0) { totalCount } }', { leavesConnection: { totalCount: 3 } }],
      ['{ leavesConnection(first: 0) { p: pageInfo { n: hasNextPage e: endCursor } } }', { leavesConnection: { p: { n: true, e: null } } }],
      [
        '{ leavesConnection(first: 0) { nodes { id } pageInfo { hasNextPage } } }',
        { leavesConnection: { nodes: [], pageInfo: { hasNextPage: true } } },
      ],
      [
        '{ leavesConnection(first: 0, where: {id: {eq: "x"}}) { totalCount edges { cursor } pageInfo { hasNextPage } } }',
        { leavesConnection: { totalCount: 0, edges: [], pageInfo: { hasNextPage: false } } },
      ],
      [
        `{ leavesConnection(first: 0, after: "${Buffer.from('arrayconnection:2').toString('base64')}") { pageInfo { ` +
          'hasNextPage hasPreviousPage } } }',
        { leavesConnection: { pageInfo: { hasNextPage: false, hasPreviousPage: true } } },
      ],
      [
        `{ leaves(where: {id: {in: ["a", "b"]}}, sort: [{id: ASC}]) { nextConnection(first: 0) { totalCount ${PAGE} ` +
          'aggregate { count { nodes } } } } }',
        {
          leaves: [
            { nextConnection: { totalCount: 2, ...NOTHING, aggregate: { count: { nodes: 2 } } } },
            {
              nextConnection: {
                totalCount: 0,
                ...NOTHING,
                pageInfo: { ...NOTHING.pageInfo, hasNextPage: false },
                aggregate: { count: { nodes: 0 } },
              },
            },
          ],
        },
      ],
      [
        '{ pageNotes { leavesConnection(first: 0) { totalCount nodes { id } pageInfo { hasNextPage } } } }',
        { pageNotes: [{ leavesConnection: { totalCount: 1, nodes: [], pageInfo: { hasNextPage: true } } }] },
      ],
      [
        '{ leaf(id: "a") { notesConnection(first: 0) { totalCount edges { node { id } } pageInfo { hasNextPage } } } }',
        { leaf: { notesConnection: { totalCount: 1, edges: [], pageInfo: { hasNextPage: true } } } },
      ],
      [
        '{ leaf(id: "a") { ways(to: "b", limit: 0) { length } self: ways(to: "a", limit: 0) { length } } }',
        { leaf: { ways: [], self: [] } },
      ],
      ['{ leaf(id: "a") { around(limit: 0) { nodes { data { id } } truncated } } }', { leaf: { around: { nodes: [], truncated: true } } }],
      [
        '{ traceabilityGaps { type count nodes(limit: 0) { ... on Leaf { id } } } }',
        { traceabilityGaps: [{ type: 'LEAF', count: 2, nodes: [] }] },
      ],
      // As of rows.
      [`{ pageNotesConnection(first: 0) { totalCount ${PAGE} } }`, { pageNotesConnection: { totalCount: 1, ...NOTHING } }],
    ])('%s', async (query, expected) => {
      // A query is recorded the second time it is asked, and run as recorded from the third time on.
      for (let times = 0; times < 3; times += 1) expect(await gateway.ask(query)).toEqual(expected);
    });

    it('come of a variable, too, and no page is less', async () => {
      const ask = (first: number) =>
        gateway.run(
          'query ($first: Int) { leavesConnection(first: $first, sort: [{id: ASC}]) { edges { node { id } } pageInfo { hasNextPage } } }',
          { first },
        );
      for (const first of [0, 1, 0, 3, 0]) {
        const { data } = await ask(first);
        expect(data).toEqual({
          leavesConnection: {
            edges: ['a', 'b', 'c'].slice(0, first).map((id) => ({ node: { id } })),
            pageInfo: { hasNextPage: first < 3 },
          },
        });
      }
      expect((await ask(-1)).errors?.[0]?.message).toBe(
        'Argument first of leavesConnection must be a whole number from 0 to 1000 (default 100), but got -1.',
      );
    });
  });
};
