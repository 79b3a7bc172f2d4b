import { parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { execute } from '../support/execute.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindSchema } from '../../resolvers/bind.js';
import { readConfig } from '../../src/config.js';
import { RequestContext } from '../../src/execute/context.js';
import { createEngine, type Engine } from '../../src/engine.js';
import { projectRows } from '../../src/mutate/projection.js';
import { createSilentLog } from '../../src/log.js';
import { compileModel } from '../../src/model/compile.js';
import { tableType } from '../../src/model/types.js';
import { verifyCollections } from '../../src/model/verify.js';
import { migrateVectors, refillVectors } from '../../src/operations/migrate.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import { testEmbedder } from '../support/embedder.js';
import type { Stores } from '../../src/stores/types.js';
import { openEmptyStores } from '../support/stores.js';

const id = (index: number) => `00000000-0000-4000-8000-00000000000${index}`;
const sdl = (embedding: string, collection: string) => `
  type Book @table(name: "books") @embedding(collection: "${collection}", ${embedding}) {
    id: ID! title: String! body: String genre: String pages: Int near: [Match!]! @nearest }
  type Match { score: Float! book: Book! }`;
const NAMED = 'of: ["title"], vector: "title", also: [{name: "body", of: ["body"]}], keywords: ["title", "body"], payload: ["genre"]';
const silent = createSilentLog();
let stores: Stores;
let engine: Engine;
let schema: GraphQLSchema;

const engineOf = (embedding: string, collection = 'books'): Engine => {
  const own = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
  const model = compileModel([{ path: 'books.graphql', text: sdl(embedding, collection) }, ...own]);
  return createEngine({
    model,
    stores,
    embedder: testEmbedder,
    limits: { ...readConfig({}, {}), defaultRows: 10, maxRows: 10 },
    graphSchema: undefined,
    log: silent,
  });
};
const faults = async (of: Engine): Promise<string[]> =>
  (await verifyCollections(of.model, stores.vector, of.embedder)).map(({ message }) => message);
const run = (source: string): Promise<ExecutionResult> =>
  Promise.resolve(execute({ schema, document: parse(source), contextValue: new RequestContext(engine) }));
const ask = async (source: string) => {
  const { data, errors } = await run(source);
  expect(errors).toBeUndefined();
  return JSON.parse(JSON.stringify(data)) as Record<
    string,
    { score: number; foundBy: { part: string; vector: string; rank: number }[]; node: { title: string } }[]
  >;
};

beforeAll(async () => {
  stores = await openEmptyStores();
  await stores.relational.script(`
    CREATE TABLE books (id uuid PRIMARY KEY, title text NOT NULL, body text, genre text, pages int);
    INSERT INTO books VALUES ('${id(1)}', 'The sea', 'A storm sinks a ship', 'novel', 10),
      ('${id(2)}', 'A garden', 'The ocean and its waves', 'novel', 20),
      ('${id(3)}', 'Flowers', 'How to grow roses', 'guide', 30), ('${id(4)}', 'Ships of war', NULL, NULL, 40),
        ('${id(5)}', '', 'Waves', 'guide', 50);`);
  engine = engineOf(NAMED);
  schema = bindSchema(engine.model, undefined);
  await migrateVectors(engine);
  expect(await projectRows(engine, tableType(engine.model, 'Book'), [1, 2, 3, 4, 5].map(id))).toBeUndefined();
});
afterAll(() => stores.close());

describe('named vectors', () => {
  const titles = (hits: { node: { title: string } }[]) => hits.map(({ node }) => node.title);

  it('are compared when they are named, the first one otherwise', async () => {
    const data = await ask(`{ first: search(text: "ocean", limit: 1) { node { ... on Book { title } } foundBy { vector } }
      body: search(text: "ocean", using: ["body"], limit: 2) { text node { ... on Book { title } } foundBy { vector rank } } }`);
    expect(data['first']).toEqual([{ node: { title: 'The sea' }, foundBy: [{ vector: 'title' }] }]);
    expect(titles(data['body']!)).toEqual(['A garden', '']);
    expect(data['body']![0]).toMatchObject({ text: 'The ocean and its waves', foundBy: [{ vector: 'body', rank: 1 }] });
  });

  it('are named by conditions and orders of nearness too', async () => {
    const { title, body } = await ask(`{ title: books(where: {near: {text: "ocean", limit: 1}}) { title }
      body: books(where: {near: {text: "ocean", using: "body", limit: 2}}, sort: [{near: {text: "ocean", using: "body"}}]) { title } }`);
    expect({ title, body }).toEqual({ title: [{ title: 'The sea' }], body: [{ title: 'A garden' }, { title: '' }] });
    expect((await run('{ books(where: {near: {text: "x", using: "cover", limit: 1}}) { title } }')).errors![0]!.message).toContain(
      'near: expected title or body for using, but got "cover"',
    );
  });

  it('are fused by reciprocal rank when several are, with keywords too', async () => {
    const { search } = await ask(`{ search(text: "ship", using: ["title", "body"], weights: {dense: 2, keyword: 0.5}) {
      score foundBy { part vector rank } node { ... on Book { title } } } }`);
    for (const { score, foundBy } of search!)
      expect(score).toBeCloseTo(
        foundBy.reduce((sum, { part, rank }) => sum + (part === 'DENSE' ? 2 : 0.5) / (60 + rank), 0),
        9,
      );
    expect(search![0]!.foundBy.map(({ vector }) => vector)).toEqual(['title', 'body', 'keywords']);
    // A row without the text of a vector is not found by it.
    expect(search!.find(({ node }) => node.title === 'Ships of war')!.foundBy.map(({ vector }) => vector)).toEqual(['title', 'keywords']);
  });

  it("are those of a row's neighbours, none for a row that lacks the one asked for", async () => {
    const { data, errors } = await run(
      `{ books(sort: [{pages: ASC}]) { title near(using: ["body"], limit: 1, where: {genre: {eq: "novel"}}) { book { title } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(JSON.parse(JSON.stringify(data))).toEqual({
      books: [
        { title: 'The sea', near: [{ book: { title: 'A garden' } }] },
        { title: 'A garden', near: [{ book: { title: 'The sea' } }] },
        { title: 'Flowers', near: [{ book: { title: 'A garden' } }] },
        { title: 'Ships of war', near: [] },
        { title: '', near: [{ book: { title: 'A garden' } }] },
      ],
    });
  });

  it('may be of examples, and give each other variety', async () => {
    const { search } = await ask(
      `{ search(like: ["${id(1)}"], unlike: ["${id(3)}"], using: ["body"], diversity: 0.3) { node { ... on Book { title } } } }`,
    );
    expect(titles(search!)).toEqual(expect.arrayContaining(['A garden', '']));
    expect(titles(search!)).toHaveLength(2);
  });

  it('that are not there are refused', async () => {
    expect((await run('{ search(text: "x", using: ["cover"]) { score } }')).errors![0]!.message).toBe(
      'Argument using of search: expected some of title, body, but got "cover"',
    );
    expect((await run('{ search(text: "x", using: []) { score } }')).errors![0]!.message).toContain(
      'expected the name of a vector, but got none',
    );
    expect((await run(`{ search(like: ["${id(4)}"], using: ["body"]) { score } }`)).errors![0]!.message).toContain(
      'expected ids of rows that have a vector',
    );
    expect((await run('{ search(vector: [1], weights: {dense: 0}) { score } }')).errors![0]!.message).toContain('expected 512 numbers');
  });

  it('count rows without a value of the group one by one', async () => {
    const { search } = await ask('{ search(text: "ship", groupBy: {field: "genre"}) { node { ... on Book { title } } } }');
    // A novel, a guide, and the one of no genre.
    expect(titles(search!)).toHaveLength(3);
    expect(titles(search!)).toContain('Ships of war');
  });
});

it('tells the operator of vectors without rows at the first, and whenever their number has doubled', async () => {
  const lines: string[] = [];
  const { model, embedder, limits, graphSchema } = engine;
  const told = createEngine({ model, stores, embedder, limits, graphSchema, log: { ...silent, warn: (line) => lines.push(line) } });
  await stores.vector.client.upsert('books', {
    wait: true,
    points: [{ id: id(8), vector: { title: (await embedder.embed(['zebra']))[0]! }, payload: {} }],
  });
  const counts: unknown[] = [];
  for (let count = 0; count < 4; count += 1) {
    const { data } = await execute({
      schema,
      document: parse('{ searchPage(text: "zebra", limit: 1) { hits { score } dropped } }'),
      contextValue: new RequestContext(told),
    });
    counts.push((data as { searchPage: { dropped: number } }).searchPage.dropped);
  }
  expect(counts).toEqual([1, 1, 1, 1]);
  expect(lines.map((line) => /: (\d+) search hits were dropped/.exec(line)![1])).toEqual(['1', '2', '4']);
  await stores.vector.client.delete('books', { wait: true, points: [id(8)] });
});

describe('migrate', () => {
  it('makes nothing twice', async () => {
    expect(await migrateVectors(engine)).toEqual([]);
    expect(await faults(engine)).toEqual([]);
  });

  it('adds what a later schema asks, writes the points again, and says before what is missing', async () => {
    const later = (embedding: string) => engineOf(embedding, 'later');
    const before = later('of: ["title"], keywords: []');
    expect(await faults(before)).toEqual([
      'Book has its vectors in collection later, which does not exist: `odras-gateway migrate` makes it',
    ]);
    expect(await migrateVectors(before)).toEqual(['collection later, 512 dimensions']);
    await projectRows(before, tableType(before.model, 'Book'), [id(1), id(3)]);
    expect(await faults(before)).toEqual([]);
    const worded = later('of: ["title"]');
    expect(await faults(worded)).toEqual([
      'Book has its vectors in collection later, which has no keywords: `odras-gateway migrate` adds them, and keywords: [] does without',
    ]);
    const after = later(`of: ["title"], payload: ["genre", "pages"], hnsw: {m: 8, onDisk: true},
      quantization: {method: SCALAR, quantile: 0.99}, onDisk: true`);
    expect(await migrateVectors(after)).toEqual(['keywords of later', 'index of genre, pages in later', 'settings of later']);
    expect(await migrateVectors(after)).toEqual([]);
    expect(await faults(after)).toEqual([
      'Book has its vectors in collection later, some of whose points were written for another @embedding: `odras-gateway migrate` ' +
        'writes them again',
    ]);
    // A row that is gone loses its point.
    await stores.vector.client.upsert('later', {
      wait: true,
      points: [{ id: id(9), vector: Array<number>(512).fill(1), payload: { embedding_model: after.embedder.model } }],
    });
    const lines: string[] = [];
    await refillVectors(after, { ...silent, info: (line) => lines.push(line) });
    expect(lines).toEqual(['  embedded 3 books again']);
    expect(await faults(after)).toEqual([]);
    const points = await stores.vector.client.retrieve('later', { ids: [id(1), id(3), id(9)], with_vector: ['keywords'] });
    expect(points.map(({ id: key, payload }) => [key, payload!['genre'], payload!['pages']])).toEqual([
      [id(1), 'novel', 10],
      [id(3), 'guide', 30],
    ]);
    expect((points[0]!.vector as { keywords: { indices: number[] } }).keywords.indices).toHaveLength(1);
    expect((await stores.vector.client.getCollection('later')).config.params.vectors).toMatchObject({
      hnsw_config: { m: 8, on_disk: true },
      quantization_config: { scalar: { type: 'int8', quantile: 0.99 } },
      on_disk: true,
    });
    const named = later('of: ["title"], vector: "title"');
    expect(await faults(named)).toEqual(['Book has its vectors in collection later, which has no vector title']);
  });
});
