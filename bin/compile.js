import { existsSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Written last, so its time is that of the last whole compilation. */
const STAMP = `${ROOT}dist/compiled`;

const sources = () =>
  ['src', 'resolvers'].flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${ROOT}${folder}/${name}`),
  );

/** A file is whole or not there: another process may be reading it, or another thread writing it. */
const write = (path, contents) => {
  const own = `${path}.${process.pid}.${threadId}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(own, contents);
  renameSync(own, path);
};

/** Strips the types of the sources into `dist`, unless it holds them as they are now: a tenth of a second. */
export const compile = async () => {
  const files = sources();
  const time = existsSync(STAMP) ? statSync(STAMP).mtimeMs : 0;
  if (files.every((file) => statSync(file).mtimeMs < time)) return;
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: files,
    outdir: `${ROOT}dist`,
    outbase: ROOT,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    logLevel: 'error',
    write: false,
  });
  for (const { path, contents } of outputFiles) write(path, contents);
  write(STAMP, '');
};
