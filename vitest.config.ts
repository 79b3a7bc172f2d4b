import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';

export default defineConfig({
  // As Node resolves it: the libraries use the CommonJS build, and graphql must not be loaded twice.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    // Browser tests need Chromium, the others in test/servers real servers: `npm run test:browser`, `npm run test:servers`.
    exclude: ['test/**/*.browser.test.ts', 'test/servers/**', 'node_modules/**'],
    globalSetup: ['test/support/data-folders.ts'],
    pool: 'forks',
    // Each file may hold two databases in memory.
    maxWorkers: 2,
    // The libraries are loaded once for all files; `npm run test:full` gives each file a process of its own.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
