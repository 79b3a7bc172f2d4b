import type { GuardedModel } from '../access/guard.js';
import { keysPart } from '../graph/part.js';
import { guardedNodes } from '../graph/source.js';
import { nodeId, type NodeRef } from '../graph/traversal.js';
import type { GraphLoader } from '../load/graph.js';
import { graphTypes, type EntityType } from '../model/types.js';
import { knownIn } from '../predicate/analyse.js';
import { keySet } from '../predicate/types.js';
import { isKey } from '../sql/read.js';
import { readable, type PlaceLoaders } from './place.js';

interface Loaders extends PlaceLoaders {
  readonly graph: Pick<GraphLoader, 'load'>;
}

/** Whether the caller may read every node. */
export const isAllReadable = (model: GuardedModel): boolean => graphTypes(model).every((type) => model.guard(type, 'read').kind === 'true');

/** The nodes among these that the caller may read, by `nodeId`: the graph traverses all nodes, and paths through others are dropped. */
export const readableNodes = async (loaders: Loaders, refs: readonly NodeRef[]): Promise<ReadonlySet<string>> => {
  const keysOf = new Map<string, Set<string>>();
  for (const { type, key } of refs) if (type !== null) keysOf.set(type, (keysOf.get(type) ?? new Set()).add(key));
  const found = await Promise.all(
    [...keysOf].map(async ([name, keys]) => {
      const some = await readableOf(loaders, loaders.model.types.get(name)!, [...keys]);
      return some.map((key) => nodeId({ type: name, key }));
    }),
  );
  return new Set(found.flat());
};

const readableOf = async (loaders: Loaders, type: EntityType, keys: readonly string[]): Promise<readonly string[]> => {
  const { model, run, graph } = loaders;
  if (model.guard(type, 'read').kind === 'true') return keys;
  if (type.home === 'table') {
    const sound = keys.filter((key) => isKey(type, key));
    return readable(loaders, type, sound);
  }
  const part = keysPart(type.name, knownIn(guardedNodes(model, type, keySet(keys)), run), keys.length);
  return (await graph.load({ kind: 'keys', part })) as string[];
};
