import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateIndexes } from '../../src/operations/migrate.js';
import { verifyIndexes } from '../../src/sql/indexes.js';
import { verifyTables } from '../../src/model/verify.js';
import { quoteName } from '../../src/sql/statement.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

/** Names as PostgreSQL allows them: anything up to 63 bytes. */
const NAMES = {
  schema: `s"; DROP SCHEMA public CASCADE; --`,
  things: `th'ings"; DROP TABLE "notes"; /* $1 */`,
  notes: `nötes 🜁 \\ $2 "" (x) -- ; '`,
  key: `id"; SELECT pg_sleep(9); --`,
  title: `ti"tle' || $1 \\`,
  body: `bo(dy) "x" [y] $3`,
  rank: `r."rank", c0 /* n0`,
  flag: `ord`,
  data: `k.key`,
  tags: `t0" AS c1 FROM "x`,
  day: `número ☃; --`,
  thing: `thing\n"id"`,
} as const;
const HOSTILE = [
  `'; DROP TABLE notes; --`,
  `"; DROP SCHEMA public CASCADE; --`,
  '$1',
  '$1; $2',
  '\\',
  `\\'; --`,
  `''`,
  '/* */',
  '%',
  '_',
  '%_\\%',
  '{}',
  '{"a", NULL}',
  '[]',
  'null',
  '-- x\n1',
  `E'\\x27'`,
  '🜁\u202e',
  'a\tb\r\n',
  '@@',
  `') OR 1=1 --`,
  `:* & | ! <->`,
  '\\u0000',
  '${x}',
  '`',
] as const;

const sdlName = (name: string): string => JSON.stringify(name);
const SDL = `
  type Thing @table(name: ${sdlName(NAMES.things)}, schema: ${sdlName(NAMES.schema)}, key: [${sdlName(NAMES.key)}]) {
    id: ID! @column(name: ${sdlName(NAMES.key)}, type: "integer")
    title: String @column(name: ${sdlName(NAMES.title)}) @trigram
    body: String @column(name: ${sdlName(NAMES.body)}) @fulltext
    rank: Int @column(name: ${sdlName(NAMES.rank)})
    kind: Kind @column(name: ${sdlName(NAMES.flag)})
    data: JSON @column(name: ${sdlName(NAMES.data)})
    tags: [String!] @column(name: ${sdlName(NAMES.tags)})
    day: Date @column(name: ${sdlName(NAMES.day)})
    notes: [Note!]! @join(to: ${sdlName(NAMES.thing)}, type: "integer")
  }
  type Note @table(name: ${sdlName(NAMES.notes)}, schema: ${sdlName(NAMES.schema)}, key: [${sdlName(NAMES.key)}, ${sdlName(NAMES.title)}]) {
    number: Int! @column(name: ${sdlName(NAMES.key)}) title: String! @column(name: ${sdlName(NAMES.title)})
    thing: Thing @join(from: ${sdlName(NAMES.thing)}, type: "integer")
  }
  enum Kind { ONE @value(is: ${sdlName(HOSTILE[0])}) TWO @value(is: "\\\\\\"$1 ☃") }
`;
const q = quoteName;
const TABLES = `
  CREATE SCHEMA ${q(NAMES.schema)};
  CREATE TABLE ${q(NAMES.schema)}.${q(NAMES.things)} (${q(NAMES.key)} int PRIMARY KEY, ${q(NAMES.title)} text, ${q(NAMES.body)} text,
    ${q(NAMES.rank)} int, ${q(NAMES.flag)} text, ${q(NAMES.data)} jsonb, ${q(NAMES.tags)} text[], ${q(NAMES.day)} date);
  CREATE TABLE ${q(NAMES.schema)}.${q(NAMES.notes)} (${q(NAMES.key)} int, ${q(NAMES.title)} text,
    ${q(NAMES.thing)} int REFERENCES ${q(NAMES.schema)}.${q(NAMES.things)}, PRIMARY KEY (${q(NAMES.key)}, ${q(NAMES.title)}));
  CREATE TABLE notes (id int);
`;

const rows = HOSTILE.map((text, id) => ({
  id: String(id),
  title: text,
  body: `word${id} ${text}`,
  rank: id,
  kind: id % 2 ? 'ONE' : 'TWO',
  data: { [text]: { [text]: text } },
  tags: [text, 'x'],
  day: '2026-03-01',
}));

