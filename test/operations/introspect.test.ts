import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.js';
import { createSilentLog } from '../../src/log.js';
import { compileModel } from '../../src/model/compile.js';
import { learnDatabase } from '../../src/model/database.js';
import { tableTypes, type Model } from '../../src/model/types.js';
import { verifyTables } from '../../src/model/verify.js';
import { introspectStores } from '../../src/operations/introspect/introspect.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import type { Stores } from '../../src/stores/types.js';
import { temporaryFolder } from '../support/folders.js';
import { openEmptyStores } from '../support/stores.js';

const { path: work, remove } = temporaryFolder();
let stores: Stores;
let folder: string;
let count = 0;
let lines: string[] = [];
let warnings: string[] = [];
const log = { info: (line: string) => void lines.push(line), warn: (line: string) => void warnings.push(line), error() {} };

beforeAll(async () => {
  stores = await openEmptyStores();
});
afterAll(async () => {
  await stores.close();
  remove();
});
beforeEach(async () => {
  folder = join(work, `schema${(count += 1)}`);
  await stores.relational.script('DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS sales CASCADE');
  await stores.graph.write.run('MATCH (n) DETACH DELETE n');
});

/** Makes the tables, runs introspect, and gives what it wrote. */
const run = async (sql = ''): Promise<string> => {
  lines = [];
  warnings = [];
  if (sql !== '') await stores.relational.script(sql);
  await introspectStores(stores, folder, false, log);
  return text();
};
const text = (): string =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
const fails = async (work: Promise<unknown>): Promise<GatewayError> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(GatewayError);
  return error as GatewayError;
};
const check = (): Promise<void> => introspectStores(stores, folder, true, log);
const override = (yaml: string): void => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'introspect.yaml'), yaml);
};
const change = (name: string, from: string | RegExp, to: string): void => {
  const before = readFileSync(join(folder, name), 'utf8');
  expect(before).toMatch(from);
  writeFileSync(join(folder, name), before.replace(from, to));
};
/** The model of what was written, compared with the stores. */
const verified = async (): Promise<Model> => {
  const model = compileModel(readSchemaFiles(folder));
  await learnDatabase(model, stores.relational, createSilentLog());
  expect(await verifyTables(model, stores.relational)).toEqual([]);
  return model;
};

describe('a database made by the schema file of ODRAS', () => {
  it('compiles and verifies as it is: 64 tables and a view', async () => {
    await run(readFileSync(new URL('../../src/operations/demo/odras.sql', import.meta.url), 'utf8'));
    const model = await verified();
    expect(tableTypes(model).filter(({ table }) => !table.view)).toHaveLength(64);
    expect(tableTypes(model).filter(({ table }) => table.view)).toHaveLength(1);
    expect(text()).not.toMatch(/password|salt|token_hash/i);
    expect(lines.filter((line) => line.includes('left out'))).toContain('  left out users.password_hash: looks secret');
    expect(warnings).toEqual([]);
    // ConfigurationEdge is what the gateway calls an edge of a Configuration.
    expect(model.types.get('ConfigurationEdgeRecord')).toMatchObject({ table: { name: 'configuration_edges' } });
    lines = [];
    await check();
    expect(lines).toEqual(['  the schema is up to date with the stores']);
  });
});

