import { randomBytes } from 'node:crypto';
import type { ApiKey } from '../identity-config.js';
import { API_KEY_PREFIX, sha256, unknownToken } from './credentials.js';
import type { Check } from './types.js';

/** Checks an API key by looking up its hash. */
export const createApiKeyCheck = (keys: readonly ApiKey[], adminRole: string): Check => {
  const known = new Map(keys.map((key) => [key.hash, key]));
  return (_, hash) => {
    const key = known.get(hash);
    if (!key) return Promise.reject(unknownToken());
    const { name, roles } = key;
    return Promise.resolve({
      identity: { kind: 'service', id: name, name, isAdmin: roles.includes(adminRole), tenant: null, roles, claims: {} },
    });
  };
};

/** A new API key of 256 random bits, and the line of API_KEYS that accepts it. */
export const makeApiKey = (name: string, roles: readonly string[]): { readonly key: string; readonly line: string } => {
  const key = `${API_KEY_PREFIX}${randomBytes(32).toString('base64url')}`;
  return { key, line: [name, sha256(key), ...(roles.length > 0 ? [roles.join(',')] : [])].join(' ') };
};
