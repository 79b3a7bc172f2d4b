import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { randomUUID } from 'node:crypto';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { withShortQuotes, withShortValues } from './quoting.js';

/**
 * Decides what of an error the client sees: our own errors and those of GraphQL itself pass. Anything else becomes one fixed sentence
 * with an id, and the original is logged once under that id.
 */
export const createMask =
  (log: Log) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const original = unwrapResolverError(error);
    if (original instanceof GatewayError) {
      if (original.code === 'WRITTEN_UNREAD' && original.extensions['reason'] === 'INTERNAL_SERVER_ERROR') {
        const id = idOf(error);
        log.error(`request failed after its commit, id ${id}`, original.cause);
        return { ...withoutStack(formatted), extensions: { ...original.extensions, id } };
      }
      const cause = original.cause instanceof GatewayError ? original.cause.cause : original.cause;
      if (cause !== undefined) log.warn(`${original.code}: ${original.message} (${describe(cause)})`);
      return withoutStack({ ...formatted, message: withShortQuotes(formatted.message) });
    }
    if (isTooDeep(error) || isTooDeep(original)) {
      const { message, extensions } = new GatewayError('OPERATION_TOO_LARGE', {
        what: 'levels of selections and values',
        maximum: 'some hundred',
        count: 'too many',
      });
      return { message, extensions: { ...formatted.extensions, ...extensions }, ...(formatted.path ? { path: formatted.path } : {}) };
    }
    // Apollo has no code of its own for it.
    if (error instanceof GraphQLError && error.message === 'provided sha does not match query') {
      return {
        ...withoutStack(formatted),
        message: 'The hash of the persisted query is not that of the query. Send the SHA-256 of its text.',
        extensions: { code: 'BAD_REQUEST' },
      };
    }
    const unfit = error instanceof GraphQLError ? misfit(error) : undefined;
    if (unfit) return { ...formatted, message: unfit.message, extensions: { ...withoutStack(formatted).extensions, ...unfit.extensions } };
    if (error instanceof GraphQLError && (original === error || original instanceof GraphQLError))
      return withoutStack({ ...formatted, message: withShortValues(formatted.message) });
    const id = idOf(error);
    log.error(`request failed, id ${id}`, original);
    const also = formatted.extensions?.['alsoWritten'] as readonly string[] | undefined;
    return {
      message:
        'Internal error. The operator can find the cause in the log under id ' +
        `${id}.${also ? ` Already written: ${also.join(', ')}.` : ''}`,
      extensions: { code: 'INTERNAL_SERVER_ERROR', id, ...(also ? { alsoWritten: also } : {}) },
      ...(formatted.path ? { path: formatted.path } : {}),
      ...(formatted.locations ? { locations: formatted.locations } : {}),
    };
  };

const named = new WeakMap<object, string>();

/** Names the errors of a result by their request, under whose id they are logged. */
export const withRequestId = (result: ExecutionResult, requestId: string): ExecutionResult => {
  for (const error of result.errors ?? []) named.set(error, requestId);
  return result;
};

/** The id of the request that an error belongs to; another one for an error outside its result. */
const idOf = (error: unknown): string => named.get(error as object) ?? randomUUID();

/** Messages of graphql-js for a value that does not match the type of its field. */
const MISFITS = /^(Cannot return null for non-nullable field|Expected Iterable|(Enum ")?\w+"? cannot represent)/;

/** Too deep nesting overflows the call stack; GraphQL's parser passes on V8's message. */
const isTooDeep = (error: unknown): boolean => error instanceof Error && /Maximum call stack size exceeded/.test(error.message);

/** Our own error for a stored value that graphql-js cannot serialize; nothing for any other error. */
export const misfit = (error: GraphQLError): GatewayError | undefined => {
  if (!error.path || error.extensions['code'] !== undefined || !MISFITS.test(error.message)) return undefined;
  return new GatewayError('DATA_INVALID', { detail: error.message.replace(/\.$/, '') });
};

const withoutStack = (formatted: GraphQLFormattedError): GraphQLFormattedError => {
  const { stacktrace: _, ...extensions } = formatted.extensions ?? {};
  return { ...formatted, extensions };
};

/** A cause for the operator's log, without its stack. */
const describe = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
