import { parseArgs } from 'node:util';
import { GROUPS, OPERATIONS, operations as known, type OperationName } from './operations.js';
import { PEERS, referenceOf, type PeerName } from './peers.js';

export interface Options {
  readonly operations: readonly OperationName[];
  readonly peers: readonly PeerName[];
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  /** Markdown file to write; undefined writes none. */
  readonly out: string | undefined;
  /** Folder for CPU profiles of the gateway. */
  readonly profile: string | undefined;
  readonly help: boolean;
}

export const USAGE = `npm run bench [-- options]
  --groups a,b       of ${GROUPS.join(', ')}; all by default
  --operations a,b   of ${OPERATIONS.join(', ')}; all by default
  --peers a,b        of ${PEERS.join(', ')}; all by default, limit-rows, script and gateway always, each where it is compared with
  --seconds n        of each round, 2 by default
  --rounds n         of each operation and peer, 3 by default; the median counts
  --connections n    of the load, 32 by default; each operation is measured with one connection, too
  --out file         where the report goes; bench/RESULTS.md by default when all operations and peers are run, else nowhere
  --profile folder   writes a CPU profile of the gateway there
DATABASE_URL names an empty PostgreSQL database to use; without it the benchmark starts its own server.`;

/** @throws Error saying which option is wrong */
export const readOptions = (args: readonly string[]): Options => {
  const text = { type: 'string' as const };
  const { values } = parseArgs({
    args: [...args],
    options: {
      groups: text,
      operations: text,
      peers: text,
      seconds: text,
      rounds: text,
      connections: text,
      out: text,
      profile: text,
      help: { type: 'boolean' },
    },
  });
  const groups = names('groups', values.groups, GROUPS);
  const operations = names('operations', values.operations, OPERATIONS).filter((name) => groups.includes(known[name].group));
  const peers = names('peers', values.peers, PEERS);
  const isWhole = operations.length === OPERATIONS.length && peers.length === PEERS.length;
  return {
    operations,
    // The others are compared with these.
    peers: PEERS.filter((peer) => Object.values(referenceOf).includes(peer) || peers.includes(peer)),
    seconds: count('seconds', values.seconds, 2),
    rounds: count('rounds', values.rounds, 3),
    connections: count('connections', values.connections, 32),
    out: values.out ?? (isWhole ? new URL('RESULTS.md', import.meta.url).pathname : undefined),
    profile: values.profile,
    help: values.help ?? false,
  };
};

const names = <Name extends string>(option: string, given: string | undefined, known: readonly Name[]): readonly Name[] => {
  if (given === undefined) return known;
  const unknown = given.split(',').find((name) => !(known as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`--${option} takes ${known.join(', ')}, but got ${unknown}.`);
  return known.filter((name) => given.split(',').includes(name));
};

const count = (option: string, given: string | undefined, usual: number): number => {
  const number = given === undefined ? usual : Number(given);
  if (!Number.isInteger(number) || number < 1) throw new Error(`--${option} takes a whole number from 1 on, but got ${given}.`);
  return number;
};
