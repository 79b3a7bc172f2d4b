import { GatewayError } from '../errors.js';
import type { EndSignal } from './ending.js';
import type { StoreKind } from './types.js';

export type Use = 'read' | 'write';

interface Waiting {
  readonly use: Use;
  readonly signal: EndSignal | undefined;
  readonly take: () => void;
}

/** If more calls than this are waiting, in-flight requests go first. @default 16 */
const MANY = 16;

/**
 * Queues calls for the connections of a pool, in order of arrival, except that writes leave some connections to reads: otherwise
 * writers waiting for one row lock would occupy all of them. If many calls wait, in-flight requests go first: otherwise all would be
 * half answered at the same time, and the rows they have read would stay in memory.
 */
export class Slots {
  readonly #store: StoreKind;
  readonly #size: number;
  readonly #maxWrites: number;
  readonly #taken: Record<Use, number> = { read: 0, write: 0 };
  /** In-flight requests: those that have already had a connection. */
  readonly #begun = new WeakSet<EndSignal>();
  #waiting: Waiting[] = [];

  constructor(store: StoreKind, size: number) {
    this.#store = store;
    this.#size = size;
    this.#maxWrites = size === 1 ? 1 : size - Math.max(1, Math.floor(size / 4));
  }

  /**
   * Waits for a connection as long as the request may take; a call without a request, `waitMs`.
   *
   * @returns the function that releases the connection
   * @throws GatewayError POOL_EXHAUSTED, or REQUEST_CANCELLED
   */
  take(use: Use, signal: EndSignal | undefined, waitMs: number): Promise<() => void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#isFree(use)) return Promise.resolve(this.#given(use, signal));
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', over);
      };
      const waiting: Waiting = {
        use,
        signal,
        take: () => {
          end();
          resolve(this.#given(use, signal));
        },
      };
      const over = () => {
        end();
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal?.aborted && !isTime(signal.reason) ? signal.reason : this.#exhausted());
      };
      const timer = signal ? undefined : setTimeout(over, waitMs);
      signal?.addEventListener('abort', over, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #exhausted(): GatewayError {
    return new GatewayError('POOL_EXHAUSTED', { store: this.#store, size: this.#size }, { extensions: { store: this.#store } });
  }

  #isFree(use: Use): boolean {
    const { read, write } = this.#taken;
    return read + write < this.#size && (use === 'read' || write < this.#maxWrites);
  }

  #given(use: Use, signal: EndSignal | undefined): () => void {
    if (signal) this.#begun.add(signal);
    this.#taken[use] += 1;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#taken[use] -= 1;
      this.#next();
    };
  }

  #next(): void {
    const free = this.#waiting.filter(({ use }) => this.#isFree(use));
    const begun = this.#waiting.length > MANY ? free.find(({ signal }) => signal && this.#begun.has(signal)) : undefined;
    const next = begun ?? free[0];
    if (!next) return;
    this.#waiting = this.#waiting.filter((other) => other !== next);
    next.take();
  }
}

const isTime = (reason: Error): boolean => reason instanceof GatewayError && reason.code === 'REQUEST_TIMEOUT';
