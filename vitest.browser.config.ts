import { defineConfig } from 'vitest/config';

export default defineConfig({
  // As Node resolves it: the libraries use the CommonJS build, and graphql must not be loaded twice.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.browser.test.ts'],
    globalSetup: ['test/support/data-folders.ts'],
    pool: 'forks',
    fileParallelism: false,
    // A page may need a moment on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
