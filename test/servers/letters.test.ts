import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSilentLog, type Log } from '../../src/log.js';
import { learnDatabase } from '../../src/model/database.js';
import { migrateIndexes } from '../../src/operations/migrate.js';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';
import { startPostgresql } from './postgresql.js';
import type { RunningServer } from './stores.js';

const folder = mkdtempSync(join(tmpdir(), 'odras-letters-'));
// PostgreSQL does not run as root, and its own user must pass through.
chmodSync(folder, 0o755);
let server: RunningServer;
beforeAll(async () => {
  server = await startPostgresql({ folder, port: 0 });
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const SDL =
  'type Word @table(name: "words") { id: ID! @column(type: "integer") text: String @trigram any: String @column(type: "citext") }';
const TABLES = `CREATE EXTENSION citext; CREATE TABLE words (id int PRIMARY KEY, text text, "any" citext);
  INSERT INTO words VALUES (1, 'ÄRGERNIS', 'ÄRGERNIS'), (2, 'ärgernis', 'ärgernis'), (3, 'Жуки', 'Жуки'), (4, 'ΟΔΟΣ', 'ΟΔΟΣ'),
    (5, 'Zug', 'Zug');`;

describe.each([
  ['C', `LOCALE 'C'`, false],
  ['C for the order and C.UTF-8 for letters', `LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'`, true],
] as const)('a database with locale %s', (_, locale, hasLetters) => {
  let gateway: OwnGateway;
  const warnings: string[] = [];
  beforeAll(async () => {
    const name = `letters_${hasLetters ? 'all' : 'few'}`;
    const admin = new pg.Client(server.url);
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' ${locale}`);
    await admin.end();
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    gateway = await openOwnGateway(SDL, { DATABASE_URL: url.href });
    await gateway.engine.stores.relational.script(TABLES);
    await migrateIndexes(gateway.engine);
    const log: Log = { ...createSilentLog(), warn: (line) => void warnings.push(line) };
    await learnDatabase(gateway.engine.model, gateway.engine.stores.relational, log);
  });
  afterAll(() => gateway?.close());
  const found = async (where: unknown): Promise<string[]> =>
    (
      (await gateway.ask('query ($where: WordWhere) { words(where: $where, sort: [{id: ASC}]) { id } }', { where })) as {
        words: { id: string }[];
      }
    ).words.map(({ id }) => id);

  it('has all letters in caseInsensitive', async () => {
    for (const field of ['text', 'any']) {
      expect(await found({ [field]: { caseInsensitive: { eq: 'Ärgernis' } } })).toEqual(['1', '2']);
      expect(await found({ [field]: { caseInsensitive: { in: ['ЖУКИ', 'zUG'] } } })).toEqual(['3', '5']);
      expect(await found({ [field]: { caseInsensitive: { contains: 'RGER', startsWith: 'ä' } } })).toEqual(['1', '2']);
      expect(await found({ [field]: { caseInsensitive: { endsWith: 'УКИ' } } })).toEqual(['3']);
      expect(await found({ [field]: { caseInsensitive: { startsWith: 'οδο' } } })).toEqual(['4']);
      // In the order of code points.
      expect(await found({ [field]: { caseInsensitive: { gt: 'zz' } } })).toEqual(['1', '2', '3', '4']);
    }
  });

  it('says what knows A to Z only', async () => {
    expect(warnings).toEqual(
      hasLetters
        ? []
        : [
            expect.stringMatching(
              /^the database knows no letters but A to Z \(its LC_CTYPE is C\), so @trigram \(similarTo\), @fulltext \(matches\), citext columns tell others apart by case/,
            ),
          ],
    );
    expect(await found({ any: { eq: 'ärgernis' } })).toEqual(hasLetters ? ['1', '2'] : ['2']);
    expect(await found({ text: { similarTo: { text: 'ÄRGERNIS', minSimilarity: 0.9 } } })).toEqual(['1', '2']);
    expect(await found({ text: { similarTo: { text: 'ЖУКИ' } } })).toEqual(hasLetters ? ['3'] : []);
  });
});
