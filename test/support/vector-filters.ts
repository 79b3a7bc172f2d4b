import type { Schemas } from '@qdrant/js-client-rest';

/** Keys of the points that the contract of vector stores is tried on. */
export const id = (index: number) => `00000000-0000-4000-8000-00000000000${index}`;

/** Every kind of filter: what it is, the filter, and the points of the contract that pass it. */
export const FILTERS: readonly (readonly [string, Schemas['Filter'], readonly number[]])[] = [
  ['a value', { must: [{ key: 'kind', match: { value: 'a' } }] }, [1, 3]],
  ['an item of a list', { must: [{ key: 'tags', match: { value: 'y' } }] }, [1, 2]],
  ['one of several values', { must: [{ key: 'kind', match: { any: ['b', 'c'] } }] }, [2, 4]],
  ['none of several values', { must: [{ key: 'kind', match: { except: ['a', 'c'] } }] }, [2]],
  ['a nested key', { must: [{ key: 'deep.key', match: { value: 'k' } }] }, [1]],
  ['a range of numbers', { must: [{ key: 'rank', range: { gt: 1, lte: 3 } }] }, [2, 3]],
  ['a range of times', { must: [{ key: 'at', range: { gte: '2026-02-01T00:00:00Z' } }] }, [3]],
  ['an empty key', { must: [{ is_empty: { key: 'tags' } }] }, [3, 4]],
  ['a null key', { must: [{ is_null: { key: 'none' } }] }, [2]],
  [
    'all of must',
    {
      must: [
        { key: 'kind', match: { value: 'a' } },
        { key: 'rank', range: { gte: 2 } },
      ],
    },
    [3],
  ],
  [
    'any of should',
    {
      should: [
        { key: 'kind', match: { value: 'b' } },
        { key: 'kind', match: { value: 'c' } },
      ],
    },
    [2, 4],
  ],
  ['none of must_not, missing keys included', { must_not: [{ key: 'rank', range: { gte: 2 } }] }, [1, 4]],
  [
    'at least two of min_should',
    {
      min_should: {
        min_count: 2,
        conditions: [
          { key: 'kind', match: { value: 'a' } },
          { key: 'rank', range: { lt: 2 } },
          { key: 'tags', match: { value: 'x' } },
        ],
      },
    },
    [1],
  ],
  [
    'a filter in a filter',
    {
      must: [
        {
          should: [
            { key: 'kind', match: { value: 'b' } },
            {
              must: [
                { key: 'kind', match: { value: 'a' } },
                { key: 'rank', range: { gte: 3 } },
              ],
            },
          ],
        },
      ],
    },
    [2, 3],
  ],
  ['ids', { must: [{ has_id: [id(2), id(9)] }] }, [2]],
];
