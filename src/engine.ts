import type { GraphQLSchema } from 'graphql';
import { GraphPlanner } from './plan/graph.js';
import type { Limits } from './plan/limits.js';
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
}

export const createEngine = (parts: Omit<Engine, 'graphPlanner'>): Engine => ({
  ...parts,
  graphPlanner: parts.graphSchema && new GraphPlanner(parts.model, parts.graphSchema, parts.limits),
});
