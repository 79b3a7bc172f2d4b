import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventQueue, type Encoded } from '../../src/subscribe/event-queue.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { subscribe } from '../support/subscribed.js';

const event = (number: number, size = 1): Encoded => ({ result: { data: { number } }, size, position: `p${number}` });

describe('events that wait for a subscriber', () => {
  const limits = { maxEvents: 3, maxBytes: 100 };

  it('come in order, and those that are not read are let go when the subscriber leaves', async () => {
    let left = 0;
    const queue = new EventQueue(limits, 'start', () => (left += 1));
    queue.push(event(1));
    queue.push(event(2));
    expect(await queue.next()).toMatchObject({ value: { data: { number: 1 } } });
    await queue.return();
    expect(await queue.next()).toMatchObject({ done: true });
    expect(left).toBe(1);
  });

  it('end the subscription when there are too many, with the position behind the last one that was read', async () => {
    const queue = new EventQueue(limits, 'start', () => {});
    queue.push(event(1));
    await queue.next();
    for (const number of [2, 3, 4, 5]) queue.push(event(number));
    await expect(queue.next()).rejects.toMatchObject({ code: 'SUBSCRIBER_SLOW', extensions: { position: 'p1' } });
    expect(await queue.next()).toMatchObject({ done: true });
  });

  it('end it when they are too large, but not for one that is', async () => {
    const queue = new EventQueue(limits, 'start', () => {});
    queue.push(event(1, 200));
    expect(await queue.next()).toMatchObject({ value: { data: { number: 1 } } });
    queue.push(event(2, 60));
    queue.push(event(3, 60));
    await expect(queue.next()).rejects.toMatchObject({ code: 'SUBSCRIBER_SLOW', extensions: { position: 'p1' } });
  });

  it('wake a subscriber that waits for them, and one that leaves meanwhile', async () => {
    const queue = new EventQueue(limits, 'start', () => {});
    const first = queue.next();
    queue.push(event(1));
    expect(await first).toMatchObject({ value: { data: { number: 1 } } });
    const second = queue.next();
    await queue.return();
    expect(await second).toMatchObject({ done: true });
  });
});

describe('a gateway that may have one subscription open', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ settings: { MAX_SUBSCRIPTIONS: '1' }, feed: true });
  });
  afterAll(() => gateway?.close());

  it('refuses another one until the first has gone', async () => {
    const changes = () => subscribe(gateway.url, 'subscription { projectChanges { operation } }');
    const first = await changes();
    const second = await changes();
    expect((await second.next()).errors?.[0]).toMatchObject({ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } });
    first.close();
    await first.ended;
    const rename = () => gateway.engine.stores.relational.script(`UPDATE projects SET name = name || '.'`);
    await expect
      .poll(async () => {
        const next = await changes();
        await rename();
        const { data } = await next.next();
        next.close();
        return data;
      })
      .toMatchObject({ projectChanges: { operation: 'UPDATE' } });
  });
});
