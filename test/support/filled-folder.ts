import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { createSilentLog } from '../../src/log.js';
import { serve } from '../../src/operations/serve.js';
import { readConfig } from '../../src/config.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A data folder filled with the demonstration data; copy it, never open it. */
    filledFolder: string;
  }
}

/** Fills a data folder once for all test files: embedding 700 texts takes longer than all the rest. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'odras-filled-'));
  const gateway = await serve(readConfig({ data: folder, port: '0' }, {}), createSilentLog());
  await gateway.close();
  project.provide('filledFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
