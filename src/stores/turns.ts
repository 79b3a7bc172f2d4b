/** Time that all requests together may spend on responses in one turn of the event loop, in milliseconds. @default 10 */
const TURN_MS = 10;

const immediate = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Resolves when all pending promise jobs have run. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/**
 * Shares the event loop among requests: long work checks whether the turn is over, and then waits for the next one. Waiting work
 * continues in order of arrival, as much per turn as its time allows, so that other clients are served in between.
 */
class Turns {
  readonly #waiting: (() => void)[] = [];
  #startedMs = 0;
  #isStarted = false;
  #isServing = false;

  /** Whether the time of this turn is used up. The first call in a turn starts the clock. */
  get isOver(): boolean {
    const now = performance.now();
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#startedMs = now;
      setImmediate(() => (this.#isStarted = false));
    }
    return now - this.#startedMs > TURN_MS;
  }

  /** Resolves in a later turn. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#isServing) void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#isServing = true;
    while (this.#waiting.length > 0) {
      await immediate();
      const startedMs = performance.now();
      // What each of them does before it waits again is done when the jobs of its promise are.
      while (this.#waiting.length > 0 && performance.now() - startedMs <= TURN_MS) {
        this.#waiting.shift()!();
        await settled();
      }
    }
    this.#isServing = false;
  }
}

/** One for the whole process, since all requests share its event loop. */
export const turns = new Turns();
