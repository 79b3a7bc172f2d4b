import { nodeValuesContract } from '../contracts/node-values.js';

nodeValuesContract('embedded stores', () => ({}));
