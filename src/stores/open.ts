import { join } from 'node:path';
import { messageOf } from '../errors.js';
import { Availability } from './availability.js';
import { isRefusal } from './failures.js';
import { lockFolder } from './folder.js';
import type { Config } from '../config.js';
import type { Log } from '../log.js';
import type { GraphStore, KeyValueStore, RelationalStore, Store, StoreKind, Stores, VectorStore } from './types.js';

export type StoresConfig = Pick<Config, 'dataFolder' | 'relational' | 'graph' | 'vector' | 'keyvalue' | 'storeTimeoutMs'>;

/**
 * Opens the four stores, side by side: each to a server when its settings are there, embedded otherwise. A server that
 * does not answer yet is no failure; what is embedded must open. When one fails the others are closed again.
 */
export const openStores = async (config: StoresConfig, log: Log): Promise<Stores> => {
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
    if (first instanceof Error) throw first;
  };
  const allServers = config.relational && config.graph && config.vector;
  if (config.dataFolder !== undefined && !allServers) releases.push(await lockFolder(config.dataFolder, { log }));
  const opening = [openRelational(config, log), openGraph(config), openVector(config, log), openKeyValue(config)] as const;
  const opened = await Promise.allSettled(opening);
  for (const result of opened) if (result.status === 'fulfilled') releases.push(() => (result.value as Store).close());
  const failure = opened.find((result) => result.status === 'rejected');
  if (failure) {
    await release();
    throw failure.reason instanceof Error ? failure.reason : new Error(String(failure.reason));
  }
  const [relational, graph, vector, keyvalue] = await Promise.all(opening);
  const watch = (store: StoreKind, { ping }: Store): Availability => {
    const availability = new Availability({ store, ping, log });
    releases.push(() => availability.close());
    return availability;
  };
  const availability = { relational: watch('relational', relational), graph: watch('graph', graph), vector: watch('vector', vector), keyvalue: watch('keyvalue', keyvalue) };
  return {
    relational: {
      ...relational,
      read: (...args) => availability.relational.call(() => relational.read(...args)),
      transaction: (...args) => availability.relational.call(() => relational.transaction(...args)),
    },
    graph: {
      ...graph,
      read: { run: (...args) => availability.graph.call(() => graph.read.run(...args)) },
      write: { run: (...args) => availability.graph.call(() => graph.write.run(...args)) },
      transaction: (...args) => availability.graph.call(() => graph.transaction(...args)),
      estimate: (...args) => availability.graph.call(() => graph.estimate(...args)),
      science: graph.science && { ...graph.science, run: (...args) => availability.graph.call(() => tellingRefusals(graph.science!.run(...args), log)) },
    },
    vector: { ...vector, client: guarded(vector.client, availability.vector), usage: () => availability.vector.call(() => vector.usage()) },
    keyvalue: { ...keyvalue, client: guarded(keyvalue.client, availability.keyvalue) },
    availability,
    close: release,
  };
};

/** What Graph Data Science refuses, for want of memory or of a right, the gateway does by itself: only the operator gets to know. */
const tellingRefusals = <T>(run: Promise<T>, log: Log): Promise<T> =>
  run.catch((error: unknown) => {
    if (isRefusal(error)) log.warn(`Graph Data Science refused an analysis, so the gateway made it: ${messageOf(error)}`);
    throw error;
  });

/** Every method of a client, through its store's availability. */
const guarded = <T extends object>(client: T, availability: Availability): T =>
  Object.fromEntries(Object.entries(client).map(([name, call]) => [name, (...args: unknown[]) => availability.call(() => (call as (...all: unknown[]) => Promise<unknown>)(...args))])) as T;

const pathOf = ({ dataFolder }: StoresConfig, name: string): string | undefined => (dataFolder === undefined ? undefined : join(dataFolder, name));

const openRelational = async (config: StoresConfig, log: Log): Promise<RelationalStore> => {
  const timeoutMs = config.storeTimeoutMs;
  if (config.relational) return (await import('./relational/server.js')).openServerRelational({ ...config.relational, timeoutMs });
  return (await import('./relational/embedded.js')).openEmbeddedRelational({ path: pathOf(config, 'relational'), timeoutMs, log });
};

const openGraph = async (config: StoresConfig): Promise<GraphStore> => {
  if (config.graph) return (await import('./graph/server.js')).openServerGraph({ ...config.graph, timeoutMs: config.storeTimeoutMs });
  return (await import('./graph/embedded.js')).openEmbeddedGraph({ path: pathOf(config, 'graph.grafeo') });
};

const openVector = async (config: StoresConfig, log: Log): Promise<VectorStore> => {
  if (config.vector) return (await import('./vector/server.js')).openServerVector({ ...config.vector, timeoutMs: config.storeTimeoutMs });
  return (await import('./vector/embedded.js')).openEmbeddedVector({ path: pathOf(config, 'vector'), timeoutMs: config.storeTimeoutMs, log });
};

const openKeyValue = async (config: StoresConfig): Promise<KeyValueStore> => {
  if (config.keyvalue) return (await import('./keyvalue/server.js')).openServerKeyValue({ ...config.keyvalue, timeoutMs: config.storeTimeoutMs });
  return (await import('./keyvalue/embedded.js')).openEmbeddedKeyValue();
};
