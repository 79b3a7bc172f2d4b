import { afterAll } from 'vitest';
import { rolePairs, rolesContract } from '../access/roles.js';
import { openEmptyStores } from '../support/stores.js';
import { freshDatabase, serverUrl } from './urls.js';

/** Neo4j and Qdrant have one database, where other tests leave data of their own: the names here begin with "roles". */
const settings = async (): Promise<Record<string, string>> => ({
  DATABASE_URL: await freshDatabase('roles_test'),
  NEO4J_URL: serverUrl('NEO4J_URL'),
  QDRANT_URL: serverUrl('QDRANT_URL'),
});

rolesContract('servers', async () => openEmptyStores(await settings()), rolePairs(300));

afterAll(async () => {
  const stores = await openEmptyStores(await settings());
  await stores.graph.write.run('MATCH (n) WHERE any(label IN labels(n) WHERE label STARTS WITH "roles") DETACH DELETE n');
  await stores.close();
});
