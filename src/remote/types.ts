import type { RowsLoader } from '../load/relational.js';
import type { Predicate } from '../predicate/types.js';
import type { ForeignLoaders, KeyLookup } from './key-lookup.js';
import type { WhereNotes } from './where-notes.js';

/** What predicates that ask several stores are answered with, for one request. */
export interface WhereLoaders extends ForeignLoaders {
  readonly rows: RowsLoader;
  /** Answers so far, by the predicate: a connection's page, count and numbers have one. */
  readonly resolved: WeakMap<Predicate, Promise<Predicate>>;
  /** The same of predicates that the graph answers. */
  readonly terms: WeakMap<Predicate, Promise<Predicate>>;
  /** What a first block of keys from each store has said. */
  readonly probed: WeakMap<Predicate, Promise<Probed>>;
  /** The conditions of a predicate, which are asked again for each block of rows; what does not depend on the rows is asked once. */
  readonly conditions: WeakMap<Predicate, readonly Condition[]>;
  /** A store is first asked for no more keys than these; a set of at most this size narrows what the others are asked. */
  readonly probeKeys: number;
  /** Where a request is explained: what is noted of its conditions, and the way to those that are answered now. */
  readonly noting?: { readonly notes: WhereNotes; readonly path: readonly string[] } | undefined;
}

/** Of which rows conditions are answered. */
export interface Scope {
  /** Only what becomes of these rows matters. */
  readonly among?: readonly string[] | undefined;
  /** Most keys that one condition may have. */
  readonly most: number;
}

/** One of several conditions that must all hold. */
export type Condition =
  /** Of the rows alone. */
  | { readonly kind: 'rows'; readonly predicate: Predicate }
  | { readonly kind: 'lookup'; readonly name: string; readonly lookup: KeyLookup }
  | { readonly kind: 'not'; readonly name: string; readonly lookup: KeyLookup }
  /** Of several stores, in a form of its own. */
  | { readonly kind: 'mixed'; readonly name: string; readonly resolve: (scope: Scope) => Promise<Predicate> };

/** A predicate whose conditions of other stores are answered for some rows at a time. */
export interface PartedWhere {
  /** What the rows themselves must pass, and keys that are known. */
  readonly own: Predicate;
  /** What is left of all other conditions for the rows with these keys, which pass their own. */
  readonly among: (keys: readonly string[], block: number) => Promise<Predicate>;
}

/** What a first block of keys from each store says of a predicate: all, or what is left to be asked about some rows at a time. */
export type Probed = { readonly answered: Predicate } | { readonly parted: PartedWhere };
