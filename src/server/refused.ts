import type { GraphQLError } from 'graphql';
import { type ExecutionResult } from 'graphql';
import type { RequestContext } from '../execute/context.js';

/** Codes of errors that say that a caller may not do what it asked for. */
const REFUSED: ReadonlySet<unknown> = new Set(['FORBIDDEN', 'UNAUTHENTICATED']);

/** Writes refused accesses of an operation into the audit log; the result stays as it is. */
export const noteRefused = (context: RequestContext, result: ExecutionResult): ExecutionResult => {
  const { audit } = context.engine;
  if (!audit || !result.errors) return result;
  const refused = result.errors.filter(({ extensions }) => REFUSED.has(extensions['code']));
  if (refused.length > 0) audit.refused(context, refused.map(refusalOf));
  return result;
};

const refusalOf = ({ message, path, extensions }: GraphQLError) => ({
  code: String(extensions['code']),
  message,
  // The same field of another row is the same refusal.
  field: path?.filter((step) => typeof step === 'string').join('.'),
});
