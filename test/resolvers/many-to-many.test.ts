import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileModel, schemaFaults } from '../../src/model/compile.js';
import { verifyTables } from '../../src/model/verify.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import { compare, not, TRUE, type Predicate } from '../../src/predicate/types.js';
import type { ColumnField } from '../../src/model/fields.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

const SCHEMA = `
  type Book @table(name: "books") { id: ID! @column(type: "integer") title: String! pages: Int
    authors: [Author!]! @join(through: "Authorship")
    copies: [Copy!]! @join(to: "book_id")
    sequels: [Book!]! @join(through: "Sequel", from: "book_id", to: "sequel_id")
    sequelOf: [Book!]! @join(through: "Sequel", from: "sequel_id", to: "book_id") }
  type Author @table(name: "authors") { id: ID! name: String! books: [Book!]! @join(through: "Authorship") }
  type Authorship @table(name: "authorships", key: ["book_id", "author_id"]) { role: String
    book: Book! @join(from: "book_id") author: Author! @join(from: "author_id") }
  type Sequel @table(name: "sequels", key: ["book_id", "sequel_id"]) { bookId: Int! sequelId: Int! }
  type Copy @table(name: "copies", key: ["book_id", "number"]) { bookId: Int! number: Int! condition: String
    book: Book! @join(from: "book_id") loans: [Loan!]! @join(to: ["book_id", "copy_number"]) }
  type Loan @table(name: "loans") { id: ID! @column(type: "integer") bookId: Int copyNumber: Int lentOn: Date!
    copy: Copy @join(from: ["book_id", "copy_number"]) }`;
const own = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
const author = (index: number) => `00000000-0000-4000-8000-00000000000${index}`;

let gateway: TwoWays;
const hidden = new Map<string, Predicate>();
const ask = (source: string) => gateway.ask(source);
beforeAll(async () => {
  gateway = await openTwoWays(
    SCHEMA,
    `CREATE TABLE books (id int PRIMARY KEY, title text NOT NULL, pages int);
     CREATE TABLE authors (id uuid PRIMARY KEY, name text NOT NULL);
     CREATE TABLE authorships (book_id int, author_id uuid, role text, PRIMARY KEY (book_id, author_id));
     CREATE TABLE sequels (book_id int, sequel_id int, PRIMARY KEY (book_id, sequel_id));
     CREATE TABLE copies (book_id int, number int, condition text, PRIMARY KEY (book_id, number));
     CREATE TABLE loans (id int PRIMARY KEY, book_id int, copy_number int, lent_on date NOT NULL);
     INSERT INTO books VALUES (1, 'Emma', 474), (2, 'Good Omens', 412), (3, 'Mort', 300), (4, 'Sourcery', 270);
     INSERT INTO authors VALUES ('${author(1)}', 'Austen'), ('${author(2)}', 'Gaiman'), ('${author(3)}', 'Pratchett'),
       ('${author(4)}', 'Nobody');
     INSERT INTO authorships VALUES (1, '${author(1)}', 'sole'), (2, '${author(2)}', 'joint'), (2, '${author(3)}', 'joint'),
       (3, '${author(3)}', 'sole'), (4, '${author(3)}', 'sole'), (9, '${author(1)}', 'of no book');
     INSERT INTO sequels VALUES (3, 4);
     INSERT INTO copies VALUES (1, 1, 'good'), (1, 2, 'worn'), (2, 1, 'new');
     INSERT INTO loans VALUES (1, 1, 2, '2026-01-01'), (2, 1, 2, '2026-02-01'), (3, 2, 1, '2026-03-01'), (4, 2, NULL, '2026-04-01'),
       (5, 2, 7, '2026-05-01');`,
    {},
    (type) => hidden.get(type.name) ?? TRUE,
  );
});
afterAll(() => gateway?.close());

