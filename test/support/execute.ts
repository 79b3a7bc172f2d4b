import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { RequestContext } from '../../src/execute/context.js';
import { createSilentLog } from '../../src/log.js';
import { Documents } from '../../src/server/documents.js';
import { Executor, type Operation } from '../../src/server/execute.js';

/** As the server does it: written at once where there is no error in the answer, whose bytes the context then has; else by graphql-js. */
export const executeAsServed = async (
  executor: Executor,
  context: RequestContext,
  operation: Operation,
): Promise<ExecutionResult | undefined> =>
  (await executor.runCompiled(context, operation)) ? undefined : executor.run(context, operation);

/** The result of an operation as graphql-js completes it. */
export const execute = async ({
  schema,
  document,
  contextValue,
  variableValues,
}: {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly contextValue: RequestContext;
  readonly variableValues?: Record<string, unknown>;
}): Promise<ExecutionResult> => {
  const executor = new Executor(schema, new Documents(contextValue.engine, schema), createSilentLog(), false);
  return (await executeAsServed(executor, contextValue, { document, variables: variableValues }))!;
};
