import type { Identity } from '../predicate/caller.js';

/** What a check of a token has found. */
export interface Checked {
  readonly identity: Identity;
  /** Times in milliseconds since 1970; undefined where the token does not say so. */
  readonly issuedAt?: number | undefined;
  readonly expiresAt?: number | undefined;
}

/**
 * Checks a token.
 *
 * @throws GatewayError UNAUTHENTICATED for one that is not accepted; others where it cannot be checked now
 */
export type Check = (token: string, hash: string) => Promise<Checked>;

/** A value of a token or its row as text: null for what is neither a text nor a number. */
export const asText = (value: unknown): string | null => (typeof value === 'string' || typeof value === 'number' ? String(value) : null);
