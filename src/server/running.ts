import type { Identity } from '../predicate/caller.js';

/** Requests of one identity that run at the same time. @default 200 */
const MAX_CONCURRENT_REQUESTS = 200;

/**
 * Counts the requests of each identity that run in this gateway, so that one caller cannot take all connections to the stores. A request
 * runs from when its body has arrived until its answer is sent, or its client has gone.
 */
export class Running {
  readonly #counts = new Map<string, number>();

  constructor(readonly maximum = MAX_CONCURRENT_REQUESTS) {}

  /** Counts one more request, unless there are too many already. @returns whether it may run; then it must be ended once */
  begin(identity: Identity): boolean {
    const name = nameOf(identity);
    const count = this.#counts.get(name) ?? 0;
    if (count >= this.maximum) return false;
    this.#counts.set(name, count + 1);
    return true;
  }

  end(identity: Identity): void {
    const name = nameOf(identity);
    const count = this.#counts.get(name)! - 1;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }
}

/** Equal for all tokens of a user, and for all callers without credentials. */
const nameOf = ({ kind, id }: Identity): string => (id === null ? kind : `${kind} ${id}`);
