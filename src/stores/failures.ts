import { GatewayError, messageOf } from '../errors.js';
import type { StoreKind } from './types.js';

/** Error codes of the network, PostgreSQL and Neo4j which mean that the store is down, not that the request is wrong. */
const UNAVAILABLE =
  /ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN|ServiceUnavailable|SessionExpired|fetch failed|Connection terminated|closed the connection|timeout exceeded when trying to connect|not queryable|Command timed out|Stream isn't writeable|Connection is closed|max retries per request/;

/** The SQLSTATEs among them: shutting down, starting up, no connection, too many connections. */
const UNAVAILABLE_STATES = /^(57P0[123]|08(?!P01)...|53300)$/;

/** Whether a failure means that the store is down, rather than that the request is wrong. */
export const isUnavailable = (error: unknown): boolean => {
  if (error instanceof GatewayError) return error.code === 'STORE_UNAVAILABLE' || error.code === 'STORE_TIMEOUT';
  const { code, cause, status } = (error ?? {}) as { code?: unknown; cause?: unknown; status?: unknown };
  // A proxy's response for a server that is down.
  if (status === 502 || status === 503 || status === 504) return true;
  // PostgreSQL has answered: its SQLSTATE decides, since its message may contain anything. A SQLSTATE has a digit, EPIPE has none.
  if (typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return UNAVAILABLE_STATES.test(code);
  return (
    UNAVAILABLE.test(typeof code === 'string' ? code : '') ||
    UNAVAILABLE.test(messageOf(error)) ||
    (cause !== undefined && cause !== null && cause !== error && isUnavailable(cause))
  );
};

/** A connection that could not be opened; another attempt would take just as long. */
const UNREACHED = /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN|ETIMEDOUT|time(d )?out/i;

/** Whether an open connection was lost, so that the call can be retried on another one. */
const isLost = (error: unknown): boolean => {
  if (error instanceof GatewayError || !isUnavailable(error)) return false;
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return ![messageOf(error), String(code), messageOf(cause)].some((text) => UNREACHED.test(text));
};

/**
 * Retries a read once if its connection is lost: after a restart of the store, pooled connections turn out to be closed when they are
 * next used.
 *
 * @param another gives what is to be asked then
 */
export const readAgain = async <T, C>(read: (by?: C) => Promise<T>, another: () => C | Promise<C>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    if (!isLost(error)) throw error;
    return read(await another());
  }
};

/** Whether a reachable store has rejected the call, for a reason other than a timeout. */
export const isRefusal = (error: unknown): boolean => !(error instanceof GatewayError) && !isUnavailable(error) && !isTimedOut(error);

/** Whether Neo4j has terminated a transaction because of its timeout, which is the same as the gateway's. */
const isTimedOut = (error: unknown): boolean => String((error as { code?: unknown } | null)?.code).includes('TransactionTimedOut');

/** Whether the request itself has ended. */
export const isOver = (error: unknown): boolean =>
  error instanceof GatewayError && (error.code === 'REQUEST_TIMEOUT' || error.code === 'REQUEST_CANCELLED');

/** Whether the store works, but no connection became free in time. */
export const isFull = (error: unknown): error is GatewayError => error instanceof GatewayError && error.code === 'POOL_EXHAUSTED';

/** Whether the same call would fail again in this request, or wait as long: the store is away or full, or the request has ended. */
export const isLasting = (store: StoreKind, error: unknown): boolean => {
  const failure = toGatewayError(store, error);
  return isUnavailable(failure) || isFull(failure) || isOver(failure);
};

/** A store's failure as the client may see it: never the store's own message, which may contain values or statements. */
export const toGatewayError = (store: StoreKind, error: unknown): Error => {
  if (error instanceof GatewayError) return error;
  const given = (error as { code?: unknown } | null)?.code;
  const code = typeof given === 'string' ? given : '';
  if (isUnavailable(error)) {
    return new GatewayError('STORE_UNAVAILABLE', { store, detail: 'it does not answer' }, { cause: error, extensions: { store } });
  }
  if (isTimedOut(error))
    return new GatewayError('STORE_TIMEOUT', { store, limit: 'its transaction timeout' }, { cause: error, extensions: { store } });
  if (code === '57014')
    return new GatewayError('STORE_TIMEOUT', { store, limit: 'its statement timeout' }, { cause: error, extensions: { store } });
  if (store === 'relational' && code.startsWith('22'))
    return new GatewayError('VALUE_INVALID', { detail: valueFault(code) }, { cause: error });
  if (store === 'graph' && messageOf(error) === 'Constraint validation failed')
    return new GatewayError('UNIQUE_VIOLATION', { type: 'node', fields: 'id' }, { cause: error, extensions: { fields: ['id'] } });
  if (store === 'graph' && code.startsWith('Neo.ClientError.Statement.ArithmeticError'))
    return new GatewayError('VALUE_INVALID', { detail: 'a number is out of range, or divided by zero' }, { cause: error });
  if (store === 'graph' && /^Neo\.ClientError\.Statement\.(SemanticError|ArgumentError|TypeError)/.test(code))
    return new GatewayError('VALUE_INVALID', { detail: 'the graph rejected it' }, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
};

const VALUE_FAULTS: Readonly<Record<string, string>> = {
  '22001': 'a text is too long',
  '22003': 'a number is out of range',
  '22007': 'a time is not written as one',
  '22008': 'a time is out of range',
  '22009': 'the zone of a time is out of range',
  '2201B': 'a pattern is not a regular expression',
  '22012': 'a number is divided by zero',
  '22021': 'a text holds a character that the database cannot store',
  '22P02': 'a text is not written as the column asks',
  '22P05': 'a text holds a character that the database cannot store',
};

const valueFault = (code: string): string => VALUE_FAULTS[code] ?? `the database rejected it (${code})`;
