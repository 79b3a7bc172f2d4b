/**
 * The gateway itself, in its own process. With PostgreSQL alone the other stores are servers that do not answer: embedded
 * ones would run in this process, and nothing asks them here.
 */
import { compile } from '../../bin/compile.js';
import '../../bin/heap.js';

// As `npm start` runs it.
await compile();
const { readConfig } = await import('../../dist/src/config.js');
const { createSilentLog } = await import('../../dist/src/log.js');
const { serve } = await import('../../dist/src/operations/serve.js');

const { DATABASE_URL, NEO4J_URL, ODRAS_DATA } = process.env;
const AWAY = { NEO4J_URL: 'neo4j://nobody:none@127.0.0.1:9', QDRANT_URL: 'http://127.0.0.1:9' };
const settings = {
  ...(NEO4J_URL === undefined ? AWAY : {}),
  DATABASE_URL,
  NEO4J_URL: NEO4J_URL ?? AWAY.NEO4J_URL,
  DATABASE_POOL_SIZE: '10',
  HOST: '127.0.0.1',
  AUTH: 'anonymous',
};
const place = ODRAS_DATA === undefined ? { memory: true } : { data: ODRAS_DATA };
const gateway = await serve(readConfig({ ...place, port: '0' }, settings), createSilentLog());
console.log(gateway.url);

// An ordinary end, so that a CPU profile is written.
process.on('SIGTERM', () => void gateway.close().then(() => process.exit()));
