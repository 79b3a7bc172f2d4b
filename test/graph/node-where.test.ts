import { nodeWhereContract } from '../contracts/node-where.js';
import { rounds } from '../support/rounds.js';

nodeWhereContract('embedded stores', () => ({}), rounds(300, 25));
