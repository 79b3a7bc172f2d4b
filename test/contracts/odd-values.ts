import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const SDL = `
  type OddKnot @node { id: ID! size: Float sizes: [Float!] moment: DateTime wall: LocalDateTime day: Date
    ties: [OddKnot!]! @relationship(type: "ODD_TIE", direction: OUT, properties: "OddTie")
    notes: [OddNote!]! @relationship(type: "ODD_ON", direction: OUT) reach: [OddReach!]! @traverse(types: ["ODD_TIE"], direction: OUT)
      around: GraphNeighbourhood! @neighbourhood(types: ["ODD_TIE"], direction: BOTH) }
  type OddReach { distance: Int! knot: OddKnot! }
  type OddTie @relationshipProperties { length: Float at: DateTime }
  type OddNote @table(name: "odd_notes") @node { id: ID! @column(type: "text") text: String
    knots: [OddKnot!]! @relationship(type: "ODD_ON", direction: IN) }
`;
const TIMES = [
  ['moment', 'DateTime', '0044-03-15T01:02:03.500Z BC'],
  ['moment', 'DateTime', '12026-03-15T01:02:03.000Z'],
  ['wall', 'LocalDateTime', '0044-03-15T01:02:03.5 BC'],
  ['wall', 'LocalDateTime', '12026-03-15T01:02:03'],
  ['day', 'Date', '0001-01-01 BC'],
  ['day', 'Date', '12026-02-28'],
] as const;

