import type { GraphQLSchema } from 'graphql';
import { GraphPlanner } from './graph/planner.js';
import type { Limits } from './query/limits.js';
import type { Log } from './log.js';
import { keepMoments } from './model/graph-scalars.js';
import type { Model } from './model/types.js';
import type { Embedder, Stores } from './stores/types.js';

/** What lives as long as the gateway. */
export interface Engine {
  readonly model: Model;
  readonly stores: Stores;
  readonly embedder: Embedder;
  readonly limits: Limits;
  readonly graphSchema: GraphQLSchema | undefined;
  readonly graphPlanner: GraphPlanner | undefined;
  readonly drift: Drift;
}

export const createEngine = ({ log, ...parts }: Omit<Engine, 'graphPlanner' | 'drift'> & { readonly log: Log }): Engine => {
  const { graphSchema, stores, model, limits } = parts;
  if (graphSchema) keepMoments(graphSchema, stores.graph.momentDigits);
  return { ...parts, graphPlanner: graphSchema && new GraphPlanner(model, graphSchema, limits), drift: new Drift(log) };
};

/**
 * Counts the vectors that searches have met without their row, or with another than they were made from. The operator is
 * told at the first of a collection, and whenever their number has doubled.
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
        `collection ${collection}: searches have met ${before + count} vectors whose row is gone or has changed; they were left out. Write the copies again`,
      );
    }
  }

  of(collection: string): number {
    return this.#counts.get(collection) ?? 0;
  }
}
