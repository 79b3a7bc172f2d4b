import { execute, parse, type ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGraph } from '../../src/graph/run.js';
import { graphContext } from '../../src/graph/translation.js';
import { graphDocument, GraphPart } from '../../src/graph/part.js';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';

const SDL = `
  type Part @node(labels: ["Part"]) {
    id: ID!
    name: String
    kind: String
    weight: Float
    count: Int
    spare: Boolean
    made: DateTime
    tags: [String!]
    wires: [Part!]! @relationship(type: "WIRED_TO", direction: OUT, properties: "Wire")
    heavier(than: Float!): [Part!]! @cypher(statement: "MATCH (p:Part) WHERE p.weight > $than RETURN p ORDER BY p.id", columnName: "p")
  }
  type Wire @relationshipProperties { length: Int }
`;

let gateway: OwnGateway;
/** Calls of @neo4j/graphql's own root resolvers. */
let translations = 0;

beforeAll(async () => {
  gateway = await openOwnGateway(SDL);
  const fields = gateway.engine.graphSchema!.getQueryType()!.getFields();
  for (const field of Object.values(fields)) {
    const { resolve } = field;
    field.resolve = (...args) => {
      translations += 1;
      return resolve!(...args);
    };
  }
  await gateway.engine.stores.graph.write.run(`UNWIND range(1, 12) AS i CREATE (:Part {id: 'p' + toString(i), name: 'Part ' + toString(i),
    kind: CASE i % 2 WHEN 0 THEN 'SENSOR' ELSE 'RADIO' END, weight: i * 1.5, count: i, spare: i % 3 = 0,
    tags: ['a', 't' + toString(i % 4)]})`);
  await gateway.engine.stores.graph.write.run(`MATCH (a:Part) MATCH (b:Part) WHERE b.count = a.count + 1 OR b.count = a.count * 2
    CREATE (a)-[:WIRED_TO {length: a.count + b.count}]->(b)`);
});
afterAll(() => gateway.close());

type Bind = (value: unknown, type: string) => string;

/** Root fields of one text, made with the values of one request. */
const rootsOf = (write: (bind: Bind) => readonly string[]): GraphPart[] =>
  write(() => '').map((_, index) => new GraphPart((part) => write((value, type) => part.bind(value, type))[index]!));

const run = async (roots: readonly GraphPart[]): Promise<{ result: ExecutionResult; translated: number }> => {
  const { engine } = gateway;
  const before = translations;
  const result = await runGraph(engine.graphSchema!, engine.stores.graph.read, 'query', roots);
  return { result, translated: translations - before };
};

/** What @neo4j/graphql itself answers. */
const direct = async (roots: readonly GraphPart[]): Promise<ExecutionResult> => {
  const { engine } = gateway;
  const { text, variables } = graphDocument('query', roots);
  return execute({
    schema: engine.graphSchema!,
    document: parse(text),
    variableValues: variables,
    contextValue: graphContext(engine.stores.graph.read),
  });
};

const same = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const ALL = 'id name kind weight count spare made tags __typename';

