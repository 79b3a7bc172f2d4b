import { openEmbeddedEmbedder } from '../../src/stores/embeddings/embedded.js';

/** One model for all gateways of a test process: each would load its own, in a thread that lasts as long. */
export const testEmbedder = openEmbeddedEmbedder();
