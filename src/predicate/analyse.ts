import { connectionName } from '../model/graph-names.js';
import { settled, type Run } from './deferred.js';
import { and, compare, FALSE, isUnknown, not, or, type Comparison, type NearCondition, type Predicate, type Related } from './types.js';

/** The ANDed conditions of a predicate, one by one. */
export const conjuncts = (predicate: Predicate | undefined): readonly Predicate[] =>
  predicate === undefined || predicate.kind === 'true' ? [] : predicate.kind === 'and' ? predicate.of : [predicate];

/** Whether the predicate, or one that it is made of, passes this test. */
const someIn = (predicate: Predicate, test: (part: Predicate) => boolean): boolean => {
  if (test(predicate)) return true;
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.of.some((part) => someIn(part, test));
    case 'not':
    case 'node':
    case 'related':
      return someIn(predicate.of, test);
    default:
      return false;
  }
};

/** The predicate with what it is made of changed; one that is made of no others as it is. */
export const changeInner = (predicate: Predicate, change: (part: Predicate) => Predicate): Predicate => {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return (predicate.kind === 'and' ? and : or)(predicate.of.map(change));
    case 'not':
      return not(change(predicate.of));
    case 'node':
    case 'related':
      return { ...predicate, of: change(predicate.of) };
    default:
      return predicate;
  }
};

/** The quantifier `all` in terms of two others, as in SQL: one target at least passes, and none fails. */
export const allInTwo = (predicate: Related, passes: Predicate, fails: Predicate): Predicate =>
  and([
    { ...predicate, quantifier: 'some', of: passes },
    { ...predicate, quantifier: 'none', of: fails },
  ]);

/** Whether a predicate on rows needs another store. */
export const needsOthers = (predicate: Predicate): boolean =>
  someIn(predicate, (part) => part.kind === 'near' || (part.kind === 'related' && part.by.kind === 'relationship'));

/** Whether a predicate on nodes or relationships has conditions on rows, which need another store. */
export const asksRows = (predicate: Predicate): boolean =>
  someIn(predicate, (part) => (part.kind === 'node' || (part.kind === 'related' && part.end === 'target')) && part.target.home === 'table');

/** Whether all of it is on the properties of a relationship, and none on its target. */
export const isOnEdge = (predicate: Predicate): boolean => {
  if (predicate.kind === 'and' || predicate.kind === 'or') return predicate.of.every(isOnEdge);
  return predicate.kind === 'not' ? isOnEdge(predicate.of) : predicate.kind === 'compare';
};

/** The predicate with all Deferred values replaced. */
export const knownIn = (predicate: Predicate, run: Run): Predicate => {
  const value = (given: unknown): unknown => settled(given, (part) => part.get(run));
  switch (predicate.kind) {
    case 'compare':
      return compare({ ...predicate, value: value(predicate.value) });
    case 'keys':
      return { ...predicate, keys: value(predicate.keys) };
    case 'near':
      return { ...predicate, near: value(predicate.near) as NearCondition };
    default:
      return changeInner(predicate, (part) => knownIn(part, run));
  }
};

/** The negation, with NOT pushed below AND and OR: true where the predicate is false, and unknown where it is unknown. */
export const contrary = (predicate: Predicate): Predicate => {
  if (predicate.kind === 'and') return or(predicate.of.map(contrary));
  if (predicate.kind === 'or') return and(predicate.of.map(contrary));
  return predicate.kind === 'not' ? predicate.of : not(predicate);
};

/**
 * An equivalent predicate without unknown, for a store that has none. NOT is pushed down to the comparisons, so that false can replace
 * unknown: both match nothing.
 */
export const withoutUnknown = (predicate: Predicate): Predicate => (someIn(predicate, isUnknown) ? lowered(predicate, true) : predicate);

const lowered = (predicate: Predicate, holds: boolean): Predicate => {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return ((predicate.kind === 'and') === holds ? and : or)(predicate.of.map((part) => lowered(part, holds)));
    case 'not':
      return lowered(predicate.of, !holds);
    case 'node':
      return { ...predicate, of: lowered(predicate.of, holds) };
    case 'related': {
      const passes = lowered(predicate.of, true);
      const isAll = predicate.quantifier === 'all';
      return signed(isAll ? allInTwo(predicate, passes, lowered(predicate.of, false)) : { ...predicate, of: passes }, holds);
    }
    default:
      return isUnknown(predicate) ? FALSE : signed(predicate, holds);
  }
};

const signed = (predicate: Predicate, holds: boolean): Predicate => (holds ? predicate : not(predicate));

/** The name of a predicate in explain: `priority`, `project`, `components.some`. */
export const nameOf = (predicate: Predicate): string => {
  switch (predicate.kind) {
    case 'and':
      return predicate.of.map(nameOf).join(', ');
    case 'compare':
      return predicate.field.name;
    case 'related': {
      const { by, quantifier, end } = predicate;
      return by.kind === 'join' ? by.name : `${end === 'edge' ? connectionName(by) : by.name}.${quantifier}`;
    }
    case 'or':
    case 'not':
      return predicate.kind.toUpperCase();
    default:
      return predicate.kind;
  }
};

/** The ANDed comparisons of a predicate. */
export const comparisonsOf = (predicate: Predicate): readonly Comparison[] =>
  conjuncts(predicate).filter((part): part is Comparison => part.kind === 'compare');

/** The keys among these that match a predicate made of key sets only; undefined where the rows are needed. */
export const keysPassing = (predicate: Predicate, keys: readonly string[]): string[] | undefined => {
  const passes = keyTest(predicate);
  return passes && keys.filter(passes);
};

type KeyTest = (key: string) => boolean;

const keyTest = (predicate: Predicate): KeyTest | undefined => {
  switch (predicate.kind) {
    case 'true':
    case 'false':
      return () => predicate.kind === 'true';
    case 'keys': {
      if (predicate.by) return undefined;
      const held = new Set(predicate.keys as readonly string[]);
      return (key) => held.has(key);
    }
    case 'not': {
      const test = keyTest(predicate.of);
      return test && ((key) => !test(key));
    }
    case 'and':
    case 'or': {
      const tests = predicate.of.map(keyTest);
      if (!tests.every((test) => test !== undefined)) return undefined;
      return (key) => (predicate.kind === 'or' ? tests.some((test) => test(key)) : tests.every((test) => test(key)));
    }
    default:
      return undefined;
  }
};
