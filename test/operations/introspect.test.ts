import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tableTypes } from '../../src/model/types.js';
import type { Stores } from '../../src/stores/types.js';
import { temporaryFolder } from '../support/folders.js';
import { fails, Introspected } from '../support/introspected.js';
import { openEmptyStores } from '../support/stores.js';

const { path: work, remove } = temporaryFolder();
let stores: Stores;
let schema: Introspected;
let count = 0;

beforeAll(async () => {
  stores = await openEmptyStores();
});
afterAll(async () => {
  await stores.close();
  remove();
});
beforeEach(async () => {
  schema = new Introspected(stores, join(work, `schema${(count += 1)}`));
  await stores.relational.script('DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP SCHEMA IF EXISTS sales CASCADE');
});

describe('a database made by the schema file of ODRAS', () => {
  it('compiles and verifies as it is: 64 tables and a view', async () => {
    await schema.run(readFileSync(new URL('../../src/operations/demo/odras.sql', import.meta.url), 'utf8'));
    const model = await schema.verified();
    expect(tableTypes(model).filter(({ table }) => !table.view)).toHaveLength(64);
    expect(tableTypes(model).filter(({ table }) => table.view)).toHaveLength(1);
    expect(schema.text()).not.toMatch(/password|salt|token_hash/i);
    expect(schema.lines.filter((line) => line.includes('left out'))).toContain('  left out users.password_hash: looks secret');
    expect(schema.warnings).toEqual([]);
    // ConfigurationEdge is what the gateway calls an edge of a Configuration.
    expect(model.types.get('ConfigurationEdgeRecord')).toMatchObject({ table: { name: 'configuration_edges' } });
    await schema.check();
    expect(schema.lines).toEqual(['  the schema is up to date with the stores']);
  });
});

describe('tables', () => {
  it('have fields for columns of every kind', async () => {
    const written = await schema.run(
      `CREATE EXTENSION IF NOT EXISTS citext; CREATE TYPE mood AS ENUM ('happy', 'so so');
       CREATE DOMAIN code AS varchar(9) NOT NULL CHECK (VALUE IN ('a', 'b-c', 'a b'));
       CREATE TABLE kinds (
         id serial PRIMARY KEY, "Odd Name" text, mood mood, moods mood[], code code, tags text[] NOT NULL, small smallint, big bigint,
         exact numeric(10, 2), single real,
         at timestamptz DEFAULT now(), local timestamp, day date, clock time,
         zoned timetz, span interval,
         bytes bytea, doc jsonb, old json, net inet,
         free citext CHECK (free IN ('x', 'y')), made int GENERATED ALWAYS AS (small + 1) STORED, words tsvector,
         state varchar(20) DEFAULT 'new' CHECK (state IS NULL OR state IN ('new', 'it''s')), level int CHECK (level IN (1, 2)));
       COMMENT ON TABLE kinds IS 'All "kinds".'; COMMENT ON COLUMN kinds.day IS E'One line.\\nAnother.';`,
    );
    await schema.verified();
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
  free: String @column(type: "citext")
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
    expect(schema.lines).toContain('  left out kinds.words: tsvector has no GraphQL type');
  });

  it('lead to each other along foreign keys, both ways', async () => {
    const written = await schema.run(
      `CREATE TABLE people (id uuid PRIMARY KEY, email text UNIQUE, parent_id uuid REFERENCES people, boss uuid REFERENCES people);
       CREATE SCHEMA sales; CREATE TABLE sales.orders (
         number bigint PRIMARY KEY, buyer_id uuid NOT NULL REFERENCES people, created_by uuid REFERENCES people,
         contact text REFERENCES people (email));
       CREATE TABLE sales.lines (order_no bigint REFERENCES sales.orders, line int, PRIMARY KEY (order_no, line));
       CREATE TABLE notes (order_no bigint, line int, text text, FOREIGN KEY (order_no, line) REFERENCES sales.lines)`,
    );
    await schema.verified();
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
      'lineRow: Line @join(from: ["order_no", "line"])',
      'notes: [Note!]! @join(to: ["order_no", "line"])',
    ])
      expect(written).toContain(field);
    expect(readdirSync(schema.folder).sort()).toEqual(['.introspected', 'sales.graphql', 'tables.graphql']);
  });

  it('have no key where none is known: a view whose column id may be anything is only listed', async () => {
    await schema.run('CREATE TABLE logs (id int, text text); CREATE VIEW seen AS SELECT id, text FROM logs');
    const model = await schema.verified();
    expect([...model.types.values()].map(({ name, fields }) => [name, [...fields.keys()]])).toEqual([
      ['Log', ['logId', 'text']],
      ['Seen', ['seenId', 'text']],
    ]);
  });

  it('leave out what looks secret, and no key or count for its name', async () => {
    await schema.run(
      `CREATE TABLE settings (key text PRIMARY KEY, api_key text, "apiToken" text, token_id uuid, token_count int, password_changed_at date,
         secret bytea, pin text, opinion text);
       CREATE TABLE vaults (password text)`,
    );
    const model = await schema.verified();
    expect([...model.types.get('Setting')!.fields.keys()]).toEqual([
      'id',
      'tokenId',
      'tokenCount',
      'passwordChangedAt',
      'opinion',
      'rowToken',
    ]);
    expect(schema.lines.filter((line) => line.includes('left out')).map((line) => line.split(' ')[4])).toEqual([
      'settings.api_key:',
      'settings.apiToken:',
      'settings.secret:',
      'settings.pin:',
      'vaults:',
      'vaults.password:',
    ]);
  });

  it('have other names where theirs would meet what the gateway makes', async () => {
    await schema.run(
      `CREATE TABLE users (id int PRIMARY KEY, row_token int, "true" bool, foo_bar int, "fooBar" int);
       CREATE TABLE user_groups (id int PRIMARY KEY); CREATE TABLE counts (id int PRIMARY KEY); CREATE TABLE page_info (id int PRIMARY KEY);
       CREATE TABLE equipment (id int PRIMARY KEY); CREATE TABLE "user" (id int PRIMARY KEY); CREATE TABLE "1st" (id int PRIMARY KEY)`,
    );
    const model = await schema.verified();
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
    schema.write(
      'introspect.yaml',
      'types: {user_groups: Team}\nfields: {users.mail: email, user_groups.owner_id: head}\ndomains: {user_groups: teams}\n' +
        'leaveOut: [audit, users.phone]\nshow: [users.login_token]\n',
    );
    const written = await schema.run(TABLES);
    await schema.verified();
    expect(schema.file('teams.graphql')).toContain('type Team @table(name: "user_groups")');
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
    ['show: [users.pasword]', /introspect\.yaml:1 {2}there is no column or property users\.pasword/],
    ['types: [', /introspect\.yaml:1 {2}/],
  ])('is refused with its line: %j', async (yaml, message) => {
    schema.write('introspect.yaml', yaml);
    const { code, message: told } = await fails(schema.run(TABLES));
    expect([code, told]).toEqual(['SCHEMA_INVALID', expect.stringMatching(message)]);
    expect(readdirSync(schema.folder)).toEqual(['introspect.yaml']);
  });
});
