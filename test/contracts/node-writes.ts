import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const SDL = `
  type Part @node(labels: ["WrittenPart"]) { id: ID! name: String! count: Int weight: Float made: DateTime tags: [String!]
    parts: [Part!]! @relationship(type: "WRITTEN_HAS", direction: OUT, properties: "Has")
    reach: [PartReach!]! @traverse(types: ["WRITTEN_HAS"], direction: OUT, properties: "Has") }
  type PartReach { distance: Int! part: Part! }
  type Has @relationshipProperties { count: Int tags: [String!] wall: LocalDateTime made: DateTime }
`;

/** What is written to nodes and relationships, and compared there, whichever graph is behind them. */
export const nodeWritesContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`writes to nodes on ${profile}`, () => {
    let gateway: OwnGateway;
    const clean = () => gateway.engine.stores.graph.write.run('MATCH (n:WrittenPart) DETACH DELETE n');
    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, settings());
    });
    afterAll(async () => {
      await clean();
      await gateway.close();
    });
    beforeEach(async () => {
      await clean();
      await gateway.ask('mutation ($input: [PartCreateInput!]!) { createParts(input: $input) { info { nodesCreated } } }', {
        input: [
          {
            id: 'a',
            name: 'A',
            count: 5,
            weight: 1.5,
            made: '2026-03-01T09:30:00Z',
            tags: ['x'],
            parts: {
              create: [{ node: { id: 'b', name: 'B', count: 1, made: '2025-03-01T09:30:00Z' }, edge: { count: 2, tags: ['p', 'q'] } }],
            },
          },
          { id: 'c', name: 'C' },
        ],
      });
    });

    const FIELDS = 'count weight tags partsConnection { edges { properties { count tags } node { count tags } } }';
    const update = async (id: string, change: unknown) =>
      (
        await gateway.ask(
          `mutation ($id: ID!, $update: PartUpdateInput!) { updateParts(where: {id: {eq: $id}}, update: $update) { parts { ${FIELDS} } } }`,
          { id, update: change },
        )
      )['updateParts'].parts[0] as Record<string, unknown>;
    const refusal = async (change: unknown) => {
      const { errors } = await gateway.run(
        'mutation ($update: PartUpdateInput!) { updateParts(where: {id: {eq: "a"}}, update: $update) { parts { id } } }',
        { update: change },
      );
      return `${String(errors?.[0]?.extensions?.['code'])} ${errors?.[0]?.message}`;
    };

    describe('numbers and lists of nodes and of relationships', () => {
      it('are changed by operations', async () => {
        const edge = { count: { add: 3 }, tags: { pop: 1 } };
        expect(
          await update('a', {
            count: { add: 5 },
            weight: { multiply: 2 },
            tags: { push: ['y', 'z'] },
            parts: [{ update: { edge, node: { count: { subtract: 4 }, tags: { push: ['n'] } } } }],
          }),
        ).toEqual({
          count: 10,
          weight: 3,
          tags: ['x', 'y', 'z'],
          partsConnection: { edges: [{ properties: { count: 5, tags: ['p'] }, node: { count: -3, tags: ['n'] } }] },
        });
      });

      it('stay missing where there is none, but for what is pushed', async () => {
        expect(await update('c', { count: { add: 1 }, weight: { divide: 2 }, tags: { push: ['a'] } })).toMatchObject({
          count: null,
          weight: null,
          tags: ['a'],
        });
        expect(await update('b', { tags: { pop: 1 } })).toMatchObject({ tags: null });
        expect(await update('a', { tags: { pop: 3 } })).toMatchObject({ tags: [] });
      });

      it('reach to the ends of Int, and not beyond', async () => {
        expect(await update('a', { count: { add: 2_147_483_642 } })).toMatchObject({ count: 2_147_483_647 });
        expect(await refusal({ count: { add: 1 } })).toBe(
          'VALUE_INVALID A value is not valid here: a number is out of range, or divided by zero.',
        );
        expect(await update('a', { count: { set: -2_147_483_648 } })).toMatchObject({ count: -2_147_483_648 });
        expect(await refusal({ count: { subtract: 1 } })).toContain('a number is out of range');
        expect(await refusal({ weight: { multiply: 1.5e308 } })).toContain('a number is out of range');
        expect(await update('a', {})).toMatchObject({ count: -2_147_483_648, weight: 1.5 });
      });
    });

    describe('what cannot be written to a node', () => {
      it.each([
        [{ name: { set: null } }, 'NOT_NULL_VIOLATION A Part needs a value for name, but got none. Nothing was written.'],
        [
          { parts: [{ update: { node: { name: { set: null } } } }] },
          'NOT_NULL_VIOLATION A Part needs a value for name, but got none. Nothing was written.',
        ],
        [{ count: { set: 1, add: 2 } }, 'BAD_INPUT Argument update.count of updateParts: expected one operation, but got set and add'],
        [{ weight: { divide: 0 } }, 'VALUE_INVALID A value is not valid here: a number is divided by zero.'],
        [{ made: { set: '2026-13-01T00:00:00Z' } }, 'VALUE_INVALID A value is not valid here: a time is out of range.'],
      ])('is refused: %j', async (change, message) => {
        expect(await refusal(change)).toBe(message);
      });
    });

    it('conditions on a time that is none are refused', async () => {
      const { errors } = await gateway.run('{ parts(where: {made: {gt: "2026-02-30T25:00:00Z"}}) { id } }');
      expect(errors?.[0]?.message).toBe('A value is not valid here: a time is out of range.');
    });

    it('times of nodes are aggregated', async () => {
      const { partsConnection } = await gateway.ask('{ partsConnection { aggregate { node { made { min max } } } } }');
      expect(partsConnection.aggregate.node.made).toEqual({ min: '2025-03-01T09:30:00.000Z', max: '2026-03-01T09:30:00.000Z' });
    });

    it.each([
      [{ eq: 'T09:30:00' }, ['p0']],
      [{ gt: 'T09:30:00' }, ['p1']],
      [{ gte: 'T09:30:00' }, ['p0', 'p1']],
      [{ lt: 'T09:30:00.500' }, ['p0']],
      [{ lte: 'T09:30:00.5' }, ['p0', 'p1']],
      [{ in: ['T09:30:00.5', 'T10:30:00'] }, ['p1']],
      [{ eq: null }, ['p2']],
    ])(
      'traversals compare times of relationships, with and without a zone, as connections do: %j',
      async (condition: Record<string, unknown>, expected) => {
        const at = (zone: string) =>
          Object.fromEntries(
            Object.entries(condition).map(([operator, value]) => [
              operator,
              JSON.parse(JSON.stringify(value).replaceAll(/"(T[^"]+)"/g, `"2026-03-01$1${zone}"`)) as unknown,
            ]),
          );
        const edges = [
          { wall: '2026-03-01T09:30:00', made: '2026-03-01T09:30:00Z' },
          { wall: '2026-03-01T09:30:00.5', made: '2026-03-01T09:30:00.5Z' },
          {},
        ];
        const create = edges.map((edge, index) => ({ node: { id: `p${index}`, name: 'P' }, edge }));
        await gateway.ask('mutation ($input: [PartCreateInput!]!) { createParts(input: $input) { info { nodesCreated } } }', {
          input: [{ id: 'times', name: 'Times', parts: { create } }],
        });
        for (const edge of [{ wall: at('') }, { made: at('Z') }]) {
          const { part } = await gateway.ask(
            `query ($edge: HasWhere) { part(id: "times") { reach(edge: $edge) { part { id } }
              partsConnection(where: {edge: $edge}) { edges { node { id } } } } }`,
            { edge },
          );
          expect(part.reach.map(({ part: { id } }: { part: { id: string } }) => id)).toEqual(expected);
          expect(part.partsConnection.edges.map(({ node: { id } }: { node: { id: string } }) => id).sort()).toEqual(expected);
        }
      },
    );
  });
};
