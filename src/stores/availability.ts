import { GatewayError, messageOf } from '../errors.js';
import { isUnavailable } from './failures.js';
import type { Log } from '../log.js';
import type { StoreKind, StoreState } from './types.js';

export interface AvailabilityOptions {
  readonly store: StoreKind;
  /** Pings the store. */
  readonly ping: () => Promise<void>;
  readonly log: Log;
  /** Delay before the first retry, in milliseconds; it doubles with each further one. @default 100 */
  readonly firstDelayMs?: number;
  /** Maximum delay between two attempts, in milliseconds. @default 5_000 */
  readonly maxDelayMs?: number;
}

/**
 * Tracks whether a store is up. If a call fails because the store may be down, the store is pinged at once. While it does not answer,
 * calls fail without waiting, and it is pinged again after 100, 200, 400 ... 5,000 ms, each reduced by up to half at random, so that
 * many gateways do not ping at the same time.
 */
export class Availability implements StoreState {
  readonly #options: Required<AvailabilityOptions>;
  #down: { readonly failure: unknown } | undefined;
  #probing = false;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  readonly #waiting = new Set<() => void>();

  constructor(options: AvailabilityOptions) {
    this.#options = { firstDelayMs: 100, maxDelayMs: 5_000, ...options };
  }

  get isDown(): boolean {
    return this.#down !== undefined;
  }

  get failure(): unknown {
    return this.#down?.failure;
  }

  /** Makes a call, unless the store is known to be down. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    const { store } = this.#options;
    if (this.#down !== undefined)
      throw new GatewayError('STORE_UNAVAILABLE', { store, detail: 'it does not answer' }, { extensions: { store } });
    try {
      return await work();
    } catch (error) {
      if (isUnavailable(error)) this.suspect();
      throw error;
    }
  }

  /** Pings the store now, in the background. */
  suspect(): void {
    if (this.#probing || this.#closed) return;
    this.#probing = true;
    void this.#probe(this.#options.firstDelayMs);
  }

  async check(): Promise<boolean> {
    if (!this.#probing && !this.#closed) {
      this.#probing = true;
      await this.#probe(this.#options.firstDelayMs);
    }
    return !this.isDown;
  }

  whenUp(work: () => void): void {
    if (this.#down === undefined) work();
    else this.#waiting.add(work);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #probe(delayMs: number): Promise<void> {
    const { store, ping, log, maxDelayMs } = this.#options;
    const down = await ping().then(
      () => undefined,
      (failure: unknown) => ({ failure }),
    );
    if (this.#closed) return;
    if (!down) {
      if (this.#down !== undefined) log.info(`the ${store} store answers again`);
      this.#down = undefined;
      this.#probing = false;
      for (const work of [...this.#waiting]) {
        this.#waiting.delete(work);
        work();
      }
      return;
    }
    if (this.#down === undefined) log.warn(`the ${store} store does not answer: ${messageOf(down.failure)}`);
    this.#down = down;
    this.#timer = setTimeout(() => void this.#probe(Math.min(delayMs * 2, maxDelayMs)), delayMs * (1 - Math.random() / 2));
  }
}
