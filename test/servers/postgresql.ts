import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { accessSync, chownSync, constants, existsSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import pg from 'pg';
import { startServer } from './redis.js';
import type { RunningServer, ServerKind, ServerOptions } from './stores.js';

/** A real PostgreSQL, with the superuser, password and database odras. */
export const postgresql: ServerKind = {
  name: 'postgresql',
  port: 55432,
  variable: 'DATABASE_URL',
  packages: ['postgresql'],
  // Ends the open connections rather than wait for them.
  stopSignal: 'SIGINT',
  isInstalled: () => findPrograms() !== undefined,
  url: (port) => `postgres://odras:odras@127.0.0.1:${port}/odras`,
  prepare: async (home, port) => {
    const programs = findPrograms()!;
    const user = userToRunAs();
    if (user) chownSync(home, user.uid, user.gid);
    const data = join(home, 'data');
    if (!existsSync(data)) createData(programs, home, data, { ...user, cwd: home });
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      max_connections: 60,
      fsync: 'off',
    };
    return {
      command: join(programs, 'postgres'),
      args: ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      options: user ?? {},
    };
  },
  ask: async (url) => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000, query_timeout: 2_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      const { rows } = await client.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
      return rows[0]!.version.split(' ')[0]!;
    } finally {
      void client.end().catch(() => {});
    }
  },
};

/** Everything in a database, definitions and rows, as the statements that would make it again. */
export const dumpDatabase = (url: string): string[] =>
  execFileSync(join(findPrograms()!, 'pg_dump'), ['--create', '--dbname', url], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 })
    .split(/^--\n-- .*\n--\n/m)
    // What makes the database, and the settings of a session; newer versions add a key that differs each time.
    .map((statement) => statement.replace(/^(SET|\\connect|\\(un)?restrict|SELECT pg_catalog\.set_config) .*$/gm, '').trim())
    .filter((statement) => statement !== '');

export const startPostgresql = (options: ServerOptions): Promise<RunningServer> => startServer(postgresql, options);

/** Made aside and moved when it is whole, so that a start that is broken off leaves nothing half made. */
const createData = (programs: string, home: string, data: string, options: ExecFileSyncOptions & { uid?: number; gid?: number }): void => {
  const fresh = join(home, 'data.new');
  const password = join(home, 'password');
  rmSync(fresh, { recursive: true, force: true });
  writeFileSync(password, 'odras\n');
  const kind = ['--encoding', 'UTF8', '--locale', 'C.UTF-8', '--auth', 'scram-sha-256', '--username', 'odras', '--pwfile', password];
  execFileSync(join(programs, 'initdb'), ['-D', fresh, '--no-sync', ...kind], { ...options, stdio: 'pipe' });
  // Only the single-user mode can create a database before the server runs.
  execFileSync(join(programs, 'postgres'), ['--single', '-D', fresh, 'postgres'], {
    ...options,
    stdio: 'pipe',
    input: 'CREATE DATABASE odras;\n',
  });
  rmSync(password);
  renameSync(fresh, data);
};

/** The folder that holds the programs of the server: Debian does not put it on the PATH. */
const findPrograms = (): string | undefined => {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((one, other) => Number(other) - Number(one)) : [];
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...versions.map((version) => join(debian, version, 'bin'))];
  const found = folders.find((folder) => ['initdb', 'postgres'].every((program) => isExecutable(join(folder, program))));
  return found === undefined ? undefined : dirname(realpathSync(join(found, 'postgres')));
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** PostgreSQL refuses to run as root. */
const userToRunAs = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string, user: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: id('-u', 'postgres'), gid: id('-g', 'postgres') };
  } catch {
    return { uid: id('-u', 'nobody'), gid: id('-g', 'nobody') };
  }
};
