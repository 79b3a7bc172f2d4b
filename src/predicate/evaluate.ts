import type { ColumnField } from '../model/types.js';
import { comparisonTest, isComparable, type EvaluatedRow, type Test, type Truth } from './comparison.js';
import type { Predicate } from './types.js';

export type { EvaluatedRow, Test, Truth } from './comparison.js';

declare const EVALUABLE: unique symbol;

/** A predicate on rows that needs nothing but the row, and whose values are all known. */
export type Evaluable = Predicate & { readonly [EVALUABLE]: true };

/**
 * Whether a predicate on rows can be answered without a store. These cannot: full-text search and likeness (`matches`, `similarTo`),
 * what joins and relationships lead to, nearness, keys that another store gave, properties of nodes, values that are not known
 * yet; and of texts what PostgreSQL compares by rules that are not known here: the order of a collation that is not that of code points,
 * anything by a collation that takes different texts for equal, and letters of citext or of `caseInsensitive` by a locale of its own.
 */
export const isEvaluable = (predicate: Predicate): predicate is Evaluable => {
  switch (predicate.kind) {
    case 'true':
    case 'false':
      return true;
    case 'and':
    case 'or':
      return predicate.of.every(isEvaluable);
    case 'not':
      return isEvaluable(predicate.of);
    case 'compare':
      return predicate.field.kind === 'column' && isComparable(predicate.field, predicate);
    default:
      return false;
  }
};

/** What a predicate says of a row. Where many rows are asked about, `evaluator` reads its values once. */
export const evaluate = (predicate: Evaluable, row: EvaluatedRow): Truth => evaluator(predicate)(row);

/** @throws GatewayError VALUE_INVALID for a value that the column's type does not have, as PostgreSQL would refuse it */
export const evaluator = (predicate: Evaluable): Test => testOf(predicate);

const testOf = (predicate: Predicate): Test => {
  switch (predicate.kind) {
    case 'true':
      return () => true;
    case 'and':
    case 'or':
      return combined(predicate.of.map(testOf), predicate.kind === 'or');
    case 'not': {
      const test = testOf(predicate.of);
      return (row) => {
        const truth = test(row);
        return truth === null ? null : !truth;
      };
    }
    case 'compare':
      return comparisonTest(predicate.field as ColumnField, predicate);
    default:
      return () => false;
  }
};

/** One that decides does so, whatever is unknown. */
const combined =
  (tests: readonly Test[], decides: boolean): Test =>
  (row) => {
    let truth: Truth = !decides;
    for (const test of tests) {
      const one = test(row);
      if (one === decides) return one;
      if (one === null) truth = null;
    }
    return truth;
  };
