import { openServerGraph } from '../../src/stores/graph/server.js';
import { openServerKeyValue } from '../../src/stores/keyvalue/server.js';
import { openServerRelational } from '../../src/stores/relational/server.js';
import { openServerVector } from '../../src/stores/vector/server.js';
import { feedContract } from '../contracts/feed.js';
import { graphContract } from '../contracts/graph.js';
import { keyValueContract } from '../contracts/keyvalue.js';
import { relationalContract } from '../contracts/relational.js';
import { vectorContract } from '../contracts/vector.js';
import { vectorPayloadsContract } from '../contracts/vector-payloads.js';
import { emptyQdrant } from './qdrant.js';
import { freshDatabase, serverUrl } from './urls.js';

const timeoutMs = 10_000;

relationalContract('server', () => openServerRelational({ url: serverUrl('DATABASE_URL'), poolSize: 10, timeoutMs }));
feedContract('server', async () => openServerRelational({ url: await freshDatabase('feed_contract'), poolSize: 10, timeoutMs }));
graphContract('server', () => openServerGraph({ url: serverUrl('NEO4J_URL'), database: 'neo4j', timeoutMs }));
keyValueContract('server', async () => {
  const store = await openServerKeyValue({ url: serverUrl('REDIS_URL'), timeoutMs });
  await store.ping();
  return store;
});

const openVector = async () => {
  const url = serverUrl('QDRANT_URL');
  const { QDRANT_API_KEY } = process.env;
  await emptyQdrant(url, QDRANT_API_KEY);
  return openServerVector({ url, apiKey: QDRANT_API_KEY, timeoutMs });
};
vectorContract('server', openVector);
vectorPayloadsContract('server', openVector);
