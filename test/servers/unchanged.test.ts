import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import pg from 'pg';
import { readConfig } from '../../src/config.js';
import { createSilentLog } from '../../src/log.js';
import { removeFeedFrom } from '../../src/operations/feed.js';
import { migrateStores } from '../../src/operations/prepare.js';
import { serve } from '../../src/operations/serve.js';
import { adminKey } from '../support/tokens.js';
import { dumpDatabase } from './postgresql.js';
import { freshDatabase } from './urls.js';

const admin = adminKey();
/** They keep the audit log as it is. */
const triggersOfAudit = 7;
let url: string;
let before: string[];
beforeAll(async () => {
  url = await freshDatabase('unchanged_test');
  const client = new pg.Client(url);
  await client.connect();
  await client.query(readFileSync(new URL('../../src/operations/demo/odras.sql', import.meta.url), 'utf8'));
  await client.query(`
    INSERT INTO projects (project_id, name) VALUES ('00000000-0000-4000-8000-0000000000a1', 'One');
    INSERT INTO requirements_enhanced (project_id, requirement_identifier, requirement_title, requirement_text, requirement_type)
      SELECT '00000000-0000-4000-8000-0000000000a1', '', 'T' || n, 'Text ' || n, 'safety' FROM generate_series(1, 20) n;
    CREATE TABLE of_others (id int PRIMARY KEY, note text); COMMENT ON TABLE of_others IS 'no type of the schema has it';
    ALTER DATABASE unchanged_test SET statement_timeout = '77s'`);
  await client.end();
  before = dumpDatabase(url);
});
afterAll(() => freshDatabase('unchanged_test'));

const settings = () => readConfig({ memory: true, port: '0' }, { DATABASE_URL: url, ...admin.settings });
/** What was added to the database, and what is gone or is no longer as it was. */
const changes = (): { added: string[]; gone: string[] } => {
  const after = dumpDatabase(url);
  return { added: after.filter((one) => !before.includes(one)), gone: before.filter((one) => !after.includes(one)) };
};

it('the dump that is compared holds the definitions and the rows', () => {
  expect(before.filter((statement) => statement.startsWith('CREATE TABLE'))).toHaveLength(65);
  expect(before.filter((statement) => statement.startsWith('CREATE TRIGGER'))).toHaveLength(25);
  expect(before.some((statement) => /^COPY public\.requirements_enhanced .*\n(.*\n){20}/.test(statement))).toBe(true);
  expect(before.some((statement) => statement.includes("statement_timeout TO '77s'"))).toBe(true);
});

it('migrate adds the indexes that the schema declares and what they need, and a schema of its own, and changes nothing', async () => {
  await migrateStores(settings(), createSilentLog());
  const { added, gone } = changes();
  const ofGateway = added.filter((statement) => /\bodras_gateway\b/.test(statement));
  expect(ofGateway.filter((statement) => statement.startsWith('CREATE TABLE'))).toHaveLength(17);
  expect({ added: added.filter((statement) => !ofGateway.includes(statement)), gone }).toEqual({
    added: [
      'CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;',
      expect.stringMatching(/^COMMENT ON EXTENSION pg_trgm IS/) as string,
      expect.stringMatching(/^CREATE INDEX \w+_fulltext ON public\.requirements_enhanced USING gin \(to_tsvector\('english'/) as string,
      expect.stringMatching(/^CREATE INDEX \w+_trigram ON public\.requirements_enhanced USING gin \(requirement_title /) as string,
    ],
    gone: [],
  });
});

it('a start and queries change nothing at all', async () => {
  before = dumpDatabase(url);
  const gateway = await serve(settings(), createSilentLog());
  try {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: admin.headers,
      body: JSON.stringify({
        query: '{ requirements(where: {text: {matches: "text"}}) { identifier project { name } history { oldValue } components { id } } }',
      }),
    });
    const { data } = (await response.json()) as { data: { requirements: unknown[] } };
    expect(data.requirements).toHaveLength(20);
  } finally {
    await gateway.close();
  }
  // The feed notes which server it is of.
  const others = (statements: readonly string[]) => statements.filter((statement) => !/odras_gateway\.feeds/.test(statement));
  const { added, gone } = changes();
  expect({ added: others(added), gone: others(gone) }).toEqual({ added: [], gone: [] });
});

it('the change feed can be taken away again, with all of its triggers, and made again', async () => {
  const triggers = () => dumpDatabase(url).filter((statement) => statement.startsWith('CREATE TRIGGER'));
  const own = before.filter((statement) => statement.startsWith('CREATE TRIGGER') && !statement.includes('odras_gateway_'));
  expect(own).toHaveLength(25 + triggersOfAudit);
  expect(triggers().length).toBeGreaterThan(own.length + 100);
  await removeFeedFrom(settings(), createSilentLog());
  expect(triggers()).toEqual(own);
  expect(dumpDatabase(url).filter((statement) => /odras_gateway\.(change|tick|feed|capture)/.test(statement))).toEqual([]);
  await migrateStores(settings(), createSilentLog());
  expect(triggers().length).toBeGreaterThan(own.length + 100);
});

it('a start without the tables of the audit log is refused, unless it is off', async () => {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('DROP SCHEMA odras_gateway CASCADE');
  await client.end();
  await expect(serve(settings(), createSilentLog())).rejects.toMatchObject({ code: 'AUDIT_MISSING' });
  const gateway = await serve({ ...settings(), audit: false }, createSilentLog());
  const { data, errors } = (await (
    await fetch(gateway.url, {
      method: 'POST',
      headers: admin.headers,
      body: JSON.stringify({ query: '{ auditLog { hasNextPage } projects { name } }' }),
    })
  ).json()) as { data: unknown; errors: unknown };
  await gateway.close();
  expect(data).toEqual({ auditLog: null, projects: [{ name: 'One' }] });
  expect(errors).toMatchObject([{ extensions: { code: 'AUDIT_OFF' } }]);
});
