import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import type { EmbeddedPostgres, PostgresSession } from './embedded-postgres.js';

/** A port on which an embedded PostgreSQL speaks its protocol. */
export interface Listener {
  readonly port: number;
  /** Ends the connection that is open, and listens no more. */
  readonly close: () => Promise<void>;
}

/** Codes in the place of a version in the first message of a connection. */
const SSL = 80_877_103;
const GSS = 80_877_104;
const CANCEL = 80_877_102;

/** Messages after which PostgreSQL answers: query, sync, flush, function call, and the end of a copy. */
const ANSWERED = new Set([...'QSHFcf'].map((letter) => letter.charCodeAt(0)));
const TERMINATE = 'X'.charCodeAt(0);

/** Longest message that is taken, in bytes. */
const MAX_MESSAGE = 256 * 1024 * 1024;

/**
 * Listens on the loopback address. PostgreSQL in WebAssembly has one backend, so there is one connection at a time: a second one is
 * refused until the first has ended.
 */
export const listen = async (database: EmbeddedPostgres, port: number): Promise<Listener> => {
  let current: Socket | undefined;
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    if (current) return void refuse(socket);
    current = socket;
    socket.on('close', () => (current = undefined));
    serve(socket, database).catch(() => socket.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      current?.destroy();
      await closed;
    },
  };
};

/** Speaks for one client until it ends. */
const serve = async (socket: Socket, database: EmbeddedPostgres): Promise<void> => {
  const messages = read(socket);
  const start = await startOf(messages, socket);
  if (!start) return void socket.destroy();
  const session = await database.begin(() => socket.destroy());
  socket.on('close', () => session.end());
  socket.write(await welcome(session));
  let batch: Buffer[] = [];
  for await (const message of messages) {
    if (message[0] === TERMINATE) break;
    batch.push(withoutCopy(message));
    if (!ANSWERED.has(message[0]!)) continue;
    const bytes = Buffer.concat(batch);
    batch = [];
    await session.run(bytes, (block) => void socket.write(block));
  }
  session.end();
  socket.end();
};

/** PostgreSQL in WebAssembly would wait for the lines of a copy within the statement, where nothing can reach it. */
const COPY = /^\s*copy\b[^;]*\bfrom\s+stdin\b/i;
const REFUSED =
  "DO $$BEGIN RAISE feature_not_supported USING MESSAGE = 'the embedded PostgreSQL takes no COPY FROM STDIN', " +
  "HINT = 'Load a file with odras-gateway load.'; END$$";

/** A statement that copies from the client gives way to one that says why not, so that the transaction is in the state it should be. */
const withoutCopy = (given: Buffer): Buffer => {
  const letter = String.fromCharCode(given[0]!);
  if (letter !== 'Q' && letter !== 'P') return given;
  const [first = '', second = ''] = given.toString('latin1', 5).split('\0', 2);
  if (!COPY.test(letter === 'Q' ? first : second)) return given;
  return letter === 'Q' ? message('Q', `${REFUSED}\0`) : message('P', `${first}\0${REFUSED}\0\0\0`);
};

/** Whole messages: of the start without a letter before their length, of all else with one. */
async function* read(socket: Socket): AsyncGenerator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let isStarted = false;
  for await (const block of socket as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? block : Buffer.concat([rest, block]);
    for (;;) {
      const letter = isStarted ? 1 : 0;
      if (rest.length < letter + 4) break;
      const length = letter + rest.readUInt32BE(letter);
      if (length > MAX_MESSAGE || length < letter + 4) return;
      if (rest.length < length) break;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      if (!isStarted) isStarted = ![SSL, GSS].includes(message.readUInt32BE(4));
      yield message;
    }
  }
}

/** Answers what comes before the start of a connection; undefined where there is none. */
const startOf = async (messages: AsyncGenerator<Buffer, void, undefined>, socket: Socket): Promise<Buffer | undefined> => {
  for (;;) {
    const { value, done } = await messages.next();
    if (done || !value || value.length < 8) return undefined;
    const code = value.readUInt32BE(4);
    if (code === CANCEL) return undefined;
    if (code !== SSL && code !== GSS) return value;
    // No encryption: the bytes stay on this machine.
    socket.write('N');
  }
};

/** What libpq and drivers ask of a server before anything else. */
const REPORTED =
  'server_version server_encoding client_encoding DateStyle IntervalStyle TimeZone integer_datetimes standard_conforming_strings'.split(
    ' ',
  );

/** The client is let in, hears the settings, and the server is ready. */
const welcome = async (session: PostgresSession): Promise<Buffer> => {
  const settings: Buffer[] = [];
  for (const name of REPORTED) settings.push(message('S', `${name}\0${await setting(session, name)}\0`));
  return Buffer.concat([
    message('R', '\0\0\0\0'),
    ...settings,
    message('S', 'is_superuser\0on\0'),
    message('S', 'session_authorization\0postgres\0'),
    message('K', '\0\0\0\0\0\0\0\0'),
    message('Z', 'I'),
  ]);
};

const message = (letter: string, content: string): Buffer => {
  const body = Buffer.from(content, 'utf8');
  const head = Buffer.alloc(5);
  head.write(letter);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

/** The value of a setting: the only field of the only row that SHOW answers. */
const setting = async (session: PostgresSession, name: string): Promise<string> => {
  const blocks: Buffer[] = [];
  await session.run(message('Q', `SHOW ${name}\0`), (block) => void blocks.push(Buffer.from(block)));
  const answer = Buffer.concat(blocks);
  for (let at = 0; at + 5 <= answer.length; at += 1 + answer.readInt32BE(at + 1)) {
    if (answer[at] !== 'D'.charCodeAt(0)) continue;
    const length = answer.readInt32BE(at + 7);
    return answer.toString('utf8', at + 11, at + 11 + length);
  }
  return '';
};

const refuse = (socket: Socket): void => {
  const fields = ['SFATAL', 'VFATAL', 'C53300', 'Mthe embedded PostgreSQL takes one connection at a time: close the other one', ''];
  // Its first message is read, or the reset of the connection would overtake the answer.
  socket.once('data', (first: Buffer) => {
    const isAsking = first.length >= 8 && [SSL, GSS].includes(first.readUInt32BE(4));
    const say = () => socket.end(message('E', `${fields.join('\0')}\0`));
    if (!isAsking) return void say();
    socket.write('N');
    socket.once('data', say);
  });
};
