import type { ColumnField } from '../model/fields.js';
import { comparisonTest, isComparable, type EvaluatedRow, type Test, type Truth } from './comparison.js';
import type { Predicate } from './types.js';

export type { EvaluatedRow, Test, Truth } from './comparison.js';

declare const EVALUABLE: unique symbol;

/** A predicate that needs only the row, and whose values are all known. */
export type Evaluable = Predicate & { readonly [EVALUABLE]: true };

/**
 * Whether a predicate on rows can be evaluated without a store. These cannot: full-text and trigram search (`matches`, `similarTo`),
 * joins and relationships, similarity of vectors, keys from another store, properties of nodes and Deferred values. Nor can
 * comparisons of texts that PostgreSQL makes by its own rules: the order of a collation other than that of code points, anything with a
 * nondeterministic collation, and citext or `caseInsensitive` with a locale of its own.
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

/** The result of a predicate for a row. For many rows, `evaluator` reads the predicate's values once. */
export const evaluate = (predicate: Evaluable, row: EvaluatedRow): Truth => evaluator(predicate)(row);

/** @throws GatewayError VALUE_INVALID for a value that the column's type does not allow, as in PostgreSQL */
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

/** A deciding value wins over unknown ones. */
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
