import { join } from 'node:path';
import { lockFolder } from './folder.js';
import { openEmbeddedGraph } from './graph/embedded.js';
import { openEmbeddedKeyValue } from './keyvalue/embedded.js';
import { openEmbeddedRelational } from './relational/embedded.js';
import { openEmbeddedVector } from './vector/embedded.js';
import type { Config } from '../config.js';
import type { Store, Stores } from './types.js';

/** Opens the four stores, side by side. When one fails the others are closed again. */
export const openStores = async ({ dataFolder }: Pick<Config, 'dataFolder'>): Promise<Stores> => {
  const releases: (() => Promise<void> | void)[] = [];
  const release = async () => {
    let first: unknown;
    for (const close of releases.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        first ??= error;
      }
    }
    if (first !== undefined) throw first;
  };
  const path = (name: string) => (dataFolder === undefined ? undefined : join(dataFolder, name));
  if (dataFolder !== undefined) releases.push(lockFolder(dataFolder));
  const opening = [
    openEmbeddedRelational({ path: path('relational') }),
    openEmbeddedGraph({ path: path('graph.grafeo') }),
    openEmbeddedVector({ path: path('vector') }),
    openEmbeddedKeyValue(),
  ] as const;
  const opened = await Promise.allSettled(opening);
  for (const result of opened) if (result.status === 'fulfilled') releases.push(() => (result.value as Store).close());
  const failure = opened.find((result) => result.status === 'rejected');
  if (failure) {
    await release();
    throw failure.reason;
  }
  const [relational, graph, vector, keyvalue] = await Promise.all(opening);
  return { relational, graph, vector, keyvalue, close: release };
};
