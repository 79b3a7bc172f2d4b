import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const SDL = `
  type LooseNode @node { id: ID! name: String! size: Int! rating: Float big: BigInt kind: LooseKind! tags: [String!]! isOld: Boolean
    at: DateTime day: Date
    parts: [LooseNode!]! @relationship(type: "LOOSE_PART", direction: OUT, properties: "LoosePart")
    reaches: [LooseReach!]! @traverse(types: ["LOOSE_PART"], direction: OUT)
    path: GraphPath @path(types: ["LOOSE_PART"])
    around: GraphNeighbourhood! @neighbourhood(types: ["LOOSE_PART"], direction: BOTH)
    label: String! @cypher(statement: "RETURN this.name AS label", columnName: "label")
    facts: LooseFacts! @cypher(statement: "RETURN {name: this.name, size: this.size} AS facts", columnName: "facts")
    notes: [LooseNote!]! @relationship(type: "LOOSE_ABOUT", direction: IN) }
  enum LooseKind { BIG SMALL }
  type LooseFacts { name: String! size: Int! }
  type LoosePart @relationshipProperties { since: Int! }
  type LooseReach { distance: Int! node: LooseNode! }
  type LooseNote @table(name: "loose_notes") @node { id: ID! @column(type: "text") text: String
    items: [LooseNode!]! @relationship(type: "LOOSE_ABOUT", direction: OUT)
    facts: LooseFacts! @cypher(statement: "RETURN {name: this.text, size: this.size} AS facts", columnName: "facts") }
`;
const FULL = { id: 'full', name: 'F', size: 1, rating: 1.5, big: '9007199254740993', kind: 'BIG', tags: ['x'], isOld: true };
const TIMES = { at: '2026-03-01T09:30:00.000Z', day: '2026-03-01' };
const VALUES = 'id name size rating big kind tags isOld at day';
const NOTHING = { name: null, size: null, rating: null, big: null, kind: null, tags: null, isOld: null, at: null, day: null };

