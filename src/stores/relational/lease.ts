import type { Pool, PoolClient } from 'pg';

/**
 * Tells the server to stop what a connection is running. Resolves with whether the connection's backend is still there; rejects
 * when the server cannot be asked.
 */
export type Cancel = (client: PoolClient, pool: Pool) => Promise<boolean>;

/** Interval at which the cancel is repeated if the backend does not stop, in milliseconds. */
const AGAIN_MS = 1_000;

/**
 * A connection in use. If its call is cancelled, the connection is not released before its backend has stopped: otherwise PostgreSQL
 * would start another backend for each one that is still busy.
 */
export class Lease {
  readonly client: PoolClient;
  readonly #pool: Pool;
  readonly #free: () => void;
  readonly #givenUp: Set<Lease>;
  #isOver = false;
  #isDone = false;
  #wake: () => void = () => {};

  /** @param givenUp where it stands while its backend has not ended */
  constructor(client: PoolClient, pool: Pool, free: () => void, givenUp: Set<Lease>) {
    this.client = client;
    this.#pool = pool;
    this.#free = free;
    this.#givenUp = givenUp;
  }

  /** Called when the work has ended, to release the connection. */
  done(): void {
    this.#isDone = true;
    this.#wake();
    if (!this.#givenUp.has(this)) this.release(false);
  }

  release(isBroken: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#givenUp.delete(this);
    this.#wake();
    this.client.release(isBroken);
    this.#free();
  }

  /** Called when the caller no longer waits for the work. */
  async giveUp(cancel: Cancel): Promise<void> {
    if (this.#isOver || this.#isDone) return;
    this.#givenUp.add(this);
    while (!this.#isOver) {
      // A server that cannot be reached may still be running the statement.
      const isThere = await cancel(this.client, this.#pool).catch(() => true);
      // Not before the cancel is confirmed: it would hit the next statement on this connection.
      if (this.#isDone) return this.release(false);
      if (!isThere) return this.release(true);
      await this.#untilDone();
    }
  }

  #untilDone(): Promise<void> {
    if (this.#isDone || this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, AGAIN_MS).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
