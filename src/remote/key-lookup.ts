import { GatewayError } from '../errors.js';
import type { RelationshipField } from '../model/fields.js';
import { graphName, nodeName, type EmbeddedType, type EntityType, type TableType } from '../model/types.js';
import type { GuardedModel } from '../access/guard.js';
import { GraphPart, keysPart } from '../graph/part.js';
import { guardedNodes } from '../graph/source.js';
import { knownIn } from '../predicate/analyse.js';
import type { Run } from '../predicate/deferred.js';
import { isKey } from '../sql/read.js';
import { and, keySet, type NearCondition, type Predicate } from '../predicate/types.js';
import type { GraphLoader } from '../load/graph.js';
import type { Place } from '../vector/payload.js';
import { nearTo, type NearLoaders } from '../vector/near.js';
import type { Nearest, NearestLoader } from '../load/nearest-rows.js';

/** Most keys that a search in the vector store is restricted to: they are sent as text. */
export const MAX_AMONG = 10_000;

export interface ForeignLoaders extends NearLoaders {
  /** The run, with the caller's values for access rules. */
  readonly run: Run;
  readonly model: GuardedModel;
  readonly graph: GraphLoader;
  readonly nearest: NearestLoader;
  /** The points of a type that may be searched. */
  readonly place: (type: EmbeddedType) => Promise<Place>;
  /** Most keys that one store passes to another for one condition. */
  readonly maxKeys: number;
  /** Searches over all rows so far, by condition and limit: `all` needs both the matching and the other rows. */
  readonly searches: WeakMap<object, Map<number, Promise<Nearest>>>;
}

/** A condition that another store answers with the keys of the matching rows. */
export interface KeyLookup {
  /** How it uses the keys of other conditions: a hop starts from them, a search is restricted to them, `whole` ignores them. */
  readonly kind: 'hop' | 'search' | 'whole';
  /** Whether `keys` searches only among these. It does not for the nearest of all rows, nor where the keys are too many to send. */
  heeds(among: readonly string[]): boolean;
  /** At most `limit` keys. With `among`, they include all matching keys among these, and perhaps others. */
  keys(limit: number, among?: readonly string[]): Promise<Keys>;
}

export interface Keys {
  readonly keys: string[];
  /** Whether these are all. Their number does not tell, since values that cannot be keys are left out. */
  readonly areAll: boolean;
}

/**
 * A hop with a matching target, as a lookup in the graph. With `edges` the condition is on the relationship and its target.
 *
 * @param terms the condition for the graph; with keys, only for the rows with these keys, to which the hop leads
 */
export const hopLookup = (
  loaders: ForeignLoaders,
  type: TableType,
  field: RelationshipField,
  quantifier: 'some' | 'single',
  edges: boolean,
  terms: (reached?: readonly string[]) => Promise<Predicate>,
): KeyLookup => {
  let condition: Promise<Predicate> | undefined;
  const seen = (of: EntityType, predicate: Predicate) => knownIn(guardedNodes(loaders.model, of, predicate), loaders.run);
  const target = loaders.model.types.get(field.target)!;
  // More rows may match than can be listed, while the hop leads to fewer.
  const termsAmong = async (among: readonly string[] | undefined): Promise<Predicate> => {
    condition ??= terms();
    if (!among || target.home === 'node') return condition;
    return (await unlessTooMany(condition)) ?? terms(await reached(loaders, type, field, target, among));
  };
  return {
    kind: 'hop',
    heeds: () => true,
    keys: async (limit, among) => {
      const inner = await termsAmong(among);
      // Without keys to start from, the targets of the hop are the restriction.
      if (quantifier === 'some' && !edges && !among) {
        const part = keysPart(graphName(target), seen(target, inner), undefined);
        const found = (await loaders.graph.load({ kind: 'keys', part, behind: { type, field, limit } })) as string[] | undefined;
        if (found) return keysOf(type, found, limit);
      }
      const hop: Predicate = { kind: 'related', by: field, quantifier, end: edges ? 'edge' : 'target', target, of: inner };
      const where = among ? and([keySet(among), hop]) : hop;
      return keysOf(
        type,
        (await loaders.graph.load({ kind: 'keys', part: keysPart(nodeName(type), seen(type, where), limit) })) as string[],
        limit,
      );
    },
  };
};

