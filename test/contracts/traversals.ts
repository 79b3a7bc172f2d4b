import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OwnGateway } from '../support/own-gateway.js';
import { openPartsAndTools } from '../support/parts-and-tools.js';

/** Traversals, paths and drawings, whichever graph is behind them. */
export const traversalsContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`traversals on ${profile}`, () => {
    let gateway: OwnGateway;
    const names = (rows: { part?: { name: string }; tool?: { name: string } }[]) =>
      rows.map(({ part, tool }) => (part ?? tool)!.name).join(' ');
    const ask = (source: string, variables?: Record<string, unknown>) => gateway.ask(source, variables);
    const refused = async (source: string) =>
      (await gateway.run(source)).errors?.map(({ message, extensions }) => `${String(extensions?.['code'])} ${message}`).join() ?? '';

    beforeAll(async () => {
      gateway = await openPartsAndTools(settings());
    });
    afterAll(() => gateway.close());

    describe('traversals', () => {
      it('give everything reached with distance and path, cycles included, whatever is gone or unknown left out', async () => {
        const { part } = await ask(`{ part(id: "a") { reaches(depth: 6) { distance part { name }
          path { length nodes { ... on Part { name } } relationships { type source target } } } } }`);
        expect(part.reaches.map(({ distance, part: { name } }: { distance: number; part: { name: string } }) => [name, distance])).toEqual([
          ['Beam', 1],
          ['Cog', 1],
          ['Disc', 2],
          ['Edge', 3],
        ]);
        expect(part.reaches[3].path).toEqual({
          length: 3,
          nodes: [{ name: 'Axle' }, { name: 'Beam' }, { name: 'Disc' }, { name: 'Edge' }],
          relationships: [
            { type: 'TEST_NEEDS', source: 'a', target: 'b' },
            { type: 'TEST_NEEDS', source: 'b', target: 'd' },
            { type: 'TEST_NEEDS', source: 'd', target: 'e' },
          ],
        });
      });

      it('go only over relationships that pass, to targets that pass', async () => {
        const { part } = await ask(`{ part(id: "a") { heavy: reaches(edge: {weight: {gt: 2}}) { part { name } }
            either: reaches(edge: {OR: [{note: {caseInsensitive: {eq: "FIRST"}}}, {NOT: {weight: {lt: 2}}}]}, where: {size: {gte: 2}},
            limit: 2) { part { name } }
          noted: reaches(edge: {NOT: {note: {eq: null}}}) { distance part { name } }
            listed: reaches(edge: {weight: {in: [1, 2]}, note: {in: ["First", "second"]}}) { part { name } }
            none: reaches(edge: {NOT: {}}) { distance } } }`);
        expect(names(part.heavy)).toBe('Cog Disc Edge');
        expect(names(part.either)).toBe('Cog Disc');
        expect(part.noted).toEqual([
          { distance: 1, part: { name: 'Beam' } },
          { distance: 2, part: { name: 'Disc' } },
        ]);
        expect(names(part.listed)).toBe('Beam Disc');
        expect(part.none).toEqual([]);
      });

      it('go against the arrows, along them, or both ways, as far as is asked', async () => {
        const { parts } = await ask(`{ parts(where: {id: {in: ["b", "c"]}}, sort: [{name: ASC}]) {
          around(depth: 1) { part { name } } two: around(depth: 2) { distance part { name } } } }`);
        expect(parts.map(({ around }: { around: [] }) => names(around))).toEqual(['Axle Disc', 'Axle Disc']);
        expect(parts[0].two).toEqual([
          { distance: 1, part: { name: 'Axle' } },
          { distance: 1, part: { name: 'Disc' } },
          { distance: 2, part: { name: 'Cog' } },
          { distance: 2, part: { name: 'Edge' } },
        ]);
      });

      it('lead from rows to nodes, from nodes to nodes, and on from there', async () => {
        const { part, tool } = await ask(`{ part(id: "b") { toolsInReach(where: {name: {eq: "Tongs"}}) {
            distance tool { name parts { name } } path { nodes { __typename ... on Part { name } ... on Tool { title: name } } } } }
          tool(id: "s") { fitted { distance tool { name fits { name } } path { length } }
            graded: fitted(edge: {grade: {gte: 3}}, where: {rank: {gt: 1}}) { tool { name } } } }`);
        expect(part.toolsInReach).toEqual([
          {
            distance: 2,
            tool: { name: 'Tongs', parts: [{ name: 'Disc' }] },
            path: {
              nodes: [
                { __typename: 'Part', name: 'Beam' },
                { __typename: 'Part', name: 'Disc' },
                { __typename: 'Tool', title: 'Tongs' },
              ],
            },
          },
        ]);
        expect(tool).toEqual({
          fitted: [
            { distance: 1, tool: { name: 'Tongs', fits: [{ name: 'Vice' }] }, path: { length: 1 } },
            { distance: 2, tool: { name: 'Vice', fits: [] }, path: { length: 2 } },
          ],
          graded: [{ tool: { name: 'Tongs' } }],
        });
      });

      it('of all parents are one statement a level', async () => {
        const query = `{ parts(sort: [{name: ASC}]) { reaches { distance part { name } path { nodes { ... on Part { name } } } }
          neighbourhood(depth: 1) { nodes { data { label } } } path(to: "t") { length } needsConnection { totalCount } } }`;
        gateway.asked.length = 0;
        const { data } = await gateway.run(query);
        expect((data as { parts: unknown[] }).parts).toHaveLength(6);
        // Everything from the nodes of the rows; then the names of the tools that are drawn.
        expect(gateway.asked).toHaveLength(2);
      });
    });

    describe('path', () => {
      it('is the shortest way to a node of any type, over any relationships', async () => {
        const { part, tool } =
          await ask(`{ part(id: "a") { path(to: "t") { length nodes { __typename } relationships { type source target } }
            self: path(to: "a") { length nodes { ... on Part { name } } } none: path(to: "nobody") { length }
            far: path(to: "t", depth: 2) { length } }
          tool(id: "u") { path(to: "a") { length nodes { ... on Tool { name } } relationships { type source target } } } }`);
        expect(part.path).toEqual({
          length: 3,
          nodes: [{ __typename: 'Part' }, { __typename: 'Part' }, { __typename: 'Part' }, { __typename: 'Tool' }],
          relationships: [
            { type: 'TEST_NEEDS', source: 'a', target: 'b' },
            { type: 'TEST_NEEDS', source: 'b', target: 'd' },
            { type: 'TEST_USES', source: 'd', target: 't' },
          ],
        });
        expect(part).toMatchObject({ self: { length: 0, nodes: [{ name: 'Axle' }] }, none: null, far: null });
        // Against four arrows; of several shortest ways, the first in the order of keys.
        expect(tool.path.relationships).toEqual([
          { type: 'TEST_FITS', source: 't', target: 'u' },
          { type: 'TEST_USES', source: 'd', target: 't' },
          { type: 'TEST_NEEDS', source: 'b', target: 'd' },
          { type: 'TEST_NEEDS', source: 'a', target: 'b' },
        ]);
      });

      it('or all shortest ways, in the order of keys', async () => {
        const { part } = await ask(`{ part(id: "a") { paths(to: "e") { nodes { ... on Part { id } } }
          one: paths(to: "e", limit: 1) { nodes { ... on Part { id } } } } }`);
        const ways = part.paths.map(({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => id).join(''));
        expect(ways).toEqual(['abde', 'acde']);
        expect(part.one).toEqual(part.paths.slice(0, 1));
      });
    });

    describe('neighbourhood', () => {
      it('is what Cytoscape draws: nodes, and every relationship between them', async () => {
        const { part } = await ask(`{ part(id: "a") { neighbourhood { nodes { data { id label type distance }
          node { ... on Part { size } } } edges { data { id source target label } } truncated } } }`);
        expect(part.neighbourhood).toEqual({
          nodes: [
            ['a', 'Axle', 0, 0],
            ['b', 'Beam', 1, 1],
            ['c', 'Cog', 1, 2],
            ['e', 'Edge', 1, 4],
          ].map(([id, label, distance, size]) => ({ data: { id, label, type: 'Part', distance }, node: { size } })),
          edges: [
            ['a', 'b'],
            ['a', 'c'],
            ['e', 'a'],
          ].map(([source, target]) => ({ data: { id: `${source} TEST_NEEDS ${target}`, source, target, label: 'TEST_NEEDS' } })),
          truncated: false,
        });
      });

      it('draws relationships between the outermost nodes too, and the same one twice under two ids', async () => {
        const { part, tool } = await ask(`{ part(id: "b") { neighbourhood { edges { data { id } } } }
          tool(id: "s") { neighbourhood { nodes { data { id type } } edges { data { id } } } } }`);
        expect(part.neighbourhood.edges.map(({ data }: { data: { id: string } }) => data.id)).toEqual([
          'a TEST_NEEDS b',
          'b TEST_NEEDS d',
          'b TEST_USES s',
          'd TEST_USES s',
        ]);
        expect(tool.neighbourhood.edges.map(({ data }: { data: { id: string } }) => data.id)).toEqual([
          'b TEST_USES s',
          'd TEST_USES s',
          'd TEST_USES t',
          's TEST_FITS t',
          's TEST_FITS t 2',
        ]);
      });

      it('says so when limit cuts nodes off', async () => {
        const { part } = await ask(
          '{ part(id: "a") { neighbourhood(depth: 2, limit: 3) { nodes { data { id } } edges { data { id } } truncated } } }',
        );
        expect(part.neighbourhood).toEqual({
          nodes: ['a', 'b', 'c'].map((id) => ({ data: { id } })),
          edges: ['a TEST_NEEDS b', 'a TEST_NEEDS c'].map((id) => ({ data: { id } })),
          truncated: true,
        });
      });
    });

    it.each([
      [
        '{ part(id: "a") { neighbourhood(depth: 3) { truncated } } }',
        'TOO_MANY_RELATIONSHIPS neighbourhood would visit more than 11 relationships from one node',
      ],
      [
        '{ part(id: "a") { reaches(depth: 7) { distance } } }',
        'LIMIT_EXCEEDED Argument depth of reaches must be a whole number from 1 to 6 (default 5), but got 7.',
      ],
      [
        '{ part(id: "a") { neighbourhood(depth: 0) { truncated } } }',
        'LIMIT_EXCEEDED Argument depth of neighbourhood must be a whole number from 1 to 3 (default 1), but got 0.',
      ],
      ['{ part(id: "a") { path(to: "b", depth: 9) { length } } }', 'LIMIT_EXCEEDED Argument depth of path must be'],
      ['{ part(id: "a") { paths(to: "b", limit: 5000) { length } } }', 'LIMIT_EXCEEDED Argument limit of paths must be'],
      [
        '{ part(id: "a") { reaches(edge: {NOT: null}) { distance } } }',
        'BAD_WHERE Argument where of reaches: expected a condition for NOT, but got null',
      ],
      [
        `{ part(id: "a") { reaches(edge: {AND: [${'{OR: [{weight: {eq: 1}}, {weight: {eq: 2}}]}, '.repeat(3)}], ` +
          `NOT: {AND: [${'{OR: [{weight: {eq: 1}}, {weight: {eq: 2}}]}, '.repeat(12)}]}}) { distance } } }`,
        'a condition on relationships may come to 1000 comparisons',
      ],
      ['{ tool(id: "s") { fitted(depth: 5) { distance } } }', 'LIMIT_EXCEEDED Argument depth of fitted'],
    ])('%s is refused: %s', async (source, message) => {
      expect(await refused(source)).toContain(message);
    });
  });
};
