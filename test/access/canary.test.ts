import { openEmptyStores } from '../support/stores.js';
import { rounds } from '../support/rounds.js';
import { canaryContract } from './canary.js';

canaryContract('embedded', () => openEmptyStores(), rounds(3_000, 60));
