import type { Engine } from '../engine.js';
import type { GraphAnswer, GraphRequest } from '../load/graph.js';
import type { RowsLoader } from '../load/relational.js';
import type { Predicate } from '../predicate/types.js';
import type { ForeignLoaders, KeyLookup } from './key-lookup.js';
import type { SearchLoaders } from './search-request.js';
import type { EndSignal } from '../stores/ending.js';
import type { GraphRunner } from '../stores/types.js';
import type { WhereNotes } from './where-notes.js';

/** What a read asks the stores through, for one request. */
export interface ReadStores extends SearchLoaders {
  readonly engine: Engine;
  readonly graph: { load(request: GraphRequest): Promise<GraphAnswer> };
  /** Runs statements of the gateway's own that write nothing. */
  readonly readGraph: GraphRunner;
  readonly signal: EndSignal | undefined;
}

/** What it takes to answer predicates over several stores, for one request. */
export interface WhereLoaders extends ForeignLoaders {
  readonly rows: RowsLoader;
  /** Answers so far, by predicate: the page, count and aggregates of a connection share one. */
  readonly resolved: WeakMap<Predicate, Promise<Predicate>>;
  /** The same for predicates that the graph answers. */
  readonly terms: WeakMap<Predicate, Promise<Predicate>>;
  /** The results of asking each store for a first block of keys. */
  readonly probed: WeakMap<Predicate, Promise<Probed>>;
  /** The conditions of a predicate, which are asked again for each block of rows; those that do not depend on the rows are asked once. */
  readonly conditions: WeakMap<Predicate, readonly Condition[]>;
  /** The most keys that a store is first asked for; a set of at most this size narrows the requests to the others. */
  readonly probeKeys: number;
  /** For explain: the notes on the request's conditions, and the path to those being answered. */
  readonly noting?: { readonly notes: WhereNotes; readonly path: readonly string[] } | undefined;
}

/** The rows for which conditions are answered. */
export interface Scope {
  /** Only these rows need an answer. */
  readonly among?: readonly string[] | undefined;
  /** Most keys that one condition may have. */
  readonly most: number;
}

/** One of several conditions that must all hold. */
export type Condition =
  /** On the rows' own table. */
  | { readonly kind: 'rows'; readonly predicate: Predicate }
  | { readonly kind: 'lookup'; readonly name: string; readonly lookup: KeyLookup }
  | { readonly kind: 'not'; readonly name: string; readonly lookup: KeyLookup }
  /** On several stores, such as an OR over them. */
  | { readonly kind: 'mixed'; readonly name: string; readonly resolve: (scope: Scope) => Promise<Predicate> };

/** A predicate whose conditions on other stores are answered for one block of rows at a time. */
export interface PartedWhere {
  /** The conditions on the rows' own table, and known keys. */
  readonly own: Predicate;
  /** The other conditions, answered for the rows with these keys. */
  readonly among: (keys: readonly string[], block: number) => Promise<Predicate>;
}

/** The result of a first block of keys from each store: the answer, or the predicate to answer block by block. */
export type Probed = { readonly answered: Predicate } | { readonly parted: PartedWhere };
