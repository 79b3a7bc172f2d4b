import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { evaluateContract } from '../contracts/evaluate.js';
import { startPostgresql } from './postgresql.js';
import type { RunningServer } from './stores.js';

const folder = mkdtempSync(join(tmpdir(), 'odras-evaluate-'));
// PostgreSQL does not run as root, and its own user must pass through.
chmodSync(folder, 0o755);

/** Databases that compare texts in their own ways, and whether all of it is known to the gateway. */
const DATABASES: readonly (readonly [name: string, locale: string, isKnown: boolean])[] = [
  ['letters_of_utf8', `LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'`, true],
  ['order_of_utf8', `LOCALE 'C.UTF-8'`, true],
  ['letters_of_c', `LOCALE 'C'`, true],
  ['order_of_words', `LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8'`, false],
];

let server: RunningServer;
beforeAll(async () => {
  server = await startPostgresql({ folder, port: 0 });
  const admin = new pg.Client(server.url);
  await admin.connect();
  for (const [name, locale] of DATABASES) await admin.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' ${locale}`);
  await admin.end();
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (name: string) => () => {
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return { DATABASE_URL: url.href };
};

for (const [name, , isKnown] of DATABASES) evaluateContract(`a server's database ${name}`, settings(name), 20_000, isKnown);
