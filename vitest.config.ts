import { defineConfig } from 'vitest/config';

export default defineConfig({
  // As Node resolves it: the libraries use the CommonJS build, and graphql must not be loaded twice.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    // Browser tests need Chromium, the others in test/servers real servers: `npm run test:browser`, `npm run test:servers`.
    exclude: ['test/**/*.browser.test.ts', 'test/servers/**', 'node_modules/**'],
    globalSetup: ['test/support/filled-folder.ts'],
    pool: 'forks',
    // Each file may hold two databases in memory.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
