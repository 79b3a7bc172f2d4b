import { GatewayError } from '../errors.js';
import type { Limits } from '../query/limits.js';
import type { EndSignal } from '../stores/ending.js';
import { turns } from '../stores/turns.js';

/** The least memory of an object of an answer, in bytes. */
const OBJECT_BYTES = 64;

/** Keys that conditions and orders may pass between stores in one request, per row that it may read. */
const KEYS_PER_ROW = 10;

/** Pieces of an answer that are written before other requests may get a turn. */
const CHECKED = 16;

/** Items of a list that are completed in one turn. */
const CHUNK = 50;

/** What one request may still read, and how long it may work before other requests get a turn. */
export class Budget {
  readonly #limits: Pick<Limits, 'maxRequestRows' | 'maxAnswerBytes'>;
  readonly #signal: EndSignal | undefined;
  #rows: number;
  #keys: number;
  #bytes: number;
  #objectBytes: number;
  #refused: GatewayError | undefined;
  readonly #listeners: ((error: GatewayError) => void)[] = [];

  constructor(limits: Pick<Limits, 'maxRequestRows' | 'maxAnswerBytes'>, signal: EndSignal | undefined) {
    this.#limits = limits;
    this.#signal = signal;
    this.#rows = limits.maxRequestRows;
    this.#keys = KEYS_PER_ROW * limits.maxRequestRows;
    // Rows also contain keys that are not selected, and bytes of the protocol.
    this.#bytes = 2 * limits.maxAnswerBytes;
    this.#objectBytes = limits.maxAnswerBytes;
  }

  /** Counts a row of the answer. @throws GatewayError TOO_MANY_ROWS, ANSWER_TOO_LARGE */
  takeRow(bytes: number): void {
    this.takeRows(1);
    this.#bytes -= bytes;
    if (this.#bytes < 0) this.#refuseLength();
  }

  /** Counts rows that are requested. @throws GatewayError TOO_MANY_ROWS */
  takeRows(count: number): void {
    this.#rows -= count;
    if (this.#rows < 0) this.refuseRows();
  }

  get maxRows(): number {
    return this.#limits.maxRequestRows;
  }

  /** @throws GatewayError TOO_MANY_ROWS */
  refuseRows(): never {
    this.#refuse(new GatewayError('TOO_MANY_ROWS', { maximum: this.maxRows, setting: 'MAX_REQUEST_ROWS' }));
  }

  /** Counts keys that one store passes to another. @throws GatewayError TOO_MANY_ROWS */
  takeKeys(count: number): void {
    this.#keys -= count;
    if (this.#keys < 0)
      this.#refuse(new GatewayError('TOO_MANY_ROWS', { maximum: KEYS_PER_ROW * this.maxRows, setting: 'MAX_REQUEST_ROWS' }));
  }

  /** Counts the length of a part of the answer. @throws GatewayError ANSWER_TOO_LARGE */
  checkLength(length: number): void {
    if (length > this.#limits.maxAnswerBytes) this.#refuseLength();
  }

  #refuseLength(): never {
    this.#refuse(new GatewayError('ANSWER_TOO_LARGE', { maximum: this.#limits.maxAnswerBytes }));
  }

  /** Ends the request: work that still waits for a turn is dropped. */
  #refuse(error: GatewayError): never {
    this.#refused ??= error;
    for (const tell of this.#listeners.splice(0)) tell(this.#refused);
    throw this.#refused;
  }

  get isRefused(): boolean {
    return this.#refused !== undefined;
  }

  /** Calls `tell` when the request exceeds its limits. */
  whenRefused(tell: (error: GatewayError) => void): void {
    if (this.#refused) tell(this.#refused);
    else this.#listeners.push(tell);
  }

  /** Whether other requests should get a turn now, after so many pieces have been written. */
  isTurnOver(done: number): boolean {
    return done % CHECKED === 0 && turns.isOver;
  }

  /** Waits for the next turn. @throws the reason why the request has ended */
  async nextTurn(): Promise<void> {
    await turns.next();
    if (this.#signal?.aborted) throw this.#signal.reason;
  }

  /**
   * A list for graphql-js to complete, at once if it is short. The items of a long one come in turns; for a request that has ended or
   * been refused they never come, so that no more work is done for it.
   *
   * @throws GatewayError ANSWER_TOO_LARGE
   */
  inTurns<T>(items: readonly T[]): readonly (T | Promise<T>)[] {
    this.#objectBytes -= items.length * OBJECT_BYTES;
    if (this.#objectBytes < 0) this.#refuseLength();
    let turn = turns.isOver ? this.#turnUnlessOver(undefined) : undefined;
    if (!turn && items.length <= CHUNK) return items;
    return items.map((item, index) => {
      if (index > 0 && index % CHUNK === 0) turn = this.#turnUnlessOver(turn);
      return turn ? turn.then(() => item) : item;
    });
  }

  #turnUnlessOver(before: Promise<void> | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wait = async () => {
        await before;
        await turns.next();
        if (!this.#signal?.aborted && !this.#refused) resolve();
      };
      void wait();
    });
  }

  /** A lower bound of the bytes of the objects that graphql-js has completed so far. */
  get completedBytes(): number {
    return this.#limits.maxAnswerBytes - this.#objectBytes;
  }
}
