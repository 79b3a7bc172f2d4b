import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.js';
import type { Log } from '../../src/log.js';
import { migrateStores } from '../../src/operations/prepare.js';
import { serve, type Gateway } from '../../src/operations/serve.js';
import { openEmbeddedRelational } from '../../src/stores/relational/embedded.js';

// Each opens stores of its own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const work = mkdtempSync(join(tmpdir(), 'odras-own-tables-'));
const open: Gateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

let folders = 0;
const own = (sdl: string): string => {
  const folder = join(work, `schema-${(folders += 1)}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'own.graphql'), sdl);
  return folder;
};

interface Ran {
  readonly lines: readonly string[];
  readonly error: (Error & { readonly code?: string }) | undefined;
}

const run = async (
  command: (config: ReturnType<typeof readConfig>, log: Log) => Promise<unknown>,
  flags: Parameters<typeof readConfig>[0],
): Promise<Ran> => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  try {
    await command(readConfig({ port: '0', ...flags }, {}), { info: write, warn: write, error: write });
    return { lines, error: undefined };
  } catch (error) {
    return { lines, error: error as Error };
  }
};
const serving = async (config: ReturnType<typeof readConfig>, log: Log): Promise<void> => void open.push(await serve(config, log));

const ask = async (query: string): Promise<unknown> => {
  const response = await fetch(open.at(-1)!.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
};

const TYPES = `type Part @table(name: "parts") {
  id: ID! @column(type: "serial")
  code: String! @column(type: "varchar(10)")
  letters: String @column(type: "char(3)")
  bits: String @column(type: "bit(3)")
  count: Int @column(type: "int4")
  small: Int @column(type: "INT2")
  large: BigInt @column(type: "int8")
  price: Decimal @column(type: "numeric(10,2)")
  rate: Decimal @column(type: "decimal")
  weight: Float @column(type: "float8")
  single: Float @column(type: "float4")
  isOld: Boolean @column(type: "bool")
  made: DateTime @column(type: "timestamptz(3)")
  seen: LocalDateTime @column(type: "timestamp")
  opens: LocalTime @column(type: "time")
  tags: [String!] @column(type: "varchar( 20 )[]")
  sizes: [Int!] @column(type: "int4 ARRAY")
  of: Part @join(from: "of_id")
  parts: [Part!]! @join(to: "of_id", type: "int")
  label: Label @join(from: "label_code")
}
type Label @table(name: "labels") { id: ID! @column(name: "code", type: "char(4)") parts: [Part!]! @join(to: "label_code") }`;

describe('columns of any type that PostgreSQL has', () => {
  it('are made with their lengths by migrate, fit then, and are written and read', async () => {
    const flags = { data: join(work, 'types'), schema: own(TYPES) };
    for (const command of [migrateStores, migrateStores, serving]) expect((await run(command, flags)).error).toBeUndefined();
    const { relational } = open.at(-1)!.engine.stores;
    const columns = await relational.read({
      text: `SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'parts'::regclass AND attnum > 0`,
    });
    expect(Object.fromEntries(columns)).toEqual({
      id: 'integer',
      code: 'character varying(10)',
      letters: 'character(3)',
      bits: 'bit(3)',
      count: 'integer',
      small: 'smallint',
      large: 'bigint',
      price: 'numeric(10,2)',
      rate: 'numeric',
      weight: 'double precision',
      single: 'real',
      is_old: 'boolean',
      made: 'timestamp(3) with time zone',
      seen: 'timestamp without time zone',
      opens: 'time without time zone',
      tags: 'character varying(20)[]',
      sizes: 'integer[]',
      of_id: 'integer',
      label_code: 'character(4)',
    });
    const values =
      'letters: "abc", bits: "101", count: 4, small: 2, large: "8", price: "1.50", weight: 0.5, isOld: true, made: ' +
      '"2026-01-02T03:04:05Z", tags: ["x"], sizes: [1, 2]';
    const create = (input: string) => ask(`mutation { createParts(input: [{${input}}]) { parts { id code } } }`);
    await ask('mutation { createLabels(input: [{id: "ABCD"}]) { info { nodesCreated } } }');
    expect(await create(`code: "one", ${values}`)).toEqual({ data: { createParts: { parts: [{ id: '1', code: 'one' }] } } });
    expect(
      await create(
        'code: "two", of: {connect: {where: {node: {bits: {eq: "101"}}}}}, label: {connect: {where: {node: {id: {eq: "ABCD"}}}}}',
      ),
    ).toEqual({ data: { createParts: { parts: [{ id: '2', code: 'two' }] } } });
    expect(
      await ask('{ parts(where: {of: {letters: {eq: "abc"}}}) { price: code label { id } of { price bits sizes parts { id } } } }'),
    ).toEqual({
      data: { parts: [{ price: 'two', label: { id: 'ABCD' }, of: { price: '1.50', bits: '101', sizes: [1, 2], parts: [{ id: '2' }] } }] },
    });
  });

  it('are taken by the name that the schema has for them, where the database has types of its own', async () => {
    const data = join(work, 'mine');
    mkdirSync(data);
    const store = await openEmbeddedRelational({ path: join(data, 'relational'), timeoutMs: 60_000 });
    await store.script(
      `CREATE TYPE mood AS ENUM ('fine'); CREATE TYPE "Odd" AS ENUM ('odd');
       CREATE DOMAIN positive AS integer CHECK (value > 0); CREATE SCHEMA app; CREATE DOMAIN app.word AS varchar(5) NOT NULL;
       CREATE TABLE a (id uuid PRIMARY KEY, m mood, o "Odd", p positive, w app.word)`,
    );
    await store.close();
    const schema = own(
      'type A @table(name: "a") { id: ID! m: String @column(type: "public.MOOD") o: String @column(type: "\\"Odd\\"") ' +
        'p: Int @column(type: "positive") w: String @column(type: "app.word") }\ntype B @table(name: "b") { id: ID! p: ' +
        'Int @column(type: "positive") w: String @column(type: "app.word") }',
    );
    for (const command of [migrateStores, serving]) expect((await run(command, { data, schema })).error).toBeUndefined();
  });

  it('that the database does not know are told with the line of each, and no table is made', async () => {
    const data = join(work, 'unknown');
    const schema = own(
      'type A @table(name: "a") { id: ID! }\ntype B @table(name: "b") {\n  id: ID!\n  c: String @column(type: ' +
        '"strng")\n  d: String @column(type: "varchar(0)")\n  e: String @column(type: "user")\n}',
    );
    const { error } = await run(migrateStores, { data, schema });
    expect(error).toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringMatching(
        /3 mismatches:\n.*own\.graphql:4 {2}B\.c is said to be of the SQL type strng: type "strng" does not exist\n.*graphql:5 {2}B\.d .*varchar\(0\).*at least 1\n.*graphql:6 {2}B\.e .*syntax error/,
      ) as string,
    });
    const sound = own('type A @table(name: "a") { id: ID! }');
    expect((await run(migrateStores, { data, schema: sound })).lines).toContain('  created  table public.a');
  });

  it('that two fields show as two types are told before a table is made', async () => {
    const schema = own(
      'type A @table(name: "a") {\n id: ID!\n n: Int\n s: String @column(name: "n")\n}\ntype B @table(name: "a") {\n ' +
        'id: ID!\n n: BigInt\n}',
    );
    expect((await run(serving, { memory: true, schema })).error).toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringMatching(
        /2 mismatches:\n.*own\.graphql:4 {2}A\.s is in column n as text, but A\.n is in it as integer: say one type for both\n.*graphql:8 {2}B\.n .*bigint/,
      ) as string,
    });
  });

  it('are made all or none, where one table cannot be made', async () => {
    const data = join(work, 'whole');
    const schema = own('type A @table(name: "a") { id: ID! }\ntype B @table(name: "b") { id: ID! @column(type: "json") }');
    expect((await run(migrateStores, { data, schema })).error).toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringMatching(/own\.graphql:2 {2}Table public\.b of B cannot be made: .*json/) as string,
    });
    const sound = own('type A @table(name: "a") { id: ID! }');
    expect((await run(migrateStores, { data, schema: sound })).lines).toContain('  created  table public.a');
  });
});

describe("a schema of one's own with --memory", () => {
  it('is told which fields have statements, since nothing limits what those read', async () => {
    const statement = '@cypher(statement: "MATCH (this)--(n) RETURN count(n) AS degree", columnName: "degree")';
    const schema = own(`type Knot @node { id: ID! degree: Int ${statement} }
      type Note @table(name: "notes") @node { id: ID! degree: Int ${statement} }`);
    const { error, lines } = await run(serving, { memory: true, schema });
    expect(error).toBeUndefined();
    expect(lines).toContain('  note     @cypher statements read whatever they match, for every caller: Knot.degree, Note.degree');
  });

  it('is served: the start makes its tables, and says so', async () => {
    const { error, lines } = await run(serving, {
      memory: true,
      schema: own('type Note @table(name: "notes", schema: "mine") {\n  id: ID!\n  text: String! @fulltext @trigram\n}'),
    });
    expect(error).toBeUndefined();
    expect(lines).toEqual(
      expect.arrayContaining([
        '  created  table mine.notes',
        '  created  index notes_text_fulltext',
        '  created  index notes_text_trigram',
      ]),
    );
    expect(await ask('mutation { createNotes(input: [{text: "well"}]) { notes { text } } }')).toEqual({
      data: { createNotes: { notes: [{ text: 'well' }] } },
    });
  });
});

describe('text indexes', () => {
  it('whose names would be one are all made, once', async () => {
    const flags = {
      data: join(work, 'indexes'),
      schema: own(
        `type A @table(name: "a") { id: ID! t: String @column(name: "b_c") @trigram }
         type B @table(name: "a_b") { id: ID! t: String @column(name: "c") @trigram }
         type C @table(name: "a", schema: "other") { id: ID! t: String @column(name: "b_c") @trigram }
         type D @table(name: "d") { id: ID! t: String @fulltext }
         type E @table(name: "d") { id: ID! t: String @fulltext(language: "german") }
         type F @table(name: "d") { id: ID! t: String @fulltext }
         type G @table(name: "g_t_fulltext") { id: ID! } type H @table(name: "g") { id: ID! t: String @fulltext }`,
      ),
    };
    const first = await run(migrateStores, flags);
    expect(first.error).toBeUndefined();
    const made = first.lines.filter((line) => line.includes('created  index'));
    expect(made).toHaveLength(6);
    expect(made).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/index a_b_c_trigram$/),
        expect.stringMatching(/index a_b_c_trigram_[0-9a-f]{12}$/),
        expect.stringMatching(/index d_t_fulltext_[0-9a-f]{12}$/),
        expect.stringMatching(/index g_t_fulltext_[0-9a-f]{12}$/),
      ]),
    );
    expect((await run(migrateStores, flags)).lines.filter((line) => line.includes('created'))).toEqual([]);
    expect((await run(serving, flags)).error).toBeUndefined();
  });

  it('that are there under another name are taken, and those that hold something else are not', async () => {
    const data = join(work, 'named');
    mkdirSync(data);
    const store = await openEmbeddedRelational({ path: join(data, 'relational'), timeoutMs: 60_000 });
    await store.script(
      `CREATE EXTENSION pg_trgm; CREATE TABLE n (id uuid PRIMARY KEY, a text, b varchar(20), c text, "select" text, old boolean);
       CREATE INDEX mine ON n USING gin (a gin_trgm_ops, b gin_trgm_ops, "select" gin_trgm_ops);
       CREATE INDEX words ON n USING gin (to_tsvector('english', b));
       CREATE INDEX n_c_trigram ON n USING gin (a gin_trgm_ops) WHERE c = 'x'; CREATE INDEX part ON n USING gin (c gin_trgm_ops) WHERE old`,
    );
    await store.close();
    const schema = own(
      'type N @table(name: "n") { id: ID! a: String @trigram b: String @trigram @fulltext @column(type: "varchar") c: ' +
        'String @trigram s: String @column(name: "select") @trigram }',
    );
    const { error, lines } = await run(migrateStores, { data, schema });
    expect(error).toBeUndefined();
    expect(lines.filter((line) => line.includes('created  index'))).toEqual([expect.stringMatching(/index n_c_trigram_[0-9a-f]{12}$/)]);
    expect((await run(serving, { data, schema })).error).toBeUndefined();
  });
});
