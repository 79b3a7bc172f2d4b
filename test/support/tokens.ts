import { randomBytes, createHash } from 'node:crypto';
import { makeApiKey } from '../../src/identity/api-keys.js';
import type { TestGateway } from './gateway.js';

export const ME = '{ me { kind id name isAdmin tenant roles } }';

/** An answer over HTTP, with what says why there is none. */
export interface Asked {
  readonly status: number;
  readonly challenge: string | null;
  readonly body: { data?: Record<string, never>; errors?: { message: string; extensions: Record<string, unknown> }[] };
}

/** Sends an operation, with headers as they are given. */
export const askAs = async (gateway: Pick<TestGateway, 'url'>, headers: Record<string, string>, query = ME): Promise<Asked> => {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, challenge: response.headers.get('www-authenticate'), body: (await response.json()) as Asked['body'] };
};

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Logs a demo user in, as ODRAS does: a token of 32 hex characters, of which the database has the hash. */
export const logIn = async (
  { engine }: Pick<TestGateway, 'engine'>,
  username: string,
  { expiresInMs = 3_600_000, isActive = true, saysAdmin = false } = {},
): Promise<string> => {
  const token = randomBytes(16).toString('hex');
  const { rowCount } = await engine.stores.relational.pool.query(
    `INSERT INTO auth_tokens (token_hash, user_id, username, is_admin, expires_at, is_active)
     SELECT $1, user_id, username, $4, now() + $3 * interval '1 millisecond', $5 FROM users WHERE username = $2`,
    [createHash('sha256').update(token).digest('hex'), username, expiresInMs, saysAdmin, isActive],
  );
  if (rowCount !== 1) throw new Error(`there is no user ${username}`);
  return token;
};

/** Settings that accept one API key alone, of an administrator, and the headers with it: it is known without asking a store. */
export const adminKey = (): { readonly settings: Record<string, string>; readonly headers: Record<string, string> } => {
  const { key, line } = makeApiKey('tests', ['admin']);
  return { settings: { AUTH: 'apikey', API_KEYS: line }, headers: { 'content-type': 'application/json', ...bearer(key) } };
};
