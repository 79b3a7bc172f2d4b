import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Browser tests need Chromium, which is not a package of npm: `npm run test:browser`.
    exclude: ['test/**/*.browser.test.ts', 'node_modules/**'],
    globalSetup: ['test/support/filled-folder.ts'],
    pool: 'forks',
    // Each file may hold two databases in memory.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
