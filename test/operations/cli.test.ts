import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FLAGS } from '../../src/usage.js';
import { afterAll, afterEach, describe, expect, inject, it, vi } from 'vitest';
import { copyFolder, temporaryFolder } from '../support/folders.js';

const BIN = fileURLToPath(new URL('../../bin/odras-gateway.js', import.meta.url));
const SCHEMA = fileURLToPath(new URL('../../schema/', import.meta.url));
const { path: work, remove } = temporaryFolder();
const running: ChildProcess[] = [];

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

const run = (args: string[], environment: Record<string, string> = {}): Run => {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, ...environment }, cwd: work });
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text, exit: once(child, 'close').then(([code]) => code as number | null) };
};

const url = async ({ output }: Run): Promise<string> => vi.waitFor(() => /open (\S+) in/.exec(output())![1]!, { timeout: 60_000, interval: 50 });

const ask = async (address: string, query: string): Promise<unknown> => {
  const response = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
  return ((await response.json()) as { data: unknown }).data;
};

const folder = (name: string): string => {
  const path = join(work, name);
  copyFolder(inject('filledFolder'), path);
  return path;
};

/** A copy of the schema folder with one text replaced in one of its files. */
const schemaWith = (name: string, file: string, from: string, to: string): string => {
  const path = join(work, name);
  cpSync(SCHEMA, path, { recursive: true });
  const text = readFileSync(join(path, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(path, file), text.replace(from, to));
  return path;
};

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(remove);

describe('serve', () => {
  it('goes on when a promise is rejected that nobody looks after, and says so', async () => {
    const stray = `data:text/javascript,process.on('SIGUSR2', () => Promise.reject(new Error('stray')))`;
    const gateway = run(['serve', '--data', folder('stray'), '--port', '0'], { NODE_OPTIONS: `--import "${stray}"` });
    const address = await url(gateway);
    gateway.child.kill('SIGUSR2');
    await vi.waitFor(() => expect(gateway.output()).toMatch(/error: unexpected: a promise was rejected.*\nError: stray/), { timeout: 10_000 });
    expect(await ask(address, '{ __typename }')).toEqual({ __typename: 'Query' });
  });

  it('says what runs where, keeps what was written over Ctrl-C, and finds it again', async () => {
    const data = folder('kept');
    const first = run(['serve', '--data', data, '--port', '0']);
    const address = await url(first);
    expect(first.output()).toContain(`PostgreSQL  embedded, ${join(data, 'relational')}`);
    expect(await ask(address, 'mutation { updateProjects(where: {domain: {eq: "sensing"}}, update: {description: {set: "Kept."}}) { projects { description } } }')).toEqual({ updateProjects: { projects: [{ description: 'Kept.' }] } });
    first.child.kill('SIGINT');
    expect(await first.exit).toBe(0);
    expect(first.output()).toContain('stopping');
    const second = run(['serve', '--data', data, '--port', '0']);
    expect(await ask(await url(second), '{ projects(where: {domain: {eq: "sensing"}}) { description requirements(limit: 1) { components { name } } } components(limit: 1) { name } }')).toMatchObject({ projects: [{ description: 'Kept.' }], components: [{}] });
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
  }, 120_000);

  it('refuses a data folder that another process is using', async () => {
    const data = folder('shared');
    const first = run(['serve', '--data', data, '--port', '0']);
    await url(first);
    const second = run(['serve', '--data', data, '--port', '0']);
    expect(await second.exit).toBe(1);
    expect(second.output()).toContain(`process ${first.child.pid} is using it`);
    expect(second.output()).not.toContain('    at ');
  }, 120_000);

  it('takes over the folder of a process that was killed', async () => {
    const data = folder('killed');
    const first = run(['serve', '--data', data, '--port', '0']);
    await url(first);
    first.child.kill('SIGKILL');
    await first.exit;
    const second = run(['serve', '--data', data, '--port', '0']);
    expect(await ask(await url(second), '{ projects { name } }')).toMatchObject({ projects: { length: 6 } });
  }, 120_000);

  it('names a port that is taken', async () => {
    const blocker = createServer().listen(0, 'localhost');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    const { exit, output } = run(['serve', '--data', folder('port'), '--port', String(port)]);
    expect(await exit).toBe(1);
    expect(output()).toContain(`error: Port ${port} on localhost is already in use. Stop what listens there, or set PORT to a free one.`);
    expect(output()).not.toContain('    at ');
    blocker.close();
  }, 120_000);
});

describe('help', () => {
  it.each([
    [['--help'], /odras-gateway serve[\s\S]*--port N[\s\S]*--no-demo/],
    [['-h'], /odras-gateway serve/],
    [['help'], /odras-gateway serve/],
    [['serve', '--help'], /^odras-gateway serve \[flags\][\s\S]*--host ADDRESS/],
    [['help', 'migrate'], /^odras-gateway migrate \[flags\][\s\S]*--schema DIR/],
    [['seed', '--help'], /^odras-gateway seed/],
    [['print-schema', '--help'], /^odras-gateway print-schema[\s\S]*--out FILE/],
    [['generate-vectors', '--help'], /^odras-gateway generate-vectors/],
    [['--version'], /^\d+\.\d+\.\d+\n$/],
    [['version'], /^\d+\.\d+\.\d+\n$/],
    [['serve', '--version'], /^\d+\.\d+\.\d+\n$/],
  ])('%j is answered, also where a setting is wrong', async (args, text) => {
    const { exit, output } = run(args, { PORT: 'many' });
    expect(await exit).toBe(0);
    expect(output()).toMatch(text);
  });

  it('names every flag in docs/run.md', () => {
    const text = readFileSync(new URL('../../docs/run.md', import.meta.url), 'utf8');
    expect(Object.keys(FLAGS).filter((flag) => !text.includes(`\`--${flag}`))).toEqual([]);
  });
});

describe('a flag', () => {
  it('wins over the environment', async () => {
    const path = join(work, 'flagged');
    cpSync(SCHEMA, path, { recursive: true });
    writeFileSync(join(path, 'more.graphql'), 'type Flagged @table(name: "flagged") { id: ID! }');
    const { exit, output } = run(['print-schema', '--schema', path], { ODRAS_SCHEMA: '/nowhere' });
    expect(await exit).toBe(0);
    expect(output()).toContain('type Flagged {');
  });

  it.each([
    [['serve', '--host', '192.0.2.1', '--memory'], 'Cannot listen on 192.0.2.1'],
    [['serve', '--database', 'mysql://root:hush@db'], 'DATABASE_URL: expected a PostgreSQL address'],
    [['migrate', '--schema', '/nowhere'], 'The schema folder /nowhere cannot be read'],
    [['seed', '--no-demo', '--memory'], 'seed makes the tables of ODRAS'],
  ])('%j is used', async (args, message) => {
    const { exit, output } = run(args);
    expect(await exit).toBe(1);
    expect(output()).toContain(message);
    expect(output()).not.toContain('hush');
  });
});

describe('bad input', () => {
  it.each([
    ['a port that is none', () => ['serve', '--port', 'many'], 'PORT: expected a whole number, but got "many". Port to listen on; 0 takes a free one. Example: PORT=4000', undefined],
    ['an unknown flag', () => ['serve', '--colour'], "error: Unknown option '--colour'. Try odras-gateway serve --help.", undefined],
    ['a flag without its value', () => ['serve', '--port'], "error: Option '--port <value>' argument missing. Try odras-gateway serve --help.", undefined],
    ['a flag of another command', () => ['serve', '--out', 'x'], 'error: --out means nothing to serve. Try odras-gateway serve --help.', undefined],
    ['two commands', () => ['serve', 'seed'], 'error: Expected one command, but got serve seed.', undefined],
    ['two flags that contradict each other', () => ['serve', '--demo', '--no-demo'], '--demo and --no-demo cannot be used together', undefined],
    ['help for an unknown command', () => ['help', 'dance'], 'but got dance', undefined],
    ['an unknown command', () => ['dance'], 'Expected serve, migrate, seed, print-schema or generate-vectors, but got dance', undefined],
    ['two homes for the data', () => ['serve', '--memory', '--data', 'x'], '--memory and --data cannot be used together', undefined],
    ['a schema folder that is not there', () => ['print-schema'], 'The schema folder', { ODRAS_SCHEMA: '/nowhere' }],
    ['a default above the maximum', () => ['print-schema'], 'DEFAULT_ROWS must be at most MAX_ROWS (10), but got 20', { DEFAULT_ROWS: '20', MAX_ROWS: '10' }],
  ])('%s is one clear error', async (_, args, message, environment) => {
    const { exit, output } = run(args(), environment);
    expect(await exit).toBe(1);
    expect(output()).toContain(message);
    expect(output()).not.toContain('    at ');
    // The error is what stands last.
    expect(output().trimEnd().split('\n').at(-1)).toContain('error: ');
  });

  it('a data folder that cannot be made is named', async () => {
    const file = join(work, 'file');
    writeFileSync(file, '');
    const { exit, output } = run(['serve', '--data', join(file, 'data'), '--port', '0']);
    expect(await exit).toBe(1);
    expect(output()).toMatch(/error: The data folder .*file.data cannot be used: .*Choose another with --data DIR/);
    expect(output()).not.toContain('    at ');
  });

  it('a broken schema file is named with the line', async () => {
    const schema = schemaWith('broken', 'projects.graphql', 'type User @table', 'type User @@table');
    const line = readFileSync(join(schema, 'projects.graphql'), 'utf8').split('\n').findIndex((text) => text.includes('@@table')) + 1;
    const { exit, output } = run(['serve', '--memory', '--port', '0'], { ODRAS_SCHEMA: schema });
    expect(await exit).toBe(1);
    expect(output()).toContain(`broken/projects.graphql:${line}  Syntax Error`);
    expect(output()).not.toContain('    at ');
  });

  it('a column, a table and a type that do not fit are named together, each with its line', async () => {
    const schema = schemaWith('unfit', 'projects.graphql', '@column(name: "project_level")', '@column(name: "project_levels")');
    const file = join(schema, 'requirements.graphql');
    writeFileSync(file, readFileSync(file, 'utf8').replace('@table(name: "requirements_notes")', '@table(name: "requirement_notes")').replace('version: Int @column', 'version: String @column'));
    const { exit, output } = run(['serve', '--data', folder('unfit-data'), '--port', '0'], { ODRAS_SCHEMA: schema });
    expect(await exit).toBe(1);
    expect(output()).toContain('error: The schema does not fit the stores, 3 mismatches:');
    expect(output()).toMatch(/unfit\/projects.graphql:\d+ {2}Project.level is in column project_levels, which table public.projects does not have \(it has project_level\)/);
    expect(output()).toMatch(/unfit\/requirements.graphql:\d+ {2}RequirementNote is in table public.requirement_notes, which does not exist/);
    expect(output()).toMatch(/unfit\/requirements.graphql:\d+ {2}Requirement.version is taken to be text, but column public.requirements_enhanced.version is integer: say it with type: "integer"/);
    expect(output()).not.toContain('    at ');
  }, 120_000);
});
