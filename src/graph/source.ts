import { GatewayError } from '../errors.js';
import type { GuardedModel, Right } from '../access/guard.js';
import type { EntityType } from '../model/types.js';
import { allInTwo, changeInner } from '../predicate/analyse.js';
import { and, not, TRUE, type Predicate, type Related } from '../predicate/types.js';

/**
 * A predicate on nodes of a type, or with `onEdge` on relationships that lead to them, restricted to those on which the caller has a
 * right. Every condition for the graph goes through here. Rows are guarded where their keys are looked up, in SQL.
 */
export const guardedNodes = (
  model: GuardedModel,
  target: EntityType,
  predicate: Predicate,
  onEdge = false,
  right: Right = 'read',
): Predicate => and([visible(model, target, onEdge, right), within(model, predicate)]);

/** The guard of the target. */
const visible = (model: GuardedModel, target: EntityType, onEdge: boolean, right: Right = 'read'): Predicate => {
  const guard = model.guard(target, right);
  if (guard.kind === 'true') return TRUE;
  // For a row, its key must be among those that SQL returns, which are of rows that the caller may read.
  const of = target.home === 'table' && guard === model.guard(target, 'read') ? TRUE : guard;
  return onEdge ? { kind: 'node', target, of } : of;
};

const within = (model: GuardedModel, predicate: Predicate): Predicate => {
  switch (predicate.kind) {
    case 'related':
      return guardedRelated(model, predicate);
    case 'aggregate': {
      const target = model.types.get(predicate.by.target)!;
      if (model.guard(target, 'read').kind === 'true') return predicate;
      const detail = `numbers over ${predicate.by.name} cannot be asked for, since you may not read every ${target.name}`;
      throw new GatewayError('BAD_WHERE', { field: predicate.by.name, detail });
    }
    default:
      return changeInner(predicate, (part) => within(model, part));
  }
};

const guardedRelated = (model: GuardedModel, predicate: Related): Predicate => {
  const { quantifier, end, target } = predicate;
  const seen = visible(model, target, end === 'edge');
  const of = within(model, predicate.of);
  if (seen.kind === 'true') return { ...predicate, of };
  if (quantifier !== 'all') return { ...predicate, of: and([seen, of]) };
  // A target that the caller may not read neither matches nor fails to match.
  return allInTwo(predicate, and([seen, of]), and([seen, not(of)]));
};
