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
 * Who may use the connections of a pool: whoever came first, but writes leave some to reads. Writers that wait for one row lock
 * would take all of them otherwise. Where many wait, a request that has had a connection before goes first: all of them would be half
 * answered at the same time, and what they have read so far be kept.
 */
export class Slots {
  readonly #store: StoreKind;
  readonly #size: number;
  readonly #maxWrites: number;
  readonly #taken: Record<Use, number> = { read: 0, write: 0 };
  /** Requests that have had a connection. */
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
   * @returns what is to be called once the connection is free again
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
