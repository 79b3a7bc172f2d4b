import type { EndSignal } from '../stores/ending.js';
import { Worker } from 'node:worker_threads';
import { ROOT } from '../root.js';
import { unlessOver } from '../stores/deadline.js';
import type { Analysed, Analysis, NumberedGraph } from './types.js';

/**
 * Analyses a graph in a thread of its own, so that other requests go on, and the end of this one ends it. The memory it
 * takes is bounded by the size of the graph: a thread that runs out of it would take the process along.
 *
 * @throws the reason of the signal
 */
export const runAnalyses = async (
  graph: NumberedGraph,
  analyses: readonly Analysis[],
  signal: EndSignal | undefined,
): Promise<Analysed[]> => {
  const worker = new Worker(new URL('bin/analyse.js', ROOT), { workerData: { graph, analyses } });
  const answer = new Promise<Analysed[]>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread of an analysis ended with ${code}`)));
  });
  try {
    return await unlessOver(signal, answer);
  } finally {
    void worker.terminate();
  }
};
