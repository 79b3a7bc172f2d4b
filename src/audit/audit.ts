import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import type { RelationalStore, SqlStatement } from '../stores/types.js';
import { storedEntry, type Asker, type Event } from './entry.js';
import { sealEntries } from './seal.js';
import { StrangersRefused } from './strangers.js';
import { insertEntries } from './table.js';

/** How long after a write its entry is sealed, together with those that came meanwhile, in milliseconds. */
const SEAL_AFTER_MS = 1_000;

/** Most kinds of events that wait to be written; more are counted by their code only. */
const MAX_WAITING = 1_000;

/** Entries that one statement writes. */
const BLOCK = 200;

/** An access that was refused. */
export interface Refusal {
  readonly code: string;
  /** Message that the client got. */
  readonly message: string;
  /** Path of the field in the answer: "projects" */
  readonly field?: string | undefined;
}

/** Writes the audit log. Entries of table mutations go into their transactions; others wait for at most a second. */
export class Audit {
  readonly #relational: RelationalStore;
  readonly #log: Log;
  /** What waits to be written, and how often it has happened: a client that repeats itself makes one entry a second. */
  readonly #waiting = new Map<string, { readonly asker: Asker; readonly event: Event; count: number }>();
  readonly #strangers = new StrangersRefused((asker, event) => this.note(asker, event));
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  #isClosed = false;
  #hasFailed = false;

  constructor(relational: RelationalStore, log: Log) {
    this.#relational = relational;
    this.#log = log;
  }

  /** The statement that writes these entries, to be sent last in the transaction that they are about. */
  entries(asker: Asker, events: readonly Event[]): SqlStatement {
    this.sealSoon();
    return insertEntries(events.map((event) => storedEntry(asker, event)));
  }

  /** Writes an entry at once, in a transaction of its own. */
  async write(asker: Asker, event: Event): Promise<void> {
    await this.#relational.transaction((run) => run(this.entries(asker, [event])));
  }

  /** Notes refused accesses. Never fails, and nobody waits for it. */
  refused(asker: Asker, refusals: readonly Refusal[]): void {
    const isStranger = asker.caller.identity.kind === 'anonymous';
    for (const { code, message, field } of refusals) {
      const event: Event = { field, outcome: 'REFUSED', facts: { code, message }, changes: [] };
      if (isStranger) this.#strangers.note(asker, event);
      else this.note(asker, event);
    }
  }

  /** An event that has happened already. Equal ones of the same identity within a second make one entry, with their number. */
  note(asker: Asker, event: Event): void {
    const { kind, id } = asker.caller.identity;
    const { field, outcome, facts, input } = event;
    const name = JSON.stringify(
      outcome === 'REFUSED' ? [kind, id, asker.operationName, field, facts] : [asker.requestId, field, facts, input],
    );
    const same = this.#waiting.get(name);
    if (same) same.count += 1;
    else if (this.#waiting.size < MAX_WAITING) this.#waiting.set(name, { asker, event, count: 1 });
    else {
      const others = `others ${String(facts['code'])}`;
      const held = this.#waiting.get(others);
      if (held) held.count += 1;
      else
        this.#waiting.set(others, { asker, event: { ...event, field: undefined, facts: { code: facts['code'], others: true } }, count: 1 });
    }
    this.sealSoon();
  }

  /** Sees to it that entries get their places in the chain. */
  sealSoon(): void {
    if (this.#timer || this.#isClosed) return;
    this.#timer = setTimeout(() => void this.settle(), SEAL_AFTER_MS).unref();
  }

  /** Writes what waits, and seals all entries, now. */
  settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return (this.#working = this.#working.then(() => this.#work()));
  }

  async close(): Promise<void> {
    this.#strangers.close();
    if (this.#timer) await this.settle();
    this.#isClosed = true;
    await this.#working;
    clearTimeout(this.#timer);
  }

  async #work(): Promise<void> {
    try {
      await this.#writeWaiting();
      await sealEntries(this.#relational);
      this.#hasFailed = false;
    } catch (error) {
      // The next entry tries again.
      if (!this.#hasFailed) this.#log.warn(`the audit log could not be sealed: ${messageOf(error)}. It is tried again with the next entry`);
      this.#hasFailed = true;
    }
  }

  async #writeWaiting(): Promise<void> {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (let start = 0; start < waiting.length; start += BLOCK) {
      const entries = waiting
        .slice(start, start + BLOCK)
        .map(([, { asker, event, count }]) =>
          storedEntry(asker, count === 1 ? event : { ...event, facts: { ...event.facts, times: count } }),
        );
      try {
        await this.#relational.transaction((run) => run(insertEntries(entries)));
      } catch (error) {
        for (const [name, held] of waiting.slice(start)) if (!this.#waiting.has(name)) this.#waiting.set(name, held);
        throw error;
      }
    }
  }
}
