import { messageOf } from '../errors.js';

/** SQLSTATEs of PostgreSQL: a wrong password, no such role or none that may log in, no such database, no right to it. */
const RELATIONAL = new Set(['28P01', '28000', '3D000', '42501']);

/** A certificate that is not trusted, or TLS that the server does not have. */
const TLS =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_HAS_EXPIRED|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/** Messages without a code: of Redis, and of `pg` if the server requires a password and none is set. */
const WORDS = /^(NOAUTH|WRONGPASS|NOPERM|ERR AUTH)\b|password must be a (non-empty )?string|does not support SSL connections/;

/**
 * The store's message if it rejects the configured login; it contains no password. Undefined for failures that may be temporary.
 */
export const refusedLogin = (error: unknown): string | undefined => {
  const { code, status, cause } = (error ?? {}) as { code?: unknown; status?: unknown; cause?: unknown };
  const text = messageOf(error);
  if (status === 401 || status === 403) return `it answered ${status}`;
  if (typeof code === 'string' && (RELATIONAL.has(code) || TLS.test(code) || /^Neo\.ClientError\.(Security|Database)\./.test(code)))
    return text;
  if (WORDS.test(text)) return text;
  return cause === undefined || cause === null || cause === error ? undefined : refusedLogin(cause);
};
