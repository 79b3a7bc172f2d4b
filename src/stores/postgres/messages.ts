/** What a thread of PostgreSQL is started with. */
export interface PostgresThreadData {
  /** Folder of the database. */
  readonly path: string;
  /** A folder to begin with, where `path` holds no database. */
  readonly template: string | undefined;
  /** Holds pgvector, too. */
  readonly vectors: boolean;
  /** Blocks of answers that the other thread has taken, counted since the start: PostgreSQL runs only so far ahead. */
  readonly taken: SharedArrayBuffer;
}

/** What a thread of PostgreSQL is asked: messages of PostgreSQL's protocol, or to end. */
export type PostgresRequest = { readonly kind: 'run'; readonly bytes: Uint8Array } | { readonly kind: 'close' };

/** What it tells. */
export type PostgresReport =
  /** It is open; `flags` are the places in `memory` of numbers that are not 0 when PostgreSQL is to end its statement. */
  | { readonly kind: 'open'; readonly memory: SharedArrayBuffer; readonly flags: readonly number[] }
  | { readonly kind: 'block'; readonly bytes: Uint8Array }
  /** All messages of a request are answered. */
  | { readonly kind: 'done' }
  /** PostgreSQL has fallen, so this thread is good for nothing. */
  | { readonly kind: 'fault'; readonly reason: string }
  | { readonly kind: 'closed' };

/** Blocks that PostgreSQL makes before the first of them has been taken. */
export const BLOCKS_AHEAD = 16;
