/** A real Redis, and the life of a server process, which is the same for all kinds: start, find, kill, stop. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RunningServer, ServerKind, ServerOptions } from './stores.js';

export const redis: ServerKind = {
  name: 'redis',
  port: 56379,
  variable: 'REDIS_URL',
  packages: ['redis-server'],
  stopSignal: 'SIGTERM',
  isInstalled: () => spawnSync('redis-server', ['--version']).status === 0,
  url: (port) => `redis://127.0.0.1:${port}`,
  prepare: async (home, port) => ({
    command: 'redis-server',
    args: ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', home, '--save', '', '--appendonly', 'no'],
  }),
  ask: async (url) => {
    const client = new Redis(url, { lazyConnect: true, connectTimeout: 2_000, commandTimeout: 2_000, retryStrategy: () => null });
    client.on('error', () => {});
    const info = client
      .connect()
      .then(() => client.ping())
      .then(() => client.info('server'))
      .finally(() => client.disconnect());
    return /redis_version:(\S+)/.exec(await info)?.[1] ?? '';
  },
};

export const startRedis = (options: ServerOptions): Promise<RunningServer> => startServer(redis, options);

/** Starts a server, or takes the one that already runs with this folder. */
export const startServer = async (kind: ServerKind, { folder, port = kind.port }: ServerOptions): Promise<RunningServer> => {
  const found = findServer(kind, folder);
  if (found) return createHandle(kind, folder, { ...found, version: await answer(kind, folder, found.port, found.pid) });
  return createHandle(kind, folder, await launch(kind, folder, port));
};

/** The server that runs with this folder, by its pid file: the process, the port and the version. */
export const findServer = (kind: ServerKind, folder: string): RunningServer | undefined => {
  const file = join(folder, `${kind.name}.pid`);
  const [pid = '', port = '', version = ''] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return isServer(kind, folder, Number(port), Number(pid))
    ? createHandle(kind, folder, { pid: Number(pid), port: Number(port), version })
    : undefined;
};

const createHandle = (
  kind: ServerKind,
  folder: string,
  { pid, port, version }: Pick<RunningServer, 'pid' | 'port' | 'version'>,
): RunningServer => {
  /** With the processes it had started when it was signalled: all must be gone before it can start again. */
  let members = new Set([pid]);
  const kill = (signal: NodeJS.Signals): void => {
    if (!isServer(kind, folder, port, pid)) return;
    // Halted first, so that it starts nothing while its children are listed.
    send(signal === 'SIGKILL' ? 'SIGSTOP' : signal, [pid]);
    for (const each of processes()) if (each.parent === pid) members.add(each.pid);
    // Itself last: a backend of PostgreSQL that outlives it tells its client so.
    if (['SIGKILL', 'SIGSTOP', 'SIGCONT'].includes(signal)) send(signal, [...members].reverse());
  };
  const isGone = async (timeoutMs: number): Promise<boolean> => {
    for (const end = Date.now() + timeoutMs; processes().some((each) => members.has(each.pid)); await sleep(50))
      if (Date.now() > end) return false;
    // Lets Node collect a child of its own: PostgreSQL does not start while there is a process of its last pid.
    return sleep(50, true);
  };
  const stop = async (): Promise<void> => {
    kill('SIGCONT');
    kill(kind.stopSignal);
    if (!(await isGone(20_000))) kill('SIGKILL');
    if (!(await isGone(5_000))) throw new Error(`${kind.name} (pid ${pid}) cannot be stopped.`);
    rmSync(join(folder, `${kind.name}.pid`), { force: true });
  };
  const restart = async (): Promise<void> => {
    await stop();
    ({ pid } = await launch(kind, folder, port));
    members = new Set([pid]);
  };
  return {
    name: kind.name,
    version,
    url: kind.url(port),
    port,
    get pid() {
      return pid;
    },
    kill,
    stop,
    restart,
  };
};

const launch = async (kind: ServerKind, folder: string, wanted: number): Promise<{ pid: number; port: number; version: string }> => {
  if (!kind.isInstalled()) throw new Error(`${kind.name} is not installed. On Debian: apt-get install ${kind.packages.join(' ')}`);
  const probe = createServer().listen(wanted, '127.0.0.1');
  await once(probe, 'listening').catch(() => {
    throw new Error(`Port ${wanted} for ${kind.name} is in use. Stop what listens there, or choose another with --${kind.name}-port.`);
  });
  const { port } = probe.address() as AddressInfo;
  await once(probe.close(), 'close');
  const home = join(folder, kind.name);
  mkdirSync(home, { recursive: true });
  const { command, args, options } = await kind.prepare(home, port);
  const log = openSync(`${home}.log`, 'a');
  const child = spawn(command, args, { ...options, cwd: home, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  await once(child, 'spawn');
  child.unref();
  const pid = child.pid!;
  writeFileSync(`${home}.pid`, `${pid}\n${port}\n`);
  const version = await answer(kind, folder, port, pid);
  writeFileSync(`${home}.pid`, `${pid}\n${port}\n${version}\n`);
  return { pid, port, version };
};

/** Resolves with the version; when the server ends before, rejects with the end of its log. */
const answer = async (kind: ServerKind, folder: string, port: number, pid: number): Promise<string> => {
  for (const end = Date.now() + 120_000; isServer(kind, folder, port, pid) && Date.now() < end; await sleep(200)) {
    const version = await kind.ask(kind.url(port)).catch(() => undefined);
    if (version !== undefined) return version;
  }
  const log = readFileSync(join(folder, `${kind.name}.log`), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(-20)
    .join('\n');
  throw new Error(
    `${kind.name} ${isServer(kind, folder, port, pid) ? 'does not answer after two minutes' : 'ended while it started'}. The end of ` +
      `its log:\n${log}`,
  );
};

/** All processes but those that have ended and only wait to be collected. */
const processes = () => {
  const table = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return [...table.matchAll(/^ *(\d+) +(\d+) +[^Z\s]\S* +(.*)$/gm)].map(([, pid, parent, command]) => ({
    pid: Number(pid),
    parent: Number(parent),
    command: command!,
  }));
};

/** A pid may belong to another process by now. Redis shows its address in place of its arguments, the others the folder. */
const isServer = (kind: ServerKind, folder: string, port: number, server: number): boolean =>
  processes().some(
    ({ pid, command }) => pid === server && (command.includes(join(folder, kind.name)) || command.includes(`127.0.0.1:${port}`)),
  );

/** A process that has ended meanwhile is no error. */
const send = (signal: NodeJS.Signals, pids: number[]) => spawnSync('kill', ['-s', signal.slice('SIG'.length), ...pids.map(String)]);
