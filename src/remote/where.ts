import { connectionField, connectionName } from '../model/graph-names.js';
import { tableType, type EmbeddedType, type Model, type RelationshipField, type TableType } from '../model/types.js';
import { WaitingOrder, type GraphPart } from '../graph/part.js';
import { checkGraphWhere } from '../graph/where.js';
import { keySelection } from '../query/selection.js';
import { KEY } from '../sql/row.js';
import { ALL, KEYS, MAX_DEPTH, nullCondition, tooDeep, type Where } from '../sql/where.js';
import type { Entry } from '../sql/read.js';
import { allKeys, hopAsk, MAX_AMONG, nearAsk, tooMany, unlessTooMany, type Ask, type ForeignLoaders, type Keys } from './key-lookup.js';
import { graphTerms, type TermsLoaders } from './graph-terms.js';
import { rankNodes } from './node-order.js';
import type { RowsLoader } from '../load/relational.js';
import type { WhereNote, WhereNotes } from './where-notes.js';

export interface WhereLoaders extends ForeignLoaders {
  readonly rows: RowsLoader;
  /** Answers so far: a connection's page, count and numbers have one `where`. */
  readonly resolved: WeakMap<object, Promise<Where>>;
  /** The same of conditions that the graph answers. */
  readonly terms: WeakMap<object, Promise<Where>>;
  /** What a first block of keys from each store has said. */
  readonly probed: WeakMap<object, Promise<Probed>>;
  /** The conditions of a `where`, which are asked again for each block of rows; what does not depend on the rows is asked once. */
  readonly parts: WeakMap<object, readonly Part[]>;
  /** A store is first asked for no more keys than these; a set of at most this size narrows what the others are asked. */
  readonly probeKeys: number;
  /** Where a request is explained: what is noted of its conditions, and the way to those that are answered now. */
  readonly noting?: { readonly notes: WhereNotes; readonly path: readonly string[] } | undefined;
}

/** The same loaders, one step further into a `where`. */
const inside = (loaders: WhereLoaders, name: string): WhereLoaders =>
  loaders.noting ? { ...loaders, noting: { ...loaders.noting, path: [...loaders.noting.path, name] } } : loaders;

/**
 * Answers the conditions of a `where` that other stores hold, and puts the keys that pass in their place, so that what
 * is left is SQL's. A `where` without such conditions comes back as it is.
 *
 * Of conditions that must all hold, the one that fewest rows pass comes first, and its keys narrow the others: each store
 * is asked for a block of keys, and who gives fewer has given all. Where nobody does, the vectors are searched whole.
 *
 * @throws GatewayError TOO_MANY_KEYS where more than `maxKeys` pass one of them
 */
export const resolveWhere = (loaders: WhereLoaders, type: TableType, where: Where, field = type.plural): Promise<Where> => {
  if (!where) return Promise.resolve(where);
  let resolved = loaders.resolved.get(where);
  if (!resolved) loaders.resolved.set(where, (resolved = resolve(inside(loaders, field), type, where, 0, allRows(loaders))));
  return resolved;
};

/** A `where` whose conditions of other stores are answered for some rows at a time. */
export interface PartedWhere {
  /** What the rows themselves must pass, and keys that are known. */
  readonly own: Where;
  /** What is left of all other conditions for the rows with these keys, which pass their own. */
  readonly among: (keys: readonly string[], block: number) => Promise<Where>;
}

/** What a first block of keys from each store says of a `where`: all, or what is left to be asked about some rows at a time. */
export type Probed = { readonly answered: Where } | { readonly parted: PartedWhere };

/** Others are asked about no more keys than these at once, where the rows of a page are wanted. */
const MANY_KEYS = 1_000;

/** Asks each store for a first block of keys. The rows must have a single column as their key. */
export const probeWhere = (loaders: WhereLoaders, type: TableType, where: NonNullable<Where>, field = type.plural): Promise<Probed> => {
  let probed = loaders.probed.get(where);
  if (!probed) loaders.probed.set(where, (probed = probe(inside(loaders, field), type, where)));
  return probed;
};

