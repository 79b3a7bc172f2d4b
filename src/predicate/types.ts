/**
 * A condition as the gateway works with it: what a client sent, read once by `parse.ts`. Every store's part of it is compiled
 * from this, and nothing else looks at the client's own `where`.
 *
 * As in SQL a predicate is true, false or unknown. A comparison with a missing value is unknown, and so is one with null, `eq`
 * excepted: `eq: null` asks whether the value is missing. What is unknown matches nothing, and neither does its negation.
 */
import type { ColumnField, CypherField, EmbeddedType, EntityType, JoinField, PropertyField, RelationshipField } from '../model/types.js';

export type Predicate =
  | { readonly kind: 'true' }
  | { readonly kind: 'false' }
  | And
  | { readonly kind: 'or'; readonly of: readonly Predicate[] }
  | { readonly kind: 'not'; readonly of: Predicate }
  | Comparison
  | Related
  /** Of a relationship: what it leads to passes. */
  | { readonly kind: 'node'; readonly target: EntityType; readonly of: Predicate }
  /** Numbers over what a relationship leads to, in the words of @neo4j/graphql, which alone knows them. */
  | { readonly kind: 'aggregate'; readonly by: RelationshipField; readonly of: Conditions }
  | { readonly kind: 'near'; readonly type: EmbeddedType; readonly near: NearCondition }
  | KeySet;

export interface And {
  readonly kind: 'and';
  readonly of: readonly Predicate[];
}

/** A value of the client, as the schema has coerced it, or one that is known when the plan runs. */
export type Value = unknown;

/** One operator on one value. */
export interface Comparison {
  readonly kind: 'compare';
  readonly field: ValueField;
  /** As the schema names it: eq, in, gt, contains, includes, hasKey, matches, ... */
  readonly operator: string;
  /** Null is unknown, for `eq` a missing value. */
  readonly value: Value;
  /** Whether letters are compared whatever their case. */
  readonly ignoreCase?: true | undefined;
  /** Of a JSON value what stands at this path: keys and positions, from the outside in. */
  readonly path?: Value;
}

export type ValueField = ColumnField | PropertyField | CypherField;

/** What a join or a relationship leads to: for `one`, of a to-one join, that the row is there and passes. */
export interface Related {
  readonly kind: 'related';
  readonly by: JoinField | RelationshipField;
  readonly quantifier: Quantifier;
  /** Whether `of` is on what is led to, or on the relationship that leads there. */
  readonly end: 'target' | 'edge';
  readonly target: EntityType;
  readonly of: Predicate;
}

/** `all` needs at least one, `single` counts. */
export type Quantifier = 'some' | 'none' | 'all' | 'single' | 'one';

/** The rows, or nodes, with these keys; with `by` the rows that the rows with these values of the joined column refer to. */
export interface KeySet {
  readonly kind: 'keys';
  readonly keys: Value;
  readonly by?: JoinField;
}

/** What rows are to be near to, as a condition or an order says it. */
export interface NearTarget {
  readonly text?: string | null;
  /** As the embedding model makes them. */
  readonly vector?: readonly number[] | null;
  /** Name of the vectors that are compared; without it the type's first. */
  readonly using?: string | null;
}

/** At least so near, or one of so many nearest of all, or both. */
export interface NearCondition extends NearTarget {
  readonly minScore?: number | null;
  readonly limit?: number | null;
}

/** An input object as the schema has coerced it. */
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

/** Nothing is one of nothing, not even what is missing. */
export const compare = (comparison: Omit<Comparison, 'kind'>): Predicate =>
  comparison.operator === 'in' && Array.isArray(comparison.value) && comparison.value.length === 0
    ? FALSE
    : { ...comparison, kind: 'compare' };

export const keySet = (keys: Value): KeySet => ({ kind: 'keys', keys });

/** Whether a comparison is unknown whatever it is about. */
export const isUnknown = (predicate: Predicate): boolean =>
  predicate.kind === 'compare' && predicate.value === null && predicate.operator !== 'eq';
