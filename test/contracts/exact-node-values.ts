import { parse, validate, type ExecutionResult } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const SDL = `
  type Exact @node(labels: ["ExactNode"]) {
    id: ID! made: DateTime wall: LocalDateTime hour: LocalTime zoned: Time span: Duration big: BigInt bigs: [BigInt!]
    next: [Exact!]! @relationship(type: "EXACT_NEXT", direction: OUT, properties: "ExactTie")
    reach: [ExactReach!]! @traverse(types: ["EXACT_NEXT"], direction: OUT, properties: "ExactTie") }
  type ExactReach { distance: Int! exact: Exact! }
  type ExactTie @relationshipProperties { made: DateTime wall: LocalDateTime hour: LocalTime zoned: Time span: Duration big: BigInt }
`;
const [LEAST, GREATEST] = ['-9223372036854775808', '9223372036854775807'];

/** Values of nodes and relationships to the last digit, whichever graph is behind them. */
export const exactNodeValuesContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`exact values of nodes on ${profile}`, () => {
    let gateway: OwnGateway;
    const clean = () => gateway.engine.stores.graph.write.run('MATCH (n:ExactNode) DETACH DELETE n');
    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, settings());
    });
    beforeEach(clean);
    afterAll(async () => {
      await clean();
      await gateway.close();
    });

    /** As a server does, which validates documents first. */
    const checked = async (document: string): Promise<ExecutionResult> => {
      const errors = validate(gateway.schema, parse(document));
      return errors.length > 0 ? { errors } : gateway.run(document);
    };
    const run = (literal: boolean, operation: string, type: string, value: unknown) =>
      literal
        ? checked(operation.replaceAll('$value', JSON.stringify(value)))
        : gateway.run(operation.replace(/^(query|mutation)/, `$1 ($value: ${type})`), { value });
    const message = async (...asked: Parameters<typeof run>) => (await run(...asked)).errors?.[0]?.message;
    const create = (field: string) =>
      `mutation { createExacts(input: [{id: "a", ${field}: $value, next: {create: [{node: {id: "b"}, edge: {${field}: ` +
      `$value}}]}}]) { exacts { ${field} } } }`;
    const READ = (field: string) => `{ exact(id: "a") { ${field} nextConnection { edges { properties { ${field} } } } } }`;
    const conditions = (field: string, operator: string) => [
      `query { exacts(where: {${field}: {${operator}: $value}}) { id } }`,
      `query { exacts(where: {nextConnection: {some: {edge: {${field}: {${operator}: $value}}}}}) { id } }`,
      `query { exacts(where: {id: {eq: "a"}}) { reach(edge: {${field}: {${operator}: $value}}) { exact { id } } } }`,
    ];

    it.each([
      ['wall', 'LocalDateTime', '2026-03-01T09:30:00.123456', '2026-03-01T09:30:00.123457'],
      ['hour', 'LocalTime', '09:30:00.000000001', '09:30:00'],
      ['zoned', 'Time', '09:30:00.123456789Z', '09:30:00.123456788Z'],
      ['made', 'DateTime', '2026-03-01T09:30:00.123456Z', '2026-03-01T09:30:00.123457Z'],
      ['span', 'Duration', 'P1Y2M10DT2H30M4.123456789S', 'P1Y2M10DT2H30M4.123456788S'],
      ['span', 'Duration', 'PT-0.000000001S', 'PT0.000000001S'],
      ['span', 'Duration', 'P-1Y-3M-2DT-3H-4M-5.06S', 'P-1Y-3M-2DT-3H-4M-5.07S'],
      ['span', 'Duration', 'P1M-40DT-5H', 'P1M-40DT5H'],
      ['span', 'Duration', 'PT2562047H47M15.999999999S', 'PT2562047H47M16S'],
    ])('%s of type %s is %s, wherever it is written and compared', async (field, type, value, other) => {
      for (const literal of [true, false]) {
        await clean();
        expect((await run(literal, create(field), type, value)).data).toEqual({ createExacts: { exacts: [{ [field]: value }] } });
        for (let times = 0; times < 3; times += 1) {
          expect((await gateway.ask(READ(field)))['exact']).toEqual({
            [field]: value,
            nextConnection: { edges: [{ properties: { [field]: value } }] },
          });
          const [onNode, onEdge, onWay] = conditions(field, 'eq') as [string, string, string];
          for (const query of [onNode, onEdge]) {
            expect((await run(literal, query, type, value)).data).toEqual({ exacts: [{ id: 'a' }] });
            expect((await run(literal, query, type, other)).data).toEqual({ exacts: [] });
          }
          expect((await run(literal, onWay, type, value)).data).toEqual({ exacts: [{ reach: [{ exact: { id: 'b' } }] }] });
          expect((await run(literal, onWay, type, other)).data).toEqual({ exacts: [{ reach: [] }] });
        }
      }
    });

    it.each(['DateTime', 'LocalDateTime'])('%s has as many digits as the graph keeps, and is refused with more', async (type) => {
      const [field, zone] = type === 'DateTime' ? ['made', 'Z'] : ['wall', ''];
      const { momentDigits } = gateway.engine.stores.graph;
      const [held, more] = [momentDigits, momentDigits + 1].map((digits) => `2026-03-01T09:30:00.${'1234567891'.slice(0, digits)}${zone}`);
      const refused = new RegExp(`${type} (of a node or relationship )?has at most ${momentDigits} digits behind the second, but got "`);
      for (const literal of [true, false]) {
        for (const operation of [create(field), ...conditions(field, 'eq'), ...conditions(field, 'lt')])
          expect(await message(literal, operation, type, more), operation).toMatch(refused);
        expect((await run(literal, create(field), type, held)).data).toEqual({ createExacts: { exacts: [{ [field]: held }] } });
        for (const query of conditions(field, 'eq').slice(0, 2))
          expect((await run(literal, query, type, held)).data).toEqual({ exacts: [{ id: 'a' }] });
        await clean();
      }
    });

    it.each([
      ['made', 'DateTime', '2026-01-01T23:59:60Z', 'no leap seconds'],
      ['wall', 'LocalDateTime', '2026-01-01T23:59:60', 'no leap seconds'],
      ['hour', 'LocalTime', '23:59:60', 'no leap seconds'],
      ['zoned', 'Time', '23:59:60Z', 'no leap seconds'],
      ['hour', 'LocalTime', '24:00:00', 'a time is out of range'],
      ['zoned', 'Time', '24:00:00Z', 'a time is out of range'],
      ['wall', 'LocalDateTime', '2026-01-01T00:00:00.1234567891', 'at most 9 digits behind the second'],
      ['span', 'Duration', 'PT0.1234567891S', 'a duration is not written as one'],
      ['span', 'Duration', 'P1.5D', 'a duration may have a fraction of seconds only'],
      ['span', 'Duration', 'P9007199254740993D', 'a duration is out of range'],
      ['span', 'Duration', 'P768614336404564650Y7M', 'a duration is out of range'],
      ['span', 'Duration', 'PT9223372036854775807H', 'a duration is out of range'],
    ])('%s of type %s is no %s', async (field, type, value, why) => {
      for (const literal of [true, false])
        for (const operation of [create(field), ...conditions(field, 'eq')])
          expect(await message(literal, operation, type, value), operation).toContain(why);
      expect((await gateway.ask('{ exacts { id } }'))['exacts']).toEqual([]);
    });

    describe('a number beyond 64 bits', () => {
      beforeEach(async () => {
        await gateway.ask(
          `mutation { createExacts(input: [{id: "a", big: "${GREATEST}", bigs: ["1"], next: {create: [{node: {id: "b", ` +
            `big: "${LEAST}"}, edge: {big: "${LEAST}"}}]}}, {id: "c"}]) { info { nodesCreated } } }`,
        );
      });

      it.each([
        ['9223372036854775808', true],
        ['99999999999999999999999', true],
        [`1${'0'.repeat(400)}`, true],
        ['-9223372036854775809', false],
        ['-99999999999999999999999', false],
      ])('is larger or smaller than all that there are, as for rows: %s', async (big, isLarger) => {
        for (const literal of [true, false])
          for (const operator of ['lt', 'lte', 'gt', 'gte', 'eq'])
            for (let times = 0; times < 3; times += 1) {
              const passes = operator !== 'eq' && operator.startsWith('l') === isLarger;
              const [onNode, onEdge, onWay] = conditions('big', operator) as [string, string, string];
              expect((await run(literal, onNode, 'BigInt', big)).data, `${operator}`).toEqual({
                exacts: passes ? [{ id: 'a' }, { id: 'b' }] : [],
              });
              expect(
                (await run(literal, onNode.replace(`big: {${operator}: $value}`, `NOT: {big: {${operator}: $value}}`), 'BigInt', big)).data,
              ).toEqual({
                exacts: passes ? [] : [{ id: 'a' }, { id: 'b' }],
              });
              expect((await run(literal, onEdge, 'BigInt', big)).data).toEqual({ exacts: passes ? [{ id: 'a' }] : [] });
              expect((await run(literal, onWay, 'BigInt', big)).data).toEqual({
                exacts: [{ reach: passes ? [{ exact: { id: 'b' } }] : [] }],
              });
            }
      });

      it('is not among those that are', async () => {
        for (const literal of [true, false]) {
          const [onNode, onEdge, onWay] = conditions('big', 'in') as [string, string, string];
          const value = ['99999999999999999999999', LEAST, '-99999999999999999999999'];
          expect((await run(literal, onNode, '[BigInt!]', value)).data).toEqual({ exacts: [{ id: 'b' }] });
          expect((await run(literal, onEdge, '[BigInt!]', value)).data).toEqual({ exacts: [{ id: 'a' }] });
          expect((await run(literal, onWay, '[BigInt!]', value)).data).toEqual({ exacts: [{ reach: [{ exact: { id: 'b' } }] }] });
          expect((await run(literal, 'query { exacts(where: {bigs: {includes: $value}}) { id } }', 'BigInt', value[0])).data).toEqual({
            exacts: [],
          });
          expect((await run(literal, 'query { exacts(where: {bigs: {eq: $value}}) { id } }', '[BigInt!]', value)).data).toEqual({
            exacts: [],
          });
        }
      });

      it('is refused where it is written', async () => {
        for (const literal of [true, false])
          for (const operation of [
            'mutation { createExacts(input: [{id: "x", big: $value}]) { exacts { id } } }',
            'mutation { createExacts(input: [{id: "x", next: {create: [{node: {id: "y"}, edge: {big: $value}}]}}]) { exacts { id } } }',
            'mutation { updateExacts(where: {id: {eq: "a"}}, update: {big: {set: $value}}) { exacts { id } } }',
            'mutation { updateExacts(where: {id: {eq: "a"}}, update: {big: {add: $value}}) { exacts { id } } }',
            'mutation { updateExacts(where: {id: {eq: "a"}}, update: {bigs: {push: [$value]}}) { exacts { id } } }',
          ])
            expect(
              await message(literal, operation, operation.includes('[$value]') ? 'BigInt!' : 'BigInt', '9223372036854775808'),
              operation,
            ).toBe(
              `A value is not valid here: a BigInt of a node or relationship must be from ${LEAST} to ` +
                `${GREATEST}, but got 9223372036854775808.`,
            );
      });

      it('deletes what it is compared with', async () => {
        expect(
          await gateway.ask('mutation ($value: BigInt) { deleteExacts(where: {big: {lt: $value}}) { nodesDeleted } }', {
            value: '99999999999999999999',
          }),
        ).toEqual({ deleteExacts: { nodesDeleted: 2 } });
      });
    });
  });
};
