import type { Schemas } from '@qdrant/js-client-rest';
import DataLoader from 'dataloader';
import { unlessOver } from '../stores/deadline.js';
import { toGatewayError } from '../stores/failures.js';
import { all, type Filter } from '../vector/payload.js';
import type { Budget } from './budget.js';
import type { Levels } from './levels.js';
import type { EndSignal } from '../stores/ending.js';
import type { SparseVector } from '../vector/keywords.js';
import type { VectorStore } from '../stores/types.js';

/** The query of a search: a point of the collection, a vector, weighted words, or positive and negative examples. */
export type NearestQuery = string | readonly number[] | SparseVector | ExamplesQuery;

export interface ExamplesQuery {
  readonly positive: readonly (readonly number[])[];
  readonly negative: readonly (readonly number[])[];
}

/** The nearest points of a collection. */
export interface NearestRequest {
  readonly collection: string;
  /** Name of the vector to compare; the collection's unnamed one without it. */
  readonly using?: string;
  readonly query: NearestQuery;
  readonly limit: number;
  readonly minScore: number | undefined;
  /** Only among these keys. */
  readonly keys: readonly string[] | undefined;
  /** Only points whose payload matches. */
  readonly filter?: Filter | undefined;
  /** Not these keys. */
  readonly without?: readonly string[];
  /** Exact: every vector is compared, without an index. */
  readonly exact?: boolean;
  /** Whether the filter leaves the points of certain rows: every vector of theirs is compared. */
  readonly isAmong?: boolean;
  /** A payload key to return with each point. */
  readonly carry?: string | undefined;
  /** The payload key that names a point's row, to return too. */
  readonly named?: string | undefined;
  /** Whether to return the whole payload. */
  readonly isWhole?: boolean;
}

/** A point's id, which is its row's key unless the payload names it, its score, and the requested payload values. */
export interface Neighbour {
  readonly key: string;
  readonly score: number;
  readonly carried?: unknown;
  readonly named?: unknown;
  readonly payload?: Schemas['Payload'];
}

export type PointsLoader = DataLoader<NearestRequest, Neighbour[], unknown>;

/** Loads neighbours: one batch request per collection for all searches of a request at one level. */
export const createPointsLoader = (store: VectorStore, levels: Levels, budget: Budget, signal?: EndSignal): PointsLoader =>
  new DataLoader<NearestRequest, Neighbour[], unknown>(
    (requests) =>
      levels.run(async () => {
        // Exact searches return keys for a condition or a sort, others the hits of the answer.
        for (const { exact, limit } of requests) if (!exact) budget.takeRows(limit);
        const found = await unlessOver(
          signal,
          byCollection(requests, (collection, some) => nearest(store, collection, some)),
        );
        requests.forEach(({ exact }, index) => exact && !(found[index] instanceof Error) && budget.takeKeys(found[index]!.length));
        return found;
      }),
    { cache: false, batchScheduleFn: levels.schedule },
  );

/** A vector of a point, by the point's id. */
export interface VectorRequest {
  readonly collection: string;
  readonly using: string;
  readonly key: string;
}

export type PointVectorsLoader = DataLoader<VectorRequest, number[] | null, unknown>;

/** Loads the vectors of points, null for a missing point: one request per collection. */
export const createPointVectorsLoader = (store: VectorStore, levels: Levels, signal?: EndSignal): PointVectorsLoader =>
  new DataLoader<VectorRequest, number[] | null, unknown>(
    (requests) =>
      levels.run(() =>
        unlessOver(
          signal,
          byCollection(requests, (collection, some) => vectors(store, collection, some)),
        ),
      ),
    { cache: false, batchScheduleFn: levels.schedule },
  );

/** Answers in the order of the requests; a failure in one collection does not affect the others. */
const byCollection = async <R extends { readonly collection: string }, T>(
  requests: readonly R[],
  load: (collection: string, requests: readonly R[]) => Promise<T[]>,
): Promise<(T | Error)[]> => {
  const answers: (T | Error)[] = [];
  const groups = new Map<string, number[]>();
  requests.forEach(({ collection }, index) => groups.set(collection, [...(groups.get(collection) ?? []), index]));
  await Promise.all(
    [...groups].map(async ([collection, indexes]) => {
      try {
        const results = await load(
          collection,
          indexes.map((index) => requests[index]!),
        );
        indexes.forEach((index, position) => (answers[index] = results[position]!));
      } catch (error) {
        for (const index of indexes) answers[index] = toGatewayError('vector', error);
      }
    }),
  );
  return answers;
};

