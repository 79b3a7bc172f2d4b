import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { isLoopback } from '../config.js';

/** What a request asks for. */
export interface Target {
  /** Without a slash at its end. */
  readonly path: string;
  readonly search: string;
  /** Name of the host that is asked, without port and in lower case; nothing where an old client says none. */
  readonly host: string | undefined;
}

/**
 * Reads the request line and the header host. A request to a proxy has the whole address in its line (absolute form), which counts more.
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
 * Whether a gateway answers to a name. A page of anybody's can have its own name lead to this machine, and its browser then takes the
 * gateway for a part of the page: so one that listens on this machine alone answers to no name but this machine's.
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
