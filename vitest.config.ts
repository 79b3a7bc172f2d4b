import { defineConfig, mergeConfig } from 'vitest/config';
import { LONG_FILES } from './test/support/long-files.js';
import full from './vitest.full.config.js';

/** The quick suite: few generated cases, without the files that are long in any case, and the libraries loaded once for all files. */
export default mergeConfig(full, defineConfig({ test: { exclude: LONG_FILES, env: { ROUNDS: 'quick' }, isolate: false } }));
