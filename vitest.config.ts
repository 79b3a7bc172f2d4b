import { defineConfig, mergeConfig } from 'vitest/config';
import full from './vitest.full.config.js';

/** The quick suite: few generated cases, without the files that are long in any case, and the libraries loaded once for all files. */
export default mergeConfig(
  full,
  defineConfig({
    test: {
      exclude: [
        'test/access/canary.test.ts',
        'test/access/roles.test.ts',
        'test/client/package.test.ts',
        'test/model/names.test.ts',
        'test/operations/audit.test.ts',
        'test/operations/cli.test.ts',
        'test/operations/demo.test.ts',
        'test/operations/introspect.test.ts',
        'test/operations/introspect-again.test.ts',
        'test/operations/older-folder.test.ts',
        'test/operations/own-database-docs.test.ts',
        'test/operations/own-tables.test.ts',
        'test/operations/process.test.ts',
        'test/operations/start.test.ts',
        'test/operations/statistics.test.ts',
        'test/server/conditions.test.ts',
        'test/server/foreign-sort.test.ts',
        'test/server/jwt.test.ts',
        'test/server/neighbours.test.ts',
        'test/server/search.test.ts',
        'test/server/sockets.test.ts',
        'test/resolvers/audit.test.ts',
        'test/resolvers/audit-chain.test.ts',
        'test/resolvers/encryption.test.ts',
        'test/resolvers/foreign-sort.test.ts',
        'test/stores/embedded-threads.test.ts',
        'test/stores/folder.test.ts',
      ],
      env: { ROUNDS: 'quick' },
      isolate: false,
    },
  }),
);