describe('a list through a table in between', () => {
  it('leads both ways, with conditions, order and limit for each list', async () => {
    expect(await ask('{ books(sort: [{id: ASC}]) { title authors(sort: [{name: ASC}]) { name } } }')).toEqual({
      books: [
        { title: 'Emma', authors: [{ name: 'Austen' }] },
        { title: 'Good Omens', authors: [{ name: 'Gaiman' }, { name: 'Pratchett' }] },
        { title: 'Mort', authors: [{ name: 'Pratchett' }] },
        { title: 'Sourcery', authors: [{ name: 'Pratchett' }] },
      ],
    });
    expect(
      await ask(`{ authors(sort: [{name: ASC}]) { name
        books(where: {pages: {lt: 450}}, sort: [{pages: DESC}], limit: 2, offset: 1) { title authors { name books { id } } } } }`),
    ).toMatchObject({
      authors: [
        { name: 'Austen', books: [] },
        { name: 'Gaiman', books: [] },
        { name: 'Nobody', books: [] },
        { name: 'Pratchett', books: [{ title: 'Mort' }, { title: 'Sourcery', authors: [{ name: 'Pratchett', books: [{}, {}, {}] }] }] },
      ],
    });
  });

  it('has a connection with pages, counts and aggregates', async () => {
    const { author: found } = await ask(`{ author(id: "${author(3)}") { booksConnection(first: 2, sort: [{title: ASC}]) {
      totalCount aggregate { node { pages { sum } } } nodes { title } pageInfo { endCursor hasNextPage } } } }`);
    const { booksConnection: first } = found as { booksConnection: Record<string, unknown> };
    expect(first).toMatchObject({
      totalCount: 3,
      aggregate: { node: { pages: { sum: '982' } } },
      nodes: [{ title: 'Good Omens' }, { title: 'Mort' }],
      pageInfo: { hasNextPage: true },
    });
    const { endCursor } = first['pageInfo'] as { endCursor: string };
    expect(
      await ask(
        `{ author(id: "${author(3)}") { booksConnection(first: 2, after: "${endCursor}", sort: [{title: ASC}]) { nodes { title } } } }`,
      ),
    ).toEqual({ author: { booksConnection: { nodes: [{ title: 'Sourcery' }] } } });
  });

  it('is a condition and a sort key', async () => {
    const titles = async (args: string) =>
      ((await ask(`{ books(${args}) { title } }`))['books'] as { title: string }[]).map(({ title }) => title);
    expect(await titles('where: {authors: {some: {name: {eq: "Gaiman"}}}}')).toEqual(['Good Omens']);
    expect(await titles('where: {authors: {all: {name: {eq: "Pratchett"}}}}, sort: [{id: ASC}]')).toEqual(['Mort', 'Sourcery']);
    expect(await titles('where: {authors: {none: {name: {eq: "Pratchett"}}}}')).toEqual(['Emma']);
    expect(await titles('where: {authors: {single: {}}}, sort: [{id: ASC}]')).toEqual(['Emma', 'Mort', 'Sourcery']);
    expect(await titles('sort: [{authors: {count: DESC}}, {id: ASC}]')).toEqual(['Good Omens', 'Emma', 'Mort', 'Sourcery']);
  });

  it('leads from rows to rows of the same table, in the direction that is named', async () => {
    expect(await ask('{ books(where: {id: {in: ["3", "4"]}}, sort: [{id: ASC}]) { sequels { title } sequelOf { title } } }')).toEqual({
      books: [
        { sequels: [{ title: 'Sourcery' }], sequelOf: [] },
        { sequels: [], sequelOf: [{ title: 'Mort' }] },
      ],
    });
  });

  it('leads nowhere by rows in between, or to rows, that the caller may not read', async () => {
    const column = (type: string, name: string) => gateway.engine.model.types.get(type)!.fields.get(name) as ColumnField;
    const read = () =>
      ask(`{ book(id: "2") { authors(sort: [{name: ASC}]) { name } authorsConnection { totalCount } }
        joint: books(where: {authors: {some: {name: {eq: "Gaiman"}}}}) { title }
        counted: books(sort: [{authors: {count: DESC}}, {id: ASC}], limit: 1) { title } }`);
    hidden.set('Authorship', not(compare({ field: column('Authorship', 'role'), operator: 'eq', value: 'joint' })));
    try {
      expect(await read()).toEqual({
        book: { authors: [], authorsConnection: { totalCount: 0 } },
        joint: [],
        counted: [{ title: 'Emma' }],
      });
      hidden.clear();
      hidden.set('Author', compare({ field: column('Author', 'name'), operator: 'eq', value: 'Pratchett' }));
      expect(await read()).toEqual({
        book: { authors: [{ name: 'Pratchett' }], authorsConnection: { totalCount: 1 } },
        joint: [],
        counted: [{ title: 'Good Omens' }],
      });
    } finally {
      hidden.clear();
    }
  });

  it('costs one statement a level', async () => {
    gateway.statements.length = 0;
    await ask('{ books { authors { books { title } } copies { loans { lentOn } } } }');
    // Both ways of answering.
    expect(gateway.statements).toHaveLength(6);
  });
});

