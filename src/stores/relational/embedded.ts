import type { Duplex } from 'node:stream';
import pg from 'pg';
import { createSilentLog, type Log } from '../../log.js';
import { EmbeddedPostgres } from '../postgres/embedded-postgres.js';
import { PostgresSocket } from '../postgres/socket.js';
import { listenInPool } from './listen.js';
import { createCalls } from './pool.js';
import type { RelationalStore, StoreKind } from '../types.js';

export interface EmbeddedRelationalOptions {
  /** Folder of the database; a temporary one when absent. */
  readonly path?: string | undefined;
  /** With pgvector, beside uuid-ossp, pg_trgm and citext. */
  readonly vectors?: boolean;
  /** Longest time of one statement or transaction. @default 10_000 */
  readonly timeoutMs?: number;
  /** The store whose database it is. @default relational */
  readonly store?: StoreKind;
  readonly log?: Log;
}

/**
 * PostgreSQL 18 in WebAssembly, in a thread of its own, behind an ordinary `pg.Pool` of one connection, so statements queue rather
 * than fail.
 */
export const openEmbeddedRelational = async ({
  path,
  vectors = false,
  timeoutMs = 10_000,
  store = 'relational',
  log = createSilentLog(),
}: EmbeddedRelationalOptions): Promise<RelationalStore> => {
  const database = await EmbeddedPostgres.open({ store, path, vectors, log });
  const pool = new pg.Pool({
    user: 'postgres',
    database: 'postgres',
    password: '',
    ssl: false,
    max: 1,
    // A connection costs nothing to keep, and its prepared statements something to make.
    idleTimeoutMillis: 0,
    // It is a socket in all that pg uses of one.
    stream: () => new PostgresSocket(database) as unknown as Duplex,
  });
  // A connection whose thread is lost is dropped by the pool; unheard, its error would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  // A connection that is given up ends its statement, and so has no backend any more. One that is lost was lost by its own statement, which
  // would do the same again.
  const { read, transaction } = createCalls(pool, undefined, {
    store,
    size: 1,
    timeoutMs,
    asksAgain: false,
    cancel: () => Promise.resolve(false),
  });
  let closing: Promise<void> | undefined;
  return {
    where: path === undefined ? 'embedded, in a temporary folder' : `embedded, ${path}`,
    pool,
    read,
    transaction,
    ping: () => database.ping(),
    script: async (sql) => {
      await pool.query(sql);
    },
    listen: (options) => listenInPool(pool, (statement) => transaction((run) => run(statement)), options),
    close: () => (closing ??= pool.end().then(() => database.close())),
  };
};
