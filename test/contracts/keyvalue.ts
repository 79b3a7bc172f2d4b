import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { KeyValueStore } from '../../src/stores/types.js';

/** What every key-value store must do, embedded or server. */
export const keyValueContract = (name: string, open: () => Promise<KeyValueStore>): void => {
  describe(`key-value store, ${name}`, () => {
    let store: KeyValueStore;
    const key = (suffix: string) => `contract:${suffix}`;
    beforeAll(async () => {
      store = await open();
      await store.client.del(...['a', 'b', 'count', 'short', 'fields', 'brief'].map(key));
    });
    afterAll(() => store.close());

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    it('gives back what was set, and null for what was not', async () => {
      await store.client.set(key('a'), 'one', 'PX', 60_000);
      expect(await store.client.get(key('a'))).toBe('one');
      expect(await store.client.mget(key('a'), key('missing'))).toEqual(['one', null]);
    });

    it('forgets a value when its time is over', async () => {
      await store.client.set(key('short'), 'x', 'PX', 30);
      await vi.waitFor(async () => expect(await store.client.get(key('short'))).toBeNull(), { timeout: 2_000, interval: 10 });
    });

    it('counts up from nothing, without losing a step', async () => {
      const values = await Promise.all(Array.from({ length: 20 }, () => store.client.incr(key('count'))));
      expect(values.sort((one, other) => one - other)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
      expect(await store.client.get(key('count'))).toBe('20');
    });

    it('refuses to count up a text', async () => {
      await store.client.set(key('b'), 'text', 'PX', 60_000);
      await expect(store.client.incr(key('b'))).rejects.toThrow('not an integer');
    });

    it('deletes keys and says how many there were', async () => {
      await store.client.set(key('a'), 'one', 'PX', 60_000);
      expect(await store.client.del(key('a'), key('missing'))).toBe(1);
      expect(await store.client.get(key('a'))).toBeNull();
    });

    it('keeps fields under one key, each read and deleted by itself', async () => {
      expect(await store.client.hset(key('fields'), 'one', '1')).toBe(1);
      expect(await store.client.hset(key('fields'), 'two', '2')).toBe(1);
      expect(await store.client.hset(key('fields'), 'one', '3')).toBe(0);
      expect(await store.client.hmget(key('fields'), 'one', 'missing', 'two')).toEqual(['3', null, '2']);
      expect(await store.client.hgetall(key('fields'))).toEqual({ one: '3', two: '2' });
      expect(await store.client.hdel(key('fields'), 'one', 'missing')).toBe(1);
      expect(await store.client.hgetall(key('fields'))).toEqual({ two: '2' });
      expect(await store.client.hdel(key('fields'), 'two')).toBe(1);
      expect(await store.client.hgetall(key('fields'))).toEqual({});
      expect(await store.client.hmget(key('missing'), 'one')).toEqual([null]);
      expect(await store.client.pexpire(key('fields'), 60_000)).toBe(0);
    });

    it('forgets fields when their time is over, which a new field does not change', async () => {
      await store.client.hset(key('brief'), 'one', '1');
      expect(await store.client.pexpire(key('brief'), 100)).toBe(1);
      await store.client.hset(key('brief'), 'two', '2');
      await vi.waitFor(async () => expect(await store.client.hgetall(key('brief'))).toEqual({}), { timeout: 2_000, interval: 10 });
    });

    it('refuses to read a text as fields, and fields as a text', async () => {
      await store.client.set(key('a'), 'text', 'PX', 60_000);
      await expect(store.client.hgetall(key('a'))).rejects.toThrow('WRONGTYPE');
      await store.client.hset(key('fields'), 'one', '1');
      await expect(store.client.get(key('fields'))).rejects.toThrow('WRONGTYPE');
    });

    it('tells every subscriber of a channel, until it unsubscribes', async () => {
      const heard: string[] = [];
      const stop = await store.subscribe(key('channel'), (message) => heard.push(message));
      const other = await store.subscribe(key('channel'), (message) => heard.push(`other ${message}`));
      await store.client.publish(key('channel'), 'hello');
      await store.client.publish(key('elsewhere'), 'not for us');
      await vi.waitFor(() => expect(heard.sort()).toEqual(['hello', 'other hello']));
      await stop();
      await store.client.publish(key('channel'), 'again');
      await vi.waitFor(() => expect(heard.sort()).toEqual(['hello', 'other again', 'other hello']));
      await other();
    });
  });
};
