import {
  getVariableValues,
  GraphQLError,
  OperationTypeNode,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Callers } from '../execute/callers.js';
import type { Identity } from '../predicate/caller.js';
import { GatewayError } from '../errors.js';
import { Ending } from '../stores/ending.js';
import type { Subscriptions } from '../subscribe/subscriptions.js';
import { MAX_TOKENS } from './budget.js';
import type { Documents } from './documents.js';
import type { Executor } from './execute.js';
import { withRequestId } from './mask.js';
import type { Running } from './running.js';
import type { PersistedDocuments } from './persisted.js';

/** Parsed documents that are kept, so that equal subscriptions share theirs. @default 1_000 */
const MAX_DOCUMENTS = 1_000;

/** An operation as a client sends it over WebSocket or asks for as an event stream. */
export interface LiveOperation {
  readonly query?: string | null;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
}

export interface LiveOptions {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly executor: Executor;
  readonly callers: Callers;
  /** Requests that run now. Open subscriptions are not among them. */
  readonly running: Running;
  readonly persisted: PersistedDocuments;
  readonly subscriptions: Subscriptions;
  readonly format: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  readonly requestTimeoutMs?: number | undefined;
}

/** Results in order: one of a query or a mutation, any number of a subscription. Errors are results, too. */
export interface Results extends AsyncIterableIterator<ExecutionResult, undefined, undefined> {
  return(value?: undefined): Promise<IteratorResult<ExecutionResult, undefined>>;
  throw(error: unknown): Promise<IteratorResult<ExecutionResult, undefined>>;
}

/** Runs the operations of connections that stay open. */
export class LiveOperations {
  readonly #options: LiveOptions;
  readonly #parsed = new LRUCache<string, DocumentNode>({ max: MAX_DOCUMENTS });

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /**
   * @param identify finds out, each time anew, who sends it
   * @param requestId what it is called in the log and the audit log
   * @param onlyReads whether mutations are refused: a page of another origin may send a GET request
   */
  async run(given: LiveOperation, identify: () => Identity | Promise<Identity>, requestId: string, onlyReads = false): Promise<Results> {
    const { schema, documents, subscriptions, persisted } = this.#options;
    try {
      const { body } = persisted.resolve('POST', { search: '', body: given });
      const { query, operationName, variables } = body as LiveOperation;
      if (typeof query !== 'string')
        throw new GatewayError('BAD_INPUT', { argument: 'query', field: 'the operation', detail: 'expected a text' });
      const document = this.#parse(query);
      const errors = documents.errors(document);
      if (errors.length > 0) return this.#only({ errors });
      const read = documents.read(document, operationName, variables ?? undefined);
      if (!read)
        throw new GatewayError('BAD_INPUT', { argument: 'operationName', field: 'the operation', detail: 'it names no operation' });
      if (read.errors) return this.#only({ errors: read.errors });
      const { operation } = read;
      if (operation.operation === OperationTypeNode.MUTATION && onlyReads)
        throw new GatewayError('BAD_INPUT', {
          argument: 'query',
          field: 'GET',
          detail: 'expected a query or a subscription, but got a mutation',
        });
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION)
        return this.#only(await this.#execute({ document, operationName, variables: variables ?? {} }, await identify(), requestId));
      const { coerced, errors: invalid } = getVariableValues(schema, operation.variableDefinitions ?? [], read.variables);
      if (!coerced) return this.#only({ errors: invalid });
      return this.#each(
        await subscriptions.subscribe({ document: read.document, operation, variables: read.variables, coerced, identify }),
      );
    } catch (error) {
      return this.#only(this.#failed(error));
    }
  }

  #parse(query: string): DocumentNode {
    let document = this.#parsed.get(query);
    if (!document) this.#parsed.set(query, (document = parse(query, { maxTokens: MAX_TOKENS })));
    return document;
  }

  async #execute(
    operation: { document: DocumentNode; operationName?: string | null | undefined; variables: Record<string, unknown> },
    identity: Identity,
    requestId: string,
  ): Promise<ExecutionResult> {
    const { executor, callers, running, requestTimeoutMs: timeoutMs = 10_000 } = this.#options;
    if (!running.begin(identity)) throw new GatewayError('TOO_MANY_REQUESTS', { maximum: running.maximum });
    const signal = new Ending();
    const timer = signal.abortAfter(timeoutMs);
    try {
      const context = await callers.open(identity, { signal, requestId });
      if (!(await executor.runCompiled(context, operation))) return withRequestId(await executor.run(context, operation), requestId);
      const { bytes, release } = context.answer!;
      const result = JSON.parse(bytes.toString()) as ExecutionResult;
      release();
      return result;
    } finally {
      clearTimeout(timer);
      running.end(identity);
    }
  }

  async *#only(result: ExecutionResult): AsyncGenerator<ExecutionResult, undefined, undefined> {
    yield await Promise.resolve(this.#formatted(result));
    return undefined;
  }

  /** An error that ends a subscription is its last result. Whoever leaves while nothing happens is not kept waiting for the next event. */
  #each(results: Results): Results {
    const each: Results = {
      next: () =>
        results.next().then(
          (next) => (next.done ? next : { value: this.#formatted(next.value), done: false }),
          (error: unknown) => ({ value: this.#formatted(this.#failed(error)), done: false }),
        ),
      return: () => results.return(),
      throw: (error) => results.throw(error),
      [Symbol.asyncIterator]: () => each,
    };
    return each;
  }

  #failed(error: unknown): ExecutionResult {
    if (error instanceof GraphQLError) return { errors: [error] };
    const original = error instanceof Error ? error : new Error(String(error));
    return { errors: [new GraphQLError(original.message, { originalError: original })] };
  }

  #formatted(result: ExecutionResult): ExecutionResult {
    if (!result.errors) return result;
    const errors = result.errors.map((error) => this.#options.format(error.toJSON(), error)) as unknown as GraphQLError[];
    return { ...result, errors };
  }
}