describe('a document that has been translated twice', () => {
  it.each<[string, (bind: Bind, index: number) => readonly string[]]>([
    ['all fields', () => [`parts(sort: [{id: ASC}]) { ${ALL} }`]],
    ['keys', (bind, index) => [`parts(where: {id: {in: ${bind(['p1', `p${index}`, 'nothing'], '[ID!]')}}}) { id name }`]],
    [
      'texts and numbers',
      (bind, index) => {
        const where = { OR: [{ name: { contains: `${index}` } }, { weight: { gt: index * 1.5 + 9.2 } }, { count: { lt: index + 2 } }] };
        return [`parts(where: ${bind(where, 'PartWhere')}, sort: [{id: ASC}]) { ${ALL} }`];
      },
    ],
    [
      'a page',
      (bind, index) => [
        `parts(sort: ${bind([{ count: 'DESC' }], '[PartSort!]')}, limit: ${bind(index + 1, 'Int')}, ` +
          `offset: ${bind(index + 2, 'Int')}) { id }`,
      ],
    ],
    [
      'hops with names, pages and conditions',
      (bind, index) => [
        `parts(where: ${bind({ wires: { some: { count: { gte: index } } } }, 'PartWhere')}, sort: [{id: ASC}]) { ` +
          `key: id a: wires(where: ${bind({ count: { lt: index + 7 } }, 'PartWhere')}, sort: [{id: ASC}]) { ` +
          `id kind b: wires(limit: ${bind(1, 'Int')}, sort: [{count: DESC}]) { n: name } } }`,
      ],
    ],
    [
      'a statement of the schema file',
      (bind, index) => [
        `parts(where: {count: {eq: ${bind(index + 1, 'Int')}}}) { id heavier(than: ${bind(index + 12.5, 'Float!')}) { id weight } }`,
      ],
    ],
    [
      'conditions of equality',
      (bind, index) => [
        `parts(where: ${bind({ kind: { eq: 'SENSOR' }, count: { gt: index + 1 } }, 'PartWhere')}, sort: [{id: ASC}]) { id kind }`,
      ],
    ],
    [
      'several roots',
      (bind, index) => [
        `parts(where: {count: {gt: ${bind(index + 8, 'Int')}}}, sort: [{id: ASC}]) { id }`,
        `parts(where: {count: {lt: ${bind(index + 2, 'Int')}}}, sort: [{id: ASC}]) { name }`,
      ],
    ],
  ])('is sent as it was, and answered as before: %s', async (_, roots) => {
    const texts = new Set<string>();
    for (let index = 1; index <= 5; index += 1) {
      const document = rootsOf((bind) => roots(bind, index));
      texts.add(graphDocument('query', document).text);
      const { result, translated } = await run(document);
      const expected = await direct(document);
      expect(expected.errors).toBeUndefined();
      // What a statement sorts by comes along.
      expect(same(result.data)).toMatchObject(same(expected.data) as object);
      if (index > 2) expect(translated, `run ${index}`).toBe(0);
    }
    expect(texts.size).toBe(1);
  });

  it('is translated anew for variables of another shape', async () => {
    const ask = (offset: number, where: unknown) =>
      rootsOf((bind) => [
        `parts(where: ${bind(where, 'PartWhere')}, sort: [{id: ASC}], limit: ${bind(3, 'Int')}, offset: ${bind(offset, 'Int')}) { id }`,
      ]);
    const wheres = [
      { count: { gt: 1 } },
      { count: { gt: 4 } },
      { count: { gt: 6 } },
      { count: { lt: 6 } },
      { name: { in: [] } },
      { name: { in: ['Part 1', 'Part 2'] } },
      { name: { eq: null } },
      { name: { eq: 'Part 3' } },
      { AND: [{ count: { gt: 3 } }, { spare: { eq: true } }] },
      { AND: [{ count: { gt: 3 } }, { spare: { eq: false } }] },
    ];
    for (let round = 0; round < 4; round += 1) {
      for (const where of wheres) {
        for (const offset of [0, 1, 2]) {
          const document = ask(offset, where);
          expect(same((await run(document)).result.data), JSON.stringify(where)).toEqual(same((await direct(document)).data));
        }
      }
    }
    expect((await run(ask(1, { count: { gt: 2 } }))).translated).toBe(0);
  });

  it('never takes a value of one request for that of another', async () => {
    const when = (hour: number) => `2026-01-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
    await gateway.engine.stores.graph.write.run(`UNWIND range(0, 5) AS i CREATE (:Part {id: 'd' + toString(i), count: i * 5,
      weight: i * 0.5, spare: i % 2 = 0, made: datetime('2026-01-01T0' + toString(i) + ':00:00Z')})`);
    const asks: ((bind: Bind, index: number) => string)[] = [
      (bind, index) => `parts(where: {made: {gte: ${bind(when(index), 'DateTime')}}}, sort: [{id: ASC}]) { id }`,
      (bind, index) => `parts(where: ${bind({ made: { lt: when(index) } }, 'PartWhere')}, sort: [{id: ASC}]) { id made }`,
      (bind, index) => `parts(where: {count: {in: ${bind(index === 0 ? [0] : [0, index * 5], '[Int!]')}}}, sort: [{id: ASC}]) { id }`,
      (bind, index) => `parts(where: {weight: {in: ${bind(index === 0 ? [0] : [0, index * 0.5], '[Float!]')}}}, sort: [{id: ASC}]) { id }`,
      (bind, index) => `parts(where: {id: {in: ${bind(index === 0 ? [''] : ['', `d${index}`], '[ID!]')}}}) { id }`,
      (bind, index) =>
        `parts(where: {spare: {eq: ${bind(index % 2 === 0, 'Boolean')}}, count: {gt: ${bind(index, 'Int')}}}, sort: [{id: ASC}]) { id }`,
    ];
    for (const ask of asks) {
      const answers = new Set<string>();
      for (const index of [0, 0, 0, 1, 1, 2, 3, 4, 5, 0, 5]) {
        const roots = rootsOf((bind) => [ask(bind, index)]);
        const [{ result }, expected] = [await run(roots), await direct(roots)];
        expect(expected.errors).toBeUndefined();
        expect(same(result.data), graphDocument('query', roots).text).toMatchObject(same(expected.data) as object);
        answers.add(JSON.stringify(expected.data));
      }
      expect(answers.size).toBeGreaterThan(1);
    }
  });

  it('is executed each time where @neo4j/graphql puts the answer together', async () => {
    for (let times = 0; times < 4; times += 1) {
      const document = rootsOf((bind) => [
        `parts(where: {count: {lt: ${bind(3 + times, 'Int')}}}, sort: [{id: ASC}]) {
          id wiresConnection { totalCount edges { properties { length } node { id } } } }`,
      ]);
      const { result, translated } = await run(document);
      expect(same(result.data)).toEqual(same((await direct(document)).data));
      expect(translated).toBeGreaterThan(0);
    }
  });

  it('gives the error of a value that breaks the schema in its place, whenever it comes', async () => {
    const ask = (key: string) => rootsOf((bind) => [`parts(where: {id: {eq: ${bind(key, 'ID')}}}) { id count }`]);
    for (const key of ['p1', 'p2', 'p3']) await run(ask(key));
    await gateway.engine.stores.graph.write.run(`CREATE (:Part {id: 'odd', count: 1.5})`);
    const [{ result }, expected] = [await run(ask('odd')), await direct(ask('odd'))];
    const values = [result, expected].map(({ data }) => (data as { f0: { id: string; count: unknown }[] }).f0[0]!);
    for (const { id, count } of values) {
      expect(id).toBe('odd');
      expect(count).toMatchObject({ code: 'DATA_INVALID', message: expect.stringContaining('1.5') as unknown });
    }
    expect(same((await run(ask('p1'))).result.data)).toEqual({ f0: [{ id: 'p1', count: 1 }] });
  });

  it('fails with the error of the store', async () => {
    const ask = (limit: number) => rootsOf((bind) => [`parts(limit: ${bind(limit, 'Int')}) { id }`]);
    for (const limit of [1, 2, 3]) await run(ask(limit));
    const failing = { run: () => Promise.reject(new Error('the store says no')) };
    const { errors } = await runGraph(gateway.engine.graphSchema!, failing, 'query', ask(4));
    expect(errors![0]!.originalError).toMatchObject({ message: 'the store says no' });
  });
});
