import { GatewayError } from '../errors.js';
import { connectionField, connectionName } from '../model/graph-names.js';
import { nodeName, tableType, type Model, type RelationshipField, type TableType } from '../model/types.js';
import { keySelection, type Selection } from '../plan/selection.js';
import { KEY } from '../plan/row.js';
import { isKey, type Entry } from '../plan/sql.js';
import { ALL, KEYS, MAX_DEPTH, nullCondition, tooDeep, type Where } from '../plan/where.js';
import type { GraphDocument } from '../plan/graph.js';
import { edgeKeys } from './edge-keys.js';
import type { GraphLoader } from './graph.js';
import type { RowsLoader, RowsRequest } from './relational.js';
import type { NearestLoader } from './vector.js';

/** Most keys that one store hands to another for one condition. */
export const MAX_KEYS = 10_000;

export interface WhereLoaders {
  readonly model: Model;
  readonly rows: RowsLoader;
  readonly graph: GraphLoader;
  readonly nearest: NearestLoader;
  readonly embedText: (text: string) => Promise<number[]>;
}

/**
 * Answers the conditions of a `where` that other stores hold, and puts the keys that pass in their place, so that what
 * is left is SQL's. A `where` without such conditions comes back as it is.
 */
export const resolveWhere = async (loaders: WhereLoaders, type: TableType, where: Where, depth = 0): Promise<Where> => {
  if (depth > MAX_DEPTH) throw tooDeep(type.plural);
  if (!where || !needsOthers(loaders.model, type, where)) return where;
  const parts = await Promise.all(
    Object.entries(where).map(async ([name, condition]): Promise<Where[]> => {
      if (condition === null || condition === undefined) return [{ [name]: condition }];
      if (name === 'AND' || name === 'OR') return [{ [name]: await Promise.all((condition as Where[]).map((part) => resolveWhere(loaders, type, part, depth + 1))) }];
      if (name === 'NOT') return [{ NOT: await resolveWhere(loaders, type, condition as Where, depth + 1) }];
      if (name === 'near') return [{ [KEYS]: await nearKeys(loaders, type, condition as NearCondition) }];
      const edges = connectionField(type, name);
      if (edges) return Promise.all(Object.entries(condition as Record<string, Where>).map(([quantifier, inner]) => hopCondition(loaders, type, edges, quantifier, inner, depth + 1, true)));
      const field = type.fields.get(name);
      if (field?.kind === 'relationship') return Promise.all(Object.entries(condition as Record<string, Where>).map(([quantifier, inner]) => hopCondition(loaders, type, field, quantifier, inner, depth + 1)));
      if (field?.kind !== 'join') return [{ [name]: condition }];
      const target = tableType(loaders.model, field.target);
      if (!field.list) return [{ [name]: await resolveWhere(loaders, target, condition as Where, depth + 1) }];
      const quantifiers = Object.entries(condition as Record<string, Where>).map(async ([quantifier, inner]) => [quantifier, await resolveWhere(loaders, target, inner, depth + 1)] as const);
      return [{ [name]: Object.fromEntries(await Promise.all(quantifiers)) }];
    }),
  );
  return { [ALL]: parts.flat() };
};

/** A request with every `where` in it resolved, those of nested lists too. */
export const resolveRequest = async (loaders: WhereLoaders, { selection, entry }: RowsRequest): Promise<RowsRequest> => ({
  selection: await resolveSelection(loaders, selection),
  entry: await resolveEntry(loaders, selection.type, entry),
});

const resolveSelection = async (loaders: WhereLoaders, selection: Selection): Promise<Selection> => {
  if (!selection.fields.some((field) => field.kind === 'join')) return selection;
  const fields = await Promise.all(
    selection.fields.map(async (field) => {
      if (field.kind !== 'join') return field;
      const where = field.args['where'] && (await resolveWhere(loaders, field.selection.type, field.args['where'] as Where));
      return { ...field, args: where ? { ...field.args, where } : field.args, selection: await resolveSelection(loaders, field.selection) };
    }),
  );
  return { ...selection, fields };
};

