/** Takes turns among the peers, round by round, and keeps what was measured. */
import { cpuSeconds } from './processes.js';
import { runLoad, type LoadOptions, type LoadResult } from './load.js';
import { operations, type OperationName } from './operations.js';
import { ask, type Peer } from './peers.js';

/** One peer on one operation: the medians of its rounds. */
export interface Measure {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU milliseconds for a request. */
  readonly serverCpu: number;
  readonly databaseCpu: number | undefined;
}

export interface MeasureOptions extends LoadOptions {
  readonly rounds: number;
  /** The first process of PostgreSQL, when it is on this machine and ours. */
  readonly databasePid: number | undefined;
}

export const measure = async (peers: readonly Peer[], operation: OperationName, options: MeasureOptions): Promise<Map<Peer, Measure>> => {
  const rounds = new Map(peers.map((peer) => [peer, [] as Measure[]]));
  for (let round = 0; round < options.rounds; round += 1) {
    // Another peer begins each round.
    for (let turn = 0; turn < peers.length; turn += 1) {
      const peer = peers[(turn + round) % peers.length]!;
      await wake(peer, operation, options.connections);
      const before = cpuOf(peer, options);
      const load = await runLoad(peer, operation, options);
      const after = cpuOf(peer, options);
      rounds.get(peer)!.push(measureOf(load, before, after));
    }
  }
  return new Map([...rounds].map(([peer, measures]) => [peer, medianOf(measures)]));
};

/** Lets the peer open its connections to the database, which pools close when they idle. */
const wake = async (peer: Peer, operation: OperationName, connections: number): Promise<void> => {
  const [first] = operations[operation].rotation;
  const request = peer.request(operation, first!);
  await Promise.all(Array.from({ length: connections }, () => ask(request)));
};

const cpuOf = (peer: Peer, { databasePid }: MeasureOptions) => ({
  server: cpuSeconds(peer.pid),
  database: databasePid === undefined ? undefined : cpuSeconds(databasePid),
});

const measureOf = (
  { requests, requestsPerSecond, p50, p99 }: LoadResult,
  before: ReturnType<typeof cpuOf>,
  after: ReturnType<typeof cpuOf>,
): Measure => ({
  requestsPerSecond,
  p50,
  p99,
  serverCpu: ((after.server - before.server) * 1000) / requests,
  databaseCpu:
    after.database === undefined || before.database === undefined ? undefined : ((after.database - before.database) * 1000) / requests,
});

/** The middle value; of an even number, between the two in the middle. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

const medianOf = (measures: readonly Measure[]): Measure => {
  const of = (name: 'requestsPerSecond' | 'p50' | 'p99' | 'serverCpu') => median(measures.map((each) => each[name]));
  const databaseCpu = measures.every((each) => each.databaseCpu !== undefined)
    ? median(measures.map((each) => each.databaseCpu!))
    : undefined;
  return { requestsPerSecond: of('requestsPerSecond'), p50: of('p50'), p99: of('p99'), serverCpu: of('serverCpu'), databaseCpu };
};
