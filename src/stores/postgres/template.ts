import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../root.js';
import { PostgresThread } from './postgres-thread.js';

let made: Promise<string | undefined> | undefined;

/**
 * An empty database to begin others with: making one takes seconds, copying it a moment. It is made once for each version of
 * PGlite, beside what is compiled; nothing where that folder cannot be written.
 */
export const templateFolder = (): Promise<string | undefined> => (made ??= makeTemplate().catch(() => undefined));

const makeTemplate = async (): Promise<string> => {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const folder = fileURLToPath(new URL(`dist/postgres-${dependencies['@electric-sql/pglite']}`, ROOT));
  if (existsSync(folder)) return folder;
  const path = mkdtempSync(`${folder}.`);
  try {
    const thread = await PostgresThread.open({ path, template: undefined, vectors: false, graceMs: 0, onEnd: () => {} });
    await thread.close();
    if (!existsSync(join(path, 'PG_VERSION'))) throw new Error('no database was made');
    // Another process may have been faster.
    if (!existsSync(folder)) renameSync(path, folder);
    return folder;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
};
