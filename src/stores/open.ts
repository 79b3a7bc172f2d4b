import { join } from 'node:path';
import { messageOf } from '../errors.js';
import { Availability } from './availability.js';
import { isRefusal } from './failures.js';
import { lockFolder } from './folder.js';
import type { Config } from '../config.js';
import type { Log } from '../log.js';
import type { GraphStore, KeyValueStore, RelationalStore, Store, StoreKind, Stores, VectorStore } from './types.js';

export type StoresConfig = Pick<Config, 'dataFolder' | 'relational' | 'graph' | 'vector' | 'keyvalue' | 'storeTimeoutMs'>;

/** The stores, while they are being opened. */
export interface Opening {
  /** Fails when one of them does; the others are closed again. */
  readonly opened: Promise<Stores>;
}

/** Opens the four stores; see `beginStores`. */
export const openStores = async (config: StoresConfig, log: Log): Promise<Stores> => (await beginStores(config, log)).opened;

/**
 * Begins to open the four stores, side by side: each to a server when its settings are there, embedded otherwise. A server that does not
 * answer yet is no failure; what is embedded must open. Resolves when the folder is taken and the threads of embedded stores are at work,
 * so that other things can be done meanwhile.
 */
export const beginStores = async (config: StoresConfig, log: Log): Promise<Opening> => {
  const allServers = config.relational && config.graph && config.vector;
  const [unlock, relational, graph, vector, keyvalue] = await Promise.all([
    config.dataFolder !== undefined && !allServers ? lockFolder(config.dataFolder, { log }) : undefined,
    relationalOpener(config, log),
    graphOpener(config),
    vectorOpener(config, log),
    keyValueOpener(config),
  ]);
  const opened = waitFor([relational(), graph(), vector(), keyvalue()], unlock, log);
  // A failure reaches whoever awaits it; until then it must not count as an unhandled rejection.
  opened.catch(() => {});
  // The threads are made a few promises later.
  await new Promise(setImmediate);
  return { opened };
};

type Openings = readonly [Promise<RelationalStore>, Promise<GraphStore>, Promise<VectorStore>, Promise<KeyValueStore>];

const waitFor = async (opening: Openings, unlock: (() => Promise<void>) | undefined, log: Log): Promise<Stores> => {
  const releases: (() => Promise<void> | void)[] = unlock ? [unlock] : [];
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
  const availability = {
    relational: watch('relational', relational),
    graph: watch('graph', graph),
    vector: watch('vector', vector),
    keyvalue: watch('keyvalue', keyvalue),
  };
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
      science: graph.science && {
        ...graph.science,
        run: (...args) => availability.graph.call(() => tellingRefusals(graph.science!.run(...args), log)),
      },
    },
    vector: { ...vector, client: guarded(vector.client, availability.vector), usage: () => availability.vector.call(() => vector.usage()) },
    keyvalue: { ...keyvalue, client: guarded(keyvalue.client, availability.keyvalue) },
    availability,
    close: release,
  };
};

/** If Graph Data Science fails, for lack of memory or permissions, the gateway computes the analysis itself and logs a warning. */
const tellingRefusals = <T>(run: Promise<T>, log: Log): Promise<T> =>
  run.catch((error: unknown) => {
    if (isRefusal(error)) log.warn(`Graph Data Science failed to run an analysis, so the gateway ran it: ${messageOf(error)}`);
    throw error;
  });

/** Wraps every method of a client in the availability check of its store. */
const guarded = <T extends object>(client: T, availability: Availability): T =>
  Object.fromEntries(
    Object.entries(client).map(([name, call]) => [
      name,
      (...args: unknown[]) => availability.call(() => (call as (...all: unknown[]) => Promise<unknown>)(...args)),
    ]),
  ) as T;

const pathOf = ({ dataFolder }: StoresConfig, name: string): string | undefined =>
  dataFolder === undefined ? undefined : join(dataFolder, name);

const relationalOpener = async (config: StoresConfig, log: Log): Promise<() => Promise<RelationalStore>> => {
  const timeoutMs = config.storeTimeoutMs;
  if (config.relational) {
    const { openServerRelational } = await import('./relational/server.js');
    return () => openServerRelational({ ...config.relational!, timeoutMs });
  }
  const { openEmbeddedRelational } = await import('./relational/embedded.js');
  return () => openEmbeddedRelational({ path: pathOf(config, 'relational'), timeoutMs, log });
};

const graphOpener = async (config: StoresConfig): Promise<() => Promise<GraphStore>> => {
  if (config.graph) {
    const { openServerGraph } = await import('./graph/server.js');
    return () => openServerGraph({ ...config.graph!, timeoutMs: config.storeTimeoutMs });
  }
  const { openEmbeddedGraph } = await import('./graph/embedded.js');
  return () => openEmbeddedGraph({ path: pathOf(config, 'graph.grafeo') });
};

const vectorOpener = async (config: StoresConfig, log: Log): Promise<() => Promise<VectorStore>> => {
  const timeoutMs = config.storeTimeoutMs;
  if (config.vector) {
    const { openServerVector } = await import('./vector/server.js');
    return () => openServerVector({ ...config.vector!, timeoutMs });
  }
  const { openEmbeddedVector } = await import('./vector/embedded.js');
  return () => openEmbeddedVector({ path: pathOf(config, 'vector'), timeoutMs, log });
};

const keyValueOpener = async (config: StoresConfig): Promise<() => Promise<KeyValueStore>> => {
  if (config.keyvalue) {
    const { openServerKeyValue } = await import('./keyvalue/server.js');
    return () => openServerKeyValue({ ...config.keyvalue!, timeoutMs: config.storeTimeoutMs });
  }
  const { openEmbeddedKeyValue } = await import('./keyvalue/embedded.js');
  return () => openEmbeddedKeyValue();
};
