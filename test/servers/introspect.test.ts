import { introspectContract } from '../contracts/introspect.js';
import { openEmptyStores } from '../support/stores.js';
import { freshDatabase, serverUrl } from './urls.js';

introspectContract('servers', async () =>
  openEmptyStores({
    DATABASE_URL: await freshDatabase('odras_introspect'),
    NEO4J_URL: serverUrl('NEO4J_URL'),
    QDRANT_URL: serverUrl('QDRANT_URL'),
  }),
);
