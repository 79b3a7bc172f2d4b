import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from './redis.js';
import type { RunningServer, ServerKind, ServerOptions } from './stores.js';

const pathOf = (name: string): string => fileURLToPath(new URL(`qdrant/${name}`, import.meta.url));

/**
 * Qdrant's own engine behind a small server of ours (qdrant/serve.py), since Qdrant's is in no package registry. The engine
 * comes through pip and is kept, so that only the first start needs the network.
 */
export const qdrant: ServerKind = {
  name: 'qdrant',
  port: 56333,
  variable: 'QDRANT_URL',
  packages: ['python3-venv'],
  stopSignal: 'SIGTERM',
  isInstalled: () => existsSync(environmentOf(readVersion())) || spawnSync('python3', ['-c', 'import ensurepip']).status === 0,
  url: (port) => `http://127.0.0.1:${port}`,
  prepare: async (home, port) => {
    const environment = await getEnvironment();
    // Nothing is written beside the source.
    return {
      command: join(environment, 'bin', 'python'),
      args: ['-B', pathOf('serve.py'), '--port', `${port}`, '--folder', join(home, 'collections')],
    };
  },
  ask: async (url) => {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return ((await response.json()) as { result: { version: string } }).result.version;
  },
};

/** Takes every collection away. */
export const emptyQdrant = async (url: string, apiKey?: string): Promise<void> => {
  const headers = apiKey === undefined ? {} : { 'api-key': apiKey };
  const { result } = (await (await fetch(new URL('/collections', url), { headers })).json()) as {
    result: { collections: { name: string }[] };
  };
  for (const { name } of result.collections)
    await fetch(new URL(`/collections/${encodeURIComponent(name)}`, url), { method: 'DELETE', headers });
};

export const startQdrant = (options: ServerOptions): Promise<RunningServer> => startServer(qdrant, options);

const readVersion = (): string => /^qdrant-edge-py==(\S+)$/m.exec(readFileSync(pathOf('requirements.txt'), 'utf8'))![1]!;

const environmentOf = (version: string): string =>
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'odras', `qdrant-${version}`);

const getEnvironment = async (): Promise<string> => {
  const version = readVersion();
  const environment = environmentOf(version);
  if (existsSync(environment)) return environment;
  process.stderr.write(`Downloading the engine of Qdrant ${version}, once.\n`);
  // Moved when all is there, so that a download that is broken off is begun again. Python itself finds its packages from where it stands.
  const fresh = `${environment}.new`;
  rmSync(fresh, { recursive: true, force: true });
  await promisify(execFile)('python3', ['-m', 'venv', fresh]);
  await promisify(execFile)(join(fresh, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--requirement', pathOf('requirements.txt')]);
  renameSync(fresh, environment);
  return environment;
};
