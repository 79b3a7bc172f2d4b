import { connectionName } from '../model/graph-names.js';
import { isOnEdge, withoutUnknown } from '../predicate/analyse.js';
import { and, type Comparison, type Conditions, type Predicate } from '../predicate/types.js';

/** A condition that no relationship matches: its target is in an empty list. */
const NEVER: Conditions = { node: { id: { in: [] } } };

/** Conditions that match no node and every node: nothing is in an empty list. */
const NO_NODE: Conditions = { id: { in: [] } };
const EVERY_NODE: Conditions = { NOT: NO_NODE };

/**
 * A predicate on nodes, or with `onEdge` on relationships and what they lead to, as an input of @neo4j/graphql; conditions on rows
 * in it have been answered with keys.
 *
 * It never contains an empty condition: the library drops a quantifier over one, so that `none: {}` would match every node instead of
 * those that have none, and drops an empty NOT or OR likewise.
 *
 *     {AND: [{name: {contains: "pump"}, year: {gt: 2000}}, {NOT: {parts: {some: {NOT: {id: {in: []}}}}}}]}
 */
export const graphWhere = (predicate: Predicate, onEdge = false): Conditions => {
  const known = withoutUnknown(predicate);
  return known.kind === 'true' ? {} : onEdge ? edgeWhere(known) : nodeWhere(known);
};

const nodeWhere = (predicate: Predicate): Conditions => {
  switch (predicate.kind) {
    case 'true':
      return EVERY_NODE;
    case 'false':
      return NO_NODE;
    case 'and':
      return together(predicate.of.map(nodeWhere));
    case 'or':
      return { OR: predicate.of.map(nodeWhere) };
    case 'not':
      return { NOT: nodeWhere(predicate.of) };
    case 'keys':
      return { id: { in: predicate.keys } };
    case 'compare':
      return valueWhere(predicate);
    case 'aggregate':
      return { [connectionName(predicate.by)]: { aggregate: predicate.of } };
    case 'related': {
      const { by, quantifier, end, of } = predicate;
      if (by.kind === 'relationship')
        return end === 'edge' ? { [connectionName(by)]: { [quantifier]: edgeWhere(of) } } : { [by.name]: { [quantifier]: nodeWhere(of) } };
    }
  }
  throw new Error(`a predicate of kind ${predicate.kind} is not one on nodes`);
};

const edgeWhere = (predicate: Predicate): Conditions => {
  if (isOnEdge(predicate)) return { edge: propertiesWhere(predicate) };
  switch (predicate.kind) {
    case 'true':
      return { node: EVERY_NODE };
    case 'false':
      return NEVER;
    case 'and':
      return together(onEachEnd(predicate.of).map(edgeWhere));
    case 'or':
      return { OR: predicate.of.map(edgeWhere).map(apart) };
    case 'not':
      return { NOT: edgeWhere(predicate.of) };
    case 'node':
      return { node: nodeWhere(predicate.of) };
  }
  throw new Error(`a predicate of kind ${predicate.kind} is not one on relationships`);
};

/** The conditions on the properties as one, and those on the target. */
const onEachEnd = (parts: readonly Predicate[]): readonly Predicate[] => {
  const [first, ...more] = parts.filter((part) => part.kind === 'node');
  const node = first && { ...first, of: and([first.of, ...more.map(({ of }) => of)]) };
  const rest = parts.filter((part) => part.kind !== 'node' && !isOnEdge(part));
  const edge = and(parts.filter(isOnEdge));
  return [...(edge.kind === 'true' ? [] : [edge]), ...(node ? [node] : []), ...rest];
};

/** A predicate on the properties of relationships alone. */
const propertiesWhere = (predicate: Predicate): Conditions => {
  switch (predicate.kind) {
    case 'and':
      return together(predicate.of.map(propertiesWhere));
    case 'or':
      return { OR: predicate.of.map(propertiesWhere) };
    case 'not':
      return { NOT: propertiesWhere(predicate.of) };
    case 'compare':
      return valueWhere(predicate);
  }
  throw new Error(`a predicate of kind ${predicate.kind} is not one on properties`);
};

const valueWhere = ({ field, operator, value, ignoreCase }: Comparison): Conditions => ({
  [field.name]: ignoreCase ? { caseInsensitive: { [operator]: value } } : { [operator]: value },
});

/** Merges conditions into one object as long as no name, operator or quantifier is taken twice. */
const together = (parts: readonly Conditions[]): Conditions => {
  const whole: Record<string, unknown> = {};
  for (const part of parts)
    for (const [name, condition] of Object.entries(part)) {
      const held = whole[name];
      if (held === undefined) whole[name] = condition;
      else if (LOGICAL.has(name) || shares(held as Conditions, condition as Conditions)) return { AND: parts };
      else whole[name] = { ...held, ...(condition as Conditions) };
    }
  return whole;
};

const LOGICAL: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'node']);

const shares = (one: Conditions, other: Conditions): boolean => Object.keys(other).some((name) => name in one);

/** @neo4j/graphql reads `edge` and `node` of one item of an OR as two items. */
const apart = (where: Conditions): Conditions => {
  const parts = Object.entries(where);
  return parts.length < 2 ? where : { AND: parts.map(([name, condition]) => ({ [name]: condition })) };
};
