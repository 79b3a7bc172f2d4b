import { GatewayError } from '../errors.js';
import { refusedLogin, untrusted } from '../stores/login.js';
import type { StoreKind, Stores } from '../stores/types.js';

const SETTINGS: Readonly<Record<StoreKind, string>> = {
  relational: 'DATABASE_URL (and DATABASE_REPLICA_URL)',
  graph: 'NEO4J_URL, NEO4J_USER, NEO4J_PASSWORD and NEO4J_DATABASE',
  vector: 'QDRANT_URL and QDRANT_API_KEY',
  keyvalue: 'REDIS_URL',
};

/**
 * Pings all stores. An unreachable store may come up later; one that rejects the login, or whose certificate is not trusted, will not.
 *
 * @throws GatewayError LOGIN_REFUSED, STORE_UNTRUSTED
 */
export const checkLogins = async (stores: Stores): Promise<void> => {
  const kinds = Object.keys(SETTINGS) as StoreKind[];
  await Promise.all(kinds.map((kind) => stores.availability[kind].check()));
  for (const store of kinds) {
    const { failure } = stores.availability[store];
    if (failure === undefined) continue;
    const refuse = (code: 'LOGIN_REFUSED' | 'STORE_UNTRUSTED', detail: string | undefined): void => {
      if (detail === undefined) return;
      throw new GatewayError(code, { store, where: stores[store].where, detail: detail.replace(/\.$/, ''), settings: SETTINGS[store] });
    };
    refuse('STORE_UNTRUSTED', untrusted(failure));
    refuse('LOGIN_REFUSED', refusedLogin(failure));
  }
};
