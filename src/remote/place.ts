import type { GuardedModel } from '../access/guard.js';
import type { SearchedType, TableType } from '../model/types.js';
import { changeInner, conjuncts, knownIn } from '../predicate/analyse.js';
import type { Run } from '../predicate/deferred.js';
import { and, keySet, TRUE, type Predicate } from '../predicate/types.js';
import { keySelection } from '../query/selection.js';
import { KEY, type LoadedRow } from '../sql/row.js';
import { NONE, splitWhere, type Place } from '../vector/payload.js';
import type { RowsRequest } from '../load/relational.js';
import { limited } from './key-lookup.js';

export interface PlaceLoaders {
  readonly model: GuardedModel;
  /** The run, with the caller's values. */
  readonly run: Run;
  readonly rows: { load(request: RowsRequest): Promise<LoadedRow[]> };
  /** Most keys that a search is restricted to. */
  readonly maxKeys: number;
}

/**
 * The points of the matching rows that the caller may read: every vector search goes through here. Conditions on the payload become a
 * filter, the others keys from the home store.
 *
 * @throws GatewayError TOO_MANY_KEYS
 */
export const placeOf = async (loaders: PlaceLoaders, field: string, type: SearchedType, where: Predicate = TRUE): Promise<Place> => {
  const { model, run, maxKeys } = loaders;
  const [told, untold] = [false, true].map((hides) => and(conjuncts(where).filter((part) => asksHidden(model, part) === hides)));
  const whole = splitWhere(type, knownIn(and([model.guard(type, 'read'), told!]), run));
  const split = untold!.kind === 'true' ? whole : { ...whole, rest: and([whole.rest ?? TRUE, knownIn(untold!, run)]) };
  if (!split.rest) return { ...split, type, keys: undefined };
  // No row can be asked: what the payload does not tell for sure is not readable.
  if (type.home === 'collection') return { ...split, type, filter: NONE, keys: undefined };
  return { ...split, type, keys: limited(field, await matchingKeys(loaders, type, split.rest, maxKeys + 1), maxKeys) };
};

/** Whether a condition is on rows that the caller may not see: the payload has their keys all the same, so only their table can tell. */
const asksHidden = (model: GuardedModel, predicate: Predicate): boolean => {
  let found = false;
  const walk = (part: Predicate): Predicate => {
    if (part.kind === 'related') found ||= model.guard(model.types.get(part.by.target)!, 'read').kind !== 'true';
    return changeInner(part, walk);
  };
  walk(predicate);
  return found;
};

/** The keys among these of rows that the caller may read. */
export const readable = async (
  { model, rows }: Pick<PlaceLoaders, 'model' | 'rows'>,
  type: TableType,
  keys: readonly string[],
): Promise<readonly string[]> => {
  if (model.guard(type, 'read').kind === 'true' || keys.length === 0) return keys;
  const found = new Set(await matchingKeys({ rows }, type, keySet(keys), keys.length));
  return keys.filter((key) => found.has(key));
};

/** The keys of the matching rows that the caller may read, at most so many. */
export const matchingKeys = async (
  { rows }: Pick<PlaceLoaders, 'rows'>,
  type: TableType,
  where: Predicate,
  most: number,
): Promise<string[]> => {
  const query = { kind: 'page', where, rows: most, unordered: true } as const;
  return (await rows.load({ forKeys: true, selection: keySelection(type), query })).map(({ row }) => row[KEY]!);
};
