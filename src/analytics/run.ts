import { Worker } from 'node:worker_threads';
import { GatewayError } from '../errors.js';
import { unlessOver } from '../stores/deadline.js';
import type { Analysed, Analysis, NumberedGraph } from './types.js';

/** Memory of one thread, in MiB. */
const MAX_MEMORY = 512;

/**
 * Analyses a graph in a thread of its own, so that other requests go on, the end of this one ends it, and too little
 * memory is an error of this request only.
 *
 * @throws GatewayError SUBGRAPH_TOO_LARGE, or the reason of the signal
 */
export const runAnalyses = async (graph: NumberedGraph, analyses: readonly Analysis[], signal: AbortSignal | undefined): Promise<Analysed[]> => {
  const worker = new Worker(new URL('worker.js', import.meta.url), { workerData: { graph, analyses }, resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY } });
  const answer = new Promise<Analysed[]>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error: Error & { code?: string }) => reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new GatewayError('SUBGRAPH_TOO_LARGE', { what: 'nodes and relationships', maximum: `${MAX_MEMORY} MiB of` }, { cause: error }) : error));
    worker.once('exit', (code) => reject(new Error(`the thread of an analysis ended with ${code}`)));
  });
  try {
    return await unlessOver(signal, answer);
  } finally {
    void worker.terminate();
  }
};
