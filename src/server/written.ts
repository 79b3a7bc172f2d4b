import { GraphQLError, type ExecutionResult } from 'graphql';
import { GatewayError } from '../errors.js';
import type { Commits } from '../mutate/commits.js';
import { misfit } from './mask.js';

/**
 * Rewrites the errors of a response after a commit, since a client that reads "try again" would write twice. Errors of a committed
 * field become WRITTEN_UNREAD; those of other fields name the fields that were committed.
 */
export const tellWritten = (result: ExecutionResult, commits: Commits | undefined): ExecutionResult => {
  if (!result.errors || !commits || commits.written.size + commits.underWay.size === 0) return result;
  return { ...result, errors: result.errors.map((error) => told(error, commits)) };
};

const told = (error: GraphQLError, { written, underWay }: Commits): GraphQLError => {
  const field = error.path?.[0];
  const original = causeOf(error);
  if (original instanceof GatewayError && (original.extensions['written'] === true || original.code === 'COMMIT_UNKNOWN')) return error;
  // A request that ends early does not wait for a commit that can no longer be stopped.
  if (field === undefined ? underWay.size > 0 : underWay.has(String(field)))
    return instead(error, new GatewayError('COMMIT_UNKNOWN', {}, { cause: original }));
  if (field === undefined || written.has(String(field)))
    return instead(error, unread(original instanceof GatewayError ? original : misfit(error), original));
  const names = [...written];
  return new GraphQLError(`${error.message} Already written: ${names.join(', ')}.`, {
    ...placeOf(error),
    originalError: original,
    extensions: { ...error.extensions, alsoWritten: names },
  });
};

/** Keeps the first sentence of an error; the advice after it assumes that nothing was written. */
const unread = (known: GatewayError | undefined, cause: Error): GatewayError => {
  const fact = known ? known.message.split(/(?<=\.) /)[0]! : 'there is a fault in the gateway.';
  const { code, ...rest } = known?.extensions ?? { code: 'INTERNAL_SERVER_ERROR' };
  return new GatewayError('WRITTEN_UNREAD', { fact }, { cause, extensions: { ...rest, reason: code, written: true } });
};

const instead = (error: GraphQLError, originalError: GatewayError): GraphQLError =>
  new GraphQLError(originalError.message, { ...placeOf(error), originalError });

const placeOf = ({ nodes, path }: GraphQLError) => ({ nodes: nodes ?? null, path: path ?? null });

const causeOf = (error: Error): Error => (error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error);
