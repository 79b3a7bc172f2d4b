/**
 * A request goes through the stores level by level: everything that can be requested now is requested together, and the next level
 * waits for all the answers. So a request costs one round trip per store and dependency level,
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

  /** Runs a store's batch, for which the next level waits. */
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
    // After all promise jobs: by then graphql-js has requested everything that the answers so far allow.
    setImmediate(() => {
      this.#armed = false;
      const dispatches = this.#waiting;
      this.#waiting = [];
      for (const dispatch of dispatches) dispatch();
    });
  }
}
