import type { Schemas } from '@qdrant/js-client-rest';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createListener, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNearestLoader } from '../../src/loaders/vector.js';
import { Levels } from '../../src/loaders/levels.js';
import { toGatewayError } from '../../src/stores/failures.js';
import type { VectorClient, VectorStore } from '../../src/stores/types.js';
import { openServerVector } from '../../src/stores/vector/server.js';
import { FILTERS } from '../contracts/vector.js';

/**
 * Qdrant's server is in no package registry. So what the driver sends is held against the requests that Qdrant
 * documents, and what it does with the answers that Qdrant documents.
 */
interface Sent {
  readonly request: string;
  readonly query: string;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
}

const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';
const GONE = '00000000-0000-4000-8000-00000000000f';
const KEY = 'key-that-nobody-may-see';
const UPDATED = { operation_id: 7, status: 'completed' };
const INFO = {
  status: 'green',
  optimizer_status: 'ok',
  points_count: 4,
  segments_count: 2,
  config: {
    params: { vectors: { size: 3, distance: 'Cosine' }, shard_number: 1, replication_factor: 1, write_consistency_factor: 1, on_disk_payload: true },
    hnsw_config: { m: 16, ef_construct: 100, full_scan_threshold: 10_000 },
    optimizer_config: { deleted_threshold: 0.2, vacuum_min_vector_number: 1_000, default_segment_number: 0, flush_interval_sec: 5 },
  },
  payload_schema: { embedding_model: { data_type: 'keyword', points: 4 } },
};

/** Qdrant's answers by method and last part of the path. */
const RESULTS: Readonly<Record<string, unknown>> = {
  'GET collections': { collections: [{ name: 'requirements' }] },
  'GET requirements': INFO,
  'PUT requirements': true,
  'PUT index': UPDATED,
  'PUT points': UPDATED,
  'POST delete': UPDATED,
  'POST points': [{ id: A, payload: { embedding_model: 'm' }, vector: [1, 0, 0] }],
  'POST scroll': { points: [{ id: A, payload: { embedding_model: 'm' } }], next_page_offset: B },
  'POST count': { count: 4 },
};

const sent: Sent[] = [];
const refusals: { status: number; error: string }[] = [];
let server: Server;
let url: string;
let store: VectorStore;

/** What Qdrant answers; it knows the points A and B. */
const answer = (method: string, path: string, body: unknown): { status: number; result: unknown; error?: string } => {
  const refusal = refusals.shift();
  if (refusal) return { status: refusal.status, result: null, error: refusal.error };
  if (!path.endsWith('/query/batch')) return { status: 200, result: RESULTS[`${method} ${path.split('/').at(-1)}`] };
  const { searches } = body as { searches: { query: unknown }[] };
  if (searches.some(({ query }) => query === GONE)) return { status: 404, result: null, error: `Not found: No point with id ${GONE} found` };
  return { status: 200, result: searches.map(({ query }) => ({ points: [{ id: query === A ? B : A, version: 3, score: 0.75 }] })) };
};

const listen = async (on: { listen(port: number, host: string): unknown; address(): unknown } & NodeJS.EventEmitter): Promise<number> => {
  on.listen(0, '127.0.0.1');
  await once(on, 'listening');
  return (on.address() as AddressInfo).port;
};

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const { pathname, search } = new URL(request.url!, 'http://qdrant');
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      sent.push({ request: `${request.method} ${pathname}`, query: search, body, headers: request.headers });
      const { status, result, error } = answer(request.method!, pathname, body);
      const content = error === undefined ? { result, status: 'ok', time: 0.000_2 } : { status: { error }, time: 0.000_2 };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    })();
  });
  url = `http://127.0.0.1:${await listen(server)}`;
  store = await openServerVector({ url, timeoutMs: 5_000 });
});
afterAll(async () => {
  await store.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  sent.length = 0;
  refusals.length = 0;
});
afterEach(() => void vi.restoreAllMocks());

const MODEL_OF: Schemas['Filter'] = { must_not: [{ is_empty: { key: 'embedding_model' } }] };

