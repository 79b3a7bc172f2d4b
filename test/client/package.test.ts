import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.js';

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
});
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
