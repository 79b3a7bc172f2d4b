import type { Schemas } from '@qdrant/js-client-rest';
import type { Engine } from '../engine.js';
import { GatewayError, messageOf } from '../errors.js';
import { projectRows } from '../mutate/projection.js';
import type { Log } from '../log.js';
import { collectionOf, KEYWORDS_PARAMS, lacking, outdatedPoints, unnamedPoints } from '../model/collection.js';
import { KEYWORDS } from '../model/embedding.js';
import type { Place } from '../model/faults.js';
import { quoteLabel } from '../model/names.js';
import { indexToSql, missingIndexes } from '../sql/indexes.js';
import { ROOT } from '../root.js';
import { isKey } from '../sql/read.js';
import { system } from '../sql/source.js';
import { quoteName } from '../sql/statement.js';
import { embeddedTypes, graphTypes, keyColumn, searchedTypes, type EmbeddedType } from '../model/types.js';
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
  const fresh = new Set<string>();
  const existing = new Set((await client.getCollections()).collections.map(({ name }) => name));
  for (const type of searchedTypes(model)) {
    const { collection } = type.embedding;
    if (!existing.has(collection)) {
      const types = searchedTypes(model).filter((other) => other.embedding.collection === collection);
      const worded = types.find(({ embedding }) => embedding.keywords.length > 0);
      await client.createCollection(collection, collectionOf(worded ?? type, embedder.size));
      existing.add(collection);
      fresh.add(collection);
      made.push(`collection ${collection}, ${embedder.size} dimensions`);
    }
    const { keywords, indexes, settings } = lacking(type, await client.getCollection(collection));
    if (keywords) {
      await addKeywords(client, collection);
      made.push(`keywords of ${collection}`);
    }
    for (const [field_name, field_schema] of indexes) await client.createPayloadIndex(collection, { field_name, field_schema, wait: true });
    if (indexes.length > 0 && !fresh.has(collection)) made.push(`index of ${indexes.map(([name]) => name).join(', ')} in ${collection}`);
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
    const again = async (filter: Schemas['Filter'], keysOf: (found: readonly Schemas['Record'][]) => Promise<string[]>): Promise<void> => {
      let offset: Schemas['ScrollResult']['next_page_offset'];
      do {
        const page = await client.scroll(collection, {
          filter,
          limit: REFILLED,
          with_payload: points ? [points.key] : false,
          ...(offset === undefined || offset === null ? {} : { offset }),
        });
        offset = page.next_page_offset;
        const keys = await keysOf(page.points);
        if (keys.length === 0) continue;
        const error = await projectRows(known, type, keys);
        if (error) throw error;
        written += keys.length;
        log.info(`  embedded ${written} ${type.table.name} again`);
      } while (offset !== undefined && offset !== null);
    };
    await again(outdatedPoints(type), (found) =>
      Promise.resolve(found.map(({ id, payload }) => String(points ? payload![points.key] : id))),
    );
    if (points)
      await again(unnamedPoints(points), (found) =>
        rowsOf(
          engine,
          type,
          found.map(({ id }) => String(id)),
        ),
      );
  }
};

/** The ids among these that are keys of rows: the gateway wrote these points before they named their rows. */
const rowsOf = async ({ stores }: Engine, type: EmbeddedType, ids: readonly string[]): Promise<string[]> => {
  const { name, sqlType } = keyColumn(type);
  const keys = ids.filter((id) => isKey(type, id));
  const text = `SELECT ${quoteName(name)}::text FROM ${system(type.table)} WHERE ${quoteName(name)} = ANY($1::${sqlType}[])`;
  return (await stores.relational.read({ text, values: [keys] }, { primary: true })).map(([key]) => key!);
};
