import { LRUCache } from 'lru-cache';
import { EventEmitter } from 'node:events';
import type { KeyValueStore } from '../types.js';

export interface EmbeddedKeyValueOptions {
  /** Maximum number of entries; the least recently used are evicted first. @default 50_000 */
  readonly maxEntries?: number;
}

/** The ioredis calls the gateway makes, in this process: an LRU with times to live and an event bus. Nothing is persisted. */
export const openEmbeddedKeyValue = async ({ maxEntries = 50_000 }: EmbeddedKeyValueOptions = {}): Promise<KeyValueStore> => {
  const entries = new LRUCache<string, string>({ max: maxEntries });
  const bus = new EventEmitter().setMaxListeners(0);
  const get = (key: string): string | null => entries.get(key) ?? null;
  return {
    where: 'embedded, in memory',
    client: {
      get: async (key) => get(key),
      mget: async (...keys) => keys.map(get),
      set: async (key, value, _unit, milliseconds) => {
        entries.set(key, value, { ttl: milliseconds });
        return 'OK';
      },
      incr: async (key) => {
        const current = entries.get(key) ?? '0';
        if (!/^-?\d+$/.test(current)) throw new Error('ERR value is not an integer or out of range');
        const next = Number(current) + 1;
        entries.set(key, String(next), { noUpdateTTL: true });
        return next;
      },
      del: async (...keys) => keys.filter((key) => entries.delete(key)).length,
      publish: async (channel, message) => {
        const count = bus.listenerCount(channel);
        bus.emit(channel, message);
        return count;
      },
    },
    subscribe: async (channel, listener) => {
      bus.on(channel, listener);
      return async () => {
        bus.off(channel, listener);
      };
    },
    ping: async () => {},
    close: async () => {
      bus.removeAllListeners();
      entries.clear();
    },
  };
};