/** The keys of the rows that a hop leads to from these. */
const reached = async (
  { graph }: ForeignLoaders,
  type: TableType,
  field: RelationshipField,
  target: TableType,
  among: readonly string[],
): Promise<string[]> => {
  const found = (await graph.load({ kind: 'hop', type, keys: among, part: new GraphPart(() => `${field.name} { id }`) })) as ReadonlyMap<
    string,
    readonly { readonly id: string }[] | undefined
  >;
  return [...new Set([...found.values()].flatMap((nodes) => (nodes ?? []).map(({ id }) => id)))].filter((key) => isKey(target, key));
};

const keysOf = (type: TableType, found: readonly string[], limit: number): Keys => ({
  keys: found.filter((key) => isKey(type, key)),
  areAll: found.length < limit,
});

/** Similarity to a text or a vector: a least score, the nearest so many of all rows, or both. */
export const nearLookup = (loaders: ForeignLoaders, type: EmbeddedType, condition: NearCondition): KeyLookup => {
  const { minScore, limit: nearestOnly, ...target } = condition;
  const refuse = (detail: string) => new GatewayError('BAD_WHERE', { field: type.plural, detail });
  const { using, query } = nearTo(loaders, type, target, refuse);
  if ((minScore ?? null) === null && (nearestOnly ?? null) === null)
    throw refuse('near needs minScore or limit: without one, every row is near');
  if (nearestOnly !== null && nearestOnly !== undefined && (nearestOnly < 1 || nearestOnly > MAX_AMONG))
    throw refuse(`near takes a limit from 1 to ${MAX_AMONG}, but got ${nearestOnly}`);
  // The nearest rows of all are not the nearest of a subset.
  const kind = (nearestOnly ?? null) === null ? 'search' : 'whole';
  const heeds = (among: readonly string[]): boolean => kind === 'search' && among.length <= MAX_AMONG;
  // The search is exact: a missed row would change the condition.
  const search = async (rows: number, keys: readonly string[] | undefined) => {
    const place = await loaders.place(type);
    return loaders.nearest.load({
      type,
      using,
      query: await query(),
      limit: rows,
      minScore: minScore ?? undefined,
      filter: place.filter,
      keys: amongBoth(keys, place.keys),
      exact: true,
    });
  };
  const searchAll = (rows: number): Promise<Nearest> => {
    let found = loaders.searches.get(condition);
    if (!found) loaders.searches.set(condition, (found = new Map<number, Promise<Nearest>>()));
    const known = found.get(rows) ?? search(rows, undefined);
    found.set(rows, known);
    return known;
  };
  return {
    kind,
    heeds,
    keys: async (limit, among) => {
      const keys = among && heeds(among) ? among : undefined;
      // No more than these keys, or than the limit, are needed.
      const most = nearestOnly ?? keys?.length;
      const found = await (keys ? search(most!, keys) : searchAll(most ?? limit));
      const known = found.rows.map(({ key }) => key).filter((key) => isKey(type, key));
      return { keys: known, areAll: most !== undefined || !found.isCut };
    },
  };
};

/** The intersection of two lists of keys; undefined stands for all keys. */
export const amongBoth = (keys: readonly string[] | undefined, others: readonly string[] | undefined): readonly string[] | undefined => {
  if (!keys || !others) return keys ?? others;
  const held = new Set(others);
  return keys.filter((key) => held.has(key));
};

/** @throws GatewayError TOO_MANY_KEYS */
export const limited = <T>(field: string, keys: T[], maximum: number): T[] => {
  if (keys.length > maximum) throw tooMany(field, maximum);
  return keys;
};

/** All keys; the request was for one more than allowed. @throws GatewayError TOO_MANY_KEYS */
export const allKeys = (field: string, { keys, areAll }: Keys, maximum: number): string[] => {
  if (!areAll) throw tooMany(field, maximum);
  return keys;
};

export const tooMany = (field: string, maximum: number) => new GatewayError('TOO_MANY_KEYS', { field, maximum });

/** The answer, or undefined where it needs too many keys. */
export const unlessTooMany = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'TOO_MANY_KEYS') return undefined;
    throw error;
  }
};
