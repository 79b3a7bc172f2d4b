import { inject } from 'vitest';
import { readConfig } from '../../src/config.js';
import { createSilentLog, type Log } from '../../src/log.js';
import { openStores } from '../../src/stores/open.js';
import type { Stores } from '../../src/stores/types.js';
import { temporaryFolder } from './folders.js';

/** Stores in which nothing is yet: copies of databases that were made once, and servers where the settings name them. */
export const openEmptyStores = async (settings: Record<string, string> = {}, log: Log = createSilentLog()): Promise<Stores> => {
  const folder = temporaryFolder(inject('emptyFolder'));
  try {
    const stores = await openStores(readConfig({ data: folder.path }, settings), log);
    return {
      ...stores,
      close: async () => {
        await stores.close();
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
};
