import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { postgresql } from '../test/servers/postgresql.js';
import { startServer } from '../test/servers/redis.js';
import { trackStatements } from './statements.js';

export interface Database {
  readonly url: string;
  readonly version: string;
  readonly client: pg.Client;
  /** Process of our own server; undefined for one that was given. */
  readonly pid: number | undefined;
  /** Stops our own server; its data stay for the next run. */
  close(): Promise<void>;
}

/** Of a server that does nothing else: the data fit into its memory, and statements can be counted. */
const SETTINGS = { max_connections: 150, shared_buffers: '512MB', shared_preload_libraries: 'pg_stat_statements', autovacuum: 'off' };

const ROWS = readFileSync(new URL('data/rows.sql', import.meta.url), 'utf8');
const TABLES = readFileSync(new URL('../src/operations/demo/odras.sql', import.meta.url), 'utf8');
const CONTENT = createHash('sha256').update(TABLES).update(ROWS).digest('hex');

/** A real PostgreSQL with the rows in it: the one at the URL, or our own with its data in the folder. */
export const openDatabase = async (given: string | undefined, folder: string, say: (line: string) => void): Promise<Database> => {
  const server = given === undefined ? await startOwn(folder) : undefined;
  const url = given ?? server!.url;
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
  await fill(client, say);
  if (server) await trackStatements(client, false);
  return {
    url,
    version: rows[0]!.version.split(' ')[0]!,
    client,
    pid: server?.pid,
    close: async () => {
      await client.end();
      await server?.stop();
    },
  };
};

const startOwn = async (folder: string) => {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return startServer(
    {
      ...postgresql,
      prepare: async (home, port) => {
        const { args, ...rest } = await postgresql.prepare(home, port);
        return { ...rest, args: [...args, ...settings] };
      },
    },
    { folder, port: 0 },
  );
};

/** Made anew when the tables or the rows have changed. What else the database holds is left alone: a given one must be empty or ours. */
const fill = async (client: pg.Client, say: (line: string) => void): Promise<void> => {
  await client.query('CREATE TABLE IF NOT EXISTS odras_bench (content text NOT NULL)');
  const { rows } = await client.query<{ content: string }>('SELECT content FROM odras_bench');
  if (rows[0]?.content === CONTENT) return;
  const others = await client.query(`SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'requirements_enhanced'`);
  if (rows.length === 0 && others.rowCount)
    throw new Error('The database at DATABASE_URL holds tables of ODRAS that the benchmark did not make. Give it an empty database.');
  say('Filling the database, once.');
  await client.query('BEGIN');
  if (rows.length > 0)
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE odras_bench (content text NOT NULL)');
  await client.query(TABLES);
  await client.query(ROWS);
  await client.query('INSERT INTO odras_bench VALUES ($1)', [CONTENT]);
  await client.query('COMMIT');
  await client.query('VACUUM ANALYZE');
  await client.query('CHECKPOINT');
};
