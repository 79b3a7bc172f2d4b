import { GatewayError } from '../errors.js';
import type { Model } from '../model/types.js';
import { conditionHop, type ConditionOn, type Conditions } from './where.js';

/**
 * Refuses a `where` of a mutation in which a condition asks nothing, as `{id: {}}` or `{AND: []}` do: a client that lost a value
 * would write every row. To leave `where` out is the way to say that. Below a join or a hop `{}` asks whether there is anything at all.
 *
 * @param field name of the mutation, for the error
 * @throws GatewayError BAD_WHERE
 */
export const refuseEmptyConditions = (model: Model, field: string, on: ConditionOn, where: Conditions): void => {
  const place = emptyAt(model, on, where, { at: 'where', isWhole: true, isNegated: false });
  if (place === undefined) return;
  const detail = `expected a condition, but got ${place} that asks nothing and would take every row. Give it a value, or leave it out`;
  throw new GatewayError('BAD_WHERE', { field, detail });
};

interface Place {
  readonly at: string;
  /** Whether nothing there means every row; below a join or a hop it means any that there is. */
  readonly isWhole: boolean;
  /** Whether what is false there is true of the whole: an empty OR would take every row. */
  readonly isNegated: boolean;
}

/** Where the first condition stands that asks nothing; undefined where each asks something. */
const emptyAt = (model: Model, on: ConditionOn, where: Conditions, { at, isWhole, isNegated }: Place): string | undefined => {
  const entries = Object.entries(where).filter(([, condition]) => condition !== undefined);
  if (entries.length === 0) return isWhole ? at : undefined;
  return first(entries, ([name, condition]) => {
    const place = `${at}.${name}`;
    // Elsewhere null has an error of its own, the same in queries.
    if (condition === null) return on.type.home === 'table' && on.type.fields.get(name)?.kind === 'column' ? place : undefined;
    if (name === 'NOT') return emptyAt(model, on, condition as Conditions, { at: place, isWhole: true, isNegated: true });
    if (name === 'AND' || name === 'OR') {
      const items = condition as readonly Conditions[];
      if (items.length === 0 && (name === 'AND' || isNegated)) return place;
      return first(items.entries(), ([index, item]) => emptyAt(model, on, item, { at: `${place}[${index}]`, isWhole: true, isNegated }));
    }
    if (on.onEdge && name === 'node')
      return emptyAt(model, { ...on, onEdge: false }, condition as Conditions, { at: place, isWhole, isNegated });
    if (on.onEdge && isWhole && Object.keys(condition as Conditions).length === 0) return place;
    if (on.onEdge) return first(Object.entries(condition as Conditions), ([property, inner]) => emptyValue(inner, `${place}.${property}`));
    const join = on.type.home === 'table' ? on.type.fields.get(name) : undefined;
    if (join?.kind === 'join' && !join.list)
      return emptyAt(model, targetOf(model, join.target), condition as Conditions, { at: place, isWhole: false, isNegated });
    const hop = join?.kind === 'join' ? targetOf(model, join.target) : conditionHop(model, on.type, name);
    if (!hop) return name === 'near' ? undefined : emptyValue(condition, place);
    const quantifiers = Object.entries(condition as Conditions);
    if (quantifiers.length === 0) return place;
    return first(quantifiers, ([quantifier, inner]) => {
      if (inner === null || inner === undefined) return undefined;
      if (quantifier === 'aggregate') return emptyNumbers(inner, `${place}.aggregate`);
      return emptyAt(model, hop, inner as Conditions, {
        at: `${place}.${quantifier}`,
        isWhole: false,
        isNegated: isNegated || quantifier === 'none' || quantifier === 'all',
      });
    });
  });
};

/** A condition on numbers over what a hop leads to, in which nothing may be empty or null at any depth. */
const emptyNumbers = (condition: unknown, at: string): string | undefined => {
  if (condition === null) return at;
  if (typeof condition !== 'object') return undefined;
  const entries = Object.entries(condition).filter(([, inner]) => inner !== undefined);
  return entries.length === 0 ? at : first(entries, ([name, inner]) => emptyNumbers(inner, `${at}.${name}`));
};

const targetOf = (model: Model, name: string): ConditionOn => ({ type: model.types.get(name)!, onEdge: false });

/** A condition on a value: operators, of which `caseInsensitive` and the paths of `at` have operators of their own. */
const emptyValue = (condition: unknown, at: string): string | undefined => {
  if (typeof condition !== 'object' || condition === null) return undefined;
  const operators = Object.entries(condition).filter(([, operand]) => operand !== undefined);
  if (operators.length === 0) return at;
  return first(operators, ([operator, operand]) => {
    const place = `${at}.${operator}`;
    if (operator === 'caseInsensitive') return emptyValue(operand, place);
    if (operator !== 'at' || !Array.isArray(operand)) return undefined;
    if (operand.length === 0) return place;
    return first((operand as Conditions[]).entries(), ([index, { path: _, ...asked }]) => emptyValue(asked, `${place}[${index}]`));
  });
};

const first = <T>(items: Iterable<T>, find: (item: T) => string | undefined): string | undefined => {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
};
