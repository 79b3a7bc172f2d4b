import { defineConfig } from 'vitest/config';
export default defineConfig({ test: { include: ['test/**/*.test.ts'], exclude: ['**/*.browser.test.ts'], pool: 'forks', maxWorkers: 2, testTimeout: 30000, hookTimeout: 60000 } });
