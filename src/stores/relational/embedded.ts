import type { Extensions } from '@electric-sql/pglite';
import { mkdirSync } from 'node:fs';
import pg from 'pg';
import { createCalls } from './pool.js';
import type { RelationalStore } from '../types.js';

export interface EmbeddedRelationalOptions {
  /** Folder of the database; in memory when absent. */
  readonly path?: string | undefined;
  /** PGlite extensions beside uuid-ossp, pg_trgm and citext. None by default. */
  readonly extensions?: Extensions;
  /** Longest time a caller waits for one statement or transaction. @default 10_000 */
  readonly timeoutMs?: number;
}

/**
 * PostgreSQL 18 in WebAssembly behind an ordinary `pg.Pool` of one connection, so statements queue rather than fail.
 * Notices of the server are dropped.
 */
export const openEmbeddedRelational = async ({ path, extensions = {}, timeoutMs = 10_000 }: EmbeddedRelationalOptions): Promise<RelationalStore> => {
  const [{ PGlite }, { createPgConfig }, { uuid_ossp }, { pg_trgm }, { citext }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/node-postgres'),
    import('@electric-sql/pglite/contrib/uuid_ossp'),
    import('@electric-sql/pglite/contrib/pg_trgm'),
    import('@electric-sql/pglite/contrib/citext'),
  ]);
  if (path !== undefined) mkdirSync(path, { recursive: true });
  const database = await PGlite.create({ ...(path === undefined ? {} : { dataDir: path }), extensions: { uuid_ossp, pg_trgm, citext, ...extensions } });
  // The text of times and intervals depends on these settings; times leave the gateway in UTC.
  await database.exec(`SET TIME ZONE 'UTC'; SET IntervalStyle = 'iso_8601'`);
  // The bridge is a `pg.Connection` in all that pg uses of it, but pg's types ask for a socket.
  const pool = new pg.Pool({ ...(createPgConfig(database) as unknown as pg.PoolConfig), max: 1 });
  // WebAssembly on this thread: nothing can interrupt a statement, and its caller cannot even be told before it ends.
  const { read, transaction } = createCalls(pool, undefined, { size: 1, timeoutMs });
  let closing: Promise<void> | undefined;
  return {
    where: path === undefined ? 'embedded, in memory' : `embedded, ${path}`,
    pool,
    read,
    transaction,
    ping: async () => {
      await pool.query('SELECT 1');
    },
    script: async (sql) => {
      await database.exec(sql);
    },
    close: () => (closing ??= pool.end().then(() => database.close())),
  };
};
