import { graphEstimate, PointEstimates, sqlEstimate, type AskEstimate } from './estimates.js';
import { toGatewayError } from './failures.js';
import { GatewayError } from '../errors.js';
import type { GraphResult, GraphRunner, OnRow, SqlRunner, SqlStatement, Stores, VectorClient } from './types.js';

/** Maximum number of statements recorded per request; the rest are only counted. */
const MAX_STATEMENTS = 200;

/** A statement that a request sent. */
export interface TracedStatement {
  /** Statements of one step ran concurrently; a step begins when no other statement is in flight. */
  readonly step: number;
  readonly store: 'relational' | 'graph' | 'vector';
  readonly kind: 'read' | 'write';
  /** SQL or Cypher as sent to the store, or the call of the vector client. */
  readonly text: string;
  /** By position, by name, or the request's body. */
  readonly values: unknown;
  /** The caller's own estimate of the number of rows, if it has one. */
  readonly estimatedRows: number | undefined;
  /** Fetches the store's estimate, if it has any. */
  readonly estimate: AskEstimate | undefined;
  /** Milliseconds since the request began. */
  readonly startedMs: number;
  ms: number;
  /** Number of rows, records or points; undefined if the statement failed. */
  rows: number | undefined;
  /** Why it failed, as the client may see it. */
  error: string | undefined;
}

type Described = Pick<TracedStatement, 'store' | 'kind' | 'text' | 'values'> & Partial<Pick<TracedStatement, 'estimatedRows' | 'estimate'>>;

/** The statements of one request, in the order in which they were sent. */
export class Trace {
  readonly statements: TracedStatement[] = [];
  /** Number of statements beyond the maximum. */
  omitted = 0;
  readonly #began = performance.now();
  #step = 0;
  #underWay = 0;

  /** Milliseconds since the request began. */
  get elapsedMs(): number {
    return performance.now() - this.#began;
  }

  async run<T>(statement: Described, rowsOf: (answer: T) => number, work: () => Promise<T>): Promise<T> {
    const end = this.begin(statement);
    try {
      const answer = await work();
      end(rowsOf(answer));
      return answer;
    } catch (error) {
      end(undefined, error);
      throw error;
    }
  }

