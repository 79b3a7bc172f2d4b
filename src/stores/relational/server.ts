import pg from 'pg';
import { placeOf } from '../place.js';
import { createCalls } from './pool.js';
import type { RelationalStore } from '../types.js';

export interface ServerRelationalOptions {
  /** postgres://user:password@host:port/database, with sslmode and the like as parameters. */
  readonly url: string;
  /** Where reads outside mutations go; the primary when absent. */
  readonly replicaUrl?: string | undefined;
  /** Most connections to each. @default 10 */
  readonly poolSize: number;
  /** Longest time of one statement, and of one transaction. @default 10_000 */
  readonly timeoutMs: number;
}

/** PostgreSQL through `pg`. Connects when it is first asked. */
export const openServerRelational = async ({ url, replicaUrl, poolSize, timeoutMs }: ServerRelationalOptions): Promise<RelationalStore> => {
  const open = (connectionString: string, max: number): pg.Pool => {
    const pool = new pg.Pool({
      connectionString,
      max,
      application_name: 'odras-gateway',
      statement_timeout: timeoutMs,
      connectionTimeoutMillis: Math.min(timeoutMs, 3_000),
      // The text of times, intervals and numbers depends on these settings; times leave the gateway in UTC.
      options: '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=iso_8601 -c extra_float_digits=1',
    });
    // An idle connection that breaks is dropped by the pool; unheard, its error would end the process.
    pool.on('error', () => {});
    // So is one in use: its statement fails, which says it to the caller.
    pool.on('connect', (client) => client.on('error', () => {}));
    return pool;
  };
  const pool = open(url, poolSize);
  const replica = replicaUrl === undefined ? undefined : open(replicaUrl, poolSize);
  // A connection of their own, so that cancels get through when the pool is full of what they are to cancel.
  const cancels = new Map([pool, ...(replica ? [replica] : [])].map((of) => [of, open(of === pool ? url : replicaUrl!, 1)]));
  const cancel = (client: pg.PoolClient, of: pg.Pool) => {
    const { processID } = client as unknown as { processID: number | null };
    if (processID === null) return;
    void cancels.get(of)?.query('SELECT pg_cancel_backend($1)', [processID]).catch(() => {});
  };
  const { read, transaction } = createCalls(pool, replica, { timeoutMs, cancel });
  let closing: Promise<void> | undefined;
  return {
    where: `server, ${placeOf(url)}${replicaUrl === undefined ? '' : `, reads from ${placeOf(replicaUrl)}`}`,
    pool,
    read,
    transaction,
    ping: async () => {
      await Promise.all([read({ text: 'SELECT 1' }, { primary: true }), replica ? read({ text: 'SELECT 1' }) : undefined]);
    },
    script: async (sql) => {
      await pool.query(sql);
    },
    close: () => (closing ??= Promise.all([pool, ...(replica ? [replica] : []), ...cancels.values()].map((each) => each.end())).then(() => {})),
  };
};
