import { createHash, randomUUID } from 'node:crypto';
import { Budget } from '../load/budget.js';
import type { Commits } from '../mutate/commits.js';
import { createGraphLoader, type GraphAnswer, type GraphRequest } from '../load/graph.js';
import { Levels } from '../load/levels.js';
import type { Written } from './byte-text.js';
import { createRowsLoader, type ReadRows, type RowsRequest } from '../load/relational.js';
import { createNearestLoader, createVectorsLoader, type NearestLoader, type VectorsLoader } from '../load/nearest-rows.js';
import { createRowPoints } from '../load/row-points.js';
import { createPointsLoader, createPointVectorsLoader } from '../load/vector.js';
import { loadRows, resolveQuery } from '../remote/rows.js';
import type { WhereLoaders } from '../remote/types.js';
import { resolvePart, resolveWhere } from '../remote/where.js';
import { WhereNotes } from '../remote/where-notes.js';
import type { GraphPart } from '../graph/part.js';
import { ANONYMOUS, type Caller } from '../predicate/caller.js';
import { parametersIn, runFor, type Run } from '../predicate/deferred.js';
import { placeOf } from '../remote/place.js';
import type { OperationPlan } from '../plan/types.js';
import type { Predicate } from '../predicate/types.js';
import type { LoadedRow } from '../sql/row.js';
import type { RowQuery } from '../sql/read.js';
import type { MutationOutcome } from '../mutate/run.js';
import { unlessOver } from '../stores/deadline.js';
import { traceStores, type Trace } from '../stores/trace.js';
import type { Engine } from '../engine.js';
import type { EndSignal } from '../stores/ending.js';
import type { GuardedModel } from '../access/guard.js';
import type { EmbeddedType, SearchedType, TableType } from '../model/types.js';
import type { GraphRunner, SqlStatement } from '../stores/types.js';

export interface ContextOptions {
  /** Ends the request: its deadline, or the client going away. */
  readonly signal?: EndSignal | undefined;
  /** Takes down every call to a store that the request makes. */
  readonly trace?: Trace | undefined;
  /** Whether the request asks for its plan only. @default false */
  readonly isPlanOnly?: boolean | undefined;
  /** Who sends it. @default nobody in particular */
  readonly caller?: Caller | undefined;
  /** Reads the caller's sets again: what the request has written may have changed them. */
  readonly callerNow?: (() => Promise<Caller>) | undefined;
  /** What the request is called in the log and the audit log. @default a random one */
  readonly requestId?: string | undefined;
}

/** What is taken down of a request that is to be explained. */
export interface Explained {
  readonly trace: Trace;
  readonly wheres: WhereNotes;
  plan?: OperationPlan;
  /** Whether only the plan is asked for: then nothing is run. */
  readonly isPlanOnly: boolean;
}

/** Nothing has been written yet. */
const NOTHING: ReadonlyMap<string, MutationOutcome> = new Map();

/** What a resolver sees: one request's loaders over the engine. A request that needs none makes none. */
export class RequestContext {
  readonly engine: Engine;
  readonly signal: EndSignal | undefined;
  caller: Caller;
  /** Name of the operation, once it is known. */
  operationName: string | undefined;
  /** What was planned before the caller was known is run with this. */
  run: Run;
  readonly explained: Explained | undefined;
  /** What the request may still read and write. */
  readonly budget: Budget;
  /** What the operation's table mutations have written, by response key. */
  written: ReadonlyMap<string, MutationOutcome> = NOTHING;
  /** What of the operation is committed; nothing of one that has written nothing. */
  commits: Commits | undefined;
  /** The whole answer, once it is written. */
  answer: Written | undefined;
  readonly #callerNow: ContextOptions['callerNow'];
  #requestId: string | undefined;
  #loaders: (WhereLoaders & { readonly vectors: VectorsLoader }) | undefined;

  constructor(engine: Engine, { signal, trace, isPlanOnly = false, caller = ANONYMOUS, callerNow, requestId }: ContextOptions = {}) {
    this.engine = trace ? { ...engine, stores: traceStores(engine.stores, trace) } : engine;
    this.signal = signal;
    this.caller = caller;
    this.#callerNow = callerNow;
    this.#requestId = requestId;
    this.run = runFor(caller);
    this.budget = new Budget(engine.limits, signal);
    this.explained = trace && { trace, wheres: new WhereNotes(this.engine.limits.maxKeys), isPlanOnly };
  }

