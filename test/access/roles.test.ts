import { openEmptyStores } from '../support/stores.js';
import { rounds } from '../support/rounds.js';
import { rolesContract } from './roles.js';

rolesContract('embedded', () => openEmptyStores(), rounds(500, 25));
