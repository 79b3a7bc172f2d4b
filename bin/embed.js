// A thread begins as JavaScript: what it runs is made from the sources, as bin does it.
import { compile } from './compile.js';

await compile();
await import('../dist/src/stores/embeddings/thread.js');
