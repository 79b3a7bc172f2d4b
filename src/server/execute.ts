import {
  execute,
  getVariableValues,
  GraphQLError,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields.js';
import { calledMutations } from '../../resolvers/mutation.js';
import { Commits } from '../mutate/commits.js';
import { runMutations } from '../mutate/run.js';
import { runOperation } from '../execute/operation.js';
import { fragmentsOf, type OperationInfo } from '../query/selection.js';
import { GatewayError } from '../errors.js';
import { isFull, isOver, isUnavailable, toGatewayError } from '../stores/failures.js';
import type { StoreKind } from '../stores/types.js';
import type { RequestContext } from '../execute/context.js';
import { variableErrors } from './input-hints.js';
import type { Documents, Planned } from './documents.js';
import { tellWritten } from './written.js';

export interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | undefined;
}

/** A compiled run that gave no answer. */
interface Failure {
  readonly planned: Planned;
  readonly error: Error;
}

/** Stores that a compiled query needs and that have failed for this request. */
const storesOf = (error: Error): readonly StoreKind[] => {
  if (isOver(error)) return ['relational', 'graph'];
  return (isFull(error) || isUnavailable(error)) && error instanceof GatewayError ? [error.extensions['store'] as StoreKind] : [];
};

/** One error in the place of the whole answer. */
export const withoutData = (error: Error): ExecutionResult => ({
  data: null,
  errors: [new GraphQLError(error.message, { originalError: error })],
});

/** How long after the end of a request its fields may still say so in their places, in milliseconds. */
const GRACE_MS = 100;

/** What graphql-js gives, or one error where the request has asked too much, or ends while its answer is put together. */
const unlessRefused = (
  { signal, budget }: RequestContext,
  run: () => ExecutionResult | Promise<ExecutionResult>,
): Promise<ExecutionResult> =>
  new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const finish = (result: ExecutionResult) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', over);
      resolve(result);
    };
    const over = () => (timer = setTimeout(() => finish(withoutData(signal!.reason)), GRACE_MS));
    if (signal?.aborted) over();
    else signal?.addEventListener('abort', over, { once: true });
    budget.whenRefused((error) => finish(withoutData(error)));
    // A compiled run that exceeded the budget is not repeated.
    if (!budget.isRefused) Promise.resolve(run()).then(finish, reject);
  });

/** Executes operations: a query of tables and nodes runs compiled; everything else runs in graphql-js. */
export class Executor {
  readonly #schema: GraphQLSchema;
  readonly #documents: Documents;
  readonly #failures = new WeakMap<RequestContext, Failure>();

  constructor(schema: GraphQLSchema, documents: Documents) {
    this.#schema = schema;
    this.#documents = documents;
  }

  /**
   * Writes the answer of a query that has a plan. If a row violates the schema or a store fails, graphql-js executes the query
   * again, so that the error has its path.
   *
   * @returns whether the request has its answer
   */
  async runCompiled(context: RequestContext, { document, operationName, variables }: Operation): Promise<boolean> {
    if (this.#documents.errors(document).length > 0) return false;
    const read = this.#documents.read(document, operationName, variables);
    if (read?.operation.operation !== OperationTypeNode.QUERY || read.errors) return false;
    const { operation } = read;
    const { coerced } = getVariableValues(this.#schema, operation.variableDefinitions ?? [], read.variables);
    if (!coerced) return false;
    const planned = this.#documents.plan(read.document, operation, coerced);
    if (!planned?.plan) return false;
    planned.runs += 1;
    try {
      // A statement that runs once is not worth preparing in the database.
      context.answer = await runOperation(planned.plan, coerced, context, planned.runs > 1);
      return true;
    } catch (thrown) {
      const error = toGatewayError('relational', thrown);
      // graphql-js reports the failure in every field, without waiting for the same store again.
      const silent = storesOf(error);
      for (const store of silent) context.away.set(store, error);
      if (silent.length > 0) return false;
      this.#failures.set(context, { planned, error });
      return false;
    }
  }

  /**
   * Executes an operation that has not been answered compiled. Table mutations are written first, all in one transaction;
   * then graphql-js reads what the operation selects.
   */
  async run(context: RequestContext, { document: given, operationName, variables: sent }: Operation): Promise<ExecutionResult> {
    const errors = this.#documents.errors(given);
    if (errors.length > 0) return { errors };
    const schema = this.#schema;
    const read = this.#documents.read(given, operationName, sent);
    if (read?.errors) return { errors: read.errors };
    const { document, operation, variables } = read ?? { document: given, operation: undefined, variables: sent };
    const mutationType = schema.getMutationType();
    if (operation?.operation === OperationTypeNode.MUTATION && mutationType) {
      const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
      if (coerced)
        await this.#write(context, { schema, fragments: fragmentsOf(document), variableValues: coerced }, mutationType, operation);
    }
    const result = await unlessRefused(context, () =>
      execute({ schema, document, contextValue: context, variableValues: variables, operationName }),
    );
    // Nothing has been executed: the variables are invalid.
    if (result.errors && result.data === undefined) return { ...result, errors: variableErrors(schema, result.errors) };
    const failure = this.#failures.get(context);
    if (failure && !result.errors) this.#documents.giveUp(failure.planned, failure);
    return tellWritten(result, context.commits);
  }

  async #write(
    context: RequestContext,
    info: OperationInfo,
    mutationType: GraphQLObjectType,
    { selectionSet }: OperationDefinitionNode,
  ): Promise<void> {
    const mutations = calledMutations(
      context.engine.model,
      info,
      collectFields(info.schema, info.fragments, info.variableValues, mutationType, selectionSet),
    );
    if (mutations.length === 0) return;
    for (const [responseKey, outcome] of await runMutations(context.engine, mutations, context)) {
      context.written.set(responseKey, outcome);
      const isWritten = !('error' in outcome) || (outcome.error instanceof GatewayError && outcome.error.extensions['written'] === true);
      if (isWritten) (context.commits ??= new Commits()).written.add(responseKey);
    }
    context.forget();
  }
}
