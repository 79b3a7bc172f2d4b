import { afterAll } from 'vitest';
import { canaryContract } from '../access/canary.js';
import { openEmptyStores } from '../support/stores.js';
import { freshDatabase, serverUrl } from './urls.js';

/** Neo4j and Qdrant have one database, where other tests leave data of their own: the names here begin with "canary". */
const settings = async (): Promise<Record<string, string>> => ({
  DATABASE_URL: await freshDatabase('canary_test'),
  NEO4J_URL: serverUrl('NEO4J_URL'),
  QDRANT_URL: serverUrl('QDRANT_URL'),
});

canaryContract('servers', async () => openEmptyStores(await settings()), 60, false);

afterAll(async () => {
  const stores = await openEmptyStores(await settings());
  await stores.graph.write.run('MATCH (n) WHERE any(label IN labels(n) WHERE label STARTS WITH "canary") DETACH DELETE n');
  await stores.close();
});
