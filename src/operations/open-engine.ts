import { Audit } from '../audit/audit.js';
import type { Config } from '../config.js';
import { createEngine, type Engine } from '../engine.js';
import type { Log } from '../log.js';
import { compileModel } from '../model/compile.js';
import { openGraphSchema } from '../model/graph-schema.js';
import { openEmbeddedEmbedder } from '../stores/embeddings/embedded.js';
import { openServerEmbedder } from '../stores/embeddings/server.js';
import { beginStores } from '../stores/open.js';
import { readKeys } from './keys.js';
import { readSchemaFiles } from './schema-files.js';

/** The schema compiled and all stores open, as every command needs them; `engine.stores.close()` ends it. */
export const openEngine = async (config: Config, log: Log): Promise<Engine> => {
  const model = compileModel(readSchemaFiles(config.schemaFolder));
  readKeys(model, config.encryptionKeys);
  // The threads of embedded stores are at work while this one makes the graph schema.
  const opening = await beginStores(config, log);
  const graphSchema = await openGraphSchema(model).catch(async (error: unknown) => {
    await (await opening.opened).close();
    throw error;
  });
  const opened = await opening.opened;
  const embedder = config.embeddings
    ? openServerEmbedder({ ...config.embeddings, timeoutMs: config.storeTimeoutMs })
    : openEmbeddedEmbedder(log);
  const audit = config.audit ? new Audit(opened.relational, log) : undefined;
  const close = async () => {
    await audit?.close();
    await opened.close().finally(() => embedder.close?.());
  };
  const stores = { ...opened, close };
  log.info('odras-gateway');
  log.info(`  PostgreSQL  ${stores.relational.where}`);
  log.info(`  Neo4j       ${stores.graph.where}`);
  log.info(`  Qdrant      ${stores.vector.where}`);
  log.info(`  Redis       ${stores.keyvalue.where}`);
  log.info(`  embeddings  ${config.embeddings ? `server, model ${embedder.model}` : 'embedded'}, ${embedder.size} dimensions`);
  return createEngine({ model, stores, embedder, limits: config, identity: config.identity, graphSchema, audit, log });
};
