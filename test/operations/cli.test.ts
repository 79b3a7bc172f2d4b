import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FLAGS } from '../../src/usage.js';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { endRuns, folder, remove, run, work } from '../support/cli.js';

const SCHEMA = fileURLToPath(new URL('../../schema/', import.meta.url));

/** A copy of the schema folder with one text replaced in one of its files. */
const schemaWith = (name: string, file: string, from: string, to: string): string => {
  const path = join(work, name);
  cpSync(SCHEMA, path, { recursive: true });
  const text = readFileSync(join(path, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(path, file), text.replace(from, to));
  return path;
};

afterEach(endRuns);
afterAll(remove);

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
    [['serve', '--database', 'mysql://root:hush@db'], 'DATABASE_URL: expected a PostgreSQL URL'],
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
    [
      'a port that is none',
      () => ['serve', '--port', 'many'],
      'PORT: expected a whole number, but got "many". Port to listen on; 0 picks a free one. Example: PORT=4000',
      undefined,
    ],
    ['an unknown flag', () => ['serve', '--colour'], "error: Unknown option '--colour'. Try odras-gateway serve --help.", undefined],
    [
      'a flag without its value',
      () => ['serve', '--port'],
      "error: Option '--port <value>' argument missing. Try odras-gateway serve --help.",
      undefined,
    ],
    [
      'a flag of another command',
      () => ['serve', '--out', 'x'],
      'error: --out is not a flag of serve. Try odras-gateway serve --help.',
      undefined,
    ],
    ['two commands', () => ['serve', 'seed'], 'error: Expected one command, but got serve seed.', undefined],
    [
      'two flags that contradict each other',
      () => ['serve', '--demo', '--no-demo'],
      '--demo and --no-demo cannot be used together',
      undefined,
    ],
    ['help for an unknown command', () => ['help', 'dance'], 'but got dance', undefined],
    [
      'an unknown command',
      () => ['dance'],
      'Expected serve, migrate, seed, introspect, load, psql, audit, encrypt, print-schema, make-api-key or generate-vectors, but got ' +
        'dance',
      undefined,
    ],
    ['an API key without a name', () => ['make-api-key'], 'make-api-key needs a name: odras-gateway make-api-key NAME', undefined],
    ['a name with a space', () => ['make-api-key', 'two words'], 'make-api-key expects a name of letters', undefined],
    ['roles with spaces', () => ['make-api-key', 'one', '--roles', 'a, b'], 'expects --roles with roles separated by commas', undefined],
    ['two homes for the data', () => ['serve', '--memory', '--data', 'x'], '--memory and --data cannot be used together', undefined],
    ['a schema folder that is not there', () => ['print-schema'], 'The schema folder', { ODRAS_SCHEMA: '/nowhere' }],
    [
      'a default above the maximum',
      () => ['print-schema'],
      'DEFAULT_ROWS must be at most MAX_ROWS (10), but got 20',
      { DEFAULT_ROWS: '20', MAX_ROWS: '10' },
    ],
  ])('%s is one clear error', async (_, args, message, environment) => {
    const { exit, output } = run(args(), environment);
    expect(await exit).toBe(1);
    expect(output()).toContain(message);
    expect(output()).not.toContain('    at ');
    // The error is what stands last.
    expect(output().trimEnd().split('\n').at(-1)).toContain('error: ');
  });

  it('make-api-key prints a key and the line that accepts it', async () => {
    const { exit, output } = run(['make-api-key', 'reports', '--roles', 'reader,auditor']);
    expect(await exit).toBe(0);
    const [, key, hash] = /\n {2}(ogk_[\w-]{43})\n[^]*\n {2}reports ([0-9a-f]{64}) reader,auditor\n/.exec(output())!;
    expect(createHash('sha256').update(key!).digest('hex')).toBe(hash);
  });

  it('a data folder that cannot be made is named', async () => {
    const file = join(work, 'file');
    writeFileSync(file, '');
    const { exit, output } = run(['serve', '--data', join(file, 'data'), '--port', '0']);
    expect(await exit).toBe(1);
    expect(output()).toMatch(/error: The data folder .*file.data cannot be used: .*Choose another with --data DIR/);
    expect(output()).not.toContain('    at ');
  });

  it('schema files in which nothing is, and a file that cannot be written, are one clear error each', async () => {
    const empty = join(work, 'empty-schema');
    mkdirSync(empty);
    writeFileSync(join(empty, 'own.graphql'), '# Nothing yet.\n');
    for (const [args, said] of [
      [['print-schema', '--schema', empty], 'are empty. Write a type'],
      [['print-schema', '--out', work], 'Set --out to a file in a folder that is there.'],
      [['print-schema', '--out', join(work, 'nope', 'x.graphql')], 'Set --out to a file in a folder that is there.'],
    ] as const) {
      const { exit, output } = run([...args]);
      expect(await exit).toBe(1);
      expect(output()).toContain(said);
      expect(output()).not.toContain('    at ');
      expect(existsSync(join(work, 'nope'))).toBe(false);
    }
  });

  it('a broken schema file is named with the line', async () => {
    const schema = schemaWith('broken', 'projects.graphql', 'type Project @table', 'type Project @@table');
    const line =
      readFileSync(join(schema, 'projects.graphql'), 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('@@table')) + 1;
    const { exit, output } = run(['serve', '--memory', '--port', '0'], { ODRAS_SCHEMA: schema });
    expect(await exit).toBe(1);
    expect(output()).toContain(`broken/projects.graphql:${line}  Syntax Error`);
    expect(output()).not.toContain('    at ');
  });

  it('a column, a table and a type that do not fit are named together, each with its line', async () => {
    const schema = schemaWith('unfit', 'projects.graphql', '@column(name: "project_level")', '@column(name: "project_levels")');
    const file = join(schema, 'requirements.graphql');
    writeFileSync(
      file,
      readFileSync(file, 'utf8')
        .replace('@table(name: "requirements_notes")', '@table(name: "requirement_notes")')
        .replace('version: Int @column', 'version: String @column'),
    );
    const { exit, output } = run(['serve', '--data', folder('unfit-data'), '--port', '0'], { ODRAS_SCHEMA: schema });
    expect(await exit).toBe(1);
    expect(output()).toContain('error: The schema does not match the stores, 3 mismatches:');
    expect(output()).toMatch(
      /unfit\/projects.graphql:\d+ {2}Project.level is in column project_levels, which table public.projects does not have \(it has project_level\)/,
    );
    expect(output()).toMatch(
      /unfit\/requirements.graphql:\d+ {2}RequirementNote is in table public.requirement_notes, which does not exist/,
    );
    expect(output()).toMatch(
      /unfit\/requirements.graphql:\d+ {2}Requirement.version is taken to be text, but column public.requirements_enhanced.version is integer: say it with type: "integer"/,
    );
    expect(output()).not.toContain('    at ');
  }, 120_000);
});
