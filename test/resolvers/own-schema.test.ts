import { parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { execute } from '../support/execute.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindSchema } from '../../resolvers/bind.js';
import { readConfig } from '../../src/config.js';
import { RequestContext } from '../../src/execute/context.js';
import { createEngine, type Engine } from '../../src/engine.js';
import { createSilentLog } from '../../src/log.js';
import { compileModel } from '../../src/model/compile.js';
import { openGraphSchema } from '../../src/model/graph-schema.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import { encodeCursor, orderOf } from '../../src/sql/order.js';
import { tableType } from '../../src/model/types.js';
import { testEmbedder } from '../support/embedder.js';
import { openEmptyStores } from '../support/stores.js';

/** A schema that has nothing to do with ODRAS: text keys, a composite key, a view without a key, a graph of tags. */
const SDL = `
  type Author @table(name: "authors") { id: ID! @column(name: "author_id", type: "text") name: String!
    books: [Book!]! @join(to: "writer", type: "text") badges: [Badge!]! @join(to: "author_id") }
  type Book @table(name: "books") @node { id: ID! title: String! @alias(property: "title") price: Decimal pages: BigInt
    keywords: [String!] printed: LocalDateTime sold: DateTime genre: Genre
    author: Author @join(from: "writer", type: "text") tags: [Tag!]! @relationship(type: "TAGGED", direction: OUT) }
  type Badge @table(name: "badges", key: ["author_id", "year"]) {
    author: Author! @join(from: "author_id", type: "text") year: Int! label: String }
  type Sale @table(name: "sales") { title: String! total: Decimal }
  type Tag @node { id: ID! name: String! books: [Book!]! @relationship(type: "TAGGED", direction: IN) }
  enum Genre { SCIENCE_FICTION POETRY @value(is: "verse") }
`;
const B1 = '00000000-0000-4000-8000-000000000001';
const B2 = '00000000-0000-4000-8000-000000000002';
const B3 = '00000000-0000-4000-8000-000000000003';

let engine: Engine;
let schema: GraphQLSchema;
const run = (source: string): Promise<ExecutionResult> =>
  Promise.resolve(execute({ schema, document: parse(source), contextValue: new RequestContext(engine) }));
const ask = async (source: string): Promise<unknown> => {
  const { data, errors } = await run(source);
  expect(errors).toBeUndefined();
  return JSON.parse(JSON.stringify(data)) as unknown;
};

beforeAll(async () => {
  const own = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
  const model = compileModel([{ path: 'library.graphql', text: SDL }, ...own]);
  const graphSchema = await openGraphSchema(model);
  const stores = await openEmptyStores();
  engine = createEngine({
    model,
    stores,
    embedder: testEmbedder,
    limits: { ...readConfig({}, {}), defaultRows: 2, maxRows: 5 },
    graphSchema,
    log: createSilentLog(),
  });
  schema = bindSchema(model, graphSchema);
  await stores.relational.script(`
    CREATE TABLE authors (author_id text PRIMARY KEY, name text NOT NULL);
    CREATE TABLE books (id uuid PRIMARY KEY, title text NOT NULL, price numeric(10,2), pages bigint, keywords text[], printed timestamp,
      sold timestamptz, genre text, writer text REFERENCES authors);
    CREATE TABLE badges (author_id text REFERENCES authors, year int, label text, PRIMARY KEY (author_id, year));
    CREATE VIEW sales AS SELECT title, price * 2 AS total FROM books WHERE price IS NOT NULL;
    INSERT INTO authors VALUES ('a"b', 'Ann'), ('c', 'Cid');
    INSERT INTO books VALUES
      ('${B1}', 'Zero', 12.50, 9007199254740993, ARRAY['x, y', 'z'], '2020-01-02 03:04:05', '2020-01-02 03:04:05.123456+02',
        'science_fiction', 'a"b'),
      ('${B2}', 'One', NULL, NULL, NULL, NULL, NULL, 'verse', 'a"b'), ('${B3}', 'Two', 1, 2, '{}', NULL, NULL, NULL, NULL);
    INSERT INTO badges VALUES ('a"b', 1999, 'old'), ('a"b', 2000, 'new'), ('c', 2000, 'only');`);
  await stores.graph.write.run(`CREATE (t:Tag {id: 't', name: 'Space'}), (a:Book {id: '${B1}', title: 'Zero'})-[:TAGGED]->(t),
    (b:Book {id: '${B3}', title: 'Two'})-[:TAGGED]->(t)`);
});
afterAll(() => engine.stores.close());

describe('a schema of another kind', () => {
  it('reads every type of column without loss', async () => {
    expect(await ask(`{ book(id: "${B1}") { title price pages keywords printed sold genre author { id name } } }`)).toEqual({
      book: {
        title: 'Zero',
        price: '12.50',
        pages: '9007199254740993',
        keywords: ['x, y', 'z'],
        printed: '2020-01-02T03:04:05',
        sold: '2020-01-02T01:04:05.123456Z',
        genre: 'SCIENCE_FICTION',
        author: { id: 'a"b', name: 'Ann' },
      },
    });
    expect(await ask(`{ book(id: "${B2}") { price pages keywords sold genre } }`)).toEqual({
      book: { price: null, pages: null, keywords: null, sold: null, genre: 'POETRY' },
    });
  });

  it('joins by keys that are texts of any form, both ways, and by composite keys', async () => {
    expect(
      await ask(`{ authors(sort: [{name: ASC}]) { name books(sort: [{title: ASC}]) { title author { name } }
        badges(sort: [{year: DESC}]) { year label author { name } } } badge(authorId: "a\\"b", year: 1999) { label } }`),
    ).toEqual({
      authors: [
        {
          name: 'Ann',
          books: [
            { title: 'One', author: { name: 'Ann' } },
            { title: 'Zero', author: { name: 'Ann' } },
          ],
          badges: [
            { year: 2000, label: 'new', author: { name: 'Ann' } },
            { year: 1999, label: 'old', author: { name: 'Ann' } },
          ],
        },
        { name: 'Cid', books: [], badges: [{ year: 2000, label: 'only', author: { name: 'Cid' } }] },
      ],
      badge: { label: 'old' },
    });
  });

  it('reads a view without a key as a list only', async () => {
    expect(await ask('{ sales(sort: [{title: ASC}]) { title total } }')).toEqual({
      sales: [
        { title: 'Two', total: '2.00' },
        { title: 'Zero', total: '25.00' },
      ],
    });
    expect(Object.keys(schema.getQueryType()!.getFields())).not.toEqual(expect.arrayContaining(['sale', 'salesConnection']));
    expect(schema.getMutationType()!.getFields()['createSales']).toBeUndefined();
  });

  it('hops between the graph and tables, and filters over both', async () => {
    expect(
      await ask(`{ tags { name books(sort: [{title: ASC}]) { title tags { name } } }
        books(where: {tags: {some: {name: {eq: "Space"}}}, author: null}) { title } }`),
    ).toEqual({
      tags: [
        {
          name: 'Space',
          books: [
            { title: 'Two', tags: [{ name: 'Space' }] },
            { title: 'Zero', tags: [{ name: 'Space' }] },
          ],
        },
      ],
      books: [{ title: 'Two' }],
    });
  });

  it('keeps to its own limits', async () => {
    expect(await ask('{ books { title } }')).toMatchObject({ books: { length: 2 } });
    expect((await run('{ books(limit: 6) { title } }')).errors![0]!.message).toBe(
      'Argument limit of books must be a whole number from 0 to 5 (default 2), but got 6.',
    );
  });

  it('makes no search where nothing is embedded', () => {
    expect(schema.getQueryType()!.getFields()['search']).toBeUndefined();
  });
});

it('needs no graph and no vectors where the schema has none', async () => {
  const own = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
  const model = compileModel([
    {
      path: 'tables.graphql',
      text: 'type Author @table(name: "authors") { id: ID! @column(name: "author_id", type: "text") name: String! }',
    },
    ...own,
  ]);
  const tables = bindSchema(model, await openGraphSchema(model));
  const context = new RequestContext(createEngine({ ...engine, model, graphSchema: undefined, log: createSilentLog() }));
  const { data, errors } = await execute({
    schema: tables,
    document: parse('{ authors(sort: [{name: DESC}], limit: 1) { name } authorsConnection { totalCount pageInfo { hasNextPage } } }'),
    contextValue: context,
  });
  expect(errors).toBeUndefined();
  expect(JSON.parse(JSON.stringify(data))).toEqual({
    authors: [{ name: 'Cid' }],
    authorsConnection: { totalCount: 2, pageInfo: { hasNextPage: false } },
  });
});

describe('pages', () => {
  it('meet every row once, whatever the order, nulls included', async () => {
    for (const sort of ['[{price: ASC}]', '[{price: DESC}]', '[{genre: DESC}, {price: ASC}]', '[]']) {
      const seen: string[] = [];
      for (let after = ''; seen.length < 10;) {
        const { booksConnection: page } = (await ask(
          `{ booksConnection(first: 1, sort: ${sort}${after}) { edges { node { title } } pageInfo { hasNextPage endCursor } } }`,
        )) as { booksConnection: { edges: { node: { title: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
        seen.push(...page.edges.map(({ node }) => node.title));
        if (!page.pageInfo.hasNextPage) break;
        after = `, after: "${page.pageInfo.endCursor}"`;
      }
      expect(seen.sort(), sort).toEqual(['One', 'Two', 'Zero']);
    }
  });

  it('refuse a cursor of another order or form', async () => {
    const type = tableType(engine.model, 'Book');
    const order = (sort: object) => orderOf(engine.model, type, [sort]);
    const good = encodeCursor(order({ title: 'ASC' }), ['One', B2]);
    const page = (after: string) =>
      run(`{ booksConnection(after: ${JSON.stringify(after)}, sort: [{title: ASC}]) { edges { node { title } } } }`);
    expect((await page(good)).data).toMatchObject({
      booksConnection: { edges: [{ node: { title: 'Two' } }, { node: { title: 'Zero' } }] },
    });
    for (const bad of [
      encodeCursor(order({ title: 'DESC' }), ['Zero', B1]),
      'x',
      Buffer.from('{}').toString('base64url'),
      Buffer.from('["title+,id+",1,2]').toString('base64url'),
    ]) {
      expect((await page(bad)).errors![0]!.message).toContain(
        'Argument after of booksConnection must be a cursor that booksConnection returned for the same sort',
      );
    }
  });
});
