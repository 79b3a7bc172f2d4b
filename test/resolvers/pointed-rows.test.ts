import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Schemas } from '@qdrant/js-client-rest';
import { verifyCollections } from '../../src/model/verify.js';
import { projectRows } from '../../src/mutate/projection.js';
import { tableType } from '../../src/model/types.js';
import { migrateVectors, refillVectors } from '../../src/operations/migrate.js';
import { createSilentLog } from '../../src/log.js';
import { testEmbedder } from '../support/embedder.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

// Points as ODRAS writes them: ids of their own, and rows of two tables in one collection.
const SCHEMA = `
  type Chunk @table(name: "chunks") @embedding(collection: "texts", of: ["content"], keywords: [], payload: ["size", "asset"],
    payloadKeys: [{field: "asset", key: "asset_id"}], pointKey: "chunk_id", pointId: "pointId", pointsLack: ["doc_id"]) {
    id: ID! content: String! size: Int pointId: ID asset: Asset @join(from: "asset_id") similar: [ChunkMatch!]! @nearest }
  type ChunkMatch { score: Float! chunk: Chunk! }
  type Asset @table(name: "assets") { id: ID! name: String! }
  type Piece @table(name: "pieces") @embedding(collection: "texts", of: ["text"], keywords: [], payload: ["docId"],
    payloadKeys: [{field: "docId", key: "doc_id"}], pointKey: "chunk_id", pointsHave: ["doc_id"]) {
    id: ID! @column(type: "text") text: String! docId: String!  @column(type: "text") }`;
const row = (index: number) => `00000000-0000-4000-8000-00000000000${index}`;
const point = (index: number) => `00000000-0000-4000-9000-00000000000${index}`;
const asset = '00000000-0000-4000-a000-000000000001';

let gateway: TwoWays;
/** A vector with this cosine to the one that is asked for. */
const near = (cosine: number): number[] => {
  const vector = new Array<number>(testEmbedder.size).fill(0);
  vector[0] = cosine;
  vector[1] = Math.sqrt(1 - cosine * cosine);
  return vector;
};
const asked = JSON.stringify(near(1));
const upsert = (points: Schemas['PointStruct'][]) => gateway.engine.stores.vector.client.upsert('texts', { wait: true, points });
const all = async () => (await gateway.engine.stores.vector.client.scroll('texts', { limit: 100, with_payload: true })).points;

beforeAll(async () => {
  gateway = await openTwoWays(
    SCHEMA,
    `CREATE TABLE assets (id uuid PRIMARY KEY, name text NOT NULL);
     CREATE TABLE chunks (id uuid PRIMARY KEY, content text NOT NULL, size int, point_id uuid, asset_id uuid);
     CREATE TABLE pieces (id text PRIMARY KEY, text text NOT NULL, doc_id text NOT NULL);`,
  );
  await migrateVectors(gateway.engine);
});
beforeEach(async () => {
  await gateway.engine.stores.relational.script(
    `TRUNCATE assets, chunks, pieces;
     INSERT INTO assets VALUES ('${asset}', 'manual');
     INSERT INTO chunks VALUES ('${row(1)}', 'named', 10, NULL, '${asset}'), ('${row(2)}', 'numbered', 20, '${point(2)}', NULL),
       ('${row(3)}', 'far', 30, NULL, NULL), ('${row(4)}', 'without a point', 40, NULL, NULL);
     INSERT INTO pieces VALUES ('doc-1-0', 'piece', 'doc-1');`,
  );
  const { client } = gateway.engine.stores.vector;
  await client.delete('texts', { wait: true, filter: {} });
  await upsert([
    { id: point(1), vector: near(0.9), payload: { chunk_id: row(1), asset_id: asset, size: 10, source_asset: 'manual' } },
    { id: point(2), vector: near(0.8), payload: { content: 'numbered', source_file: 'a.pdf', size: 20 } },
    { id: point(3), vector: near(0.1), payload: { chunk_id: row(3), size: 30 } },
    { id: point(4), vector: near(0.05), payload: { chunk_id: row(9), size: 1 } },
    { id: point(5), vector: near(0.94), payload: { content: 'of a row that is gone' } },
    { id: point(6), vector: near(0.85), payload: { chunk_id: 'doc-1-0', doc_id: 'doc-1' } },
    { id: point(7), vector: near(0.5), payload: { chunk_id: 'unknown' } },
  ]);
});
afterAll(() => gateway?.close());

