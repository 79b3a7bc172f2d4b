import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import neo4jDriver from 'neo4j-driver';
import { startServer } from './redis.js';
import type { RunningServer, ServerKind, ServerOptions } from './stores.js';

const PASSWORD = 'odras-test';

/** Access to the inside of Java that Neo4j's own launcher grants, too. */
const OPENED = ['java.nio', 'java.io', 'sun.nio.ch', 'java.util.concurrent'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);

/**
 * A real Neo4j Community with Graph Data Science, and the user neo4j. The jars come through Maven and are kept, so that only the first
 * start needs the network.
 */
export const neo4j: ServerKind = {
  name: 'neo4j',
  port: 57687,
  variable: 'NEO4J_URL',
  packages: ['default-jre-headless', 'maven'],
  stopSignal: 'SIGTERM',
  isInstalled: () =>
    spawnSync('java', ['-version']).status === 0 && (existsSync(jarsOf(pom().versions)) || spawnSync('mvn', ['-v']).status === 0),
  url: (port) => `bolt://neo4j:${PASSWORD}@127.0.0.1:${port}`,
  prepare: (home, port) => prepare(home, port, true),
  ask: async (url) => {
    const { host, username, password } = new URL(url);
    const driver = neo4jDriver.driver(`bolt://${host}`, neo4jDriver.auth.basic(username, password), {
      connectionTimeout: 2_000,
      connectionAcquisitionTimeout: 5_000,
      maxTransactionRetryTime: 0,
    });
    try {
      const { summary } = await driver.executeQuery('RETURN 1', {}, { database: 'neo4j' });
      return summary.server.agent?.replace('Neo4j/', '') ?? '';
    } finally {
      await driver.close();
    }
  },
};

/** One of a test's own, without Graph Data Science. */
export const startNeo4j = (options: ServerOptions): Promise<RunningServer> =>
  startServer({ ...neo4j, prepare: (home, port) => prepare(home, port, false) }, options);

const prepare = async (home: string, port: number, science: boolean): ReturnType<ServerKind['prepare']> => {
  const jars = await getJars();
  const classes = [join(jars, 'lib', '*'), ...(science ? [join(jars, 'gds', '*')] : [])].join(delimiter);
  const config = join(home, 'conf');
  mkdirSync(config, { recursive: true });
  writeFileSync(join(config, 'neo4j.conf'), settings(port, science ? join(jars, 'plugins') : undefined));
  if (!existsSync(join(home, 'data'))) {
    const env = { ...process.env, NEO4J_HOME: home, NEO4J_CONF: config };
    await promisify(execFile)('java', ['-cp', classes, 'org.neo4j.cli.AdminTool', 'dbms', 'set-initial-password', PASSWORD], { env });
  }
  const entry = ['org.neo4j.server.CommunityEntryPoint', `--home-dir=${home}`, `--config-dir=${config}`, '--console-mode'];
  return { command: 'java', args: ['-Xms512m', '-Xmx512m', '-XX:+UseG1GC', ...OPENED, '-Dfile.encoding=UTF-8', '-cp', classes, ...entry] };
};

const settings = (port: number, plugins: string | undefined): string => `server.default_listen_address=127.0.0.1
server.default_advertised_address=127.0.0.1
server.bolt.listen_address=127.0.0.1:${port}
server.bolt.advertised_address=127.0.0.1:${port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size=128m
db.tx_log.preallocate=false
db.tx_log.rotation.size=1m
db.tx_log.rotation.retention_policy=2 files
dbms.usage_report.enabled=false
# Without these it takes ten seconds to end.
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
internal.server.bolt.connection_shutdown_wait_time=1s
internal.server.bolt.thread_pool_shutdown_wait_time=1s
${plugins === undefined ? '' : `server.directories.plugins=${plugins}\ndbms.security.procedures.unrestricted=gds.*\n`}`;

const pom = (): { path: string; versions: string } => {
  const path = fileURLToPath(new URL('neo4j/pom.xml', import.meta.url));
  const text = readFileSync(path, 'utf8');
  const version = (artifact: string) => new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>(.+?)</version>`).exec(text)![1]!;
  return { path, versions: `neo4j-${version('neo4j')}-gds-${version('proc')}` };
};

const jarsOf = (versions: string): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'odras', versions);

const getJars = async (): Promise<string> => {
  const { path, versions } = pom();
  const jars = jarsOf(versions);
  if (existsSync(jars)) return jars;
  process.stderr.write(`Downloading ${versions}, once.\n`);
  // Moved when all is there, so that a download that is broken off is begun again.
  const fresh = `${jars}.new`;
  rmSync(fresh, { recursive: true, force: true });
  await promisify(execFile)('mvn', [
    '-q',
    '-B',
    '-f',
    path,
    ...['lib', 'gds', 'plugins'].map((folder) => `dependency:copy-dependencies@${folder}`),
    `-Djars=${fresh}`,
  ]);
  renameSync(fresh, jars);
  return jars;
};
