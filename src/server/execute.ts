import { execute, getOperationAST, getVariableValues, OperationTypeNode, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { calledMutations } from '../../resolvers/mutation.js';
import { runMutations } from '../loaders/mutation.js';
import { runOperation } from '../loaders/operation.js';
import { fragmentsOf } from '../plan/selection.js';
import { isOver, isUnavailable, toGatewayError } from '../stores/failures.js';
import type { RequestContext } from '../context.js';
import type { OperationPlan } from '../plan/operation.js';
import type { Documents, Planned } from './documents.js';

export interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | undefined;
}

/** Stands for the `data` of an answer whose bytes are the request's `answer` already. */
export const WRITTEN: Record<string, unknown> = Object.freeze({});

/**
 * Executes an operation. A query that SQL answers whole runs compiled; everything else runs in graphql-js, and so does
 * what cannot be answered without an error. Table mutations are written first, all in one transaction; then graphql-js
 * reads what the operation selects.
 */
export const executeOperation = async (schema: GraphQLSchema, context: RequestContext, { document, operationName, variables }: Operation, documents: Documents): Promise<ExecutionResult> => {
  const errors = documents.errors(document);
  if (errors.length > 0) return { errors };
  const operation = getOperationAST(document, operationName);
  const executeAll = () => execute({ schema, document, contextValue: context, variableValues: variables, operationName });
  const coerced = operation && getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}).coerced;
  if (operation?.operation === OperationTypeNode.QUERY && coerced) {
    const planned = documents.plan(document, operation, coerced);
    const failure = planned?.plan && (await runCompiled(context, planned, planned.plan, coerced));
    if (context.answer) return { data: WRITTEN };
    const isAway = failure && (isUnavailable(failure.error) || isOver(failure.error));
    // graphql-js says it in every field, without waiting for the same again.
    if (isAway) context.away = failure.error;
    const result = await executeAll();
    if (planned && failure && !isAway && !result.errors) documents.giveUp(planned, failure);
    return result;
  }
  const mutationType = schema.getMutationType();
  if (operation?.operation === OperationTypeNode.MUTATION && mutationType && coerced) {
    const info = { schema, fragments: fragmentsOf(document), variableValues: coerced };
    const mutations = calledMutations(context.engine.model, info, collectFields(schema, info.fragments, coerced, mutationType, operation.selectionSet));
    if (mutations.length > 0) {
      for (const [responseKey, outcome] of await runMutations(context.engine, mutations, context)) context.written.set(responseKey, outcome);
      context.forget();
    }
  }
  return executeAll();
};

/**
 * Writes the answer. What went wrong is said by graphql-js, in its place: a row that breaks a promise of the schema, a
 * store that is away.
 *
 * @returns the failure, if there was one
 */
const runCompiled = async (context: RequestContext, planned: Planned, plan: OperationPlan, coerced: Record<string, unknown>): Promise<{ readonly error: Error } | undefined> => {
  planned.runs += 1;
  try {
    // A text that is sent once need not be kept by the database.
    context.answer = await runOperation(plan, coerced, context.read, planned.runs > 1);
    return undefined;
  } catch (error) {
    return { error: toGatewayError('relational', error) };
  }
};
