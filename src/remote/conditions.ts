import { tableType, type TableType } from '../model/types.js';
import { conjuncts, nameOf, needsOthers } from '../predicate/analyse.js';
import { and, keySet, not, or, TRUE, type Predicate, type Related } from '../predicate/types.js';
import { guardedNodes } from '../graph/source.js';
import { keySelection } from '../query/selection.js';
import { KEY } from '../sql/row.js';
import type { RowQuery } from '../sql/read.js';
import { graphTerms, type TermsLoaders } from './graph-terms.js';
import { allKeys, hopLookup, MAX_AMONG, nearLookup, tooMany, type KeyLookup, type Keys } from './key-lookup.js';
import type { Condition, Scope, WhereLoaders } from './types.js';
import type { WhereNote } from './where-notes.js';

/** The same loaders, one step deeper in a predicate. */
export const inside = (loaders: WhereLoaders, name: string): WhereLoaders =>
  loaders.noting ? { ...loaders, noting: { ...loaders.noting, path: [...loaders.noting.path, name] } } : loaders;

export const ownOf = (parts: readonly Condition[]): Predicate[] => parts.flatMap((part) => (part.kind === 'rows' ? [part.predicate] : []));

const namesOf = (predicates: readonly Predicate[]): string => [...new Set(predicates.map(nameOf))].join(', ');

const conditionsOf = (loaders: WhereLoaders, type: TableType, predicates: readonly Predicate[]): Condition[] =>
  predicates.flatMap((predicate): Condition[] => {
    if (!needsOthers(predicate)) return [{ kind: 'rows', predicate }];
    const name = nameOf(predicate);
    const below = inside(loaders, name);
    switch (predicate.kind) {
      case 'or': {
        const each = (scope: Scope) => Promise.all(predicate.of.map((part) => resolveIn(below, type, part, scope)));
        return [{ kind: 'mixed', name, resolve: async (scope) => or(await each(scope)) }];
      }
      case 'not':
        return [{ kind: 'mixed', name, resolve: async (scope) => not(await resolveIn(below, type, predicate.of, scope)) }];
      case 'near':
        return [{ kind: 'lookup', name, lookup: nearLookup(loaders, predicate.type, predicate.near) }];
      case 'related': {
        if (predicate.by.kind === 'relationship') return hopConditions(loaders, type, predicate);
        const target = tableType(loaders.model, predicate.by.target);
        const resolve = once(async (): Promise<Predicate> => ({
          ...predicate,
          of: await resolveIn(below, target, predicate.of, allRows(loaders)),
        }));
        return [{ kind: 'mixed', name, resolve }];
      }
      default:
        return [{ kind: 'rows', predicate }];
    }
  });

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** Quantifiers as two sets of keys: the rows with a hop whose target matches, and those with one whose target does not. */
const hopConditions = (loaders: WhereLoaders, type: TableType, predicate: Related): Condition[] => {
  const { by, quantifier, end, target, of } = predicate;
  if (by.kind !== 'relationship') return [];
  const onEdge = end === 'edge';
  const name = nameOf(predicate);
  const within = inside(loaders, name);
  const lookup = (which: 'some' | 'single', condition = of): KeyLookup => {
    // What may not be read neither passes nor fails.
    const guarded = guardedNodes(loaders.model, target, condition, onEdge);
    return hopLookup(loaders, type, by, which, onEdge, (reached) => graphTerms(termsLoaders(within, reached), target, onEdge, guarded));
  };
  if (quantifier === 'some' || quantifier === 'single') return [{ kind: 'lookup', name, lookup: lookup(quantifier) }];
  if (quantifier === 'none') return [{ kind: 'not', name, lookup: lookup('some') }];
  return [
    { kind: 'lookup', name, lookup: lookup('some') },
    { kind: 'not', name, lookup: lookup('some', not(of)) },
  ];
};

/** The same condition, with a note of how it is answered. */
const noted = (note: WhereNote, part: Condition): Condition => {
  if (part.kind === 'rows') return part;
  if (part.kind !== 'mixed') return { ...part, lookup: note.lookup(part.name, part.lookup, part.kind === 'not') };
  const resolve = (scope: Scope) => {
    note.apart(part.name);
    return part.resolve(scope);
  };
  return { ...part, resolve };
};

/** A search costs the same for one key as for many, so it returns as many as other stores can take. */
const mostOf = ({ maxKeys }: WhereLoaders, { kind }: KeyLookup, most: number): number =>
  kind === 'search' ? Math.max(most, Math.min(MAX_AMONG, maxKeys)) : most;

export const allRows = ({ maxKeys }: WhereLoaders): Scope => ({ most: maxKeys });

/** A predicate, or a part of one, with its conditions on other stores answered. */
export const resolveIn = async (loaders: WhereLoaders, type: TableType, predicate: Predicate, scope: Scope): Promise<Predicate> =>
  needsOthers(predicate)
    ? answer(loaders, type, kept(loaders, type, predicate), scope, loaders.noting?.notes.begin(loaders.noting.path))
    : predicate;

