import { LRUCache } from 'lru-cache';
import type { TableType } from '../model/types.js';

/** Requests that are remembered. */
const MAX_REQUESTS = 1_000;

/**
 * The rows whose copies the mutations of this gateway have written: the feed brings their changes, too, and need not see to them again.
 * What a cascade or a trigger has changed beside them is not among these.
 */
export class Copied {
  readonly #requests = new LRUCache<string, Promise<ReadonlySet<string>>>({ max: MAX_REQUESTS });

  /** Before the commit, since the feed may be read right behind it. Returns what takes the rows, by type and key, once they are copied. */
  begin(requestId: string): (rows: Iterable<readonly [TableType, string]>) => void {
    let done!: (rows: ReadonlySet<string>) => void;
    this.#requests.set(requestId, new Promise((resolve) => (done = resolve)));
    return (rows) => done(new Set([...rows].map(([type, key]) => nameOf(type, key))));
  }

  /** Whether a request has seen to the copies of a row; resolves when it is over. */
  async has(requestId: string | null, type: TableType, key: string): Promise<boolean> {
    const rows = requestId === null ? undefined : await this.#requests.get(requestId);
    return rows?.has(nameOf(type, key)) ?? false;
  }
}

const nameOf = ({ name }: TableType, key: string): string => `${name} ${key}`;