const probe = async (loaders: WhereLoaders, type: TableType, where: NonNullable<Where>): Promise<Probed> => {
  const scope = { most: Math.min(loaders.probeKeys, loaders.maxKeys) };
  const plain = partsOf(loaders, type, where, 0);
  const note = loaders.noting?.notes.begin(loaders.noting.path);
  const parts = withNotes(plain, note);
  const known = await unlessTooMany(narrow(loaders, type, parts, 0, scope, note));
  if (!known) return { parted: toParted(loaders, type, plain) };
  const given = parts.map((part) => (part.kind === 'ask' ? known.keys.get(part.ask) : undefined));
  if (known.among && known.among.length > MANY_KEYS && parts.some(({ kind }, index) => kind !== 'rows' && !given[index])) {
    return {
      parted: toParted(
        loaders,
        type,
        plain.map((part, index) => (given[index] ? { kind: 'rows', where: { [KEYS]: given[index] } } : part)),
      ),
    };
  }
  const answered = await unlessTooMany(answerKnown(loaders, type, parts, scope, known, note));
  return answered ? { answered } : { parted: toParted(loaders, type, plain) };
};

/** Undefined where other stores hold none of the conditions, or rows have no single column as their key. */
export const partWhere = (loaders: WhereLoaders, type: TableType, where: Where, field = type.plural): PartedWhere | undefined => {
  if (!where || type.table.key.length !== 1 || !needsOthers(loaders.model, type, where)) return undefined;
  const at = inside(loaders, field);
  return toParted(at, type, partsOf(at, type, where, 0));
};

const toParted = (loaders: WhereLoaders, type: TableType, parts: readonly Part[]): PartedWhere => {
  const own = ownOf(parts);
  const others = parts.filter(({ kind }) => kind !== 'rows');
  return {
    own: own.length === 0 ? undefined : { [ALL]: own },
    among: (keys, block) => {
      const note = loaders.noting?.notes.begin([...loaders.noting.path, `block ${block}`]);
      note?.block(keys);
      return answer(loaders, type, others, 0, { among: keys, most: loaders.maxKeys }, note);
    },
  };
};

/** Of which rows conditions are answered. */
interface Scope {
  /** Only what becomes of these rows matters. */
  readonly among?: readonly string[] | undefined;
  /** Most keys that one condition may have. */
  readonly most: number;
}

/** A search compares vectors for one key as for many, so it is asked for as many as others can be asked among. */
const mostOf = ({ maxKeys }: WhereLoaders, { kind }: Ask, most: number): number =>
  kind === 'search' ? Math.max(most, Math.min(MAX_AMONG, maxKeys)) : most;

const allRows = ({ maxKeys }: WhereLoaders): Scope => ({ most: maxKeys });

const resolve = async (loaders: WhereLoaders, type: TableType, where: Where, depth: number, scope: Scope): Promise<Where> => {
  if (depth > MAX_DEPTH) throw tooDeep(type.plural);
  if (!where || !needsOthers(loaders.model, type, where)) return where;
  return answer(loaders, type, partsOf(loaders, type, where, depth), depth, scope, loaders.noting?.notes.begin(loaders.noting.path));
};

const partsOf = (loaders: WhereLoaders, type: TableType, where: NonNullable<Where>, depth: number): readonly Part[] => {
  let parts = loaders.parts.get(where);
  if (!parts) loaders.parts.set(where, (parts = conjuncts(loaders, type, where, depth)));
  return parts;
};

const answer = async (
  loaders: WhereLoaders,
  type: TableType,
  plain: readonly Part[],
  depth: number,
  scope: Scope,
  note: WhereNote | undefined,
): Promise<Where> => {
  const parts = withNotes(plain, note);
  return answerKnown(loaders, type, parts, scope, await narrow(loaders, type, parts, depth, scope, note), note);
};