export const kept = (loaders: WhereLoaders, type: TableType, predicate: Predicate): readonly Condition[] => {
  let parts = loaders.conditions.get(predicate);
  if (!parts) loaders.conditions.set(predicate, (parts = conditionsOf(loaders, type, conjuncts(predicate))));
  return parts;
};

export const answer = async (
  loaders: WhereLoaders,
  type: TableType,
  plain: readonly Condition[],
  scope: Scope,
  note: WhereNote | undefined,
): Promise<Predicate> => {
  const parts = withNotes(plain, note);
  return answerKnown(loaders, type, parts, scope, await narrow(loaders, type, parts, scope, note), note);
};

export const withNotes = (parts: readonly Condition[], note: WhereNote | undefined): readonly Condition[] =>
  note ? parts.map((part) => noted(note, part)) : parts;

/** A small set of keys that contains those of all matching rows, and the keys of the conditions answered so far. */
interface Known {
  readonly among: readonly string[] | undefined;
  readonly keys: ReadonlyMap<KeyLookup, string[]>;
}

export const answerKnown = async (
  loaders: WhereLoaders,
  type: TableType,
  parts: readonly Condition[],
  { most }: Scope,
  known: Known,
  note: WhereNote | undefined,
): Promise<Predicate> => {
  const answered = async (lookup: KeyLookup): Promise<Predicate> => {
    const limit = Math.max(mostOf(loaders, lookup, most), known.among?.length ?? 0);
    return keySet(known.keys.get(lookup) ?? allKeys(type.plural, await lookup.keys(limit + 1, known.among), limit));
  };
  // A condition answered among the keys of another implies it.
  const isSaid = (lookup: KeyLookup): boolean =>
    known.among !== undefined &&
    known.keys.get(lookup) === known.among &&
    parts.some((part) => part.kind === 'lookup' && !known.keys.has(part.lookup) && part.lookup.heeds(known.among!));
  const left = await Promise.all(
    parts.map(async (part): Promise<Predicate> => {
      if (part.kind === 'rows') return part.predicate;
      if (part.kind === 'lookup') return isSaid(part.lookup) ? TRUE : answered(part.lookup);
      if (part.kind === 'not') return not(await answered(part.lookup));
      return part.resolve({ among: known.among, most });
    }),
  );
  const own = ownOf(parts);
  if (own.length > 0) note?.last(namesOf(own));
  return and(left);
};

/** Answers conditions until a small set of keys contains those of all matching rows. */
export const narrow = async (
  loaders: WhereLoaders,
  type: TableType,
  parts: readonly Condition[],
  { among, most }: Scope,
  note: WhereNote | undefined,
): Promise<Known> => {
  const probeKeys = Math.min(loaders.probeKeys, most);
  const keys = new Map<KeyLookup, string[]>();
  const lookups = parts.flatMap((part) => (part.kind === 'lookup' ? [part.lookup] : []));
  const own = ownOf(parts);
  const others = parts.filter((part) => part.kind !== 'rows').length;
  if (among || others + own.length < 2 || type.table.key.length !== 1) return { among, keys };
  const search = lookups.find(({ kind }) => kind === 'search');
  const first = lookups.filter((lookup) => lookup.kind !== 'search');
  const found = await Promise.all(first.map((lookup) => lookup.keys(probeKeys + 1)));
  const whole = found.flatMap(({ keys: some, areAll }, index) => (areAll ? [[first[index]!, some] as const] : []));
  for (const [lookup, some] of whole) keys.set(lookup, some);
  let fewest = whole.map(([, some]) => some).sort((one, other) => one.length - other.length)[0];
  // The final statement reads rows by key anyway: their own conditions are only asked first where that narrows a search.
  if (!fewest && own.length > 0 && search) {
    const rows = rowKeys(loaders, type, and(own), probeKeys + 1);
    const few = await (note ? note.rows(namesOf(own), probeKeys + 1, rows) : rows);
    if (few.areAll) fewest = few.keys;
  }
  if (!fewest && search) {
    const limit = mostOf(loaders, search, most);
    keys.set(search, (fewest = allKeys(type.plural, await search.keys(limit + 1), limit)));
  }
  // Another request would return as many.
  if (!fewest && most === probeKeys && first.length > 0) throw tooMany(type.plural, most);
  return { among: fewest, keys };
};

const rowKeys = async (
  loaders: WhereLoaders,
  type: TableType,
  predicate: Predicate,
  rows: number,
  among?: readonly string[],
): Promise<Keys> => {
  const resolved = await resolveIn(loaders, type, predicate, { among, most: loaders.maxKeys });
  const query: RowQuery = { kind: 'page', where: among ? and([resolved, keySet(among)]) : resolved, rows, unordered: true };
  const loaded = await loaders.rows.load({ forKeys: true, selection: keySelection(type), query });
  return { keys: loaded.map(({ row }) => row[KEY]!), areAll: loaded.length < rows };
};

/** @param among the rows that a hop leads to: only these need an answer */
export const termsLoaders = (loaders: WhereLoaders, among?: readonly string[]): TermsLoaders => ({
  terms: among ? new WeakMap() : loaders.terms,
  rowKeys: async (type, predicate) =>
    allKeys(type.plural, await rowKeys(loaders, type, predicate, loaders.maxKeys + 1, among), loaders.maxKeys),
});