/** Values and names of nodes that few think of, whichever graph is behind it. */
export const oddValuesContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`odd values of nodes on ${profile}`, () => {
    let gateway: OwnGateway;
    const clean = () => gateway.engine.stores.graph.write.run('MATCH (n) WHERE n:OddKnot OR n:OddNote DETACH DELETE n');
    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, settings());
      await clean();
      await gateway.engine.stores.relational.script(`DROP TABLE IF EXISTS odd_notes; CREATE TABLE
        odd_notes (id text PRIMARY KEY, text text); INSERT INTO odd_notes VALUES ('__proto__', 'One')`);
      await gateway.engine.stores.graph.write.run(`CREATE (a:OddKnot {id: 'a', size: 0.0/0.0, sizes: [1.0, 1.0/0.0],
        day: date('-0043-03-15')}), (b:OddKnot {id: 'b', size: 1.5}), (a)-[:ODD_TIE {length: 0.0/0.0}]->(b),
        (a)-[:ODD_ON]->(:OddNote {id: '__proto__'})`);
    });
    afterAll(async () => {
      await clean();
      await gateway.close();
    });

    it('NaN and infinities are errors in their places, and take nothing else', async () => {
      for (let times = 0; times < 3; times += 1) {
        const { data, errors } = await gateway.run(`{ oddKnots(where: {id: {in: ["a", "b"]}}, sort: [{id: ASC}]) {
          id size sizes tiesConnection { edges { properties { length } } } } }`);
        expect(data).toEqual({
          oddKnots: [
            { id: 'a', size: null, sizes: null, tiesConnection: { edges: [{ properties: { length: null } }] } },
            { id: 'b', size: 1.5, sizes: null, tiesConnection: { edges: [] } },
          ],
        });
        expect(errors?.map(({ path }) => path)).toEqual([
          ['oddKnots', 0, 'size'],
          ['oddKnots', 0, 'sizes', 1],
          ['oddKnots', 0, 'tiesConnection', 'edges', 0, 'properties', 'length'],
        ]);
      }
    });

    it.each(TIMES)('%s of type %s is %s, written, read, compared and changed', async (field, type, value) => {
      const created = await gateway.ask(
        `mutation ($value: ${type}) { createOddKnots(input: [{id: "t", ${field}: $value}]) { oddKnots { ${field} } } }`,
        { value },
      );
      expect(created).toEqual({ createOddKnots: { oddKnots: [{ [field]: value }] } });
      for (const [operator, expected] of [
        ['eq', ['t']],
        ['gt', []],
      ] as const) {
        const { oddKnots } = (await gateway.ask(
          `query ($value: ${type}) { oddKnots(where: {id: {eq: "t"}, ${field}: {${operator}: $value}}) { id } }`,
          { value },
        )) as { oddKnots: { id: string }[] };
        expect(
          oddKnots.map(({ id }) => id),
          operator,
        ).toEqual(expected);
      }
      const changed = await gateway.ask(
        `mutation ($value: ${type}) { updateOddKnots(where: {${field}: {eq: $value}}, update: {${field}: {set: $value}}) {
          oddKnots { id ${field} } } }`,
        { value },
      );
      expect(changed).toEqual({ updateOddKnots: { oddKnots: [{ id: 't', [field]: value }] } });
      await gateway.ask('mutation { deleteOddKnots(where: {id: {eq: "t"}}) { nodesDeleted } }');
    });

    it('times that no graph has are refused', async () => {
      for (const value of ['infinity', '-infinity']) {
        const { errors } = await gateway.run('query ($value: Date) { oddKnots(where: {day: {eq: $value}}) { id } }', { value });
        expect(errors).toMatchObject([
          {
            message: `A value is not valid here: Date of a node or relationship cannot be ${value}.`,
            extensions: { code: 'VALUE_INVALID' },
          },
        ]);
      }
      expect(await gateway.ask('{ oddKnot(id: "a") { day } }')).toEqual({ oddKnot: { day: '0044-03-15 BC' } });
    });

    it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s names anything in the response', async (name) => {
      const asked = (query: string, variables?: Record<string, unknown>) =>
        gateway.ask(query.replaceAll('NAME', name), variables).then((data) => JSON.stringify(data));
      const answer = (text: string) => text.replaceAll('NAME', name);
      expect(await asked('{ NAME: oddKnots(where: {id: {eq: "b"}}) { NAME: size } x: oddKnot(id: "b") { NAME: id } }')).toBe(
        answer('{"NAME":[{"NAME":1.5}],"x":{"NAME":"b"}}'),
      );
      expect(
        await asked(`{ NAME: oddKnotsConnection(where: {id: {in: ["a", "b"]}}, sort: [{id: DESC}], first: 1) {
          NAME: edges { NAME: node { NAME: size } } x: edges { y: node { NAME: id } } z: pageInfo { NAME: hasNextPage } }
          t: oddKnotsConnection(where: {id: {eq: "b"}}) { NAME: totalCount
          a: aggregate { NAME: count { NAME: nodes } n: node { NAME: size { NAME: max } } } } }`),
      ).toBe(
        answer(
          '{"NAME":{"NAME":[{"NAME":{"NAME":1.5}}],"x":[{"y":{"NAME":"b"}}],"z":{"NAME":true}},' +
            '"t":{"NAME":1,"a":{"NAME":{"NAME":1},"n":{"NAME":{"NAME":1.5}}}}}',
        ),
      );
      expect(
        await asked(`{ oddKnot(id: "a") { NAME: ties { NAME: id } x: tiesConnection {
          NAME: edges { NAME: node { NAME: id } p: properties { NAME: at } } } n: notes { NAME: text } } }`),
      ).toBe(answer('{"oddKnot":{"NAME":[{"NAME":"b"}],"x":{"NAME":[{"NAME":{"NAME":"b"},"p":{"NAME":null}}]},"n":[{"NAME":"One"}]}}'));
      expect(
        await asked(
          '{ oddNotes { NAME: knots { NAME: id } x: knotsConnection { NAME: totalCount y: edges { NAME: node { NAME: id } } } } }',
        ),
      ).toBe(answer('{"oddNotes":[{"NAME":[{"NAME":"a"}],"x":{"NAME":1,"y":[{"NAME":{"NAME":"a"}}]}}]}'));
      expect(
        await asked(`{ oddKnot(id: "a") { NAME: reach { NAME: distance k: knot { NAME: id } } }
          y: oddKnot(id: "a") { NAME: around { NAME: nodes { NAME: node { ... on OddKnot { NAME: id } } } e: truncated } } }`),
      ).toBe(
        answer(
          '{"oddKnot":{"NAME":[{"NAME":1,"k":{"NAME":"b"}}]},' +
            '"y":{"NAME":{"NAME":[{"NAME":{"NAME":"a"}},{"NAME":{"NAME":"b"}}],"e":false}}}',
        ),
      );
      expect(
        await asked(
          'mutation { NAME: createOddKnots(input: [{id: "NAME"}]) { NAME: oddKnots { NAME: id } i: info { NAME: nodesCreated } } }',
        ),
      ).toBe(answer('{"NAME":{"NAME":[{"NAME":"NAME"}],"i":{"NAME":1}}}'));
      expect(await asked('mutation { NAME: deleteOddKnots(where: {id: {eq: "NAME"}}) { NAME: nodesDeleted } }')).toBe(
        answer('{"NAME":{"NAME":1}}'),
      );
    });
  });
};
