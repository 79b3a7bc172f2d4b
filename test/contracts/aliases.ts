import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const SDL = `
  type Knot @node(labels: ["AliasKnot"]) { id: ID! name: String! size: Int
    ties: [Knot!]! @relationship(type: "ALIAS_TIE", direction: OUT, properties: "Tie")
    notes: [Note!]! @relationship(type: "ALIAS_NOTE", direction: OUT, properties: "Tie") }
  type Note @table(name: "alias_notes") @node(labels: ["AliasNote"]) { id: ID! @column(name: "note_id", type: "text") text: String!
    knots: [Knot!]! @relationship(type: "ALIAS_NOTE", direction: IN, properties: "Tie") }
  type Tie @relationshipProperties { length: Int }
`;

/** Several names for one field, where @neo4j/graphql puts the answer together, whichever graph is behind it. */
export const aliasesContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`names in the response on ${profile}`, () => {
    let gateway: OwnGateway;
    const clean = () => gateway.engine.stores.graph.write.run('MATCH (n) WHERE n:AliasKnot OR n:AliasNote DETACH DELETE n');
    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, settings());
      await clean();
      await gateway.engine.stores.relational.script(`CREATE TABLE alias_notes (note_id text PRIMARY KEY, text text NOT NULL);
        INSERT INTO alias_notes VALUES ('n1', 'One'), ('n2', 'Two')`);
      await gateway.engine.stores.graph.write
        .run(`CREATE (a:AliasKnot {id: 'a', name: 'Aa', size: 1}), (b:AliasKnot {id: 'b', name: 'Bbb', size: 2}),
          (c:AliasKnot {id: 'c', name: 'C', size: 3}),
        (a)-[:ALIAS_TIE {length: 5}]->(b), (a)-[:ALIAS_TIE {length: 6}]->(c), (b)-[:ALIAS_TIE {length: 7}]->(c),
        (a)-[:ALIAS_NOTE {length: 8}]->(:AliasNote {id: 'n1'}), (a)-[:ALIAS_NOTE {length: 9}]->(:AliasNote {id: 'n2'})`);
    });
    afterAll(async () => {
      await clean();
      await gateway.close();
    });

    it.each(['then', 'in', 'MATCH', 'is', 'nodeKey_', '__resolveType', '__typenam', 'where', 'order'])(
      'that Cypher or @neo4j/graphql has a use for: %s',
      async (name) => {
        const asked =
          `${name}: name ties(sort: [{id: ASC}]) { ${name}: name } c: tiesConnection(sort: [{node: {id: ASC}}]) { edges { node { ` +
          `${name}: name } } nodes { ${name}: size } }`;
        const { knots, page, notes } = await gateway.ask(`{ knots(sort: [{id: ASC}], limit: 1) { ${asked} }
          page: knotsConnection(first: 1, sort: [{id: ASC}]) { nodes { ${asked} } }
          notes(where: {id: {eq: "n1"}}) { ${name}: knots { ${name}: name } } }`);
        const a = {
          [name]: 'Aa',
          ties: [{ [name]: 'Bbb' }, { [name]: 'C' }],
          c: { edges: [{ node: { [name]: 'Bbb' } }, { node: { [name]: 'C' } }], nodes: [{ [name]: 2 }, { [name]: 3 }] },
        };
        expect(knots).toEqual([a]);
        expect(page).toEqual({ nodes: [a] });
        expect(notes).toEqual([{ [name]: [{ [name]: 'Aa' }] }]);
      },
    );

    it('of a count, of a page and of what it says', async () => {
      expect(
        await gateway.ask(`{ knotsConnection(first: 1, sort: [{id: ASC}]) { a: totalCount b: totalCount totalCount
          p: pageInfo { x: hasNextPage y: hasNextPage } pageInfo { z: hasPreviousPage } } }`),
      ).toEqual({
        knotsConnection: { a: 3, b: 3, totalCount: 3, p: { x: true, y: true }, pageInfo: { z: false } },
      });
    });

    it('of the numbers of an aggregate', async () => {
      expect(
        await gateway.ask(`{ knotsConnection { aggregate { c1: count { n: nodes m: nodes } c2: count { nodes }
          node { size { a: max b: max min } s: size { max } name { l1: longest l2: longest shortest } } }
          more: aggregate { node { name { shortest } } } } }`),
      ).toEqual({
        knotsConnection: {
          aggregate: {
            c1: { n: 3, m: 3 },
            c2: { nodes: 3 },
            node: { size: { a: 3, b: 3, min: 1 }, s: { max: 3 }, name: { l1: 'Bbb', l2: 'Bbb', shortest: 'C' } },
          },
          more: { node: { name: { shortest: 'C' } } },
        },
      });
    });

    it('of edges and nodes, each with a selection of its own', async () => {
      expect(
        await gateway.ask(`{ knotsConnection(sort: [{id: ASC}], first: 1) { edges {
          x: node { v: id t: ties(sort: [{id: ASC}], limit: 1) { id } } y: node { v: name t: ties(sort: [{id: DESC}], limit: 1) { id } } }
          e: edges { node { v: size } c: cursor d: cursor } } }`),
      ).toEqual({
        knotsConnection: {
          edges: [{ x: { v: 'a', t: [{ id: 'b' }] }, y: { v: 'Aa', t: [{ id: 'c' }] } }],
          e: [{ node: { v: 1 }, c: 'YXJyYXljb25uZWN0aW9uOjA=', d: 'YXJyYXljb25uZWN0aW9uOjA=' }],
        },
      });
    });

    it('of a name that another field has', async () => {
      expect(
        await gateway.ask(`{ knotsConnection(first: 1) { pageInfo: totalCount totalCount: pageInfo { hasPreviousPage: hasNextPage } }
          other: knotsConnection(first: 1) { a: totalCount pageInfo: totalCount } }`),
      ).toEqual({
        knotsConnection: { pageInfo: 3, totalCount: { hasPreviousPage: true } },
        other: { a: 3, pageInfo: 3 },
      });
      expect(
        await gateway.ask('{ knotsConnection(first: 1, sort: [{id: ASC}]) { a: edges { x: cursor } b: edges { x: node { id } } } }'),
      ).toMatchObject({ knotsConnection: { a: [{ x: expect.any(String) as unknown }], b: [{ x: { id: 'a' } }] } });
    });

    it('below nodes, and of connections with other arguments', async () => {
      expect(
        await gateway.ask(`{ knot(id: "a") { one: tiesConnection(where: {edge: {length: {eq: 5}}}) {
          a: totalCount b: totalCount edges { p: properties { l: length m: length } q: properties { length } } }
          all: tiesConnection(sort: [{edge: {length: DESC}}]) { totalCount
          edges { node { id tiesConnection { n: totalCount m: totalCount } } } again: edges { node { id: name } }
          aggregate { node { size { a: sum b: sum } } edge { length { x: max y: min z: max } } } } } }`),
      ).toEqual({
        knot: {
          one: { a: 1, b: 1, edges: [{ p: { l: 5, m: 5 }, q: { length: 5 } }] },
          all: {
            totalCount: 2,
            edges: [{ node: { id: 'c', tiesConnection: { n: 0, m: 0 } } }, { node: { id: 'b', tiesConnection: { n: 1, m: 1 } } }],
            again: [{ node: { id: 'C' } }, { node: { id: 'Bbb' } }],
            aggregate: { node: { size: { a: 5, b: 5 } }, edge: { length: { x: 6, y: 5, z: 6 } } },
          },
        },
      });
    });

    it('of rows at the ends of edges, and from rows', async () => {
      expect(
        await gateway.ask(`{ notes(sort: [{id: ASC}], limit: 1) { knotsConnection {
          a: totalCount b: totalCount edges { p: properties { length } q: properties { n: length } x: node { name }
          y: node { name: size } } } } knot(id: "a") { notesConnection(sort: [{edge: {length: ASC}}]) {
          t: totalCount u: totalCount edges { x: node { text } y: node { id } z: node { text: id } } } } }`),
      ).toEqual({
        notes: [{ knotsConnection: { a: 1, b: 1, edges: [{ p: { length: 8 }, q: { n: 8 }, x: { name: 'Aa' }, y: { name: 1 } }] } }],
        knot: {
          notesConnection: {
            t: 2,
            u: 2,
            edges: [
              { x: { text: 'One' }, y: { id: 'n1' }, z: { text: 'n1' } },
              { x: { text: 'Two' }, y: { id: 'n2' }, z: { text: 'n2' } },
            ],
          },
        },
      });
    });

    it('in fragments, with @include, of what mutations give', async () => {
      expect(
        await gateway.ask(
          `query ($yes: Boolean!) { knotsConnection(first: 1) { ...T a: totalCount @include(if: $yes) c: totalCount @skip(if: $yes) } }
            fragment T on KnotsConnection { b: totalCount }`,
          { yes: true },
        ),
      ).toEqual({ knotsConnection: { b: 3, a: 3 } });
      expect(
        await gateway.ask(`mutation { m: createKnots(input: [{id: "d", name: "D"}]) {
          i: info { a: nodesCreated b: nodesCreated } j: info { relationshipsCreated }
          x: knots { v: id tiesConnection { a: totalCount b: totalCount } } y: knots { v: name } } }`),
      ).toEqual({
        m: { i: { a: 1, b: 1 }, j: { relationshipsCreated: 0 }, x: [{ v: 'd', tiesConnection: { a: 0, b: 0 } }], y: [{ v: 'D' }] },
      });
      expect(await gateway.ask('mutation { deleteKnots(where: {id: {eq: "d"}}) { a: nodesDeleted b: nodesDeleted } }')).toEqual({
        deleteKnots: { a: 1, b: 1 },
      });
    });
  });
};
