import type { ErrorCode } from '../errors.js';

/** Text of an operation, with the types of its result and its variables: a string, or what codegen makes with `documentMode: string`. */
export interface TypedDocument<Data, Variables> {
  /** Number of characters. A parsed document has none: print it first. */
  readonly length: number;
  toString(): string;
  /** Never there: it only carries the types. */
  readonly __apiType?: (variables: Variables) => Data;
}

/** Codes of GraphQL and Apollo, which the gateway passes on. */
type LibraryCode =
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'BAD_USER_INPUT'
  | 'BAD_REQUEST'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'INTERNAL_SERVER_ERROR';

/** Every code of docs/errors.md. A newer gateway may send others, so a string is allowed, too. */
export type AnswerCode = ErrorCode | LibraryCode | (string & Record<never, never>);

/** No answer came: the gateway does not run, the connection was lost, or the browser refused the answer for its origin. */
export interface UnreachableError {
  readonly kind: 'unreachable';
  readonly message: string;
  /** What fetch threw. */
  readonly cause: unknown;
}

/** The signal of the call was aborted before the answer was complete. A mutation may have been written all the same. */
export interface AbortedError {
  readonly kind: 'aborted';
  readonly message: string;
  /** The reason of the signal: a DOMException named TimeoutError for `AbortSignal.timeout`. */
  readonly cause: unknown;
}

/** Something else than GraphQL answered: a proxy, or another program on that port. */
export interface NotGraphqlError {
  readonly kind: 'notGraphql';
  readonly message: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Its first 200 characters. */
  readonly body: string;
}

/** The gateway answered with an error. */
export interface AnswerError {
  readonly kind: 'answer';
  /** What was expected, what came instead, what to do. */
  readonly message: string;
  /** Code of docs/errors.md; empty if the server sent none. */
  readonly code: AnswerCode;
  /** Names and positions that lead to the field whose value is missing; undefined if nothing was executed. */
  readonly path?: readonly (string | number)[];
  /** Place in the document, from 1. */
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  /** True if a mutation was committed all the same: do not send it again. */
  readonly written: boolean;
  /** HTTP status of the answer. */
  readonly status: number;
  readonly extensions: Readonly<Record<string, unknown>>;
}

export type ClientError = UnreachableError | AbortedError | NotGraphqlError | AnswerError;

/**
 * What a call returns. Without `errors`, `data` is complete. With them, `data` holds what could be answered (a field whose store is
 * down is null), or is null.
 */
export type Answer<Data> =
  | { readonly data: Data; readonly errors?: undefined; readonly extensions?: Readonly<Record<string, unknown>> }
  | {
      readonly data: Data | null;
      readonly errors: readonly [ClientError, ...ClientError[]];
      readonly extensions?: Readonly<Record<string, unknown>>;
    };

type Headers = Readonly<Record<string, string>>;

export interface ClientOptions {
  /** Address of the API. In a browser it may be relative; elsewhere it is absolute. @default '/graphql' */
  readonly url?: string;
  /** Headers of every request, or a function that is asked before each one, for a token that changes. */
  readonly headers?: Headers | (() => Headers | Promise<Headers>);
  /** Sends the requests. @default the global fetch */
  readonly fetch?: typeof globalThis.fetch;
  /** Reads the body. Another parser keeps all digits of numbers in JSON fields. @default JSON.parse */
  readonly parse?: (text: string) => unknown;
}

export interface AskOptions {
  /** Ends the call; `AbortSignal.timeout(5_000)` after five seconds. */
  readonly signal?: AbortSignal;
  /** Headers of this request, in addition to those of the client. */
  readonly headers?: Headers;
}

/** Arguments after the document. Variables may be left out if the operation requires none. */
export type AskArguments<Variables> =
  Record<never, never> extends Variables
    ? [variables?: NoInfer<Variables> | undefined, options?: AskOptions | undefined]
    : [variables: NoInfer<Variables>, options?: AskOptions | undefined];

export interface Client {
  /** Sends an operation by POST. Errors are values of the answer: the promise is rejected only if `headers` throws. */
  ask<Data, Variables>(document: TypedDocument<Data, Variables>, ...rest: AskArguments<Variables>): Promise<Answer<Data>>;
  /**
   * Sends a subscription; its results come as they happen, until the loop over them is left, the signal is aborted, or the gateway
   * ends it with an error, which is the last result. A connection that is lost is made again. If the document selects `position` and
   * has a variable `$after`, nothing is missed and nothing comes twice.
   */
  subscribe<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: AskArguments<Variables>
  ): AsyncGenerator<Answer<Data>, void, void>;
}
