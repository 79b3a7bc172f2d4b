import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { readConfig } from '../../src/config.js';
import { createSilentLog } from '../../src/log.js';
import { serve } from '../../src/operations/serve.js';
import { openStores } from '../../src/stores/open.js';
import { copyFolder } from './folders.js';

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
  const folder = mkdtempSync(join(tmpdir(), 'odras-folders-'));
  const [empty, filled] = [join(folder, 'empty'), join(folder, 'filled')];
  const stores = await openStores(readConfig({ data: empty }, {}), createSilentLog());
  await stores.close();
  copyFolder(empty, filled);
  const gateway = await serve(readConfig({ data: filled, port: '0' }, {}), createSilentLog());
  await gateway.close();
  project.provide('emptyFolder', empty);
  project.provide('filledFolder', filled);
  return () => rmSync(folder, { recursive: true, force: true });
}
