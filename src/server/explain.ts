import type { ExecutionResult } from 'graphql';
import { showValue, statementLines } from './explain-format.js';
import type { RequestContext } from '../context.js';
import type { Engine } from '../engine.js';
import type { Trace, TracedStatement } from '../stores/trace.js';

/** With any value but `false`, a request asks which statements answered it. */
export const EXPLAIN_HEADER = 'x-odras-explain';

/** What PostgreSQL's planner expected of a statement: rows, and its own units of cost. */
interface Estimate {
  readonly rows: number;
  readonly cost: number;
}

/**
 * Adds to an answer, as `extensions.explain`, what its request has sent to the stores. Estimates are asked for when the
 * answer is there, so they take no time that is told.
 */
export const addExplanation = async (engine: Engine, context: RequestContext, trace: Trace, answered: Promise<ExecutionResult>): Promise<ExecutionResult> => {
  const result = await answered;
  return { ...result, extensions: { ...result.extensions, explain: await explanation(engine, context, trace, false) } };
};

/** Adds the same to an answer whose bytes are written. */
export const explainWritten = async (engine: Engine, context: RequestContext, trace: Trace): Promise<void> => {
  const explain = await explanation(engine, context, trace, true);
  // The bytes end with the brace of the whole answer and a line feed.
  context.answer = Buffer.concat([context.answer!.subarray(0, -2), Buffer.from(`,"extensions":${JSON.stringify({ explain })}}\n`)]);
};

const explanation = async (engine: Engine, context: RequestContext, trace: Trace, compiled: boolean) => {
  const totalMs = rounded(trace.elapsedMs);
  const statements = [];
  for (const statement of trace.statements) statements.push(explained(statement, await estimateOf(engine, context, statement)));
  return { compiled, totalMs, statements, ...(trace.omitted > 0 ? { omitted: trace.omitted } : {}) };
};

const explained = ({ step, store, kind, text, values, rows, estimatedRows, ms, startedMs, error }: TracedStatement, estimate: Estimate | undefined) => ({
  step,
  store,
  statement: statementLines(store, text),
  parameters: showValue(values, kind),
  rows: rows ?? null,
  estimatedRows: estimate?.rows ?? estimatedRows ?? null,
  estimatedCost: estimate?.cost ?? null,
  startedMs: rounded(startedMs),
  ms: rounded(ms),
  ...(error === undefined ? {} : { error }),
});

/** Nothing where the planner cannot be asked: of writes, of other stores, and when the request is over. */
const estimateOf = async ({ stores }: Engine, { signal }: RequestContext, { store, kind, text, values, error }: TracedStatement): Promise<Estimate | undefined> => {
  if (store !== 'relational' || kind !== 'read' || error !== undefined || signal?.aborted) return undefined;
  try {
    const [row] = await stores.relational.read({ text: `EXPLAIN (FORMAT JSON) ${text}`, values: values as unknown[] }, { signal });
    const [{ Plan: plan }] = JSON.parse(row![0]!) as [{ readonly Plan: { readonly 'Plan Rows': number; readonly 'Total Cost': number } }];
    return { rows: plan['Plan Rows'], cost: plan['Total Cost'] };
  } catch {
    return undefined;
  }
};

/** Milliseconds to the hundredth. */
const rounded = (ms: number): number => Math.round(ms * 100) / 100;
