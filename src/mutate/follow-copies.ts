import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../engine.js';
import { GatewayError, messageOf } from '../errors.js';
import { capturedTypes, keyIn } from '../feed/captured.js';
import type { Change } from '../feed/changes.js';
import type { Feed } from '../feed/feed.js';
import { readPlace, writePlace } from '../feed/place.js';
import { BEGINNING } from '../feed/position.js';
import type { Log } from '../log.js';
import { columnFields, isEmbedded, type TableType } from '../model/types.js';
import { pointColumns } from './points.js';
import { projectRows } from './projection.js';

/** First and longest wait before copies that could not be written are tried again, in milliseconds. */
const PAUSE_MS = 500;
const MAX_PAUSE_MS = 15_000;

/** Tries of what a store refuses. One that is away is waited for. */
const TRIES = 5;

/** How often a gateway that does not make the ticks looks whether it does now, in milliseconds. */
const LEAD_MS = 1_000;

/** Name of the reader, under which its place in the feed is kept. */
export const READER = 'copies';

/**
 * Nodes and vectors follow their rows, whoever wrote them: a cascade, another program, or a gateway that ended in between. The gateway
 * that makes the ticks sees to it. Rows are read as they are now, so a change that comes twice, or late, does no harm.
 */
export class CopyFollower {
  readonly #engine: Engine;
  readonly #feed: Feed;
  readonly #log: Log;
  readonly #types: ReadonlyMap<string, readonly TableType[]>;
  readonly #columns: ReadonlyMap<TableType, ReadonlySet<string>>;
  readonly #end = new AbortController();
  #working: Promise<void> | undefined;

  constructor(engine: Engine, feed: Feed, log: Log) {
    this.#engine = engine;
    this.#feed = feed;
    this.#log = log;
    const isCopied = (type: TableType): boolean => (type.node ?? type.embedding) !== undefined;
    this.#types = new Map([...capturedTypes(engine.model)].map(([table, types]) => [table, types.filter(isCopied)]));
    this.#columns = new Map([...this.#types.values()].flat().map((type) => [type, copiedColumns(type)]));
  }

  start(): void {
    if (this.#columns.size > 0) this.#working = this.#run();
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#working;
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        if (this.#feed.isLeader) await this.#follow();
      } catch (error) {
        if (error instanceof GatewayError && error.code === 'RESYNC_REQUIRED') {
          this.#log.warn('copies in the graph and of vectors may be stale: the changes since they were last written are no longer kept');
          await writePlace(this.#engine.stores.relational, READER, await this.#feed.end()).catch(() => {});
        }
      }
      if (!signal.aborted) await this.#pause(LEAD_MS);
    }
  }

  async #follow(): Promise<void> {
    const { relational } = this.#engine.stores;
    const { signal } = this.#end;
    // What was written before the first gateway started has triggers behind it, too.
    const from = (await readPlace(relational, READER)) ?? (await this.#feed.start(BEGINNING, READER));
    for await (const { changes, end } of this.#feed.pages(from, signal)) {
      if (!this.#feed.isLeader) return;
      const rows = await this.#rowsOf(changes);
      for (const [type, keys] of rows) await this.#write(type, [...keys]);
      if (signal.aborted) return;
      // What lies between two places is read again after a restart, so one need not be kept for each page.
      if (rows.size > 0 || end.tick % 100 === 0) await writePlace(relational, READER, end);
    }
  }

  /** The rows whose copies these changes touch, and no mutation of this gateway has written. */
  async #rowsOf(changes: readonly Change[]): Promise<ReadonlyMap<TableType, ReadonlySet<string>>> {
    const rows = new Map<TableType, Set<string>>();
    for (const { table, operation, before, after, columns, requestId } of changes)
      for (const type of this.#types.get(table) ?? []) {
        const copied = this.#columns.get(type)!;
        if (operation === 'UPDATE' && !columns.some((column) => copied.has(column))) continue;
        const row = (after ?? before)!;
        const key = keyIn(type, row);
        if (await this.#engine.copied?.has(requestId, type, key)) continue;
        const keys = rows.get(type);
        if (keys) keys.add(key);
        else rows.set(type, new Set([key]));
      }
    return rows;
  }

  async #write(type: TableType, keys: readonly string[]): Promise<void> {
    let waitMs = PAUSE_MS;
    for (let tried = 1; !this.#end.signal.aborted;) {
      const error = await projectRows(this.#engine, type, keys);
      if (!error) return;
      const cause = error.cause as { readonly code?: unknown } | undefined;
      const isAway = /is not available|did not answer/.test(error.message) || cause?.code === 'STORE_UNAVAILABLE';
      if (!isAway && (tried += 1) > TRIES)
        return this.#log.error(
          `copies of ${keys.length} rows of ${type.plural} are not written (${keys.slice(0, 5).join(', ')}): ${messageOf(error)}`,
        );
      await this.#pause(waitMs);
      waitMs = Math.min(waitMs * 2, MAX_PAUSE_MS);
    }
  }

  /** Ends early when the follower does. */
  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { ref: false, signal: this.#end.signal }).catch(() => {});
  }
}

/** Columns whose values the copies carry. */
const copiedColumns = (type: TableType): Set<string> =>
  new Set([
    ...type.table.key.map(({ name }) => name),
    ...columnFields(type)
      .filter(({ property }) => property !== undefined)
      .map(({ column }) => column.name),
    ...(isEmbedded(type) ? pointColumns(type) : []),
  ]);