describe('points of another program', () => {
  it('lead to their rows by the payload, or else by the column with their id, in the order of their scores', async () => {
    const { search } = await gateway.ask(
      `{ search(vector: ${asked}) { score text node { __typename ... on Chunk { id content } ... on Piece { id text } } } }`,
    );
    expect((search as { score: number }[]).map(({ score, ...hit }) => ({ ...hit, score: Math.round(score * 100) / 100 }))).toEqual([
      { score: 0.9, text: 'named', node: { __typename: 'Chunk', id: row(1), content: 'named' } },
      { score: 0.85, text: 'piece', node: { __typename: 'Piece', id: 'doc-1-0', text: 'piece' } },
      { score: 0.8, text: 'numbered', node: { __typename: 'Chunk', id: row(2), content: 'numbered' } },
      { score: 0.1, text: 'far', node: { __typename: 'Chunk', id: row(3), content: 'far' } },
    ]);
  });

  it('count as drift when their row is gone', async () => {
    const before = gateway.engine.drift.of('texts');
    await gateway.run(`{ search(vector: ${asked}, types: [CHUNK]) { score } }`);
    expect(gateway.engine.drift.of('texts')).toBeGreaterThan(before);
  });

  it('cost one statement for the keys of all hits that have none, and one for their rows', async () => {
    gateway.statements.length = 0;
    await gateway.ask(`{ search(vector: ${asked}, types: [CHUNK]) { node { ... on Chunk { content } } } }`);
    // Each way of answering sends its own.
    expect(gateway.statements.length).toBe(4);
  });

  it('fill a page although hits before them lead to no row', async () => {
    const { search } = await gateway.ask(`{ search(vector: ${asked}, types: [CHUNK], limit: 1, offset: 1) { text } }`);
    expect(search).toEqual([{ text: 'numbered' }]);
  });

  it('answer conditions under the keys that they have in the payload', async () => {
    const { search } = await gateway.ask(
      `{ search(vector: ${asked}, where: {chunk: {asset: {id: {eq: "${asset}"}}}}, types: [CHUNK]) { text } }`,
    );
    expect(search).toEqual([{ text: 'named' }]);
    const { byName } = await gateway.ask(
      `{ byName: search(vector: ${asked}, where: {chunk: {content: {in: ["numbered", "far"]}}}, types: [CHUNK]) { text } }`,
    );
    expect(byName).toEqual([{ text: 'numbered' }, { text: 'far' }]);
  });

  it('group hits by those keys', async () => {
    const { search } = await gateway.ask(`{ search(vector: ${asked}, groupBy: {field: "asset"}, types: [CHUNK]) { text } }`);
    expect(search).toEqual([{ text: 'named' }, { text: 'numbered' }, { text: 'far' }]);
  });

  it('are compared by similar, near conditions and near orders', async () => {
    const { chunk, numbered, chunks, sorted } = await gateway.ask(`{
      chunk(id: "${row(1)}") { similar(limit: 1) { chunk { content } } }
      numbered: chunk(id: "${row(2)}") { similar { chunk { content } } }
      chunks(where: {near: {vector: ${asked}, limit: 2}}, sort: [{id: DESC}]) { content }
      sorted: chunks(sort: [{near: {vector: ${asked}}}]) { content } }`);
    expect(chunk).toEqual({ similar: [{ chunk: { content: 'numbered' } }] });
    expect(numbered).toEqual({ similar: [{ chunk: { content: 'named' } }, { chunk: { content: 'far' } }] });
    expect(chunks).toEqual([{ content: 'numbered' }, { content: 'named' }]);
    expect((sorted as { content: string }[]).map(({ content }) => content)).toEqual(['named', 'numbered', 'far', 'without a point']);
  });

  it('are examples, and vary a page', async () => {
    await gateway.engine.stores.vector.client.delete('texts', { wait: true, points: [point(4)] });
    const { like, varied } = await gateway.ask(`{ like: search(like: ["${row(2)}"], types: [CHUNK]) { text }
      varied: search(vector: ${asked}, types: [CHUNK], diversity: 1, limit: 2) { text } }`);
    expect(like).toEqual([{ text: 'named' }, { text: 'far' }]);
    expect(varied).toEqual([{ text: 'named' }, { text: 'far' }]);
  });

  it('are written over by the gateway, which keeps the rest of their payload', async () => {
    expect(await projectRows(gateway.engine, tableType(gateway.engine.model, 'Chunk'), [row(1), row(2), row(4)])).toBeUndefined();
    const points = new Map((await all()).map(({ id, payload }) => [id, payload]));
    expect(points.size).toBe(8);
    expect(points.get(point(1))).toMatchObject({ chunk_id: row(1), asset_id: asset, source_asset: 'manual' });
    expect(points.get(point(2))).toMatchObject({ chunk_id: row(2), source_file: 'a.pdf' });
    expect(points.get(row(4))).toMatchObject({ chunk_id: row(4), size: 40, embedding_model: testEmbedder.model });
    expect(await verifyCollections(gateway.engine.model, gateway.engine.stores.vector, testEmbedder)).toEqual([]);
  });

  it('go with their rows', async () => {
    await gateway.engine.stores.relational.script(`DELETE FROM chunks WHERE id = '${row(1)}'; DELETE FROM pieces`);
    await projectRows(gateway.engine, tableType(gateway.engine.model, 'Chunk'), [row(1)]);
    await projectRows(gateway.engine, tableType(gateway.engine.model, 'Piece'), ['doc-1-0']);
    const ids = (await all()).map(({ id }) => id);
    expect(ids).toHaveLength(5);
    expect(ids).not.toContain(point(1));
    expect(ids).not.toContain(point(6));
  });

  it('are of a type of their own when the gateway makes them for a key that is no UUID', async () => {
    await gateway.engine.stores.relational.script(`INSERT INTO pieces VALUES ('doc-1-1', 'storms at sea', 'doc-1')`);
    await projectRows(gateway.engine, tableType(gateway.engine.model, 'Piece'), ['doc-1-1']);
    const { search } = await gateway.ask(`{ search(text: "storms at sea", types: [PIECE], limit: 1) { node { ... on Piece { id } } } }`);
    expect(search).toEqual([{ node: { id: 'doc-1-1' } }]);
  });

  it('stay as they are when migrate writes points again, unless the gateway has written them', async () => {
    await upsert([{ id: row(4), vector: near(0), payload: { chunk_id: row(4), embedding_form: 'older' } }]);
    await refillVectors(gateway.engine, createSilentLog());
    const points = new Map((await all()).map(({ id, payload }) => [id, payload]));
    expect(points.get(point(1))).toEqual({ chunk_id: row(1), asset_id: asset, size: 10, source_asset: 'manual' });
    expect(points.get(row(4))!['embedding_form']).not.toBe('older');
  });
});
