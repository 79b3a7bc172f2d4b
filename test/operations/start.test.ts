import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../src/config.js';
import type { Log } from '../../src/log.js';
import { migrateStores, seedStores } from '../../src/operations/prepare.js';
import { serve, type Gateway } from '../../src/operations/serve.js';
import { openAddresses } from '../../src/server/address.js';
import { openEmbeddedRelational } from '../../src/stores/relational/embedded.js';

// Each opens stores of its own.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const SHIPPED = fileURLToPath(new URL('../../schema/', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'odras-start-'));
const open: Gateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

let folders = 0;
/** A schema folder of the test's own. */
const own = (sdl: string): string => {
  const folder = join(work, `schema-${(folders += 1)}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'own.graphql'), sdl);
  return folder;
};

/** A copy of the shipped schema with one text replaced. */
const copied = (file: string, from: string, to: string): string => {
  const folder = join(work, `schema-${(folders += 1)}`);
  cpSync(SHIPPED, folder, { recursive: true });
  const text = readFileSync(join(folder, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(folder, file), text.replace(from, to));
  return folder;
};

/** A data folder whose PostgreSQL has one table: what fails leaves it as it is. */
const notes = join(work, 'notes');
beforeAll(async () => {
  mkdirSync(notes);
  const store = await openEmbeddedRelational({ path: join(notes, 'relational'), timeoutMs: 60_000 });
  await store.script('CREATE TABLE notes (id uuid PRIMARY KEY, text text)');
  await store.close();
});

interface Ran {
  readonly lines: readonly string[];
  readonly error: (Error & { readonly code?: string }) | undefined;
}

type Command = (config: ReturnType<typeof readConfig>, log: Log) => Promise<unknown>;

const run = async (command: Command, flags: Parameters<typeof readConfig>[0], settings: Record<string, string> = {}): Promise<Ran> => {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  try {
    await command(readConfig({ port: '0', ...flags }, settings), { info: write, warn: write, error: write });
    return { lines, error: undefined };
  } catch (error) {
    return { lines, error: error as Error };
  }
};

const serving: Command = async (config, log) => {
  open.push(await serve(config, log));
};

const NOTES = 'type Note @table(name: "notes") {\n  id: ID!\n  text: String! @fulltext @trigram\n}';

describe('serve', () => {
  it('tells a misspelt column that has an index with file and line, and makes nothing', async () => {
    const schema = own(`type Note @table(name: "notes") @node @embedding(collection: "notes",
      of: ["body"]) {\n  id: ID!\n  body: String! @column(name: "txt") @fulltext\n  title: String @trigram\n}`);
    const { error, lines } = await run(serving, { data: notes }, { ODRAS_SCHEMA: schema });
    expect(error).toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringMatching(
        /2 mismatches:\n.*own\.graphql:4 {2}Note\.body is in column txt, which table public\.notes does not have.*\n.*:5 {2}Note\.title/,
      ) as string,
    });
    expect(lines.filter((line) => /created|filled|embedded \d/.test(line))).toEqual([]);
  });

  it('makes no table of ODRAS for a schema of another kind, and tells what makes its own', async () => {
    const { error, lines } = await run(serving, { data: join(work, 'unmade') }, { ODRAS_SCHEMA: own(NOTES) });
    expect(error).toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringMatching(
        /own\.graphql:1 {2}Note is in table public\.notes, which does not exist: `odras-gateway migrate` makes it/,
      ) as string,
    });
    expect(lines.filter((line) => /created|filled/.test(line))).toEqual([]);
  });

  it('tells a misspelt table of a copy of the shipped schema before it is filled, also with the demonstration data', async () => {
    const schema = copied('requirements.graphql', '@table(name: "requirements_notes")', '@table(name: "requirements_nots")');
    const { error, lines } = await run(serving, { memory: true }, { ODRAS_SCHEMA: schema, DEMO: 'true' });
    expect(error).toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringMatching(
        /requirements\.graphql:\d+ {2}RequirementNote is in table public\.requirements_nots, which does not exist: --memory makes it without demonstration data only/,
      ) as string,
    });
    expect(lines.filter((line) => /created|filled/.test(line))).toEqual([]);
  });

  it('tells what an index cannot be made for, with file and line', async () => {
    const schema = own('type Note @table(name: "notes") {\n  id: ID!\n  text: String! @fulltext(language: "klingon")\n}');
    const { error } = await run(serving, { data: notes }, { ODRAS_SCHEMA: schema });
    expect(error).toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringMatching(/own\.graphql:3 {2}The index of @fulltext on Note\.text cannot be made: .*klingon/) as string,
    });
  });

  it('finds out that the port is taken before it opens a store', async () => {
    const blocker = createServer().listen(0, 'localhost');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    const { error, lines } = await run(serving, { memory: true, port: String(port) });
    blocker.close();
    expect(error).toMatchObject({ code: 'PORT_IN_USE' });
    expect(lines).toEqual([]);
  });

  it('tells a HOST that is not one of this machine before it opens a store', async () => {
    const { error, lines } = await run(serving, { memory: true }, { HOST: '192.0.2.1' });
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('Cannot listen on 192.0.2.1:0') as string });
    expect(lines).toEqual([]);
  });

  it('on every address gives those that can be opened, and warns that everybody may write', async () => {
    const { error, lines } = await run(serving, { data: notes }, { ODRAS_SCHEMA: own(NOTES), HOST: '0.0.0.0' });
    expect(error).toBeUndefined();
    expect(lines.at(-1)).toMatch(/ready in .* open http:\/\/localhost:\d+\/graphql in a browser/);
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/reachable from other machines.*everything/)]));
    const addresses = lines.flatMap((line) => /(?:also at {2}|open )(http\S+)/.exec(line)?.[1] ?? []);
    for (const address of addresses)
      expect(await (await fetch(address.replace('/graphql', '/health/live'))).json()).toEqual({ status: 'live' });
  });
});

describe('migrate', () => {
  it('makes the tables that an embedded PostgreSQL lacks, once, so that it can be served', async () => {
    const data = join(work, 'made');
    const settings = {
      ODRAS_SCHEMA: own(`type Author @table(name: "authors", schema: "library") {
        id: ID! name: String! books: [Book!]! @join(to: "author_id") }\ntype Book @table(name: "books", unique: [["title"]]) {
        id: ID! title: String! @trigram added: DateTime @column(default: true) author: Author @join(from: "author_id") }\ntype
        Title @table(name: "books") { id: ID! title: String subtitle: String }\ntype Mark @node(labels: ["Spot"]) { id: ID! }
        type Stain @node(labels: ["SPOT"]) { id: ID! }`),
    };
    const first = await run(migrateStores, { data }, settings);
    expect(first.error).toBeUndefined();
    expect(first.lines).toEqual(
      expect.arrayContaining(['  created  table library.authors', '  created  table public.books', '  created  index books_title_trigram']),
    );
    expect(first.lines.filter((line) => line.includes('table public.books'))).toHaveLength(1);
    const second = await run(migrateStores, { data }, settings);
    expect(second.error).toBeUndefined();
    expect(second.lines.filter((line) => line.includes('created'))).toEqual([]);
    expect((await run(serving, { data }, settings)).error).toBeUndefined();
    const { url } = open.at(-1)!;
    const query = `mutation { createBooks(input: [{title: "Emma", author: {create: {node: {name: "Jane"}}}}]) {
      books { title added author { name books { title } } } } }`;
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
    expect(await response.json()).toMatchObject({
      data: {
        createBooks: {
          books: [
            { title: 'Emma', added: expect.stringMatching(/^\d{4}-/) as string, author: { name: 'Jane', books: [{ title: 'Emma' }] } },
          ],
        },
      },
    });
  });

  it('tells what of a table cannot be made, and every view that is missing, with file and line', async () => {
    const settings = { ODRAS_SCHEMA: own('type A @table(name: "a") {\n  id: ID!\n  b: String @column(type: "nonsense")\n}') };
    expect((await run(migrateStores, { data: join(work, 'made') }, settings)).error).toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringMatching(
        /own\.graphql:3 {2}A\.b is said to be of the SQL type nonsense: .*"nonsense" does not exist/,
      ) as string,
    });
    const views = {
      ODRAS_SCHEMA: own('type A @table(name: "a", view: true) { id: ID! }\ntype B @table(name: "b", view: true) { id: ID! }'),
    };
    expect((await run(migrateStores, { data: join(work, 'made') }, views)).error).toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringMatching(
        /2 mismatches:\n.*graphql:1 {2}A is in table public\.a, which does not exist\n.*graphql:2 {2}B is/,
      ) as string,
    });
  });

  it('tells a column that a table lacks, and makes no index then', async () => {
    const { error, lines } = await run(migrateStores, { data: notes }, { ODRAS_SCHEMA: own(NOTES.replace('text:', 'words:')) });
    expect(error).toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringContaining('own.graphql:3  Note.words is in column words, which table public.notes does not have') as string,
    });
    expect(lines.filter((line) => line.includes('created'))).toEqual([]);
  });
});

describe('seed', () => {
  it('is refused for a schema of another kind, before a store is opened', async () => {
    const { error, lines } = await run(seedStores, { data: join(work, 'unseeded') }, { ODRAS_SCHEMA: own(NOTES) });
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('set DEMO=true') as string });
    expect(lines).toEqual([]);
  });
});

describe('tables of another program', () => {
  it('that have the names of those of ODRAS are told, and stay as they are', async () => {
    const data = join(work, 'others');
    mkdirSync(data);
    const store = await openEmbeddedRelational({ path: join(data, 'relational'), timeoutMs: 60_000 });
    await store.script('CREATE TABLE projects (number integer)');
    await store.close();
    const { error } = await run(serving, { data });
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/The ODRAS tables cannot be created and filled: .*DEMO=false/) as string,
    });
    const again = await openEmbeddedRelational({ path: join(data, 'relational'), timeoutMs: 60_000 });
    expect(
      await again.read({
        text: `SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' AND relkind = 'r'`,
      }),
    ).toEqual([['projects']]);
    await again.close();
  });
});

describe('an address', () => {
  it.each([
    ['localhost', 'http://localhost:4000/graphql'],
    ['127.0.0.1', 'http://127.0.0.1:4000/graphql'],
    ['::1', 'http://[::1]:4000/graphql'],
    ['0.0.0.0', 'http://localhost:4000/graphql'],
    ['::', 'http://localhost:4000/graphql'],
  ])('of %s can be opened', (host, url) => {
    const [first, ...others] = openAddresses(host, { port: 4000 }, '/graphql');
    expect(first).toBe(url);
    if (host !== '0.0.0.0' && host !== '::') expect(others).toEqual([]);
    for (const other of others) expect(URL.canParse(other)).toBe(true);
  });
});

describe('demonstration data', () => {
  it('belong to the shipped schema, unless they are asked for', () => {
    const demo = (settings: Record<string, string>): boolean => readConfig({}, settings).demo;
    expect([
      demo({}),
      demo({ ODRAS_SCHEMA: SHIPPED }),
      demo({ ODRAS_SCHEMA: work }),
      demo({ ODRAS_SCHEMA: work, DEMO: 'true' }),
      demo({ DEMO: 'false' }),
    ]).toEqual([true, true, false, true, false]);
  });
});
