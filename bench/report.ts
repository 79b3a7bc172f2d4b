/** The report, in Markdown that is readable as plain text, too. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { versionOf } from './install.js';
import type { Measure } from './measure.js';
import { operations, type Group, type OperationName, type Rival } from './operations.js';
import type { Options } from './options.js';
import { node22, peerKinds, type PeerName } from './peers.js';
import { table } from './table.js';

interface PeerReport {
  readonly peer: PeerName;
  readonly busy: Measure;
  readonly alone: Measure;
  readonly statements: number | undefined;
}

export interface OperationReport {
  readonly operation: OperationName;
  readonly rows: readonly PeerReport[];
}

export interface GroupReport {
  readonly group: Group;
  readonly reports: readonly OperationReport[];
  /** MiB. */
  readonly memory: ReadonlyMap<PeerName, { readonly now: number; readonly peak: number }>;
  /** Version. */
  readonly neo4j: string | undefined;
}

export interface Report {
  readonly groups: readonly GroupReport[];
  readonly faults: readonly string[];
  /** Version of PostgreSQL. */
  readonly database: string;
  readonly options: Options;
  readonly isPinned: boolean;
}

/** Most resident memory of the gateway on relational questions, in MiB. */
const MEMORY_BAR = 200;
/** Most PostgreSQL CPU for a request, as a multiple of the limit's. */
const DATABASE_BAR = 1.2;

const TITLES: Readonly<Record<Group, string>> = {
  relational: 'Rows of PostgreSQL',
  cross: 'Questions that cross the stores',
  rules: 'Rows under access rules',
};

export const formatReport = (report: Report): string =>
  [
    '# Results of the benchmark',
    'Written by `npm run bench`; what is measured and how: [README.md](README.md). Requests per second compare only within one run.',
    setting(report),
    ...(report.faults.length > 0
      ? ['**Left out, because the answer differs:**', report.faults.map((fault) => `- ${fault}`).join('\n')]
      : []),
    'First the gateway beside its bars: ratios of requests per second, where the limit is the better of its two forms; p99 as a share ' +
      "of the first rival's; CPU for a request as a multiple of the last rival's. In brackets the bar, and ✗ where it is missed.",
    ...report.groups.flatMap((group) => [
      `## ${TITLES[group.group]}`,
      bars(group),
      rates(group),
      memory(group),
      ...group.reports.flatMap((each) => [`### ${operations[each.operation].title}`, details(each)]),
    ]),
  ].join('\n\n') + '\n';

const setting = ({ groups, database, options: { seconds, rounds, connections }, isPinned }: Report): string => {
  const packages = [
    'postgraphile',
    '@apollo/server',
    'graphql',
    'graphql-jit',
    'mercurius',
    'fastify',
    'pg',
    '@graphql-tools/stitch',
    'neo4j-driver',
  ]
    .map((name) => `${name} ${versionOf(name)}`)
    .join(', ');
  const postgraphileNode = execFileSync(node22(), ['--version'], { encoding: 'utf8' }).trim();
  const neo4j = groups.flatMap((group) => (group.neo4j === undefined ? [] : [`, Neo4j ${group.neo4j}`])).join('');
  return [
    `- ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC; ${cpus()[0]!.model.trim()}, ${cpus().length} cores, ` +
      `${Math.round(totalmem() / 2 ** 30)} GiB; load average ${readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 2).join(' ')} ` +
      'at the end',
    `- Node ${process.version} (PostGraphile: Node ${postgraphileNode}), PostgreSQL ${database}${neo4j}, ${packages}`,
    `- ${connections} connections, ${rounds} rounds of ${seconds} s (across the stores 8, of ${2 * seconds} s), the median; ` +
      `${isPinned ? 'servers on one core, stores and the load on another' : 'one core for everything'}`,
  ].join('\n');
};

/** What is compared with its rivals. */
const subjectOf = (group: Group): PeerName => (group === 'rules' ? 'gateway-rules' : 'gateway');

const find = ({ rows }: OperationReport, peer: PeerName): PeerReport | undefined => rows.find((row) => row.peer === peer);

const RIVALS: Readonly<Record<Group, readonly Rival[]>> = {
  relational: ['postgraphile', 'limit'],
  cross: ['stitch', 'script'],
  rules: ['gateway'],
};
const RIVAL_TITLES: Readonly<Record<Rival, string>> = {
  postgraphile: 'PostGraphile',
  limit: 'the limit',
  script: 'the script',
  stitch: 'stitch',
  gateway: 'the gateway without rules',
};

