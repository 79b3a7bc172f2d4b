import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Config } from '../config.js';
import { GatewayError, messageOf } from '../errors.js';
import type { Log } from '../log.js';
import { lockFolder } from '../stores/folder.js';
import { openEmbeddedRelational } from '../stores/relational/embedded.js';
import { copiesToInserts } from './copy-blocks.js';

/**
 * Runs a file of SQL in the embedded PostgreSQL of the data folder, all of it or nothing (unless the file itself commits).
 *
 * @throws GatewayError CONFIG_INVALID with the line of the file that PostgreSQL refuses
 */
export const loadFile = async (config: Config, path: string, log: Log): Promise<void> => {
  const { dataFolder } = config;
  if (config.relational || dataFolder === undefined) throw refused(SERVER);
  const text = readFile(path);
  const { sql, lineOf } = copiesToInserts(text, (line, why) => refused(`${path}:${line}  ${why}`));
  const unlock = await lockFolder(dataFolder, { log });
  try {
    const store = await openEmbeddedRelational({ path: join(dataFolder, 'relational'), log });
    try {
      const before = new Set(await tables(store.read.bind(store)));
      await store.script(sql).catch((error: unknown) => {
        const position = Number((error as { position?: string }).position);
        const at = Number.isInteger(position) && position > 0 ? `:${lineOf(position - 1)}` : '';
        throw refused(
          `${path}${at}  PostgreSQL refuses it: ${messageOf(error)}. Nothing of the file was kept, unless it commits itself.`,
          error,
        );
      });
      const made = (await tables(store.read.bind(store))).filter((name) => !before.has(name));
      for (const name of made) log.info(`  created  ${name}`);
      log.info(`loaded ${path} into ${relative(process.cwd(), dataFolder) || '.'}`);
    } finally {
      await store.close();
    }
  } finally {
    await unlock();
  }
};

const SERVER =
  'load writes into the embedded PostgreSQL of a data folder, but DATABASE_URL names a server. Load the file with psql there, or unset ' +
  'DATABASE_URL.';

type Read = Awaited<ReturnType<typeof openEmbeddedRelational>>['read'];

const tables = async (read: Read): Promise<string[]> => {
  const rows = await read({
    text: `SELECT CASE relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'view ' ELSE 'table ' END || n.nspname || '.' || relname
           FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
           WHERE relkind IN ('r', 'p', 'v', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1`,
  });
  return rows.map(([name]) => name!);
};

const readFile = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw refused(`The file ${path} cannot be read: ${messageOf(error)}. Name a file of SQL.`, error);
  }
};

const refused = (detail: string, cause?: unknown) => new GatewayError('CONFIG_INVALID', { detail }, { cause });