const resolveEntry = async (loaders: WhereLoaders, type: TableType, entry: Entry): Promise<Entry> => {
  if (entry.kind === 'page' || entry.kind === 'count') return entry.where ? { ...entry, where: await resolveWhere(loaders, type, entry.where) } : entry;
  if (entry.kind === 'lists') return entry.args.where ? { ...entry, args: { ...entry.args, where: await resolveWhere(loaders, type, entry.args.where) } } : entry;
  return entry;
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

/**
 * Quantifiers by two sets of keys: of the rows with a hop that passes, and of those with one that does not. With `edges`
 * the condition is on the relationship and what it leads to.
 */
const hopCondition = async (loaders: WhereLoaders, type: TableType, field: RelationshipField, quantifier: string, inner: Where, depth: number, edges = false): Promise<Where> => {
  if (inner === null) throw nullCondition(field.name, quantifier);
  const keys = (which: 'some' | 'single', where: Where) => (edges ? edgesKeys : hopKeys)(loaders, type, field, which, where, depth);
  switch (quantifier) {
    case 'some':
    case 'single':
      return { [KEYS]: await keys(quantifier, inner) };
    case 'none':
      return { NOT: { [KEYS]: await keys('some', inner) } };
    default: {
      const [passing, failing] = await Promise.all([keys('some', inner), keys('some', { NOT: inner ?? {} })]);
      return { [ALL]: [{ [KEYS]: passing }, { NOT: { [KEYS]: failing } }] };
    }
  }
};

/** Keys of the rows whose nodes have some, or a single, neighbour that passes. */
const hopKeys = async (loaders: WhereLoaders, type: TableType, field: RelationshipField, quantifier: 'some' | 'single', inner: Where, depth: number): Promise<string[]> => {
  const target = loaders.model.types.get(field.target)!;
  // A neighbour whose row is in a table passes when its row does: the graph is given the keys of those.
  const where = target.home === 'node' ? (inner ?? {}) : { id: { in: await rowKeys(loaders, target, field.name, inner, depth) } };
  const write = (document: GraphDocument) => document.addKeys(nodeName(type), { [field.name]: { [quantifier]: where } }, MAX_KEYS + 1);
  const found = (await loaders.graph.load({ kind: 'root', write })) as { id: string }[];
  return limited(field.name, found.map(({ id }) => id).filter((key) => isKey(type, key)));
};

/** The same by conditions on relationships and what they lead to. */
const edgesKeys = async (loaders: WhereLoaders, type: TableType, field: RelationshipField, quantifier: 'some' | 'single', inner: Where, depth: number): Promise<string[]> => {
  const target = loaders.model.types.get(field.target)!;
  const where = await edgeKeys(target, inner ?? {}, (rows) => rowKeys(loaders, target as TableType, field.name, rows, depth));
  const write = (document: GraphDocument) => document.addKeys(nodeName(type), { [connectionName(field)]: { [quantifier]: where } }, MAX_KEYS + 1);
  const found = (await loaders.graph.load({ kind: 'root', write })) as { id: string }[];
  return limited(field.name, found.map(({ id }) => id).filter((key) => isKey(type, key)));
};

const rowKeys = async (loaders: WhereLoaders, type: TableType, field: string, where: Where, depth: number): Promise<string[]> => {
  const entry: Entry = { kind: 'page', where: await resolveWhere(loaders, type, where, depth), rows: MAX_KEYS + 1 };
  const rows = await loaders.rows.load({ selection: keySelection(type), entry });
  return limited(field, rows.map(({ row }) => row[KEY]!));
};

interface NearCondition {
  readonly text: string;
  readonly minScore?: number | null;
  readonly limit?: number | null;
}

const nearKeys = async ({ nearest, embedText }: WhereLoaders, type: TableType, { text, minScore, limit }: NearCondition): Promise<string[]> => {
  const refuse = (detail: string) => new GatewayError('BAD_WHERE', { field: type.plural, detail });
  if (text.trim() === '') throw refuse('near needs words to be near to, but got none');
  if ((minScore ?? null) === null && (limit ?? null) === null) throw refuse('near needs minScore or limit: without one, every row is near');
  if (limit !== null && limit !== undefined && (limit < 1 || limit > MAX_KEYS)) throw refuse(`near takes a limit from 1 to ${MAX_KEYS}, but got ${limit}`);
  const query = await embedText(text);
  const found = await nearest.load({ collection: type.embedding!.collection, using: type.embedding!.vectors[0].name, query, limit: limit ?? MAX_KEYS + 1, minScore: minScore ?? undefined, keys: undefined });
  return limited('near', found.map(({ key }) => key).filter((key) => isKey(type, key)));
};

/** @throws GatewayError TOO_MANY_KEYS */
export const limited = (field: string, keys: string[]): string[] => {
  if (keys.length > MAX_KEYS) throw new GatewayError('TOO_MANY_KEYS', { field, maximum: MAX_KEYS });
  return keys;
};
