import type { ExecutionResult } from 'graphql';
import { showValue, statementLines } from './explain-format.js';
import { showPlan } from './explain-plan.js';
import { showWhere } from './explain-where.js';
import type { Explained, RequestContext } from '../execute/context.js';
import type { Estimate } from '../stores/estimates.js';
import type { TracedStatement } from '../stores/trace.js';

/** Any value but `false` asks which statements answered the request; `plan` asks for the plan alone, and runs nothing. */
export const EXPLAIN_HEADER = 'x-odras-explain';

/**
 * Adds `extensions.explain` to a response: the statements that were sent to the stores, and why in this order. Estimates are fetched
 * after the response is complete, so they do not count in its times.
 */
export const addExplanation = async (
  context: RequestContext,
  notes: Explained,
  answered: Promise<ExecutionResult>,
): Promise<ExecutionResult> => {
  const result = await answered;
  return { ...result, extensions: { ...result.extensions, explain: await explanation(context, notes, false) } };
};

/** Adds the same to an answer whose bytes are written. */
export const explainWritten = async (context: RequestContext, notes: Explained): Promise<void> => {
  const explain = await explanation(context, notes, true);
  const { bytes, release } = context.answer!;
  // The bytes end with the brace of the whole answer and a line feed.
  context.answer = {
    bytes: Buffer.concat([bytes.subarray(0, -2), Buffer.from(`,"extensions":${JSON.stringify({ explain })}}\n`)]),
    release: () => {},
  };
  release();
};

const explanation = async (context: RequestContext, { trace, wheres, plan, isPlanOnly }: Explained, compiled: boolean) => {
  const shown = plan ? { plan: showPlan(plan) } : {};
  if (isPlanOnly) return shown;
  const totalMs = rounded(trace.elapsedMs);
  if (!readsAll(context)) return { compiled, totalMs, statements: trace.statements.map(withoutData), omitted: trace.omitted };
  const statements = [];
  for (const statement of trace.statements) statements.push(explained(statement, await estimateOf(context, statement)));
  return {
    compiled,
    totalMs,
    ...shown,
    ...(wheres.kept.length > 0 ? { wheres: wheres.kept.map(showWhere) } : {}),
    ...(wheres.omitted > 0 ? { omittedWheres: wheres.omitted } : {}),
    statements,
    ...(trace.omitted > 0 ? { omitted: trace.omitted } : {}),
  };
};

/** Whether the caller may read all rows and nodes. To others, the values and counts that stores give each other would tell of the rest. */
const readsAll = ({ engine: { model } }: RequestContext): boolean =>
  [...model.types.values()].every((type) => model.guard(type, 'read').kind === 'true');

const withoutData = ({ step, store, text, ms, startedMs }: TracedStatement) => ({
  step,
  store,
  statement: statementLines(store, text),
  startedMs: rounded(startedMs),
  ms: rounded(ms),
});

const explained = (
  { step, store, kind, text, values, rows, estimatedRows, ms, startedMs, error }: TracedStatement,
  estimate: Estimate | undefined,
) => ({
  step,
  store,
  statement: statementLines(store, text),
  parameters: showValue(values, kind),
  rows: rows ?? null,
  estimatedRows: estimatedRows ?? estimate?.rows ?? null,
  estimatedCost: estimate?.cost ?? null,
  startedMs: rounded(startedMs),
  ms: rounded(ms),
  ...(error === undefined ? {} : { error }),
});

/** No estimate for a statement that failed, or once the request has ended. */
const estimateOf = async ({ signal }: RequestContext, { estimate, error }: TracedStatement): Promise<Estimate | undefined> => {
  if (error !== undefined || signal?.aborted) return undefined;
  // Without an estimate the rest of the explanation is still useful.
  return estimate?.({ signal }).catch(() => undefined);
};

/** Milliseconds to the hundredth. */
const rounded = (ms: number): number => Math.round(ms * 100) / 100;
