import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PointEstimates } from '../../src/stores/estimates.js';
import { Ending } from '../../src/stores/ending.js';
import { openEmbeddedVector } from '../../src/stores/vector/embedded.js';
import type { VectorClient, VectorStore } from '../../src/stores/types.js';

const id = (index: number) => `00000000-0000-4000-8000-00000000000${index}`;
const ODD = { must: [{ key: 'kind', match: { value: 'odd' } }] };

describe('estimates of the vector store', () => {
  let store: VectorStore;
  const counted: unknown[] = [];
  let client: VectorClient;
  beforeAll(async () => {
    store = await openEmbeddedVector({});
    await store.client.createCollection('points', { vectors: { size: 2, distance: 'Cosine' } });
    await store.client.upsert('points', {
      wait: true,
      points: [1, 2, 3, 4, 5].map((index) => ({ id: id(index), vector: [1, index], payload: { kind: index % 2 === 1 ? 'odd' : 'even' } })),
    });
    client = {
      ...store.client,
      count: (collection, request) => {
        counted.push(request);
        return store.client.count(collection, request);
      },
    };
  });
  afterAll(() => store.close());
  const estimate = (call: string, body: object, estimates = new PointEstimates(client)) => {
    counted.length = 0;
    return estimates.of(call, 'points', body)?.({});
  };

  it('are as many points as pass the filter, at most the limit of each search, and only those after its offset', async () => {
    const searches = [
      { limit: 2 },
      { limit: 9 },
      { filter: ODD, limit: 9 },
      { filter: ODD, limit: 9, offset: 2 },
      { filter: ODD, offset: 7 },
      { filter: null },
    ];
    expect(await estimate('queryBatch', { searches })).toEqual({ rows: 2 + 5 + 3 + 1 + 0 + 5 });
    // Those of the same filter share a count, which need not be exact.
    expect(counted).toEqual([{ exact: false }, { filter: ODD, exact: false }]);
  });

  it('of pages and of points by key are told the same way', async () => {
    expect(await estimate('scroll', { filter: ODD, limit: 2, offset: id(2) })).toEqual({ rows: 2 });
    expect(await estimate('retrieve', { ids: [id(1), id(2), id(9)] })).toEqual({ rows: 2 });
    expect(counted).toEqual([{ filter: { must: [{ has_id: [id(1), id(2), id(9)] }] }, exact: false }]);
  });

  it('are not made of calls that give no points', () => {
    for (const call of ['count', 'getCollection', 'upsert', 'delete']) expect(estimate(call, {}), call).toBeUndefined();
  });

  it('are left out where they would take too many counts', async () => {
    const estimates = new PointEstimates(client);
    const searches = (count: number) => ({
      searches: Array.from({ length: count }, (_, index) => ({ filter: { must: [{ key: 'kind', match: { value: `kind ${index}` } }] } })),
    });
    expect(await estimate('queryBatch', searches(20), estimates)).toEqual({ rows: 0 });
    expect(await estimate('queryBatch', searches(20), estimates)).toEqual({ rows: 0 });
    expect(counted).toEqual([]);
    expect(await estimate('queryBatch', searches(21), estimates)).toBeUndefined();
    expect(counted).toEqual([]);
  });

  it('are not waited for when the request is over', async () => {
    const end = new Ending();
    const asked = new PointEstimates({ ...client, count: () => new Promise(() => {}) }).of('queryBatch', 'points', { searches: [{}] })!({
      signal: end,
    });
    end.abort(new Error('the request is over'));
    await expect(asked).rejects.toThrow('the request is over');
  });
});
