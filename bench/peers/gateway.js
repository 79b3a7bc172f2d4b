/**
 * The gateway itself, in its own process. With PostgreSQL alone the other stores are servers that do not answer: embedded
 * ones would run in this process, and nothing asks them here. With the word `rules` it answers members of projects, as ODRAS means it.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../bin/compile.js';
import '../../bin/heap.js';

// As `npm start` runs it.
await compile();
const { readConfig } = await import('../../dist/src/config.js');
const { createSilentLog } = await import('../../dist/src/log.js');
const { serve } = await import('../../dist/src/operations/serve.js');

/** The schema with every type open to everyone: what the others do, too. */
const openSchema = () => {
  const folder = mkdtempSync(join(tmpdir(), 'odras-bench-schema-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  cpSync(new URL('../../schema', import.meta.url), folder, { recursive: true });
  const rules = join(folder, 'access.graphql');
  const types = [...readFileSync(rules, 'utf8').matchAll(/^extend type (\w+)/gm)].map(([, type]) => `extend type ${type} @public\n`);
  writeFileSync(rules, types.join(''));
  return folder;
};

const { DATABASE_URL, NEO4J_URL, ODRAS_DATA } = process.env;
const AWAY = { NEO4J_URL: 'neo4j://nobody:none@127.0.0.1:9', QDRANT_URL: 'http://127.0.0.1:9' };
const settings = {
  ...(NEO4J_URL === undefined ? AWAY : {}),
  DATABASE_URL,
  NEO4J_URL: NEO4J_URL ?? AWAY.NEO4J_URL,
  DATABASE_POOL_SIZE: '10',
  HOST: '127.0.0.1',
  ...(process.argv[2] === 'rules' ? { AUTH: 'token' } : { AUTH: 'anonymous', ODRAS_SCHEMA: openSchema() }),
  AUDIT: 'off',
};
const place = ODRAS_DATA === undefined ? { memory: true } : { data: ODRAS_DATA };
const gateway = await serve(readConfig({ ...place, port: '0' }, settings), createSilentLog());
console.log(gateway.url);

// An ordinary end, so that a CPU profile is written.
process.on('SIGTERM', () => void gateway.close().then(() => process.exit()));
