import { defineConfig } from 'vitest/config';
import { GENERATED_FILES, LONG_FILES } from './test/support/long-files.js';
import full from './vitest.full.config.js';

/** What the quick suite leaves out: its long files, and all generated cases. */
export default defineConfig({ ...full, test: { ...full.test, include: [...LONG_FILES, ...GENERATED_FILES] } });
