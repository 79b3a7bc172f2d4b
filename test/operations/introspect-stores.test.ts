import { introspectContract } from '../contracts/introspect.js';
import { openEmptyStores } from '../support/stores.js';

introspectContract('embedded', () => openEmptyStores());
