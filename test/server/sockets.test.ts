import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { ask, JSON_TYPE, post, QUERY } from '../support/raw-http.js';

import type { Log } from '../../src/log.js';
const lines: string[] = [];
const log: Log = { info: (line) => lines.push(line), warn: (line) => lines.push(line), error: (line) => lines.push(`error: ${line}`) };

let gateway: TestGateway;
let plain: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ http: { transferTimeoutMs: 1_500 }, log });
  plain = await startTestGateway({ settings: { MAX_UNREAD_BYTES: '16000000' }, log });
});
afterAll(() => Promise.all([gateway.close(), plain.close()]));

const open = (to = gateway): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(to.url);
    const socket: Socket = connect({ host: hostname, port: Number(port) }, () => resolve(socket));
    socket.on('error', reject);
  });

/** All that comes until the connection is closed. */
const received = async (socket: Socket): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

/** Asks for more than the operating system keeps for a connection. */
const LARGE = JSON.stringify({
  query: `{ ${Array.from({ length: 60 }, (_, index) => `a${index}: requirements(limit: 1000) { id identifier title text createdAt updatedAt }`).join(' ')} }`,
});
const head = (body: string, length = Buffer.byteLength(body)) =>
  `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

describe('a connection', () => {
  it('that sends no HTTP is told so', async () => {
    const socket = await open();
    socket.write('nonsense\r\n\r\n');
    const text = await received(socket);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"code":"HTTP_INVALID"');
  });

  it('that says no host is told so', async () => {
    const socket = await open();
    socket.write('GET /graphql HTTP/1.1\r\nconnection: close\r\n\r\n');
    expect(await received(socket)).toMatch(/^HTTP\/1\.1 400 [^]*"code":"HTTP_INVALID"/);
  });

  it('whose headers are too many is told so', async () => {
    const socket = await open();
    socket.write(`GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await received(socket)).toMatch(/^HTTP\/1\.1 431 [^]*"code":"HEADERS_TOO_LARGE"/);
  });

  it('that sends its body byte by byte ends in time, as do hundreds, and nothing of it is an error of the gateway', async () => {
    lines.length = 0;
    const sockets = await Promise.all(Array.from({ length: 200 }, () => open()));
    const dripping = setInterval(() => sockets.forEach((socket) => socket.writable && socket.write('x')), 100);
    sockets.forEach((socket) => socket.write(`${head('', 1_000)}{`));
    const texts = await Promise.all(sockets.map(received));
    clearInterval(dripping);
    for (const text of texts) expect(text).toMatch(/^(HTTP\/1\.1 408 [^]*"code":"BODY_SLOW"|$)/);
    expect(texts.filter((text) => text !== '').length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('that goes away while it sends its body is no error of the gateway', async () => {
    lines.length = 0;
    const socket = await open();
    socket.write(`${head('', 1_000)}{`);
    socket.destroy();
    expect(await post(gateway, QUERY)).toMatchObject({ status: 200 });
    expect(lines).toEqual([]);
  });

  const isSaid = async (words: string): Promise<void> => {
    while (!lines.some((line) => line.includes(words))) await setTimeout(10);
  };

  /** Sends a request and reads nothing. */
  const askAndLeave = (socket: Socket): void => {
    socket.on('error', () => {});
    socket.pause();
    socket.write(head(LARGE) + LARGE);
  };

  it('that takes nothing of its answer is closed, and what another takes slowly goes on', async () => {
    lines.length = 0;
    const { text } = await ask(gateway, { method: 'POST', headers: JSON_TYPE, body: LARGE });
    expect(text.length).toBeGreaterThan(6_000_000);
    const [unread, slow] = [await open(), await open()];
    askAndLeave(unread);
    slow.write(head(LARGE) + LARGE);
    const started = performance.now();
    let taken = 0;
    for await (const chunk of slow) {
      taken += (chunk as Buffer).length;
      // Three times as long as a connection may take nothing at all.
      await setTimeout(20);
      if (taken >= text.length) break;
    }
    expect(performance.now() - started).toBeGreaterThan(1_500);
    await isSaid('nothing of their answers was taken for 1.5 s');
    expect(lines).toHaveLength(1);
    unread.destroy();
  });

  it('of many that read nothing is closed where all answers together are too large, and another client is answered', async () => {
    lines.length = 0;
    const sockets = await Promise.all(Array.from({ length: 5 }, () => open(plain)));
    sockets.forEach(askAndLeave);
    await isSaid('MAX_UNREAD_BYTES');
    expect(await post(plain, QUERY)).toMatchObject({ status: 200 });
    sockets.forEach((socket) => socket.destroy());
  });
});
