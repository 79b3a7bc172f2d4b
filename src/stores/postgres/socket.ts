import { EventEmitter } from 'node:events';
import type { EmbeddedPostgres, PostgresSession } from './embedded-postgres.js';

/** The first bytes of messages that the database need not see: the start of a connection, and its end. */
const START = 0;
const TERMINATE = 'X'.charCodeAt(0);

/** What a server says to a new client: it is let in, and the server is ready. */
const WELCOME = Buffer.from([...Buffer.from('R'), 0, 0, 0, 8, 0, 0, 0, 0, ...Buffer.from('Z'), 0, 0, 0, 5, ...Buffer.from('I')]);

/**
 * What a connection of pg takes for a socket: bytes of PostgreSQL's protocol, to and from an embedded database. A socket that is
 * destroyed ends what it is running.
 */
export class PostgresSocket extends EventEmitter {
  readonly #database: EmbeddedPostgres;
  #session: PostgresSession | undefined;
  #corked: Uint8Array[] | undefined;
  writable = true;

  constructor(database: EmbeddedPostgres) {
    super();
    this.#database = database;
  }

  connect(): void {
    this.#database
      .begin((error) => this.#fail(error))
      .then(
        (session) => {
          this.#session = session;
          if (this.writable) this.emit('connect');
          else session.end();
        },
        (error: unknown) => this.#fail(error),
      );
  }

  #fail(error: unknown): void {
    if (this.writable) this.emit('error', error);
    this.destroy();
  }

  cork(): void {
    this.#corked ??= [];
  }

  uncork(): void {
    const parts = this.#corked ?? [];
    this.#corked = undefined;
    if (parts.length > 0) this.#send(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
  }

  write(bytes: Uint8Array, written?: () => void): boolean {
    if (this.#corked) this.#corked.push(bytes);
    else this.#send(bytes);
    if (written) process.nextTick(written);
    return true;
  }

  end(): void {
    this.destroy();
  }

  destroy(): void {
    if (!this.writable) return;
    this.writable = false;
    this.#session?.end();
    process.nextTick(() => this.emit('close'));
  }

  /** As of a socket; a thread keeps the process alive only while it is asked something. */
  ref(): void {}

  unref(): void {}

  setNoDelay(): void {}

  #send(bytes: Uint8Array): void {
    if (bytes[0] === TERMINATE || !this.writable) return;
    if (bytes[0] === START) return void process.nextTick(() => this.emit('data', WELCOME));
    // A session whose thread is lost destroys the socket: that tells pg.
    this.#session!.run(bytes, (block) => this.writable && this.emit('data', block)).catch(() => {});
  }
}