describe('a reference of several columns', () => {
  it('leads to the one row, and back to all that refer to it', async () => {
    expect(await ask('{ loans(sort: [{id: ASC}]) { id copy { number condition book { title } } } }')).toEqual({
      loans: [
        { id: '1', copy: { number: 2, condition: 'worn', book: { title: 'Emma' } } },
        { id: '2', copy: { number: 2, condition: 'worn', book: { title: 'Emma' } } },
        { id: '3', copy: { number: 1, condition: 'new', book: { title: 'Good Omens' } } },
        { id: '4', copy: null },
        { id: '5', copy: null },
      ],
    });
    expect(
      await ask(`{ copies(sort: [{bookId: ASC}, {number: ASC}]) { number loans(sort: [{lentOn: DESC}], limit: 1) { id }
        loansConnection { totalCount } } }`),
    ).toEqual({
      copies: [
        { number: 1, loans: [], loansConnection: { totalCount: 0 } },
        { number: 2, loans: [{ id: '2' }], loansConnection: { totalCount: 2 } },
        { number: 1, loans: [{ id: '3' }], loansConnection: { totalCount: 1 } },
      ],
    });
  });

  it('is a condition and a path to sort by, either way', async () => {
    expect(await ask('{ loans(where: {copy: {condition: {eq: "worn"}}}, sort: [{copy: {number: ASC}}, {id: DESC}]) { id } }')).toEqual({
      loans: [{ id: '2' }, { id: '1' }],
    });
    expect(await ask('{ loans(where: {copy: null}, sort: [{id: ASC}]) { id } }')).toEqual({ loans: [{ id: '4' }, { id: '5' }] });
    expect(await ask('{ copies(where: {loans: {some: {id: {eq: "3"}}}}) { bookId } }')).toEqual({ copies: [{ bookId: 2 }] });
    expect(await ask('{ copies(sort: [{loans: {count: DESC}}], limit: 1) { bookId number } }')).toEqual({
      copies: [{ bookId: 1, number: 2 }],
    });
  });

  it('is written by its columns', async () => {
    const { data, errors } = await gateway.run(
      `mutation { createLoans(input: [{id: "9", bookId: 1, copyNumber: 1, lentOn: "2026-06-01"}]) { loans { copy { condition } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ createLoans: { loans: [{ copy: { condition: 'good' } }] } });
    await gateway.engine.stores.relational.script('DELETE FROM loans WHERE id = 9');
  });
});

it('columns that the database lacks are told with the field that names them', async () => {
  const wrong = compileModel([
    { path: 'own.graphql', text: SCHEMA.replace('from: "book_id", to: "sequel_id"', 'from: "book", to: "sequel_id"') },
    ...own,
  ]);
  const faults = await verifyTables(wrong, gateway.engine.stores.relational);
  expect(faults.map(({ message }) => message).join()).toContain('Book.sequels is in column book, which table public.sequels does not have');
});

it.each([
  ['a: A! @join(through: "B")', 'its type must be [A!]!'],
  ['a: [A!]! @join(through: "C")', 'A.a is joined through C, which is no type with @table'],
  ['a: [A!]! @join(through: "B", from: "x")', 'A.a is joined through B, which has no join to A: say its column with to: "..."'],
  ['a: [B!]! @join(from: ["x", "y"], to: "z")', 'compares 2 columns with 1'],
  ['a: B @join(from: ["x", "y"])', 'A.a is joined by the key of B, which is of one column: say all 2 with to: [...]'],
  ['a: [B!]! @join(to: [])', 'has to: [], but expected a column'],
])('a join with a fault is refused: %s', (field, message) => {
  const text = `type A @table(name: "a") { id: ID! x: ID y: ID ${field} } type B @table(name: "b") { id: ID! z: ID }`;
  expect(
    schemaFaults([{ path: 'a.graphql', text }, ...own])
      .map((fault) => fault.message)
      .join('\n'),
  ).toContain(message);
});
