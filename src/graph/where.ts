import { GatewayError } from '../errors.js';
import { connectionField } from '../model/graph-names.js';
import type { EntityType, Model } from '../model/types.js';
import { MAX_DEPTH, tooDeep, type Where } from '../sql/where.js';

export type Conditions = Readonly<Record<string, unknown>>;

/** What a condition is on: nodes of a type, or with `onEdge` relationships and what they lead to. */
export interface ConditionOn {
  readonly type: EntityType;
  readonly onEdge: boolean;
}

/** A relationship that a condition of a type is about, and what the condition on the other end is on. */
export const conditionHop = (model: Model, type: EntityType, name: string): ConditionOn | undefined => {
  const edges = connectionField(type, name);
  const field = edges ?? type.fields.get(name);
  return field?.kind === 'relationship' ? { type: model.types.get(field.target)!, onEdge: edges !== undefined } : undefined;
};

/**
 * Refuses what @neo4j/graphql would take for "everything" or fail on: null for a condition, and nesting without end.
 * Conditions on rows are not looked into.
 *
 * @returns whether there are any
 */
export const checkGraphWhere = (model: Model, field: string, on: ConditionOn, where: NonNullable<Where>, depth = 0): boolean => {
  if (on.type.home === 'table' && !on.onEdge) return true;
  if (depth > MAX_DEPTH) throw tooDeep(field);
  const below = (inner: ConditionOn, condition: unknown) =>
    checkGraphWhere(model, field, inner, condition as NonNullable<Where>, depth + 1);
  const asks = Object.entries(where).map(([name, condition]): boolean => {
    if (condition === null) throw noCondition(field, name);
    if (condition === undefined) return false;
    if (name === 'AND' || name === 'OR') return (condition as unknown[]).map((item) => below(on, item)).includes(true);
    if (name === 'NOT') return below(on, condition);
    if (on.onEdge && name === 'node')
      return checkGraphWhere(model, field, { type: on.type, onEdge: false }, condition as NonNullable<Where>, depth);
    const hop = on.onEdge ? undefined : conditionHop(model, on.type, name);
    if (!hop) return checkValues(field, condition);
    return Object.entries(condition as Conditions)
      .map(([quantifier, inner]) => {
        if (inner === null) throw noCondition(field, quantifier);
        return QUANTIFIERS.has(quantifier) && inner !== undefined ? below(hop, inner) : checkValues(field, inner);
      })
      .includes(true);
  });
  return asks.includes(true);
};

/** The same for conditions on values alone: properties of a node or of a relationship. */
export const checkValues = (field: string, where: unknown, depth = 0): false => {
  // A level of the grammar is two of the value: the field, and its operator.
  if (depth > 2 * MAX_DEPTH) throw tooDeep(field);
  if (typeof where !== 'object' || where === null) return false;
  for (const [name, condition] of Object.entries(where)) {
    if (condition === null && name !== 'eq') throw noCondition(field, name);
    checkValues(field, condition, depth + 1);
  }
  return false;
};

const noCondition = (field: string, name: string) =>
  new GatewayError('BAD_WHERE', {
    field,
    detail: `expected a condition for ${name}, but got null. To ask for a missing value write {eq: null}`,
  });

const QUANTIFIERS = new Set(['some', 'none', 'all', 'single']);

/** A condition on relationships that none passes: none leads to one of no nodes. */
export const NEVER = { node: { id: { in: [] } } };

/** True of every node: nothing is one of nothing. */
const ALWAYS: Conditions = { NOT: { id: { in: [] } } };

/**
 * A condition in which nothing is left out: @neo4j/graphql drops a quantifier whose condition asks nothing, so that
 * `none: {}` would mean every node instead of those that have none, and a NOT of nothing likewise.
 */
export const completeWhere = (given: unknown, onEdge = false): unknown => {
  if (!isObject(given)) return given;
  const where = onEdge ? withPlainEdge(given) : given;
  const parts = Object.entries(where).flatMap(([name, condition]): [string, unknown][] => {
    if (name === 'AND' || name === 'OR') {
      const items = (condition as unknown[]).map((item) => (onEdge ? apart(something(item, true)) : something(item, false)));
      // @neo4j/graphql leaves out an OR of nothing.
      if (items.length === 0) return name === 'AND' ? [] : [['NOT', onEdge ? { node: ALWAYS } : ALWAYS]];
      return [[name, items]];
    }
    if (name === 'NOT') return [[name, something(condition, onEdge)]];
    if (name === 'node' && onEdge) return [[name, something(condition, false)]];
    if (!isObject(condition)) return [[name, condition]];
    const inner = Object.entries(condition).map(
      ([key, value]) => [key, QUANTIFIERS.has(key) && isObject(value) ? something(value, name.endsWith('Connection')) : value] as const,
    );
    return inner.length === 0 ? [] : [[name, Object.fromEntries(inner)]];
  });
  return Object.fromEntries(parts);
};

/** A condition on relationships where an AND, OR or NOT of nothing stands beside `edge`, where it can be said, and not below it. */
export const withPlainEdge = (where: Conditions): Conditions => {
  const { edge, ...rest } = where;
  return isObject(edge) && holdsNothing(edge) ? { AND: [rest, ...outside(edge)] } : where;
};

const holdsNothing = (edge: Conditions): boolean =>
  Object.entries(edge).some(([name, condition]) => {
    if (!isLogical(name)) return false;
    const items = (name === 'NOT' ? [condition] : condition) as readonly Conditions[];
    return items.length === 0 || items.some((item) => Object.keys(item).length === 0 || holdsNothing(item));
  });

const outside = (edge: Conditions): Conditions[] =>
  Object.entries(edge).map(([name, condition]) => {
    if (name === 'NOT') return { NOT: { AND: outside(condition as Conditions) } };
    return isLogical(name)
      ? { [name]: (condition as readonly Conditions[]).map((item) => ({ AND: outside(item) })) }
      : { edge: { [name]: condition } };
  });

const isLogical = (name: string): boolean => name === 'AND' || name === 'OR' || name === 'NOT';

const something = (where: unknown, onEdge: boolean): unknown => {
  const complete = completeWhere(where, onEdge);
  if (!isObject(complete) || Object.keys(complete).length > 0) return complete;
  return onEdge ? { node: ALWAYS } : ALWAYS;
};

/** @neo4j/graphql takes `edge` and `node` of one item of an OR for two items of it. */
const apart = (where: unknown): unknown => {
  const parts = isObject(where) ? Object.entries(where) : [];
  return parts.length < 2 ? where : { AND: parts.map(([name, condition]) => ({ [name]: condition })) };
};

const isObject = (value: unknown): value is Conditions => typeof value === 'object' && value !== null && !Array.isArray(value);
