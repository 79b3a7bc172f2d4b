import type { Schemas } from '@qdrant/js-client-rest';
import type { Engine } from '../engine.js';
import { GatewayError, messageOf } from '../errors.js';
import { projectRows } from '../mutate/projection.js';
import type { Log } from '../log.js';
import { collectionOf, KEYWORDS_PARAMS, lacking, outdatedPoints } from '../model/collection.js';
import { KEYWORDS } from '../model/embedding.js';
import type { Place } from '../model/faults.js';
import { quoteLabel } from '../model/names.js';
import { indexToSql, missingIndexes } from '../sql/indexes.js';
import { ROOT } from '../root.js';
import { embeddedTypes, graphTypes } from '../model/types.js';
import type { VectorClient } from '../stores/types.js';
import { mismatch } from './check.js';
import { withKnownVectors } from './demo/vectors.js';

/** Points that are written again in one go. */
const REFILLED = 128;

/** Makes a unique key for every label that the schema names. Repeatable. */
export const migrateGraph = async ({ model, stores }: Engine): Promise<string[]> => {
  const made: string[] = [];
  const labels = new Map(graphTypes(model).map(({ node, place }) => [node.labels[0]!, place]));
  const names = new Set<string>();
  for (const [label, place] of labels) {
    let name = `${label.toLowerCase().replace(/\W/g, '_')}_id`;
    // Labels that differ in nothing but case have constraints of two names, or the second would be taken for the first.
    while (names.has(name)) name += '_';
    names.add(name);
    const statement = `CREATE CONSTRAINT ${quoteLabel(name)} IF NOT EXISTS FOR (n:${quoteLabel(label)}) REQUIRE n.id IS UNIQUE`;
    const { summary } = await makes(place, `The unique key of label ${label}`, () => stores.graph.write.run(statement));
    if ((summary.counters.updates()['constraintsAdded'] ?? 0) > 0) made.push(`constraint ${name}`);
  }
  return made;
};

/** Makes the collections that the schema names, and adds to those that exist what they lack. Nothing is taken away. */
export const migrateVectors = async ({ model, stores, embedder }: Engine): Promise<string[]> => {
  const { client } = stores.vector;
  const made: string[] = [];
  const existing = new Set((await client.getCollections()).collections.map(({ name }) => name));
  for (const type of embeddedTypes(model)) {
    const { collection } = type.embedding;
    const isNew = !existing.has(collection);
    if (isNew) {
      await client.createCollection(collection, collectionOf(type, embedder.size));
      existing.add(collection);
      made.push(`collection ${collection}, ${embedder.size} dimensions`);
    }
    const { keywords, indexes, settings } = lacking(type, await client.getCollection(collection));
    if (keywords) {
      await addKeywords(client, collection);
      made.push(`keywords of ${collection}`);
    }
    for (const [field_name, field_schema] of indexes) await client.createPayloadIndex(collection, { field_name, field_schema, wait: true });
    if (indexes.length > 0 && !isNew) made.push(`index of ${indexes.map(([name]) => name).join(', ')} in ${collection}`);
    if (Object.keys(settings).length > 0) {
      await client.updateCollection(collection, { vectors: settings });
      made.push(`settings of ${collection}`);
    }
  }
  return made;
};

/** Makes the text indexes that the schema names and that are missing. Repeatable. */
export const migrateIndexes = async ({ model, stores: { relational } }: Engine): Promise<string[]> => {
  const missing = await missingIndexes(model, relational);
  const first = missing.find(({ kind }) => kind === 'trigram');
  if (first)
    await makes(first.field.place, 'The extension pg_trgm, which @trigram needs,', () =>
      relational.script('CREATE EXTENSION IF NOT EXISTS pg_trgm'),
    );
  const made: string[] = [];
  for (const index of missing) {
    const { schema, name: table } = index.type.table;
    const names = await relational.read(
      { text: 'SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $1', values: [schema] },
      { primary: true },
    );
    const taken = new Set(names.map(([name]) => name!));
    // A missing table is reported by the schema check.
    if (!taken.has(table)) continue;
    const { name, text } = indexToSql(index, taken);
    await makes(index.field.place, `The index of @${index.kind} on ${index.type.name}.${index.field.name}`, () => relational.script(text));
    made.push(`index ${name}`);
  }
  return made;
};

/** Reports what a store refuses to create, with the line of the schema that needs it; an unreachable store is reported as such. */
export const makes = async <T>(place: Place, what: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw mismatch([{ place, message: `${what} cannot be made: ${messageOf(error)}` }]);
  }
};

const addKeywords = async (client: VectorClient, collection: string): Promise<void> => {
  try {
    await client.createVectorName(collection, KEYWORDS, { sparse: KEYWORDS_PARAMS });
  } catch (error) {
    if (![404, 405].includes((error as { status?: number }).status ?? 0)) throw error;
    throw new GatewayError(
      'SCHEMA_MISMATCH',
      {
        count: '1 mismatch',
        detail:
          `  collection ${collection} has no keywords, and Qdrant before 1.18 cannot add them: delete the collection and migrate again, ` +
          'or write keywords: [] in @embedding',
      },
      { cause: error },
    );
  }
};

/**
 * Writes the points again that the gateway has written in another form: for other fields, another payload, or other
 * keywords. Points without a row go. Repeatable.
 */
export const refillVectors = async (engine: Engine, log: Log): Promise<void> => {
  const { client } = engine.stores.vector;
  const known = { ...engine, embedder: withKnownVectors(engine.embedder, new URL('src/operations/demo/vectors.bin', ROOT)) };
  for (const type of embeddedTypes(engine.model)) {
    const { collection, points } = type.embedding;
    let written = 0;
    let offset: Schemas['ScrollResult']['next_page_offset'];
    do {
      const page = await client.scroll(collection, {
        filter: outdatedPoints(type),
        limit: REFILLED,
        with_payload: points ? [points.key] : false,
        ...(offset === undefined || offset === null ? {} : { offset }),
      });
      offset = page.next_page_offset;
      if (page.points.length === 0) continue;
      const error = await projectRows(
        known,
        type,
        page.points.map(({ id, payload }) => String(points ? payload![points.key] : id)),
      );
      if (error) throw error;
      written += page.points.length;
      log.info(`  embedded ${written} ${type.table.name} again`);
    } while (offset !== undefined && offset !== null);
  }
};
