import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createListener, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPointsLoader } from '../../src/load/vector.js';
import { createBudget } from '../support/budget.js';
import { Levels } from '../../src/load/levels.js';
import { toGatewayError } from '../../src/stores/failures.js';
import type { VectorStore } from '../../src/stores/types.js';
import { openServerVector } from '../../src/stores/vector/server.js';
import { FILTERS } from '../support/vector-filters.js';
import { A, B, GONE, REQUESTS, RESULTS } from '../support/qdrant.js';

/**
 * Qdrant's server is in no package registry, only its engine (`npm run stores`). So what the driver sends is held against
 * the requests that Qdrant documents, and what it does with the answers that Qdrant documents.
 */
interface Sent {
  readonly request: string;
  readonly query: string;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
}

/** How closely an index is searched. */
const CLOSE = { hnsw_ef: 512, quantization: { rescore: true, oversampling: 2 } };
const KEY = 'key-that-nobody-may-see';
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
  if (searches.some(({ query }) => query === GONE))
    return { status: 404, result: null, error: `Not found: No point with id ${GONE} found` };
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

  it('ask for the sizes of collections as far as the server knows them', async () => {
    expect(await store.usage()).toEqual(new Map([['requirements', { vectorBytes: 2_048, payloadBytes: 100 }]]));
    expect(sent.map(({ request, query }) => [request, query])).toEqual([['GET /telemetry', '?details_level=3']]);
  });

  it('ask for words, for likeness to examples, for what the payload says, and for what to group by', async () => {
    const loader = createPointsLoader(store, new Levels(), createBudget());
    const common = { collection: 'requirements', limit: 2, minScore: undefined, keys: undefined };
    await Promise.all([
      loader.load({ ...common, using: 'keywords', query: { indices: [7], values: [1] } }),
      loader.load({ ...common, using: '', query: { positive: [[1, 0, 0]], negative: [[0, 1, 0]] }, without: [A], carry: 'project' }),
      loader.load({
        ...common,
        using: 'title',
        query: [1, 0, 0],
        minScore: 0.5,
        keys: [A, B],
        filter: { must: [{ key: 'priority', match: { any: ['high', 'low'] } }] },
      }),
    ]);
    expect(sent.map(({ body }) => body)).toEqual([
      {
        searches: [
          { query: { indices: [7], values: [1] }, using: 'keywords', limit: 2, with_payload: false },
          {
            query: { recommend: { positive: [[1, 0, 0]], negative: [[0, 1, 0]], strategy: 'average_vector' } },
            limit: 2,
            with_payload: ['project'],
            params: CLOSE,
            filter: { must_not: [{ has_id: [A] }] },
          },
          {
            query: [1, 0, 0],
            using: 'title',
            limit: 2,
            with_payload: false,
            score_threshold: 0.5,
            params: { exact: true },
            filter: { must: [{ must: [{ has_id: [A, B] }] }, { must: [{ key: 'priority', match: { any: ['high', 'low'] } }] }] },
          },
        ],
      },
    ]);
  });

  it('quote the names of collections', async () => {
    await store.client.count('a/b?c', { exact: true });
    expect(sent[0]).toMatchObject({ request: 'POST /collections/a%2Fb%3Fc/points/count', query: '' });
  });

  it('are sent for neighbours as one batch, and again without the points that are not there', async () => {
    const loader = createPointsLoader(store, new Levels(), createBudget());
    const request = (query: string | number[]) => ({ collection: 'requirements', query, limit: 2, minScore: undefined, keys: undefined });
    expect(
      await Promise.all([
        loader.load(request(A)),
        loader.load(request(GONE)),
        loader.load({ ...request([1, 0, 0]), minScore: 0.25, keys: [A] }),
      ]),
    ).toEqual([[{ key: B, score: 0.75 }], [], [{ key: A, score: 0.75 }]]);
    const first = { query: A, limit: 2, with_payload: false, params: CLOSE };
    const last = {
      query: [1, 0, 0],
      limit: 2,
      with_payload: false,
      score_threshold: 0.25,
      params: { exact: true },
      filter: { must: [{ has_id: [A] }] },
    };
    expect(sent.map(({ request, body }) => [request, body])).toEqual([
      [
        'POST /collections/requirements/points/query/batch',
        { searches: [first, { query: GONE, limit: 2, with_payload: false, params: CLOSE }, last] },
      ],
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
    const shown = [error, toGatewayError('vector', error)].flatMap((each) => [
      String(each),
      (each as Error).stack,
      JSON.stringify(each, Object.getOwnPropertyNames(each)),
    ]);
    for (const text of [...shown, locked.where, ...warned.mock.calls.flat()]) expect(text).not.toContain(KEY);
    sent.length = 0;
    await store.ping();
    expect(sent[0]!.headers).not.toHaveProperty('api-key');
  });
});

describe('failures of Qdrant', () => {
  it.each([
    [404, "Not found: Collection `nowhere` doesn't exist!"],
    [400, 'Wrong input: Vector dimension error: expected dim: 3, got 2'],
    [409, 'Wrong input: Collection `requirements` already exists!'],
    [500, 'Service internal error'],
  ])('%i carries its status', async (status, error) => {
    refusals.push({ status, error });
    await expect(store.client.queryBatch('requirements', { searches: [{ query: [1, 0] }] })).rejects.toMatchObject({
      status,
      data: { status: { error } },
    });
  });

  it('a collection that does not exist is not taken for a point that does not', async () => {
    refusals.push(...Array.from({ length: 2 }, () => ({ status: 404, error: "Not found: Collection `requirements` doesn't exist!" })));
    await expect(
      createPointsLoader(store, new Levels(), createBudget()).load({
        collection: 'requirements',
        query: A,
        limit: 2,
        minScore: undefined,
        keys: undefined,
      }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it('a server that never answers ends at the deadline', async () => {
    const sockets: Socket[] = [];
    const silent = createListener((socket) => void sockets.push(socket.on('error', () => {}).resume()));
    const slow = await openServerVector({ url: `http://127.0.0.1:${await listen(silent)}`, timeoutMs: 150 });
    const started = performance.now();
    await expect(slow.client.getCollection('requirements')).rejects.toMatchObject({
      code: 'STORE_TIMEOUT',
      extensions: { code: 'STORE_TIMEOUT', store: 'vector' },
    });
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
