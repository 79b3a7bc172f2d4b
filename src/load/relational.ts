import DataLoader from 'dataloader';
import type { GuardedModel } from '../access/guard.js';
import type { Limits } from '../query/limits.js';
import type { Selection } from '../query/selection.js';
import type { Part } from '../sql/layout.js';
import { byStatement, planPart, unionParts, type RowQuery } from '../sql/read.js';
import { rowReader, type LoadedRow } from '../sql/row.js';
import { Statement } from '../sql/statement.js';
import { isLasting, toGatewayError } from '../stores/failures.js';
import type { OnRow, SqlStatement } from '../stores/types.js';
import type { Budget } from './budget.js';
import type { Levels } from './levels.js';

/** A request for rows without lists: for their keys and columns. */
export interface RowsRequest {
  readonly selection: Selection;
  readonly query: RowQuery;
  /** Whether its rows are not part of the answer, but their keys are passed to another store. */
  readonly forKeys?: true;
}

/** Runs a statement of the loader's request. */
export type ReadRows = (statement: SqlStatement, onRow: OnRow) => Promise<unknown>;

export type RowsLoader = DataLoader<RowsRequest, LoadedRow[], unknown>;

/** Loads rows: one statement for everything that a request needs at one level. Rows are matched by ordinal and key, never by position. */
export const createRowsLoader = (read: ReadRows, model: GuardedModel, limits: Limits, levels: Levels, budget: Budget): RowsLoader =>
  new DataLoader<RowsRequest, LoadedRow[], unknown>((requests) => levels.run(() => loadAll({ read, model, limits, budget }, requests)), {
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

interface Job {
  readonly part: Part;
  readonly forKeys: true | undefined;
  readonly rows: LoadedRow[];
}

const loadAll = async (levelled: Levelled, requests: readonly RowsRequest[]): Promise<(LoadedRow[] | Error)[]> => {
  const load = async (some: readonly RowsRequest[]): Promise<LoadedRow[][]> => {
    const jobs = some.map(({ selection, query, forKeys }): Job => ({
      part: planPart(levelled.model, selection, query, true),
      forKeys,
      rows: [],
    }));
    for (const each of byStatement(jobs)) await runJobs(levelled, each);
    return jobs.map(({ rows }) => rows);
  };
  try {
    return await load(requests);
  } catch (error) {
    // Retrying them one by one would fail as well.
    if (requests.length === 1 || isLasting('relational', error) || levelled.budget.isRefused)
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

/** Runs parts of one level in one statement. */
const runJobs = async ({ read, limits, budget }: Levelled, jobs: readonly Job[]): Promise<void> => {
  const statement = new Statement();
  const text = unionParts(
    jobs.map((job) => job.part),
    statement,
  );
  const readers = jobs.map(({ part }) => rowReader(part.layout));
  // One row beyond the limit shows that there are too many; keys have a limit of their own.
  const most = jobs.some(({ forKeys }) => forKeys) ? '' : ` LIMIT ${limits.maxRequestRows + 1}`;
  await read({ text: text + most, values: statement.values }, ([index, ordinal, ...columns], bytes) => {
    const { part, forKeys, rows } = jobs[Number(index)]!;
    if (forKeys) budget.takeKeys(1);
    else budget.takeRow(bytes);
    const cursor = part.cursor.map((position) => columns[position] ?? null);
    rows.push({ ordinal: Number(ordinal), row: readers[Number(index)]!(columns)!, cursor });
  });
};