const withNotes = (parts: readonly Part[], note: WhereNote | undefined): readonly Part[] =>
  note ? parts.map((part) => noted(note, part)) : parts;

/** Few keys among which all rows are that pass, and all that pass some conditions. */
interface Known {
  readonly among: readonly string[] | undefined;
  readonly keys: ReadonlyMap<Ask, string[]>;
}

const answerKnown = async (
  loaders: WhereLoaders,
  type: TableType,
  parts: readonly Part[],
  { most }: Scope,
  known: Known,
  note: WhereNote | undefined,
): Promise<Where> => {
  const answered = async (ask: Ask): Promise<Where> => {
    const limit = Math.max(mostOf(loaders, ask, most), known.among?.length ?? 0);
    return { [KEYS]: known.keys.get(ask) ?? allKeys(type.plural, await ask.keys(limit + 1, known.among), limit) };
  };
  // What is answered among the keys of another says all that those say.
  const isSaid = (ask: Ask): boolean =>
    known.among !== undefined &&
    known.keys.get(ask) === known.among &&
    parts.some((part) => part.kind === 'ask' && !known.keys.has(part.ask) && part.ask.heeds(known.among!));
  const wheres = await Promise.all(
    parts.map(async (part): Promise<Where> => {
      if (part.kind === 'rows') return part.where;
      if (part.kind === 'ask') return isSaid(part.ask) ? {} : answered(part.ask);
      if (part.kind === 'not') return { NOT: await answered(part.ask) };
      return part.resolve({ among: known.among, most });
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
  | { readonly kind: 'mixed'; readonly name: string; readonly resolve: (scope: Scope) => Promise<Where> };

const ownOf = (parts: readonly Part[]): Where[] => parts.flatMap((part) => (part.kind === 'rows' ? [part.where] : []));
const namesOf = (wheres: readonly Where[]): string => wheres.flatMap((where) => Object.keys(where ?? {})).join(', ');

/** The same condition, but how it is answered is noted. */
const noted = (note: WhereNote, part: Part): Part => {
  if (part.kind === 'rows') return part;
  if (part.kind !== 'mixed') return { ...part, ask: note.ask(part.name, part.ask, part.kind === 'not') };
  const resolve = (scope: Scope) => {
    note.apart(part.name);
    return part.resolve(scope);
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
    if (name === 'OR')
      return [
        {
          kind: 'mixed',
          name,
          resolve: async (scope) => ({
            OR: await Promise.all((condition as Where[]).map((part) => resolve(inside(loaders, name), type, part, depth + 1, scope))),
          }),
        },
      ];
    if (name === 'NOT')
      return [
        {
          kind: 'mixed',
          name,
          resolve: async (scope) => ({ NOT: await resolve(inside(loaders, name), type, condition as Where, depth + 1, scope) }),
        },
      ];
    if (name === 'near') return [{ kind: 'ask', name, ask: nearAsk(loaders, type as EmbeddedType, condition) }];
    const edges = connectionField(type, name);
    const field = edges ?? type.fields.get(name);
    if (field?.kind === 'relationship')
      return Object.entries(condition as Record<string, Where>).flatMap(([quantifier, inner]) =>
        hopParts(loaders, type, field, quantifier, inner, depth + 1, edges !== undefined),
      );
    if (field?.kind !== 'join') return [{ kind: 'rows', where: own }];
    const target = tableType(loaders.model, field.target);
    const joined = (inner: Where) => resolve(inside(loaders, name), target, inner, depth + 1, allRows(loaders));
    if (!field.list) return [{ kind: 'mixed', name, resolve: once(async () => ({ [name]: await joined(condition as Where) })) }];
    const quantified = async (): Promise<Where> => ({
      [name]: Object.fromEntries(
        await Promise.all(
          Object.entries(condition as Record<string, Where>).map(async ([quantifier, inner]) => [quantifier, await joined(inner)] as const),
        ),
      ),
    });
    return [{ kind: 'mixed', name, resolve: once(quantified) }];
  });

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** Quantifiers by two sets of keys: of the rows with a hop that passes, and of those with one that does not. */
const hopParts = (
  loaders: WhereLoaders,
  type: TableType,
  field: RelationshipField,
  quantifier: string,
  inner: Where,
  depth: number,
  edges: boolean,
): Part[] => {
  if (inner === null || inner === undefined) throw nullCondition(field.name, quantifier);
  const name = `${edges ? connectionName(field) : field.name}.${quantifier}`;
  const on = { type: loaders.model.types.get(field.target)!, onEdge: edges };
  checkGraphWhere(loaders.model, field.name, on, inner, depth);
  const within = inside(loaders, name);
  const hop = (which: 'some' | 'single', holds = true): Ask =>
    hopAsk(loaders, type, field, which, edges, (reached) => graphTerms(termsLoaders(within, reached), on, inner, depth, holds));
  if (quantifier === 'some' || quantifier === 'single') return [{ kind: 'ask', name, ask: hop(quantifier) }];
  if (quantifier === 'none') return [{ kind: 'not', name, ask: hop('some') }];
  return [
    { kind: 'ask', name, ask: hop('some') },
    { kind: 'not', name, ask: hop('some', false) },
  ];
};

/** @param among only what becomes of these rows matters, to which a hop leads */
const termsLoaders = (loaders: WhereLoaders, among?: readonly string[]): TermsLoaders => ({
  model: loaders.model,
  terms: among ? new WeakMap() : loaders.terms,
  rowKeys: async (type, where, depth) =>
    allKeys(type.plural, await rowKeys(loaders, type, where, depth, loaders.maxKeys + 1, among), loaders.maxKeys),
});

/** A part of a graph document with what waits in it answered: conditions on rows by the keys of the rows that pass, orders by ranks of the nodes. */
export const resolvePart = async (loaders: WhereLoaders, part: GraphPart): Promise<GraphPart> => {
  if (part.waiting.length === 0) return part;
  const terms = termsLoaders(loaders);
  const answer = (one: GraphPart['waiting'][number]): Promise<unknown> =>
    one instanceof WaitingOrder ? rankNodes(loaders, one) : graphTerms(terms, one.on, one.where, 0);
  return part.answered(new Map(await Promise.all(part.waiting.map(async (one) => [one, await answer(one)] as const))));
};

/** Answers as much as it takes to know few keys among which all rows are that pass. */
const narrow = async (
  loaders: WhereLoaders,
  type: TableType,
  parts: readonly Part[],
  depth: number,
  { among, most }: Scope,
  note: WhereNote | undefined,
): Promise<Known> => {
  const probeKeys = Math.min(loaders.probeKeys, most);
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
  if (!fewest && search) {
    const limit = mostOf(loaders, search, most);
    keys.set(search, (fewest = allKeys(type.plural, await search.keys(limit + 1), limit)));
  }
  // Asked again it would have as many.
  if (!fewest && most === probeKeys && first.length > 0) throw tooMany(type.plural, most);
  return { among: fewest, keys };
};

const rowKeys = async (
  loaders: WhereLoaders,
  type: TableType,
  where: Where,
  depth: number,
  rows: number,
  among?: readonly string[],
): Promise<Keys> => {
  const resolved = await resolve(loaders, type, where, depth, { among, most: loaders.maxKeys });
  const entry: Entry = { kind: 'page', where: among ? { [ALL]: [resolved, { [KEYS]: among }] } : resolved, rows, unordered: true };
  const loaded = await loaders.rows.load({ forKeys: true, selection: keySelection(type), entry });
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
    return field.list
      ? Object.values(condition as Record<string, Where>).some((inner) => needsOthers(model, target, inner))
      : needsOthers(model, target, condition as Where);
  });
