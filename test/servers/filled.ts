import pg from 'pg';
import { readConfig } from '../../src/config.js';
import { createSilentLog } from '../../src/log.js';
import { seedStores } from '../../src/operations/prepare.js';
import { openServerGraph } from '../../src/stores/graph/server.js';
import { emptyQdrant } from './qdrant.js';
import { serverUrl } from './urls.js';

export interface FilledServers {
  /** Settings of a gateway on them. */
  readonly settings: Record<string, string>;
  remove(): Promise<void>;
}

/** The servers with the demonstration data: a database of its own in PostgreSQL, and the whole of Neo4j and Qdrant, which have but one. */
export const fillServers = async (name: string): Promise<FilledServers> => {
  const database = `${name}_${process.pid}`;
  const asAdmin = async (sql: string) => {
    const admin = new pg.Client(serverUrl('DATABASE_URL'));
    await admin.connect();
    await admin.query(sql);
    await admin.end();
  };
  await asAdmin(`CREATE DATABASE ${database}`);
  const graph = await openServerGraph({ url: serverUrl('NEO4J_URL'), database: 'neo4j', timeoutMs: 60_000 });
  await graph.write.run('MATCH (n) DETACH DELETE n');
  await graph.close();
  const { QDRANT_API_KEY } = process.env;
  await emptyQdrant(serverUrl('QDRANT_URL'), QDRANT_API_KEY);
  const url = new URL(serverUrl('DATABASE_URL'));
  url.pathname = `/${database}`;
  const settings = {
    DATABASE_URL: url.href,
    NEO4J_URL: serverUrl('NEO4J_URL'),
    QDRANT_URL: serverUrl('QDRANT_URL'),
    REDIS_URL: serverUrl('REDIS_URL'),
    AUTH: 'anonymous',
    ...(QDRANT_API_KEY === undefined ? {} : { QDRANT_API_KEY }),
  };
  await seedStores(readConfig({ memory: true }, settings), createSilentLog());
  return { settings, remove: () => asAdmin(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`) };
};
