import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

const TYPES = [
  ['Small', 'smallint', '7', ['1.5', 'x', '', '32768', '1e3', ' ']],
  ['Whole', 'integer', '7', ['1.5', 'x', '2147483648', '7; DROP TABLE wholes', 'a215cee8-6d41-5e20-a9ae-18cd6afa0980']],
  ['Big', 'bigint', '9007199254740993', ['1.5', '9223372036854775808', 'x']],
  ['Exact', 'numeric', '1.5', ['x', '1.5.5', 'NaN2']],
  ['Day', 'date', '2026-03-01', ['x', '2026-02-30', '2026-13-01', '1.5']],
  ['Word', 'text', 'a', ['1.5', '', 'x']],
  ['Unique', 'uuid', 'a215cee8-6d41-5e20-a9ae-18cd6afa0980', ['1.5', 'x', '']],
] as const;

const SDL =
  TYPES.map(
    ([name, type]) =>
      `type ${name} @table(name: "${name.toLowerCase()}s") @node { id: ID! @column(type: "${type}") size: Float holders: [Holder!]! ` +
      '@relationship(type: "HOLDS", direction: IN) }',
  ).join('\n') +
  '\ntype Holder @node { id: ID! ' +
  `${TYPES.map(([name]) => `held${name}: [${name}!]! @relationship(type: "HOLDS", direction: OUT)`).join(' ')} }`;

let gateway: TwoWays;
beforeAll(async () => {
  gateway = await openTwoWays(
    SDL,
    TYPES.map(
      ([name, type, key]) => `CREATE TABLE ${name.toLowerCase()}s (id ${type} PRIMARY KEY, size float8);
        INSERT INTO ${name.toLowerCase()}s VALUES ('${key}', 0.5);`,
    ).join('\n'),
  );
  await gateway.engine.stores.graph.write.run(`CREATE (:Holder {id: 'h'})`);
  for (const [name, , key, others] of TYPES)
    for (const id of [...others, key])
      await gateway.engine.stores.graph.write.run(`MATCH (h:Holder {id: 'h'}) CREATE (h)-[:HOLDS]->(:${name} {id: $id})`, { id });
});
afterAll(() => gateway?.close());

describe.each(TYPES)('a key of type %s (%s)', (name, _, key, others) => {
  const [one, many] = [name.toLowerCase(), name === 'Day' ? 'days' : `${name.toLowerCase()}s`];

  it('that no row can have has none', async () => {
    for (const id of [...others, key]) {
      const row = id === key ? { size: 0.5 } : null;
      expect(await gateway.ask(`{ ${one}(id: ${JSON.stringify(id)}) { size } }`)).toEqual({ [one]: row });
      expect(await gateway.ask(`query ($id: ID!) { ${one}(id: $id) { size } }`, { id })).toEqual({ [one]: row });
    }
  });

  it('is equal to no text that it cannot be, and NOT that is every row', async () => {
    for (const id of [...others, key]) {
      const [rows, rest] = id === key ? [[{ id: key }], []] : [[], [{ id: key }]];
      expect(await gateway.ask(`{ ${many}(where: {id: {eq: ${JSON.stringify(id)}}}) { id } }`)).toEqual({ [many]: rows });
      expect(
        await gateway.ask(
          `query ($id: ID!) { eq: ${many}(where: {id: {eq: $id}}) { id } not: ${many}(where: {NOT: {id: {eq: $id}}}) { id }
            in: ${many}(where: {id: {in: [$id]}}) { id } }`,
          { id },
        ),
      ).toEqual({ eq: rows, not: rest, in: rows });
    }
  });

  it('that no row can have, in the graph, is left out', async () => {
    expect(await gateway.ask(`{ holders { held${name} { id } } }`)).toEqual({ holders: [{ [`held${name}`]: [{ id: key }] }] });
    const { data, errors } = await gateway.run(`{ ${many}(where: {holders: {some: {id: {eq: "h"}}}}) { id holders { id } } }`);
    expect([data, errors]).toEqual([{ [many]: [{ id: key, holders: [{ id: 'h' }] }] }, undefined]);
  });
});

describe('a Float', () => {
  it.each(['{size: 1e999, id: "8"}', '{size: -1e999, id: "8"}', `{size: ${'9'.repeat(400)}, id: "8"}`])(
    'that is none is refused where it is written: %s',
    async (input) => {
      const { data, errors } = await gateway.run(`mutation { createWholes(input: [${input}]) { wholes { id } } }`);
      expect(data).toBeUndefined();
      expect(errors?.[0]?.message).toMatch(/^Float must be from -1.7976931348623157e308 to 1.7976931348623157e308, but got /);
      expect((await gateway.ask('{ wholes(where: {id: {eq: "8"}}) { id } }'))['wholes']).toEqual([]);
    },
  );

  it('that is none is refused in conditions, and in variables', async () => {
    expect((await gateway.run('{ wholes(where: {size: {lt: 1e999}}) { id } }')).errors?.[0]?.message).toContain('Float must be from');
    expect(
      (await gateway.run('query ($size: Float) { wholes(where: {size: {lt: $size}}) { id } }', { size: Infinity })).errors?.[0]?.message,
    ).toContain('Float cannot represent non numeric value');
    expect((await gateway.ask('{ wholes(where: {size: {lt: 1.7976931348623157e308}}) { id } }'))['wholes']).toHaveLength(1);
  });

  it.each(['NaN', 'Infinity', '-Infinity'])('that the table has as %s is an error in its place', async (value) => {
    await gateway.engine.stores.relational.script(
      `INSERT INTO wholes VALUES (9, '${value}') ON CONFLICT (id) DO UPDATE SET size = EXCLUDED.size`,
    );
    const { data, errors } = await gateway.run('{ wholes(where: {id: {eq: "9"}}) { id size } }');
    expect(data).toEqual({ wholes: [{ id: '9', size: null }] });
    expect(errors).toMatchObject([
      {
        message: `A stored value does not match the type of its field: Float cannot represent non numeric value: ${value}.`,
        path: ['wholes', 0, 'size'],
        extensions: { code: 'DATA_INVALID' },
      },
    ]);
    await gateway.engine.stores.relational.script('DELETE FROM wholes WHERE id = 9');
  });
});

it('a cursor that is none is refused whatever is selected of its connection', async () => {
  for (const selection of ['totalCount', 'aggregate { count { nodes } }', 'pageInfo { hasNextPage }']) {
    for (const argument of ['after', 'before']) {
      const { errors } = await gateway.run(`{ wholesConnection(${argument}: "nonsense") { ${selection} } }`);
      expect(errors, selection).toMatchObject([
        {
          message:
            `Argument ${argument} of wholesConnection must be a cursor that wholesConnection returned for the same sort, but got ` +
            '"nonsense".',
          extensions: { code: 'BAD_CURSOR' },
        },
      ]);
    }
  }
});
