import DataLoader from 'dataloader';
import { isOver, isUnavailable, toGatewayError } from '../stores/failures.js';
import { connectionQueries, pageOf } from '../sql/connection.js';
import { connectionReader } from './connection-value.js';
import { isOpen } from '../sql/order.js';
import { put, rowReader, type LoadedRow, type Row } from '../sql/row.js';
import { byStatement, listPage, planPart, unionParts, type RowQuery } from '../sql/read.js';
import { Statement } from '../sql/statement.js';
import type { ChildPlan, Part } from '../sql/layout.js';
import type { Budget } from './budget.js';
import type { Levels } from './levels.js';
import type { Limits } from '../query/limits.js';
import type { SelectedConnection, Selection } from '../query/selection.js';
import type { GuardedModel } from '../access/guard.js';
import type { OnRow, SqlStatement } from '../stores/types.js';

/** A request for rows of the relational store. */
export interface RowsRequest {
  readonly selection: Selection;
  readonly query: RowQuery;
  /** Whether its rows are not part of the answer, but their keys are passed to another store. */
  readonly forKeys?: true;
}

/** The rows of a request. */
export interface Loaded {
  readonly rows: LoadedRow[];
  /** Lists below the rows whose order other stores must answer first. */
  readonly waiting: readonly WaitingLists[];
}

/** Lists to load: all their rows go to `deliver`. */
export interface WaitingLists {
  readonly request: RowsRequest;
  readonly deliver: (loaded: readonly LoadedRow[]) => void;
}

interface Job {
  readonly part: Part;
  readonly forKeys?: true | undefined;
  /** Takes the request's lists that must wait. */
  readonly waiting: WaitingLists[];
  /** Takes the rows. */
  readonly deliver: (loaded: readonly LoadedRow[]) => void;
}

/** Runs a statement of the loader's request. */
export type ReadRows = (statement: SqlStatement, onRow: OnRow) => Promise<unknown>;

export type RowsLoader = DataLoader<RowsRequest, Loaded, unknown>;

/**
 * Loads selections with all their joins: one statement per level for everything that a request needs then. Rows are matched by ordinal
 * and key, never by position.
 */
export const createRowsLoader = (read: ReadRows, model: GuardedModel, limits: Limits, levels: Levels, budget: Budget): RowsLoader =>
  new DataLoader<RowsRequest, Loaded, unknown>((requests) => levels.run(() => loadAll({ read, model, limits, budget }, requests)), {
    cache: false,
    batchScheduleFn: levels.schedule,
  });

/** The inputs of a level. */
interface Levelled {
  readonly read: ReadRows;
  readonly model: GuardedModel;
  readonly limits: Limits;
  readonly budget: Budget;
}

const loadAll = async (levelled: Levelled, requests: readonly RowsRequest[]): Promise<(Loaded | Error)[]> => {
  const load = async (some: readonly RowsRequest[]): Promise<Loaded[]> => {
    const results = some.map(() => ({ rows: [] as LoadedRow[], waiting: [] as WaitingLists[] }));
    let level: Job[] = some.map(({ selection, query, forKeys }, index) => ({
      part: planPart(levelled.model, selection, query, true),
      forKeys,
      waiting: results[index]!.waiting,
      deliver: (loaded) => {
        for (const row of loaded) results[index]!.rows.push(row);
      },
    }));
    while (level.length > 0) {
      const next: Job[] = [];
      for (const jobs of byStatement(level)) next.push(...(await runJobs(levelled, jobs)));
      level = next;
    }
    return results;
  };
  try {
    return await load(requests);
  } catch (error) {
    // Retrying them one by one would fail as well.
    if (requests.length === 1 || isUnavailable(error) || isOver(error) || levelled.budget.isRefused)
      return requests.map(() => toGatewayError('relational', error));
    // One bad request must not fail the others: retry each on its own.
    return Promise.all(
      requests.map((request) =>
        load([request]).then(
          ([loaded]) => loaded!,
          (one: unknown) => toGatewayError('relational', one),
        ),
      ),
    );
  }
};

/** A row with its texts, which include the joined columns of its children. */
interface Line extends LoadedRow {
  readonly values: readonly (string | null)[];
}