describe('tables', () => {
  it('have fields for columns of every kind', async () => {
    const written = await run(
      `CREATE TYPE mood AS ENUM ('happy', 'so so'); CREATE DOMAIN code AS varchar(9) NOT NULL CHECK (VALUE IN ('a', 'b-c', 'a b'));
       CREATE TABLE kinds (
         id serial PRIMARY KEY, "Odd Name" text, mood mood, moods mood[], code code, tags text[] NOT NULL, small smallint, big bigint,
         exact numeric(10, 2), single real,
         at timestamptz DEFAULT now(), local timestamp, day date, clock time,
         zoned timetz, span interval,
         bytes bytea, doc jsonb, old json, net inet, made int GENERATED ALWAYS AS (small + 1) STORED, words tsvector,
         state varchar(20) DEFAULT 'new' CHECK (state IS NULL OR state IN ('new', 'it''s')), level int CHECK (level IN (1, 2)));
       COMMENT ON TABLE kinds IS 'All "kinds".'; COMMENT ON COLUMN kinds.day IS E'One line.\\nAnother.';`,
    );
    await verified();
    expect(written).toBe(`"All \\"kinds\\"."
type Kind @table(name: "kinds") {
  id: ID! @column(type: "integer")
  oddName: String @column(name: "Odd Name")
  mood: Mood @column(type: "mood")
  moods: [Mood!] @column(type: "mood[]")
  code: Code!
  tags: [String!]!
  small: Int
  big: BigInt
  exact: Decimal
  single: Float
  at: DateTime @column(default: true)
  local: LocalDateTime
  """
  One line.
  Another.
  """
  day: Date
  clock: LocalTime
  zoned: Time
  span: Duration
  bytes: Bytes
  doc: JSON
  old: JSON @column(type: "json")
  net: String @column(type: "inet")
  made: Int @column(readOnly: true)
  state: KindState @column(default: true)
  level: Int
}

enum Mood {
  HAPPY
  SO_SO @value(is: "so so")
}

enum Code {
  A
  B_C @value(is: "b-c")
  A_B @value(is: "a b")
}

enum KindState {
  NEW
  ITS @value(is: "it's")
}
`);
    expect(lines).toContain('  left out kinds.words: tsvector has no GraphQL type');
  });

  it('lead to each other along foreign keys, both ways', async () => {
    const written = await run(
      `CREATE TABLE people (id uuid PRIMARY KEY, email text UNIQUE, parent_id uuid REFERENCES people, boss uuid REFERENCES people);
       CREATE SCHEMA sales; CREATE TABLE sales.orders (
         number bigint PRIMARY KEY, buyer_id uuid NOT NULL REFERENCES people, created_by uuid REFERENCES people,
         contact text REFERENCES people (email));
       CREATE TABLE sales.lines (order_no bigint REFERENCES sales.orders, line int, PRIMARY KEY (order_no, line));
       CREATE TABLE notes (order_no bigint, line int, text text, FOREIGN KEY (order_no, line) REFERENCES sales.lines)`,
    );
    await verified();
    for (const field of [
      'parent: Person @join(from: "parent_id")',
      'boss: Person @join(from: "boss")',
      'children: [Person!]! @join(to: "parent_id")',
      'peopleByBoss: [Person!]! @join(to: "boss")',
      'buyer: Person! @join(from: "buyer_id")',
      'createdBy: Person @join(from: "created_by")',
      'contact: Person @join(from: "contact", to: "email", type: "text")',
      'ordersByBuyer: [Order!]! @join(to: "buyer_id")',
      'ordersCreatedBy: [Order!]! @join(to: "created_by")',
      'ordersByContact: [Order!]! @join(from: "email", to: "contact", type: "text")',
      'type Line @table(name: "lines", schema: "sales", key: ["order_no", "line"])',
      '# (order_no, line) refers to sales.lines (order_no, line): @join takes one column',
    ])
      expect(written).toContain(field);
    expect(readdirSync(folder).sort()).toEqual(['.introspected', 'sales.graphql', 'tables.graphql']);
  });

  it('have no key where none is known: a view whose column id may be anything is only listed', async () => {
    await run('CREATE TABLE logs (id int, text text); CREATE VIEW seen AS SELECT id, text FROM logs');
    const model = await verified();
    expect([...model.types.values()].map(({ name, fields }) => [name, [...fields.keys()]])).toEqual([
      ['Log', ['logId', 'text']],
      ['Seen', ['seenId', 'text']],
    ]);
  });

  it('leave out what looks secret, and no key or count for its name', async () => {
    await run(
      `CREATE TABLE settings (key text PRIMARY KEY, api_key text, "apiToken" text, token_id uuid, token_count int, password_changed_at date,
         secret bytea, pin text, opinion text)`,
    );
    const model = await verified();
    expect([...model.types.get('Setting')!.fields.keys()]).toEqual([
      'id',
      'tokenId',
      'tokenCount',
      'passwordChangedAt',
      'opinion',
      'rowToken',
    ]);
    expect(lines.filter((line) => line.includes('left out')).map((line) => line.split(' ')[4])).toEqual([
      'settings.api_key:',
      'settings.apiToken:',
      'settings.secret:',
      'settings.pin:',
    ]);
  });

  it('have other names where theirs would meet what the gateway makes', async () => {
    await run(
      `CREATE TABLE users (id int PRIMARY KEY, row_token int, "true" bool, foo_bar int, "fooBar" int);
       CREATE TABLE user_groups (id int PRIMARY KEY); CREATE TABLE counts (id int PRIMARY KEY); CREATE TABLE page_info (id int PRIMARY KEY);
       CREATE TABLE equipment (id int PRIMARY KEY); CREATE TABLE "user" (id int PRIMARY KEY); CREATE TABLE "1st" (id int PRIMARY KEY)`,
    );
    const model = await verified();
    expect([...model.types.values()].map((type) => [type.home === 'table' && type.table.name, type.name])).toEqual([
      ['1st', 'Type1st'],
      ['counts', 'CountRecord'],
      ['equipment', 'EquipmentRecord'],
      ['page_info', 'PageInfoRecord'],
      ['user', 'User'],
      ['user_groups', 'UserGroupRecord'],
      ['users', 'UserRecord'],
    ]);
    expect([...model.types.get('UserRecord')!.fields.keys()].filter((name) => name !== 'id')).toEqual([
      'rowTokenValue',
      'trueValue',
      'fooBar',
      'fooBarValue',
      'rowToken',
    ]);
  });
});

