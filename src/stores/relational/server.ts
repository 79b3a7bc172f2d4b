import pg from 'pg';
import { isUnavailable } from '../failures.js';
import { placeOf } from '../place.js';
import type { Cancel } from './lease.js';
import { listenOn } from './listen.js';
import { createCalls } from './pool.js';
import type { Listening, RelationalStore } from '../types.js';

export interface ServerRelationalOptions {
  /** postgres://user:password@host:port/database, with sslmode and the like as parameters. */
  readonly url: string;
  /** Where reads outside mutations go; the primary when absent. */
  readonly replicaUrl?: string | undefined;
  /** Most connections to each, beside one to cancel statements and one to ask whether it answers. @default 10 */
  readonly poolSize: number;
  /** Longest time of one statement, and of one transaction. @default 10_000 */
  readonly timeoutMs: number;
}

/** PostgreSQL through `pg`. Connects when it is first asked. */
export const openServerRelational = async ({ url, replicaUrl, poolSize, timeoutMs }: ServerRelationalOptions): Promise<RelationalStore> => {
  const common: pg.ClientConfig = {
    application_name: 'odras-gateway',
    statement_timeout: timeoutMs,
    connectionTimeoutMillis: Math.min(timeoutMs, 3_000),
    // The text of times, intervals and numbers depends on these settings; times leave the gateway in UTC.
    options: '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601 -c extra_float_digits=1',
  };
  const open = (connectionString: string, options: pg.PoolConfig): pg.Pool => {
    const pool = new pg.Pool({ ...common, connectionString, ...options });
    // The pool removes idle connections that break; without a listener their error would end the process.
    pool.on('error', () => {});
    // The same for connections in use: their statement fails, and the caller gets that error.
    pool.on('connect', (client) => client.on('error', () => {}));
    return pool;
  };
  /** Outside the pool, so that it also works when the pool is full. If it hangs, it is dropped. */
  const aside = (connectionString: string) => open(connectionString, { max: 1, query_timeout: Math.min(timeoutMs, 3_000) });
  const urls = [url, ...(replicaUrl === undefined ? [] : [replicaUrl])];
  const pools = urls.map((each) => open(each, { max: poolSize }));
  const [pool, replica] = pools as [pg.Pool, pg.Pool?];
  const cancels = new Map(pools.map((of, index) => [of, aside(urls[index]!)]));
  const pings = urls.map(aside);
  const cancel: Cancel = async (client, of) => {
    const { processID } = client as unknown as { processID: number | null };
    const { rowCount } = await cancels.get(of)!.query('SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = $1', [processID]);
    return rowCount !== 0;
  };
  const { read, transaction, abandon } = createCalls(pool, replica, { size: poolSize, timeoutMs, cancel });
  /** A pooled connection may have been closed in the meantime, which says nothing about the server. */
  const ask = async (of: pg.Pool): Promise<void> => {
    try {
      await of.query('SELECT 1');
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      await of.query('SELECT 1');
    }
  };
  const listenings = new Set<Listening>();
  let closing: Promise<void> | undefined;
  const close = async () => {
    abandon();
    await Promise.all([...listenings].map((each) => each.close()));
    await Promise.all([...pools, ...cancels.values(), ...pings].map((each) => each.end()));
  };
  return {
    where: `server, ${placeOf(url)}${replicaUrl === undefined ? '' : `, reads from ${placeOf(replicaUrl)}`}`,
    pool,
    read,
    transaction,
    ping: async () => {
      await Promise.all(pings.map(ask));
    },
    script: async (sql) => {
      await pool.query(sql);
    },
    listen: (options) => {
      const listening = listenOn({ ...common, connectionString: url }, options);
      listenings.add(listening);
      return listening;
    },
    close: () => (closing ??= close()),
  };
};
