import { parentPort, workerData } from 'node:worker_threads';
import { analyse } from './algorithms.js';
import type { Analysis, NumberedGraph } from './types.js';

const { graph, analyses } = workerData as { graph: NumberedGraph; analyses: readonly Analysis[] };

parentPort!.postMessage(analyses.map((analysis) => analyse(graph, analysis)));
