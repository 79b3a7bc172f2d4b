import { connectionField, connectionName } from '../model/graph-names.js';
import { tableType, type EmbeddedType, type Model, type RelationshipField, type TableType } from '../model/types.js';
import { WaitingOrder, type GraphPart } from '../plan/graph-part.js';
import { checkGraphWhere } from '../plan/graph-where.js';
import { keySelection } from '../plan/selection.js';
import { KEY } from '../plan/row.js';
import { ALL, KEYS, MAX_DEPTH, nullCondition, tooDeep, type Where } from '../plan/where.js';
import type { Entry } from '../plan/sql.js';
import { allKeys, hopAsk, MAX_KEYS, nearAsk, type Ask, type ForeignLoaders, type Keys } from './foreign.js';
import { graphTerms, type TermsLoaders } from './graph-terms.js';
import { rankNodes } from './node-order.js';
import type { RowsLoader } from './relational.js';
import type { WhereNote, WhereNotes } from './where-notes.js';

export interface WhereLoaders extends ForeignLoaders {
  readonly rows: RowsLoader;
  /** Answers so far: a connection's page, count and numbers have one `where`. */
  readonly resolved: WeakMap<object, Promise<Where>>;
  /** The same of conditions that the graph answers. */
  readonly terms: WeakMap<object, Promise<Where>>;
  /** A store is first asked for no more keys than these; a set of at most this size narrows what the others are asked. */
  readonly probeKeys: number;
  /** Where a request is explained: what is noted of its conditions, and the way to those that are answered now. */
  readonly noting?: { readonly notes: WhereNotes; readonly path: readonly string[] } | undefined;
}

/** The same loaders, one step further into a `where`. */
const inside = (loaders: WhereLoaders, name: string): WhereLoaders => (loaders.noting ? { ...loaders, noting: { ...loaders.noting, path: [...loaders.noting.path, name] } } : loaders);

/**
 * Answers the conditions of a `where` that other stores hold, and puts the keys that pass in their place, so that what
 * is left is SQL's. A `where` without such conditions comes back as it is.
 *
 * Of conditions that must all hold, the one that fewest rows pass comes first, and its keys narrow the others: each store
 * is asked for a block of keys, and who gives fewer has given all. Where nobody does, the vectors are searched whole.
 */
export const resolveWhere = (loaders: WhereLoaders, type: TableType, where: Where, field = type.plural): Promise<Where> => {
  if (!where) return Promise.resolve(where);
  let resolved = loaders.resolved.get(where);
  if (!resolved) loaders.resolved.set(where, (resolved = resolve(inside(loaders, field), type, where, 0, undefined)));
  return resolved;
};

/** Only what becomes of the rows `among` these matters. */
const resolve = async (loaders: WhereLoaders, type: TableType, where: Where, depth: number, among: readonly string[] | undefined): Promise<Where> => {
  if (depth > MAX_DEPTH) throw tooDeep(type.plural);
  if (!where || !needsOthers(loaders.model, type, where)) return where;
  const note = loaders.noting?.notes.begin(loaders.noting.path);
  const plain = conjuncts(loaders, type, where, depth);
  const parts = note ? plain.map((part) => noted(note, part)) : plain;
  const known = await narrow(loaders, type, parts, depth, among, note);
  const answered = async (ask: Ask): Promise<Where> => ({ [KEYS]: known.keys.get(ask) ?? allKeys(type.plural, await ask.keys(MAX_KEYS + 1, known.among)) });
  // What is answered among the keys of another says all that those say.
  const isSaid = (ask: Ask): boolean => known.among !== undefined && known.keys.get(ask) === known.among && parts.some((part) => part.kind === 'ask' && !known.keys.has(part.ask) && part.ask.heeds(known.among!));
  const wheres = await Promise.all(
    parts.map(async (part): Promise<Where> => {
      if (part.kind === 'rows') return part.where;
      if (part.kind === 'ask') return isSaid(part.ask) ? {} : answered(part.ask);
      if (part.kind === 'not') return { NOT: await answered(part.ask) };
      return part.resolve(known.among);
    }),
  );
  const own = ownOf(parts);
  if (own.length > 0) note?.last(namesOf(own));
  return { [ALL]: wheres };
};

