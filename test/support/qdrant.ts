/** What the gateway asks of Qdrant, and what Qdrant answers. */
import type { Schemas } from '@qdrant/js-client-rest';
import type { VectorClient } from '../../src/stores/types.js';

export const A = '00000000-0000-4000-8000-00000000000a';
export const B = '00000000-0000-4000-8000-00000000000b';
export const GONE = '00000000-0000-4000-8000-00000000000f';

const UPDATED = { operation_id: 7, status: 'completed' };
const INFO = {
  status: 'green',
  optimizer_status: 'ok',
  points_count: 4,
  segments_count: 2,
  config: {
    params: {
      vectors: { size: 3, distance: 'Cosine' },
      shard_number: 1,
      replication_factor: 1,
      write_consistency_factor: 1,
      on_disk_payload: true,
    },
    hnsw_config: { m: 16, ef_construct: 100, full_scan_threshold: 10_000 },
    optimizer_config: { deleted_threshold: 0.2, vacuum_min_vector_number: 1_000, default_segment_number: 0, flush_interval_sec: 5 },
  },
  payload_schema: { embedding_model: { data_type: 'keyword', points: 4 } },
};

/** Qdrant's answers by method and last part of the path. */
export const RESULTS: Readonly<Record<string, unknown>> = {
  'GET collections': { collections: [{ name: 'requirements' }] },
  'GET requirements': INFO,
  'PUT requirements': true,
  'PATCH requirements': true,
  'PUT keywords': UPDATED,
  'GET telemetry': {
    id: 't',
    collections: {
      number_of_collections: 1,
      collections: [
        {
          id: 'requirements',
          shards: [
            {
              id: 0,
              remote: [],
              replicate_states: {},
              local: { total_optimized_points: 0, vectors_size_bytes: 2_048, payloads_size_bytes: 100 },
            },
            { id: 1, remote: [], replicate_states: {}, local: null },
          ],
        },
      ],
    },
  },
  'PUT index': UPDATED,
  'PUT points': UPDATED,
  'POST delete': UPDATED,
  'POST points': [{ id: A, payload: { embedding_model: 'm' }, vector: [1, 0, 0] }],
  'POST scroll': { points: [{ id: A, payload: { embedding_model: 'm' } }], next_page_offset: B },
  'POST count': { count: 4 },
};

const MODEL_OF: Schemas['Filter'] = { must_not: [{ is_empty: { key: 'embedding_model' } }] };