let gateway: TwoWays;
beforeAll(async () => {
  gateway = await openTwoWays(SDL, TABLES);
  const input = rows.map((row, id) => ({ ...row, notes: { create: [{ node: { number: id, title: row.title } }] } }));
  expect(
    await gateway.ask('mutation ($input: [ThingCreateInput!]!) { createThings(input: $input) { info { nodesCreated } } }', { input }),
  ).toEqual({ createThings: { info: { nodesCreated: 2 * rows.length } } });
});
afterAll(() => gateway?.close());

const ALL = `{ things(sort: [{id: ASC}]) { id title body rank kind data tags day notes { number title } }
  notes(sort: [{number: ASC}]) { number title thing { title } } }`;
const unchanged = async (): Promise<void> => {
  expect(await gateway.ask(ALL)).toEqual({
    things: rows.map((row, id) => ({ ...row, notes: [{ number: id, title: row.title }] })),
    notes: rows.map(({ title }, number) => ({ number, title, thing: { title } })),
  });
  const [[count]] = (await gateway.engine.stores.relational.read({ text: 'SELECT count(*) FROM public.notes' })) as [[string]];
  expect(count).toBe('0');
};
const found = async (where: unknown): Promise<string[]> =>
  (
    (await gateway.ask('query ($where: ThingWhere) { things(where: $where, sort: [{id: ASC}]) { title } }', { where })) as {
      things: { title: string }[];
    }
  ).things.map(({ title }) => title);