/** One of several conditions that must all hold. */
type Part =
  /** Of the rows alone. */
  | { readonly kind: 'rows'; readonly where: Where }
  | { readonly kind: 'ask'; readonly name: string; readonly ask: Ask }
  | { readonly kind: 'not'; readonly name: string; readonly ask: Ask }
  /** Of several stores, in a form of its own. */
  | { readonly kind: 'mixed'; readonly name: string; readonly resolve: (among: readonly string[] | undefined) => Promise<Where> };

const ownOf = (parts: readonly Part[]): Where[] => parts.flatMap((part) => (part.kind === 'rows' ? [part.where] : []));
const namesOf = (wheres: readonly Where[]): string => wheres.flatMap((where) => Object.keys(where ?? {})).join(', ');

/** The same condition, but how it is answered is noted. */
const noted = (note: WhereNote, part: Part): Part => {
  if (part.kind === 'rows') return part;
  if (part.kind !== 'mixed') return { ...part, ask: note.ask(part.name, part.ask, part.kind === 'not') };
  const resolve = (among: readonly string[] | undefined) => {
    note.apart(part.name);
    return part.resolve(among);
  };
  return { ...part, resolve };
};

const conjuncts = (loaders: WhereLoaders, type: TableType, where: Readonly<Record<string, unknown>>, depth: number): Part[] =>
  Object.entries(where).flatMap(([name, condition]): Part[] => {
    const own: Where = { [name]: condition };
    if (condition === undefined) return [];
    if (condition === null || !needsOthers(loaders.model, type, own)) return [{ kind: 'rows', where: own }];
    if (name === 'AND') {
      if (depth + 1 > MAX_DEPTH) throw tooDeep(type.plural);
      return (condition as Where[]).flatMap((part) => conjuncts(loaders, type, part ?? {}, depth + 1));
    }
    if (name === 'OR') return [{ kind: 'mixed', name, resolve: async (among) => ({ OR: await Promise.all((condition as Where[]).map((part) => resolve(inside(loaders, name), type, part, depth + 1, among))) }) }];
    if (name === 'NOT') return [{ kind: 'mixed', name, resolve: async (among) => ({ NOT: await resolve(inside(loaders, name), type, condition as Where, depth + 1, among) }) }];
    if (name === 'near') return [{ kind: 'ask', name, ask: nearAsk(loaders, type as EmbeddedType, condition) }];
    const edges = connectionField(type, name);
    const field = edges ?? type.fields.get(name);
    if (field?.kind === 'relationship') return Object.entries(condition as Record<string, Where>).flatMap(([quantifier, inner]) => hopParts(loaders, type, field, quantifier, inner, depth + 1, edges !== undefined));
    if (field?.kind !== 'join') return [{ kind: 'rows', where: own }];
    const target = tableType(loaders.model, field.target);
    const joined = (inner: Where) => resolve(inside(loaders, name), target, inner, depth + 1, undefined);
    if (!field.list) return [{ kind: 'mixed', name, resolve: async () => ({ [name]: await joined(condition as Where) }) }];
    return [
      {
        kind: 'mixed',
        name,
        resolve: async () => ({ [name]: Object.fromEntries(await Promise.all(Object.entries(condition as Record<string, Where>).map(async ([quantifier, inner]) => [quantifier, await joined(inner)] as const))) }),
      },
    ];
  });

/** Quantifiers by two sets of keys: of the rows with a hop that passes, and of those with one that does not. */
const hopParts = (loaders: WhereLoaders, type: TableType, field: RelationshipField, quantifier: string, inner: Where, depth: number, edges: boolean): Part[] => {
  if (inner === null || inner === undefined) throw nullCondition(field.name, quantifier);
  const name = `${edges ? connectionName(field) : field.name}.${quantifier}`;
  const on = { type: loaders.model.types.get(field.target)!, onEdge: edges };
  checkGraphWhere(loaders.model, field.name, on, inner, depth);
  const terms = termsLoaders(inside(loaders, name));
  const hop = (which: 'some' | 'single', holds = true): Ask => hopAsk(loaders, type, field, which, edges, () => graphTerms(terms, on, inner, depth, holds));
  if (quantifier === 'some' || quantifier === 'single') return [{ kind: 'ask', name, ask: hop(quantifier) }];
  if (quantifier === 'none') return [{ kind: 'not', name, ask: hop('some') }];
  return [{ kind: 'ask', name, ask: hop('some') }, { kind: 'not', name, ask: hop('some', false) }];
};

