/** `npm run bench`: the gateway, its peers and the limit, measured in turns on the same data. See bench/README.md. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPeer, checkShape, readAnswers } from './check.js';
import { openDatabase, type Database } from './database.js';
import { installPeers, requirePrograms } from './install.js';
import { runLoad } from './load.js';
import { measure } from './measure.js';
import { operations, type OperationName } from './operations.js';
import { readOptions, USAGE, type Options } from './options.js';
import { peerKinds, startPeer, type Peer } from './peers.js';
import { residentMemory } from './processes.js';
import { formatReport, type OperationReport, type Report } from './report.js';
import { countStatements, trackStatements } from './statements.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The servers that are compared on the first core, PostgreSQL and the load on the second. */
const [SERVER_CORE, LOAD_CORE] = availableParallelism() >= 2 ? [0, 1] : [undefined, undefined];

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return say(USAGE);
  requirePrograms();
  installPeers(say);
  if (options.profile !== undefined) mkdirSync(options.profile, { recursive: true });
  const database = await openDatabase(process.env['DATABASE_URL'], LOAD_CORE, say);
  const folder = mkdtempSync(join(tmpdir(), 'odras-bench-bodies-'));
  const peers: Peer[] = [];
  try {
    for (const name of options.peers) peers.push(await startPeer(name, database.url, { core: SERVER_CORE, profile: options.profile }));
    const reports: OperationReport[] = [];
    const faults: string[] = [];
    for (const operation of options.operations) reports.push(await runOperation(operation, { database, peers, folder, options, faults }));
    const memory = new Map(peers.map(({ name, pid }) => [name, residentMemory(pid)]));
    const report: Report = { reports, memory, faults, database: database.version, options, isPinned: SERVER_CORE !== undefined };
    const text = formatReport(report);
    say(`\n${text}`);
    if (options.out !== undefined) writeFileSync(options.out, text);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
    rmSync(folder, { recursive: true, force: true });
    await database.close();
  }
};

interface Run {
  readonly database: Database;
  readonly peers: readonly Peer[];
  readonly folder: string;
  readonly options: Options;
  readonly faults: string[];
}

const runOperation = async (operation: OperationName, { database, peers, folder, options, faults }: Run): Promise<OperationReport> => {
  say(`\n${operations[operation].title}`);
  const fault = (peer: Peer, what: string) => {
    faults.push(`${peerKinds[peer.name].title}, ${operations[operation].title}: ${what}`);
    say(`  ${peer.name} is left out: ${what}`);
  };
  const limit = peers.find(({ name }) => name === 'limit-rows')!;
  const expected = await readAnswers(limit, operation);
  const shape = checkShape(operation, expected);
  if (shape !== undefined) throw new Error(`The limit's own answers to ${operation} are wrong: ${shape}`);
  const equal: Peer[] = [];
  for (const peer of peers) {
    const found = await checkPeer(peer, operation, expected);
    if (found === undefined) equal.push(peer);
    else fault(peer, found);
  }
  const statements = new Map<Peer, number>();
  if (database.pid !== undefined) {
    await trackStatements(database.client, true);
    for (const peer of equal) statements.set(peer, (await countStatements(database.client, async () => void (await readAnswers(peer, operation)))) / expected.length);
    await trackStatements(database.client, false);
  }
  const load = { seconds: options.seconds, core: LOAD_CORE, folder };
  for (const peer of equal) await runLoad(peer, operation, { ...load, connections: options.connections });
  const busy = await measure(equal, operation, { ...load, connections: options.connections, rounds: options.rounds, databasePid: database.pid });
  const alone = await measure(equal, operation, { ...load, seconds: Math.min(2, options.seconds), connections: 1, rounds: 1, databasePid: database.pid });
  for (const peer of equal) say(`  ${peer.name.padEnd(12)} ${busy.get(peer)!.requestsPerSecond.toFixed(0).padStart(7)} requests/s`);
  return { operation, rows: equal.map((peer) => ({ peer: peer.name, busy: busy.get(peer)!, alone: alone.get(peer)!, statements: statements.get(peer) })) };
};

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
