import type pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';

/** Counting costs time, so it is off while anything is timed. */
export const trackStatements = async (client: pg.Client, on: boolean): Promise<void> => {
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  await client.query(`ALTER SYSTEM SET pg_stat_statements.track = '${on ? 'top' : 'none'}'`);
  await client.query('SELECT pg_reload_conf()');
  // The other backends read it before their next statement.
  await sleep(200);
};

/** Statements that others than this client had the server run during the work, BEGIN and the like included. */
export const countStatements = async (client: pg.Client, work: () => Promise<void>): Promise<number> => {
  await client.query('SELECT pg_stat_statements_reset()');
  await work();
  const { rows } = await client.query<{ calls: string }>(
    `SELECT coalesce(sum(calls), 0) AS calls FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'`,
  );
  return Number(rows[0]!.calls);
};
