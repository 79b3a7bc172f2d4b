import { GatewayError } from '../errors.js';
import { tableType, type RelationshipField, type TableType } from '../model/types.js';
import type { NearTarget } from '../predicate/types.js';
import type { GuardedModel } from '../access/guard.js';
import { guarded } from './source.js';
import { quoteName, type Statement } from './statement.js';

/** What another store knows of the rows of a type, as an order compares it. */
export interface Measure {
  /** The type whose rows are measured. */
  readonly type: TableType;
  readonly by:
    /** How many there are behind a hop, or the least or greatest value that one of them has in a field. */
    | {
        readonly kind: 'hop';
        readonly field: RelationshipField;
        readonly word: 'count' | 'min' | 'max';
        readonly of: MeasuredField | undefined;
      }
    /** How near the row is to this. */
    | { readonly kind: 'near'; readonly target: NearTarget };
  /** SQL type of the value. */
  readonly sqlType: string;
  /** What the store has given; not there before it is asked. */
  readonly found?: MeasuredKeys;
}

/** A field of what a hop leads to: a property of a node, or a column of its row. */
export interface MeasuredField {
  readonly name: string;
  /** The column, where the field lives in a table. */
  readonly column: string | undefined;
}

/** Pairs of a row's key and a value, or of a row's key and the key of a row that the hop leads to. */
export interface MeasuredKeys {
  readonly keys: readonly string[];
  readonly values: readonly (string | number | boolean | null)[];
}

/** Whether a hop leads to rows of a table: their values are read there, when the rows are put in order. */
const leadsToRows = (model: GuardedModel, { by }: Measure): boolean =>
  by.kind === 'hop' && model.types.get(by.field.target)!.home === 'table';

/** A measure as a query of `key` and `value`, at most one of each key. */
export const measureToSql = (model: GuardedModel, measure: Measure, statement: Statement): string => {
  const { type, by, sqlType, found } = measure;
  if (!found)
    throw new GatewayError('BAD_INPUT', {
      argument: 'sort',
      field: type.plural,
      detail: `${by.kind === 'hop' ? by.field.name : 'near'} needs another store, which is not asked here`,
    });
  const keys = statement.bind(found.keys, `${type.table.key[0]!.sqlType}[]`);
  if (!leadsToRows(model, measure)) {
    const pairs = `unnest(${keys}, ${statement.bind(found.values, `${sqlType}[]`)}) p(key, value)`;
    return by.kind === 'hop' && by.of ? best(by.word, 'p.value', pairs) : `SELECT p.key, p.value FROM ${pairs}`;
  }
  const { field, word, of } = by as Extract<Measure['by'], { kind: 'hop' }>;
  const target = tableType(model, field.target);
  const key = target.table.key[0]!;
  const row = statement.alias();
  // A row that is gone counts for nothing.
  const tie = `${row}.${quoteName(key.name)} = p.target`;
  const given = `unnest(${keys}, ${statement.bind(found.values, `${key.sqlType}[]`)}) p(key, target)`;
  const pairs = `${given} JOIN ${guarded(model, target, 'read', statement)} ${row} ON ${tie}`;
  return of ? best(word, `${row}.${quoteName(of.column!)}`, pairs) : `SELECT p.key, count(*) AS value FROM ${pairs} GROUP BY p.key`;
};

/** The first of each key's values: not every type that has an order has a least value in SQL. */
const best = (word: string, value: string, pairs: string): string =>
  `SELECT DISTINCT ON (p.key) p.key, ${value} AS value FROM ${pairs} ` +
  `ORDER BY p.key, ${value} ${word === 'max' ? 'DESC' : 'ASC'} NULLS LAST`;
