import { LRUCache } from 'lru-cache';
import { EventEmitter } from 'node:events';
import type { KeyValueStore } from '../types.js';

export interface EmbeddedKeyValueOptions {
  /** Maximum number of entries; the least recently used are evicted first. @default 50_000 */
  readonly maxEntries?: number;
}

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

/** The ioredis calls the gateway makes, in this process: an LRU with times to live and an event bus. Nothing is persisted. */
export const openEmbeddedKeyValue = async ({ maxEntries = 50_000 }: EmbeddedKeyValueOptions = {}): Promise<KeyValueStore> => {
  const entries = new LRUCache<string, string | Map<string, string>>({ max: maxEntries });
  const bus = new EventEmitter().setMaxListeners(0);
  const get = (key: string): string | null => {
    const value = entries.get(key) ?? null;
    if (value instanceof Map) throw new Error(WRONG_TYPE);
    return value;
  };
  const hash = (key: string): Map<string, string> => {
    const value = entries.get(key) ?? new Map<string, string>();
    if (!(value instanceof Map)) throw new Error(WRONG_TYPE);
    return value;
  };
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
        const current = get(key) ?? '0';
        if (!/^-?\d+$/.test(current)) throw new Error('ERR value is not an integer or out of range');
        const next = Number(current) + 1;
        entries.set(key, String(next), { noUpdateTTL: true });
        return next;
      },
      del: async (...keys) => keys.filter((key) => entries.delete(key)).length,
      hset: async (key, field, value) => {
        const fields = hash(key);
        const added = fields.has(field) ? 0 : 1;
        entries.set(key, fields.set(field, value), { noUpdateTTL: true });
        return added;
      },
      hmget: async (key, ...fields) => fields.map((field) => hash(key).get(field) ?? null),
      hgetall: async (key) => Object.fromEntries(hash(key)),
      hdel: async (key, ...fields) => {
        const held = hash(key);
        const count = fields.filter((field) => held.delete(field)).length;
        if (held.size === 0) entries.delete(key);
        return count;
      },
      pexpire: async (key, milliseconds) => {
        const value = entries.get(key);
        if (value === undefined) return 0;
        entries.set(key, value, { ttl: milliseconds });
        return 1;
      },
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
