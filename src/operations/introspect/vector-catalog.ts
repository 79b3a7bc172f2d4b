import { FORM_KEY, MODEL_KEY } from '../../model/embedding.js';
import { heldVectors } from '../../model/collection.js';
import type { VectorStore } from '../../stores/types.js';

/** Points whose payload is looked at. */
const SAMPLE = 256;

export interface LiveCollection {
  readonly name: string;
  readonly points: number;
  /** "" is the unnamed vector. */
  readonly vectors: readonly { readonly name: string; readonly size: number; readonly distance: string }[];
  /** The ids of the sampled points. */
  readonly ids: readonly string[];
  /** Texts that the sampled points have under each key of their payload, that have any; other values only as their kind. */
  readonly payload: ReadonlyMap<string, { readonly kind: string; readonly texts: readonly string[] }>;
}

/** Collections with their vectors, and payload keys by sampling. */
export const readCollections = async ({ client }: VectorStore): Promise<LiveCollection[]> => {
  const names = (await client.getCollections()).collections.map(({ name }) => name).sort();
  const found: LiveCollection[] = [];
  for (const name of names) {
    const [info, { count }, { points }] = await Promise.all([
      client.getCollection(name),
      client.count(name, { exact: true }),
      client.scroll(name, { limit: SAMPLE, with_payload: true }),
    ]);
    const payload = new Map<string, { kind: string; texts: string[] }>();
    for (const point of points)
      for (const [key, value] of Object.entries(point.payload ?? {})) {
        // What the gateway writes for itself.
        if (key === MODEL_KEY || key === FORM_KEY || value === null) continue;
        const each = payload.get(key) ?? { kind: Array.isArray(value) ? 'list' : typeof value, texts: [] };
        if (typeof value === 'string') each.texts.push(value);
        payload.set(key, each);
      }
    found.push({
      name,
      points: count,
      vectors: [...heldVectors(info)].map(([vector, { size, distance }]) => ({ name: vector, size, distance })),
      ids: points.map(({ id }) => String(id)),
      payload: new Map([...payload].sort(([one], [other]) => (one < other ? -1 : 1))),
    });
  }
  return found;
};
