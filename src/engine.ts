import type { GraphQLSchema } from 'graphql';
import { GraphPlanner } from './graph/planner.js';
import type { Audit } from './audit/audit.js';
import type { Limits } from './query/limits.js';
import { Authenticator } from './identity/authenticator.js';
import type { IdentityConfig } from './identity-config.js';
import type { Log } from './log.js';
import { keepMoments } from './model/graph-scalars.js';
import { tableName, type Model, type TableType } from './model/types.js';
import { unguarded, withRules, type GuardedModel, type Rules } from './access/guard.js';
import { AccessRules } from './access/rules.js';
import { hasRules } from './model/rules.js';
import type { SessionSet } from './access/session-sets.js';
import type { Caller } from './predicate/caller.js';
import { LRUCache } from 'lru-cache';
import type { Embedder, Stores } from './stores/types.js';

/** Everything that lives as long as the process. */
export interface Engine {
  readonly model: GuardedModel;
  readonly stores: Stores;
  readonly embedder: Embedder;
  readonly limits: Limits;
  readonly graphSchema: GraphQLSchema | undefined;
  readonly graphPlanner: GraphPlanner | undefined;
  readonly drift: Drift;
  /** Who may do what, as the schema says; everybody everything without it. */
  readonly access: AccessRules | undefined;
  /** The callers that the model's guards are for: callers of one scope share plans. Empty for the gateway's own work. */
  readonly scope: string;
  /** Sets that the guards compare with. */
  readonly sets: readonly SessionSet[];
  /** Told of each committed mutation, before it is answered. */
  readonly writes: Writes;
  /** Finds out who sends a request. */
  readonly authenticator: Authenticator;
  /** Where mutations and refused accesses are written down, if anywhere. */
  readonly audit: Audit | undefined;
  /** Where there is a change feed: its readers are told who writes, and which copies mutations have written. */
  readonly copied?: CopyNotes | undefined;
}

interface EngineParts extends Pick<Engine, 'stores' | 'embedder' | 'limits' | 'graphSchema'> {
  readonly model: Model;
  readonly access?: AccessRules | undefined;
  /** Rules for all callers in place of those of a schema. */
  readonly rules?: Partial<Rules>;
  /** Who may call; everybody, as nobody in particular, without it. */
  readonly identity?: IdentityConfig;
  readonly audit?: Audit | undefined;
  readonly log: Log;
}

export const createEngine = ({ log, model: plain, rules, identity, audit, ...parts }: EngineParts): Engine => {
  if (parts.graphSchema) keepMoments(parts.graphSchema, parts.stores.graph.momentDigits);
  const model = rules ? withRules(plain, rules) : unguarded(plain);
  const authenticator = new Authenticator(parts.stores, identity, log);
  const writes = new Writes();
  writes.listen(({ types, deletes }) => authenticator.rowsWritten(new Set([...types].map(tableName)), deletes));
  return {
    ...parts,
    access: parts.access,
    scope: '',
    sets: [],
    writes,
    model,
    audit,
    graphPlanner: parts.graphSchema && new GraphPlanner(model, parts.graphSchema, parts.limits),
    drift: new Drift(log),
    authenticator,
  };
};

/** The engine with the rules of the schema. @throws GatewayError SCHEMA_INVALID for faults in the rules */
export const withAccess = (engine: Engine, schema: GraphQLSchema): Engine =>
  [...engine.model.rules.values()].some(hasRules) ? { ...engine, access: new AccessRules(engine.model, schema) } : engine;

/** Most scopes whose plans are kept. @default 64 */
const MAX_SCOPES = 64;

const scopes = new WeakMap<Engine, LRUCache<string, Engine>>();

/** The engine with the guards of a caller. */
export const engineFor = (engine: Engine, caller: Caller): Engine => {
  const { access, graphSchema, limits } = engine;
  if (!access) return engine;
  let known = scopes.get(engine);
  if (!known) scopes.set(engine, (known = new LRUCache({ max: MAX_SCOPES })));
  const scope = access.scopeOf(caller);
  let scoped = known.get(scope);
  if (!scoped) {
    const model = access.modelFor(caller);
    const graphPlanner = graphSchema && new GraphPlanner(model, graphSchema, limits);
    known.set(scope, (scoped = { ...engine, scope, model, graphPlanner, sets: access.setsFor(model) }));
  }
  return scoped;
};

/** Notes of which rows' copies mutations have written. */
export interface CopyNotes {
  begin(requestId: string): (rows: Iterable<readonly [TableType, string]>) => void;
  has(requestId: string | null, type: TableType, key: string): Promise<boolean>;
}

/** A mutation that has been committed, or may have been: the types whose rows it has written, and whether it has deleted some. */
export interface Write {
  readonly types: ReadonlySet<TableType>;
  readonly deletes: boolean;
}

/** Those who are told of what mutations of this gateway have written. */
export class Writes {
  readonly #listeners = new Set<(write: Write) => void>();

  listen(listener: (write: Write) => void): void {
    this.#listeners.add(listener);
  }

  tell(write: Write): void {
    for (const listener of this.#listeners) listener(write);
  }
}

/**
 * Counts the search hits whose row was deleted or has changed since its vector was made. Logs the first one of each collection,
 * and again whenever the count has doubled.
 */
class Drift {
  readonly #log: Log;
  readonly #counts = new Map<string, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  add(collection: string, count: number): void {
    if (count === 0) return;
    const before = this.of(collection);
    this.#counts.set(collection, before + count);
    if (before === 0 || Math.floor(Math.log2(before)) < Math.floor(Math.log2(before + count))) {
      this.#log.warn(
        `collection ${collection}: ${before + count} search hits were dropped because their row was deleted or has changed. Update ` +
          'the rows to write the copies again',
      );
    }
  }

  of(collection: string): number {
    return this.#counts.get(collection) ?? 0;
  }
}
