import { bindSchema } from '../../resolvers/bind.js';
import type { Config } from '../config.js';
import type { Engine } from '../engine.js';
import { counted, GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { formatFaults, type Fault } from '../model/faults.js';
import { learnDatabase } from '../model/database.js';
import { verifyCollections, verifyTables } from '../model/verify.js';
import { verifyIndexes } from '../plan/indexes.js';
import { startServer } from '../server/server.js';
import { migrateGraph, migrateIndexes, migrateVectors, refillVectors } from './migrate.js';
import { checkLogins } from './logins.js';
import { openEngine } from './open-engine.js';
import { createTables, seedDemo } from './seed.js';

export interface Gateway {
  readonly url: string;
  readonly engine: Engine;
  /** Lets requests under way end, then closes the stores. */
  readonly close: () => Promise<void>;
}

/** Starts everything in order, and says on the way what runs where and what was made. */
export const serve = async (config: Config, log: Log): Promise<Gateway> => {
  const started = performance.now();
  const engine = await openEngine(config, log);
  try {
    await checkLogins(engine.stores);
    await prepareEmbedded(engine, config, log);
    // A server does that by itself; without it the planner takes every table for empty.
    if (!config.relational) await engine.stores.relational.script('ANALYZE');
    await verify(engine, log);
    const schema = bindSchema(engine.model, engine.graphSchema);
    const server = await startServer({ engine, schema, log, host: config.host, port: config.port, requestTimeoutMs: config.requestTimeoutMs, explain: config.explain });
    log.info(`ready in ${((performance.now() - started) / 1000).toFixed(1)} s: open ${server.url} in a browser, Ctrl-C stops`);
    return {
      url: server.url,
      engine,
      close: async () => {
        await server.close();
        await engine.stores.close();
      },
    };
  } catch (error) {
    await engine.stores.close();
    throw error;
  }
};

/** Embedded stores are the gateway's own, so it makes in them what the schema asks; servers are left to `migrate` and `seed`. */
const prepareEmbedded = async (engine: Engine, config: Config, log: Log): Promise<void> => {
  if (!config.relational && config.demo) await createTables(engine);
  const made = [...(config.relational ? [] : await migrateIndexes(engine)), ...(config.graph ? [] : await migrateGraph(engine)), ...(config.vector ? [] : await migrateVectors(engine))];
  for (const line of made) log.info(`  created  ${line}`);
  if (!config.vector) await refillVectors(engine, log);
  if (!config.demo || config.relational) return;
  if (!config.graph && !config.vector) await seedDemo(engine, log);
  else log.info('  not filled: with a server among PostgreSQL, Neo4j and Qdrant, `odras-gateway seed` writes the demonstration data');
};

/** Checks the schema against each store that is there; one that is not is checked when it comes. */
const verify = async ({ model, stores, embedder }: Engine, log: Log): Promise<void> => {
  const faults: Fault[] = [];
  const checks = [
    ['relational', async () => {
      await learnDatabase(model, stores.relational, log);
      return [...(await verifyTables(model, stores.relational)), ...(await verifyIndexes(model, stores.relational))];
    }],
    ['vector', () => verifyCollections(model, stores.vector, embedder)],
  ] as const;
  if (!stores.availability.graph.isDown && (await stores.graph.science?.isThere())) log.info('  found    Graph Data Science in Neo4j: it makes analyses');
  for (const [kind, check] of checks) {
    const availability = stores.availability[kind];
    if (!availability.isDown) faults.push(...(await check()));
    else {
      availability.whenUp(() => {
        check().then(
          (late) => late.length > 0 && log.error(mismatch(late).message),
          (error: unknown) => log.error(`the ${kind} store could not be checked against the schema`, error),
        );
      });
    }
  }
  if (faults.length > 0) throw mismatch(faults);
};

const mismatch = (faults: readonly Fault[]) => new GatewayError('SCHEMA_MISMATCH', { count: faults.length === 1 ? '1 mismatch' : counted(faults.length, 'mismatche'), detail: formatFaults(faults) });