describe('introspect.yaml', () => {
  const TABLES = `CREATE TABLE users (id int PRIMARY KEY, login_token text, phone text, mail text); CREATE TABLE audit (id int PRIMARY KEY);
    CREATE TABLE user_groups (id int PRIMARY KEY, owner_id int REFERENCES users)`;

  it('names types and fields, and says what is shown, left out, and in which file', async () => {
    override(
      'types: {user_groups: Team}\nfields: {users.mail: email, user_groups.owner_id: head}\ndomains: {user_groups: teams}\n' +
        'leaveOut: [audit, users.phone]\nshow: [users.login_token]\n',
    );
    const written = await run(TABLES);
    await verified();
    expect(readFileSync(join(folder, 'teams.graphql'), 'utf8')).toContain('type Team @table(name: "user_groups")');
    expect(written).toContain('head: User @join(from: "owner_id")');
    expect(written).toContain('email: String @column(name: "mail")');
    expect(written).toContain('loginToken: String');
    expect(written).not.toMatch(/phone|audit/i);
  });

  it.each([
    ['types: {user_groups: UserGroup}', /introspect\.yaml:1 {2}UserGroup has the name of a type that the gateway makes for User/],
    ['types:\n  users: User\n  user_grups: Team', /introspect\.yaml:3 {2}there is no table public\.user_grups/],
    ['types: {users: "1st"}', /introspect\.yaml:1 {2}types takes a name for each, but got "1st"/],
    ['\nhide: [users]', /introspect\.yaml:2 {2}hide is not a part of this file: expected types, fields, domains, leaveOut, show/],
    ['show: [users.pasword]', /introspect\.yaml:1 {2}there is no column users\.pasword/],
    ['types: [', /introspect\.yaml:1 {2}/],
  ])('is refused with its line: %j', async (yaml, message) => {
    override(yaml);
    const { code, message: told } = await fails(run(TABLES));
    expect([code, told]).toEqual(['SCHEMA_INVALID', expect.stringMatching(message)]);
    expect(readdirSync(folder)).toEqual(['introspect.yaml']);
  });
});

