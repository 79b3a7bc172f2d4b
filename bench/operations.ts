/** The operations: what is asked, with which values, and what must be reached. */
import { createHash } from 'node:crypto';

export type Variables = Readonly<Record<string, string | number>>;

export const OPERATIONS = ['key', 'list100', 'tree', 'list1000', 'pages', 'filter'] as const;
export type OperationName = (typeof OPERATIONS)[number];

export interface Operation {
  readonly title: string;
  /** Asked in turn, over and over, so that no cache of one answer decides. The same for every peer. */
  readonly rotation: readonly Variables[];
  /** Least ratios of requests per second to PostGraphile and to the limit. */
  readonly bars: { readonly postgraphile: number; readonly limit: number };
}

/** The keys of data/rows.sql. */
const key = (kind: string, index: number): string => createHash('md5').update(`${kind}${index}`).digest('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
const project = (index: number): string => key('project', index);
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

/** Projects 0 to 19 have 2,000 requirements, the others some 333. */
const SMALL = times(24, (index) => project(20 + index * 7));
const LARGE = times(20, project);
const WORDS = ['battery', 'loss of one motor', 'position accuracy', 'within 1', 'shall limit', '°C'];
/** Where a page of projects begins. Not an OFFSET: PostgreSQL would make the JSON of the rows it skips. */
const NAMES = ['A', 'B', 'F', 'G', 'I', 'M', 'N', 'O', 'P', 'Po', 'R'];
const PRIORITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

export const operations: Readonly<Record<OperationName, Operation>> = {
  key: {
    title: 'one row by key, 8 columns',
    rotation: times(64, (index) => ({ id: key('requirement', index * 1543) })),
    bars: { postgraphile: 2.2, limit: 0.45 },
  },
  list100: {
    title: '100 rows × 10 columns',
    rotation: SMALL.map((id) => ({ project: id, limit: 100 })),
    bars: { postgraphile: 2.3, limit: 0.7 },
  },
  tree: {
    title: '50 rows, 3 levels, five nested fields',
    rotation: SMALL.map((id) => ({ project: id, limit: 50 })),
    bars: { postgraphile: 1.9, limit: 0.85 },
  },
  list1000: {
    title: '1,000 rows × 10 columns',
    rotation: LARGE.map((id) => ({ project: id, limit: 1000 })),
    bars: { postgraphile: 1.9, limit: 0.85 },
  },
  pages: {
    title: '20 × 10 × 3 nested pages',
    rotation: NAMES.map((from) => ({ from })),
    bars: { postgraphile: 1.9, limit: 0.85 },
  },
  filter: {
    title: 'filter + page + totalCount',
    rotation: [...LARGE.slice(0, 12), ...SMALL.slice(0, 12)].map((id, index) => ({ project: id, priority: PRIORITIES[index % 4]!, contains: WORDS[index % 6]! })),
    bars: { postgraphile: 1, limit: 0.85 },
  },
};