  /** Records a statement; returns the function to call when it is answered. */
  begin(statement: Described): (rows: number | undefined, error?: unknown) => void {
    if (this.#underWay === 0) this.#step += 1;
    this.#underWay += 1;
    const traced: TracedStatement = {
      ...statement,
      estimatedRows: statement.estimatedRows,
      estimate: statement.estimate,
      step: this.#step,
      startedMs: this.elapsedMs,
      ms: 0,
      rows: undefined,
      error: undefined,
    };
    if (this.statements.length < MAX_STATEMENTS) this.statements.push(traced);
    else this.omitted += 1;
    return (rows, error) => {
      this.#underWay -= 1;
      traced.ms = this.elapsedMs - traced.startedMs;
      traced.rows = rows;
      if (error !== undefined) traced.error = reason(statement.store, error);
    };
  }
}

const reason = (store: TracedStatement['store'], error: unknown): string => {
  const known = toGatewayError(store, error);
  return known instanceof GatewayError ? known.message : 'The store rejected it.';
};

/** The same stores, with every call recorded in the trace. */
export const traceStores = (stores: Stores, trace: Trace): Stores => ({
  ...stores,
  relational: {
    ...stores.relational,
    read: (statement, options) => {
      const { onRow } = options ?? {};
      let taken = 0;
      const counting: OnRow = (row, bytes) => {
        taken += 1;
        onRow!(row, bytes);
      };
      // Rows that are streamed are not part of the result.
      return trace.run(
        sql(stores, 'read', statement),
        ({ length }) => length + taken,
        () => stores.relational.read(statement, { ...options, onRow: onRow && counting }),
      );
    },
    transaction: (work, options) =>
      traceTransaction(stores, trace, (noted) => stores.relational.transaction((run) => noted(run, work), options)),
  },
  graph: {
    ...stores.graph,
    read: traceRunner(stores, trace, 'read', stores.graph.read),
    write: traceRunner(stores, trace, 'write', stores.graph.write),
    transaction: (work) => stores.graph.transaction((runner) => work(traceRunner(stores, trace, 'write', runner))),
    science: stores.graph.science && {
      ...stores.graph.science,
      run: (work, ...rest) => stores.graph.science!.run((runner) => work(traceRunner(stores, trace, 'read', runner)), ...rest),
    },
  },
  vector: { ...stores.vector, client: traceClient(stores.vector.client, trace) },
});

const sql = ({ relational }: Stores, kind: TracedStatement['kind'], statement: SqlStatement): Described => ({
  ...command(statement.text),
  kind,
  values: statement.values ?? [],
  estimate: sqlEstimate(relational, kind, statement),
});

/** Statements that begin or end a transaction. */
const command = (text: string): Described => ({ store: 'relational', kind: 'write', text, values: [] });

const NO_ROWS = 0;

/** The store itself begins and ends transactions, so BEGIN and COMMIT are inferred from the calls around them. */
const traceTransaction = async <T>(
  stores: Stores,
  trace: Trace,
  transaction: (noted: (run: SqlRunner, work: (run: SqlRunner) => Promise<T>) => Promise<T>) => Promise<T>,
): Promise<T> => {
  let end = trace.begin(command('BEGIN'));
  let isTakenBack = false;
  try {
    const result = await transaction(async (run, work) => {
      end(NO_ROWS);
      end = () => {};
      try {
        const done = await work((statement) =>
          trace.run(
            sql(stores, 'write', statement),
            ({ length }) => length,
            () => run(statement),
          ),
        );
        end = trace.begin(command('COMMIT'));
        return done;
      } catch (error) {
        isTakenBack = true;
        end = trace.begin(command('ROLLBACK'));
        throw error;
      }
    });
    end(NO_ROWS);
    return result;
  } catch (error) {
    // The failed statement has already recorded this error.
    if (isTakenBack) end(NO_ROWS);
    else end(undefined, error);
    throw error;
  }
};

const traceRunner = ({ graph }: Stores, trace: Trace, kind: TracedStatement['kind'], runner: GraphRunner): GraphRunner => ({
  run: (cypher, parameters = {}, options) => {
    const text = graph.sent(cypher);
    const described: Described = {
      store: 'graph',
      kind,
      text,
      values: parameters,
      estimatedRows: options?.estimatedRows,
      estimate: COLLECTS.test(text) ? undefined : graphEstimate(graph, text, parameters),
    };
    return trace.run(
      described,
      ({ records }) => recordsOf(records),
      () => runner.run(cypher, parameters, options),
    );
  },
});

/** Statements that return keys as one list: the planner's estimate for them is one record. */
const COLLECTS = /\bAS keys$/;

/** If keys come as one list in one record, their number is the length of the list. */
const recordsOf = (records: GraphResult['records']): number => {
  const [only] = records;
  const keys = records.length === 1 && only!.keys.join() === 'keys' ? (only!.get('keys') as unknown) : undefined;
  return Array.isArray(keys) ? keys.length : records.length;
};

/** The calls of the client that change a collection. */
const WRITES: ReadonlySet<string> = new Set<keyof VectorClient>([
  'createCollection',
  'updateCollection',
  'createVectorName',
  'createPayloadIndex',
  'upsert',
  'delete',
]);

const traceClient = (client: VectorClient, trace: Trace): VectorClient => {
  const estimates = new PointEstimates(client);
  const traced =
    (name: string, call: (...args: unknown[]) => Promise<unknown>) =>
    (collection?: string, body: object = {}, ...more: unknown[]) => {
      const writes = WRITES.has(name);
      const described: Described = {
        store: 'vector',
        kind: writes ? 'write' : 'read',
        text: collection === undefined ? name : `${name} ${collection}`,
        values: body,
        estimate: collection === undefined ? undefined : estimates.of(name, collection, body),
      };
      return trace.run(described, writes ? () => NO_ROWS : pointsOf, () => call(collection, body, ...more));
    };
  return Object.fromEntries(
    Object.entries(client).map(([name, call]) => [name, traced(name, call as (...args: unknown[]) => Promise<unknown>)]),
  ) as unknown as VectorClient;
};

/** Points in an answer: of each search of a batch, of a page, or a plain list. */
const pointsOf = (answer: unknown): number => {
  if (Array.isArray(answer)) return answer.reduce<number>((sum, each) => sum + (hasPoints(each) ? each.points.length : 1), 0);
  return hasPoints(answer) ? answer.points.length : 1;
};

const hasPoints = (value: unknown): value is { readonly points: readonly unknown[] } =>
  Array.isArray((value as { points?: unknown } | null)?.points);
