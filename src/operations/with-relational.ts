import { join } from 'node:path';
import type { Config } from '../config.js';
import type { Log } from '../log.js';
import { lockFolder } from '../stores/folder.js';
import type { RelationalStore } from '../stores/types.js';

/** Opens PostgreSQL alone, server or embedded, for a command that needs no other store. */
export const withRelational = async <T>(config: Config, log: Log, work: (relational: RelationalStore) => Promise<T>): Promise<T> => {
  const { dataFolder, relational, storeTimeoutMs: timeoutMs } = config;
  const unlock = !relational && dataFolder !== undefined ? await lockFolder(dataFolder, { log }) : undefined;
  try {
    const store = relational
      ? await (await import('../stores/relational/server.js')).openServerRelational({ ...relational, timeoutMs })
      : await (
          await import('../stores/relational/embedded.js')
        ).openEmbeddedRelational({ path: dataFolder && join(dataFolder, 'relational'), timeoutMs, log });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  } finally {
    await unlock?.();
  }
};