const nearest = async (store: VectorStore, collection: string, requests: readonly NearestRequest[]): Promise<Neighbour[][]> => {
  try {
    // Qdrant refuses a limit of 0, and with it the whole batch.
    const asked = requests.filter(({ limit }) => limit > 0);
    const results = asked.length === 0 ? [] : await store.client.queryBatch(collection, { searches: asked.map(toQuery) });
    return requests.map((request) => (results[asked.indexOf(request)]?.points ?? []).map((point) => toNeighbour(point, request)));
  } catch (error) {
    // One missing point, or one without the vector, fails the whole batch: look up which exist, and give the others no neighbours.
    const own = requests.flatMap(({ query, using = '' }) => (typeof query === 'string' ? [{ collection, using, key: query }] : []));
    if ((error as { status?: unknown }).status !== 404 || own.length === 0) throw error;
    const held = await vectors(store, collection, own);
    const missing = new Set(own.filter((_, index) => held[index] === null).map(({ using, key }) => `${key} ${using}`));
    const sound = requests.filter(({ query, using = '' }) => typeof query !== 'string' || !missing.has(`${query} ${using}`));
    if (sound.length === requests.length) throw error;
    const found = sound.length === 0 ? [] : await nearest(store, collection, sound);
    return requests.map((request) => found[sound.indexOf(request)] ?? []);
  }
};

const toNeighbour = ({ id, score, payload }: Schemas['ScoredPoint'], { carry, named, isWhole }: NearestRequest): Neighbour => ({
  key: String(id),
  score,
  ...(carry === undefined ? {} : { carried: payload?.[carry] ?? null }),
  ...(named === undefined ? {} : { named: payload?.[named] ?? null }),
  ...(isWhole ? { payload: payload ?? {} } : {}),
});

/** The only place where a predicate becomes part of a request to the vector store. */
const toQuery = (request: NearestRequest): Schemas['QueryRequest'] => {
  const { query, using, limit, minScore, keys, filter, without, exact, carry, named, isAmong, isWhole } = request;
  const shown = [carry, named].filter((key) => key !== undefined);
  const filters: Filter[] = [
    ...(keys === undefined ? [] : [{ must: [{ has_id: [...keys] }] }]),
    ...(filter === undefined ? [] : [filter]),
    ...(without === undefined || without.length === 0 ? [] : [{ must_not: [{ has_id: [...without] }] }]),
  ];
  return {
    query: toQueryInterface(query),
    ...(using === undefined || using === '' ? {} : { using }),
    limit,
    with_payload: isWhole ?? (shown.length === 0 ? false : shown),
    ...(minScore === undefined ? {} : { score_threshold: minScore }),
    ...paramsOf(query, exact === true || keys !== undefined || isAmong === true),
    ...(filters.length === 0 ? {} : { filter: all(filters) }),
  };
};

/**
 * The precision of an index search: of the ten nearest among 20,000 quantized embeddings, Qdrant's default settings miss 2 %, these less
 * than 1 %. A search among keys compares every vector, as keyword searches always do.
 */
const paramsOf = (query: NearestQuery, exact: boolean): { params?: Schemas['SearchParams'] } =>
  exact
    ? { params: { exact } }
    : typeof query === 'object' && 'indices' in query
      ? {}
      : { params: { hnsw_ef: 512, quantization: { rescore: true, oversampling: 2 } } };

const toQueryInterface = (query: NearestQuery): Schemas['QueryInterface'] => {
  if (typeof query === 'string') return query;
  if ('positive' in query)
    return {
      recommend: {
        positive: query.positive.map((vector) => [...vector]),
        negative: query.negative.map((vector) => [...vector]),
        strategy: 'average_vector',
      },
    };
  return 'indices' in query ? { indices: [...query.indices], values: [...query.values] } : [...query];
};

const vectors = async ({ client }: VectorStore, collection: string, requests: readonly VectorRequest[]): Promise<(number[] | null)[]> => {
  const names = [...new Set(requests.map(({ using }) => using))];
  const points = await client.retrieve(collection, {
    ids: [...new Set(requests.map(({ key }) => key))].map((key) => (/^\d{1,15}$/.test(key) ? Number(key) : key)),
    with_payload: false,
    with_vector: names,
  });
  const held = new Map(points.map(({ id, vector }) => [String(id), vector]));
  return requests.map(({ key, using }) => {
    const vector = held.get(key);
    // The unnamed vector comes alone, or under an empty name beside others.
    const found: unknown = Array.isArray(vector) ? vector : (vector as Record<string, unknown> | null | undefined)?.[using];
    return (found as number[] | undefined) ?? null;
  });
};
