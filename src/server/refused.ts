import type { GraphQLError } from 'graphql';
import { type ExecutionResult } from 'graphql';
import type { Engine } from '../engine.js';
import type { GatewayError } from '../errors.js';
import type { RequestContext } from '../execute/context.js';
import { callerOf, type Identity } from '../predicate/caller.js';

/** Codes of errors that say that a caller may not do what it asked for. */
const REFUSED: ReadonlySet<unknown> = new Set(['FORBIDDEN', 'UNAUTHENTICATED', 'EXPLAIN_OFF', 'OPERATION_UNLISTED']);

/** Writes refused accesses of an operation into the audit log; the result stays as it is. */
export const noteRefused = (context: RequestContext, result: ExecutionResult): ExecutionResult => {
  const { audit } = context.engine;
  if (!audit || !result.errors) return result;
  const refused = result.errors.filter(({ extensions }) => REFUSED.has(extensions['code']));
  if (refused.length > 0) audit.refused(context, refused.map(refusalOf));
  return result;
};

/** Writes a request that was refused before it was read into the audit log, where it is one for lack of rights. */
export const noteRefusal = ({ audit }: Engine, requestId: string, identity: Identity, { code, message }: GatewayError): void => {
  if (audit && REFUSED.has(code)) audit.refused({ requestId, caller: callerOf(identity) }, [{ code, message }]);
};

const refusalOf = ({ message, path, extensions }: GraphQLError) => ({
  code: String(extensions['code']),
  message,
  // The same field of another row is the same refusal.
  field: path?.filter((step) => typeof step === 'string').join('.'),
});