/** The limit is the better of its two forms. */
const rivalOf = (report: OperationReport, rival: Rival): PeerReport | undefined =>
  rival !== 'limit'
    ? find(report, rival)
    : report.rows
        .filter(({ peer }) => peer.startsWith('limit'))
        .sort((one, other) => other.busy.requestsPerSecond - one.busy.requestsPerSecond)[0];

const bars = ({ group, reports }: GroupReport): string => {
  const rivals = RIVALS[group];
  const isRelational = group === 'relational';
  const beside = (one: number | undefined, other: number | undefined, isAtLeast: boolean, bar: number | undefined) => {
    if (one === undefined || !other) return '-';
    const ratio = one / other;
    const verdict =
      bar === undefined
        ? ''
        : ` (${isAtLeast ? '≥' : '≤'} ${Number(bar.toFixed(2))})${(isAtLeast ? ratio >= bar : ratio <= bar) ? '' : ' ✗'}`;
    return `${ratio.toFixed(2)}${verdict}`;
  };
  return table(
    ['operation', ...rivals.map((rival) => `to ${RIVAL_TITLES[rival]}`), 'p99', 'PostgreSQL CPU', 'server CPU', 'SQL statements'],
    reports.map((report) => {
      const gateway = find(report, subjectOf(group));
      const compared = rivals.map((rival) => rivalOf(report, rival));
      const [first, last] = [compared[0], compared.at(-1)];
      const p99Bar = report.operation === 'list1000' ? 0.5 : 1;
      return [
        operations[report.operation].title,
        ...rivals.map((rival) =>
          beside(
            gateway?.busy.requestsPerSecond,
            rivalOf(report, rival)?.busy.requestsPerSecond,
            true,
            operations[report.operation].bars[rival],
          ),
        ),
        beside(gateway?.busy.p99, (first ?? last)?.busy.p99, false, isRelational ? p99Bar : undefined),
        beside(gateway?.busy.databaseCpu, last?.busy.databaseCpu, false, isRelational ? DATABASE_BAR : undefined),
        beside(gateway?.busy.serverCpu, last?.busy.serverCpu, false, undefined),
        gateway?.statements?.toFixed(1) ?? '-',
      ];
    }),
  );
};

const perSecond = ({ requestsPerSecond }: Measure): string => requestsPerSecond.toFixed(requestsPerSecond < 100 ? 1 : 0);

const rates = ({ reports, memory: resident }: GroupReport): string => {
  const peers = [...resident.keys()];
  const rate = (row: PeerReport | undefined) => (row ? perSecond(row.busy) : '-');
  return `Requests per second:\n\n${table(
    ['operation', ...peers.map((peer) => peerKinds[peer].title)],
    reports.map((report) => [operations[report.operation].title, ...peers.map((peer) => rate(find(report, peer)))]),
  )}`;
};

const memory = ({ group, memory: resident }: GroupReport): string => {
  const [bar, note] = group === 'relational' ? [MEMORY_BAR, `; the gateway's bar is ${MEMORY_BAR}`] : [Infinity, ''];
  return `Resident memory of each process in MiB after these operations${note}:\n\n${table(
    ['peer', 'at the end', 'peak'],
    [...resident].map(([peer, { now, peak }]) => [
      peerKinds[peer].title,
      now.toFixed(0),
      `${peak.toFixed(0)}${peer === subjectOf(group) && peak > bar ? ' ✗' : ''}`,
    ]),
  )}`;
};

const details = (report: OperationReport): string => {
  const subject = subjectOf(operations[report.operation].group);
  const gateway = find(report, subject);
  return table(
    [
      'peer',
      'requests/s',
      'gateway is',
      'p50 ms',
      'p99 ms',
      'server CPU ms',
      'PostgreSQL CPU ms',
      'SQL statements',
      'alone: requests/s',
      'p50 ms',
      'p99 ms',
    ],
    report.rows.map(({ peer, busy, alone, statements }) => [
      peerKinds[peer].title,
      perSecond(busy),
      gateway && peer !== subject ? `× ${(gateway.busy.requestsPerSecond / busy.requestsPerSecond).toFixed(2)}` : '',
      busy.p50.toFixed(1),
      busy.p99.toFixed(1),
      busy.serverCpu.toFixed(3),
      busy.databaseCpu?.toFixed(3) ?? '-',
      statements?.toFixed(1) ?? '-',
      perSecond(alone),
      alone.p50.toFixed(2),
      alone.p99.toFixed(2),
    ]),
  );
};