  /** Reads rows for this request. What an operation has written it reads on the primary: a replica may lag behind. */
  readonly read: ReadRows = (statement, onRow) =>
    this.engine.stores.relational.read(knownTo(this.run, statement), { signal: this.signal, primary: this.written.size > 0, onRow });

  /** Loads rows, the conditions and orders of other stores answered first. */
  get rows() {
    return { load: (request: RowsRequest): Promise<LoadedRow[]> => loadRows(this.#others, request) };
  }

  /** Asks the graph, the conditions on rows answered first. */
  get graph() {
    return {
      load: async (request: GraphRequest): Promise<GraphAnswer> =>
        this.#others.graph.load(request.kind === 'keys' ? request : { ...request, part: await this.resolvePart(request.part) }),
    };
  }

  /** Sends the graph a statement of the gateway's own that writes nothing. */
  get readGraph(): GraphRunner {
    return { run: (cypher, parameters) => this.engine.stores.graph.read.run(cypher, parameters, { signal: this.signal }) };
  }

  /** A part of a graph document in which the conditions on rows are answered. */
  resolvePart(part: GraphPart): Promise<GraphPart> {
    return resolvePart(this.#others, part);
  }

  /** Forgets what has been answered: what was written since may have changed it. */
  forget(): void {
    this.#loaders = undefined;
  }

  /** The same after rows were written, which may have changed what the caller may read. */
  async forgetRows(): Promise<void> {
    this.forget();
    if (!this.#callerNow) return;
    // What was written is written: if the sets cannot be read now, the rest is read with those from before.
    this.caller = await this.#callerNow().catch(() => this.caller);
    this.run = runFor(this.caller);
  }

  get requestId(): string {
    return (this.#requestId ??= randomUUID());
  }

  get model(): GuardedModel {
    return this.engine.model;
  }

  get maxKeys(): number {
    return this.engine.limits.maxKeys;
  }

  get nearest(): NearestLoader {
    return this.#others.nearest;
  }

  get vectors(): VectorsLoader {
    return this.#others.vectors;
  }

  embedText(text: string): Promise<number[]> {
    return unlessOver(this.signal, embedCached(this.engine, text));
  }

  /** A query of rows in which conditions and orders of other stores are answered. */
  resolveQuery(type: TableType, query: RowQuery, field?: string): Promise<RowQuery> {
    return resolveQuery(this.#others, type, query, field);
  }

  /** A `where` in which the conditions of other stores are answered. */
  resolveWhere(type: TableType, where: Predicate, field?: string): Promise<Predicate> {
    return resolveWhere(this.#others, type, where, field);
  }

  get #others(): WhereLoaders & { readonly vectors: VectorsLoader } {
    if (this.#loaders) return this.#loaders;
    const { stores, model, limits, graphSchema } = this.engine;
    const levels = new Levels();
    const rows = createRowsLoader(this.read, model, limits, levels, this.budget);
    const rowPoints = createRowPoints(stores.vector, rows, levels, this.signal);
    // A row that the caller may not read is not lost.
    const lose = (type: SearchedType, count: number): void =>
      model.guard(type, 'read').kind === 'true' ? this.engine.drift.add(type.embedding.collection, count) : undefined;
    return (this.#loaders = {
      model,
      run: this.run,
      place: onceEach((type: EmbeddedType) => placeOf(this, type.plural, type)),
      rows,
      graph: createGraphLoader(this.readGraph, graphSchema!, levels, this.budget),
      nearest: createNearestLoader(createPointsLoader(stores.vector, levels, this.budget, this.signal), rowPoints, lose),
      vectors: createVectorsLoader(createPointVectorsLoader(stores.vector, levels, this.signal), rowPoints),
      embedText: (text) => this.embedText(text),
      vectorSize: this.engine.embedder.size,
      resolved: new WeakMap(),
      terms: new WeakMap(),
      conditions: new WeakMap(),
      probed: new WeakMap(),
      searches: new WeakMap(),
      probeKeys: limits.probeKeys,
      maxKeys: limits.maxKeys,
      noting: this.explained && { notes: this.explained.wheres, path: [] },
    });
  }
}

/** A statement whose parameters are all known. */
const knownTo = (run: Run, statement: SqlStatement): SqlStatement =>
  statement.values ? { ...statement, values: parametersIn(statement.values, run) } : statement;

/** What is made of each thing is made once. */
const onceEach = <K, V>(make: (key: K) => V): ((key: K) => V) => {
  const made = new Map<K, V>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key)!;
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