const termsLoaders = (loaders: WhereLoaders): TermsLoaders => ({
  model: loaders.model,
  terms: loaders.terms,
  rowKeys: async (type, where, depth) => allKeys(type.plural, await rowKeys(loaders, type, where, depth, MAX_KEYS + 1)),
});

/** A part of a graph document with what waits in it answered: conditions on rows by the keys of the rows that pass, orders by ranks of the nodes. */
export const resolvePart = async (loaders: WhereLoaders, part: GraphPart): Promise<GraphPart> => {
  if (part.waiting.length === 0) return part;
  const terms = termsLoaders(loaders);
  const answer = (one: GraphPart['waiting'][number]): Promise<unknown> => (one instanceof WaitingOrder ? rankNodes(loaders, one) : graphTerms(terms, one.on, one.where, 0));
  return part.answered(new Map(await Promise.all(part.waiting.map(async (one) => [one, await answer(one)] as const))));
};

/** Answers as much as it takes to know few keys among which all rows are that pass. */
const narrow = async (loaders: WhereLoaders, type: TableType, parts: readonly Part[], depth: number, among: readonly string[] | undefined, note: WhereNote | undefined): Promise<{ among: readonly string[] | undefined; keys: ReadonlyMap<Ask, string[]> }> => {
  const { probeKeys } = loaders;
  const keys = new Map<Ask, string[]>();
  const asks = parts.flatMap((part) => (part.kind === 'ask' ? [part.ask] : []));
  const own = ownOf(parts);
  const others = parts.filter((part) => part.kind !== 'rows').length;
  if (among || others + own.length < 2 || type.table.key.length !== 1) return { among, keys };
  const search = asks.find(({ kind }) => kind === 'search');
  const first = asks.filter((ask) => ask.kind !== 'search');
  const found = await Promise.all(first.map((ask) => ask.keys(probeKeys + 1)));
  const whole = found.flatMap(({ keys: some, areAll }, index) => (areAll ? [[first[index]!, some] as const] : []));
  for (const [ask, some] of whole) keys.set(ask, some);
  let fewest = whole.map(([, some]) => some).sort((one, other) => one.length - other.length)[0];
  // Rows are looked up by any store's keys at last: alone they are asked for only where they can spare a search.
  if (!fewest && own.length > 0 && search) {
    const rows = rowKeys(loaders, type, { AND: own }, depth, probeKeys + 1);
    const few = await (note ? note.rows(namesOf(own), probeKeys + 1, rows) : rows);
    if (few.areAll) fewest = few.keys;
  }
  if (!fewest && search) keys.set(search, (fewest = allKeys(type.plural, await search.keys(MAX_KEYS + 1))));
  return { among: fewest, keys };
};

const rowKeys = async (loaders: WhereLoaders, type: TableType, where: Where, depth: number, rows: number): Promise<Keys> => {
  const entry: Entry = { kind: 'page', where: await resolve(loaders, type, where, depth, undefined), rows, unordered: true };
  const loaded = await loaders.rows.load({ selection: keySelection(type), entry });
  return { keys: loaded.rows.map(({ row }) => row[KEY]!), areAll: loaded.rows.length < rows };
};

const needsOthers = (model: Model, type: TableType, where: Where): boolean =>
  Object.entries(where ?? {}).some(([name, condition]) => {
    if (condition === null || condition === undefined) return false;
    if (name === 'AND' || name === 'OR') return (condition as Where[]).some((part) => needsOthers(model, type, part));
    if (name === 'NOT') return needsOthers(model, type, condition as Where);
    if (name === 'near' || connectionField(type, name)) return true;
    const field = type.fields.get(name);
    if (field?.kind === 'relationship') return true;
    if (field?.kind !== 'join') return false;
    const target = tableType(model, field.target);
    return field.list ? Object.values(condition as Record<string, Where>).some((inner) => needsOthers(model, target, inner)) : needsOthers(model, target, condition as Where);
  });
