import { createHash } from 'node:crypto';
import type { Caller } from '../predicate/caller.js';

/** Who asks, as the audit log names a request. */
export interface Asker {
  readonly requestId: string;
  readonly operationName?: string | undefined;
  readonly caller: Caller;
}

/** WRITTEN is committed with its entry; SENT precedes a write of another store, whose end is WRITTEN or FAILED; REFUSED wrote nothing. */
export type Outcome = 'WRITTEN' | 'SENT' | 'FAILED' | 'REFUSED';

/** Values of columns by name: texts as the database prints them; of a row that is created, what was sent. */
export type Values = Readonly<Record<string, unknown>>;

/** A row that was written: the columns that changed, before and after. */
export interface RowChange {
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly type: string;
  readonly key: string;
  readonly before: Values | null;
  readonly after: Values | null;
}

/** What is known of an event, beside who asked. */
export interface Event {
  /** The mutation, or what was refused. */
  readonly field: string | undefined;
  readonly outcome: Outcome;
  /** Numbers by name, and for other outcomes the code of an error. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly changes: readonly RowChange[];
  /** Arguments of a write of another store, whose rows are not known. */
  readonly input?: unknown;
}

/** An entry as it is stored: texts, in the order of COLUMNS. */
export interface StoredEntry {
  /** In UTC with milliseconds: 2026-11-29T12:00:00.000Z */
  readonly at: string;
  readonly requestId: string;
  readonly operation: string | null;
  readonly field: string | null;
  readonly outcome: string;
  readonly identityKind: string;
  readonly identityId: string | null;
  readonly identityName: string | null;
  /** What the changes are about: "Requirement" and "Requirement 123". */
  readonly about: readonly string[];
  /** JSON. */
  readonly facts: string;
  /** JSON: RowChanges. */
  readonly changes: string;
  /** JSON. */
  readonly input: string | null;
}

export const storedEntry = ({ requestId, operationName, caller: { identity } }: Asker, event: Event): StoredEntry => ({
  at: new Date().toISOString(),
  requestId,
  operation: operationName ?? null,
  field: event.field ?? null,
  outcome: event.outcome,
  identityKind: identity.kind,
  identityId: identity.id,
  identityName: identity.name,
  about: [...new Set(event.changes.flatMap(({ type, key }) => [type, aboutRow(type, key)]))],
  facts: JSON.stringify(event.facts),
  changes: JSON.stringify(event.changes),
  input: event.input === undefined ? null : JSON.stringify(event.input),
});

export const aboutRow = (type: string, key: string): string => `${type} ${key}`;

/** All that an entry says, in the order of its columns. */
export const partsOf = (entry: StoredEntry): readonly (string | null | readonly string[])[] => [
  entry.at,
  entry.requestId,
  entry.operation,
  entry.field,
  entry.outcome,
  entry.identityKind,
  entry.identityId,
  entry.identityName,
  entry.about,
  entry.facts,
  entry.changes,
  entry.input,
];

/** SHA-256 of all that an entry says, each part with its length before it. */
export const digestOf = (entry: StoredEntry): Buffer => {
  const hash = createHash('sha256');
  for (const value of partsOf(entry)) {
    const part = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    hash.update(part === null ? '-' : `${part.length}:`).update(part ?? '');
  }
  return hash.digest();
};

/** What stands before the first entry. */
export const NO_HASH = '';

/** The hash of an entry at its place in the chain, in hex: it holds the hash before it. */
export const linkOf = (before: string, position: number, id: string, digest: string): string =>
  createHash('sha256').update(`${before} ${position} ${id} ${digest}`).digest('hex');
