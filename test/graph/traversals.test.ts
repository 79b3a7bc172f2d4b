import { traversalsContract } from '../contracts/traversals.js';

traversalsContract('embedded stores', () => ({}));
