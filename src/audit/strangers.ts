import type { Asker, Event } from './entry.js';

/** For how long equal refusals make one entry, in milliseconds. */
const WITHIN_MS = 60_000;

/** Most kinds of refusals that are told apart: codes and messages, which hold nothing that a client has chosen. */
const MAX_KINDS = 500;

/** A kind of refusal: the first one has its entry already. */
interface Held {
  readonly asker: Asker;
  readonly event: Event;
  /** How often it has happened since. */
  count: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Refusals of callers who have not shown who they are. They can repeat themselves without end, so the first of a kind is told at once,
 * and those of the minute after it as one, with their number.
 */
export class StrangersRefused {
  readonly #held = new Map<string, Held>();

  constructor(readonly tell: (asker: Asker, event: Event) => void) {}

  note(asker: Asker, event: Event): void {
    const all = `${String(event.facts['code'])} ${String(event.facts['message'])}`;
    const kind = this.#held.has(all) || this.#held.size < MAX_KINDS ? all : 'others';
    const held = this.#held.get(kind);
    if (held) held.count += 1;
    else {
      this.tell(asker, event);
      const timer = setTimeout(() => this.#end(kind), WITHIN_MS).unref();
      this.#held.set(kind, { asker, event, count: 0, timer });
    }
  }

  /** Tells what has been counted. */
  close(): void {
    for (const kind of [...this.#held.keys()]) this.#end(kind);
  }

  #end(kind: string): void {
    const { asker, event, count, timer } = this.#held.get(kind)!;
    clearTimeout(timer);
    this.#held.delete(kind);
    if (count > 0) this.tell(asker, { ...event, field: undefined, facts: { ...event.facts, times: count } });
  }
}
