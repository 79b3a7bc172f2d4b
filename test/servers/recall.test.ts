import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Levels } from '../../src/load/levels.js';
import { createPointsLoader, type NearestRequest } from '../../src/load/vector.js';
import { createBudget } from '../support/budget.js';
import type { VectorStore } from '../../src/stores/types.js';
import { openServerVector } from '../../src/stores/vector/server.js';
import { createRandom, type Random } from '../support/generate.js';
import { emptyQdrant } from './qdrant.js';
import { serverUrl } from './urls.js';

const COLLECTION = 'recall';
/** Three times as many as Qdrant first makes an index for. */
const POINTS = 21_000;
const SIZE = 384;
/** As many as may stay outside of the index, where they are compared one by one: 10 MB of vectors. */
const OUTSIDE = 7_000;
const QUERIES = 100;
const BLOCK = 500;

const id = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

let store: VectorStore;
let queries: number[][];

/** Vectors that vary in 32 directions, and a little in all: as embeddings of texts do. */
const createVectors = (random: Random): (() => number[]) => {
  const uniform = (): number => (random.below(2 ** 30) + 0.5) / 2 ** 30;
  const draw = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const directions = Array.from({ length: 32 }, () => Array.from({ length: SIZE }, draw));
  return () => {
    const weights = directions.map(draw);
    return Array.from({ length: SIZE }, (_, index) =>
      Number((weights.reduce((sum, weight, direction) => sum + weight * directions[direction]![index]!, 0) + draw()).toFixed(3)),
    );
  };
};

/** Of the ten nearest points of each query, how many are found as the gateway searches. */
const recallOf = async (request: Partial<NearestRequest> = {}): Promise<number> => {
  const ask = (query: number[], exact: boolean) =>
    createPointsLoader(store, new Levels(), createBudget()).load({
      collection: COLLECTION,
      query,
      limit: 10,
      minScore: undefined,
      keys: undefined,
      ...request,
      exact,
    });
  let found = 0;
  for (const query of queries) {
    const [searched, compared] = await Promise.all([ask(query, false), ask(query, true)]);
    expect(compared).toHaveLength(10);
    const nearest = new Set(compared.map(({ key }) => key));
    found += searched.filter(({ key }) => nearest.has(key)).length;
  }
  return found / (10 * queries.length);
};

/** A server makes its index in the background, after it has answered that the points are written. */
const untilIndexed = (): Promise<void> =>
  vi.waitFor(
    async () => {
      const { status, indexed_vectors_count } = await store.client.getCollection(COLLECTION);
      expect(status).toBe('green');
      expect(indexed_vectors_count).toBeGreaterThanOrEqual(POINTS - OUTSIDE);
    },
    { timeout: 200_000, interval: 200 },
  );

beforeAll(async () => {
  const { QDRANT_API_KEY } = process.env;
  await emptyQdrant(serverUrl('QDRANT_URL'), QDRANT_API_KEY);
  store = await openServerVector({ url: serverUrl('QDRANT_URL'), apiKey: QDRANT_API_KEY, timeoutMs: 120_000 });
  await store.client.createCollection(COLLECTION, {
    vectors: { size: SIZE, distance: 'Cosine' },
    optimizers_config: { default_segment_number: 1 },
  });
  await store.client.createPayloadIndex(COLLECTION, { wait: true, field_name: 'place', field_schema: 'integer' });
  const make = createVectors(createRandom(384));
  queries = Array.from({ length: QUERIES }, make);
  for (let start = 1; start <= POINTS; start += BLOCK) {
    await store.client.upsert(COLLECTION, {
      wait: true,
      points: Array.from({ length: BLOCK }, (_, index) => ({
        id: id(start + index),
        vector: make(),
        payload: { place: (start + index) % 1000 },
      })),
    });
  }
  await untilIndexed();
}, 600_000);

afterAll(async () => {
  await emptyQdrant(serverUrl('QDRANT_URL'), process.env['QDRANT_API_KEY']);
  await store.close();
});

describe(`a search of ${POINTS} vectors in an index of Qdrant`, () => {
  it('finds 99 of 100 of the nearest', async () => {
    const recall = await recallOf();
    console.log(`recall@10 ${recall}`);
    expect(recall).toBeGreaterThanOrEqual(0.99);
  }, 60_000);

  it('finds all of the nearest where fewer than 1 in 100 pass', async () => {
    expect(await recallOf({ filter: { must: [{ key: 'place', range: { lt: 9 } }] } })).toBe(1);
    expect(await recallOf({ keys: Array.from({ length: 2_000 }, (_, index) => id(1 + index * 10)) })).toBe(1);
  }, 60_000);

  it('finds 99 of 100 of the nearest where more pass', async () => {
    const recall = await recallOf({ filter: { must: [{ key: 'place', range: { lt: 400 } }] } });
    console.log(`recall@10 filtered ${recall}`);
    expect(recall).toBeGreaterThanOrEqual(0.99);
  }, 60_000);

  it('finds 99 of 100 of the nearest where the vectors are quantized, too', async () => {
    await store.client.updateCollection(COLLECTION, {
      vectors: { '': { quantization_config: { scalar: { type: 'int8', always_ram: true } } } },
    });
    await untilIndexed();
    const recall = await recallOf();
    console.log(`recall@10 quantized ${recall}`);
    expect(recall).toBeGreaterThanOrEqual(0.99);
  }, 240_000);
});
