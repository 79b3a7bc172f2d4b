import type { CollectionType, EntityType, Model } from '../model/types.js';
import { TRUE, type Predicate } from '../predicate/types.js';

/** An operation on a row or a node. To connect is to refer to it. */
export type Right = 'read' | 'create' | 'update' | 'delete' | 'connect' | 'subscribe';

/**
 * The rows or nodes of a type on which the caller has a right. A row that the caller may not read does not exist for them: the guard
 * applies outside all negations and quantifiers of a request. Values of the caller are Deferred, read from the run.
 */
export type Guard = (type: EntityType | CollectionType, right: Right) => Predicate;

/** The model with its access rules. */
export interface GuardedModel extends Model {
  readonly guard: Guard;
}

/** No restrictions: for the gateway's own work, and while there are no rules. */
export const unguarded = (model: Model): GuardedModel => ({ ...model, guard: () => TRUE });
