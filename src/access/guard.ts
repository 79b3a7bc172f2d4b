import type { EntityType, Model } from '../model/types.js';
import { TRUE, type Predicate } from '../predicate/types.js';

/** What is done with a row or a node. To connect is to refer to it. */
export type Right = 'read' | 'create' | 'update' | 'delete' | 'connect' | 'subscribe';

/**
 * Which rows or nodes of a type the caller may use so. A row that nobody may read does not exist: the guard stands outside all
 * negations and quantifiers of a request. Values of the caller are Deferred, read from the run.
 */
export type Guard = (type: EntityType, right: Right) => Predicate;

/** The model, with who may do what. */
export interface GuardedModel extends Model {
  readonly guard: Guard;
}

/** Everybody may do everything: for what the gateway does by itself, and while there are no rules. */
export const unguarded = (model: Model): GuardedModel => ({ ...model, guard: () => TRUE });
