/** The gateway itself, in its own process: PostgreSQL is the benchmark's, the other stores are embedded and empty. */
import { readConfig } from '../../src/config.js';
import { createSilentLog } from '../../src/log.js';
import { serve } from '../../src/operations/serve.js';

const settings = { DATABASE_URL: process.env['DATABASE_URL'], DATABASE_POOL_SIZE: '10', HOST: '127.0.0.1' };
const gateway = await serve(readConfig({ memory: true, port: '0' }, settings), createSilentLog());
console.log(gateway.url);

// An ordinary end, so that a CPU profile is written.
process.on('SIGTERM', () => void gateway.close().then(() => process.exit()));
