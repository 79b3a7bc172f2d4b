import { changeInner } from '../predicate/analyse.js';
import type { Caller } from '../predicate/caller.js';
import { compare, type Predicate } from '../predicate/types.js';
import type { Condition } from './condition.js';
import type { SessionTest } from './session-test.js';
import { sessionValue, SessionValue } from './session-value.js';

/** The values of session variables, null for those that the caller does not have. */
export const valuesIn = (caller: Caller, names: readonly string[]): unknown[] => names.map((name) => sessionValue(caller, name) ?? null);

const predicatesIn = (condition: Condition): readonly Predicate[] => {
  if (condition.kind === 'node') return [condition.of];
  if (condition.kind === 'jwt') return [];
  return condition.kind === 'not' ? predicatesIn(condition.of) : condition.of.flatMap(predicatesIn);
};

/** The conditions on session variables that a condition is made of. */
export const testsIn = (condition: Condition): readonly SessionTest[] => {
  if (condition.kind === 'jwt') return [condition.test];
  if (condition.kind === 'node') return [];
  return condition.kind === 'not' ? testsIn(condition.of) : condition.of.flatMap(testsIn);
};

const sessionValues = (value: unknown): readonly SessionValue[] =>
  value instanceof SessionValue ? [value] : Array.isArray(value) ? value.flatMap(sessionValues) : [];

/** Names of the session variables that a predicate compares with. */
export const variablesOf = (predicate: Predicate): string[] => {
  const names = new Set<string>();
  const walk = (part: Predicate): Predicate => {
    if (part.kind === 'compare') for (const { variable } of sessionValues(part.value)) names.add(variable);
    return changeInner(part, walk);
  };
  walk(predicate);
  return [...names];
};

export const variablesIn = (conditions: readonly Condition[]): string[] => [
  ...new Set(conditions.flatMap(predicatesIn).flatMap(variablesOf)),
];

/** The predicate with comparisons unknown whose session variable the caller does not have. */
export const nullVariables = (predicate: Predicate, caller: Caller): Predicate => {
  if (predicate.kind !== 'compare') return changeInner(predicate, (part) => nullVariables(part, caller));
  // Sets are read later, and are never null.
  const isNull = sessionValues(predicate.value).some(
    ({ variable }) => variable in caller.variables && (caller.variables[variable] ?? null) === null,
  );
  const { operator } = predicate;
  return isNull ? compare({ ...predicate, operator: operator === 'eq' ? 'in' : operator, value: null }) : predicate;
};
