import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.js';
import { startTestGateway } from '../support/gateway.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = temporaryFolder();
let tarball: string;

beforeAll(() => {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--foreground-scripts=false', '--pack-destination', folder.path], {
      cwd: ROOT,
      encoding: 'utf8',
    }),
  ) as [{ filename: string }];
  tarball = join(folder.path, packed.filename);
  execFileSync('tar', ['-xzf', tarball, '-C', folder.path]);
}, 120_000);
afterAll(() => folder.remove());

it('the published files are what package.json says of them', async () => {
  const pkgDir = join(folder.path, 'package');
  const { messages, pkg } = await publint({ pkgDir, pack: false, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
});

it('TypeScript finds the types of both entries, in Node and in bundlers', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  expect(analysis.types).toMatchObject({ kind: 'included' });
  if (analysis.types === false) throw new Error('no types');
  const { entrypoints, problems } = analysis;
  expect(Object.keys(entrypoints).sort()).toEqual(['./client', './client/operations', './package.json']);
  // The package is ESM alone: Node 20.19 can require it, and older ways to resolve it are not meant.
  const others = problems.filter(
    (problem) => problem.kind !== 'CJSResolvesToESM' && !('resolutionKind' in problem && problem.resolutionKind === 'node10'),
  );
  expect(others).toEqual([]);
});

it('docs/client.md leads from npm install to a typed answer', async () => {
  const page = readFileSync(join(ROOT, 'docs/client.md'), 'utf8');
  const block = (language: string) => new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(page)![1]!;
  const gateway = await startTestGateway();
  const front = join(folder.path, 'front');
  // As npm would lay it out: the package, and above it what it depends on.
  mkdirSync(join(front, 'node_modules'), { recursive: true });
  renameSync(join(folder.path, 'package'), join(front, 'node_modules/odras-gateway'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'));
  const files = {
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({
      compilerOptions: { target: 'ES2023', module: 'NodeNext', strict: true, outDir: 'out', types: [], lib: ['ES2023', 'DOM'] },
      include: ['src'],
    }),
    'codegen.yml': block('yaml'),
    'src/critical.graphql': block('graphql'),
    'src/main.ts': block('ts').replace('http://localhost:4000/graphql', gateway.url),
    'src/wrong.ts': `import { createClient, dataOf } from 'odras-gateway/client';
      import { CriticalDocument } from './operations.js';
      const { requirements } = dataOf(await createClient().ask(CriticalDocument, { project: 'Air Vehicle' }));
      // @ts-expect-error The operation does not select it.
      console.log(requirements?.[0]?.rationale);`,
  };
  mkdirSync(join(front, 'src'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(front, name), text);
  const run = promisify(execFile);
  const node = (...args: string[]) => run(process.execPath, args, { cwd: front });
  const tool = (path: string) => join(ROOT, 'node_modules', path);
  await node('node_modules/odras-gateway/bin/odras-gateway.js', 'print-schema', '--out', 'schema.graphql');
  await node(tool('@graphql-codegen/cli/cjs/bin.js'));
  await node(tool('typescript/bin/tsc'));
  const { stdout, stderr } = await node('out/main.js');
  await gateway.close();
  expect(stderr).toBe('');
  expect(stdout).toBe(block('text'));
}, 120_000);
