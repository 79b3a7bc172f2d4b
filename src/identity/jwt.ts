import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { GatewayError, messageOf } from '../errors.js';
import type { JwtConfig } from '../identity-config.js';
import { unknownToken } from './credentials.js';
import { asText, type Check, type Checked } from './types.js';

/** Longest wait for the public keys, in milliseconds. */
const KEYS_TIMEOUT_MS = 3_000;

/** Longest id of a user, in characters: it is part of keys in Redis. */
const MAX_ID_LENGTH = 255;

/** Checks the signature and the claims of a JWT. Public keys are fetched when first needed, and again when an unknown one has signed. */
export const createJwtCheck = (config: JwtConfig, adminRole: string): Check => {
  const verifier = openVerifier(config);
  return async (token) => {
    const verify = await verifier;
    const payload = await verify(token).catch((error: unknown) => Promise.reject(error instanceof GatewayError ? error : unknownToken()));
    return checkedClaims(payload, config.claims, adminRole, config.clockToleranceMs);
  };
};

/** The library is loaded only where JWTs are accepted. */
const openVerifier = async (config: JwtConfig): Promise<(token: string) => Promise<JWTPayload>> => {
  const { createRemoteJWKSet, errors, jwtVerify } = await import('jose');
  const { key, issuer, audience, algorithms, clockToleranceMs } = config;
  const options = {
    algorithms: [...algorithms],
    requiredClaims: ['exp'],
    clockTolerance: clockToleranceMs / 1_000,
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
  if ('secret' in key) {
    const secret = new TextEncoder().encode(key.secret);
    return async (token) => (await jwtVerify(token, secret, options)).payload;
  }
  const keys = createRemoteJWKSet(new URL(key.jwksUrl), { timeoutDuration: KEYS_TIMEOUT_MS });
  const faultsOfToken = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];
  // A key that is not there makes the token unknown; keys that cannot be fetched are the operator's concern.
  const find: JWTVerifyGetKey = (...args) =>
    keys(...args).catch((error: unknown) => {
      if (faultsOfToken.some((fault) => error instanceof fault)) throw error;
      throw new GatewayError('AUTHENTICATION_UNAVAILABLE', {}, { cause: new Error(messageOf(error)) });
    });
  return async (token) => (await jwtVerify(token, find, options)).payload;
};

const checkedClaims = (payload: JWTPayload, claims: JwtConfig['claims'], adminRole: string, toleranceMs: number): Checked => {
  const textOf = (path: string): string | null => asText(claimAt(payload, path));
  const id = textOf(claims.id);
  if (id === null || id === '' || id.length > MAX_ID_LENGTH) throw unknownToken();
  const roles = rolesIn(claimAt(payload, claims.roles));
  return {
    identity: {
      kind: 'user',
      id,
      name: textOf(claims.name),
      isAdmin: claimAt(payload, claims.isAdmin) === true || roles.includes(adminRole),
      tenant: textOf(claims.tenant),
      roles,
      claims: payload,
    },
    expiresAt: payload.exp! * 1_000 + toleranceMs,
    issuedAt: payload.iat === undefined ? undefined : payload.iat * 1_000,
  };
};

/** The claim of this name, or what a path such as `realm_access.roles` leads to. */
const claimAt = (payload: JWTPayload, path: string): unknown => {
  if (Object.hasOwn(payload, path)) return payload[path];
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined,
      payload,
    );
};

/** A list of texts, or one text with spaces between the roles, as `scope` has it. */
const rolesIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? value.split(' ').filter((role) => role !== '')
    : Array.isArray(value)
      ? value.filter((role): role is string => typeof role === 'string')
      : [];
