import { bindSchema } from '../../resolvers/bind.js';
import { isLoopback, type Config } from '../config.js';
import { AccessRules } from '../access/rules.js';
import { withAccess, type Engine } from '../engine.js';
import { counted, GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { probeAddress } from '../server/address.js';
import { EXAMPLE } from '../server/example.js';
import { startServer } from '../server/server.js';
import { prepareAudit } from './audit.js';
import { checkAfter, checkBefore } from './check.js';
import { openFeed } from './feed.js';
import { migrateGraph, migrateIndexes, migrateVectors, refillVectors } from './migrate.js';
import { checkLogins } from './logins.js';
import { openEngine } from './open-engine.js';
import { createTables, seedDemo } from './seed.js';
import { gatherStatistics } from './statistics.js';
import { makeTables } from './tables.js';

export interface Gateway {
  readonly url: string;
  readonly engine: Engine;
  /** Completes in-flight requests, then closes the stores. */
  readonly close: () => Promise<void>;
}

/** Starts everything in order, and logs what runs where and what was created. */
export const serve = async (config: Config, log: Log): Promise<Gateway> => {
  const started = performance.now();
  await probeAddress(config.host, config.port);
  const engine = await openEngine(config, log);
  try {
    checkRules(config, engine);
    await findStores(engine, log);
    if (!config.relational && config.demo) await createTables(engine);
    // With --memory, tables that `migrate` created would be gone by now.
    else if (isForgetful(config)) for (const line of await makeTables(engine)) log.info(`  created  ${line}`);
    await checkBefore(config, engine, log);
    await prepareAudit(config, engine, log);
    await prepareEmbedded(engine, config, log);
    if (!config.relational) await gatherStatistics(engine.stores.relational);
    await checkAfter(config, engine, log);
    await engine.authenticator.test();
    log.info(`  callers     ${engine.authenticator.describe()}`);
    const schema = bindSchema(engine.model, engine.graphSchema);
    const guarded = withAccess(engine, schema);
    const opened = await openFeed(config, guarded, log);
    const named = { ...guarded, copied: opened?.copied };
    const server = await startServer({ ...config, engine: named, schema, log, changeFeed: opened?.feed, uncaptured: opened?.uncaptured });
    if (!isLoopback(config.host) && engine.authenticator.takesStrangers && !guarded.access)
      log.warn(
        `HOST=${config.host} makes the gateway reachable from other machines, requests without credentials are accepted, and the schema ` +
          'has no access rules: whoever reaches the port can read and write everything. AUTH says which credentials are needed',
      );
    noteStatements(engine, log);
    if (config.demo) log.info(`  example  a front end over the demonstration data: ${new URL(EXAMPLE, server.url).href}`);
    for (const url of server.otherUrls) log.info(`  also at  ${url}`);
    noteHidden(config, log);
    const open = config.graphiql ? `open ${server.url} in a browser` : server.url;
    log.info(`ready in ${((performance.now() - started) / 1000).toFixed(1)} s: ${open}, press Ctrl-C to stop`);
    return {
      url: server.url,
      engine: named,
      close: async () => {
        await server.close();
        await opened?.close();
        await engine.stores.close();
      },
    };
  } catch (error) {
    await engine.stores.close();
    throw error;
  }
};

/** @throws GatewayError RULES_MISSING: a server's data must not be open to everyone by an omission */
const checkRules = ({ relational, graph, vector }: Config, { model }: Engine): void => {
  const missing = AccessRules.missing(model);
  if (missing.length > 0 && (relational ?? graph ?? vector))
    throw new GatewayError('RULES_MISSING', { count: counted(missing.length, 'type'), names: missing.join(', ') });
};

/** Embedded stores are the gateway's own, so the start creates what the schema needs in them; servers are left to `migrate` and `seed`. */
const prepareEmbedded = async (engine: Engine, config: Config, log: Log): Promise<void> => {
  const made = [
    ...(config.relational ? [] : await migrateIndexes(engine)),
    ...(config.graph ? [] : await migrateGraph(engine)),
    ...(config.vector ? [] : await migrateVectors(engine)),
  ];
  for (const line of made) log.info(`  created  ${line}`);
  if (!config.vector) await refillVectors(engine, log);
  if (!config.demo || config.relational) return;
  if (!config.graph && !config.vector) await seedDemo(engine, log);
  else log.info('  no demonstration data: not all of PostgreSQL, Neo4j and Qdrant are embedded; `odras-gateway seed` loads it');
};

/** Statements of the schema files run as written: no guard limits what they read. */
const noteStatements = ({ model }: Engine, log: Log): void => {
  const fields = [...model.types.values()].flatMap((type) =>
    [...type.fields.values()].filter(({ kind }) => kind === 'cypher').map(({ name }) => `${type.name}.${name}`),
  );
  if (fields.length > 0) log.info(`  note     @cypher statements read whatever they match, for every caller: ${fields.join(', ')}`);
};

const noteHidden = ({ introspection, graphiql }: Config, log: Log): void => {
  const off = [...(introspection ? [] : ['introspection (INTROSPECTION)']), ...(graphiql ? [] : ['GraphiQL (GRAPHIQL)'])];
  if (off.length > 0) log.info(`  off      ${off.join(', ')}`);
};

/** Whether PostgreSQL is embedded and keeps nothing after the process. */
const isForgetful = ({ relational, dataFolder }: Config): boolean => !relational && dataFolder === undefined;

/** Pings every store. */
const findStores = async ({ stores }: Engine, log: Log): Promise<void> => {
  await checkLogins(stores);
  if (!stores.availability.graph.isDown && (await stores.graph.science?.isThere()))
    log.info('  found    Graph Data Science in Neo4j: used for analyses');
};
