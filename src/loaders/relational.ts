import DataLoader from 'dataloader';
import { isOver, isUnavailable, toGatewayError } from '../stores/failures.js';
import { isOpen } from '../plan/order.js';
import { rowReader, type Row } from '../plan/row.js';
import { listPage, planPart, unionParts, type Entry } from '../plan/sql.js';
import { Statement } from '../plan/statement.js';
import type { ChildPlan, Part } from '../plan/layout.js';
import type { Levels } from './levels.js';
import type { Limits } from '../plan/limits.js';
import type { Selection } from '../plan/selection.js';
import type { Model } from '../model/types.js';
import type { SqlStatement, TextRow } from '../stores/types.js';

/** Rows asked of the relational store. */
export interface RowsRequest {
  readonly selection: Selection;
  readonly entry: Entry;
}

/** Rows in order, each with its ordinal in the entry, and its cursor's values where the entry asked for them. */
export interface LoadedRow {
  readonly ordinal: number;
  readonly row: Row;
  readonly cursor: readonly (string | null)[];
}

/** What a request has loaded. */
export interface Loaded {
  readonly rows: LoadedRow[];
  /** Lists below the rows whose order other stores must answer first. */
  readonly waiting: readonly WaitingLists[];
}

/** Lists that are still to be loaded: each row goes to `deliver`. */
export interface WaitingLists {
  readonly request: RowsRequest;
  readonly deliver: (loaded: LoadedRow) => void;
}

interface Job {
  readonly part: Part;
  /** Of the request that it is for: takes lists that must wait. */
  readonly waiting: WaitingLists[];
  /** Takes each row as it is read. */
  readonly deliver: (loaded: LoadedRow) => void;
}

/** Runs a statement of the request that the loader is for. */
export type ReadRows = (statement: SqlStatement, onRow?: (row: TextRow) => void) => Promise<TextRow[]>;

export type RowsLoader = DataLoader<RowsRequest, Loaded, unknown>;

/**
 * Loads selections with all their joins: one statement per level for everything that a request asks at that time. Rows
 * are matched by ordinal and key, never by position.
 */
export const createRowsLoader = (read: ReadRows, model: Model, limits: Limits, levels: Levels): RowsLoader =>
  new DataLoader<RowsRequest, Loaded, unknown>((requests) => levels.run(() => loadAll(read, model, limits, requests)), {
    cache: false,
    batchScheduleFn: levels.schedule,
  });

const loadAll = async (read: ReadRows, model: Model, limits: Limits, requests: readonly RowsRequest[]): Promise<(Loaded | Error)[]> => {
  const load = async (some: readonly RowsRequest[]): Promise<Loaded[]> => {
    const results = some.map(() => ({ rows: [] as LoadedRow[], waiting: [] as WaitingLists[] }));
    let level: Job[] = some.map(({ selection, entry }, index) => ({
      part: planPart(model, selection, entry, true),
      waiting: results[index]!.waiting,
      deliver: (loaded) => results[index]!.rows.push(loaded),
    }));
    while (level.length > 0) level = await runLevel(read, model, limits, level);
    return results;
  };
  try {
    return await load(requests);
  } catch (error) {
    // Alone or not, no request would get an answer.
    if (requests.length === 1 || isUnavailable(error) || isOver(error)) return requests.map(() => toGatewayError('relational', error));
    // One bad request must not take the others with it: ask each by itself.
    return Promise.all(requests.map((request) => load([request]).then(([loaded]) => loaded!, (one: unknown) => toGatewayError('relational', one))));
  }
};

/** A row, with its values as they came: the joined columns of its children are among them. */
interface Line {
  readonly row: Row;
  readonly values: readonly (string | null)[];
}

/** Runs the parts of one level in one statement and gives the jobs of the next. */
const runLevel = async (read: ReadRows, model: Model, limits: Limits, jobs: readonly Job[]): Promise<Job[]> => {
  const statement = new Statement();
  const text = unionParts(jobs.map((job) => job.part), statement);
  const result = await read({ text, values: statement.values });
  const lines = jobs.map((): Line[] => []);
  const readers = jobs.map(({ part }) => rowReader(part.layout));
  for (const [index, ordinal, ...columns] of result) {
    const { part, deliver } = jobs[Number(index)]!;
    const row = readers[Number(index)]!(columns)!;
    deliver({ ordinal: Number(ordinal), row, cursor: part.cursor.map((position) => columns[position] ?? null) });
    lines[Number(index)]!.push({ row, values: columns });
  }
  return jobs.flatMap((job, index) => job.part.children.flatMap((child) => childJob(model, limits, job, lines[index]!, child)));
};

/** The job that loads a to-many join of a level's rows and puts each row into the lists of its owners; none where these wait. */
const childJob = (model: Model, limits: Limits, { waiting }: Job, lines: readonly Line[], child: ChildPlan): Job[] => {
  if (child.field.kind === 'elsewhere') return [];
  const { responseKey, field, args, selection } = child.field;
  const lists = new Map<string, Row[][]>();
  for (const { row, values } of lines) {
    const owner = child.path.reduce<Row | null>((object, key) => object && (object[key] as Row | null), row);
    if (owner === null) continue;
    const list: Row[] = [];
    owner[responseKey] = list;
    const value = values[child.position] ?? null;
    if (value === null) continue;
    const held = lists.get(value);
    if (held) held.push(list);
    else lists.set(value, [list]);
  }
  if (lists.size === 0) return [];
  const values = [...lists.keys()];
  const entry: Entry = { ...listPage(selection.type, args, limits), owners: { kind: 'joined', field, values } };
  const deliver = ({ ordinal, row }: LoadedRow) => lists.get(values[ordinal]!)!.forEach((list) => list.push(row));
  const part = planPart(model, selection, entry, true);
  if (!part.orders.some(isOpen)) return [{ part, waiting, deliver }];
  waiting.push({ request: { selection, entry }, deliver });
  return [];
};
