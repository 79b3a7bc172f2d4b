import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { isLoopback } from '../config.js';

/** Host and path of a request. */
export interface Target {
  /** Without a slash at its end. */
  readonly path: string;
  readonly search: string;
  /** Host name without port, in lower case; undefined if an HTTP/1.0 client sends none. */
  readonly host: string | undefined;
}

/**
 * Reads the request line and the Host header. In absolute form, as sent to a proxy, the request line takes precedence.
 *
 * @returns nothing when it is no address
 */
export const readTarget = ({ url = '/', headers }: IncomingMessage): Target | undefined => {
  // Two slashes at the start would be read as a host.
  const address = /^https?:\/\//i.test(url)
    ? url
    : `http://${headers.host || 'unnamed.invalid'}${url.startsWith('/') ? url.replace(/^\/+/, '/') : '/*'}`;
  try {
    const { pathname, search, hostname: host } = new URL(address);
    return { path: pathname.replace(/(?<=.)\/+$/, ''), search, host: host === 'unnamed.invalid' ? undefined : host };
  } catch {
    return undefined;
  }
};

/**
 * Whether the gateway accepts a host name. With DNS rebinding, any page can point its own name to the gateway's address and then read
 * and write as the same origin: so names are only accepted if they are this machine's own, or allowed. An address cannot be pointed
 * elsewhere.
 *
 * @param listensOn setting HOST
 * @param allowed setting ALLOWED_HOSTS: further names on a loopback HOST, the only ones on any other; * for all
 */
export const createHostCheck = (listensOn: string, allowed: readonly string[]): ((host: string | undefined) => boolean) => {
  if (allowed.includes('*')) return () => true;
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  const isPublic = !isLoopback(listensOn);
  const takesAddresses = isPublic && names.size === 0;
  if (!isPublic || names.size === 0) names.add(hostname().toLowerCase());
  const isAddress = (host: string): boolean => isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0;
  return (host) =>
    host === undefined || isLoopback(host) || host.endsWith('.localhost') || names.has(host) || (takesAddresses && isAddress(host));
};
