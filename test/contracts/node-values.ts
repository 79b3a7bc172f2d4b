import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const SDL = `
  type Moment @node(labels: ["ValueSample", "ValueTimes"]) { id: ID! made: DateTime wall: LocalDateTime day: Date hour: LocalTime
    zoned: Time span: Duration state: State
    mades: [DateTime!] walls: [LocalDateTime!] days: [Date!] hours: [LocalTime!] zones: [Time!] spans: [Duration!] states: [State!]
    next: [Moment!]! @relationship(type: "VALUE_AT", direction: OUT, properties: "At")
    reach: [MomentReach!]! @traverse(types: ["VALUE_AT"], direction: OUT, properties: "At") }
  type MomentReach { distance: Int! times: Moment! }
  type At @relationshipProperties { made: DateTime wall: LocalDateTime day: Date hour: LocalTime zoned: Time span: Duration state: State }
  "What becomes of it."
  enum State { OPEN "Done." DONE @value(is: "finished") DROPPED }
`;

const [PLURAL, ONE, CREATE, UPDATE] = ['moments', 'moment', 'createMoments', 'updateMoments'] as const;

/** A field, three values in order as they are written, and as they are read. */
const TIMES: readonly (readonly [
  field: string,
  list: string,
  written: readonly [string, string, string],
  read: readonly [string, string, string],
])[] = [
  [
    'made',
    'mades',
    ['2026-03-01T12:00:00+03:00', '2026-03-01T09:30:00.5Z', '2026-03-01T04:30:00.123456-06:00'],
    ['2026-03-01T09:00:00.000Z', '2026-03-01T09:30:00.500Z', '2026-03-01T10:30:00.123456Z'],
  ],
  [
    'wall',
    'walls',
    ['2026-02-28T23:59:59.5', '2026-03-01', '2026-03-01T09:30:00.123456'],
    ['2026-02-28T23:59:59.5', '2026-03-01T00:00:00', '2026-03-01T09:30:00.123456'],
  ],
  ['day', 'days', ['0999-12-31', '2026-03-01', '2026-03-02'], ['0999-12-31', '2026-03-01', '2026-03-02']],
  ['hour', 'hours', ['09:30', '09:30:00.500', '23:59:59.123456789'], ['09:30:00', '09:30:00.5', '23:59:59.123456789']],
  ['zoned', 'zones', ['09:30:00+03:00', '06:30:00.5Z', '02:00:00-06:00'], ['06:30:00Z', '06:30:00.5Z', '08:00:00Z']],
  ['span', 'spans', ['PT90M', 'P1DT2H30M', 'P1Y2M3DT4.5S'], ['PT1H30M', 'P1DT2H30M', 'P1Y2M3DT4.5S']],
];

