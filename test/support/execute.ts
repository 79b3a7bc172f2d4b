import type { ExecutionResult } from 'graphql';
import type { RequestContext } from '../../src/execute/context.js';
import type { Executor, Operation } from '../../src/server/execute.js';

/** As the server does it: compiled where that gives an answer, whose bytes the context then has; else by graphql-js. */
export const executeAsServed = async (
  executor: Executor,
  context: RequestContext,
  operation: Operation,
): Promise<ExecutionResult | undefined> =>
  (await executor.runCompiled(context, operation)) ? undefined : executor.run(context, operation);
