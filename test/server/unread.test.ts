import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSilentLog } from '../../src/log.js';
import { Unread } from '../../src/server/unread.js';

const unread = new Unread({ log: createSilentLog(), maxBytes: 40_000_000 });
const server = createServer();
beforeAll(async () => {
  server.listen(0, 'localhost');
  await once(server, 'listening');
});
afterAll(() => {
  unread.close();
  server.close();
});

const ask = async (): Promise<{ readonly socket: Socket; readonly response: ServerResponse }> => {
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, 'localhost').on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  return { socket, response };
};

/** Sends so many bytes; says whether their buffer may be used again. */
const send = (response: ServerResponse, bytes: number) => {
  let released = 0;
  unread.send(response, { bytes: Buffer.alloc(bytes, 'x'), release: () => (released += 1) });
  return () => released;
};

const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await setTimeout(5);
};

it.each([10, 262_144, 262_145, 20_000_000])('an answer of %i bytes is kept until it is taken, and arrives whole', async (bytes) => {
  const { socket, response } = await ask();
  const released = send(response, bytes);
  expect(unread.bytes).toBeGreaterThanOrEqual(bytes);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  expect(text.slice(text.indexOf('\r\n\r\n') + 4).replace(/^x*$/, 'whole')).toBe('whole');
  expect(text.length).toBeGreaterThan(bytes);
  await until(() => released() === 1 && unread.bytes === 0);
});

it('an answer to a client that has gone is not kept', async () => {
  const { socket, response } = await ask();
  socket.destroy();
  await once(response, 'close');
  expect(send(response, 20_000_000)()).toBe(1);
  expect(unread.bytes).toBe(0);
});

it('an answer whose client goes away in the middle is kept no longer', async () => {
  const { socket, response } = await ask();
  socket.pause();
  const released = send(response, 30_000_000);
  expect(released()).toBe(0);
  socket.destroy();
  await until(() => released() === 1 && unread.bytes === 0);
});

it('buffers count whole while a part of them is not taken', async () => {
  const clients = [await ask(), await ask(), await ask()];
  for (const { socket } of clients) socket.pause();
  const [first, second] = [send(clients[0]!.response, 18_000_000), send(clients[1]!.response, 18_000_000)];
  expect([first(), second()]).toEqual([0, 0]);
  send(clients[2]!.response, 18_000_000);
  await until(() => first() === 1);
  expect(second()).toBe(0);
  for (const { socket } of clients) socket.destroy();
  await until(() => unread.bytes === 0);
});
