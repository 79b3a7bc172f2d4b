import { z } from 'zod';
import { GatewayError } from '../../errors.js';
import { readAgain } from '../failures.js';
import type { Embedder } from '../types.js';

export interface ServerEmbedderOptions {
  /** Address of an OpenAI-compatible interface, up to /v1: http://localhost:11434/v1 */
  readonly url: string;
  readonly model: string;
  /** Dimensions of the model's vectors. */
  readonly size: number;
  readonly apiKey?: string | undefined;
  /** Longest time of one request. @default 10_000 */
  readonly timeoutMs: number;
}

/** Texts sent in one request. */
const BATCH = 64;

const ANSWER = z.object({ data: z.array(z.object({ index: z.number().int(), embedding: z.array(z.number()) })) });

/** Any server that speaks OpenAI's embeddings request: Ollama, TEI, vLLM, OpenAI. */
export const openServerEmbedder = ({ url, model, size, apiKey, timeoutMs }: ServerEmbedderOptions): Embedder => {
  const ask = async (input: readonly string[]): Promise<number[][]> => {
    const send = () =>
      fetch(`${url.replace(/\/$/, '')}/embeddings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) },
        body: JSON.stringify({ model, input }),
        signal: AbortSignal.timeout(timeoutMs),
      });
    const response = await readAgain(send, () => {}).catch((error: unknown) => {
      throw new GatewayError('EMBEDDINGS_UNAVAILABLE', { detail: 'the server does not answer' }, { cause: error });
    });
    if (!response.ok) throw new GatewayError('EMBEDDINGS_UNAVAILABLE', { detail: `the server answered ${response.status}` });
    const parsed = ANSWER.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success)
      throw new GatewayError('EMBEDDINGS_UNAVAILABLE', { detail: 'the response is not that of an OpenAI-compatible server' });
    const vectors = [...parsed.data.data].sort((one, other) => one.index - other.index).map(({ embedding }) => embedding);
    const odd = vectors.find((vector) => vector.length !== size);
    if (vectors.length !== input.length)
      throw new GatewayError('EMBEDDINGS_UNAVAILABLE', {
        detail: `the server returned ${vectors.length} vectors for ${input.length} texts`,
      });
    if (odd) throw new GatewayError('EMBEDDING_MISMATCH', { collection: 'EMBEDDINGS_SIZE', held: size, given: odd.length });
    return vectors;
  };
  return {
    model,
    size,
    embed: async (texts) => {
      const vectors: number[][] = [];
      for (let start = 0; start < texts.length; start += BATCH) vectors.push(...(await ask(texts.slice(start, start + BATCH))));
      return vectors;
    },
  };
};
