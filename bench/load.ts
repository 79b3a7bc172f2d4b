/** One round of load on one peer, by wrk, which costs a small part of what any peer does. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { operations, type OperationName } from './operations.js';
import type { Peer } from './peers.js';

const SCRIPT = fileURLToPath(new URL('wrk.lua', import.meta.url));

export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
  /** The core that the load comes from. */
  readonly core: number | undefined;
  /** A folder for the bodies. */
  readonly folder: string;
}

export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly bytesPerRequest: number;
}

/** @throws when a request fails, or is answered with a status other than 2xx */
export const runLoad = async (
  peer: Peer,
  operation: OperationName,
  { connections, seconds, core, folder }: LoadOptions,
): Promise<LoadResult> => {
  const requests = operations[operation].rotation.map((variables) => peer.request(operation, variables));
  const { url, authorization } = requests[0]!;
  // One body a line: JSON text as JSON.stringify writes it has no line break.
  const bodies = `${folder}/${peer.name}-${operation}`;
  writeFileSync(bodies, requests.map(({ body }) => `${body}\n`).join(''));
  const wrk = [
    'wrk',
    '--threads',
    '1',
    '--connections',
    String(connections),
    '--duration',
    `${seconds}s`,
    '--timeout',
    '30s',
    '--script',
    SCRIPT,
    url,
    '--',
    bodies,
    ...(authorization === undefined ? [] : [authorization]),
  ];
  const [command, ...args] = [...(core === undefined ? [] : ['taskset', '-c', String(core)]), ...wrk];
  const { stdout } = await promisify(execFile)(command!, args);
  const line = stdout.split('\n').find((each) => each.startsWith('{'));
  if (line === undefined) throw new Error(`wrk said nothing of ${peer.name}:\n${stdout}`);
  const {
    requests: count,
    microseconds,
    bytes,
    errors,
    p50,
    p99,
  } = JSON.parse(line) as Record<'requests' | 'microseconds' | 'bytes' | 'errors' | 'p50' | 'p99', number>;
  if (errors > 0) throw new Error(`${errors} of ${count} requests to ${peer.name} failed.`);
  return {
    requests: count,
    requestsPerSecond: (count * 1e6) / microseconds,
    p50: p50 / 1000,
    p99: p99 / 1000,
    bytesPerRequest: bytes / count,
  };
};
