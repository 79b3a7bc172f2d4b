import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayError, messageOf } from '../../errors.js';
import type { Log } from '../../log.js';
import type { StoreKind } from '../types.js';
import { PostgresThread, type OnBlock } from './postgres-thread.js';
import { templateFolder } from './template.js';

export interface EmbeddedPostgresOptions {
  /** Whose database it is, for the log. */
  readonly store: StoreKind;
  /** Folder of the database; a temporary one, which goes with the database, when absent. */
  readonly path?: string | undefined;
  /** With pgvector. */
  readonly vectors: boolean;
  readonly log: Log;
}

/** How long a statement may take to end once it is told, with what it has to clear away; after that its thread ends with it. */
const GRACE_MS = 3_000;

/** A connection: what it has set, prepared and begun is gone for the next one. */
export interface PostgresSession {
  run(bytes: Uint8Array, onBlock: OnBlock): Promise<void>;
  /** Ends what it is running; it runs no more. */
  end(): void;
}

/** What the connection before may have left. DISCARD ALL stands for itself: it is refused in a transaction, and so beside others. */
const RESET = Buffer.concat(
  ['ROLLBACK', 'DISCARD ALL'].map((text) => {
    const message = Buffer.alloc(text.length + 6);
    message.write('Q');
    message.writeInt32BE(text.length + 5, 1);
    message.write(text, 5);
    return message;
  }),
);

/** A no-op statement that does not affect an open transaction. */
const SYNC = Buffer.from('S\0\0\0\u0004', 'latin1');

/**
 * PostgreSQL in WebAssembly, in a thread of its own. A statement is told to end by PostgreSQL's own flags. When that does not help, or
 * PostgreSQL falls, the thread ends and another opens the folder: what is committed stands in the log there, for PostgreSQL writes it
 * before it answers, and the files of a thread that was ended are as it wrote them.
 */
export class EmbeddedPostgres {
  readonly path: string;
  readonly #options: EmbeddedPostgresOptions;
  #thread: Promise<PostgresThread> | undefined;
  /** Resolves when what has been asked so far is over: PostgreSQL does one thing at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #turns = 0;
  #running: PostgresSession | undefined;
  #isUsed = false;
  #closing: Promise<void> | undefined;
  readonly #listeners = new Set<(error: Error) => void>();

  private constructor(options: EmbeddedPostgresOptions) {
    this.#options = options;
    this.path = options.path ?? mkdtempSync(join(tmpdir(), 'odras-gateway-'));
  }

  static async open(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const database = new EmbeddedPostgres(options);
    try {
      await database.#alive();
    } catch (error) {
      database.#removeTemporary();
      throw error;
    }
    return database;
  }

  /** Resolves when the database answers, or is at work: what is past its time would be told to end. */
  async ping(): Promise<void> {
    await this.#alive();
    if (this.#turns === 0) await this.#inTurn(async () => (await this.#alive()).run(SYNC, () => {}));
  }

  /** Begins a session when those before are over; `onLost` is told when its thread ends by a fault. */
  begin(onLost: (error: Error) => void): Promise<PostgresSession> {
    return this.#inTurn(async () => {
      const thread = await this.#alive();
      if (this.#isUsed) await thread.run(RESET, () => {});
      this.#isUsed = true;
      return this.#sessionOf(thread, onLost);
    });
  }

  /** Closes the database when what is under way is over. */
  close(): Promise<void> {
    return (this.#closing ??= this.#inTurn(async () => {
      await (await this.#thread?.catch(() => undefined))?.close();
      this.#removeTemporary();
    }));
  }

  #sessionOf(thread: PostgresThread, onLost: (error: Error) => void): PostgresSession {
    let isOver = false;
    const lost = (error: Error) => {
      isOver = true;
      this.#listeners.delete(lost);
      onLost(error);
    };
    this.#listeners.add(lost);
    const session: PostgresSession = {
      run: (bytes, onBlock) =>
        this.#inTurn(async () => {
          if (isOver) return;
          this.#running = session;
          try {
            await thread.run(bytes, onBlock);
          } finally {
            this.#running = undefined;
          }
        }),
      end: () => {
        isOver = true;
        this.#listeners.delete(lost);
        if (this.#running === session) thread.interrupt();
      },
    };
    return session;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#turns += 1;
    const turn = this.#last.then(work).finally(() => (this.#turns -= 1));
    this.#last = turn.catch(() => {});
    return turn;
  }

  #alive(): Promise<PostgresThread> {
    return (this.#thread ??= this.#open());
  }

  async #open(): Promise<PostgresThread> {
    const { vectors } = this.#options;
    this.#isUsed = false;
    const template = existsSync(join(this.path, 'PG_VERSION')) ? undefined : await templateFolder();
    const opening = PostgresThread.open({ path: this.path, template, vectors, graceMs: GRACE_MS, onEnd: (reason) => this.#ended(reason) });
    opening.catch(() => (this.#thread = undefined));
    return opening;
  }

  #ended(reason: string | undefined): void {
    const { store, log } = this.#options;
    this.#thread = undefined;
    // It is said by an error of ours: what made a thread end is not tried again by itself.
    const error = new GatewayError(
      'STORE_UNAVAILABLE',
      { store, detail: 'its thread has ended' },
      { cause: reason, extensions: { store } },
    );
    for (const lost of [...this.#listeners]) lost(error);
    if (reason === undefined || this.#closing) return;
    log.warn(`the embedded PostgreSQL of the ${store} store ended and is being restarted: ${reason}`);
    this.#alive().catch((error: unknown) =>
      log.error(`the embedded PostgreSQL of the ${store} store cannot be opened again: ${messageOf(error)}`),
    );
  }

  #removeTemporary(): void {
    if (this.#options.path === undefined) rmSync(this.path, { recursive: true, force: true });
  }
}
