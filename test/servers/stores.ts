/** `npm run stores`: real PostgreSQL, Redis and Neo4j servers for development and tests, without Docker. */
import { execFileSync, type SpawnOptions } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../src/errors.js';
import { neo4j } from './neo4j.js';
import { postgresql } from './postgresql.js';
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

const USAGE = `npm run stores [-- start | stop | status] [--only postgresql,redis,neo4j]
  start   (default) starts the servers and leaves them running; --postgresql-port N, --redis-port N, --neo4j-port N
  stop    stops them, and removes their data
  status  says which run
`;

const main = async (): Promise<void> => {
  const port = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { only: { type: 'string' }, help: { type: 'boolean' }, 'postgresql-port': port, 'redis-port': port, 'neo4j-port': port },
  });
  if (values.help) return say(USAGE.trimEnd());
  const [command = 'start', ...more] = positionals;
  const run = { start, stop, status }[command];
  if (run === undefined || more.length > 0) throw new Error(`Expected start, stop or status, but got ${positionals.join(' ')}.`);
  const names = values.only?.split(',') ?? KINDS.map(({ name }) => name);
  for (const name of names) if (!KINDS.some((kind) => kind.name === name)) throw new Error(`Expected postgresql, redis or neo4j after --only, but got ${name}.`);
  await run(KINDS.filter(({ name }) => names.includes(name)), values);
};
