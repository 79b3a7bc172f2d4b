/** `npm run stores`: real PostgreSQL, Redis and Neo4j servers and Qdrant's engine, for development and tests, without Docker. */
import { execFileSync, type SpawnOptions } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../src/errors.js';
import { neo4j } from './neo4j.js';
import { postgresql } from './postgresql.js';
import { qdrant } from './qdrant.js';
import { findServer, redis, startServer } from './redis.js';

/** Listens on loopback only, and goes on when this process ends. */
export interface RunningServer {
  readonly name: string;
  readonly version: string;
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Lets it end by itself, and kills it after 20 seconds. Its data stay. */
  stop(): Promise<void>;
  /** SIGKILL, SIGSTOP and SIGCONT reach the processes it has started, too, such as the backends of PostgreSQL. */
  kill(signal: NodeJS.Signals): void;
  /** On the same port, with the same data, whether it still runs or was killed. */
  restart(): Promise<void>;
}

/** The folder holds data, log and pid file; servers of different kinds may share it. Port 0 takes a free one. */
export type ServerOptions = { readonly folder: string; readonly port?: number | undefined };

export interface ServerKind {
  readonly name: string;
  readonly port: number;
  /** Of the environment, to hold the URL. */
  readonly variable: string;
  /** Of Debian. */
  readonly packages: readonly string[];
  readonly stopSignal: NodeJS.Signals;
  isInstalled(): boolean;
  url(port: number): string;
  /** Creates the data when there are none yet. */
  prepare(home: string, port: number): Promise<{ command: string; args: string[]; options?: SpawnOptions }>;
  /** Resolves with the version once the server answers. */
  ask(url: string): Promise<string>;
}

const KINDS = [postgresql, redis, neo4j, qdrant];
const USER = process.getuid?.();
const FOLDER = join(tmpdir(), `odras-stores-${USER}`);
const USAGE = `npm run stores [-- start | stop | status] [--only postgresql,redis,neo4j,qdrant]
  start   (default) starts the servers and leaves them running; --postgresql-port N, --redis-port N, --neo4j-port N, --qdrant-port N
  stop    stops them, and removes their data
  status  says which run
`;

type Flags = Readonly<Record<string, string | boolean | undefined>>;
const main = async (): Promise<void> => {
  const options = Object.fromEntries(
    ['only', ...KINDS.map(({ name }) => `${name}-port`)].map((name) => [name, { type: 'string' as const }]),
  );
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { ...options, help: { type: 'boolean' } } });
  const flags: Flags = values;
  const [command = 'start', ...more] = positionals;
  const names = String(flags['only'] ?? KINDS.map(({ name }) => name)).split(',');
  const unknown = names.find((name) => !KINDS.some((kind) => kind.name === name));
  if (unknown !== undefined) throw new Error(`Expected postgresql, redis, neo4j or qdrant after --only, but got ${unknown}.`);
  const kinds = KINDS.filter(({ name }) => names.includes(name));
  if (flags['help']) say(USAGE.trimEnd());
  else if (more.length > 0 || !['start', 'stop', 'status'].includes(command))
    throw new Error(`Expected start, stop or status, but got ${positionals.join(' ')}.`);
  else if (command === 'start') await start(kinds, flags);
  else if (command === 'stop') await stop(kinds);
  else await status(kinds);
};

const start = async (kinds: readonly ServerKind[], flags: Flags): Promise<void> => {
  mkdirSync(FOLDER, { recursive: true });
  // Anyone may make a folder of this name among the temporary files.
  if (lstatSync(FOLDER).uid !== USER) throw new Error(`The folder ${FOLDER} belongs to someone else.`);
  const ports = new Map(kinds.map((kind) => [kind, readPort(flags[`${kind.name}-port`])]));
  install(kinds.filter((kind) => !kind.isInstalled()).flatMap((kind) => kind.packages));
  const results = await Promise.allSettled(
    kinds.map(async (kind) => {
      const ran = findServer(kind, FOLDER) !== undefined;
      say(`${describe(await startServer(kind, { folder: FOLDER, port: ports.get(kind) }))}${ran ? ', ran already' : ''}`);
    }),
  );
  const lines = writeEnvironment();
  if (lines.length > 0) say(['', `In ${join(FOLDER, 'env')}:`, ...lines].join('\n'));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []));
  if (failures.length > 0) throw new Error(failures.join('\n'));
};

const stop = async (kinds: readonly ServerKind[]): Promise<void> => {
  await Promise.all(
    kinds.map(async (kind) => {
      const server = findServer(kind, FOLDER);
      await server?.stop();
      rmSync(join(FOLDER, kind.name), { recursive: true, force: true });
      say(server ? `${describe(server)}, stopped` : `${kind.name} does not run`);
    }),
  );
  if (!KINDS.some((kind) => findServer(kind, FOLDER))) rmSync(FOLDER, { recursive: true, force: true });
  else writeEnvironment();
};

const status = async (kinds: readonly ServerKind[]): Promise<void> => {
  for (const kind of kinds) {
    const server = findServer(kind, FOLDER);
    const answers = await (server && kind.ask(server.url).catch(() => undefined));
    say(server ? `${describe(server)}${answers === undefined ? ', does not answer' : ''}` : `${kind.name} does not run`);
  }
};

/** One line for each server that runs. */
const writeEnvironment = (): string[] => {
  const lines = KINDS.map((kind) => [kind.variable, findServer(kind, FOLDER)?.url]).flatMap(([variable, url]) =>
    url ? [`${variable}=${url}`] : [],
  );
  writeFileSync(join(FOLDER, 'env'), lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  return lines;
};

const describe = ({ name, version, port, pid }: RunningServer): string => `${name} ${version}, port ${port}, pid ${pid}`;

const readPort = (value: string | boolean | undefined): number | undefined => {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`Expected a port from 0 to 65535, but got ${value}.`);
  return port;
};

/** Where this is not Debian or the user is not root, the start of the server says what to install. */
const install = (packages: readonly string[]): void => {
  if (packages.length === 0 || USER !== 0 || !existsSync('/usr/bin/apt-get')) return;
  // Debian starts the services of a package unless this says no.
  const policy = '/usr/sbin/policy-rc.d';
  const isMissing = !existsSync(policy);
  if (isMissing) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const apt = (...args: string[]) =>
    execFileSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  try {
    say(`Installing ${packages.join(', ')}.`);
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...packages);
  } finally {
    if (isMissing) rmSync(policy);
  }
};

const say = (line: string) => void process.stdout.write(`${line}\n`);

await main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
});