/** Each kind of request: what the gateway calls, what goes over the wire, and what comes back. */
const REQUESTS: readonly (readonly [string, (client: VectorClient) => Promise<unknown>, string, string, unknown, unknown])[] = [
  ['lists collections', (client) => client.getCollections(), 'GET /collections', '', undefined, { collections: [{ name: 'requirements' }] }],
  ['describes a collection', (client) => client.getCollection('requirements'), 'GET /collections/requirements', '', undefined, INFO],
  ['makes a collection', (client) => client.createCollection('requirements', { vectors: { size: 512, distance: 'Cosine' } }), 'PUT /collections/requirements', '', { vectors: { size: 512, distance: 'Cosine' } }, true],
  ['makes an index', (client) => client.createPayloadIndex('requirements', { field_name: 'embedding_model', field_schema: 'keyword', wait: true }), 'PUT /collections/requirements/index', '?wait=true', { field_name: 'embedding_model', field_schema: 'keyword' }, UPDATED],
  [
    'writes points',
    (client) => client.upsert('requirements', { wait: true, points: [{ id: A, vector: [0.5, -1, 0], payload: { embedding_model: 'm' } }, { id: B, vector: [0, 0, 1], payload: {} }] }),
    'PUT /collections/requirements/points',
    '?wait=true',
    { points: [{ id: A, vector: [0.5, -1, 0], payload: { embedding_model: 'm' } }, { id: B, vector: [0, 0, 1], payload: {} }] },
    UPDATED,
  ],
  ['deletes by ids', (client) => client.delete('requirements', { wait: true, points: [A, B] }), 'POST /collections/requirements/points/delete', '?wait=true', { points: [A, B] }, UPDATED],
  [
    'deletes by a filter',
    (client) => client.delete('requirements', { wait: true, filter: { must: [{ key: 'gone', match: { value: true } }] } }),
    'POST /collections/requirements/points/delete',
    '?wait=true',
    { filter: { must: [{ key: 'gone', match: { value: true } }] } },
    UPDATED,
  ],
  ['retrieves', (client) => client.retrieve('requirements', { ids: [A, GONE], with_payload: false }), 'POST /collections/requirements/points', '', { ids: [A, GONE], with_payload: false }, RESULTS['POST points']],
  ['retrieves vectors', (client) => client.retrieve('requirements', { ids: [A], with_vector: true }), 'POST /collections/requirements/points', '', { ids: [A], with_payload: true, with_vector: true }, RESULTS['POST points']],
  [
    'scrolls for the model of a collection',
    (client) => client.scroll('requirements', { limit: 1, with_payload: ['embedding_model'], filter: MODEL_OF }),
    'POST /collections/requirements/points/scroll',
    '',
    { limit: 1, with_payload: ['embedding_model'], with_vector: false, filter: { must_not: [{ is_empty: { key: 'embedding_model' } }] } },
    { points: [{ id: A, payload: { embedding_model: 'm' } }], next_page_offset: B },
  ],
  ['scrolls on', (client) => client.scroll('requirements', { limit: 3, offset: B }), 'POST /collections/requirements/points/scroll', '', { limit: 3, offset: B, with_payload: true, with_vector: false }, RESULTS['POST scroll']],
  ['counts', (client) => client.count('requirements', { exact: true }), 'POST /collections/requirements/points/count', '', { exact: true }, { count: 4 }],
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
];

describe('the requests to Qdrant', () => {
  it.each(REQUESTS)('%s', async (_, call, request, query, body, result) => {
    expect(await call(store.client)).toEqual(result);
    expect(sent).toEqual([{ request, query, body, headers: expect.anything() as unknown }]);
    if (body !== undefined) expect(sent[0]!.headers['content-type']).toBe('application/json');
  });

  it.each(FILTERS)('filter by %s', async (_, filter) => {
    await store.client.scroll('requirements', { filter, limit: 100, with_payload: false });
    await store.client.count('requirements', { filter, exact: true });
    expect(sent.map(({ request, body }) => [request, body])).toEqual([
      ['POST /collections/requirements/points/scroll', { filter, limit: 100, with_payload: false, with_vector: false }],
      ['POST /collections/requirements/points/count', { filter, exact: true }],
    ]);
  });

  it('ping with one that is refused without the key', async () => {
    await store.ping();
    expect(sent.map(({ request }) => request)).toEqual(['GET /collections']);
  });

  it('quote the names of collections', async () => {
    await store.client.count('a/b?c', { exact: true });
    expect(sent[0]).toMatchObject({ request: 'POST /collections/a%2Fb%3Fc/points/count', query: '' });
  });

  it('are sent for neighbours as one batch, and again without the points that are not there', async () => {
    const loader = createNearestLoader(store, new Levels());
    const request = (query: string | number[]) => ({ collection: 'requirements', query, limit: 2, minScore: undefined, keys: undefined });
    expect(await Promise.all([loader.load(request(A)), loader.load(request(GONE)), loader.load({ ...request([1, 0, 0]), minScore: 0.25, keys: [A] })])).toEqual([[{ key: B, score: 0.75 }], [], [{ key: A, score: 0.75 }]]);
    const first = { query: A, limit: 2, with_payload: false };
    const last = { query: [1, 0, 0], limit: 2, with_payload: false, score_threshold: 0.25, filter: { must: [{ has_id: [A] }] } };
    expect(sent.map(({ request, body }) => [request, body])).toEqual([
      ['POST /collections/requirements/points/query/batch', { searches: [first, { query: GONE, limit: 2, with_payload: false }, last] }],
      ['POST /collections/requirements/points', { ids: [A, GONE], with_payload: false, with_vector: [''] }],
      ['POST /collections/requirements/points/query/batch', { searches: [first, last] }],
    ]);
  });
});

