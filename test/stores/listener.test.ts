import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect } from 'node:net';
import { once, type EventEmitter } from 'node:events';
import { join } from 'node:path';
import { createSilentLog } from '../../src/log.js';
import { EmbeddedPostgres } from '../../src/stores/postgres/embedded-postgres.js';
import { listen, type Listener } from '../../src/stores/postgres/listener.js';
import { temporaryFolder } from '../support/folders.js';

const folder = temporaryFolder(inject('emptyFolder'));
let database: EmbeddedPostgres;
let listener: Listener;
beforeAll(async () => {
  database = await EmbeddedPostgres.open({
    store: 'relational',
    path: join(folder.path, 'relational'),
    vectors: false,
    log: createSilentLog(),
  });
  listener = await listen(database, 0);
});
afterAll(async () => {
  await listener.close();
  await database.close();
  folder.remove();
});

const open = async (): Promise<pg.Client> => {
  const client = new pg.Client({ host: '127.0.0.1', port: listener.port, user: 'anyone', database: 'any', password: 'any' });
  await client.connect();
  return client;
};

describe('an embedded PostgreSQL on a port', () => {
  it('takes statements, parameters and transactions, and tells faults', async () => {
    const client = await open();
    await client.query('CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)');
    expect((await client.query('SELECT a FROM t WHERE a > $1', [1])).rows).toEqual([{ a: 2 }]);
    await expect(client.query('SELECT 1/0')).rejects.toThrow('division by zero');
    await client.query('BEGIN');
    await client.query('DELETE FROM t');
    await client.query('ROLLBACK');
    expect((await client.query('SELECT count(*)::int AS n FROM t')).rows).toEqual([{ n: 2 }]);
    await client.end();
  });

  it('says its version and settings when a client comes, as libpq needs them', async () => {
    const client = new pg.Client({ host: '127.0.0.1', port: listener.port, user: 'anyone', database: 'any', password: 'any' });
    const said = new Map<string, string>();
    const { connection } = client as unknown as { readonly connection: EventEmitter };
    connection.on('parameterStatus', (each: { parameterName: string; parameterValue: string }) =>
      said.set(each.parameterName, each.parameterValue),
    );
    await client.connect();
    await client.end();
    expect(Object.fromEntries(said)).toMatchObject({
      server_version: expect.stringMatching(/^\d+\.\d+/) as string,
      client_encoding: 'UTF8',
      standard_conforming_strings: 'on',
      TimeZone: 'UTC',
    });
  });

  it('takes one connection at a time, and the next when that has ended; what it left open is gone', async () => {
    const first = await open();
    await first.query('BEGIN; CREATE TABLE left_open (a int)');
    await expect(open()).rejects.toMatchObject({ code: '53300', message: expect.stringContaining('one connection at a time') as string });
    await first.end();
    const second = await open();
    expect((await second.query(`SELECT to_regclass('left_open') AS name`)).rows).toEqual([{ name: null }]);
    await second.end();
  });

  it('refuses a copy from the client with an error, and goes on', async () => {
    const client = await open();
    await expect(client.query('COPY t FROM STDIN')).rejects.toMatchObject({
      code: '0A000',
      hint: expect.stringContaining('load') as string,
    });
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['what is no protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['half a message', Buffer.from([0, 0, 0, 200, 0, 3])],
    ['a request to cancel', Buffer.from([0, 0, 0, 16, 4, 210, 22, 46, 0, 0, 0, 0, 0, 0, 0, 0])],
  ])('outlives a client that sends %s', async (_, bytes) => {
    const socket = connect(listener.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => {});
    const closed = once(socket, 'close');
    socket.resume();
    socket.end(bytes);
    await closed;
    const client = await open();
    expect((await client.query('SELECT 2 AS two')).rows).toEqual([{ two: 2 }]);
    await client.end();
  });
});
