import type { IncomingMessage } from 'node:http';
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
 * Whether the gateway accepts a host name. With DNS rebinding, any page can point its own name to 127.0.0.1 and then read and write
 * as the same origin: so on a loopback HOST only this machine's own names are accepted.
 *
 * @param listensOn setting HOST
 * @param allowed setting ALLOWED_HOSTS: further names on a loopback HOST, the only ones on any other; without it a public HOST takes all
 */
export const createHostCheck = (listensOn: string, allowed: readonly string[]): ((host: string | undefined) => boolean) => {
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  if (isLoopback(listensOn)) names.add(hostname().toLowerCase());
  else if (names.size === 0) return () => true;
  return (host) => host === undefined || isLoopback(host) || host.endsWith('.localhost') || names.has(host);
};