/** Each kind of request: what the gateway calls, what goes over the wire, and what comes back. */
export const REQUESTS: readonly (readonly [string, (client: VectorClient) => Promise<unknown>, string, string, unknown, unknown])[] = [
  [
    'lists collections',
    (client) => client.getCollections(),
    'GET /collections',
    '',
    undefined,
    { collections: [{ name: 'requirements' }] },
  ],
  ['describes a collection', (client) => client.getCollection('requirements'), 'GET /collections/requirements', '', undefined, INFO],
  [
    'makes a collection',
    (client) => client.createCollection('requirements', { vectors: { size: 512, distance: 'Cosine' } }),
    'PUT /collections/requirements',
    '',
    { vectors: { size: 512, distance: 'Cosine' } },
    true,
  ],
  [
    'makes an index',
    (client) => client.createPayloadIndex('requirements', { field_name: 'embedding_model', field_schema: 'keyword', wait: true }),
    'PUT /collections/requirements/index',
    '?wait=true',
    { field_name: 'embedding_model', field_schema: 'keyword' },
    UPDATED,
  ],
  [
    'writes points',
    (client) =>
      client.upsert('requirements', {
        wait: true,
        points: [
          { id: A, vector: [0.5, -1, 0], payload: { embedding_model: 'm' } },
          { id: B, vector: [0, 0, 1], payload: {} },
        ],
      }),
    'PUT /collections/requirements/points',
    '?wait=true',
    {
      points: [
        { id: A, vector: [0.5, -1, 0], payload: { embedding_model: 'm' } },
        { id: B, vector: [0, 0, 1], payload: {} },
      ],
    },
    UPDATED,
  ],
  [
    'deletes by ids',
    (client) => client.delete('requirements', { wait: true, points: [A, B] }),
    'POST /collections/requirements/points/delete',
    '?wait=true',
    { points: [A, B] },
    UPDATED,
  ],
  [
    'deletes by a filter',
    (client) => client.delete('requirements', { wait: true, filter: { must: [{ key: 'gone', match: { value: true } }] } }),
    'POST /collections/requirements/points/delete',
    '?wait=true',
    { filter: { must: [{ key: 'gone', match: { value: true } }] } },
    UPDATED,
  ],
  [
    'retrieves',
    (client) => client.retrieve('requirements', { ids: [A, GONE], with_payload: false }),
    'POST /collections/requirements/points',
    '',
    { ids: [A, GONE], with_payload: false },
    RESULTS['POST points'],
  ],
  [
    'retrieves vectors',
    (client) => client.retrieve('requirements', { ids: [A], with_vector: true }),
    'POST /collections/requirements/points',
    '',
    { ids: [A], with_payload: true, with_vector: true },
    RESULTS['POST points'],
  ],
  [
    'scrolls for the model of a collection',
    (client) => client.scroll('requirements', { limit: 1, with_payload: ['embedding_model'], filter: MODEL_OF }),
    'POST /collections/requirements/points/scroll',
    '',
    { limit: 1, with_payload: ['embedding_model'], with_vector: false, filter: { must_not: [{ is_empty: { key: 'embedding_model' } }] } },
    { points: [{ id: A, payload: { embedding_model: 'm' } }], next_page_offset: B },
  ],
  [
    'scrolls on',
    (client) => client.scroll('requirements', { limit: 3, offset: B }),
    'POST /collections/requirements/points/scroll',
    '',
    { limit: 3, offset: B, with_payload: true, with_vector: false },
    RESULTS['POST scroll'],
  ],
  [
    'counts',
    (client) => client.count('requirements', { exact: true }),
    'POST /collections/requirements/points/count',
    '',
    { exact: true },
    { count: 4 },
  ],
  [
    'counts roughly',
    (client) => client.count('requirements', { filter: MODEL_OF, exact: false }),
    'POST /collections/requirements/points/count',
    '',
    { filter: MODEL_OF, exact: false },
    { count: 4 },
  ],
  [
    'asks for neighbours of a vector and of a point, at once',
    (client) =>
      client.queryBatch('requirements', {
        searches: [
          { query: [0.25, 0, 1], limit: 5, with_payload: false, score_threshold: 0.5, filter: { must: [{ has_id: [A, B] }] } },
          { query: A, limit: 10, with_payload: true },
          { query: [1, 0, 0], limit: 1, offset: 1 },
        ],
      }),
    'POST /collections/requirements/points/query/batch',
    '',
    {
      searches: [
        { query: [0.25, 0, 1], limit: 5, with_payload: false, score_threshold: 0.5, filter: { must: [{ has_id: [A, B] }] } },
        { query: A, limit: 10, with_payload: true },
        { query: [1, 0, 0], limit: 1, offset: 1 },
      ],
    },
    [A, B, A].map((id) => ({ points: [{ id, version: 3, score: 0.75 }] })),
  ],
  [
    'makes a collection of named vectors and words, with settings',
    (client) =>
      client.createCollection('requirements', {
        vectors: {
          text: {
            size: 512,
            distance: 'Cosine',
            hnsw_config: { m: 24, ef_construct: 200 },
            quantization_config: { scalar: { type: 'int8', quantile: 0.99, always_ram: true } },
            on_disk: true,
          },
        },
        sparse_vectors: { keywords: { modifier: 'idf' } },
      }),
    'PUT /collections/requirements',
    '',
    {
      vectors: {
        text: {
          size: 512,
          distance: 'Cosine',
          hnsw_config: { m: 24, ef_construct: 200 },
          quantization_config: { scalar: { type: 'int8', quantile: 0.99, always_ram: true } },
          on_disk: true,
        },
      },
      sparse_vectors: { keywords: { modifier: 'idf' } },
    },
    true,
  ],
  [
    'changes the settings of the unnamed vector',
    (client) =>
      client.updateCollection('requirements', {
        vectors: { '': { hnsw_config: { m: 24, on_disk: true }, quantization_config: { product: { compression: 'x16' } } } },
      }),
    'PATCH /collections/requirements',
    '',
    { vectors: { '': { hnsw_config: { m: 24, on_disk: true }, quantization_config: { product: { compression: 'x16' } } } } },
    true,
  ],
  [
    'adds words to a collection',
    (client) => client.createVectorName('requirements', 'keywords', { sparse: { modifier: 'idf' } }),
    'PUT /collections/requirements/vectors/keywords',
    '?wait=true',
    { sparse: { modifier: 'idf' } },
    UPDATED,
  ],
  [
    'writes the unnamed vector beside words',
    (client) =>
      client.upsert('requirements', {
        wait: true,
        points: [
          {
            id: A,
            vector: { '': [0.5, -1, 0], keywords: { indices: [7, 4_000_000_000], values: [1.5, 0.25] } },
            payload: { priority: 'high', createdAt: '2026-03-01T09:30:00.5Z' },
          },
        ],
      }),
    'PUT /collections/requirements/points',
    '?wait=true',
    {
      points: [
        {
          id: A,
          vector: { '': [0.5, -1, 0], keywords: { indices: [7, 4_000_000_000], values: [1.5, 0.25] } },
          payload: { priority: 'high', createdAt: '2026-03-01T09:30:00.5Z' },
        },
      ],
    },
    UPDATED,
  ],
  [
    'retrieves the unnamed vector alone',
    (client) => client.retrieve('requirements', { ids: [A], with_payload: false, with_vector: [''] }),
    'POST /collections/requirements/points',
    '',
    { ids: [A], with_payload: false, with_vector: [''] },
    RESULTS['POST points'],
  ],
];
