import { GatewayError } from '../errors.js';
import type { RelationshipField } from '../model/fields.js';
import { tableType, type TableType } from '../model/types.js';
import type { NearTarget } from '../predicate/types.js';
import type { GuardedModel } from '../access/guard.js';
import { guarded } from './source.js';
import { quoteName, type Statement } from './statement.js';

/** A sort key whose value another store gives for each row of a type. */
export interface ExternalSortKey {
  /** The type of the rows that are sorted. */
  readonly type: TableType;
  readonly by:
    /** The number of nodes that a hop leads to, or the least or greatest value of one of their fields. */
    | {
        readonly kind: 'hop';
        readonly field: RelationshipField;
        readonly word: 'count' | 'min' | 'max';
        readonly of: SortKeyField | undefined;
      }
    /** The similarity of the row to a text or a vector. */
    | { readonly kind: 'near'; readonly target: NearTarget };
  /** SQL type of the value. */
  readonly sqlType: string;
  /** The values from the store, once it has been asked. */
  readonly found?: SortKeyValues;
}

/** A field of the type that a hop leads to: a property of a node, or a column of its row. */
export interface SortKeyField {
  readonly name: string;
  /** The column, where the field lives in a table. */
  readonly column: string | undefined;
}

/** Pairs of a row's key and a value, or of a row's key and the key of a row that the hop leads to. */
export interface SortKeyValues {
  readonly keys: readonly string[];
  readonly values: readonly (string | number | boolean | null)[];
}

/** Whether a hop leads to rows of a table: their values are then read by the statement that sorts. */
const leadsToRows = (model: GuardedModel, { by }: ExternalSortKey): boolean =>
  by.kind === 'hop' && model.types.get(by.field.target)!.home === 'table';

/**
 * The sort key as a query of `key` and `value`, with at most one row for each key. The pairs are parameters; values of rows are read from
 * their table.
 *
 *     SELECT p.key, p.value FROM unnest($1::integer[], $2::bigint[]) p(key, value)
 *
 *     SELECT DISTINCT ON (p.key) p.key, t0."name" AS value
 *     FROM unnest($1::integer[], $2::integer[]) p(key, target) JOIN "public"."items" t0 ON t0."id" = p.target
 *     ORDER BY p.key, t0."name" DESC NULLS LAST
 */
export const externalSortKeyToSql = (model: GuardedModel, externalSortKey: ExternalSortKey, statement: Statement): string => {
  const { type, by, sqlType, found } = externalSortKey;
  if (!found)
    throw new GatewayError('BAD_INPUT', {
      argument: 'sort',
      field: type.plural,
      detail: `${by.kind === 'hop' ? by.field.name : 'near'} needs another store, which is not asked here`,
    });
  const keys = statement.bind(found.keys, `${type.table.key[0]!.sqlType}[]`);
  if (!leadsToRows(model, externalSortKey)) {
    const pairs = `unnest(${keys}, ${statement.bind(found.values, `${sqlType}[]`)}) p(key, value)`;
    return by.kind === 'hop' && by.of ? best(by.word, 'p.value', pairs) : `SELECT p.key, p.value FROM ${pairs}`;
  }
  const { field, word, of } = by as Extract<ExternalSortKey['by'], { kind: 'hop' }>;
  const target = tableType(model, field.target);
  const key = target.table.key[0]!;
  const row = statement.alias();
  // A deleted row is not counted.
  const tie = `${row}.${quoteName(key.name)} = p.target`;
  const given = `unnest(${keys}, ${statement.bind(found.values, `${key.sqlType}[]`)}) p(key, target)`;
  const pairs = `${given} JOIN ${guarded(model, target, 'read', statement)} ${row} ON ${tie}`;
  return of ? best(word, `${row}.${quoteName(of.column!)}`, pairs) : `SELECT p.key, count(*) AS value FROM ${pairs} GROUP BY p.key`;
};

/** The first value of each key. Not every type that can be sorted has min and max in SQL. */
const best = (word: string, value: string, pairs: string): string =>
  `SELECT DISTINCT ON (p.key) p.key, ${value} AS value FROM ${pairs} ` +
  `ORDER BY p.key, ${value} ${word === 'max' ? 'DESC' : 'ASC'} NULLS LAST`;
