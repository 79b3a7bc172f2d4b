import { defineConfig, mergeConfig } from 'vitest/config';
import quick from './vitest.config.js';

/** What `npm test` runs, with all generated cases, and each file by itself. */
export default mergeConfig(quick, defineConfig({ test: { env: { ROUNDS: 'full' }, isolate: true } }));
