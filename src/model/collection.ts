import type { Schemas } from '@qdrant/js-client-rest';
import { FORM_KEY, KEYWORDS, MODEL_KEY } from './embedding.js';
import type { EmbeddedType, Points, SearchedType } from './types.js';
import type { HnswSettings, QuantizationSettings } from './vector-settings.js';

type VectorParams = Schemas['VectorParams'];
type PayloadIndex = readonly [field: string, kind: Schemas['PayloadSchemaType']];

/** A type's collection, as it is made: its vectors of `size` dimensions, and the words of its text. */
export const collectionOf = (type: SearchedType, size: number): Pick<Schemas['CreateCollection'], 'vectors' | 'sparse_vectors'> => {
  const { vectors, keywords } = type.embedding;
  const params: VectorParams = { size, distance: 'Cosine', ...settingsOf(type) };
  return {
    vectors: vectors[0].name === '' ? params : Object.fromEntries(vectors.map(({ name }) => [name, params])),
    ...(keywords.length === 0 ? {} : { sparse_vectors: { [KEYWORDS]: KEYWORDS_PARAMS } }),
  };
};

/** The store weighs each word by its rarity; the rest of its weight is in the point. */
export const KEYWORDS_PARAMS = { modifier: 'idf' } as const;

/** Indexes of the payload: what points carry, and what the gateway itself asks for. */
export const payloadIndexes = ({ home, embedding }: SearchedType): PayloadIndex[] =>
  // Another program has the collection: it says what it needs.
  home === 'collection'
    ? []
    : [
        [MODEL_KEY, 'keyword'],
        [FORM_KEY, 'keyword'],
        ...(embedding.points ? [[embedding.points.key, 'keyword'] as const] : []),
        ...embedding.payload.map(({ key, kind }): PayloadIndex => [key, kind]),
      ];

/** Points that the gateway has written in another form than it would now; those of other programs are theirs. */
export const outdatedPoints = ({ embedding }: EmbeddedType): Schemas['Filter'] => ({
  // Other programs name the model under the same key.
  must_not: [{ is_empty: { key: embedding.points ? FORM_KEY : MODEL_KEY } }, { key: FORM_KEY, match: { value: embedding.form } }],
  ...(embedding.points ? { must: [ownPoints(embedding.points)] } : {}),
});

/** Points with a model, as the gateway writes it too, that do not say which row they stand for. */
export const unnamedPoints = (points: Points): Schemas['Filter'] => ({
  must: [ownPoints(points), { is_empty: { key: points.key } }, { is_empty: { key: FORM_KEY } }],
  must_not: [{ is_empty: { key: MODEL_KEY } }],
});

/** The points of a collection that are a type's. */
export const ownPoints = ({ have, lack }: Points): Schemas['Filter'] => ({
  must: lack.map((key) => ({ is_empty: { key } })),
  must_not: have.map((key) => ({ is_empty: { key } })),
});

/** The dense vectors of a collection by name; the unnamed one has an empty name. */
export const heldVectors = ({ config }: Schemas['CollectionInfo']): ReadonlyMap<string, VectorParams> => {
  const { vectors = {} } = config.params;
  return typeof vectors.size === 'number'
    ? new Map([['', vectors as VectorParams]])
    : new Map(Object.entries(vectors as Record<string, VectorParams>));
};

/** What a collection that exists lacks of what the type asks, and that can be added to it. */
export const lacking = (
  type: SearchedType,
  info: Schemas['CollectionInfo'],
): { keywords: boolean; indexes: PayloadIndex[]; settings: Schemas['VectorsConfigDiff'] } => {
  const wanted = settingsOf(type);
  const held = heldVectors(info);
  const differing = type.embedding.vectors.filter(({ name }) => !includes(held.get(name), wanted));
  return {
    keywords: type.embedding.keywords.length > 0 && info.config.params.sparse_vectors?.[KEYWORDS] === undefined,
    indexes: payloadIndexes(type).filter(([name]) => info.payload_schema[name] === undefined),
    settings: Object.fromEntries(differing.map(({ name }) => [name, wanted])),
  };
};

/** Whether all that is wanted is held so; what is not wanted may be anything. */
const includes = (held: unknown, wanted: unknown): boolean =>
  typeof wanted === 'object' && wanted !== null
    ? Object.entries(wanted).every(([name, value]) => includes((held as Record<string, unknown> | null | undefined)?.[name], value))
    : held === wanted;

const settingsOf = ({
  embedding: { hnsw, quantization, onDisk },
}: SearchedType): Pick<VectorParams, 'hnsw_config' | 'quantization_config' | 'on_disk'> => ({
  ...(hnsw ? { hnsw_config: hnswOf(hnsw) } : {}),
  ...(quantization ? { quantization_config: quantizationOf(quantization) } : {}),
  ...(onDisk === undefined ? {} : { on_disk: onDisk }),
});

const hnswOf = ({ m, efConstruct, fullScanThreshold, payloadM, onDisk }: HnswSettings): Schemas['HnswConfigDiff'] =>
  defined({ m, ef_construct: efConstruct, full_scan_threshold: fullScanThreshold, payload_m: payloadM, on_disk: onDisk });

const quantizationOf = ({ method, quantile, compression, alwaysRam }: QuantizationSettings): Schemas['QuantizationConfig'] => {
  const memory = defined({ always_ram: alwaysRam });
  if (method === 'BINARY') return { binary: memory };
  if (method === 'PRODUCT') return { product: { compression: `x${compression}` as Schemas['CompressionRatio'], ...memory } };
  return { scalar: { type: 'int8', ...defined({ quantile }), ...memory } };
};

/** Without what is not set. */
const defined = <T extends Record<string, unknown>>(values: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
