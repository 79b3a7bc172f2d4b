import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { GatewayError } from '../errors.js';

/** Why the gateway cannot listen on an address, for the operator. */
export const listenError = (error: unknown, host: string, port: number): GatewayError => {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new GatewayError('PORT_IN_USE', { port, host });
  return new GatewayError(
    'CONFIG_INVALID',
    { detail: `Cannot listen on ${bracketed(host)}:${port} (${code}). Set HOST and PORT to an address of this machine.` },
    { cause: error },
  );
};

/**
 * Listens briefly to find out, before any store is opened, whether the address is free.
 *
 * @throws GatewayError PORT_IN_USE, or CONFIG_INVALID for an address that is not one of this machine
 */
export const probeAddress = async (host: string, port: number): Promise<void> => {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, host, port);
  }
  server.close();
  await once(server, 'close');
};

/** Hosts that mean all interfaces. */
const isEvery = (host: string): boolean => /^(0\.0\.0\.0|[0:]+)$/.test(host);

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Addresses that a browser can open for what listens on `host`, that of this machine itself first. */
export const openAddresses = (host: string, { port }: Pick<AddressInfo, 'port'>, path: string, isTls = false): string[] => {
  const hosts = isEvery(host) ? ['localhost', ...ownAddresses(host.includes(':'))] : [host];
  return hosts.map((each) => `http${isTls ? 's' : ''}://${bracketed(each)}:${port}${path}`);
};

/** This machine's addresses for others; those that need the name of an interface beside them are left out. */
const ownAddresses = (alsoVersion6: boolean): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family, address }) => !internal && (family === 'IPv4' || (alsoVersion6 && !address.startsWith('fe80:'))))
    .map(({ address }) => address);