describe('run again', () => {
  const TABLES = `CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL, state text CHECK (state IN ('a', 'b')));
    CREATE TABLE books (id int PRIMARY KEY, title text, pages int, old text, author_id int REFERENCES authors)`;

  it('leaves what a person has changed, and brings in what has changed in the stores, with a diff', async () => {
    await run(TABLES);
    change('tables.graphql', 'type Author @table', '"Who writes."\ntype Writer @table');
    change('tables.graphql', /\bAuthor\b(?= @join)/, 'Writer');
    change(
      'tables.graphql',
      'title: String',
      '# as on the cover\n  "The title."\n  name: String @column(name: "title") @trigram # for similarTo',
    );
    change('tables.graphql', /\n {2}pages: Int/, '');
    change('tables.graphql', 'enum AuthorState', 'enum State');
    change('tables.graphql', 'AuthorState', 'State');
    const before = text();
    await run('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    expect(text()).toBe(before);
    expect(lines).toContain('  nothing has changed in the stores since the last time');
    await run(
      `ALTER TABLE books DROP old, ADD isbn text NOT NULL, ALTER id TYPE bigint, ADD UNIQUE (isbn), ADD editor_id int REFERENCES authors;
       CREATE TABLE shops (id int PRIMARY KEY, owner_id int REFERENCES authors);
       ALTER TABLE authors DROP CONSTRAINT authors_state_check, ADD CHECK (state IN ('a', 'b', 'c'))`,
    );
    await verified();
    const file = readFileSync(join(folder, 'tables.graphql'), 'utf8');
    expect(file).toContain('"Who writes."\ntype Writer @table(name: "authors")');
    expect(file).toContain('# as on the cover\n  "The title."\n  name: String @column(name: "title") @trigram # for similarTo\n');
    expect(file).not.toMatch(/pages|old/);
    expect(file).toContain('type Book @table(name: "books", unique: [["isbn"]])');
    expect(file).toContain('id: ID! @column(type: "bigint")');
    expect(file).toContain('isbn: String!');
    expect(file).toContain('editor: Writer @join(from: "editor_id")');
    expect(file).toContain('owner: Writer @join(from: "owner_id")');
    expect(file).toMatch(/enum State \{\n {2}A\n {2}B\n {2}C\n\}/);
    expect(lines).toContain('  -  old: String');
    expect(lines).toContain('  +  isbn: String!');
    expect(lines.join('\n')).toContain('-type Book @table(name: "books")');
    expect(warnings).toEqual([]);
    const merged = text();
    await run();
    expect(text()).toBe(merged);
  });

  it('keeps what both have changed as the person has it, and says so', async () => {
    await run(TABLES);
    change('tables.graphql', 'pages: Int', 'length: Float @column(name: "pages", type: "integer")');
    change('tables.graphql', 'old: String', 'former: String @column(name: "old")');
    await run('ALTER TABLE books ALTER pages TYPE bigint, DROP old');
    expect(text()).toContain('length: Float @column(name: "pages", type: "integer")');
    expect(warnings).toEqual([
      expect.stringMatching(
        /tables\.graphql:11 {2}Book\.length: you have changed its type, and so have the stores: it would be pages: BigInt$/,
      ),
      expect.stringMatching(/tables\.graphql:12 {2}Book\.former: it is gone from the stores, and you have changed it here: take it out$/),
      expect.stringMatching(
        /Book\.length is taken to be integer[^]*Book\.former is in column old, which table public\.books does not have/,
      ),
    ]);
  });

  it('takes out a table that is gone, with all that leads to it', async () => {
    await run(TABLES);
    await run('DROP TABLE authors CASCADE; ALTER TABLE books DROP author_id');
    await verified();
    expect(text()).not.toMatch(/author/i);
  });

  it.each([
    ['a table that came', 'CREATE TABLE shops (id int PRIMARY KEY)', '+ Shop @table(name: "shops")'],
    ['a table that went', 'DROP TABLE books', '- Book @table(name: "books")'],
    ['a column that came', 'ALTER TABLE books ADD isbn text', '+ Book.isbn: String'],
    ['a column that went', 'ALTER TABLE books DROP pages', '- Book.pages: Int'],
    ['a column of another type', 'ALTER TABLE books ALTER pages TYPE bigint', '+ Book.pages: BigInt'],
    ['a foreign key', 'ALTER TABLE books DROP CONSTRAINT books_author_id_fkey', '- Book.author: Author @join(from: "author_id")'],
    [
      'another key',
      'ALTER TABLE books DROP CONSTRAINT books_pkey, ADD PRIMARY KEY (id, title)',
      '+ Book @table(name: "books", key: ["id", "title"])',
    ],
    ['a text that is allowed', 'ALTER TABLE authors DROP CONSTRAINT authors_state_check', '+ Author.state: String'],
  ])('with --check it fails on %s, and writes nothing', async (_, sql, line) => {
    await run(TABLES);
    await check();
    const before = text();
    await stores.relational.script(sql);
    const { code, message } = await fails(check());
    expect([code, message]).toEqual(['SCHEMA_DRIFT', expect.stringContaining(line)]);
    expect(text()).toBe(before);
  });

  it('with --check it sees nothing in rows, comments, or in what a person has changed', async () => {
    await run(TABLES);
    change('tables.graphql', /\n {2}pages: Int/, '');
    await stores.relational.script(`INSERT INTO authors VALUES (1, 'Jane', 'a'); COMMENT ON TABLE books IS 'Books.'`);
    lines = [];
    await check();
    expect(lines).toEqual(['  the schema is up to date with the stores']);
  });

  it('with --check it needs a first time', async () => {
    expect((await fails(check())).message).toMatch(/There is nothing to compare with in .*\.introspected\. Run introspect first\./);
  });
});
