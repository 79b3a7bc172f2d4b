import { expect, it } from 'vitest';
import { Ending } from '../../src/stores/ending.js';
import { Slots } from '../../src/stores/slots.js';

/** Requests with two calls each, one after the other; gives the order in which the calls had the only connection. */
const served = async (requests: number): Promise<string[]> => {
  const slots = new Slots('relational', 1);
  const order: string[] = [];
  const call = async (name: string, signal: Ending) => {
    const free = await slots.take('read', signal, 1_000);
    order.push(name);
    await Promise.resolve();
    free();
  };
  await Promise.all(
    Array.from({ length: requests }, async (_, index) => {
      const signal = new Ending();
      await call(`${index} begins`, signal);
      await call(`${index} ends`, signal);
    }),
  );
  return order;
};

it('who waits for a connection has it in the order of coming', async () => {
  expect((await served(4)).map((name) => name.split(' ')[1])).toEqual([
    ...Array<string>(4).fill('begins'),
    ...Array<string>(4).fill('ends'),
  ]);
});

it('where many wait, requests that have begun end before others begin', async () => {
  let [open, most] = [0, 0];
  const order = await served(200);
  expect(order).toHaveLength(400);
  for (const name of order.slice(0, 350)) {
    open += name.endsWith('begins') ? 1 : -1;
    most = Math.max(most, open);
  }
  expect(most).toBeLessThan(5);
});