describe('hostile names and values', () => {
  it('are checked, indexed and found again', async () => {
    const { model, stores } = gateway.engine;
    expect(await verifyTables(model, stores.relational)).toEqual([]);
    expect(await verifyIndexes(model, stores.relational)).toHaveLength(2);
    expect(await migrateIndexes(gateway.engine)).toHaveLength(2);
    expect(await migrateIndexes(gateway.engine)).toEqual([]);
    expect(await verifyIndexes(model, stores.relational)).toEqual([]);
    await unchanged();
  });

  it('are values in every operator on texts', async () => {
    for (const text of HOSTILE) {
      expect(await found({ title: { eq: text } }), text).toEqual([text]);
      expect(await found({ title: { in: [text, text] } }), text).toEqual([text]);
      const expected = (test: (title: string) => boolean) => HOSTILE.filter(test);
      expect(await found({ title: { contains: text } }), text).toEqual(expected((title) => title.includes(text)));
      expect(await found({ title: { startsWith: text } }), text).toEqual(expected((title) => title.startsWith(text)));
      expect(await found({ title: { endsWith: text } }), text).toEqual(expected((title) => title.endsWith(text)));
      expect(await found({ title: { gte: text, lte: text } }), text).toEqual([text]);
      expect(await found({ title: { caseInsensitive: { eq: text, contains: text, in: [text] } } }), text).toEqual([text]);
      expect(await found({ NOT: { title: { gt: text } }, OR: [{ title: { lt: text } }, { title: { eq: text } }] })).toContain(text);
    }
    await unchanged();
  });

  it('are values in lists, JSON, its keys and its paths', async () => {
    for (const text of HOSTILE) {
      expect(await found({ tags: { includes: text } }), text).toEqual([text]);
      expect(await found({ tags: { eq: [text, 'x'], includesAll: [text], includesSome: [text] } }), text).toEqual([text]);
      expect(await found({ data: { hasKey: text } }), text).toEqual([text]);
      expect(await found({ data: { eq: { [text]: { [text]: text } }, contains: { [text]: {} } } }), text).toEqual([text]);
      for (const condition of [
        { eq: text },
        { in: [text] },
        { contains: text },
        { startsWith: text },
        { gte: text, lte: text },
        { exists: true },
      ])
        expect(await found({ data: { at: [{ path: [text, text], ...condition }] } }), text).toEqual([text]);
    }
    await unchanged();
  });

  it('are words of full-text and trigram questions', async () => {
    for (const [id, text] of HOSTILE.entries()) {
      expect(await found({ body: { matches: `word${id}` } }), text).toEqual([text]);
      await found({ body: { matches: text } });
      await found({ title: { similarTo: { text, minSimilarity: 0.5 } } });
    }
    expect(await found({ title: { similarTo: { text: HOSTILE[1], minSimilarity: 1 } } })).toEqual([HOSTILE[1]]);
    await unchanged();
  });

  it('are values across joins, of keys, in orders, cursors and groups', async () => {
    for (const [id, text] of HOSTILE.entries()) {
      for (const quantifier of ['some', 'all', 'single'])
        expect(await found({ notes: { [quantifier]: { title: { eq: text }, thing: { title: { eq: text } } } } }), text).toEqual([text]);
      expect(await gateway.ask('query ($a: ID!, $b: ID!) { note(number: $a, title: $b) { title } }', { a: String(id), b: text })).toEqual({
        note: { title: text },
      });
    }
    for (const sort of ['{title: DESC}', '{rank: ASC_NULLS_FIRST}', '{kind: ASC}', '{notes: {count: DESC}}', '{day: ASC_NULLS_LAST}']) {
      const seen: string[] = [];
      for (let after: string | null = null; ;) {
        const { thingsConnection: page } = (await gateway.ask(
          `query ($after: String) { thingsConnection(first: 4, after: $after, sort: [${sort}]) {
            totalCount edges { node { title } } pageInfo { hasNextPage endCursor } } }`,
          { after },
        )) as {
          thingsConnection: {
            totalCount: number;
            edges: { node: { title: string } }[];
            pageInfo: { hasNextPage: boolean; endCursor: string };
          };
        };
        seen.push(...page.edges.map(({ node }) => node.title));
        if (!page.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
      }
      expect([...seen].sort(), sort).toEqual([...HOSTILE].sort());
    }
    const forged = Buffer.from(JSON.stringify([`title+,id+`, `'; DROP TABLE notes; --`, `1); DROP TABLE notes; --`])).toString('base64url');
    expect(
      (
        await gateway.run('query ($after: String) { thingsConnection(after: $after, sort: [{title: ASC}]) { edges { cursor } } }', {
          after: forged,
        })
      ).errors?.[0]?.extensions?.['code'],
    ).toBe('VALUE_INVALID');
    const { thingsConnection } = (await gateway.ask(`{ thingsConnection { aggregate { node {
      title { min max shortest longest } rank { sum } } } groupBy(fields: [TITLE, KIND, RANK, DAY]) {
      key { title kind rank day } count { nodes } } } notesConnection {
      groupBy(fields: [THING]) { key { thing { title } } count { nodes } } } }`)) as { thingsConnection: { groupBy: unknown[] } };
    expect(thingsConnection.groupBy).toHaveLength(rows.length);
    expect(await found({ kind: { eq: 'ONE' } })).toEqual(rows.filter(({ kind }) => kind === 'ONE').map(({ title }) => title));
    await unchanged();
  });

  it('are values in every mutation', async () => {
    for (const text of HOSTILE) {
      const changed = await gateway.ask(
        `mutation ($where: ThingWhere, $update: ThingUpdateInput) { updateThings(where: $where, update: $update) {
          things { title tags } } }`,
        {
          where: { title: { eq: text }, notes: { some: { title: { eq: text } } } },
          update: {
            tags: { push: [text] },
            body: { set: text },
            data: { set: { [text]: text } },
            notes: [
              {
                update: [
                  { where: { node: { title: { eq: text } } }, node: { thing: { connect: { where: { node: { title: { eq: text } } } } } } },
                ],
              },
            ],
          },
        },
      );
      expect(changed).toEqual({ updateThings: { things: [{ title: text, tags: [text, 'x', text] }] } });
    }
    const input = rows.map(({ id, ...row }) => ({ id, ...row }));
    expect(
      await gateway.ask('mutation ($input: [ThingCreateInput!]!) { upsertThings(input: $input) { info { nodesCreated nodesUpdated } } }', {
        input,
      }),
    ).toEqual({ upsertThings: { info: { nodesCreated: 0, nodesUpdated: rows.length } } });
    await unchanged();
    expect(
      await gateway.ask(
        'mutation ($where: ThingWhere, $delete: ThingDeleteInput) { deleteThings(where: $where, delete: $delete) { nodesDeleted } }',
        { where: { title: { in: HOSTILE.slice(0, 1) } }, delete: { notes: [{ where: { node: { title: { eq: HOSTILE[0] } } } }] } },
      ),
    ).toEqual({ deleteThings: { nodesDeleted: 2 } });
    expect(await found({})).toEqual(HOSTILE.slice(1));
  });
});
