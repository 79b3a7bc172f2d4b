import { exactNodeValuesContract } from '../contracts/exact-node-values.js';

exactNodeValuesContract('embedded stores', () => ({}));
