import type { Schemas } from '@qdrant/js-client-rest';
import DataLoader from 'dataloader';
import { unlessOver } from '../stores/deadline.js';
import { toGatewayError } from '../stores/failures.js';
import type { Levels } from './levels.js';
import type { EndSignal } from '../stores/ending.js';
import type { VectorStore } from '../stores/types.js';

/** The nearest points of a collection to a vector, or to one of its own points. */
export interface NearestRequest {
  readonly collection: string;
  readonly query: string | readonly number[];
  readonly limit: number;
  readonly minScore: number | undefined;
  /** Only among these keys. */
  readonly keys: readonly string[] | undefined;
}

/** A point's id, which is its row's key, and its score. */
export interface Neighbour {
  readonly key: string;
  readonly score: number;
}

export type NearestLoader = DataLoader<NearestRequest, Neighbour[], unknown>;

/** Loads neighbours: one batch request per collection for all that a request asks at one time. */
export const createNearestLoader = (store: VectorStore, levels: Levels, signal?: EndSignal): NearestLoader =>
  new DataLoader<NearestRequest, Neighbour[], unknown>((requests) => levels.run(() => unlessOver(signal, loadAll(store, requests))), { cache: false, batchScheduleFn: levels.schedule });

const loadAll = async (store: VectorStore, requests: readonly NearestRequest[]): Promise<(Neighbour[] | Error)[]> => {
  const answers: (Neighbour[] | Error)[] = [];
  const groups = new Map<string, number[]>();
  requests.forEach(({ collection }, index) => groups.set(collection, [...(groups.get(collection) ?? []), index]));
  await Promise.all(
    [...groups].map(async ([collection, indexes]) => {
      try {
        const results = await nearest(store, collection, indexes.map((index) => requests[index]!));
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
    // Qdrant refuses a limit of none, and with it the whole batch.
    const asked = requests.filter(({ limit }) => limit > 0);
    const results = asked.length === 0 ? [] : await store.client.queryBatch(collection, { searches: asked.map(toQuery) });
    return requests.map((request) => (results[asked.indexOf(request)]?.points ?? []).map(({ id, score }) => ({ key: String(id), score })));
  } catch (error) {
    // One point that is not there fails the whole batch: ask which are, and give the others no neighbours.
    const ids = requests.flatMap(({ query }) => (typeof query === 'string' ? [query] : []));
    if ((error as { status?: unknown }).status !== 404 || ids.length === 0) throw error;
    const present = new Set((await store.client.retrieve(collection, { ids, with_payload: false })).map(({ id }) => String(id)));
    const sound = requests.filter(({ query }) => typeof query !== 'string' || present.has(query));
    if (sound.length === requests.length) throw error;
    const found = sound.length === 0 ? [] : await nearest(store, collection, sound);
    return requests.map((request) => found[sound.indexOf(request)] ?? []);
  }
};

const toQuery = ({ query, limit, minScore, keys }: NearestRequest): Schemas['QueryRequest'] => ({
  query: typeof query === 'string' ? query : [...query],
  limit,
  with_payload: false,
  ...(minScore === undefined ? {} : { score_threshold: minScore }),
  ...(keys === undefined ? {} : { filter: { must: [{ has_id: [...keys] }] } }),
});
