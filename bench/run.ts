/** `npm run bench`: the gateway, its peers and the limit, measured in turns on the same data. See bench/README.md. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPeer, checkShape, readAnswers } from './check.js';
import { openDatabase, type Database } from './database.js';
import { openGraph } from './graph.js';
import { installPeers, requirePrograms } from './install.js';
import { runLoad } from './load.js';
import { measure } from './measure.js';
import { GROUPS, operations, type Group, type OperationName } from './operations.js';
import { readOptions, USAGE, type Options } from './options.js';
import { answers, peerKinds, referenceOf, startPeer, type Peer } from './peers.js';
import { pin, residentMemory } from './processes.js';
import { formatReport, type GroupReport, type OperationReport } from './report.js';
import { countStatements, trackStatements } from './statements.js';
import { fillVectors } from './vectors.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The servers that are compared on the first core, the stores and the load on the second. */
const [SERVER_CORE, STORE_CORE] = availableParallelism() >= 2 ? [0, 1] : [undefined, undefined];

const CROSS_CONNECTIONS = 8;

interface Run {
  readonly options: Options;
  readonly database: Database;
  /** Where data of stores stay from run to run. */
  readonly folder: string;
  /** Gone after this run. */
  readonly scratch: string;
  readonly faults: string[];
}

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return say(USAGE);
  requirePrograms();
  installPeers(say);
  if (options.profile !== undefined) mkdirSync(options.profile, { recursive: true });
  const folder = join(tmpdir(), `odras-bench-${process.getuid?.()}`);
  mkdirSync(folder, { recursive: true });
  const database = await openDatabase(process.env['DATABASE_URL'], folder, say);
  if (STORE_CORE !== undefined && database.pid !== undefined) pin(database.pid, STORE_CORE);
  const scratch = mkdtempSync(join(tmpdir(), 'odras-bench-run-'));
  const faults: string[] = [];
  try {
    const groups: GroupReport[] = [];
    for (const group of GROUPS) {
      const names = options.operations.filter((name) => operations[name].group === group);
      if (names.length > 0) groups.push(await runGroup(group, names, { options, database, folder, scratch, faults }));
    }
    const text = formatReport({ groups, faults, database: database.version, options, isPinned: SERVER_CORE !== undefined });
    say(`\n${text}`);
    if (options.out !== undefined) writeFileSync(options.out, text);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    await database.close();
  }
};

const runGroup = async (group: Group, names: readonly OperationName[], run: Run): Promise<GroupReport> => {
  const { options, database, folder, scratch } = run;
  const graph = group === 'cross' ? await openGraph(folder, say) : undefined;
  if (STORE_CORE !== undefined && graph) pin(graph.pid, STORE_CORE);
  const peers: Peer[] = [];
  try {
    const vectors = graph && (await fillVectors(folder, { database: database.url, graph: graph.url }, say));
    for (const name of options.peers.filter((peer) => names.some((operation) => answers(peer, operation)))) {
      const data = vectors && join(scratch, name);
      if (data) cpSync(vectors, data, { recursive: true });
      const environment = { DATABASE_URL: database.url, ...(graph ? { NEO4J_URL: graph.url, ODRAS_DATA: data } : {}) };
      peers.push(await startPeer(name, { environment, core: SERVER_CORE, profile: options.profile, say }));
    }
    const reports: OperationReport[] = [];
    for (const operation of names)
      reports.push(
        await runOperation(
          operation,
          peers.filter(({ name }) => answers(name, operation)),
          run,
        ),
      );
    return { group, reports, neo4j: graph?.version, memory: new Map(peers.map(({ name, pid }) => [name, residentMemory(pid)])) };
  } finally {
    await Promise.all(peers.map((peer) => peer.stop()));
    await graph?.close();
  }
};

const runOperation = async (
  operation: OperationName,
  peers: readonly Peer[],
  { database, scratch, options, faults }: Run,
): Promise<OperationReport> => {
  const { title, group } = operations[operation];
  say(`\n${title}`);
  const reference = peers.find(({ name }) => name === referenceOf[group])!;
  const expected = await readAnswers(reference, operation);
  const shape = checkShape(operation, expected);
  if (shape !== undefined) throw new Error(`The answers of ${peerKinds[reference.name].title} to ${operation} are wrong: ${shape}`);
  const equal: Peer[] = [];
  for (const peer of peers) {
    const found = await checkPeer(peer, operation, expected);
    if (found === undefined) equal.push(peer);
    else {
      faults.push(`${peerKinds[peer.name].title}, ${title}: ${found}`);
      say(`  ${peer.name} is left out: ${found}`);
    }
  }
  const statements = new Map<Peer, number>();
  if (database.pid !== undefined) {
    await trackStatements(database.client, true);
    for (const peer of equal)
      statements.set(
        peer,
        (await countStatements(database.client, async () => void (await readAnswers(peer, operation)))) / expected.length,
      );
    await trackStatements(database.client, false);
  }
  // Questions that cross the stores take long: fewer at a time, for longer.
  const [seconds, connections] =
    group === 'cross' ? [2 * options.seconds, Math.min(CROSS_CONNECTIONS, options.connections)] : [options.seconds, options.connections];
  const load = { seconds, core: STORE_CORE, folder: scratch };
  for (const peer of equal) await runLoad(peer, operation, { ...load, connections });
  const busy = await measure(equal, operation, { ...load, connections, rounds: options.rounds, databasePid: database.pid });
  const alone = await measure(equal, operation, {
    ...load,
    seconds: Math.min(2, seconds),
    connections: 1,
    rounds: 1,
    databasePid: database.pid,
  });
  for (const peer of equal)
    say(
      `  ${peer.name.padEnd(12)} ${busy
        .get(peer)!
        .requestsPerSecond.toFixed(busy.get(peer)!.requestsPerSecond < 100 ? 1 : 0)
        .padStart(7)} requests/s`,
    );
  return {
    operation,
    rows: equal.map((peer) => ({ peer: peer.name, busy: busy.get(peer)!, alone: alone.get(peer)!, statements: statements.get(peer) })),
  };
};

// Ctrl-C ends the load and the peers, and so the run: what is left to do is to stop the stores.
process.on('SIGINT', () => say('Stopping.'));

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
