/** The report, in Markdown that is readable as plain text, too. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { versionOf } from './install.js';
import type { Measure } from './measure.js';
import { operations, type OperationName } from './operations.js';
import type { Options } from './options.js';
import { node22, peerKinds, type PeerName } from './peers.js';

export interface OperationReport {
  readonly operation: OperationName;
  readonly rows: readonly { readonly peer: PeerName; readonly busy: Measure; readonly alone: Measure; readonly statements: number | undefined }[];
}

export interface Report {
  readonly reports: readonly OperationReport[];
  /** MiB. */
  readonly memory: ReadonlyMap<PeerName, { readonly now: number; readonly peak: number }>;
  readonly faults: readonly string[];
  /** Version of PostgreSQL. */
  readonly database: string;
  readonly options: Options;
  readonly isPinned: boolean;
}

/** Most resident memory of the gateway, in MiB. */
const MEMORY_BAR = 200;
/** Most PostgreSQL CPU for a request, as a multiple of the limit's. */
const DATABASE_BAR = 1.2;

export const formatReport = (report: Report): string =>
  [
    '# Results of the benchmark',
    'Written by `npm run bench`; what is measured and how: [README.md](README.md). Requests per second compare only within one run.',
    setting(report),
    ...(report.faults.length > 0 ? ['**Left out, because the answer differs from the limit\'s:**', report.faults.map((fault) => `- ${fault}`).join('\n')] : []),
    '## The gateway beside the bars',
    'Ratios of requests per second; the limit is the better of its two forms. p99 is a share of PostGraphile\'s; PostgreSQL CPU and server CPU for a request are multiples of the limit\'s. In brackets the bar, and ✗ where it is missed.',
    bars(report),
    '## Requests per second',
    rates(report),
    '## Memory',
    memory(report),
    '## Each operation',
    ...report.reports.flatMap((each) => [`### ${operations[each.operation].title}`, details(each)]),
  ].join('\n\n') + '\n';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((name, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length), name.length));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  return [line(head), `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`, ...rows.map(line)].join('\n');
};

const setting = ({ database, options: { seconds, rounds, connections }, isPinned }: Report): string => {
  const packages = ['postgraphile', '@apollo/server', 'graphql', 'graphql-jit', 'mercurius', 'fastify', 'pg'].map((name) => `${name} ${versionOf(name)}`).join(', ');
  const postgraphileNode = execFileSync(node22(), ['--version'], { encoding: 'utf8' }).trim();
  return [
    `- ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC; ${cpus()[0]!.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; load average ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 2).join(' ')} at the end`,
    `- Node ${process.version} (PostGraphile: Node ${postgraphileNode}), PostgreSQL ${database}, ${packages}`,
    `- ${connections} connections, ${rounds} rounds of ${seconds} s, the median; ${isPinned ? 'servers on one core, PostgreSQL and the load on another' : 'one core for everything'}`,
  ].join('\n');
};

const find = ({ rows }: OperationReport, peer: PeerName) => rows.find((row) => row.peer === peer);

/** The better of the two forms. */
const limitOf = ({ rows }: OperationReport) => rows.filter(({ peer }) => peer.startsWith('limit')).sort((one, other) => other.busy.requestsPerSecond - one.busy.requestsPerSecond)[0]!;

const bars = ({ reports }: Report): string => {
  const beside = (value: number | undefined, bar: number, isAtLeast: boolean) =>
    value === undefined || !Number.isFinite(value) ? '-' : `${value.toFixed(2)} (${isAtLeast ? '≥' : '≤'} ${bar})${(isAtLeast ? value >= bar : value <= bar) ? '' : ' ✗'}`;
  return table(
    ['operation', 'to PostGraphile', 'to the limit', 'p99', 'PostgreSQL CPU', 'server CPU', 'statements'],
    reports.map((report) => {
      const [gateway, postgraphile, limit] = [find(report, 'gateway'), find(report, 'postgraphile'), limitOf(report)];
      const bar = operations[report.operation].bars;
      const ratio = (one: number | undefined, other: number | undefined) => (one === undefined || other === undefined ? undefined : one / other);
      return [
        operations[report.operation].title,
        beside(ratio(gateway?.busy.requestsPerSecond, postgraphile?.busy.requestsPerSecond), bar.postgraphile, true),
        beside(ratio(gateway?.busy.requestsPerSecond, limit.busy.requestsPerSecond), bar.limit, true),
        beside(ratio(gateway?.busy.p99, postgraphile?.busy.p99), report.operation === 'list1000' ? 0.5 : 1, false),
        beside(ratio(gateway?.busy.databaseCpu, limit.busy.databaseCpu), DATABASE_BAR, false),
        ratio(gateway?.busy.serverCpu, limit.busy.serverCpu)?.toFixed(2) ?? '-',
        gateway?.statements?.toFixed(1) ?? '-',
      ];
    }),
  );
};

const rates = ({ reports, options }: Report): string =>
  table(
    ['operation', ...options.peers.map((peer) => peerKinds[peer].title)],
    reports.map((report) => [operations[report.operation].title, ...options.peers.map((peer) => find(report, peer)?.busy.requestsPerSecond.toFixed(0) ?? '-')]),
  );

const memory = ({ memory: resident }: Report): string =>
  `Resident memory of each process in MiB after all operations; the gateway's bar is ${MEMORY_BAR}.\n\n${table(
    ['peer', 'at the end', 'peak'],
    [...resident].map(([peer, { now, peak }]) => [peerKinds[peer].title, now.toFixed(0), `${peak.toFixed(0)}${peer === 'gateway' && peak > MEMORY_BAR ? ' ✗' : ''}`]),
  )}`;

const details = (report: OperationReport): string => {
  const gateway = find(report, 'gateway');
  return table(
    ['peer', 'requests/s', 'gateway is', 'p50 ms', 'p99 ms', 'server CPU ms', 'PostgreSQL CPU ms', 'statements', 'alone: requests/s', 'p50 ms', 'p99 ms'],
    report.rows.map(({ peer, busy, alone, statements }) => [
      peerKinds[peer].title,
      busy.requestsPerSecond.toFixed(0),
      gateway && peer !== 'gateway' ? `× ${(gateway.busy.requestsPerSecond / busy.requestsPerSecond).toFixed(2)}` : '',
      busy.p50.toFixed(1),
      busy.p99.toFixed(1),
      busy.serverCpu.toFixed(3),
      busy.databaseCpu?.toFixed(3) ?? '-',
      statements?.toFixed(1) ?? '-',
      alone.requestsPerSecond.toFixed(0),
      alone.p50.toFixed(2),
      alone.p99.toFixed(2),
    ]),
  );
};
