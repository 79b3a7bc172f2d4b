import { messageOf, GatewayError } from '../errors.js';
import { isRefusal, toGatewayError } from '../stores/failures.js';
import type { RelationalStore, TextRow } from '../stores/types.js';
import { unknownToken } from './credentials.js';
import { asText, type Check, type Checked } from './types.js';

/**
 * Checks a bearer token by a query that finds its user by the token's hash. The database's clock decides what has expired.
 *
 * @param query SQL with the hash as `$1`, and the columns `id`, `name`, `is_admin`, `tenant`, `roles`, `expires_at` and `created_at`;
 *   all but `id` may be missing
 */
export const createTokenCheck =
  (relational: Pick<RelationalStore, 'read'>, query: string): Check =>
  async (_, hash) => {
    const rows = await readRows(relational, query, hash);
    // Two users with one token: neither is known to be the sender.
    if (rows.length !== 1) throw unknownToken();
    return checkedRow(rows[0]!);
  };

/** @throws GatewayError CONFIG_INVALID where the database rejects the query */
export const testTokenQuery = async (relational: Pick<RelationalStore, 'read'>, query: string): Promise<void> => {
  try {
    await relational.read(statement(query, ''), { primary: true });
  } catch (error) {
    if (isRefusal(error))
      throw new GatewayError(
        'CONFIG_INVALID',
        { detail: `The query that finds the user of a token fails: ${messageOf(error)}. Correct TOKEN_QUERY, or leave token out of AUTH.` },
        { cause: error },
      );
  }
};

/** A replica may not have a new token yet, or still have one that was revoked. */
const readRows = (relational: Pick<RelationalStore, 'read'>, query: string, hash: string): Promise<TextRow[]> =>
  relational.read(statement(query, hash), { primary: true }).catch((error: unknown) => Promise.reject(toGatewayError('relational', error)));

const statement = (query: string, hash: string) => ({
  text:
    `SELECT i.r::text, ${milliseconds('expires_at')}, ${milliseconds('created_at')}, ${milliseconds()} ` +
    `FROM (SELECT to_jsonb(q) AS r FROM (\n${query}\n) AS q LIMIT 2) AS i`,
  values: [hash],
});

const milliseconds = (column?: string): string =>
  `(EXTRACT(EPOCH FROM ${column === undefined ? 'now()' : `(i.r->>'${column}')::timestamptz`}) * 1000)::text`;

const checkedRow = ([json, expires, created, now]: TextRow): Checked => {
  const row = JSON.parse(json!) as Record<string, unknown>;
  // By this machine's clock, which may differ from that of the database.
  const ahead = Date.now() - Number(now);
  const expiresAt = momentOf(expires, ahead);
  const id = asText(row['id']);
  if (id === null || (expiresAt !== undefined && expiresAt <= Date.now())) throw unknownToken();
  return {
    identity: {
      kind: 'user',
      id,
      name: asText(row['name']),
      isAdmin: row['is_admin'] === true,
      tenant: asText(row['tenant']),
      roles: Array.isArray(row['roles']) ? row['roles'].map(String) : [],
      claims: {},
    },
    expiresAt,
    issuedAt: momentOf(created),
  };
};

/** Whole milliseconds; undefined for none, and for one that never comes. */
const momentOf = (text: string | null | undefined, ahead = 0): number | undefined => {
  const milliseconds = text === null || text === undefined ? NaN : Math.floor(Number(text) + ahead);
  return Number.isFinite(milliseconds) ? milliseconds : undefined;
};
