import { GatewayError } from '../errors.js';
import type { MaskedPart } from '../model/rules.js';
import type { Column } from '../model/columns.js';
import type { CollectionType, EntityType, Model, TableType } from '../model/types.js';
import type { Deferred } from '../predicate/deferred.js';
import { TRUE, type Predicate } from '../predicate/types.js';

/** An operation on a row or a node. To connect is to refer to it. */
export type Right = 'read' | 'aggregate' | 'create' | 'update' | 'delete' | 'connect' | 'disconnect' | 'subscribe';

/**
 * The rows or nodes of a type on which the caller has a right. A row that the caller may not read does not exist for them: the guard
 * applies outside all negations and quantifiers of a request. Values of the caller are Deferred, read from the run.
 */
export type Guard = (type: EntityType | CollectionType, right: Right) => Predicate;

/** A column whose value the caller sees only in the rows that match; of others nothing, or a part. */
export interface HiddenColumn {
  readonly shown: Predicate;
  readonly keep: MaskedPart | undefined;
}

/** What the rules say of a caller. */
export interface Rules {
  readonly guard: Guard;
  /** What a row must be before or after it is written, or the mutation fails. */
  readonly check: (type: EntityType, right: 'create' | 'update' | 'delete', when: 'before' | 'after') => Predicate;
  /** Columns, by name, that the caller does not see in all rows. */
  readonly hidden: (type: EntityType) => ReadonlyMap<string, HiddenColumn>;
  /** Whether the caller must sign in, or have other session variables, for an operation on the type. */
  readonly isRefused: (type: EntityType | CollectionType, right: Right) => boolean;
}

/** Rows of a type as they were when they changed, which stand for its table. */
export interface RowImages {
  readonly type: TableType;
  readonly columns: readonly Column[];
  /** A JSON array of objects with the texts of the columns, known when the plan runs. */
  readonly rows: Deferred;
}

/** The model with its access rules. */
export interface GuardedModel extends Model, Rules {
  readonly images?: RowImages;
}

/** @throws GatewayError UNAUTHENTICATED where the caller must sign in for an operation on the type */
export const refuseStrangers = ({ isRefused }: Rules, type: EntityType | CollectionType, right: Right): void => {
  if (!isRefused(type, right)) return;
  const operation = right === 'read' ? 'read' : 'write';
  const detail = `you may not ${operation} ${type.plural} unless you are signed in with the right to`;
  throw new GatewayError('UNAUTHENTICATED', { detail }, { extensions: { type: type.name } });
};

const NONE: ReadonlyMap<string, HiddenColumn> = new Map();

/** No restrictions: for the gateway's own work, and while there are no rules. */
const EVERYTHING: Rules = { guard: () => TRUE, check: () => TRUE, hidden: () => NONE, isRefused: () => false };

export const unguarded = (model: Model): GuardedModel => ({ ...model, ...EVERYTHING });

/** The model with rules; those that are left out allow everything. */
export const withRules = (model: Model, rules: Partial<Rules>): GuardedModel => ({ ...model, ...EVERYTHING, ...rules });
