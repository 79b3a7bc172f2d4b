import { changed, type Deferred } from '../predicate/deferred.js';
import { joinCondition, quoteName, type Statement } from './statement.js';
import type { JoinField, TableType } from '../model/types.js';

/** Whose rows a part gives, by ordinal: for each owner those that pass, in order and cut by themselves. */
export type Owners =
  /** The rows whose column has the owner's value; a list of values, null where there is none. */
  | { readonly kind: 'joined'; readonly field: JoinField; readonly values: unknown }
  /** The rows with the owner's keys. */
  | { readonly kind: 'listed'; readonly lists: KeyLists | Deferred };

/** Keys of rows, by ordinal. */
export type KeyLists = readonly (readonly string[])[];

/** The alias of a part's own rows. */
export const ROOT = 'r';

/** Owners in a statement: what they are read from, the number of one, and what ties rows to it. */
export interface OwnersSql {
  readonly source: string;
  readonly ordinal: string;
  readonly tie: string;
}

export const ownersToSql = (type: TableType, owners: Owners, statement: Statement): OwnersSql => {
  if (owners.kind === 'joined') {
    const { to, from } = owners.field;
    const source = `unnest(${statement.bind(owners.values, `${from.sqlType}[]`)}) WITH ORDINALITY k(key, ord)`;
    return { source, ordinal: 'k.ord - 1', tie: joinCondition(`${ROOT}.${quoteName(to.name)}`, to, 'k.key', from) };
  }
  const key = type.table.key[0]!;
  const ordinals = changed(owners.lists, (all) => (all as KeyLists).flatMap((list, ordinal) => list.map(() => ordinal)));
  const keys = changed(owners.lists, (all) => (all as KeyLists).flat());
  const pairs = `unnest(${statement.bind(ordinals, 'int[]')}, ${statement.bind(keys, `${key.sqlType}[]`)})`;
  return {
    source: `(SELECT ord, array_agg(key) AS keys FROM ${pairs} p(ord, key) GROUP BY ord) k`,
    ordinal: 'k.ord',
    tie: `${ROOT}.${quoteName(key.name)} = ANY(k.keys)`,
  };
};

/** A query of all rows, or of each owner's; `query` is given what ties rows to their owner, to stand before other conditions. */
export const ofEach = (type: TableType, owners: Owners | undefined, statement: Statement, query: (tie: string) => string): string => {
  if (!owners) return query('');
  const { source, ordinal, tie } = ownersToSql(type, owners, statement);
  return `SELECT ${ordinal} AS ord, l.* FROM ${source}, LATERAL (${query(`${tie} AND `)}) l`;
};
