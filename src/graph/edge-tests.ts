import type { GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.js';
import { comparedBigInt, kept } from '../model/graph-scalars.js';
import { TIMES } from '../model/graph-times.js';
import type { PropertiesType } from '../model/types.js';

/** One comparison of a relationship's property. */
export interface EdgeTest {
  readonly property: string;
  readonly operator: string;
  readonly negated: boolean;
  readonly lower: boolean;
  readonly scalar: string;
  readonly value?: unknown;
}

/** All clauses must hold, of each at least one test. */
export type EdgeTests = readonly (readonly EdgeTest[])[];

/** Most comparisons of one condition after its ANDs and ORs have been sorted out. */
const MAX_TESTS = 1_000;

/**
 * A condition on the properties of relationships as data, so that a statement's text does not depend on it: negations
 * pushed down to the comparisons, and the rest in conjunctive normal form.
 *
 * @throws GatewayError BAD_WHERE for what cannot be compared
 */
export const edgeTests = (field: string, properties: PropertiesType, where: unknown, schema: GraphQLSchema): EdgeTests => {
  const refuse = (detail: string) => new GatewayError('BAD_WHERE', { field, detail });
  const all = (parts: readonly EdgeTests[]): EdgeTests => parts.flat();
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
  const joined = (parts: readonly EdgeTests[], isAll: boolean) => (isAll ? all(parts) : any(parts));

  const condition = (given: Record<string, unknown>, negated: boolean): EdgeTests =>
    joined(
      Object.entries(given).map(([name, value]) => {
        if (name === 'AND' || name === 'OR') {
          return joined(
            (value as Record<string, unknown>[]).map((part) => condition(part, negated)),
            (name === 'AND') !== negated,
          );
        }
        if (name === 'NOT') return condition(value as Record<string, unknown>, !negated);
        return comparisons(name, value as Record<string, unknown>, negated, false);
      }),
      !negated,
    );

  const comparisons = (name: string, operators: Record<string, unknown>, negated: boolean, lower: boolean): EdgeTests => {
    const { property, scalar, list } = properties.fields.get(name)!;
    const isTime = TIMES.includes(scalar);
    if (list) throw refuse(`${name} is a list, and a traversal cannot compare lists`);
    const coerce = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(coerce);
      if (lower) return (value as string).toLowerCase();
      if (isTime) return kept(schema, scalar, value as string);
      return scalar === 'BigInt' ? comparedBigInt(schema, value) : value;
    };
    return joined(
      Object.entries(operators).map(([operator, value]): EdgeTests => {
        if (operator === 'caseInsensitive') return comparisons(name, value as Record<string, unknown>, negated, true);
        if (operator === 'eq' && value === null) return [[{ property, operator: 'missing', negated, lower: false, scalar }]];
        // A list of times cannot be turned into times in one go.
        if (operator === 'in' && isTime)
          return joined(
            (value as unknown[]).map((one): EdgeTests => [[{ property, operator: 'eq', negated, lower, scalar, value: coerce(one) }]]),
            negated,
          );
        if (scalar === 'Duration' && operator !== 'eq')
          throw refuse(`${name} is a Duration, and a traversal compares durations by eq and in only`);
        return [[{ property, operator, negated, lower, scalar, value: coerce(value) }]];
      }),
      !negated,
    );
  };

  return condition((where ?? {}) as Record<string, unknown>, false);
};
