import { nodeWhereContract } from '../contracts/node-where.js';

nodeWhereContract('embedded stores', () => ({}), 300);
