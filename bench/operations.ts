/** The operations: what is asked, with which values, and what must be reached. */
import { key } from './keys.js';

export type Variables = Readonly<Record<string, string | number | readonly string[]>>;

/** What is compared with what: rows of PostgreSQL alone, questions that cross the stores, and rows under access rules. */
export const GROUPS = ['relational', 'cross', 'rules'] as const;
export type Group = (typeof GROUPS)[number];

const RELATIONAL = ['key', 'list100', 'tree', 'list1000', 'pages', 'filter'] as const;
const RULED = RELATIONAL.map((name) => `rules-${name}` as const);

export const OPERATIONS = [...RELATIONAL, 'hop', 'search', 'where1', 'where50', ...RULED] as const;
export type OperationName = (typeof OPERATIONS)[number];

/** What the gateway is compared with: a peer, or the better of the two limits. */
export type Rival = 'postgraphile' | 'limit' | 'script' | 'stitch' | 'gateway';

export interface Operation {
  readonly group: Group;
  readonly title: string;
  /** Asked in turn, over and over, so that no cache of one answer decides. The same for every peer. */
  readonly rotation: readonly Variables[];
  /** Rows at the root of each answer. */
  readonly rows: number;
  /** Lists that come in no order. */
  readonly unordered?: readonly string[];
  /** Least ratios of requests per second. */
  readonly bars: Readonly<Partial<Record<Rival, number>>>;
}

const project = (index: number): string => key('project', index);
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

/** Projects 0 to 19 have 2,000 requirements, the others some 333. */
const SMALL = times(24, (index) => project(20 + index * 7));
const LARGE = times(20, project);
const WORDS = ['battery', 'loss of one motor', 'position accuracy', 'within 1', 'shall limit', '°C'];
/** Where a page of projects begins. Not an OFFSET: PostgreSQL would make the JSON of the rows it skips. */
const NAMES = ['A', 'B', 'F', 'G', 'I', 'M', 'N', 'O', 'P', 'Po', 'R'];
const PRIORITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

/** The projects of the member in data/rows.sql: two large ones and three small ones. */
const OWN_LARGE = [3, 11];
const OWN_SMALL = [34, 83, 132];
const OWN = [...OWN_LARGE, ...OWN_SMALL];
/** A multiple of 180: from 40,000 on, requirement i is of project 20 + i % 180. */
const FIRST_OF_SMALL = 40_140;
/** A requirement of a project, another one for each n. */
const requirementOf = (index: number, n: number): string =>
  key('requirement', index < 20 ? index + 20 * n : FIRST_OF_SMALL + (index - 20) + 180 * n);

/** Texts to search for, each with the score that half of the vectors reach. */
const TEXTS = [
  ['battery charge of the flight computer', 0.45],
  ['how far off may the position be', 0.274],
  ['radio link quality', 0.285],
  ['cabin temperature', 0.333],
  ['mass of the payload', 0.427],
] as const;

const withoutRules: Readonly<Record<Exclude<OperationName, (typeof RULED)[number]>, Operation>> = {
  key: {
    group: 'relational',
    title: 'one row by key, 8 columns',
    rows: 1,
    rotation: times(64, (index) => ({ id: key('requirement', index * 1543) })),
    bars: { postgraphile: 2.2, limit: 0.45 },
  },
  list100: {
    group: 'relational',
    title: '100 rows × 10 columns',
    rows: 100,
    rotation: SMALL.map((id) => ({ project: id, limit: 100 })),
    bars: { postgraphile: 2.3, limit: 0.7 },
  },
  tree: {
    group: 'relational',
    title: '50 rows, 3 levels, five nested fields',
    rows: 50,
    rotation: SMALL.map((id) => ({ project: id, limit: 50 })),
    bars: { postgraphile: 1.9, limit: 0.85 },
  },
  list1000: {
    group: 'relational',
    title: '1,000 rows × 10 columns',
    rows: 1000,
    rotation: LARGE.map((id) => ({ project: id, limit: 1000 })),
    bars: { postgraphile: 1.9, limit: 0.85 },
  },
  pages: {
    group: 'relational',
    title: '20 × 10 × 3 nested pages',
    rows: 20,
    rotation: NAMES.map((from) => ({ from })),
    bars: { postgraphile: 1.9, limit: 0.85 },
  },
  filter: {
    group: 'relational',
    title: 'filter + page + totalCount',
    rows: 1,
    rotation: [...LARGE.slice(0, 12), ...SMALL.slice(0, 12)].map((id, index) => ({
      project: id,
      priority: PRIORITIES[index % 4]!,
      contains: WORDS[index % 6]!,
    })),
    bars: { postgraphile: 1, limit: 0.85 },
  },
  hop: {
    group: 'cross',
    title: 'table → graph hop → table → graph-home, 50 parents, 10 per hop',
    rows: 50,
    rotation: LARGE.slice(0, 10).map((id) => ({ project: id })),
    unordered: ['dependsOn'],
    bars: { script: 0.7, stitch: 5 },
  },
  search: {
    group: 'cross',
    title: 'search, hydrated, with two joins',
    rows: 10,
    rotation: TEXTS.map(([text]) => ({ text })),
    bars: { script: 0.8 },
  },
  where1: {
    group: 'cross',
    title: 'where over three stores, 1 % pass the graph',
    rows: 10,
    rotation: TEXTS.map(([text, minScore], index) => ({ text, minScore, site: `Site ${String(index * 9).padStart(2, '0')}` })),
    bars: { script: 1 / 1.5 },
  },
  where50: {
    group: 'cross',
    title: 'where over three stores, 50 % pass each',
    rows: 10,
    rotation: TEXTS.map(([text, minScore], index) => ({ text, minScore, kind: index % 2 === 0 ? 'FIELD' : 'BASE' })),
    bars: { script: 1 / 1.5 },
  },
};

/** The same question under rules, of projects that the member sees. */
const underRules = (name: (typeof RELATIONAL)[number], rotation: Operation['rotation']): Operation => ({
  ...withoutRules[name],
  group: 'rules',
  rotation,
  bars: { gateway: 0.9 },
});

export const operations: Readonly<Record<OperationName, Operation>> = {
  ...withoutRules,
  'rules-key': underRules(
    'key',
    times(60, (index) => ({ id: requirementOf(OWN[index % 5]!, index) })),
  ),
  'rules-list100': underRules(
    'list100',
    OWN.map((index) => ({ project: project(index), limit: 100 })),
  ),
  'rules-tree': underRules(
    'tree',
    OWN_SMALL.map((index) => ({ project: project(index), limit: 50 })),
  ),
  'rules-list1000': underRules(
    'list1000',
    OWN_LARGE.map((index) => ({ project: project(index), limit: 1000 })),
  ),
  'rules-pages': {
    ...underRules(
      'pages',
      OWN.map((out) => ({ projects: OWN.filter((index) => index !== out).map(project) })),
    ),
    title: '4 × 10 × 3 nested pages',
    rows: 4,
  },
  'rules-filter': underRules(
    'filter',
    OWN.map((index, turn) => ({ project: project(index), priority: PRIORITIES[turn % 4]!, contains: WORDS[turn]! })),
  ),
};
