import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';

/** Header with the name of a request, in requests of trusted proxies and in every answer. */
export const REQUEST_ID = 'x-request-id';

/** What a name may be made of: it is written to logs as it stands. */
const FORM = /^[\w.-]{1,64}$/;

/** What a request is called: as a trusted proxy calls it, otherwise a UUID of our own. */
export const createRequestIds = (trustedProxies: readonly string[]): ((request: IncomingMessage) => string) => {
  if (trustedProxies.length === 0) return () => randomUUID();
  const trusted = new BlockList();
  for (const network of trustedProxies) {
    const [address, prefix] = network.split('/') as [string, string | undefined];
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  return ({ headers, socket }) => {
    const given = headers[REQUEST_ID];
    const from = socket.remoteAddress;
    const isAccepted =
      typeof given === 'string' && FORM.test(given) && from !== undefined && trusted.check(from, isIPv6(from) ? 'ipv6' : 'ipv4');
    return isAccepted ? given : randomUUID();
  };
};
