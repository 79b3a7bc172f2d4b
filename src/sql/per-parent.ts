import { changed, type Deferred } from '../predicate/deferred.js';
import type { GuardedModel } from '../access/guard.js';
import { joinValues, valueType } from './join-values.js';
import { tieToSql } from './source.js';
import { quoteName, type Statement } from './statement.js';
import type { JoinField } from '../model/fields.js';
import type { TableType } from '../model/types.js';

/** The parents whose rows a part reads: each parent's matching rows are sorted and limited on their own, and carry its ordinal. */
export type PerParent =
  /** The rows whose column equals the owner's value. A value is null where the owner has none. */
  | { readonly kind: 'joined'; readonly field: JoinField; readonly values: unknown }
  /** The rows with the owner's keys. */
  | { readonly kind: 'listed'; readonly lists: KeyLists | Deferred };

/** Keys of rows, by ordinal. */
export type KeyLists = readonly (readonly string[])[];

/** The alias of a part's own rows. */
export const ROOT = 'r';

/**
 * Parents in a statement: the table expression that lists them, the ordinal of a parent, and the condition that ties rows to it.
 *
 *     unnest($1::uuid[]) WITH ORDINALITY k(key, ord)      k.ord - 1      r."shop_id" = k.key
 *     (SELECT ord, array_agg(key) AS keys FROM unnest($1::int[], $2::integer[]) p(ord, key) GROUP BY ord) k
 *                                                         k.ord          r."id" = ANY(k.keys)
 */
export interface PerParentSql {
  readonly source: string;
  readonly ordinal: string;
  readonly tie: string;
}

export const perParentToSql = (model: GuardedModel, type: TableType, perParent: PerParent, statement: Statement): PerParentSql => {
  if (perParent.kind === 'joined') {
    const { field, values } = perParent;
    const source = `unnest(${statement.bind(values, `${valueType(field)}[]`)}) WITH ORDINALITY k(key, ord)`;
    return { source, ordinal: 'k.ord - 1', tie: tieToSql(model, field, ROOT, joinValues(field, 'k.key'), statement) };
  }
  const key = type.table.key[0]!;
  const ordinals = changed(perParent.lists, (all) => (all as KeyLists).flatMap((list, ordinal) => list.map(() => ordinal)));
  const keys = changed(perParent.lists, (all) => (all as KeyLists).flat());
  const pairs = `unnest(${statement.bind(ordinals, 'int[]')}, ${statement.bind(keys, `${key.sqlType}[]`)})`;
  return {
    source: `(SELECT ord, array_agg(key) AS keys FROM ${pairs} p(ord, key) GROUP BY ord) k`,
    ordinal: 'k.ord',
    tie: `${ROOT}.${quoteName(key.name)} = ANY(k.keys)`,
  };
};

/**
 * A query of all rows, or one for each owner. `query` gets the condition that ties rows to their owner, to put before its own.
 *
 *     SELECT k.ord - 1 AS ord, l.* FROM unnest($1::uuid[]) WITH ORDINALITY k(key, ord),
 *       LATERAL (SELECT count(*) AS c0 FROM "public"."items" r WHERE r."shop_id" = k.key AND r."name" LIKE $2) l
 */
export const ofEach = (
  model: GuardedModel,
  type: TableType,
  perParent: PerParent | undefined,
  statement: Statement,
  query: (tie: string) => string,
): string => {
  if (!perParent) return query('');
  const { source, ordinal, tie } = perParentToSql(model, type, perParent, statement);
  return `SELECT ${ordinal} AS ord, l.* FROM ${source}, LATERAL (${query(`${tie} AND `)}) l`;
};
