import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import type { RelationalStore } from '../stores/types.js';
import { ChangeReader, type Page } from './changes.js';
import { END, type Position } from './position.js';
import { Ticker, type TickerOptions } from './ticker.js';

/** How long a reader waits for the feed to be read at all, in milliseconds. */
const READY_MS = 8_000;

/** Pages that are kept for readers who come to them a little later. */
const KEPT_PAGES = 16;

export type OnChanges = (changes: Page['changes']) => void;

/** The change feed of a gateway: hears of new batches, and reads each page once for all readers that are at the same place. */
export class Feed {
  readonly #reader: ChangeReader;
  readonly #ticker: Ticker;
  readonly #pages = new LRUCache<string, Promise<Page | undefined>>({ max: KEPT_PAGES });
  /** The last batch that this gateway has heard of. */
  #tick = 0;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  readonly #onChanges: OnChanges;

  /** @param onChanges is told of changes before any reader is given them */
  constructor(relational: Pick<RelationalStore, 'read' | 'listen'>, log: Log, options?: TickerOptions, onChanges: OnChanges = () => {}) {
    this.#onChanges = onChanges;
    this.#reader = new ChangeReader(relational);
    this.#ticker = new Ticker(relational, (tick) => this.#heard(tick), log, options);
  }

  /** Whether this gateway cuts the changes into batches. */
  get isLeader(): boolean {
    return this.#ticker.isLeader;
  }

  /** The end of the feed now. @throws GatewayError STORE_UNAVAILABLE while no gateway cuts the changes into batches */
  async end(): Promise<Position> {
    await this.#whenReady();
    return this.#reader.end();
  }

  /**
   * The position that a client names.
   *
   * @throws GatewayError BAD_INPUT for what is no position, RESYNC_REQUIRED for one from which the changes are not there
   */
  async start(after: string, field: string): Promise<Position> {
    await this.#whenReady();
    return this.#reader.start(after, field);
  }

  async #whenReady(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new GatewayError('STORE_UNAVAILABLE', { store: 'relational', detail: 'its change feed is not read' });
      timer = setTimeout(() => reject(error), READY_MS).unref();
    });
    await Promise.race([this.#ticker.ready, late]).finally(() => clearTimeout(timer));
  }

  /**
   * The pages behind a position, as they come, without end. Nothing is asked of the database while nothing changes.
   *
   * @throws GatewayError RESYNC_REQUIRED where the changes behind the position are not kept any more
   */
  async *pages(from: Position, signal: AbortSignal): AsyncGenerator<Page> {
    let position = from;
    while (!signal.aborted && !this.#isClosed) {
      const page = await this.#page(position);
      if (signal.aborted) return;
      if (page) {
        position = page.end;
        yield page;
      } else await this.#beyond(position.tick, signal);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    await this.#ticker.close();
  }

  /** A page, which is kept once it is complete: what a batch has never changes. */
  async #page(position: Position): Promise<Page | undefined> {
    if (position.seq === END && position.tick >= this.#tick && this.#tick > 0) return undefined;
    const name = `${position.feed}.${position.tick}.${position.seq}`;
    let page = this.#pages.get(name);
    if (!page) {
      this.#pages.set(name, (page = this.#read(position)));
      const forget = (): void => void (this.#pages.peek(name) === page && this.#pages.delete(name));
      page.then((found) => found ?? forget(), forget);
    }
    return page;
  }

  async #read(position: Position): Promise<Page | undefined> {
    const page = await this.#reader.after(position);
    if (page && page.changes.length > 0) this.#onChanges(page.changes);
    return page;
  }

  /** Resolves when there may be a batch behind this one. */
  #beyond(tick: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (this.#tick > tick || signal.aborted || this.#isClosed) return resolve();
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      this.#waiting.push(done);
    });
  }

  /** @param tick undefined where a batch may have been missed */
  #heard(tick: number | undefined): void {
    if (tick === undefined) {
      this.#reader.end().then(
        (end) => this.#heard(Math.max(end.tick, this.#tick)),
        () => {},
      );
    } else if (tick > this.#tick) {
      this.#tick = tick;
      this.#wake();
    }
  }

  #wake(): void {
    for (const done of this.#waiting.splice(0)) done();
  }
}
