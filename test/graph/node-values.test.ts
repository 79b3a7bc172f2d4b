import { nodeBigIntegersContract } from '../contracts/node-big-integers.js';
import { nodeValuesContract } from '../contracts/node-values.js';

nodeBigIntegersContract('embedded stores', () => ({}));
nodeValuesContract('embedded stores', () => ({}));
