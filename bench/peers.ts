/** The servers that are compared: how each is started, and how it is asked. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gatewayDocuments, handWrittenDocuments, postgraphileDocuments, stitchDocuments, type Documents } from './documents.js';
import { operations, type Group, type OperationName, type Variables } from './operations.js';

export const PEERS = [
  'gateway',
  'gateway-rules',
  'postgraphile',
  'apollo',
  'apollo-jit',
  'mercurius',
  'limit-rows',
  'limit-json',
  'script',
  'stitch',
] as const;
export type PeerName = (typeof PEERS)[number];

export interface Peer {
  readonly name: PeerName;
  readonly pid: number;
  request(operation: OperationName, variables: Variables): Request;
  stop(): Promise<void>;
}

export interface Request {
  readonly url: string;
  readonly body: string;
  /** The header. */
  readonly authorization?: string;
}

export const ask = async ({ url, body, authorization }: Request): Promise<string> => {
  const headers = { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) };
  const response = await fetch(url, { method: 'POST', headers, body });
  return response.text();
};

interface PeerKind {
  readonly title: string;
  readonly groups: readonly Group[];
  /** All of its groups when absent. */
  readonly operations?: readonly OperationName[];
  readonly command: () => readonly string[];
  readonly request: (url: string, operation: OperationName, variables: Variables) => Request;
}

/** Of the member in data/rows.sql. */
const MEMBER_TOKEN = 'benchmark';

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** PostGraphile 5 asks for Node 22, which comes with the peers; asked for late, since they may only just have been installed. */
export const node22 = (): string => {
  const path = file(`node_modules/node-linux-${process.arch}/bin/node`);
  return existsSync(path) ? path : process.execPath;
};

const graphql =
  (documents: Documents, adapt = (variables: Variables) => variables): PeerKind['request'] =>
  (url, operation, variables) => ({ url, body: JSON.stringify({ query: documents[operation], variables: adapt(variables) }) });

/** In the tables the words of enums are in lower case, and PostGraphile takes them as they are. */
const lowerPriority = (variables: Variables): Variables =>
  'priority' in variables ? { ...variables, priority: String(variables['priority']).toLowerCase() } : variables;

const path: PeerKind['request'] = (url, operation, variables) => ({ url: url + operation, body: JSON.stringify(variables) });

export const peerKinds: Readonly<Record<PeerName, PeerKind>> = {
  gateway: {
    title: 'odras-gateway',
    groups: ['relational', 'cross', 'rules'],
    command: () => [process.execPath, file('peers/gateway.js')],
    request: graphql(gatewayDocuments),
  },
  'gateway-rules': {
    title: 'odras-gateway with rules',
    groups: ['rules'],
    command: () => [process.execPath, file('peers/gateway.js'), 'rules'],
    request: (...of) => ({ ...graphql(gatewayDocuments)(...of), authorization: `Bearer ${MEMBER_TOKEN}` }),
  },
  postgraphile: {
    title: 'PostGraphile 5',
    groups: ['relational'],
    command: () => [node22(), file('peers/postgraphile.js')],
    request: graphql(postgraphileDocuments, lowerPriority),
  },
  apollo: {
    title: 'Apollo + DataLoader',
    groups: ['relational'],
    command: () => [process.execPath, file('peers/apollo.js')],
    request: graphql(handWrittenDocuments),
  },
  'apollo-jit': {
    title: 'Apollo + DataLoader + graphql-jit',
    groups: ['relational'],
    command: () => [process.execPath, file('peers/apollo.js'), 'jit'],
    request: graphql(handWrittenDocuments),
  },
  mercurius: {
    title: 'Mercurius + JIT',
    groups: ['relational'],
    command: () => [process.execPath, file('peers/mercurius.js')],
    request: graphql(handWrittenDocuments),
  },
  'limit-rows': {
    title: 'limit, rows',
    groups: ['relational'],
    command: () => [process.execPath, file('peers/limit.js'), 'rows'],
    request: path,
  },
  'limit-json': {
    title: 'limit, SQL JSON',
    groups: ['relational'],
    command: () => [process.execPath, file('peers/limit.js'), 'json'],
    request: path,
  },
  script: {
    title: 'script with raw clients',
    groups: ['cross'],
    command: () => [process.execPath, file('peers/script.js')],
    request: path,
  },
  stitch: {
    title: '@graphql-tools/stitch',
    groups: ['cross'],
    operations: ['hop'],
    command: () => [process.execPath, file('peers/stitch.js')],
    request: graphql(stitchDocuments),
  },
};

/** The peer whose answers the others must give, too. */
export const referenceOf: Readonly<Record<Group, PeerName>> = { relational: 'limit-rows', cross: 'script', rules: 'gateway' };

/** Whether a peer can be asked for an operation. */
export const answers = (peer: PeerName, operation: OperationName): boolean => {
  const { groups, operations: only } = peerKinds[peer];
  return groups.includes(operations[operation].group) && (only === undefined || only.includes(operation));
};

export interface PeerOptions {
  /** Where the stores are. */
  readonly environment: NodeJS.ProcessEnv;
  readonly core: number | undefined;
  /** Takes the notes of the peer: lines that begin with "note: ". */
  readonly say: (line: string) => void;
  /** Folder for a CPU profile of the gateway. */
  readonly profile: string | undefined;
}

/** Starts a peer on the core given, and resolves once it listens. What it says otherwise goes to the error output if it does not start. */
export const startPeer = async (name: PeerName, { environment, core, profile, say }: PeerOptions): Promise<Peer> => {
  const kind = peerKinds[name];
  const [program, ...rest] = kind.command();
  const profiling = name === 'gateway' && profile !== undefined ? ['--cpu-prof', '--cpu-prof-dir', profile] : [];
  const [command, ...args] = [...(core === undefined ? [] : ['taskset', '-c', String(core)]), program!, ...profiling, ...rest];
  const child = spawn(command!, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment, NODE_ENV: 'production', GRAPHILE_ENV: 'production' },
  });
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const listening = new Promise<string>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('http://')) resolve(line);
      else if (line.startsWith('note: ')) say(`  ${name}: ${line.slice('note: '.length)}`);
    });
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${kind.title} did not start:\n${said.join('')}`);
  });
  const url = await Promise.race([listening, ended]);
  ended.catch(() => {});
  return {
    name,
    pid: child.pid!,
    request: (operation, variables) => kind.request(url, operation, variables),
    stop: async () => {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exit;
      clearTimeout(timer);
    },
  };
};
