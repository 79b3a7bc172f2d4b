/**
 * A condition of a client, parsed once by `parse.ts`. Every store's part of it is compiled from this, and nothing else reads the
 * client's own `where`.
 *
 * As in SQL a predicate is true, false or unknown. A comparison with a missing value is unknown, and so is one with null, `eq`
 * excepted: `eq: null` asks whether the value is missing. What is unknown matches nothing, and neither does its negation.
 */
import type { ColumnField, CypherField, JoinField, PropertyField, RelationshipField } from '../model/fields.js';
import type { EmbeddedType, EntityType } from '../model/types.js';

export type Predicate =
  | { readonly kind: 'true' }
  | { readonly kind: 'false' }
  | And
  | { readonly kind: 'or'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
  | Comparison
  | Related
  /** Of a relationship: its target matches. */
  | { readonly kind: 'node'; readonly target: EntityType; readonly of: Predicate }
  /** Aggregates over the targets of a relationship, as an input of @neo4j/graphql, which alone evaluates them. */
  | { readonly kind: 'aggregate'; readonly by: RelationshipField; readonly of: Conditions }
  | { readonly kind: 'near'; readonly type: EmbeddedType; readonly near: NearCondition }
  | KeySet;

export interface And {
  readonly kind: 'and';
  readonly of: readonly Predicate[];
}

/** A value of the client after coercion, or a Deferred one. */
export type Value = unknown;

/** One operator on one value. */
export interface Comparison {
  readonly kind: 'compare';
  readonly field: ValueField;
  /** As the schema names it: eq, in, gt, contains, includes, hasKey, matches, ... */
  readonly operator: string;
  /** Null is unknown, for `eq` a missing value. */
  readonly value: Value;
  /** Whether the comparison ignores case. */
  readonly ignoreCase?: true | undefined;
  /** The path in a JSON value: keys and positions, from the outside in. */
  readonly path?: Value;
}

export type ValueField = ColumnField | PropertyField | CypherField;

/** A condition on the target of a join or a relationship; `one`, for a to-one join: the row exists and matches. */
export interface Related {
  readonly kind: 'related';
  readonly by: JoinField | RelationshipField;
  readonly quantifier: Quantifier;
  /** Whether `of` is on the target, or on the relationship. */
  readonly end: 'target' | 'edge';
  readonly target: EntityType;
  readonly of: Predicate;
}

/** `all` needs at least one, `single` counts. */
export type Quantifier = 'some' | 'none' | 'all' | 'single' | 'one';

/** The rows or nodes with these keys; with `by`, the rows referenced by rows with these values of the joined column. */
export interface KeySet {
  readonly kind: 'keys';
  readonly keys: Value;
  readonly by?: JoinField;
}

/** The text or vector of a `near` condition or sort key. */
export interface NearTarget {
  readonly text?: string | null;
  /** As the embedding model makes them. */
  readonly vector?: readonly number[] | null;
  /** Name of the vectors that are compared; without it the type's first. */
  readonly using?: string | null;
}

/** At least this score, or among the nearest so many of all rows, or both. */
export interface NearCondition extends NearTarget {
  readonly minScore?: number | null;
  readonly limit?: number | null;
}

/** An input object after coercion. */
export type Conditions = Readonly<Record<string, unknown>>;

export const TRUE: Predicate = { kind: 'true' };
export const FALSE: Predicate = { kind: 'false' };

/** All of them; true for none. */
export const and = (parts: readonly Predicate[]): Predicate => {
  const flat = parts.flatMap((part) => (part.kind === 'and' ? part.of : part.kind === 'true' ? [] : [part]));
  if (flat.some(({ kind }) => kind === 'false')) return FALSE;
  return flat.length === 0 ? TRUE : flat.length === 1 ? flat[0]! : { kind: 'and', of: flat };
};

/** One of them at least; false for none. */
export const or = (parts: readonly Predicate[]): Predicate => {
  const flat = parts.flatMap((part) => (part.kind === 'or' ? part.of : part.kind === 'false' ? [] : [part]));
  if (flat.some(({ kind }) => kind === 'true')) return TRUE;
  return flat.length === 0 ? FALSE : flat.length === 1 ? flat[0]! : { kind: 'or', of: flat };
};

export const not = (of: Predicate): Predicate => {
  if (of.kind === 'true') return FALSE;
  if (of.kind === 'false') return TRUE;
  return of.kind === 'not' ? of.of : { kind: 'not', of };
};

/** An empty list contains nothing: the comparison is false even for null. */
export const compare = (comparison: Omit<Comparison, 'kind'>): Predicate =>
  comparison.operator === 'in' && Array.isArray(comparison.value) && comparison.value.length === 0
    ? FALSE
    : { ...comparison, kind: 'compare' };

export const keySet = (keys: Value): KeySet => ({ kind: 'keys', keys });

/** Whether a comparison is unknown for every row. */
export const isUnknown = (predicate: Predicate): boolean =>
  predicate.kind === 'compare' && predicate.value === null && predicate.operator !== 'eq';
