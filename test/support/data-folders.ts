import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { readConfig } from '../../src/config.js';
import { createSilentLog } from '../../src/log.js';
import { serve } from '../../src/operations/serve.js';
import { openStores } from '../../src/stores/open.js';
import { copyFolder, temporaryFolder } from './folders.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A data folder with databases in which nothing is yet; copy it, never open it. */
    emptyFolder: string;
    /** A data folder filled with the demonstration data; copy it, never open it. */
    filledFolder: string;
  }
}

/** Makes the data folders once for all test files: to copy one takes a fraction of the time to make it. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = temporaryFolder();
  const [empty, filled] = [join(folder.path, 'empty'), join(folder.path, 'filled')];
  const stores = await openStores(readConfig({ data: empty }, {}), createSilentLog());
  await stores.close();
  copyFolder(empty, filled);
  const gateway = await serve(readConfig({ data: filled, port: '0' }, {}), createSilentLog());
  await gateway.close();
  project.provide('emptyFolder', empty);
  project.provide('filledFolder', filled);
  return folder.remove;
}
