import type { Schemas } from '@qdrant/js-client-rest';
import type { Engine } from '../engine.js';
import { GatewayError } from '../errors.js';
import { searchedTypes } from '../model/types.js';
import { toGatewayError } from '../stores/failures.js';
import type { CollectionUsage } from '../stores/types.js';

/** `collectionInfo`: the state of every collection that the schema names, for operators. */
export const collectionInfo = async (engine: Engine): Promise<readonly object[]> => {
  const { client, usage } = engine.stores.vector;
  const types = new Map<string, string[]>();
  for (const { name, embedding } of searchedTypes(engine.model))
    types.set(embedding.collection, [...(types.get(embedding.collection) ?? []), name]);
  try {
    const [infos, sizes] = await Promise.all([
      Promise.all([...types.keys()].map((name) => client.getCollection(name))),
      // A key that may not read telemetry still reads collections.
      usage().catch((): ReadonlyMap<string, CollectionUsage> => new Map()),
    ]);
    return [...types].map(([name, names], index) => {
      const info = infos[index]!;
      const { optimizer_status: optimizer } = info;
      return {
        name,
        types: names,
        status: info.status.toUpperCase(),
        optimizerError: optimizer === 'ok' ? null : optimizer.error,
        points: String(info.points_count ?? 0),
        indexedVectors: String(info.indexed_vectors_count ?? 0),
        segments: info.segments_count,
        vectors: vectorsOf(info.config),
        payloadIndexes: Object.entries(info.payload_schema).map(([field, indexed]) => ({
          field,
          kind: indexed!.data_type,
          points: String(indexed!.points),
        })),
        vectorBytes: sizes.has(name) ? String(sizes.get(name)!.vectorBytes) : null,
        payloadBytes: sizes.has(name) ? String(sizes.get(name)!.payloadBytes) : null,
        drift: engine.drift.of(name),
      };
    });
  } catch (error) {
    if ((error as { status?: unknown }).status === 404)
      throw new GatewayError(
        'STORE_UNAVAILABLE',
        { store: 'vector', detail: 'it lacks a collection that the schema names; `odras-gateway migrate` makes it' },
        { cause: error },
      );
    throw toGatewayError('vector', error);
  }
};

/** `CollectionVector`s. */
const vectorsOf = ({ params, hnsw_config: hnsw, quantization_config: quantization }: Schemas['CollectionConfig']) => {
  const { vectors = {}, sparse_vectors: sparse } = params;
  const dense =
    typeof vectors.size === 'number' ? { '': vectors as Schemas['VectorParams'] } : (vectors as Record<string, Schemas['VectorParams']>);
  return [
    ...Object.entries(dense).map(([name, own]) => {
      const ownHnsw = own.hnsw_config as Schemas['HnswConfigDiff'] | null | undefined;
      const smaller = own.quantization_config ?? quantization ?? null;
      return {
        name: name || null,
        part: 'DENSE',
        size: own.size,
        distance: own.distance,
        m: ownHnsw?.m ?? hnsw.m,
        efConstruct: ownHnsw?.ef_construct ?? hnsw.ef_construct,
        quantization: smaller === null ? null : (Object.keys(smaller)[0] ?? null),
        onDisk: own.on_disk ?? false,
      };
    }),
    ...Object.keys(sparse ?? {}).map((name) => ({
      name,
      part: 'KEYWORD',
      size: null,
      distance: null,
      m: null,
      efConstruct: null,
      quantization: null,
      onDisk: null,
    })),
  ];
};
