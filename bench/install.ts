/** What the benchmark needs beside the project's own packages. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

export const installPeers = (say: (line: string) => void): void => {
  if (existsSync(`${FOLDER}node_modules/postgraphile`)) return;
  say('Installing the peers into bench/node_modules.');
  execFileSync('npm', ['ci', '--prefix', FOLDER], { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
};

/** @throws Error saying what is missing */
export const requirePrograms = (): void => {
  if (process.platform !== 'linux') throw new Error('The benchmark needs Linux: it reads CPU times and memory from /proc.');
  // Without arguments wrk says how it is used, and ends with 1.
  if (spawnSync('wrk').error) throw new Error('The benchmark needs wrk. On Debian: apt-get install wrk');
};

export const versionOf = (name: string): string => {
  const listed = JSON.parse(execFileSync('npm', ['ls', '--prefix', FOLDER, '--json', '--depth', '0'], { cwd: FOLDER, encoding: 'utf8' })) as { dependencies: Record<string, { version: string }> };
  return listed.dependencies[name]?.version ?? '?';
};
