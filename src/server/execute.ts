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
import { calledMutations } from '../mutate/called.js';
import { Commits } from '../mutate/commits.js';
import { runMutations } from '../mutate/run.js';
import type { Written } from '../execute/byte-text.js';
import { runOperation, type Answered } from '../execute/operation.js';
import { fragmentsOf, type OperationInfo } from '../query/selection.js';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import type { RequestContext } from '../execute/context.js';
import { noteRefused } from './refused.js';
import { turns } from '../stores/turns.js';
import { EXPLAIN_HEADER } from './explain.js';
import { variableErrors } from './input-hints.js';
import type { Documents, Planned } from './documents.js';
import { tellWritten } from './written.js';

export interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | undefined;
}

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
    // A request that exceeded its budget before gets no further.
    if (!budget.isRefused) Promise.resolve(run()).then(finish, reject);
  });

/** Most errors of an answer: a field that fails may stand on many rows. */
const MAX_ERRORS = 100;

const withFewErrors = (result: ExecutionResult): ExecutionResult =>
  result.errors && result.errors.length > MAX_ERRORS ? { ...result, errors: result.errors.slice(0, MAX_ERRORS) } : result;

/** The answer of a query that is only planned. */
const NOT_RUN: Written = { bytes: Buffer.from('{"data":null}\n'), release: () => {} };

/** What a query has read: objects for graphql-js, or why the request has no answer at all. */
type QueryRead = { readonly objects: object; readonly failure?: undefined } | { readonly objects?: undefined; readonly failure: Error };

/** Executes operations: queries by their plans, of mutations the shell by graphql-js. */
export class Executor {
  readonly #schema: GraphQLSchema;
  readonly #documents: Documents;
  readonly #log: Log;
  readonly #writes: boolean;
  readonly #read = new WeakMap<RequestContext, QueryRead>();

  /** @param writes whether answers without errors are written as bytes at once, without graphql-js */
  constructor(schema: GraphQLSchema, documents: Documents, log: Log, writes = true) {
    this.#schema = schema;
    this.#documents = documents;
    this.#log = log;
    this.#writes = writes;
  }

  /**
   * Runs the plan of a query, and writes the answer if there is no error in it.
   *
   * @returns whether the request has its answer
   */
  async runCompiled(context: RequestContext, { document, operationName, variables }: Operation): Promise<boolean> {
    // A large document takes long to parse, to validate and to plan: the first time, other requests get a turn in between.
    const isNew = !this.#documents.isKnown(document);
    if (isNew) await turns.next();
    if (this.#documents.errors(document).length > 0) return false;
    if (isNew) await turns.next();
    const read = this.#documents.read(document, operationName, variables);
    if (read?.operation.operation !== OperationTypeNode.QUERY || read.errors) return false;
    const { coerced } = getVariableValues(this.#schema, read.operation.variableDefinitions ?? [], read.variables);
    if (!coerced) return false;
    const planned = this.#documents.plan(context.engine, read.document, read.operation, coerced);
    if (context.explained) context.explained.plan = planned.plan;
    if (context.explained?.isPlanOnly) {
      context.answer = NOT_RUN;
      return true;
    }
    if (planned.runs === 0) await turns.next();
    planned.runs += 1;
    try {
      const { written, objects } = await this.#run(context, planned, coerced);
      if (written) {
        context.answer = written;
        return true;
      }
      this.#read.set(context, { objects });
    } catch (error) {
      this.#read.set(context, { failure: error as Error });
    }
    return false;
  }

  async #run(context: RequestContext, planned: Planned, coerced: Readonly<Record<string, unknown>>): Promise<Answered> {
    // A statement that runs once is not worth preparing in the database.
    const options = { writes: this.#writes && planned.isWritten, named: planned.runs > 1 };
    try {
      return await runOperation(planned.plan, coerced, context, options);
    } catch (error) {
      if (!options.writes || error instanceof GatewayError || context.signal?.aborted) throw error;
      // A bug in a writer must not fail the query.
      const answered = await runOperation(planned.plan, coerced, context, { ...options, writes: false });
      planned.isWritten = false;
      this.#log.warn(`an answer could not be written (${(error as Error).name}); graphql-js completes those of this query from now on`);
      return answered;
    }
  }

  /**
   * Completes a query that has an error in it, or executes a mutation: table mutations are written first, all in one transaction; then
   * graphql-js runs the others, and reads what is selected of each.
   */
  async run(context: RequestContext, { document: given, operationName, variables: sent }: Operation): Promise<ExecutionResult> {
    const errors = this.#documents.errors(given);
    if (errors.length > 0) return { errors };
    const schema = this.#schema;
    const read = this.#documents.read(given, operationName, sent);
    if (read?.errors) return { errors: read.errors };
    const { document, operation, variables } = read ?? { document: given, operation: undefined, variables: sent };
    context.operationName = operation?.name?.value;
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) {
      const { message, code } = new GatewayError('SUBSCRIPTION_NEEDS_STREAM');
      return { errors: [new GraphQLError(message, { nodes: operation, extensions: { code, http: { status: 406 } } })] };
    }
    if (context.explained?.isPlanOnly && operation?.operation === OperationTypeNode.MUTATION)
      return withoutData(
        new GatewayError('BAD_INPUT', {
          argument: EXPLAIN_HEADER,
          field: 'the request',
          detail: 'plan expects a query, but got a mutation. Nothing was executed',
        }),
      );
    const mutationType = schema.getMutationType();
    if (operation?.operation === OperationTypeNode.MUTATION && mutationType) {
      const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
      if (coerced)
        await this.#write(context, { schema, fragments: fragmentsOf(document), variableValues: coerced }, mutationType, operation);
    }
    const hideSuggestions = this.#documents.hidesSchema;
    const { objects: rootValue, failure } = this.#read.get(context) ?? {};
    if (failure) return noteRefused(context, withoutData(failure));
    const result = await unlessRefused(context, () =>
      execute({ schema, document, rootValue, contextValue: context, variableValues: variables, operationName, hideSuggestions }),
    );
    // Nothing has been executed: the variables are invalid.
    if (result.errors && result.data === undefined)
      return hideSuggestions ? result : { ...result, errors: variableErrors(schema, result.errors) };
    return tellWritten(withFewErrors(noteRefused(context, result)), context.commits);
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
    context.written = await runMutations(context.engine, mutations, context);
    for (const [responseKey, outcome] of context.written) {
      const isWritten = !('error' in outcome) || (outcome.error instanceof GatewayError && outcome.error.extensions['written'] === true);
      if (isWritten) (context.commits ??= new Commits()).written.add(responseKey);
    }
    await context.forgetRows();
  }
}