describe('the address of Qdrant', () => {
  it('keeps its path', async () => {
    const under = await openServerVector({ url: `${url}/vectors/main/`, timeoutMs: 5_000 });
    await under.ping();
    expect(sent.map(({ request }) => request)).toEqual(['GET /vectors/main/collections']);
    expect(under.where).toBe(`server, ${new URL(url).host}/vectors/main/`);
  });

  it.each([
    ['https://qdrant.example', 'https://qdrant.example/collections'],
    ['https://qdrant.example:6333/base', 'https://qdrant.example:6333/base/collections'],
    ['http://qdrant.example', 'http://qdrant.example:6333/collections'],
  ])('%s leads to %s', async (address, expected) => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed'));
    const there = await openServerVector({ url: address, timeoutMs: 5_000 });
    await there.ping().catch(() => {});
    const [to] = fetched.mock.calls[0]!;
    expect(new URL(to as string).href).toBe(expected);
  });

  it('goes with a key in a header, and nowhere else', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const locked = await openServerVector({ url, apiKey: KEY, timeoutMs: 5_000 });
    await locked.ping();
    expect(sent[0]!.headers['api-key']).toBe(KEY);
    refusals.push({ status: 403, error: 'Forbidden' });
    const error: unknown = await locked.client.getCollections().catch((thrown: unknown) => thrown);
    const shown = [error, toGatewayError('vector', error)].flatMap((each) => [String(each), (each as Error).stack, JSON.stringify(each, Object.getOwnPropertyNames(each))]);
    for (const text of [...shown, locked.where, ...warned.mock.calls.flat()]) expect(text).not.toContain(KEY);
    sent.length = 0;
    await store.ping();
    expect(sent[0]!.headers).not.toHaveProperty('api-key');
  });
});

describe('failures of Qdrant', () => {
  it.each([
    [404, 'Not found: Collection `nowhere` doesn\'t exist!'],
    [400, 'Wrong input: Vector dimension error: expected dim: 3, got 2'],
    [409, 'Wrong input: Collection `requirements` already exists!'],
    [500, 'Service internal error'],
  ])('%i carries its status', async (status, error) => {
    refusals.push({ status, error });
    await expect(store.client.queryBatch('requirements', { searches: [{ query: [1, 0] }] })).rejects.toMatchObject({ status, data: { status: { error } } });
  });

  it('a collection that does not exist is not taken for a point that does not', async () => {
    refusals.push(...Array.from({ length: 2 }, () => ({ status: 404, error: 'Not found: Collection `requirements` doesn\'t exist!' })));
    await expect(createNearestLoader(store, new Levels()).load({ collection: 'requirements', query: A, limit: 2, minScore: undefined, keys: undefined })).rejects.toMatchObject({ status: 404 });
  });

  it('a server that never answers ends at the deadline', async () => {
    const sockets: Socket[] = [];
    const silent = createListener((socket) => void sockets.push(socket.on('error', () => {}).resume()));
    const slow = await openServerVector({ url: `http://127.0.0.1:${await listen(silent)}`, timeoutMs: 150 });
    const started = performance.now();
    await expect(slow.client.getCollection('requirements')).rejects.toMatchObject({ code: 'STORE_TIMEOUT', extensions: { code: 'STORE_TIMEOUT', store: 'vector' } });
    expect(performance.now() - started).toBeGreaterThan(140);
    expect(performance.now() - started).toBeLessThan(1_500);
    // The request is given up too: its connection is closed.
    await vi.waitFor(() => expect(sockets[0]!.destroyed).toBe(true));
    sockets.forEach((socket) => socket.destroy());
    silent.close();
  });

  it('a refused connection is a store that is not available', async () => {
    const free = createListener();
    const port = await listen(free);
    await new Promise((resolve) => free.close(resolve));
    const away = await openServerVector({ url: `http://127.0.0.1:${port}`, timeoutMs: 5_000 });
    const error: unknown = await away.client.getCollections().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNREFUSED' } });
    expect(toGatewayError('vector', error)).toMatchObject({ code: 'STORE_UNAVAILABLE', extensions: { store: 'vector' } });
  });
});
