import { GatewayError } from '../errors.js';

/** The part of AbortSignal that the stores use. */
export interface EndSignal {
  readonly aborted: boolean;
  readonly reason: Error;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Signals the end of a request to all its calls. An AbortController would cost more than the statement itself. */
export class Ending implements EndSignal {
  aborted = false;
  reason!: Error;
  readonly #listeners = new Set<() => void>();

  /** Only the first reason counts. */
  abort(reason: Error): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of [...this.#listeners]) listener();
    this.#listeners.clear();
  }

  /** Ends a request that takes longer. The timer is to be cleared when it is over. */
  abortAfter(timeoutMs: number): NodeJS.Timeout {
    return setTimeout(() => this.abort(new GatewayError('REQUEST_TIMEOUT', { timeoutMs })), timeoutMs);
  }

  addEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
}
