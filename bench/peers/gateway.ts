/** The gateway itself, in its own process, on the stores that are given; the others are embedded and empty. */
import { readConfig } from '../../src/config.js';
import { createSilentLog } from '../../src/log.js';
import { serve } from '../../src/operations/serve.js';

const { DATABASE_URL, NEO4J_URL, ODRAS_DATA } = process.env;
const settings = { DATABASE_URL, NEO4J_URL, DATABASE_POOL_SIZE: '10', HOST: '127.0.0.1' };
const place = ODRAS_DATA === undefined ? { memory: true } : { data: ODRAS_DATA };
const gateway = await serve(readConfig({ ...place, port: '0' }, settings), createSilentLog());
console.log(gateway.url);

// An ordinary end, so that a CPU profile is written.
process.on('SIGTERM', () => void gateway.close().then(() => process.exit()));
