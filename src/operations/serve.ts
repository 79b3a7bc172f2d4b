import { bindSchema } from '../../resolvers/bind.js';
import type { Config } from '../config.js';
import { createEngine, type Engine } from '../engine.js';
import { counted, GatewayError } from '../errors.js';
import type { Log } from '../log.js';
import { compileModel } from '../model/compile.js';
import { openGraphSchema } from '../model/graph-schema.js';
import { formatFaults } from '../model/types.js';
import { verifyModel } from '../model/verify.js';
import { startServer } from '../server/server.js';
import { openEmbeddedEmbedder } from '../stores/embeddings/embedded.js';
import { openStores } from '../stores/open.js';
import { migrate } from './migrate.js';
import { readSchemaFiles } from './schema-files.js';
import { createTables, seedDemo } from './seed.js';

export interface Gateway {
  readonly url: string;
  readonly engine: Engine;
  /** Lets requests under way end, then closes the stores. */
  close(): Promise<void>;
}

/** Starts everything in order, and says on the way what runs where and what was made. */
export const serve = async (config: Config, log: Log): Promise<Gateway> => {
  const started = performance.now();
  const model = compileModel(readSchemaFiles(config.schemaFolder));
  const [stores, graphSchema] = await Promise.all([openStores(config), openGraphSchema(model)]);
  const limits = { defaultRows: config.defaultRows, maxRows: config.maxRows };
  const engine = createEngine({ model, stores, embedder: openEmbeddedEmbedder(), limits, graphSchema });
  try {
    log.info('odras-gateway');
    log.info(`  PostgreSQL  ${stores.relational.where}`);
    log.info(`  Neo4j       ${stores.graph.where}`);
    log.info(`  Qdrant      ${stores.vector.where}`);
    log.info(`  Redis       ${stores.keyvalue.where}`);
    if (config.demo) await createTables(engine);
    for (const line of await migrate(engine)) log.info(`  created  ${line}`);
    const faults = await verifyModel(model, stores, engine.embedder);
    if (faults.length > 0) throw new GatewayError('SCHEMA_MISMATCH', { count: counted(faults.length, 'mismatch').replace(/hs$/, 'hes'), detail: formatFaults(faults) });
    if (config.demo) await seedDemo(engine, config.dataFolder, log);
    const schema = bindSchema(model, graphSchema);
    const server = await startServer({ engine, schema, log, host: config.host, port: config.port });
    log.info(`ready in ${((performance.now() - started) / 1000).toFixed(1)} s: open ${server.url} in a browser, Ctrl-C stops`);
    return {
      url: server.url,
      engine,
      close: async () => {
        await server.close();
        await stores.close();
      },
    };
  } catch (error) {
    await stores.close();
    throw error;
  }
};
