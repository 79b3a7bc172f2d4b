import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { GatewayError } from '../errors.js';

/** What a request says about its sender. */
export type Credentials =
  | { readonly kind: 'token' | 'jwt' | 'apikey'; readonly token: string; /** Its SHA-256, in hex. */ readonly hash: string }
  | { readonly kind: 'none' };

/** The part of a request that credentials are in. */
export type Request = Pick<IncomingMessage, 'headers' | 'rawHeaders'>;

/** What API keys begin with. */
export const API_KEY_PREFIX = 'ogk_';

/** Longest token, in characters. */
const MAX_TOKEN_LENGTH = 8_192;

const BEARER = /^Bearer +([\w\-.~+/]+=*) *$/i;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const NO_CREDENTIALS: Credentials = { kind: 'none' };

/** Names of parameters that a token is put into by mistake. */
const IN_ADDRESS = /[?&](access_token|token|authorization|api_?key)=/i;

export const sha256 = (text: string): string => hash('sha256', text, 'hex');

/**
 * Reads the credentials of a request.
 *
 * @throws GatewayError UNAUTHENTICATED where they are not written as one bearer token in one header
 */
export const readCredentials = ({ headers, rawHeaders }: Request, search = ''): Credentials => {
  if (search !== '' && IN_ADDRESS.test(search))
    throw unauthenticated('a token may not stand in the address, which is kept in logs', 'Send it in the Authorization header');
  const { authorization } = headers;
  if (authorization === undefined) return NO_CREDENTIALS;
  if (isRepeated(rawHeaders)) throw unauthenticated('it has several Authorization headers', 'Send one');
  if (authorization.length > MAX_TOKEN_LENGTH) throw unauthenticated(`its token has more than ${MAX_TOKEN_LENGTH} characters`);
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw unauthenticated('its Authorization header is not of the form Bearer TOKEN');
  return { kind: token.startsWith(API_KEY_PREFIX) ? 'apikey' : JWT.test(token) ? 'jwt' : 'token', token, hash: sha256(token) };
};

/** Node keeps the first of several Authorization headers without a word. */
const isRepeated = (rawHeaders: readonly string[]): boolean => {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]!.length === 13 && rawHeaders[index]!.toLowerCase() === 'authorization') count += 1;
  return count > 1;
};

export const unauthenticated = (detail: string, remedy = 'Send Authorization: Bearer TOKEN, with a token that is valid'): GatewayError =>
  new GatewayError('UNAUTHENTICATED', { detail, remedy });

/** All that a client hears of a token that is not accepted. */
export const unknownToken = (): GatewayError => unauthenticated('its token is unknown or has expired', 'Sign in again');
