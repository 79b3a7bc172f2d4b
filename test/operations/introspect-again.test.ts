import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

describe('run again', () => {
  const TABLES = `CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL, state text CHECK (state IN ('a', 'b')));
    CREATE TABLE books (id int PRIMARY KEY, title text, pages int, old text, author_id int REFERENCES authors)`;

  it('leaves what a person has changed, and brings in what has changed in the stores, with a diff', async () => {
    await schema.run(TABLES);
    schema.change('tables.graphql', 'type Author @table', '"Who writes."\ntype Writer @table');
    schema.change('tables.graphql', /\bAuthor\b(?= @join)/, 'Writer');
    schema.change(
      'tables.graphql',
      'title: String',
      '# as on the cover\n  "The title."\n  name: String @column(name: "title") @trigram # for similarTo',
    );
    schema.change('tables.graphql', /\n {2}pages: Int/, '');
    schema.change('tables.graphql', 'enum AuthorState', 'enum State');
    schema.change('tables.graphql', 'AuthorState', 'State');
    const before = schema.text();
    await schema.run('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    expect(schema.text()).toBe(before);
    expect(schema.lines).toContain('  nothing has changed in the stores since the last time');
    await schema.run(
      `ALTER TABLE books DROP old, ADD isbn text NOT NULL, ALTER id TYPE bigint, ADD UNIQUE (isbn), ADD editor_id int REFERENCES authors;
       CREATE TABLE shops (id int PRIMARY KEY, owner_id int REFERENCES authors);
       ALTER TABLE authors DROP CONSTRAINT authors_state_check, ADD CHECK (state IN ('a', 'b', 'c'))`,
    );
    await schema.verified();
    const file = schema.file('tables.graphql');
    expect(file).toContain('"Who writes."\ntype Writer @table(name: "authors")');
    expect(file).toContain('# as on the cover\n  "The title."\n  name: String @column(name: "title") @trigram # for similarTo\n');
    expect(file).not.toMatch(/pages|old/);
    expect(file).toContain('type Book @table(name: "books", unique: [["isbn"]])');
    expect(file).toContain('id: ID! @column(type: "bigint")');
    expect(file).toContain('isbn: String!');
    expect(file).toContain('editor: Writer @join(from: "editor_id")');
    expect(file).toContain('owner: Writer @join(from: "owner_id")');
    expect(file).toMatch(/enum State \{\n {2}A\n {2}B\n {2}C\n\}/);
    expect(schema.lines).toContain('  -  old: String');
    expect(schema.lines).toContain('  +  isbn: String!');
    expect(schema.lines.join('\n')).toContain('-type Book @table(name: "books")');
    expect(schema.warnings).toEqual([]);
    const merged = schema.text();
    await schema.run();
    expect(schema.text()).toBe(merged);
  });

  it('keeps what both have changed as the person has it, and says so', async () => {
    await schema.run(TABLES);
    schema.change('tables.graphql', 'pages: Int', 'length: Float @column(name: "pages", type: "integer")');
    schema.change('tables.graphql', 'old: String', 'former: String @column(name: "old")');
    await schema.run('ALTER TABLE books ALTER pages TYPE bigint, DROP old');
    expect(schema.text()).toContain('length: Float @column(name: "pages", type: "integer")');
    expect(schema.warnings).toEqual([
      expect.stringMatching(
        /tables\.graphql:11 {2}Book\.length: you have changed its type, and so have the stores: it would be pages: BigInt$/,
      ),
      expect.stringMatching(/tables\.graphql:12 {2}Book\.former: it is gone from the stores, and you have changed it here: take it out$/),
      expect.stringMatching(
        /Book\.length is taken to be integer[^]*Book\.former is in column old, which table public\.books does not have/,
      ),
    ]);
  });

  it('leaves types that a person has written before the first run, and adds the others, by the names they have there', async () => {
    const own = 'type Person @table(name: "authors") { id: ID! @column(type: "integer") fullName: String! @column(name: "name") }\n';
    schema.write('people.graphql', own);
    const written = await schema.run(TABLES);
    await schema.verified();
    expect(schema.file('people.graphql')).toBe(own);
    expect(written).toContain('author: Person @join(from: "author_id")');
    // It has the texts of a column that the type does not show.
    expect(written).not.toContain('enum');
    await schema.check();
    expect(await schema.run('ALTER TABLE authors ADD born int')).toContain('@column(name: "name")\n  born: Int }');
    await schema.verified();
  });

  it('takes a name that is said later from introspect.yaml, unless a person has changed it in the files', async () => {
    await schema.run(TABLES);
    schema.write('introspect.yaml', 'types: {authors: Writer, books: Work}\nfields: {books.title: name}');
    schema.change('tables.graphql', 'type Book @table', 'type Volume @table');
    schema.change('tables.graphql', '[Book!]!', '[Volume!]!');
    await schema.run();
    const model = await schema.verified();
    expect([...model.types.keys()]).toEqual(['Writer', 'Volume']);
    expect(model.types.get('Volume')!.fields.get('name')).toMatchObject({ column: { name: 'title' } });
    expect(schema.warnings).toEqual([]);
  });

  it('takes out a table that is gone, with all that leads to it', async () => {
    await schema.run(TABLES);
    await schema.run('DROP TABLE authors CASCADE; ALTER TABLE books DROP author_id');
    await schema.verified();
    expect(schema.text()).not.toMatch(/author/i);
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
    await schema.run(TABLES);
    await schema.check();
    const before = schema.text();
    await stores.relational.script(sql);
    const { code, message } = await fails(schema.check());
    expect([code, message]).toEqual(['SCHEMA_DRIFT', expect.stringContaining(line)]);
    expect(schema.text()).toBe(before);
  });

  it('with --check it sees nothing in rows, comments, or in what a person has changed', async () => {
    await schema.run(TABLES);
    schema.change('tables.graphql', /\n {2}pages: Int/, '');
    await stores.relational.script(`INSERT INTO authors VALUES (1, 'Jane', 'a'); COMMENT ON TABLE books IS 'Books.'`);
    await schema.check();
    expect(schema.lines).toEqual(['  the schema is up to date with the stores']);
  });

  it('with --check it needs a first time', async () => {
    expect((await fails(schema.check())).message).toMatch(/There is nothing to compare with in .*\.introspected\. Run introspect first\./);
  });
});
