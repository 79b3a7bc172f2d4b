import type { Schemas } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VectorStore } from '../../src/stores/types.js';

const COLLECTION = 'contract_payloads';
const id = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** Payloads of every kind, also such as the gateway never writes: their ids count from 1. */
const PAYLOADS: readonly Record<string, unknown>[] = [
  { text: 'a', number: 1, flag: true, at: '2026-01-01T00:00:00Z', list: ['x', 'y'], within: { key: 'v' } },
  { text: 'A', number: 2.5, flag: false, at: '2026-01-01T01:00:00+01:00', list: [], within: { key: null } },
  { text: '', number: 0, at: '2026-06-01T00:00:00.123456Z', list: [null], within: [{ key: 'v' }] },
  { text: '1', number: Number.MAX_SAFE_INTEGER, at: 'not a time', list: [1, '1', true] },
  { text: 1, number: '1', flag: 'true', at: 5 },
  { text: null, number: -0.5, list: null },
  { text: ['a', 'b'], number: [1, 5], flag: [true, false], at: ['2026-01-01T00:00:00Z', '2030-01-01T00:00:00Z'], list: [['x']] },
  { text: 'ä', number: 1e300, at: 'now', list: 'x', within: 'v' },
  {},
  { number: [[1]], at: '2026-01-01T00:00:00', text: { a: 1 } },
];

const is = (key: string, value: string | number | boolean): Schemas['Condition'] => ({ key, match: { value } });
const within = (key: string, range: Schemas['RangeInterface']): Schemas['Condition'] => ({ key, range });

