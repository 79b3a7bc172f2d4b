import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const SDL = `
  type Sample @node(labels: ["ValueSample"]) { id: ID! big: BigInt bigs: [BigInt!]
    next: [Sample!]! @relationship(type: "VALUE_NEXT", direction: OUT, properties: "Link")
    reach: [SampleReach!]! @traverse(types: ["VALUE_NEXT"], direction: OUT, properties: "Link")
    nextFrom(least: BigInt!): [Sample!]!
      @cypher(statement: "MATCH (this)-[:VALUE_NEXT]->(s) WHERE s.big >= $least RETURN s ORDER BY s.id", columnName: "s")
    less: BigInt @cypher(statement: "RETURN CASE WHEN this.big < 0 THEN this.big ELSE this.big - 1 END AS less", columnName: "less") }
  type SampleReach { distance: Int! sample: Sample! }
  type Link @relationshipProperties { big: BigInt }
`;

const GREATEST = '9223372036854775807';
const LEAST = '-9223372036854775808';
const ODD = '9007199254740993';

/** Numbers of 64 bits on nodes and relationships, whichever graph is behind them. */
export const nodeBigIntegersContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`big integers of nodes on ${profile}`, () => {
    let gateway: OwnGateway;
    const clean = () => gateway.engine.stores.graph.write.run('MATCH (n:ValueSample) DETACH DELETE n');
    const create = (input: unknown) =>
      gateway.ask('mutation ($input: [SampleCreateInput!]!) { createSamples(input: $input) { samples { id } } }', { input });
    const idsOf = async (where: unknown) => {
      // A condition is recorded the second time it is asked, and run as recorded from the third time on.
      const answers: string[] = [];
      for (let times = 0; times < 3; times += 1)
        answers.push(
          JSON.stringify(
            (await gateway.ask('query ($where: SampleWhere) { samples(where: $where, sort: [{id: ASC}]) { id } }', { where }))[
              'samples'
            ].map(({ id }: { id: string }) => id),
          ),
        );
      expect(new Set(answers).size).toBe(1);
      return JSON.parse(answers[0]!) as string[];
    };
    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, settings());
      await clean();
    });
    afterAll(async () => {
      await clean();
      await gateway.close();
    });

    describe('of type BigInt', () => {
      beforeAll(async () => {
        await clean();
        await create([
          {
            id: 'a',
            big: GREATEST,
            bigs: [LEAST, ODD, '5'],
            next: {
              create: [
                { node: { id: 'b', big: ODD }, edge: { big: GREATEST } },
                { node: { id: 'c', big: '9007199254740992' }, edge: { big: '9223372036854775806' } },
              ],
            },
          },
          { id: 'd', big: LEAST },
          { id: 'e', big: '-7' },
          { id: 'f' },
        ]);
      });

      it('are read with all their digits, however often they are asked for', async () => {
        for (let times = 0; times < 4; times += 1) {
          expect(await gateway.ask('{ samples(sort: [{big: ASC}]) { id big bigs less } }')).toEqual({
            samples: [
              { id: 'd', big: LEAST, bigs: null, less: LEAST },
              { id: 'e', big: '-7', bigs: null, less: '-7' },
              { id: 'c', big: '9007199254740992', bigs: null, less: '9007199254740991' },
              { id: 'b', big: ODD, bigs: null, less: '9007199254740992' },
              { id: 'a', big: GREATEST, bigs: [LEAST, ODD, '5'], less: '9223372036854775806' },
              { id: 'f', big: null, bigs: null, less: null },
            ],
          });
        }
      });

      it('are read on relationships, below hops, and by statements of the schema file', async () => {
        for (let times = 0; times < 4; times += 1) {
          const { sample } = await gateway.ask(
            `query ($least: BigInt!) { sample(id: "a") { next(sort: [{id: ASC}]) { big } nextFrom(least: $least) { id big }
              nextConnection(sort: [{edge: {big: DESC}}]) { edges { properties { big } node { big } } } } }`,
            { least: ODD },
          );
          expect(sample).toEqual({
            next: [{ big: ODD }, { big: '9007199254740992' }],
            nextFrom: [{ id: 'b', big: ODD }],
            nextConnection: {
              edges: [
                { properties: { big: GREATEST }, node: { big: ODD } },
                { properties: { big: '9223372036854775806' }, node: { big: '9007199254740992' } },
              ],
            },
          });
        }
      });

      it.each<[unknown, string[]]>([
        [{ big: { eq: ODD } }, ['b']],
        [{ big: { eq: '9007199254740994' } }, []],
        [{ big: { gt: '9223372036854775806' } }, ['a']],
        [{ big: { gte: ODD } }, ['a', 'b']],
        [{ big: { lt: ODD } }, ['c', 'd', 'e']],
        [{ big: { lte: LEAST } }, ['d']],
        [{ big: { in: [ODD, '9223372036854775806', '-7'] } }, ['b', 'e']],
        [{ big: { eq: null } }, ['f']],
        [{ bigs: { includes: ODD } }, ['a']],
        [{ bigs: { includes: '9007199254740992' } }, []],
        [{ bigs: { eq: [LEAST, ODD, '5'] } }, ['a']],
        [{ next: { some: { big: { eq: ODD } } } }, ['a']],
        [{ nextConnection: { some: { edge: { big: { eq: GREATEST } }, node: { big: { eq: ODD } } } } }, ['a']],
        [{ nextConnection: { some: { edge: { big: { gt: GREATEST } } } } }, []],
      ])('are compared digit by digit: %j', async (where, expected) => {
        expect(await idsOf(where)).toEqual(expected);
      });

      it('are compared on the way of a traversal', async () => {
        const { sample } = await gateway.ask('query ($edge: LinkWhere) { sample(id: "a") { reach(edge: $edge) { sample { id big } } } }', {
          edge: { big: { eq: GREATEST } },
        });
        expect(sample.reach).toEqual([{ sample: { id: 'b', big: ODD } }]);
      });

      it('are aggregated with all their digits, an average as a Float', async () => {
        const { samplesConnection } = await gateway.ask(
          '{ samplesConnection(where: {big: {gt: "-8", lt: "9007199254740994"}}) { aggregate { node { big { min max sum average } } } } }',
        );
        expect(samplesConnection.aggregate.node.big).toEqual({
          min: '-7',
          max: ODD,
          sum: '18014398509481978',
          average: expect.closeTo(6_004_799_503_160_659, -1) as unknown,
        });
        const { sample } = await gateway.ask(
          '{ sample(id: "a") { nextConnection { aggregate { node { big { max } } edge { big { max min } } } } } }',
        );
        expect(sample.nextConnection.aggregate).toEqual({
          node: { big: { max: ODD } },
          edge: { big: { max: GREATEST, min: '9223372036854775806' } },
        });
        const { errors } = await gateway.run('{ samplesConnection(where: {big: {gt: "5"}}) { aggregate { node { big { sum } } } } }');
        expect(errors?.[0]).toMatchObject({
          extensions: { code: 'VALUE_INVALID' },
          message: 'A value is not valid here: a number is out of range, or divided by zero.',
        });
      });

      it('are changed by operations, and never beyond 64 bits', async () => {
        const update = (id: string, big: unknown) =>
          gateway.run(
            `mutation ($id: ID!, $big: BigIntScalarMutations) { updateSamples(where: {id: {eq: $id}}, update: {big: $big}) {
              samples { big } } }`,
            { id, big },
          );
        await create([{ id: 'g', big: ODD }]);
        expect((await update('g', { add: '9007199254740993' })).data).toEqual({
          updateSamples: { samples: [{ big: '18014398509481986' }] },
        });
        expect((await update('g', { subtract: '18014398509481985' })).data).toEqual({ updateSamples: { samples: [{ big: '1' }] } });
        expect((await update('g', { set: GREATEST })).data).toEqual({ updateSamples: { samples: [{ big: GREATEST }] } });
        expect((await update('g', { add: '1' })).errors?.[0]).toMatchObject({
          extensions: { code: 'VALUE_INVALID' },
          message: 'A value is not valid here: a number is out of range, or divided by zero.',
        });
        expect((await gateway.ask('{ sample(id: "g") { big } }'))['sample']).toEqual({ big: GREATEST });
        await gateway.ask('mutation { deleteSamples(where: {id: {eq: "g"}}) { nodesDeleted } }');
      });

      it('that need more than 64 bits are no argument of a statement', async () => {
        const big = '9223372036854775808';
        expect(
          (await gateway.run('query ($big: BigInt!) { samples { nextFrom(least: $big) { id } } }', { big })).errors?.[0],
        ).toMatchObject({
          extensions: { code: 'VALUE_INVALID' },
          message:
            'A value is not valid here: a BigInt of a node or relationship must be ' + `from ${LEAST} to ${GREATEST}, but got ${big}.`,
        });
      });

      it('are no numbers of JSON beyond what these hold exactly', async () => {
        const { errors } = await gateway.run('query ($big: BigInt) { samples(where: {big: {eq: $big}}) { id } }', {
          big: 9_007_199_254_740_992,
        });
        expect(errors?.[0]?.message).toContain('BigInt must be written like "482113", but got 9007199254740992');
        expect(await gateway.ask('{ samples(where: {big: {eq: 9007199254740993}}) { id } }')).toEqual({ samples: [{ id: 'b' }] });
      });
    });
  });
};
