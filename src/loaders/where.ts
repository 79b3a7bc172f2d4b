import { connectionField } from '../model/graph-names.js';
import { tableType, type Model, type RelationshipField, type TableType } from '../model/types.js';
import { keySelection } from '../plan/selection.js';
import { KEY } from '../plan/row.js';
import { ALL, KEYS, MAX_DEPTH, nullCondition, tooDeep, type Where } from '../plan/where.js';
import type { Entry } from '../plan/sql.js';
import { hopAsk, limited, MAX_KEYS, nearAsk, type Ask, type ForeignLoaders, type NearCondition } from './foreign.js';
import type { RowsLoader } from './relational.js';

export interface WhereLoaders extends ForeignLoaders {
  readonly rows: RowsLoader;
  /** Answers so far: a connection's page, count and numbers have one `where`. */
  readonly resolved: WeakMap<object, Promise<Where>>;
  /** A store is first asked for no more keys than these; a set of at most this size narrows what the others are asked. */
  readonly probeKeys: number;
}

/**
 * Answers the conditions of a `where` that other stores hold, and puts the keys that pass in their place, so that what
 * is left is SQL's. A `where` without such conditions comes back as it is.
 *
 * Of conditions that must all hold, the one that fewest rows pass comes first, and its keys narrow the others: each store
 * is asked for a block of keys, and who gives fewer has given all. Where nobody does, the vectors are searched whole.
 */
export const resolveWhere = (loaders: WhereLoaders, type: TableType, where: Where): Promise<Where> => {
  if (!where) return Promise.resolve(where);
  let resolved = loaders.resolved.get(where);
  if (!resolved) loaders.resolved.set(where, (resolved = resolve(loaders, type, where, 0, undefined)));
  return resolved;
};

/** Only what becomes of the rows `among` these matters. */
const resolve = async (loaders: WhereLoaders, type: TableType, where: Where, depth: number, among: readonly string[] | undefined): Promise<Where> => {
  if (depth > MAX_DEPTH) throw tooDeep(type.plural);
  if (!where || !needsOthers(loaders.model, type, where)) return where;
  const parts = conjuncts(loaders, type, where, depth);
  const known = await narrow(loaders, type, parts, depth, among);
  const answered = async (ask: Ask): Promise<Where> => ({ [KEYS]: known.keys.get(ask) ?? limited(type.plural, await ask.keys(MAX_KEYS + 1, known.among)) });
  const wheres = await Promise.all(
    parts.map(async (part): Promise<Where> => {
      if (part.kind === 'rows') return part.where;
      if (part.kind === 'ask') return answered(part.ask);
      if (part.kind === 'not') return { NOT: await answered(part.ask) };
      return part.resolve(known.among);
    }),
  );
  return { [ALL]: wheres };
};

/** One of several conditions that must all hold. */
type Part =
  /** Of the rows alone. */
  | { readonly kind: 'rows'; readonly where: Where }
  | { readonly kind: 'ask'; readonly ask: Ask }
  | { readonly kind: 'not'; readonly ask: Ask }
  /** Of several stores, in a form of its own. */
  | { readonly kind: 'mixed'; readonly resolve: (among: readonly string[] | undefined) => Promise<Where> };

