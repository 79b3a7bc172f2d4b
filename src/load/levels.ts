/**
 * A request goes through the stores level by level: everything that can be asked now is asked together, then the request
 * waits for all the answers before it asks again. So a request costs one round trip per store and dependency level,
 * whatever the number of rows, and sibling fields share statements. One instance lives as long as one request.
 */
export class Levels {
  #waiting: (() => void)[] = [];
  #running = 0;
  #armed = false;

  /** A DataLoader's `batchScheduleFn`: holds the batch until the level before it has been answered. */
  readonly schedule = (dispatch: () => void): void => {
    this.#waiting.push(dispatch);
    this.#arm();
  };

  /** Runs a store's batch; the next level waits for it. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#arm();
    }
  }

  #arm(): void {
    if (this.#armed || this.#running > 0 || this.#waiting.length === 0) return;
    this.#armed = true;
    // After every promise job: graphql-js then has asked for all that the answers so far allow.
    setImmediate(() => {
      this.#armed = false;
      const dispatches = this.#waiting;
      this.#waiting = [];
      for (const dispatch of dispatches) dispatch();
    });
  }
}
