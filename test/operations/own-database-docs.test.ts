import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import pg from 'pg';
import { endRuns, remove, run, url, work } from '../support/cli.js';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const PAGE = readFileSync(join(DOCS, 'your-own-database.md'), 'utf8');

/** What stands between two marks of the page, in its block of code. */
const block = (name: string): string => {
  const [, text] = new RegExp(`<!-- ${name} -->\n\`\`\`\\w+\n([\\s\\S]*?)\n\`\`\`\n<!-- /${name} -->`).exec(PAGE) ?? [];
  expect(text, `<!-- ${name} --> in docs/your-own-database.md`).toBeDefined();
  return text!;
};

/** The arguments of a command of the page, which has no quotes. */
const argumentsOf = (command: string): string[] => {
  expect(command).toMatch(/^npx odras-gateway [^'"\\]+$/);
  return command.split(' ').slice(2);
};

afterEach(endRuns);
afterAll(remove);

const done = async (args: string[], environment: Record<string, string> = {}): Promise<{ code: number | null; output: string }> => {
  const { exit, output } = run(args, environment);
  return { code: await exit, output: output() };
};

describe('docs/your-own-database.md', () => {
  it('leads from an empty folder to an answered query in three commands', async () => {
    const commands = block('commands').split('\n');
    expect(commands).toHaveLength(3);
    expect(readdirSync(work)).toEqual([]);
    mkdirSync(join(work, 'docs'));
    cpSync(join(DOCS, 'library'), join(work, 'docs', 'library'), { recursive: true });
    const [load, introspect, serve] = commands.map(argumentsOf);
    expect(await done(load!)).toMatchObject({ code: 0, output: expect.stringContaining('created  view public.book_popularity') });
    expect(await done(introspect!)).toEqual({ code: 0, output: expect.stringContaining('left out members.password_hash: looks secret') });
    const gateway = run(serve!, { PORT: '0' });
    const [, body] = /-d '(\{[\s\S]*\})'$/.exec(block('query')) ?? [];
    const response = await fetch(await url(gateway), { method: 'POST', headers: { 'content-type': 'application/json' }, body: body! });
    expect(`${await response.text()}`.trim()).toBe(block('answer'));
    gateway.child.kill('SIGINT');
    expect(await gateway.exit).toBe(0);
  }, 120_000);

  it('shows what introspect writes, and a check that fails', async () => {
    const file = readFileSync(join(work, 'library', 'tables.graphql'), 'utf8');
    expect(file).toContain(/```graphql\n(type DeskNote [\s\S]*?)\n```/.exec(PAGE)![1]);
    const data = ['--data', 'library-data'];
    writeFileSync(join(work, 'change.sql'), 'ALTER TABLE books ADD shelf text');
    expect((await done(['load', 'change.sql', ...data])).code).toBe(0);
    const { code, output } = await done(['introspect', '--schema', 'library', ...data, '--check']);
    expect([code, PAGE.includes(output.trim()), output]).toEqual([1, true, expect.stringContaining('+ Book.shelf: String')]);
  });
});

describe('load', () => {
  it('says which line PostgreSQL refuses, and keeps nothing', async () => {
    writeFileSync(join(work, 'wrong.sql'), 'CREATE TABLE fine (a int);\n-- ä 🙂\nCREATE TABLE\n  wrong (a nothing);\n');
    const refused = await done(['load', 'wrong.sql', '--data', 'loaded']);
    expect(refused).toEqual({
      code: 1,
      output: expect.stringMatching(/^error: wrong\.sql:4 {2}PostgreSQL refuses it: type "nothing" does not/),
    });
    writeFileSync(join(work, 'right.sql'), 'CREATE TABLE fine (a int);');
    expect(await done(['load', 'right.sql', '--data', 'loaded'])).toEqual({
      code: 0,
      output: expect.stringContaining('table public.fine'),
    });
  });

  it.each([
    [['load', '--data', 'x'], {}, /^error: load needs a file: odras-gateway load FILE\.sql\. Try odras-gateway load --help\.\n$/],
    [['load', 'none.sql', '--data', 'x'], {}, /^error: The file none\.sql cannot be read: /],
    [['load', 'a.sql', 'b.sql'], {}, /^error: Expected one command, but got load a\.sql b\.sql/],
    [['load', 'a.sql'], { DATABASE_URL: 'postgres://u:hush@db/x' }, /^error: load writes into the embedded PostgreSQL/],
    [['psql'], { DATABASE_URL: 'postgres://u:hush@db/x' }, /^error: psql opens the embedded PostgreSQL/],
    [['introspect', '--data', 'x'], {}, /^error: introspect needs the folder to write to/],
  ])('and its neighbours refuse %j', async (args, environment, message) => {
    const { code, output } = await done(args, environment);
    expect([code, output]).toEqual([1, expect.stringMatching(message)]);
    expect(output).not.toContain('hush');
  });
});

describe('psql', () => {
  it('lets tools in, and ends on a signal', async () => {
    const tool = run(['psql', '--port', '0', '--data', 'library-data']);
    const address = await vi.waitFor(() => /psql "(\S+)"/.exec(tool.output())![1]!, { timeout: 30_000, interval: 50 });
    const client = new pg.Client(address);
    await client.connect();
    expect((await client.query('SELECT title FROM books ORDER BY id LIMIT $1', [1])).rows).toEqual([{ title: 'Emma' }]);
    await client.end();
    tool.child.kill('SIGTERM');
    expect(await tool.exit).toBe(0);
  });
});
