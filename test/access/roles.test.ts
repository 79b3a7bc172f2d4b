import { openEmptyStores } from '../support/stores.js';
import { rounds } from '../support/rounds.js';
import { rolePairs, rolesContract } from './roles.js';

rolesContract('embedded', () => openEmptyStores(), rolePairs(rounds(3_120, 156)));
