import { defineConfig, mergeConfig } from 'vitest/config';
import full from './vitest.full.config.js';

/** The quick suite: few generated cases, without the files that are long in any case, and the libraries loaded once for all files. */
export default mergeConfig(
  full,
  defineConfig({
    test: {
      exclude: ['test/operations/older-folder.test.ts', 'test/server/neighbours.test.ts'],
      env: { ROUNDS: 'quick' },
      isolate: false,
    },
  }),
);
