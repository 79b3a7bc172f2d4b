import { FILTERS, id } from '../support/vector-filters.js';
import type { Schemas } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VectorStore } from '../../src/stores/types.js';

const COLLECTION = 'contract';

/** What every vector store must do, embedded or server: the requests that the gateway sends. */
export const vectorContract = (name: 'embedded' | 'server', open: () => Promise<VectorStore>): void => {
  describe(`vector store, ${name}`, () => {
    let store: VectorStore;
    const ids = async (filter: Schemas['Filter']) => {
      const { points } = await store.client.scroll(COLLECTION, { filter, limit: 100, with_payload: false });
      return points.map((point) => Number(String(point.id).at(-1))).sort();
    };
    beforeAll(async () => {
      store = await open();
      await store.client.createCollection(COLLECTION, { vectors: { size: 3, distance: 'Cosine' } });
      await store.client.upsert(COLLECTION, {
        wait: true,
        points: [
          {
            id: id(1),
            vector: [1, 0, 0],
            payload: { kind: 'a', rank: 1, tags: ['x', 'y'], at: '2026-01-01T00:00:00Z', deep: { key: 'k' } },
          },
          { id: id(2), vector: [0.9, 0.1, 0], payload: { kind: 'b', rank: 2, tags: ['y'], none: null } },
          { id: id(3), vector: [0, 1, 0], payload: { kind: 'a', rank: 3, tags: [], at: '2026-06-01T00:00:00Z' } },
          { id: id(4), vector: [0, 0, 2], payload: { kind: 'c', text: 'A Quick Brown Fox' } },
        ],
      });
    });
    afterAll(() => store.close());

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    it('lists its collections and their sizes', async () => {
      expect((await store.client.getCollections()).collections).toContainEqual({ name: COLLECTION });
      expect(await store.client.getCollection(COLLECTION)).toMatchObject({
        points_count: 4,
        config: { params: { vectors: { size: 3, distance: 'Cosine' } } },
      });
    });

    it('finds the nearest points, best first, with cosine scores', async () => {
      const [result] = await store.client.queryBatch(COLLECTION, { searches: [{ query: [1, 0, 0], limit: 2, with_payload: true }] });
      expect(result!.points.map((point) => point.id)).toEqual([id(1), id(2)]);
      expect(result!.points[0]!.score).toBeCloseTo(1, 5);
      expect(result!.points[1]!.score).toBeCloseTo(0.9 / Math.hypot(0.9, 0.1), 5);
      expect(result!.points[0]!.payload).toMatchObject({ kind: 'a' });
    });

    it('leaves a point out of its own neighbours', async () => {
      const [result] = await store.client.queryBatch(COLLECTION, { searches: [{ query: id(1), limit: 10 }] });
      expect(result!.points.map((point) => point.id)).not.toContain(id(1));
      expect(result!.points[0]!.id).toBe(id(2));
    });

    it('keeps to a score threshold, an offset and a filter', async () => {
      const [threshold, offset, filtered] = await store.client.queryBatch(COLLECTION, {
        searches: [
          { query: [1, 0, 0], score_threshold: 0.5 },
          { query: [1, 0, 0], limit: 1, offset: 1 },
          { query: [1, 0, 0], filter: { must: [{ has_id: [id(3), id(4)] }] } },
        ],
      });
      expect(threshold!.points.map((point) => point.id)).toEqual([id(1), id(2)]);
      expect(offset!.points.map((point) => point.id)).toEqual([id(2)]);
      expect(filtered!.points.map((point) => point.id).sort()).toEqual([id(3), id(4)]);
    });

    it('refuses to search from a point that is not there', async () => {
      await expect(store.client.queryBatch(COLLECTION, { searches: [{ query: id(9) }] })).rejects.toMatchObject({ status: 404 });
    });

    it('refuses a vector of another size', async () => {
      await expect(store.client.queryBatch(COLLECTION, { searches: [{ query: [1, 0] }] })).rejects.toMatchObject({ status: 400 });
      await expect(store.client.upsert(COLLECTION, { points: [{ id: id(9), vector: [1] }] })).rejects.toMatchObject({ status: 400 });
    });

    it('refuses a collection that exists and one that does not', async () => {
      await expect(store.client.createCollection(COLLECTION, { vectors: { size: 3, distance: 'Cosine' } })).rejects.toMatchObject({
        status: 409,
      });
      await expect(store.client.getCollection('nowhere')).rejects.toMatchObject({ status: 404 });
    });

    it.each(FILTERS)('filters by %s', async (_, filter, expected) => {
      expect(await ids(filter)).toEqual(expected);
      expect(await store.client.count(COLLECTION, { filter, exact: true })).toEqual({ count: expected.length });
    });

    it.each(FILTERS)('estimates a count by %s', async (_, filter) => {
      const { count } = await store.client.count(COLLECTION, { filter, exact: false });
      expect(count).toBeGreaterThanOrEqual(0);
      expect(count).toBeLessThanOrEqual(4);
    });

    it('estimates a count of all points, which it knows', async () => {
      expect(await store.client.count(COLLECTION, { exact: false })).toEqual({ count: 4 });
    });

    it('scrolls page by page', async () => {
      const first = await store.client.scroll(COLLECTION, { limit: 3 });
      const second = await store.client.scroll(COLLECTION, { limit: 3, offset: first.next_page_offset as string });
      expect([...first.points, ...second.points].map((point) => point.id)).toEqual([id(1), id(2), id(3), id(4)]);
      expect(second.next_page_offset ?? null).toBeNull();
    });

    it('replaces a point, retrieves it and deletes it', async () => {
      await store.client.upsert(COLLECTION, { wait: true, points: [{ id: id(8), vector: [1, 1, 1], payload: { a: 1 } }] });
      await store.client.upsert(COLLECTION, { wait: true, points: [{ id: id(8), vector: [0, 1, 0], payload: { b: 2 } }] });
      expect(await store.client.retrieve(COLLECTION, { ids: [id(8), id(9)], with_vector: true })).toEqual([
        expect.objectContaining({ id: id(8), payload: { b: 2 }, vector: [0, 1, 0] }),
      ]);
      await store.client.delete(COLLECTION, { wait: true, points: [id(8)] });
      expect(await store.client.retrieve(COLLECTION, { ids: [id(8)] })).toEqual([]);
      await store.client.upsert(COLLECTION, { wait: true, points: [{ id: id(7), vector: [1, 1, 1], payload: { gone: true } }] });
      await store.client.delete(COLLECTION, { wait: true, filter: { must: [{ key: 'gone', match: { value: true } }] } });
      expect(await store.client.count(COLLECTION, { exact: true })).toEqual({ count: 4 });
    });

    it('takes any key as an id, a server only whole numbers and UUIDs', async () => {
      const upsert = () => store.client.upsert(COLLECTION, { wait: true, points: [{ id: 'AIR-001', vector: [1, 1, 1], payload: {} }] });
      if (name === 'server') return expect(upsert()).rejects.toMatchObject({ status: 400 });
      await upsert();
      expect(await store.client.retrieve(COLLECTION, { ids: ['AIR-001'], with_payload: false })).toEqual([{ id: 'AIR-001' }]);
      await store.client.delete(COLLECTION, { wait: true, points: ['AIR-001'] });
    });

    describe('of several vectors and of weighted words', () => {
      const MANY = 'contract_many';
      const words = (...entries: [number, number][]) => ({
        indices: entries.map(([index]) => index),
        values: entries.map(([, value]) => value),
      });
      const nearest = async (request: Schemas['QueryRequest']) =>
        (await store.client.queryBatch(MANY, { searches: [request] }))[0]!.points.map((point) => ({
          id: Number(String(point.id).at(-1)),
          score: point.score,
        }));
      /** Rarity as Qdrant reckons it: of `n` points that have words, `df` have this one. */
      const rarity = (df: number, n = 4) => Math.log((n - df + 0.5) / (df + 0.5) + 1);

      beforeAll(async () => {
        await store.client.createCollection(MANY, {
          vectors: { title: { size: 2, distance: 'Cosine' }, text: { size: 3, distance: 'Cosine' } },
          sparse_vectors: { keywords: { modifier: 'idf' } },
        });
        await store.client.createPayloadIndex(MANY, { wait: true, field_name: 'kind', field_schema: 'keyword' });
        await store.client.upsert(MANY, {
          wait: true,
          points: [
            {
              id: id(1),
              vector: { title: [1, 0], text: [1, 0, 0], keywords: words([7, 1], [4_000_000_000, 0.5]) },
              payload: { kind: 'a' },
            },
            { id: id(2), vector: { title: [0.6, 0.8], text: [0, 2, 0], keywords: words([7, 2]) }, payload: { kind: 'b' } },
            { id: id(3), vector: { title: [0, 1], text: [0, 1, 1], keywords: words([9, 1.5]) }, payload: { kind: 'a' } },
            { id: id(4), vector: { text: [0, 0, 1], keywords: words([11, 1]) }, payload: {} },
          ],
        });
      });

      it('compares the vector that is named, and only points that have it', async () => {
        expect((await nearest({ query: [0, 1], using: 'title' })).map((point) => point.id)).toEqual([3, 2, 1]);
        expect((await nearest({ query: [0, 1, 0], using: 'text', limit: 1 })).map((point) => point.id)).toEqual([2]);
        expect((await nearest({ query: id(1), using: 'title', limit: 1 })).map((point) => point.id)).toEqual([2]);
      });

      it('weighs words by their rarity in the collection, whatever the filter', async () => {
        const found = await nearest({ query: words([7, 1], [4_000_000_000, 1]), using: 'keywords' });
        expect(found.map((point) => point.id)).toEqual([2, 1]);
        expect(found[0]!.score).toBeCloseTo(2 * rarity(2), 5);
        expect(found[1]!.score).toBeCloseTo(rarity(2) + 0.5 * rarity(1), 5);
        const [filtered] = await nearest({
          query: words([7, 1]),
          using: 'keywords',
          filter: { must: [{ key: 'kind', match: { value: 'a' } }] },
        });
        expect(filtered).toEqual({ id: 1, score: expect.closeTo(rarity(2), 5) as number });
        expect(await nearest({ query: words([7, 1]), using: 'keywords', score_threshold: 1.5 * rarity(2) })).toHaveLength(1);
        expect(await nearest({ query: words([8, 1]), using: 'keywords' })).toEqual([]);
      });

      it('finds what is like some examples and unlike others', async () => {
        const unit = (vector: readonly number[]) => vector.map((value) => value / Math.hypot(...vector));
        const wanted = [
          [1, 0, 0],
          [0, 1, 0],
        ];
        const unwanted = [[0, 0, 1]];
        const found = await nearest({
          query: { recommend: { positive: wanted, negative: unwanted, strategy: 'average_vector' } },
          using: 'text',
        });
        const target = [1, 1, -1];
        const score = (vector: readonly number[]) => unit(target).reduce((sum, value, index) => sum + value * unit(vector)[index]!, 0);
        expect(found.map((point) => point.id).slice(2)).toEqual([3, 4]);
        expect(found.map((point) => point.score)).toEqual(
          [score([1, 0, 0]), score([0, 1, 0]), score([0, 1, 1]), score([0, 0, 1])].map((each) => expect.closeTo(each, 5) as number),
        );
        // Points that are examples are not found.
        expect(
          (await nearest({ query: { recommend: { positive: [id(2)], negative: [id(4)] } }, using: 'text' })).map((point) => point.id),
        ).toEqual([3, 1]);
      });

      it('shows the vectors that are asked for, those of cosine as units', async () => {
        const [named] = await store.client.retrieve(MANY, { ids: [id(2)], with_payload: false, with_vector: ['text', 'keywords'] });
        expect(named).toEqual({ id: id(2), vector: { text: [0, 1, 0], keywords: words([7, 2]) } });
        const [unnamed] = await store.client.retrieve(COLLECTION, { ids: [id(4)], with_payload: false, with_vector: [''] });
        expect(unnamed).toEqual({ id: id(4), vector: [0, 0, 1] });
        const { points } = await store.client.scroll(MANY, { limit: 1, with_payload: false, with_vector: true });
        expect(Object.keys(points[0]!.vector as object).sort()).toEqual(['keywords', 'text', 'title']);
      });

      it('refuses vectors that the collection does not have, and points without the one compared', async () => {
        await expect(nearest({ query: [1, 0], using: 'nothing' })).rejects.toMatchObject({ status: 400 });
        await expect(nearest({ query: [1, 0, 0], using: 'title' })).rejects.toMatchObject({ status: 400 });
        await expect(store.client.upsert(MANY, { wait: true, points: [{ id: id(9), vector: { nothing: [1] } }] })).rejects.toMatchObject({
          status: 400,
        });
        await expect(nearest({ query: id(4), using: 'title' })).rejects.toMatchObject({ status: 404 });
        await expect(nearest({ query: { recommend: { positive: [], negative: [[1, 0]] } }, using: 'title' })).rejects.toMatchObject({
          status: 400,
        });
      });

      it('takes words and settings later, and says so', async () => {
        expect((await store.client.getCollection(COLLECTION)).config.params.sparse_vectors ?? {}).toEqual({});
        await store.client.createVectorName(COLLECTION, 'keywords', { sparse: { modifier: 'idf' } });
        await store.client.upsert(COLLECTION, {
          wait: true,
          points: [{ id: id(6), vector: { '': [0, 1, 0], keywords: words([3, 1]) }, payload: {} }],
        });
        const [result] = await store.client.queryBatch(COLLECTION, { searches: [{ query: words([3, 1]), using: 'keywords' }] });
        expect(result!.points.map((point) => point.id)).toEqual([id(6)]);
        await store.client.delete(COLLECTION, { wait: true, points: [id(6)] });
        await store.client.updateCollection(MANY, {
          vectors: { text: { hnsw_config: { m: 24 }, quantization_config: { scalar: { type: 'int8', always_ram: true } }, on_disk: true } },
        });
        const info = await store.client.getCollection(MANY);
        expect(info.config.params).toMatchObject({
          vectors: {
            text: { size: 3, hnsw_config: { m: 24 }, quantization_config: { scalar: { type: 'int8', always_ram: true } }, on_disk: true },
          },
          sparse_vectors: { keywords: { modifier: 'idf' } },
        });
        expect(info.payload_schema).toMatchObject({ kind: { data_type: 'keyword', points: 3 } });
      });

      it('reckons rarity without points that are gone, a server only once it has swept them away', async () => {
        await store.client.upsert(MANY, { wait: true, points: [{ id: id(5), vector: { keywords: words([7, 1]) }, payload: {} }] });
        await store.client.delete(MANY, { wait: true, points: [id(5)] });
        const [, found] = await nearest({ query: words([7, 1]), using: 'keywords' });
        expect(found).toEqual({ id: 1, score: expect.closeTo(name === 'embedded' ? rarity(2) : rarity(3, 5), 5) as number });
      });

      it('estimates what a collection takes up', async () => {
        const usage = (await store.usage()).get(MANY);
        expect(usage?.vectorBytes).toBeGreaterThan(0);
        expect(usage?.payloadBytes).toBeGreaterThanOrEqual(0);
      });
    });
  });
};
