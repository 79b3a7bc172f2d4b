import { buildASTSchema, isObjectType, isEnumType, parse } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../src/model/compile.js';
import { tableType } from '../../src/model/types.js';
import { compileOwn } from '../support/own-model.js';

const SCHEMA = fileURLToPath(new URL('../../schema/', import.meta.url));
const own = (name: string) => ({ path: `schema/${name}`, text: readFileSync(`${SCHEMA}${name}`, 'utf8') });

describe('a model', () => {
  const model = compileOwn(`
    type Author @table(name: "authors") { id: ID! name: String! books: [Book!]! @join(to: "author_id") }
    type Book @table(name: "books", schema: "library") @node(labels: ["Book", "Work"]) @embedding(collection: "books", of: ["title"]) {
      id: ID! @column(name: "book_id") title: String! @column(name: "book_title") @alias(property: "title") pageCount: Int
      genre: Genre author: Author @join(from: "author_id") cites: [Book!]! @relationship(type: "CITES", direction: OUT)
      reached: [Reach!]! @traverse(types: ["CITES"], direction: OUT, maxDepth: 3) similar: [Near!]! @nearest }
    type Reach { distance: Int! book: Book! }
    type Near { score: Float! book: Book! }
    enum Genre { SCIENCE_FICTION POETRY @value(is: "verse") }`);
  const book = tableType(model, 'Book');

  it('derives names of columns, roots and keys', () => {
    expect(book.table).toEqual({
      schema: 'library',
      name: 'books',
      key: [{ name: 'book_id', sqlType: 'uuid' }],
      unique: [],
      view: false,
      token: undefined,
      tellsTriggers: false,
    });
    expect([book.singular, book.plural]).toEqual(['book', 'books']);
    expect(book.fields.get('pageCount')).toMatchObject({ kind: 'column', column: { name: 'page_count', sqlType: 'integer' } });
  });

  it('completes the two columns of a join from the key of the other side', () => {
    expect(book.fields.get('author')).toMatchObject({
      kind: 'join',
      list: false,
      from: { name: 'author_id', sqlType: 'uuid' },
      to: { name: 'id', sqlType: 'uuid' },
    });
    expect(tableType(model, 'Author').fields.get('books')).toMatchObject({
      kind: 'join',
      list: true,
      from: { name: 'id', sqlType: 'uuid' },
      to: { name: 'author_id', sqlType: 'uuid' },
    });
  });

  it('knows hops, traversals, neighbours and the texts of values', () => {
    expect(book.fields.get('cites')).toMatchObject({ kind: 'relationship', target: 'Book', relationship: 'CITES', direction: 'OUT' });
    expect(book.fields.get('reached')).toMatchObject({ kind: 'traverse', target: 'Book', wrapped: 'book', maxDepth: 3 });
    expect(book.fields.get('similar')).toMatchObject({ kind: 'nearest', target: 'Book', wrapped: 'book' });
    expect([...model.enums.get('Genre')!.values]).toEqual([
      ['SCIENCE_FICTION', 'science_fiction'],
      ['POETRY', 'verse'],
    ]);
  });

  it('has a token for the rows of a table with a key, and of no other', () => {
    expect(book.fields.get('rowToken')).toMatchObject({
      kind: 'column',
      type: 'ID!',
      readOnly: true,
      token: true,
      column: { name: 'xmin', sqlType: 'xid' },
    });
    const others = compileOwn(
      'type A @table(name: "a", token: "v") { id: ID! version: BigInt @column(name: "v") } type B @table(name: "b", view: true) { id: ' +
        'ID! } type C @table(name: "c") { name: String! }',
    );
    expect(tableType(others, 'A').fields.get('rowToken')).toMatchObject({ type: 'ID', column: { name: 'v', sqlType: 'bigint' } });
    expect([tableType(others, 'B'), tableType(others, 'C')].map(({ fields }) => fields.has('rowToken'))).toEqual([false, false]);
  });

  it('is frozen', () => {
    expect(Object.isFrozen(model)).toBe(true);
  });
});

describe('the schema of ODRAS', () => {
  const files = readdirSync(SCHEMA)
    .filter((name) => name.endsWith('.graphql'))
    .map(own);

  it('describes every type, field, value and directive', () => {
    const schema = buildASTSchema(parse(files.map(({ text }) => text).join('\n')));
    const missing = Object.values(schema.getTypeMap())
      .filter((type) => !type.name.startsWith('__') && type.astNode)
      .flatMap((type) => {
        const parts = isObjectType(type) ? Object.values(type.getFields()) : isEnumType(type) ? [...type.getValues()] : [];
        return [type, ...parts].filter((part) => !part.description).map((part) => `${type.name} ${part.name}`);
      });
    expect(missing).toEqual([]);
  });

  it('shows no password', () => {
    const user = tableType(compileModel(files), 'User');
    expect([...user.fields.values()].flatMap((field) => (field.kind === 'column' ? [field.column.name] : []))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/password|salt/)]),
    );
  });
});