const conjuncts = (loaders: WhereLoaders, type: TableType, where: Readonly<Record<string, unknown>>, depth: number): Part[] =>
  Object.entries(where).flatMap(([name, condition]): Part[] => {
    const own: Where = { [name]: condition };
    if (condition === undefined) return [];
    if (condition === null || !needsOthers(loaders.model, type, own)) return [{ kind: 'rows', where: own }];
    if (name === 'AND') {
      if (depth + 1 > MAX_DEPTH) throw tooDeep(type.plural);
      return (condition as Where[]).flatMap((part) => conjuncts(loaders, type, part ?? {}, depth + 1));
    }
    if (name === 'OR') return [{ kind: 'mixed', resolve: async (among) => ({ OR: await Promise.all((condition as Where[]).map((part) => resolve(loaders, type, part, depth + 1, among))) }) }];
    if (name === 'NOT') return [{ kind: 'mixed', resolve: async (among) => ({ NOT: await resolve(loaders, type, condition as Where, depth + 1, among) }) }];
    if (name === 'near') return [{ kind: 'ask', ask: nearAsk(loaders, type, condition as NearCondition) }];
    const edges = connectionField(type, name);
    const field = edges ?? type.fields.get(name);
    if (field?.kind === 'relationship') return Object.entries(condition as Record<string, Where>).flatMap(([quantifier, inner]) => hopParts(loaders, type, field, quantifier, inner, depth + 1, edges !== undefined));
    if (field?.kind !== 'join') return [{ kind: 'rows', where: own }];
    const target = tableType(loaders.model, field.target);
    const joined = (inner: Where) => resolve(loaders, target, inner, depth + 1, undefined);
    if (!field.list) return [{ kind: 'mixed', resolve: async () => ({ [name]: await joined(condition as Where) }) }];
    return [
      {
        kind: 'mixed',
        resolve: async () => ({ [name]: Object.fromEntries(await Promise.all(Object.entries(condition as Record<string, Where>).map(async ([quantifier, inner]) => [quantifier, await joined(inner)] as const))) }),
      },
    ];
  });

/** Quantifiers by two sets of keys: of the rows with a hop that passes, and of those with one that does not. */
const hopParts = (loaders: WhereLoaders, type: TableType, field: RelationshipField, quantifier: string, inner: Where, depth: number, edges: boolean): Part[] => {
  if (inner === null) throw nullCondition(field.name, quantifier);
  const rows = (target: TableType, where: Where) => rowKeys(loaders, target, field.name, where, depth, MAX_KEYS + 1);
  const hop = (which: 'some' | 'single', where: Where): Ask => hopAsk(loaders, type, field, which, where, edges, rows);
  if (quantifier === 'some' || quantifier === 'single') return [{ kind: 'ask', ask: hop(quantifier, inner) }];
  if (quantifier === 'none') return [{ kind: 'not', ask: hop('some', inner) }];
  return [{ kind: 'ask', ask: hop('some', inner) }, { kind: 'not', ask: hop('some', { NOT: inner ?? {} }) }];
};

/** Answers as much as it takes to know few keys among which all rows are that pass. */
const narrow = async (loaders: WhereLoaders, type: TableType, parts: readonly Part[], depth: number, among: readonly string[] | undefined): Promise<{ among: readonly string[] | undefined; keys: ReadonlyMap<Ask, string[]> }> => {
  const { probeKeys } = loaders;
  const keys = new Map<Ask, string[]>();
  const asks = parts.flatMap((part) => (part.kind === 'ask' ? [part.ask] : []));
  const own = parts.flatMap((part) => (part.kind === 'rows' ? [part.where] : []));
  const others = parts.filter((part) => part.kind !== 'rows').length;
  if (among || others + own.length < 2 || type.table.key.length !== 1) return { among, keys };
  const search = asks.find(({ kind }) => kind === 'search');
  const first = asks.filter((ask) => ask.kind !== 'search');
  const [few, ...found] = await Promise.all([
    // Rows are looked up by any store's keys at last: alone they are asked for only where they can spare a search.
    own.length > 0 && search ? rowKeys(loaders, type, type.plural, { AND: own }, depth, probeKeys + 1) : undefined,
    ...first.map((ask) => ask.keys(probeKeys + 1)),
  ]);
  const whole = found.flatMap((some, index) => (first[index]!.kind === 'hop' && some.length > probeKeys ? [] : [[first[index]!, some] as const]));
  for (const [ask, some] of whole) keys.set(ask, some);
  let fewest = [...whole.map(([, some]) => some), ...(few && few.length <= probeKeys ? [few] : [])].sort((one, other) => one.length - other.length)[0];
  if (!fewest && search) keys.set(search, (fewest = limited(type.plural, await search.keys(MAX_KEYS + 1))));
  return { among: fewest, keys };
};

const rowKeys = async (loaders: WhereLoaders, type: TableType, field: string, where: Where, depth: number, rows: number): Promise<string[]> => {
  const entry: Entry = { kind: 'page', where: await resolve(loaders, type, where, depth, undefined), rows };
  const loaded = await loaders.rows.load({ selection: keySelection(type), entry });
  return limited(field, loaded.rows.map(({ row }) => row[KEY]!));
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
