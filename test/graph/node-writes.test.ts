import { nodeWritesContract } from '../contracts/node-writes.js';

nodeWritesContract('embedded stores', () => ({}));
