import { knownIn, needsOthers } from '../predicate/analyse.js';
import { and, keySet, TRUE, type Predicate } from '../predicate/types.js';
import { WaitingOrder, type GraphPart } from '../graph/part.js';
import type { TableType } from '../model/types.js';
import { allRows, answer, answerKnown, inside, kept, narrow, ownOf, resolveIn, termsLoaders, withNotes } from './conditions.js';
import { graphTerms } from './graph-terms.js';
import { unlessTooMany } from './key-lookup.js';
import { rankNodes } from './node-order.js';
import type { Condition, PartedWhere, Probed, WhereLoaders } from './types.js';

/**
 * Answers the conditions of a predicate on other stores and replaces them by the keys of the matching rows, so that SQL can do the
 * rest. A predicate without such conditions is returned as it is.
 *
 * Of ANDed conditions, the most selective comes first, and its keys narrow the others: each store is asked for a block of keys, and one
 * that returns fewer has returned all. Where none does, all vectors are searched.
 *
 * @throws GatewayError TOO_MANY_KEYS where more than `maxKeys` rows match one of them
 */
export const resolveWhere = (
  loaders: WhereLoaders,
  type: TableType,
  predicate: Predicate | undefined,
  field = type.plural,
): Promise<Predicate> => {
  if (!predicate || !needsOthers(predicate)) return Promise.resolve(predicate ?? TRUE);
  let resolved = loaders.resolved.get(predicate);
  if (!resolved) loaders.resolved.set(predicate, (resolved = resolveIn(inside(loaders, field), type, predicate, allRows(loaders))));
  return resolved;
};

/** Most keys of one block of a page's rows that other stores are asked about. */
const MANY_KEYS = 1_000;

/** Asks each store for a first block of keys. The rows must have a single column as their key. */
export const probeWhere = (loaders: WhereLoaders, type: TableType, predicate: Predicate, field = type.plural): Promise<Probed> => {
  let probed = loaders.probed.get(predicate);
  if (!probed) loaders.probed.set(predicate, (probed = probe(inside(loaders, field), type, predicate)));
  return probed;
};

const probe = async (loaders: WhereLoaders, type: TableType, predicate: Predicate): Promise<Probed> => {
  const scope = { most: Math.min(loaders.probeKeys, loaders.maxKeys) };
  const plain = kept(loaders, type, predicate);
  const note = loaders.noting?.notes.begin(loaders.noting.path);
  const parts = withNotes(plain, note);
  const known = await unlessTooMany(narrow(loaders, type, parts, scope, note));
  if (!known) return { parted: toParted(loaders, type, plain) };
  const given = parts.map((part) => (part.kind === 'lookup' ? known.keys.get(part.lookup) : undefined));
  if (known.among && known.among.length > MANY_KEYS && parts.some(({ kind }, index) => kind !== 'rows' && !given[index])) {
    const left = plain.map((part, index): Condition => (given[index] ? { kind: 'rows', predicate: keySet(given[index]) } : part));
    return { parted: toParted(loaders, type, left) };
  }
  const answered = await unlessTooMany(answerKnown(loaders, type, parts, scope, known, note));
  return answered ? { answered } : { parted: toParted(loaders, type, plain) };
};

/** Undefined where no condition is on another store, or where the key is not a single column. */
export const partWhere = (
  loaders: WhereLoaders,
  type: TableType,
  predicate: Predicate | undefined,
  field = type.plural,
): PartedWhere | undefined => {
  if (!predicate || type.table.key.length !== 1 || !needsOthers(predicate)) return undefined;
  const at = inside(loaders, field);
  return toParted(at, type, kept(at, type, predicate));
};

const toParted = (loaders: WhereLoaders, type: TableType, parts: readonly Condition[]): PartedWhere => {
  const others = parts.filter(({ kind }) => kind !== 'rows');
  return {
    own: and(ownOf(parts)),
    among: (keys, block) => {
      const note = loaders.noting?.notes.begin([...loaders.noting.path, `block ${block}`]);
      note?.block(keys);
      return answer(loaders, type, others, { among: keys, most: loaders.maxKeys }, note);
    },
  };
};

/** A part of a graph document with its open conditions replaced by keys of matching rows, and its open orders by ranks of the nodes. */
export const resolvePart = async (loaders: WhereLoaders, part: GraphPart): Promise<GraphPart> => {
  if (part.waiting.length === 0 && !part.isDeferred) return part;
  const terms = termsLoaders(loaders);
  const answerOne = (one: GraphPart['waiting'][number]): Promise<unknown> =>
    one instanceof WaitingOrder ? rankNodes(loaders, one) : graphTerms(terms, one.target, one.onEdge, knownIn(one.predicate, loaders.run));
  return part.answered(new Map(await Promise.all(part.waiting.map(async (one) => [one, await answerOne(one)] as const))), loaders.run);
};
