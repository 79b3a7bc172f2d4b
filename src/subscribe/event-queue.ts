import type { ExecutionResult } from 'graphql';
import { counted, GatewayError } from '../errors.js';

/** An event as it is sent. Equal subscriptions share one. */
export interface Encoded {
  readonly result: ExecutionResult;
  /** Size of its JSON, in bytes or a little less. */
  readonly size: number;
  readonly position: string;
}

export interface QueueLimits {
  /** Events that may wait for a subscriber to read them. @default 1_000 */
  readonly maxEvents: number;
  /** The same in bytes. @default 8_388_608 (8 MiB) */
  readonly maxBytes: number;
}

/** Events that wait for one subscriber. One who does not read is not waited for: the subscription ends with the position to resume from. */
export class EventQueue implements AsyncIterableIterator<ExecutionResult, undefined, undefined> {
  readonly #limits: QueueLimits;
  readonly #onEnd: () => void;
  #waiting: Encoded[] = [];
  #bytes = 0;
  #last: Error | undefined;
  #isOver = false;
  /** The last event that the subscriber took. */
  #position: string;
  #take: (() => void) | undefined;

  constructor(limits: QueueLimits, position: string, onEnd: () => void) {
    this.#limits = limits;
    this.#position = position;
    this.#onEnd = onEnd;
  }

  push(event: Encoded): void {
    if (this.#isOver || this.#last) return;
    this.#waiting.push(event);
    this.#bytes += event.size;
    const { maxEvents, maxBytes } = this.#limits;
    // One event may be larger than all that may wait.
    if (this.#waiting.length > maxEvents || (this.#bytes > maxBytes && this.#waiting.length > 1)) {
      const count = `${counted(this.#waiting.length, 'event')} of ${Math.ceil(this.#bytes / 1024)} KiB`;
      const position = this.#position;
      this.#waiting = [];
      return this.fail(new GatewayError('SUBSCRIBER_SLOW', { count, position }, { extensions: { position } }));
    }
    this.#take?.();
  }

  /** Ends the subscription with an error, behind the events that wait. */
  fail(error: Error): void {
    if (this.#isOver || this.#last) return;
    this.#last = error;
    this.#onEnd();
    this.#take?.();
  }

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    while (this.#waiting.length === 0) {
      if (this.#isOver) return { value: undefined, done: true };
      if (this.#last) {
        this.#isOver = true;
        throw this.#last;
      }
      await new Promise<void>((resolve) => (this.#take = resolve));
      this.#take = undefined;
    }
    const event = this.#waiting.shift()!;
    this.#bytes -= event.size;
    this.#position = event.position;
    return { value: event.result, done: false };
  }

  return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#waiting = [];
      if (!this.#last) this.#onEnd();
      this.#take?.();
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult, undefined>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