/** A graph has no types for its properties: ODRAS's own code makes components without a name. */
export const oddNodesContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`properties that are missing or of another kind on ${profile}`, () => {
    let gateway: OwnGateway;
    const clean = () => gateway.engine.stores.graph.write.run('MATCH (n) WHERE n:LooseNode OR n:LooseNote DETACH DELETE n');
    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, settings());
      await clean();
      await gateway.engine.stores.relational.script(
        `DROP TABLE IF EXISTS loose_notes; CREATE TABLE loose_notes (id text PRIMARY KEY, text text);
          INSERT INTO loose_notes VALUES ('n', 'N')`,
      );
      await gateway.engine.stores.graph.write.run(`CREATE (a:LooseNode {id: 'full', name: 'F', size: 1, rating: 1.5,
          big: 9007199254740993, kind: 'big', tags: ['x'], isOld: true, at: datetime('2026-03-01T09:30:00Z'), day: date('2026-03-01')}),
        (b:LooseNode {id: 'bare'}), (c:LooseNode {id: 'odd', name: ['N'], size: 'large', rating: 'high', big: 1.5, kind: 'round',
          tags: 'one', isOld: 'yes', at: 'yesterday', day: 12}),
        (a)-[:LOOSE_PART {since: 1}]->(b), (a)-[:LOOSE_PART {since: 'then'}]->(c), (n:LooseNote {id: 'n'})-[:LOOSE_ABOUT]->(a),
        (n)-[:LOOSE_ABOUT]->(b), (n)-[:LOOSE_ABOUT]->(c)`);
    });
    afterAll(async () => {
      await clean();
      await gateway.close();
    });
    /** The answer and the paths of its errors, the same when it is asked again: a repeated document is executed in another way. */
    const asked = async (source: string) => {
      const first = await gateway.run(source);
      for (let times = 0; times < 2; times += 1) expect(await gateway.run(source)).toEqual(first);
      return { data: first.data as Record<string, never>, paths: (first.errors ?? []).map(({ path }) => path!.join('.')) };
    };
    const ODD = ['name', 'size', 'rating', 'big', 'kind', 'tags.0', 'isOld', 'at', 'day'];
    const nodes = `{ ${VALUES} }`;
    const all = [
      { ...FULL, ...TIMES },
      { id: 'bare', ...NOTHING },
      { id: 'odd', ...NOTHING },
    ];
    const byId = `sort: [{id: ASC}]`;
    const sorted = [all[1], all[0], all[2]];

    it.each([
      ['in a list', `{ looseNodes(${byId}) ${nodes} }`, { looseNodes: sorted }, 'looseNodes.2'],
      ['by key', `{ looseNode(id: "odd") ${nodes} }`, { looseNode: all[2] }, 'looseNode'],
      [
        'behind a hop of nodes',
        `{ looseNode(id: "full") { parts(${byId}) ${nodes} } }`,
        { looseNode: { parts: [all[1], all[2]] } },
        'looseNode.parts.1',
      ],
      [
        'behind a hop of rows',
        `{ looseNotes { text items(${byId}) ${nodes} } }`,
        { looseNotes: [{ text: 'N', items: sorted }] },
        'looseNotes.0.items.2',
      ],
      [
        'in a connection',
        `{ looseNodesConnection(${byId}) { totalCount edges { node ${nodes} } } }`,
        { looseNodesConnection: { totalCount: 3, edges: sorted.map((node) => ({ node })) } },
        'looseNodesConnection.edges.2.node',
      ],
      [
        'in a connection of rows',
        `{ looseNotes { itemsConnection(sort: [{node: {id: ASC}}]) { edges { node ${nodes} } } } }`,
        { looseNotes: [{ itemsConnection: { edges: sorted.map((node) => ({ node })) } }] },
        'looseNotes.0.itemsConnection.edges.2.node',
      ],
      [
        'of a traversal',
        `{ looseNode(id: "full") { reaches { distance node ${nodes} } } }`,
        { looseNode: { reaches: [all[1], all[2]].map((node) => ({ distance: 1, node })) } },
        'looseNode.reaches.1.node',
      ],
      [
        'of a path',
        `{ looseNode(id: "full") { path(to: "odd") { length nodes { ... on LooseNode ${nodes} } } } }`,
        { looseNode: { path: { length: 1, nodes: [all[0], all[2]] } } },
        'looseNode.path.nodes.1',
      ],
      [
        'of a neighbourhood',
        `{ looseNode(id: "full") { around { nodes { node { ... on LooseNode ${nodes} } } } } }`,
        { looseNode: { around: { nodes: all.map((node) => ({ node })) } } },
        'looseNode.around.nodes.2.node',
      ],
    ])('cost only themselves %s', async (_, source, expected, odd) => {
      const { data, paths } = await asked(source);
      expect(data).toEqual(expected);
      expect(paths.sort()).toEqual(ODD.map((field) => `${odd}.${field}`).sort());
    });

    it('cost only themselves in relationships and in what statements return', async () => {
      const { data, paths } = await asked(`{ looseNode(id: "full") { partsConnection(sort: [{node: {id: ASC}}]) {
        edges { node { id } properties { since } } } } looseNodes(${byId}) { label facts { name size } }
        looseNotes { facts { name size } } }`);
      expect(data).toEqual({
        looseNode: {
          partsConnection: {
            edges: [
              { node: { id: 'bare' }, properties: { since: 1 } },
              { node: { id: 'odd' }, properties: { since: null } },
            ],
          },
        },
        looseNodes: [
          { label: null, facts: { name: null, size: null } },
          { label: 'F', facts: { name: 'F', size: 1 } },
          { label: null, facts: { name: null, size: null } },
        ],
        looseNotes: [{ facts: { name: null, size: null } }],
      });
      expect(paths.sort()).toEqual([
        'looseNode.partsConnection.edges.1.properties.since',
        'looseNodes.2.facts.name',
        'looseNodes.2.facts.size',
        'looseNodes.2.label',
      ]);
    });

    it('do not hinder the writing of others, and what a type requires must still be given', async () => {
      const { data, paths } = await asked(
        `mutation { updateLooseNodes(where: {id: {in: ["bare", "odd"]}}, update: {rating: {set: 2}}) {
          looseNodes { id name rating } } }`,
      );
      expect(data['updateLooseNodes']).toEqual({
        looseNodes: expect.arrayContaining([
          { id: 'bare', name: null, rating: 2 },
          { id: 'odd', name: null, rating: 2 },
        ]) as unknown,
      });
      expect(paths).toHaveLength(1);
      await gateway.engine.stores.graph.write.run(`MATCH (n:LooseNode {id: 'odd'}) SET n.rating = 'high' WITH n
        MATCH (b:LooseNode {id: 'bare'}) REMOVE b.rating`);
      const missing = await gateway.run(
        'mutation ($input: LooseNodeCreateInput!) { createLooseNodes(input: [$input]) { looseNodes { id } } }',
        {
          input: { id: 'new' },
        },
      );
      expect(missing.errors?.[0]?.message).toContain('"name" of required type "String!" was not provided');
      const removed = await gateway.run(
        'mutation { updateLooseNodes(where: {id: {eq: "full"}}, update: {name: {set: null}}) { looseNodes { id } } }',
      );
      expect(removed.errors).toMatchObject([{ extensions: { code: 'NOT_NULL_VIOLATION' } }]);
    });
  });
};
