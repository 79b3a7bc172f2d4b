import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server on which connections can be broken without the client noticing before it uses them. */
export interface Proxy {
  /** The server's address, through the proxy. */
  readonly url: string;
  /** Ends the connections to the server. The client's are reset as soon as it sends something on them. */
  cut(): void;
  /** Connections that were reset, since the start. */
  readonly reset: number;
  close(): Promise<void>;
}

export const startProxy = async (server: string): Promise<Proxy> => {
  const target = new URL(server);
  const open = new Map<Socket, Socket>();
  let reset = 0;
  const proxy = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    open.set(client, upstream);
    client.on('data', (bytes) => {
      if (open.has(client)) return void upstream.write(bytes);
      reset += 1;
      client.resetAndDestroy();
    });
    upstream.on('data', (bytes) => client.write(bytes));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => open.has(client) && client.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(server);
  url.hostname = '127.0.0.1';
  url.port = String((proxy.address() as AddressInfo).port);
  const clients = new Set<Socket>();
  proxy.on('connection', (socket) => clients.add(socket));
  return {
    url: url.href.replace(/\/$/, ''),
    cut: () => {
      for (const [client, upstream] of [...open]) {
        open.delete(client);
        upstream.destroy();
      }
    },
    get reset() {
      return reset;
    },
    close: async () => {
      for (const socket of clients) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
};
