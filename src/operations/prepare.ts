import { makeAuditTable } from '../audit/table.js';
import type { Config } from '../config.js';
import type { Engine } from '../engine.js';
import { GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { migrateGraph, migrateIndexes, migrateVectors, refillVectors } from './migrate.js';
import { makeFeed } from '../feed/install.js';
import { noteCopied } from './feed.js';
import { checkTables } from './check.js';
import { checkLogins } from './logins.js';
import { openEngine } from './open-engine.js';
import { createTables, seedDemo } from './seed.js';
import { makeTables } from './tables.js';

const withEngine = async (config: Config, log: Log, work: (engine: Engine) => Promise<void>): Promise<void> => {
  const engine = await openEngine(config, log);
  try {
    await checkLogins(engine.stores);
    for (const store of ['relational', 'graph', 'vector'] as const) {
      if (engine.stores.availability[store].isDown) throw new GatewayError('STORE_UNAVAILABLE', { store, detail: 'it does not answer' });
    }
    await work(engine);
  } finally {
    await engine.stores.close();
  }
};

/** Whether the database has no tables, views or sequences but PostgreSQL's own. */
const isEmpty = async ({ stores: { relational } }: Engine): Promise<boolean> => {
  const rows = await relational.read(
    { text: "SELECT 1 FROM pg_class WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema$|odras_gateway$)' LIMIT 1" },
    { primary: true },
  );
  return rows.length === 0;
};

const migrate = async (config: Config, engine: Engine, log: Log): Promise<void> => {
  await checkTables(engine, log);
  const made = [
    ...(engine.audit ? await makeAuditTable(engine.stores.relational) : []),
    ...(await migrateIndexes(engine)),
    ...(await migrateGraph(engine)),
    ...(await migrateVectors(engine)),
    ...(config.feed ? await makeFeed(engine.stores.relational, engine.model, config.feedRetentionHours) : []),
  ];
  for (const line of made) log.info(`  created  ${line}`);
  await refillVectors(engine, log);
  if (made.length === 0) log.info('  nothing to create: all indexes, constraints and collections exist');
};

/**
 * Makes what the schema asks of the stores: tables only in an embedded PostgreSQL, which is the gateway's own, and those of ODRAS in
 * an empty database too. Repeatable.
 *
 * @throws GatewayError SCHEMA_MISMATCH naming every table and column that a server lacks; nothing is made then
 */
export const migrateStores = (config: Config, log: Log): Promise<void> =>
  withEngine(config, log, async (engine) => {
    if (config.demo && (!config.relational || (await isEmpty(engine)))) {
      await createTables(engine);
      if (config.relational) log.info('  created  the tables of ODRAS');
    }
    if (!config.relational) for (const line of await makeTables(engine)) log.info(`  created  ${line}`);
    await migrate(config, engine, log);
  });

/**
 * Makes the ODRAS tables and fills all stores with the demonstration data. Repeatable: what has been written before is not written again.
 */
export const seedStores = async (config: Config, log: Log): Promise<void> => {
  if (!config.demo) throw new GatewayError('CONFIG_INVALID', { detail: NOT_ODRAS });
  await withEngine(config, log, async (engine) => {
    await createTables(engine);
    await migrate(config, engine, log);
    await seedDemo(engine, log);
    await noteCopied(engine);
  });
};

const NOT_ODRAS =
  'seed makes the tables of ODRAS and fills them, but DEMO=false or a schema of your own says that there are none. Where your schema ' +
  'is a copy of the one in the package, set DEMO=true.';
