import DataLoader from 'dataloader';
import { createHash } from 'node:crypto';
import type { FieldNode } from 'graphql';
import { createGraphLoader, type GraphLoader } from './loaders/graph.js';
import { Levels } from './loaders/levels.js';
import { createRowsLoader, type LoadedRow, type RowsRequest } from './loaders/relational.js';
import { createNearestLoader, createVectorsLoader, type NearestLoader, type VectorsLoader } from './loaders/vector.js';
import { resolveRequest, resolveWhere, type WhereLoaders } from './loaders/where.js';
import type { Where } from './plan/where.js';
import { selectTable, type OperationInfo } from './plan/selection.js';
import { isKey, type Row } from './plan/sql.js';
import type { MutationOutcome } from './loaders/mutation.js';
import { unlessOver } from './stores/deadline.js';
import type { Engine } from './engine.js';
import type { TableType } from './model/types.js';
import type { GraphRunner } from './stores/types.js';

/** What a resolver sees: one request's loaders over the engine. */
export interface RequestContext {
  readonly engine: Engine;
  readonly rows: RowsSource;
  readonly graph: GraphLoader;
  readonly nearest: NearestLoader;
  readonly vectors: VectorsLoader;
  /** Rows of a type by key, with what these field nodes select; null for a key without a row. */
  rowsByKey(info: OperationInfo, type: TableType, nodes: readonly FieldNode[]): DataLoader<string, Row | null>;
  /** The loader made first for these field nodes: one for all the parents of a field. */
  perField<L extends object>(nodes: readonly FieldNode[], kind: string, make: () => L): L;
  readonly embedText: (text: string) => Promise<number[]>;
  /** A `where` in which the conditions of other stores are answered. */
  resolveWhere(type: TableType, where: Where): Promise<Where>;
  readonly signal: AbortSignal | undefined;
  /** What the operation's table mutations have written, by response key. */
  readonly written: Map<string, MutationOutcome>;
}

export interface ContextOptions {
  /** Ends the request: its deadline, or the client going away. */
  readonly signal?: AbortSignal | undefined;
}

/** Loads rows, the conditions of other stores answered first. */
export interface RowsSource {
  load(request: RowsRequest): Promise<LoadedRow[]>;
}

export const createContext = (engine: Engine, { signal }: ContextOptions = {}): RequestContext => {
  const { stores, model, limits, graphSchema } = engine;
  const levels = new Levels();
  const written = new Map<string, MutationOutcome>();
  // What an operation has written it reads on the primary: a replica may lag behind.
  const loader = createRowsLoader((statement) => stores.relational.read(statement, { signal, primary: written.size > 0 }), model, limits, levels);
  const graph: GraphRunner = { run: (cypher, parameters) => stores.graph.read.run(cypher, parameters, { signal }) };
  const others: WhereLoaders = {
    model,
    rows: loader,
    graph: createGraphLoader(graph, graphSchema!, levels),
    nearest: createNearestLoader(stores.vector, levels, signal),
    embedText: (text) => unlessOver(signal, embedCached(engine, text)),
  };
  const rows: RowsSource = { load: async (request) => loader.load(await resolveRequest(others, request)) };
  const loaders = new WeakMap<readonly FieldNode[], Map<string, object>>();
  const perField: RequestContext['perField'] = (nodes, kind, make) => {
    let kinds: Map<string, object> | undefined = loaders.get(nodes);
    if (!kinds) loaders.set(nodes, (kinds = new Map<string, object>()));
    let loader = kinds.get(kind);
    if (!loader) kinds.set(kind, (loader = make()));
    return loader as ReturnType<typeof make>;
  };
  return {
    engine,
    rows,
    graph: others.graph,
    resolveWhere: (type, where) => resolveWhere(others, type, where),
    signal,
    nearest: others.nearest,
    vectors: createVectorsLoader(stores.vector, levels, signal),
    perField,
    rowsByKey: (info, type, nodes) =>
      perField(nodes, `rows ${type.name}`, () => {
        const selection = selectTable(model, info, type, nodes);
        return new DataLoader<string, Row | null>(async (keys) => {
          // What cannot be a key of the table (another store may hold anything) is not asked for.
          const sound = keys.filter((key) => isKey(type, key));
          const loaded = sound.length === 0 ? [] : await rows.load({ selection, entry: { kind: 'keys', keys: sound } });
          const found = new Map(loaded.map(({ ordinal, row }) => [sound[ordinal], row]));
          return keys.map((key) => found.get(key) ?? null);
        });
      }),
    embedText: others.embedText,
    written,
  };
};

const DAY_MS = 86_400_000;

/** The vector of a text never changes for a model, so it is kept where all gateways find it. */
const embedCached = async ({ stores, embedder }: Engine, text: string): Promise<number[]> => {
  const key = `odras:embedding:${embedder.model}:${createHash('sha256').update(text).digest('base64url')}`;
  const held = await stores.keyvalue.client.get(key).catch(() => null);
  if (held !== null) return JSON.parse(held) as number[];
  const [vector] = await embedder.embed([text]);
  // Nobody waits for the cache.
  stores.keyvalue.client.set(key, JSON.stringify(vector), 'PX', DAY_MS).catch(() => null);
  return vector!;
};
