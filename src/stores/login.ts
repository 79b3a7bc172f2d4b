import { messageOf } from '../errors.js';

/** SQLSTATEs of PostgreSQL: a wrong password, no such role or none that may log in, no such database, no right to it. */
const RELATIONAL = new Set(['28P01', '28000', '3D000', '42501']);

/** Codes of OpenSSL and Node for a certificate that is not trusted. */
const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_(HAS_EXPIRED|NOT_YET_VALID)|ERR_TLS_CERT_ALTNAME_INVALID)$/;

/** Neo4j's driver gives such a code only as the end of a message, which is about other settings than those of the gateway. */
const BY_DRIVER = /Server certificate is not trusted\..* Socket responded with: (\S+)/s;

/** Messages without a code: of Redis, and of `pg` if the server requires a password and none is set, or has no TLS. */
const WORDS = /^(NOAUTH|WRONGPASS|NOPERM|ERR AUTH)\b|password must be a (non-empty )?string|does not support SSL connections/;

/**
 * The store's message if it rejects the configured login; it contains no password. Undefined for failures that may be temporary.
 */
export const refusedLogin = (error: unknown): string | undefined => {
  const { code, status, cause } = (error ?? {}) as { code?: unknown; status?: unknown; cause?: unknown };
  const text = messageOf(error);
  if (status === 401 || status === 403) return `it answered ${status}`;
  if (typeof code === 'string' && (RELATIONAL.has(code) || /^Neo\.ClientError\.(Security|Database)\./.test(code))) return text;
  if (WORDS.test(text)) return text;
  return cause === undefined || cause === null || cause === error ? undefined : refusedLogin(cause);
};

/** Why the store's certificate is not trusted; undefined for other failures. */
export const untrusted = (error: unknown): string | undefined => {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && UNTRUSTED.test(code)) return messageOf(error);
  const [, told] = BY_DRIVER.exec(messageOf(error)) ?? [];
  if (told !== undefined) return told;
  return cause === undefined || cause === null || cause === error ? undefined : untrusted(cause);
};
