import { nodeWhereContract } from '../contracts/node-where.js';
import { nodeWhereWritesContract } from '../contracts/node-where-writes.js';
import { rounds } from '../support/rounds.js';

nodeWhereContract('embedded stores', () => ({}), rounds(300, 25));
nodeWhereWritesContract('embedded stores', () => ({}), rounds(300, 25));
