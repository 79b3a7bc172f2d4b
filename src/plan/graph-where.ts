import { GatewayError } from '../errors.js';
import { MAX_DEPTH, tooDeep } from './where.js';

type Conditions = Readonly<Record<string, unknown>>;

/** What @neo4j/graphql would take for "everything" or fail on: null for a condition; and nesting without end. */
export const checkWhere = (field: string, where: unknown, depth = 0): void => {
  // A level of the grammar is two of the value: the field, and its operator or quantifier.
  if (depth > 2 * MAX_DEPTH) throw tooDeep(field);
  if (typeof where !== 'object' || where === null) return;
  for (const [name, condition] of Object.entries(where)) {
    if (condition === null && name !== 'eq') throw new GatewayError('BAD_WHERE', { field, detail: `expected a condition for ${name}, but got null. To ask for a missing value write {eq: null}` });
    checkWhere(field, condition, depth + 1);
  }
};

const QUANTIFIERS = new Set(['some', 'none', 'all', 'single']);

/** True of every node: nothing is one of nothing. */
const ALWAYS: Conditions = { NOT: { id: { in: [] } } };

/**
 * A condition in which nothing is left out: @neo4j/graphql drops a quantifier whose condition asks nothing, so that
 * `none: {}` would mean every node instead of those that have none, and a NOT of nothing likewise.
 */
export const completeWhere = (where: unknown, isEdge = false): unknown => {
  if (!isObject(where)) return where;
  const parts = Object.entries(where).flatMap(([name, condition]): [string, unknown][] => {
    if (name === 'AND' || name === 'OR') {
      const items = (condition as unknown[]).map((item) => something(item, isEdge));
      return items.length === 0 ? [] : [[name, items]];
    }
    if (name === 'NOT') return [[name, something(condition, isEdge)]];
    if (name === 'node' && isEdge) return [[name, something(condition, false)]];
    if (!isObject(condition)) return [[name, condition]];
    const inner = Object.entries(condition).map(([key, value]) => [key, QUANTIFIERS.has(key) && isObject(value) ? something(value, name.endsWith('Connection')) : value] as const);
    return inner.length === 0 ? [] : [[name, Object.fromEntries(inner)]];
  });
  return Object.fromEntries(parts);
};

const something = (where: unknown, isEdge: boolean): unknown => {
  const complete = completeWhere(where, isEdge);
  if (!isObject(complete) || Object.keys(complete).length > 0) return complete;
  return isEdge ? { node: ALWAYS } : ALWAYS;
};

const isObject = (value: unknown): value is Conditions => typeof value === 'object' && value !== null && !Array.isArray(value);
