import type { Schemas } from '@qdrant/js-client-rest';
import { badRequest } from './failures.js';

/** What a collection holds, in the words of Qdrant's createCollection. */
export type Params = Pick<Schemas['CreateCollection'], 'vectors' | 'sparse_vectors' | 'hnsw_config' | 'quantization_config'>;

type VectorParams = Schemas['VectorParams'];

/** The dense vectors of a collection by name; the unnamed one has an empty name. */
export const denseOf = ({ vectors }: Params): ReadonlyMap<string, VectorParams> => {
  if (!vectors) return new Map();
  return typeof vectors.size === 'number'
    ? new Map([['', vectors as VectorParams]])
    : new Map(Object.entries(vectors as Record<string, VectorParams>));
};

/** The same collection with these settings changed; a vector that it does not have is refused. */
export const withSettings = (params: Params, { vectors }: Schemas['UpdateCollection']): Params => {
  const dense = denseOf(params);
  for (const name of Object.keys(vectors ?? {}))
    if (!dense.has(name)) throw badRequest(`Wrong input: Not existing vector name error: ${name}`);
  const changed = [...dense].map(([name, held]): [string, VectorParams] => {
    const diff = vectors?.[name] as Schemas['VectorParamsDiff'] | undefined;
    const quantization = diff?.quantization_config === 'Disabled' ? null : (diff?.quantization_config ?? held.quantization_config ?? null);
    return [name, { ...held, ...diff, hnsw_config: { ...held.hnsw_config, ...diff?.hnsw_config }, quantization_config: quantization }];
  });
  return { ...params, vectors: dense.has('') ? changed[0]![1] : Object.fromEntries(changed) };
};

export const checkSize = (expected: number, vector: readonly number[]): void => {
  if (vector.length !== expected) throw badRequest(`Wrong input: Vector dimension error: expected dim: ${expected}, got ${vector.length}`);
};
