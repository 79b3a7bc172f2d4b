import { openServerGraph } from '../../src/stores/graph/server.js';
import { openServerKeyValue } from '../../src/stores/keyvalue/server.js';
import { openServerRelational } from '../../src/stores/relational/server.js';
import { openServerVector } from '../../src/stores/vector/server.js';
import { graphContract } from '../contracts/graph.js';
import { keyValueContract } from '../contracts/keyvalue.js';
import { relationalContract } from '../contracts/relational.js';
import { vectorContract } from '../contracts/vector.js';
import { serverUrl } from './urls.js';

const timeoutMs = 10_000;

relationalContract('server', () => openServerRelational({ url: serverUrl('DATABASE_URL'), poolSize: 10, timeoutMs }));
graphContract('server', () => openServerGraph({ url: serverUrl('NEO4J_URL'), database: 'neo4j', timeoutMs }));
keyValueContract('server', async () => {
  const store = await openServerKeyValue({ url: serverUrl('REDIS_URL'), timeoutMs });
  await store.ping();
  return store;
});

// Qdrant's server comes from no package registry: its cases run wherever one is running.
const { QDRANT_URL, QDRANT_API_KEY } = process.env;
if (QDRANT_URL) vectorContract('server', () => openServerVector({ url: QDRANT_URL, apiKey: QDRANT_API_KEY, timeoutMs }));
else console.warn('The cases of the vector store were not run on a server: QDRANT_URL is not set.');