/** A condition, and the points that pass it; all others pass its negation. */
const CONDITIONS: readonly (readonly [string, Schemas['Condition'], readonly number[]])[] = [
  ['a text, by its case', is('text', 'a'), [1, 7]],
  ['the empty text', is('text', ''), [3]],
  ['a text with an accent', is('text', 'ä'), [8]],
  ['a text that looks like a number', is('text', '1'), [4]],
  ['a number that looks like a text', is('text', 1), [5]],
  ['a number', is('number', 1), [1, 7]],
  ['zero', is('number', 0), [3]],
  ['yes, which is no number and no text', is('flag', true), [1, 7]],
  ['no', is('flag', false), [2, 7]],
  ['an item of a list, not of a list in it', is('list', 'x'), [1, 8]],
  ['an item that is a number', is('list', 1), [4]],
  ['an item that is a yes', is('list', true), [4]],
  ['any of two', { key: 'list', match: { any: ['x', '1'] } }, [1, 4, 8]],
  ['any of none', { key: 'list', match: { any: [] } }, []],
  ['a key within, not within a list', is('within.key', 'v'), [1]],
  ['nothing, or an empty list', { is_empty: { key: 'list' } }, [2, 5, 6, 9, 10]],
  ['a null within', { is_null: { key: 'within.key' } }, [2]],
  ['a range without bounds, which every number is within', within('number', {}), [1, 2, 3, 4, 6, 7, 8]],
  ['more than a number', within('number', { gt: 0 }), [1, 2, 4, 7, 8]],
  ['at most zero', within('number', { lte: 0 }), [3, 6]],
  ['a number, as a range', within('number', { gte: 1, lte: 1 }), [1, 7]],
  ['a range within which different items of a list are', within('number', { gt: 1, lt: 5 }), [2]],
  ['the greatest whole number', within('number', { gte: Number.MAX_SAFE_INTEGER }), [4, 8]],
  ['a moment, in any zone', within('at', { gte: '2026-01-01T00:00:00Z', lte: '2026-01-01T00:00:00Z' }), [1, 2, 7, 10]],
  ['later than a moment', within('at', { gt: '2026-01-01T00:00:00Z' }), [3, 7]],
  ['a moment to the microsecond', within('at', { gte: '2026-06-01T00:00:00.123456Z' }), [3, 7]],
  ['later by less than a microsecond', within('at', { gt: '2026-06-01T00:00:00.123456Z' }), [7]],
  ['no condition', {}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  ['no id', { has_id: [] }, []],
  ['one of no conditions', { should: [] }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
];

/** Filters and queries that no store may take for others. */
const REFUSED: readonly (readonly [string, Schemas['Filter']])[] = [
  ['a number with a fraction that is to be equal', { must: [is('number', 2.5)] }],
  ['a null that is to be equal', { must: [{ key: 'text', match: { value: null as never } }] }],
  ['a key that is none', { must: [is('', 'a')] }],
  ['a key that is more', { must: [is('text" == "a") || (1 == 1', 'a')] }],
  ['a moment that is none', { must: [within('at', { gte: 'nonsense' })] }],
];

/** What filters mean for payloads of any kind, the same in every vector store. */
export const vectorPayloadsContract = (name: 'embedded' | 'server', open: () => Promise<VectorStore>): void => {
  describe(`payloads in the vector store, ${name}`, () => {
    let store: VectorStore;
    const passing = async (filter: Schemas['Filter']): Promise<number[]> => {
      const { points } = await store.client.scroll(COLLECTION, { filter, limit: 100, with_payload: false });
      expect(await store.client.count(COLLECTION, { filter, exact: true })).toEqual({ count: points.length });
      return points.map((point) => Number(String(point.id).slice(-12))).sort((one, other) => one - other);
    };
    const nearest = async (request: Partial<Schemas['QueryRequest']>) =>
      (await store.client.queryBatch(COLLECTION, { searches: [{ query: [1, 0], using: 'cosine', limit: 3, ...request }] }))[0]!.points;

    beforeAll(async () => {
      store = await open();
      await store.client.createCollection(COLLECTION, {
        vectors: {
          cosine: { size: 2, distance: 'Cosine' },
          euclid: { size: 2, distance: 'Euclid' },
          dot: { size: 2, distance: 'Dot' },
          manhattan: { size: 2, distance: 'Manhattan' },
        },
      });
      await store.client.upsert(COLLECTION, {
        wait: true,
        points: PAYLOADS.map((payload, index) => {
          const vector = [index, 10 - index];
          return { id: id(index + 1), vector: { cosine: vector, euclid: vector, dot: vector, manhattan: vector }, payload };
        }),
      });
    });
    afterAll(() => store.close());

    it.each(CONDITIONS)('pass by %s', async (_, condition, expected) => {
      expect(await passing({ must: [condition] })).toEqual(expected);
      expect(await passing({ must_not: [condition] })).toEqual(
        PAYLOADS.map((_payload, index) => index + 1).filter((index) => !expected.includes(index)),
      );
    });

    it('pass by a null; by a null in a list they do not, but in some servers', async () => {
      const found = await passing({ must: [{ is_null: { key: 'list' } }] });
      expect(name === 'embedded' ? found : found.filter((index) => index !== 3)).toEqual([6]);
      expect([...found, ...(await passing({ must_not: [{ is_null: { key: 'list' } }] }))].sort((one, other) => one - other)).toEqual(
        PAYLOADS.map((_payload, index) => index + 1),
      );
    });

    it.each(REFUSED)('are not asked for %s', async (_, filter) => {
      await expect(passing(filter)).rejects.toMatchObject({ status: 400 });
    });

    const vectors = PAYLOADS.map((_, index): [number, number] => [index, 10 - index]);
    it.each([
      ['cosine', ([x, y]: [number, number]) => x / Math.hypot(x, y), 1],
      ['dot', ([x]: [number, number]) => x, 1],
      // Distances: the least is best, and a threshold is the greatest.
      ['euclid', ([x, y]: [number, number]) => Math.hypot(x - 1, y), -1],
      ['manhattan', ([x, y]: [number, number]) => Math.abs(x - 1) + y, -1],
    ] as const)('are found by the score of %s', async (using, scoreOf, sign) => {
      const scores = vectors.map(scoreOf).sort((one, other) => sign * (other - one));
      const found = await nearest({ using, limit: 100 });
      expect(found.map(({ score }) => score)).toEqual(scores.map((score) => expect.closeTo(score, 4) as number));
      for (const { id: key, score } of found) expect(score).toBeCloseTo(scoreOf(vectors[Number(String(key).slice(-12)) - 1]!), 4);
      const threshold = (scores[3]! + scores.find((score) => score !== scores[3] && sign * (scores[3]! - score) > 0)!) / 2;
      expect(await nearest({ using, score_threshold: threshold, limit: 100 })).toHaveLength(
        scores.filter((score) => sign * (score - threshold) >= 0).length,
      );
    });

    it('are found from an offset on, and none beyond the end', async () => {
      const [, second, third] = await nearest({});
      expect((await nearest({ offset: 1, limit: 2 })).map((point) => point.id)).toEqual([second!.id, third!.id]);
      expect(await nearest({ offset: 50 })).toEqual([]);
    });

    it('are like nothing without a direction', async () => {
      expect((await nearest({ query: [0, 0] })).map(({ score }) => score)).toEqual([0, 0, 0]);
    });

    it('are not asked for with vectors or pages that cannot be', async () => {
      await expect(nearest({ limit: 0 })).rejects.toMatchObject({
        status: expect.toSatisfy((status) => status === 400 || status === 422) as number,
      });
      await expect(nearest({ offset: -1 })).rejects.toMatchObject({ status: 400 });
      await expect(store.client.scroll(COLLECTION, { with_vector: ['nothing'] })).rejects.toMatchObject({ status: 400 });
    });

    it('come in the order in which they are asked for', async () => {
      const points = await store.client.retrieve(COLLECTION, { ids: [id(3), id(1), id(2)], with_payload: ['text'] });
      expect(points).toEqual([3, 1, 2].map((index) => ({ id: id(index), payload: { text: PAYLOADS[index - 1]!['text'] } })));
    });
  });
};
