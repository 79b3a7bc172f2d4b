import type { GraphQLSchema } from 'graphql';
import { GraphPlanner } from './graph/planner.js';
import type { Audit } from './audit/audit.js';
import type { Limits } from './query/limits.js';
import type { Log } from './log.js';
import { keepMoments } from './model/graph-scalars.js';
import type { Model } from './model/types.js';
import { unguarded, type Guard, type GuardedModel } from './access/guard.js';
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
  /** Where mutations and refused accesses are written down, if anywhere. */
  readonly audit: Audit | undefined;
}

interface EngineParts extends Omit<Engine, 'model' | 'graphPlanner' | 'drift' | 'audit'> {
  readonly model: Model;
  /** Who may do what; everybody everything without it. */
  readonly guard?: Guard;
  readonly audit?: Audit | undefined;
  readonly log: Log;
}

export const createEngine = ({ log, model: plain, guard, audit, ...parts }: EngineParts): Engine => {
  if (parts.graphSchema) keepMoments(parts.graphSchema, parts.stores.graph.momentDigits);
  const model = guard ? { ...plain, guard } : unguarded(plain);
  return {
    ...parts,
    model,
    audit,
    graphPlanner: parts.graphSchema && new GraphPlanner(model, parts.graphSchema, parts.limits),
    drift: new Drift(log),
  };
};

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
