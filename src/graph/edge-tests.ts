import type { GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.js';
import { comparedBigInt, kept } from '../model/graph-scalars.js';
import { TIMES } from '../model/graph-times.js';
import type { PropertyField } from '../model/fields.js';
import { withoutUnknown } from '../predicate/analyse.js';
import type { Comparison, Predicate } from '../predicate/types.js';

/** One comparison of a relationship's property. */
export interface EdgeTest {
  readonly property: string;
  readonly operator: string;
  readonly negated: boolean;
  readonly lower: boolean;
  readonly scalar: string;
  readonly value?: unknown;
}

/** Every clause must hold, and a clause holds when one of its tests does. */
export type EdgeTests = readonly (readonly EdgeTest[])[];

/** Most comparisons of one condition in conjunctive normal form. */
const MAX_TESTS = 1_000;

/**
 * A predicate on the properties of relationships as data, so that a statement's text does not depend on it: negations
 * pushed down to the comparisons, and the rest in conjunctive normal form.
 *
 * @throws GatewayError BAD_WHERE for what cannot be compared
 */
export const edgeTests = (field: string, predicate: Predicate, schema: GraphQLSchema): EdgeTests => {
  const refuse = (detail: string) => new GatewayError('BAD_WHERE', { field, detail });
  const any = (parts: readonly EdgeTests[]): EdgeTests =>
    parts.reduce<EdgeTests>(
      (clauses, part) => {
        const product = clauses.flatMap((clause) => part.map((other) => [...clause, ...other]));
        if (product.reduce((sum, clause) => sum + clause.length, 0) > MAX_TESTS)
          throw refuse(`a condition on relationships may come to ${MAX_TESTS} comparisons. Ask for less`);
        return product;
      },
      [[]],
    );

  const testsOf = (part: Predicate, negated: boolean): EdgeTests => {
    switch (part.kind) {
      case 'true':
      case 'false':
        return (part.kind === 'true') === negated ? [[]] : [];
      case 'and':
      case 'or': {
        const parts = part.of.map((each) => testsOf(each, negated));
        return (part.kind === 'and') === negated ? any(parts) : parts.flat();
      }
      case 'not':
        return testsOf(part.of, !negated);
      case 'compare':
        return comparison(part, negated);
      default:
        throw new Error(`a predicate of kind ${part.kind} is not one on properties`);
    }
  };

  const comparison = ({ field: of, operator, value, ignoreCase }: Comparison, negated: boolean): EdgeTests => {
    const { name, property, scalar, list } = of as PropertyField;
    const lower = ignoreCase === true;
    const isTime = TIMES.includes(scalar);
    if (list) throw refuse(`${name} is a list, and a traversal cannot compare lists`);
    if (operator === 'eq' && value === null) return [[{ property, operator: 'missing', negated, lower: false, scalar }]];
    const coerce = (each: unknown): unknown => {
      if (Array.isArray(each)) return each.map(coerce);
      if (lower) return (each as string).toLowerCase();
      if (isTime) return kept(schema, scalar, each as string);
      return scalar === 'BigInt' ? comparedBigInt(schema, each) : each;
    };
    // Cypher converts texts to times one at a time.
    if (operator === 'in' && isTime) {
      const each = (value as unknown[]).map((one): EdgeTests => [
        [{ property, operator: 'eq', negated, lower, scalar, value: coerce(one) }],
      ]);
      return negated ? each.flat() : any(each);
    }
    if (scalar === 'Duration' && operator !== 'eq')
      throw refuse(`${name} is a Duration, and a traversal compares durations by eq and in only`);
    return [[{ property, operator, negated, lower, scalar, value: coerce(value) }]];
  };

  return testsOf(withoutUnknown(predicate), false);
};
