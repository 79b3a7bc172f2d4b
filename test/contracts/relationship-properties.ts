import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OwnGateway } from '../support/own-gateway.js';
import { openPartsAndTools } from '../support/parts-and-tools.js';

/** Hops with properties, and statements of the schema, whichever graph is behind them. */
export const relationshipPropertiesContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`hops with properties on ${profile}`, () => {
    let gateway: OwnGateway;
    const ask = (source: string, variables?: Record<string, unknown>) => gateway.ask(source, variables);

    beforeAll(async () => {
      gateway = await openPartsAndTools(settings());
    });
    afterAll(() => gateway.close());

    describe('relationships with properties', () => {
      it('lead from rows to rows, with what they carry, filtered by it and by the row', async () => {
        const { part } =
          await ask(`{ part(id: "a") { needsConnection(sort: [{edge: {weight: DESC}}]) { totalCount edges { properties { weight note } node { name size tools { name } } } }
          some: needsConnection(where: {OR: [{edge: {weight: {gt: 2}}}, {node: {size: {eq: 99}}}]}) { edges { node { name } } }
          none: needsConnection(where: {edge: {weight: {gt: 2}}, node: {size: {lt: 2}}}) { totalCount edges { cursor } } } }`);
        expect(part.needsConnection).toEqual({
          totalCount: 2,
          edges: [
            { properties: { weight: 3, note: null }, node: { name: 'Cog', size: 2, tools: [] } },
            { properties: { weight: 1, note: 'First' }, node: { name: 'Beam', size: 1, tools: [{ name: 'Saw' }] } },
          ],
        });
        expect(part.some.edges).toEqual([{ node: { name: 'Cog' } }]);
        expect(part.none).toEqual({ totalCount: 0, edges: [] });
      });

      it('lead from rows to nodes and from nodes to nodes, page by page', async () => {
        const { part, tool } =
          await ask(`{ part(id: "d") { toolsConnection(where: {edge: {hours: {gt: 2}}, node: {rank: {eq: 1}}}) { totalCount aggregate { count { nodes } edge { hours { max } } } edges { properties { hours } node { name parts(sort: [{name: ASC}]) { name } } } } }
          tool(id: "s") { fitsConnection(where: {edge: {grade: {gt: 1}}}) { edges { properties { grade } node { name } } } } }`);
        expect(part.toolsConnection).toEqual({
          totalCount: 1,
          aggregate: { count: { nodes: 1 }, edge: { hours: { max: 4.5 } } },
          edges: [{ properties: { hours: 4.5 }, node: { name: 'Saw', parts: [{ name: 'Beam' }, { name: 'Disc' }] } }],
        });
        expect(tool.fitsConnection.edges).toEqual([{ properties: { grade: 3 }, node: { name: 'Tongs' } }]);
        const page = (after: string) =>
          ask(
            `{ part(id: "d") { toolsConnection(first: 1${after}, sort: [{edge: {hours: ASC}}]) { edges { node { name } } pageInfo { hasNextPage endCursor } } } }`,
          );
        const { part: first } = await page('');
        const { part: second } = await page(`, after: "${first.toolsConnection.pageInfo.endCursor}"`);
        expect([first, second].map(({ toolsConnection: { edges, pageInfo } }) => [edges[0].node.name, pageInfo.hasNextPage])).toEqual([
          ['Saw', true],
          ['Tongs', false],
        ]);
      });

      it('are conditions of rows and of nodes', async () => {
        const found =
          await ask(`{ some: parts(where: {needsConnection: {some: {edge: {weight: {gte: 4}}, node: {size: {gte: 3}}}}}, sort: [{name: ASC}]) { name }
          all: parts(where: {toolsConnection: {all: {edge: {hours: {gt: 2}}}}}) { name } none: parts(where: {NOT: {needsConnection: {none: {NOT: {edge: {note: {eq: null}}}}}}}, sort: [{name: ASC}]) { name }
          single: parts(where: {toolsConnection: {single: {edge: {hours: {gt: 4}}}}}) { name } tools(where: {fitsConnection: {some: {edge: {grade: {eq: 3}}}}}) { name } }`);
        expect(found).toEqual({
          some: [{ name: 'Cog' }, { name: 'Disc' }],
          all: [{ name: 'Disc' }],
          none: [{ name: 'Axle' }, { name: 'Beam' }],
          single: [],
          tools: [{ name: 'Saw' }],
        });
      });

      it('are conditions also when nothing is asked of what they lead to', async () => {
        const found =
          await ask(`{ some: parts(where: {tools: {some: {}}}, sort: [{name: ASC}]) { name } none: parts(where: {toolsConnection: {none: {}}}, sort: [{name: ASC}]) { name } all: parts(where: {tools: {all: {}}}, sort: [{name: ASC}]) { name }
          idle: tools(where: {parts: {none: {}}}) { name } busy: tools(where: {NOT: {partsConnection: {none: {node: {}}}}}, sort: [{name: ASC}]) { name } either: tools(where: {OR: [{fits: {some: {name: {}}}}, {NOT: {AND: []}}]}, sort: [{name: ASC}]) { name } }`);
        expect(
          Object.fromEntries(
            Object.entries(found).map(([alias, rows]) => [alias, (rows as { name: string }[]).map(({ name }) => name).join(' ')]),
          ),
        ).toEqual({
          some: 'Beam Disc',
          none: 'Axle Cog Edge Foot',
          all: 'Beam Disc',
          idle: 'Vice',
          busy: 'Saw Tongs',
          either: 'Saw Tongs',
        });
      });

      it('are written with nested create and connect, and go with disconnect and delete', async () => {
        const { createTools } =
          await ask(`mutation { createTools(input: [{id: "n1", name: "New", fits: {create: [{edge: {grade: 7, since: "2026-03-01T09:30:00Z"}, node: {id: "n2", name: "Newer"}}], connect: [{edge: {grade: 8}, where: {node: {id: {eq: "s"}}}}]},
          parts: {connect: [{edge: {hours: 2.5}, where: {node: {id: {eq: "c"}}}}]}}]) { info { nodesCreated relationshipsCreated } tools { name fitsConnection(sort: [{edge: {grade: ASC}}]) { edges { properties { grade since } node { name } } } partsConnection { edges { properties { hours } node { name size } } } } } }`);
        expect(createTools).toEqual({
          info: { nodesCreated: 2, relationshipsCreated: 3 },
          tools: [
            {
              name: 'New',
              fitsConnection: {
                edges: [
                  { properties: { grade: 7, since: '2026-03-01T09:30:00.000Z' }, node: { name: 'Newer' } },
                  { properties: { grade: 8, since: null }, node: { name: 'Saw' } },
                ],
              },
              partsConnection: { edges: [{ properties: { hours: 2.5 }, node: { name: 'Cog', size: 2 } }] },
            },
          ],
        });
        const { tool } = await ask(
          '{ tool(id: "n1") { later: fitted(edge: {since: {gt: "2026-01-01T00:00:00Z"}}) { tool { name } } earlier: fitted(edge: {since: {lt: "2026-01-01T00:00:00Z"}}) { tool { name } } at: fitted(edge: {since: {in: ["2026-03-01T09:30:00Z", "2020-01-01T00:00:00Z"]}}) { distance } } }',
        );
        expect(tool).toEqual({ later: [{ tool: { name: 'Newer' } }], earlier: [], at: [{ distance: 1 }] });
        const { updateTools } = await ask(
          `mutation { updateTools(where: {id: {eq: "n1"}}, update: {name: {set: "Newest"}, fits: [{disconnect: [{where: {node: {id: {eq: "s"}}}}], update: {where: {node: {id: {eq: "n2"}}}, edge: {grade: {set: 9}}}}]}) { tools { name fitsConnection { edges { properties { grade } node { name } } } } } }`,
        );
        expect(updateTools).toEqual({
          tools: [{ name: 'Newest', fitsConnection: { edges: [{ properties: { grade: 9 }, node: { name: 'Newer' } }] } }],
        });
        const { deleteTools } = await ask('mutation { deleteTools(where: {id: {startsWith: "n"}}) { nodesDeleted relationshipsDeleted } }');
        expect(deleteTools).toEqual({ nodesDeleted: 2, relationshipsDeleted: 2 });
      });
    });

    describe('statements of the schema', () => {
      it('give values, rows and nodes, of nodes', async () => {
        const { tools } = await ask(
          `{ tools(sort: [{name: ASC}]) { name uses usage(least: 2) { part hours } users(least: 1, sort: [{name: DESC}], where: {size: {gt: 0}}) { name size } mainUser { name tools { name } } twin { name uses } } }`,
        );
        expect(tools).toEqual([
          {
            name: 'Saw',
            uses: 2,
            usage: [{ part: 'Disc', hours: 4.5 }],
            users: [
              { name: 'Disc', size: 3 },
              { name: 'Beam', size: 1 },
            ],
            mainUser: { name: 'Disc', tools: [{ name: 'Saw' }, { name: 'Tongs' }] },
            twin: { name: 'Vice', uses: 0 },
          },
          {
            name: 'Tongs',
            uses: 1,
            usage: [{ part: 'Disc', hours: 8 }],
            users: [{ name: 'Disc', size: 3 }],
            mainUser: { name: 'Disc', tools: [{ name: 'Saw' }, { name: 'Tongs' }] },
            twin: null,
          },
          { name: 'Vice', uses: 0, usage: [], users: [], mainUser: null, twin: { name: 'Saw', uses: 2 } },
        ]);
      });

      it('and of rows that stand in the graph', async () => {
        const { parts } = await ask('{ parts(sort: [{name: ASC}], limit: 2) { loudName(times: 2) secondHand { name size } } }');
        expect(parts).toEqual([
          { loudName: 'Axle!!', secondHand: [{ name: 'Disc', size: 3 }] },
          { loudName: 'Beam!!', secondHand: [{ name: 'Edge', size: 4 }] },
        ]);
      });
    });
  });
};
