import { Redis } from 'ioredis';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync, appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { endRuns, remove, run, type Run } from '../support/cli.js';
import { adminKey } from '../support/tokens.js';
import { neo4j } from './neo4j.js';
import { postgresql } from './postgresql.js';
import { redis, startServer } from './redis.js';
import type { RunningServer, ServerKind } from './stores.js';

/** PostgreSQL, Redis and Neo4j with certificates of an authority that only those trust who are told of it. */
const folder = mkdtempSync(join(tmpdir(), 'odras-tls-'));
// PostgreSQL does not run as root, and its own user must pass through.
chmodSync(folder, 0o755);
const file = (name: string): string => join(folder, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });

const makeCertificates = (): void => {
  const made = ['-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...made, '-subj', '/CN=Tests', '-keyout', file('ca-key.pem'), '-out', file('ca.pem'));
  for (const [name, names] of Object.entries({ server: 'DNS:localhost,IP:127.0.0.1', other: 'DNS:db.example' })) {
    openssl('req', ...made, '-subj', `/CN=${name}`, '-keyout', file(`${name}-key.pem`), '-out', file(`${name}.csr`));
    writeFileSync(file('names'), `subjectAltName=${names}`);
    const signed = ['-CA', file('ca.pem'), '-CAkey', file('ca-key.pem'), '-CAcreateserial', '-days', '2', '-extfile', file('names')];
    openssl('x509', '-req', '-in', file(`${name}.csr`), ...signed, '-out', file(`${name}.pem`));
  }
};

/** Puts certificate and key into a folder of the server, which alone may read the key. */
const place = (home: string, owner: { uid?: number | undefined; gid?: number | undefined } = {}, name = 'server'): [string, string] => {
  const paths: [string, string] = [join(home, 'cert.pem'), join(home, 'key.pem')];
  copyFileSync(file(`${name}.pem`), paths[0]);
  copyFileSync(file(`${name}-key.pem`), paths[1]);
  chmodSync(paths[1], 0o600);
  if (owner.uid !== undefined) for (const path of paths) chownSync(path, owner.uid, owner.gid!);
  return paths;
};

const postgresqlWithTls = (name?: string): ServerKind => ({
  ...postgresql,
  prepare: async (home, port) => {
    const plain = await postgresql.prepare(home, port);
    const [cert, key] = place(home, plain.options, name);
    return {
      ...plain,
      args: [...plain.args, ...['ssl=on', `ssl_cert_file=${cert}`, `ssl_key_file=${key}`].flatMap((each) => ['-c', each])],
    };
  },
});

/** Takes no connection without TLS. */
const redisWithTls: ServerKind = {
  ...redis,
  prepare: async (home, port) => {
    const plain = await redis.prepare(home, port);
    const [cert, key] = place(home);
    const tls = ['--tls-port', `${port}`, '--tls-cert-file', cert, '--tls-key-file', key, '--tls-auth-clients', 'no'];
    const args = plain.args.map((arg, index) => (plain.args[index - 1] === '--port' ? '0' : arg));
    return { ...plain, args: [...args, ...tls, '--tls-ca-cert-file', file('ca.pem')] };
  },
  ask: async (url) => {
    const { hostname, port } = new URL(url);
    const tls = { ca: readFileSync(file('ca.pem')) };
    const client = new Redis({ host: hostname, port: Number(port), tls, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => {});
    try {
      await client.connect();
      return /redis_version:(\S+)/.exec(await client.info('server'))![1]!;
    } finally {
      client.disconnect();
    }
  },
};

const neo4jWithTls: ServerKind = {
  ...neo4j,
  prepare: async (home, port) => {
    const plain = await neo4j.prepare(home, port);
    place(home);
    const policy = { enabled: 'true', base_directory: home, private_key: 'key.pem', public_certificate: 'cert.pem', client_auth: 'NONE' };
    const lines = Object.entries(policy).map(([name, value]) => `dbms.ssl.policy.bolt.${name}=${value}\n`);
    appendFileSync(join(home, 'conf', 'neo4j.conf'), `\nserver.bolt.tls_level=OPTIONAL\n${lines.join('')}`);
    return plain;
  },
};

const servers: RunningServer[] = [];
const started = async (kind: ServerKind, name = 'own'): Promise<RunningServer> => {
  const server = await startServer(kind, { folder: file(name), port: 0 });
  servers.push(server);
  return server;
};
const admin = adminKey();
let urls: Record<'DATABASE_URL' | 'NEO4J_URL' | 'REDIS_URL', string>;
let otherDatabase: string;
const trusted = { NODE_EXTRA_CA_CERTS: file('ca.pem') };

beforeAll(async () => {
  makeCertificates();
  const [database, graph, cache, other] = await Promise.all([
    started(postgresqlWithTls()),
    started(neo4jWithTls),
    started(redisWithTls),
    started(postgresqlWithTls('other'), 'other'),
  ]);
  const secured = ({ url }: RunningServer) => `${url.replace('127.0.0.1', 'localhost')}?sslmode=verify-full`;
  urls = {
    DATABASE_URL: secured(database),
    NEO4J_URL: graph.url.replace('bolt:', 'bolt+s:').replace('127.0.0.1', 'localhost'),
    REDIS_URL: `rediss://localhost:${cache.port}`,
  };
  otherDatabase = secured(other);
});
afterEach(endRuns);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
  remove();
});

const gateway = (command: string, own: Record<string, string>, ...args: string[]): Run =>
  run([command, '--memory', ...args], { ...admin.settings, ...own });

describe('stores with certificates of an authority of their own', () => {
  it('are used over TLS when NODE_EXTRA_CA_CERTS has the authority', async () => {
    const migrated = gateway('migrate', { ...urls, ...trusted });
    expect(await migrated.exit, migrated.output()).toBe(0);
    const served = gateway('serve', { ...urls, ...trusted }, '--port', '0');
    await expect.poll(served.output, { timeout: 60_000 }).toMatch(/ready in/);
    const url = /ready in .*?(http\S+?),/.exec(served.output())![1]!;
    expect(await (await fetch(new URL('/health/ready', url))).json()).toMatchObject({
      status: 'ready',
      stores: { relational: { status: 'ready' }, graph: { status: 'ready' }, keyvalue: { status: 'ready' } },
    });
    const body = JSON.stringify({ query: '{ projects { name } components { name } }' });
    const answered = await fetch(url, { method: 'POST', headers: admin.headers, body });
    expect(await answered.json()).toEqual({ data: { projects: [], components: [] } });
  }, 180_000);

  it.each(['DATABASE_URL', 'NEO4J_URL', 'REDIS_URL'] as const)(
    'end the start where it is unknown: one error names %s and what to do',
    async (name) => {
      const { exit, output } = gateway('serve', { [name]: urls[name] }, '--port', '0');
      expect(await exit, output()).toBe(1);
      expect(output()).toMatch(
        new RegExp(
          `^error: The \\w+ store \\(server, localhost:\\d+.*\\) has a certificate that is not trusted: .* NODE_EXTRA_CA_CERTS.*${name}`,
          'm',
        ),
      );
      expect(output().match(/^error:/gm)).toHaveLength(1);
      expect(output()).not.toMatch(/^ +at |odras:odras@|odras-test/m);
    },
  );

  it('end the start where the certificate is that of another host', async () => {
    const { exit, output } = gateway('serve', { ...trusted, DATABASE_URL: otherDatabase }, '--port', '0');
    expect(await exit, output()).toBe(1);
    expect(output()).toMatch(/^error: The relational store .* has a certificate that is not trusted: .*db\.example/m);
  });
});
