import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPostgresql } from './postgresql.js';
import type { RunningServer } from './stores.js';

const BIN = fileURLToPath(new URL('../../bin/odras-gateway.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'odras-migrate-'));
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

const migrate = (name: string, sdl: string): Promise<{ code: number; output: string }> => {
  const schema = join(folder, name);
  mkdirSync(schema);
  writeFileSync(join(schema, 'own.graphql'), sdl);
  return run(['--schema', schema], server.url);
};

const run = async (flags: readonly string[], url: string): Promise<{ code: number; output: string }> => {
  const child = spawn(process.execPath, [BIN, 'migrate', '--memory', ...flags], { env: { ...process.env, DATABASE_URL: url } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
};

const inServer = async (text: string, url = server.url): Promise<unknown[]> => {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows as unknown[];
};

describe('migrate on a PostgreSQL server', () => {
  it('tells each table that is missing, makes nothing, and ends with another code than 0', async () => {
    const { code, output } = await migrate(
      'missing',
      'type A @table(name: "as") { id: ID! t: String @trigram }\ntype B @table(name: "bs") { id: ID! }',
    );
    expect(code).toBe(1);
    expect(output).toMatch(
      /2 mismatches:\n.*own\.graphql:1 {2}A is in table public\.as, which does not exist\n.*own\.graphql:2 {2}B is in table public\.bs, which does not exist\n$/,
    );
    expect(output).not.toMatch(/nothing to create|created|makes it|\n {4}at /);
    expect(await inServer(`SELECT extname FROM pg_extension WHERE extname = 'pg_trgm'`)).toEqual([]);
  });

  it('makes what the schema asks where all tables are there, and says so the second time', async () => {
    await inServer('CREATE TABLE notes (id uuid PRIMARY KEY, text text)');
    const sdl = 'type Note @table(name: "notes") { id: ID! text: String @trigram @fulltext }';
    const first = await migrate('first', sdl);
    expect([first.code, first.output]).toEqual([0, expect.stringContaining('created  index notes_text_trigram')]);
    const second = await migrate('second', sdl);
    expect([second.code, second.output]).toEqual([0, expect.stringContaining('nothing to create')]);
  });

  it('makes the tables of ODRAS in an empty database, fills none, and leaves one that has any table as it is', async () => {
    const urlOf = async (name: string): Promise<string> => {
      await inServer(`CREATE DATABASE ${name}`);
      return Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
    };
    const count = "SELECT count(*)::int AS count FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'odras_gateway_seed'";
    const empty = await urlOf('empty');
    const first = await run([], empty);
    expect([first.code, first.output]).toEqual([0, expect.stringContaining('created  the tables of ODRAS')]);
    const second = await run([], empty);
    expect([second.code, second.output]).toEqual([0, expect.not.stringContaining('tables')]);
    expect(await inServer(count, empty)).toEqual([{ count: 64 }]);
    expect(await inServer('SELECT 1 FROM users UNION ALL SELECT 1 FROM projects', empty)).toEqual([]);

    const used = await urlOf('used');
    await inServer('CREATE TABLE notes (id uuid PRIMARY KEY)', used);
    const { code, output } = await run([], used);
    expect([code, output]).toEqual([
      1,
      expect.stringContaining('Requirement is in table public.requirements_enhanced, which does not exist'),
    ]);
    expect(await inServer(count, used)).toEqual([{ count: 1 }]);
  });
});