/** Times and values of enums on nodes and relationships, whichever graph is behind them. */
export const nodeValuesContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`values of nodes on ${profile}`, () => {
    let gateway: OwnGateway;
    const clean = () => gateway.engine.stores.graph.write.run('MATCH (n:ValueSample) DETACH DELETE n');
    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, settings());
      await clean();
    });
    afterAll(async () => {
      await clean();
      await gateway.close();
    });

    describe.each(TIMES)('of times: %s', (field, list, written, read) => {
      const idsOfTimes = async (where: unknown, sort = '{id: ASC}') => {
        const answers: string[] = [];
        for (let times = 0; times < 3; times += 1)
          answers.push(
            JSON.stringify(
              (await gateway.ask(`query ($where: MomentWhere) { ${PLURAL}(where: $where, sort: [${sort}]) { id } }`, { where }))[
                PLURAL
              ].map(({ id }: { id: string }) => id),
            ),
          );
        expect(new Set(answers).size).toBe(1);
        return JSON.parse(answers[0]!) as string[];
      };
      const [first, second, third] = written;
      beforeAll(async () => {
        await clean();
        const create = [second, third].map((value, index) => ({ node: { id: `t${index + 1}`, [field]: value }, edge: { [field]: value } }));
        await gateway.ask(`mutation ($input: [MomentCreateInput!]!) { ${CREATE}(input: $input) { info { nodesCreated } } }`, {
          input: [{ id: 't0', [field]: first, [list]: [third, first], next: { create } }, { id: 't3' }],
        });
      });

      it('are read in one form, however often', async () => {
        for (let times = 0; times < 3; times += 1) {
          const answer = await gateway.ask(`{ ${PLURAL}(sort: [{id: ASC}]) { ${field} ${list}
            nextConnection(sort: [{edge: {${field}: DESC}}]) { edges { properties { ${field} } } } } }`);
          const edges = [read[2], read[1]].map((value) => ({ properties: { [field]: value } }));
          expect(answer[PLURAL]).toEqual(
            [0, 1, 2, 3].map((index) => ({
              [field]: read[index] ?? null,
              [list]: index === 0 ? [read[2], read[0]] : null,
              nextConnection: { edges: index === 0 ? edges : [] },
            })),
          );
        }
      });

      it('are compared, as written and as read', async () => {
        for (const [a, b, c] of [written, read]) {
          expect(await idsOfTimes({ [field]: { eq: a } })).toEqual(['t0']);
          expect(await idsOfTimes({ [field]: { in: [c, a] } })).toEqual(['t0', 't2']);
          expect(await idsOfTimes({ [field]: { lt: b } })).toEqual(['t0']);
          expect(await idsOfTimes({ [field]: { lte: b } })).toEqual(['t0', 't1']);
          expect(await idsOfTimes({ [field]: { gt: b } })).toEqual(['t2']);
          expect(await idsOfTimes({ [field]: { gte: b } })).toEqual(['t1', 't2']);
          expect(await idsOfTimes({ [list]: { includes: a } })).toEqual(['t0']);
          expect(await idsOfTimes({ [list]: { includes: b } })).toEqual([]);
          expect(await idsOfTimes({ nextConnection: { some: { edge: { [field]: { eq: b } }, node: { [field]: { lte: b } } } } })).toEqual([
            't0',
          ]);
        }
        expect(await idsOfTimes({ [field]: { eq: null } })).toEqual(['t3']);
        expect(await idsOfTimes({ NOT: { [field]: { eq: first } } })).toEqual(['t1', 't2']);
      });

      it('are compared on the way of a traversal', async () => {
        const reach = async (edge: unknown) =>
          (await gateway.ask(`query ($edge: AtWhere) { ${ONE}(id: "t0") { reach(edge: $edge) { times { id } } } }`, { edge }))[
            ONE
          ].reach.map(({ times }: { times: { id: string } }) => times.id) as string[];
        for (const [a, b, c] of [written, read]) {
          expect(await reach({ [field]: { eq: b } })).toEqual(['t1']);
          expect(await reach({ [field]: { in: [a, c] } })).toEqual(['t2']);
          if (field !== 'span') expect(await reach({ [field]: { gt: b } })).toEqual(['t2']);
        }
        if (field !== 'span') return;
        const { errors } = await gateway.run(`{ ${PLURAL} { reach(edge: {span: {lt: "P1D"}}) { distance } } }`);
        expect(errors?.[0]?.message).toBe(
          'Argument where of reach: span is a Duration, and a traversal compares durations by eq and in only',
        );
      });

      it('have an order, a least and a greatest', async () => {
        expect(await idsOfTimes({}, `{${field}: ASC}`)).toEqual(['t0', 't1', 't2', 't3']);
        expect(await idsOfTimes({}, `{${field}: DESC}`)).toEqual(['t3', 't2', 't1', 't0']);
        // @neo4j/graphql has no least and greatest Date.
        if (field === 'day') return;
        const answer = await gateway.ask(`{ ${PLURAL}Connection { aggregate { node { ${field} { min max } } } } }`);
        expect(answer[`${PLURAL}Connection`].aggregate.node[field]).toEqual({ min: read[0], max: read[2] });
      });

      it('are changed', async () => {
        const update = async (change: unknown) =>
          (
            await gateway.ask(
              `mutation ($update: MomentUpdateInput!) { ${UPDATE}(where: {id: {eq: "t3"}}, update: $update) {
                ${PLURAL} { ${field} ${list} } } }`,
              { update: change },
            )
          )[UPDATE][PLURAL] as unknown;
        expect(await update({ [field]: { set: second }, [list]: { push: [first] } })).toEqual([{ [field]: read[1], [list]: [read[0]] }]);
        expect(await update({ [field]: { set: null }, [list]: { set: null } })).toEqual([{ [field]: null, [list]: null }]);
      });
    });

    it.each([
      ['made', '2026-02-30T09:30:00Z', 'a time is out of range'],
      ['made', '2026-03-01T24:00:00Z', '24:00 is 00:00 of the day after'],
      ['wall', '2026-02-30', 'a time is out of range'],
      ['day', '2026-02-30', 'a time is out of range'],
      ['hour', '25:00:00', 'a time is out of range'],
      ['zoned', '09:61:00Z', 'a time is out of range'],
      ['span', 'P1.5D', 'a duration may have a fraction of seconds only'],
      ['span', 'P1DT2', 'a duration is not written as one'],
    ])('times that are none are refused: %s %s', async (field, value, detail) => {
      const runs = [
        gateway.run(`{ ${PLURAL}(where: {${field}: {lt: "${value}"}}) { id } }`),
        gateway.run(`mutation ($value: [MomentCreateInput!]!) { ${CREATE}(input: $value) { info { nodesCreated } } }`, {
          value: [{ id: 'x', [field]: value }],
        }),
      ];
      for (const { errors } of await Promise.all(runs))
        expect(errors?.[0]?.message).toMatch(new RegExp(`${detail}|must be written like|has invalid value`));
      expect((await gateway.ask(`{ ${ONE}(id: "x") { id } }`))[ONE]).toBeNull();
    });

    describe('of an enum', () => {
      beforeAll(async () => {
        await clean();
        await gateway.ask(`mutation { ${CREATE}(input: [{id: "e0", state: DONE, states: [OPEN, DONE],
          next: {create: [{node: {id: "e1", state: OPEN}, edge: {state: DROPPED}}]}}, {id: "e2"}]) { info { nodesCreated } } }`);
      });

      it('stand in the graph as their texts, and are read by their names', async () => {
        const { records } = await gateway.engine.stores.graph.read.run(
          'MATCH (n:ValueTimes) RETURN n.id AS id, n.state AS state, n.states AS states ORDER BY id',
        );
        expect(records.map((record) => record.toObject())).toEqual([
          { id: 'e0', state: 'finished', states: ['open', 'finished'] },
          { id: 'e1', state: 'open', states: null },
          { id: 'e2', state: null, states: null },
        ]);
        for (let times = 0; times < 3; times += 1) {
          expect(
            (
              await gateway.ask(`{ ${PLURAL}(sort: [{state: ASC}]) { id state states nextConnection { edges { properties { state } } } } }`)
            )[PLURAL],
          ).toEqual([
            { id: 'e0', state: 'DONE', states: ['OPEN', 'DONE'], nextConnection: { edges: [{ properties: { state: 'DROPPED' } }] } },
            { id: 'e1', state: 'OPEN', states: null, nextConnection: { edges: [] } },
            { id: 'e2', state: null, states: null, nextConnection: { edges: [] } },
          ]);
        }
      });

      it.each([
        ['{state: {eq: DONE}}', ['e0']],
        ['{state: {in: [DONE, OPEN]}}', ['e0', 'e1']],
        ['{state: {eq: null}}', ['e2']],
        ['{states: {includes: DONE}}', ['e0']],
        ['{states: {eq: [OPEN, DONE]}}', ['e0']],
        ['{NOT: {state: {eq: OPEN}}}', ['e0']],
        ['{nextConnection: {some: {edge: {state: {eq: DROPPED}}}}}', ['e0']],
        ['{next: {some: {state: {in: [OPEN]}}}}', ['e0']],
      ])('are compared: %s', async (where, expected) => {
        for (let times = 0; times < 3; times += 1)
          expect(
            (await gateway.ask(`{ ${PLURAL}(where: ${where}, sort: [{id: ASC}]) { id } }`))[PLURAL].map(({ id }: { id: string }) => id),
          ).toEqual(expected);
      });

      it('are compared on the way of a traversal, and come in variables', async () => {
        const { [ONE]: one } = await gateway.ask(
          `query ($edge: AtWhere, $state: State) { ${ONE}(id: "e0") {
            reach(edge: $edge, where: {state: {eq: $state}}) { times { id state } } } }`,
          { edge: { state: { in: ['DROPPED', 'DONE'] } }, state: 'OPEN' },
        );
        expect(one.reach).toEqual([{ times: { id: 'e1', state: 'OPEN' } }]);
      });

      it('are changed, and a text that is none of them is an error in its place', async () => {
        const answer = await gateway.ask(`mutation { ${UPDATE}(where: {id: {eq: "e2"}},
          update: {state: {set: DROPPED}, states: {push: [DONE]}}) { ${PLURAL} { state states } } }`);
        expect(answer[UPDATE][PLURAL]).toEqual([{ state: 'DROPPED', states: ['DONE'] }]);
        await gateway.engine.stores.graph.write.run(`MATCH (n:ValueTimes {id: 'e2'}) SET n.state = 'other'`);
        const { data, errors } = await gateway.run(`{ ${PLURAL}(where: {id: {eq: "e2"}}) { id state } }`);
        expect(data?.[PLURAL]).toEqual([{ id: 'e2', state: null }]);
        expect(errors?.[0]).toMatchObject({ message: 'Enum "State" cannot represent value: "other"', path: [PLURAL, 0, 'state'] });
      });
    });
  });
};
