import type { Engine } from '../engine.js';
import { quoteLabel } from '../model/names.js';
import { tableTypes } from '../model/types.js';
import { columnIndexes, indexToSql } from '../plan/indexes.js';

/** Makes a unique key for every label that the schema names. Repeatable. */
export const migrateGraph = async ({ model, stores }: Engine): Promise<string[]> => {
  const made: string[] = [];
  const labels = new Set([...model.types.values()].flatMap((type) => type.node?.labels.slice(0, 1) ?? []));
  for (const label of labels) {
    const name = `${label.toLowerCase().replace(/\W/g, '_')}_id`;
    const { summary } = await stores.graph.write.run(`CREATE CONSTRAINT ${quoteLabel(name)} IF NOT EXISTS FOR (n:${quoteLabel(label)}) REQUIRE n.id IS UNIQUE`);
    if ((summary.counters.updates()['constraintsAdded'] ?? 0) > 0) made.push(`constraint ${name}`);
  }
  return made;
};

/** Makes the collections that the schema names and that are missing; one that exists is never changed. */
export const migrateVectors = async ({ model, stores, embedder }: Engine): Promise<string[]> => {
  const made: string[] = [];
  const existing = new Set((await stores.vector.client.getCollections()).collections.map(({ name }) => name));
  for (const { embedding } of tableTypes(model)) {
    if (!embedding || existing.has(embedding.collection)) continue;
    await stores.vector.client.createCollection(embedding.collection, { vectors: { size: embedder.size, distance: 'Cosine' } });
    // The gateway asks for the model of a collection by this key.
    await stores.vector.client.createPayloadIndex(embedding.collection, { field_name: 'embedding_model', field_schema: 'keyword', wait: true });
    existing.add(embedding.collection);
    made.push(`collection ${embedding.collection}, ${embedder.size} dimensions`);
  }
  return made;
};

/** Makes the text indexes that the schema names and that are missing. Repeatable. */
export const migrateIndexes = async ({ model, stores }: Engine): Promise<string[]> => {
  const indexes = columnIndexes(model);
  if (indexes.some(({ kind }) => kind === 'trigram')) await stores.relational.script('CREATE EXTENSION IF NOT EXISTS pg_trgm');
  const made: string[] = [];
  for (const index of indexes) {
    const { name, text } = indexToSql(index);
    const { schema, name: table } = index.type.table;
    const rows = await stores.relational.read({ text: 'SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = ANY($2::text[])', values: [schema, [table, name]] }, { primary: true });
    const there = rows.flat();
    // A table that is missing is for the check of the schema to say.
    if (there.includes(name) || !there.includes(table)) continue;
    await stores.relational.script(text);
    made.push(`index ${name}`);
  }
  return made;
};