/** Runs parts of one level in one statement, and returns the jobs of the next level. */
const runJobs = async ({ read, model, limits, budget }: Levelled, jobs: readonly Job[]): Promise<Job[]> => {
  const statement = new Statement();
  const text = unionParts(
    jobs.map((job) => job.part),
    statement,
  );
  const lines = jobs.map((): Line[] => []);
  const readers = jobs.map(({ part }) => rowReader(part.layout));
  // One row beyond the limit shows that there are too many; keys have a limit of their own.
  const most = jobs.some(({ forKeys }) => forKeys) ? '' : ` LIMIT ${limits.maxRequestRows + 1}`;
  await read({ text: text + most, values: statement.values }, ([index, ordinal, ...columns], bytes) => {
    const { part, forKeys } = jobs[Number(index)]!;
    if (forKeys) budget.takeKeys(1);
    else budget.takeRow(bytes);
    const row = readers[Number(index)]!(columns)!;
    const cursor = part.cursor.map((position) => columns[position] ?? null);
    lines[Number(index)]!.push({ ordinal: Number(ordinal), row, cursor, values: columns });
  });
  jobs.forEach(({ deliver }, index) => deliver(lines[index]!));
  return jobs.flatMap((job, index) => job.part.children.flatMap((child) => childJobs(model, limits, job, lines[index]!, child)));
};

/** The jobs that load a to-many join of a level's rows, or its connection, into its parents; none for a list that must wait. */
const childJobs = (model: GuardedModel, limits: Limits, job: Job, lines: readonly Line[], child: ChildPlan): Job[] => {
  const { field } = child;
  if (field.kind === 'elsewhere') return [];
  const parents = parentsOf(lines, child);
  if (field.kind === 'connection') return connectionJobs(model, limits, job, parents, field);
  const lists = new Map<string, Row[]>();
  for (const [value, objects] of parents) {
    const list: Row[] = [];
    if (value !== null) lists.set(value, list);
    for (const object of objects) put(object, field.responseKey, value === null ? [] : list);
  }
  if (lists.size === 0) return [];
  const all = [...lists.values()];
  const query: RowQuery = {
    ...listPage(field.selection.type, field.args, limits),
    perParent: { kind: 'joined', field: field.field, values: [...lists.keys()] },
  };
  return jobOf(model, job, { selection: field.selection, query }, (loaded) => {
    for (const { ordinal, row } of loaded) all[ordinal]!.push(row);
  });
};

/** The objects that own a child's rows, by the value of their joined column. */
const parentsOf = (lines: readonly Line[], { path, position }: ChildPlan): Map<string | null, Row[]> => {
  const parents = new Map<string | null, Row[]>();
  for (const { row, values } of lines) {
    const owner = path.reduce<Row | null>((object, key) => object && (object[key] as Row | null), row);
    if (owner === null) continue;
    const value = values[position] ?? null;
    const held = parents.get(value);
    if (held) held.push(owner);
    else parents.set(value, [owner]);
  }
  return parents;
};

/** A job for each part of a connection, which is set on its parents once all are answered. */
const connectionJobs = (
  model: GuardedModel,
  limits: Limits,
  job: Job,
  parents: ReadonlyMap<string | null, readonly Row[]>,
  { responseKey, field, name, connection }: SelectedConnection,
): Job[] => {
  if (parents.size === 0) return [];
  const values = [...parents.keys()];
  const page = pageOf(name, connection.args, limits);
  const loaded = connection.parts.map(() => values.map((): LoadedRow[] => []));
  let missing = loaded.length;
  const valueOf = connectionReader(model, connection, page);
  const show = () =>
    [...parents.values()].forEach((objects, ordinal) => {
      const shown = Object.fromEntries(
        connection.fields.map((each) => [each.responseKey, valueOf(each, (part) => loaded[part]![ordinal]!)]),
      );
      for (const object of objects) put(object, responseKey, shown);
    });
  if (missing === 0) show();
  return connectionQueries(model, connection, page, limits, { kind: 'joined', field, values }).flatMap((request, part) =>
    jobOf(model, job, request, (rows) => {
      for (const row of rows) loaded[part]![row.ordinal]!.push(row);
      missing -= 1;
      if (missing === 0) show();
    }),
  );
};

/** A job, or none where other stores must answer its order first. */
const jobOf = (model: GuardedModel, { waiting }: Job, request: RowsRequest, deliver: Job['deliver']): Job[] => {
  const part = planPart(model, request.selection, request.query, true);
  if (!part.orders.some(isOpen)) return [{ part, waiting, deliver }];
  waiting.push({ request, deliver });
  return [];
};
