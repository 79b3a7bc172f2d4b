import type { Cluster, Redis } from 'ioredis';
import { readAgain } from '../failures.js';
import { placeOf } from '../place.js';
import type { KeyValueStore } from '../types.js';

export interface ServerKeyValueOptions {
  /**
   * redis:// or rediss:// (TLS) for one server; redis+sentinel://host:port,host:port/name for a group watched by
   * Sentinel; redis+cluster://host:port,host:port for a cluster.
   */
  readonly url: string;
  /** Longest time of one command; never more than 500. @default 10_000 */
  readonly timeoutMs: number;
}

/** Redis through ioredis. Connects by itself, and again when the connection is lost. */
export const openServerKeyValue = async ({ url, timeoutMs }: ServerKeyValueOptions): Promise<KeyValueStore> => {
  const ioredis = await import('ioredis');
  /** The last error, for calls that wait for the connection. */
  let failure: Error | undefined;
  const open = (): Redis | Cluster => {
    const options = {
      // A cache that is slower than recomputing the value is of no use.
      commandTimeout: Math.min(timeoutMs, 500),
      connectTimeout: Math.min(timeoutMs, 3_000),
      // The gateway works without Redis: a command fails at once rather than wait for the connection to come back.
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt: number) => Math.min(100 * 2 ** attempt, 5_000) * (1 - Math.random() / 2),
    };
    const parts = parseUrl(url);
    const client =
      parts.kind === 'cluster'
        ? new ioredis.Cluster([...parts.nodes], { enableOfflineQueue: false, redisOptions: { ...options, ...parts.login } })
        : parts.kind === 'sentinel'
          ? new ioredis.Redis({ ...options, ...parts.login, sentinels: [...parts.nodes], name: parts.name })
          : new ioredis.Redis(url, options);
    // Reported by the call that fails and by ping; unheard, it would be written to the console.
    client.on('error', (error: Error) => (failure = error));
    client.on('ready', () => (failure = undefined));
    return client;
  };
  const client = open();
  const subscriber = open();
  const listeners = new Map<string, Set<(message: string) => void>>();
  subscriber.on('message', (channel: string, message: string) => listeners.get(channel)?.forEach((listener) => listener(message)));
  // Those that subscribed while there was no connection.
  subscriber.on('ready', () => listeners.forEach((_, channel) => void subscriber.subscribe(channel).catch(() => {})));
  const ready = (of: Redis | Cluster) =>
    of.status === 'ready'
      ? Promise.resolve()
      : new Promise<void>((resolve, reject) => {
          const connected = () => {
            clearTimeout(timer);
            resolve();
          };
          const timer = setTimeout(
            () => {
              of.off('ready', connected);
              reject(new Error('ECONNREFUSED: Redis is not connected', { cause: failure }));
            },
            Math.min(timeoutMs, 1_000),
          );
          of.once('ready', connected);
        });
  const connected = () => ready(client);
  let closed = false;
  return {
    where: `server, ${placeOf(url)}`,
    client: {
      get: (key) => readAgain(() => client.get(key), connected),
      mget: (...keys) => readAgain(() => client.mget(...keys), connected),
      set: (key, value, unit, milliseconds) => client.set(key, value, unit, milliseconds),
      incr: (key) => client.incr(key),
      del: (...keys) => client.del(...keys),
      hset: (key, field, value) => client.hset(key, field, value),
      hmget: (key, ...fields) => readAgain(() => client.hmget(key, ...fields), connected),
      hgetall: (key) => readAgain(() => client.hgetall(key), connected),
      hdel: (key, ...fields) => client.hdel(key, ...fields),
      pexpire: (key, milliseconds) => client.pexpire(key, milliseconds),
      publish: (channel, message) => client.publish(channel, message),
    },
    subscribe: async (channel, listener, missed) => {
      const known = listeners.get(channel) ?? new Set();
      listeners.set(channel, known.add(listener));
      if (missed) subscriber.on('ready', missed);
      if (known.size === 1) {
        await ready(subscriber);
        await subscriber.subscribe(channel);
      }
      return async () => {
        known.delete(listener);
        if (missed) subscriber.off('ready', missed);
        if (known.size > 0) return;
        listeners.delete(channel);
        await subscriber.unsubscribe(channel).catch(() => {});
      };
    },
    ping: async () => {
      await ready(client);
      await client.ping();
    },
    close: async () => {
      if (closed) return;
      closed = true;
      client.disconnect();
      subscriber.disconnect();
    },
  };
};

interface Address {
  readonly host: string;
  readonly port: number;
}

type Parts =
  | { readonly kind: 'single' }
  | {
      readonly kind: 'cluster' | 'sentinel';
      readonly nodes: readonly Address[];
      readonly name: string;
      readonly login: { readonly username?: string; readonly password?: string };
    };

/** Several hosts in one URL, which the URL class does not know. */
const parseUrl = (url: string): Parts => {
  const match = /^redis\+(sentinel|cluster):\/\/(?:(?:([^:@/]*))?(?::([^@/]*))?@)?([^/]+)(?:\/(.*))?$/.exec(url);
  if (!match) return { kind: 'single' };
  const [, kind, username, password, hosts, name] = match;
  const nodes = hosts!.split(',').map((host) => {
    const at = host.lastIndexOf(':');
    return at === -1 ? { host, port: kind === 'sentinel' ? 26_379 : 6_379 } : { host: host.slice(0, at), port: Number(host.slice(at + 1)) };
  });
  const login = {
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
  return { kind: kind as 'cluster' | 'sentinel', nodes, name: name ?? 'mymaster', login };
};
