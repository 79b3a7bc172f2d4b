import { afterAll, beforeAll, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

let gateway: OwnGateway;
beforeAll(async () => {
  gateway = await openOwnGateway(`
    type Part @node { id: ID! parts: [Part!]! @relationship(type: "HAS", direction: OUT, properties: "Has") reach: [PartReach!]! @traverse(types: ["HAS"], direction: OUT, properties: "Has") }
    type PartReach { distance: Int! part: Part! }
    type Has @relationshipProperties { wall: LocalDateTime made: DateTime }
  `);
  const edges = [{ wall: '2026-03-01T09:30:00', made: '2026-03-01T09:30:00Z' }, { wall: '2026-03-01T09:30:00.5', made: '2026-03-01T12:30:00.5+03:00' }, {}];
  const create = edges.map((edge, index) => ({ node: { id: `p${index}` }, edge }));
  await gateway.ask('mutation ($input: [PartCreateInput!]!) { createParts(input: $input) { info { nodesCreated } } }', { input: [{ id: 'a', parts: { create } }] });
});
afterAll(() => gateway?.close());

it.each([
  [{ eq: 'T09:30:00' }, ['p0']],
  [{ gt: 'T09:30:00' }, ['p1']],
  [{ gte: 'T09:30:00' }, ['p0', 'p1']],
  [{ lt: 'T09:30:00.500' }, ['p0']],
  [{ lte: 'T09:30:00.5' }, ['p0', 'p1']],
  [{ in: ['T09:30:00.5', 'T10:30:00'] }, ['p1']],
  [{ eq: null }, ['p2']],
])('traversals compare times of relationships, with and without a zone, as connections do: %j', async (condition: Record<string, unknown>, expected) => {
  const at = (zone: string) => Object.fromEntries(Object.entries(condition).map(([operator, value]) => [operator, JSON.parse(JSON.stringify(value).replaceAll(/"(T[^"]+)"/g, `"2026-03-01$1${zone}"`)) as unknown]));
  for (const edge of [{ wall: at('') }, { made: at('Z') }]) {
    const { part } = await gateway.ask('query ($edge: HasWhere) { part(id: "a") { reach(edge: $edge) { part { id } } partsConnection(where: {edge: $edge}) { edges { node { id } } } } }', { edge });
    expect(part.reach.map(({ part: { id } }: { part: { id: string } }) => id)).toEqual(expected);
    expect(part.partsConnection.edges.map(({ node: { id } }: { node: { id: string } }) => id).sort()).toEqual(expected);
  }
});
