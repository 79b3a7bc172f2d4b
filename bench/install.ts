/** What the benchmark needs beside the project's own packages. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Installs the peers unless they are there in the versions that are asked for. */
export const installPeers = (say: (line: string) => void): void => {
  const { dependencies } = JSON.parse(readFileSync(`${FOLDER}package.json`, 'utf8')) as { dependencies: Record<string, string> };
  if (Object.entries(dependencies).every(([name, version]) => versionOf(name) === version)) return;
  say('Installing the peers into bench/node_modules.');
  execFileSync('npm', ['ci'], { cwd: FOLDER, stdio: ['ignore', 'ignore', 'inherit'] });
};

/** @throws Error saying what is missing */
export const requirePrograms = (): void => {
  if (process.platform !== 'linux') throw new Error('The benchmark needs Linux: it reads CPU times and memory from /proc.');
  // Without arguments wrk says how it is used, and ends with 1.
  if (spawnSync('wrk').error) throw new Error('The benchmark needs wrk. On Debian: apt-get install wrk');
};

/** Of a package in bench/node_modules; undefined when it is not there. */
export const versionOf = (name: string): string | undefined => {
  const file = `${FOLDER}node_modules/${name}/package.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined;
};
