import type { Schemas } from '@qdrant/js-client-rest';
import { openEmbeddedRelational } from '../relational/embedded.js';
import { badRequest, conflict, notFound } from './failures.js';
import { filterToSql } from './filter.js';
import { checkSize, denseOf, withSettings, type Params } from './params.js';
import { DISTANCES, nearestPoints, payloadOf, pointId, type Sql } from './query.js';
import { prepareTables } from './tables.js';
import type { Log } from '../../log.js';
import type { VectorClient, VectorStore } from '../types.js';

export interface EmbeddedVectorOptions {
  /** Folder of the database; a temporary one when absent. */
  readonly path?: string | undefined;
  /** Longest time of one statement. @default 10_000 */
  readonly timeoutMs?: number;
  readonly log?: Log;
}

/** Points that are written by one statement. */
const UPSERTED = 32;

const COMPLETED: Schemas['UpdateResult'] = { operation_id: 0, status: 'completed' };

/**
 * Exact vector search over pgvector in an embedded PostgreSQL of its own, behind the Qdrant client's calls: dense vectors,
 * weighted words, payload filters as SQL. Points of equal score come by id. Settings of indexes are kept and have no effect.
 */
export const openEmbeddedVector = async (options: EmbeddedVectorOptions): Promise<VectorStore> => {
  const database = await openEmbeddedRelational({ ...options, store: 'vector', vectors: true });
  await prepareTables(database);
  const sql: Sql = (text, values) => database.read({ text, values });

  /** Params of collections; nobody else changes them in an embedded database. */
  const known = new Map<string, Params>();
  const paramsOf = async (name: string): Promise<Params> => {
    const held = known.get(name);
    if (held) return held;
    const [row] = await sql('SELECT params FROM collections WHERE name = $1', [name]);
    if (!row) throw notFound(`Collection \`${name}\` doesn't exist!`);
    // What was saved meanwhile is newer.
    if (!known.has(name)) known.set(name, JSON.parse(row[0]!) as Params);
    return known.get(name)!;
  };
  const save = async (name: string, params: Params) => {
    await sql('UPDATE collections SET params = $2::jsonb WHERE name = $1', [name, JSON.stringify(params)]);
    known.set(name, params);
  };
  const selected = (filter: Schemas['Filter'] | null | undefined, values: unknown[]) =>
    filterToSql(filter, (value) => `$${values.push(value)}`);

  /** The vectors of points, as Qdrant shows them: the unnamed one alone stands by itself. */
  const vectorsOf = async (
    name: string,
    ids: readonly unknown[],
    wanted: unknown,
  ): Promise<(id: unknown) => { vector?: Schemas['VectorStructOutput'] }> => {
    if (wanted !== true && !Array.isArray(wanted)) return () => ({});
    const only = Array.isArray(wanted) ? (wanted as string[]) : null;
    const params = await paramsOf(name);
    for (const each of only ?? [])
      if (!denseOf(params).has(each) && !params.sparse_vectors?.[each])
        throw badRequest(`Wrong input: Not existing vector name error: ${each}`);
    const rows = await sql(
      `SELECT id, name, to_json(vector::real[]) FROM vectors
       WHERE collection = $1 AND id = ANY($2::text[]) AND ($3::text[] IS NULL OR name = ANY($3))
       UNION ALL SELECT id, name, json_build_object('indices', indices, 'values', weights) FROM sparse_vectors
       WHERE collection = $1 AND id = ANY($2::text[]) AND ($3::text[] IS NULL OR name = ANY($3))`,
      [name, ids, only],
    );
    const held = new Map<unknown, Record<string, Schemas['VectorOutput']>>();
    for (const [id, vectorName, value] of rows)
      held.set(id, { ...held.get(id), [String(vectorName)]: JSON.parse(value!) as Schemas['VectorOutput'] });
    return (id) => {
      const named = held.get(id) ?? {};
      return { vector: Object.keys(named).length === 1 && '' in named ? named[''] : named };
    };
  };

  const client: VectorClient = {
    getCollections: async () => ({
      collections: (await sql('SELECT name FROM collections ORDER BY name', [])).map(([name]) => ({ name: String(name) })),
    }),
    getCollection: async (name) => {
      const { hnsw_config, quantization_config, ...params } = await paramsOf(name);
      const [row] = await sql(
        `SELECT (SELECT count(*)::int FROM points WHERE collection = $1),
           coalesce((SELECT jsonb_object_agg(key, jsonb_build_object('data_type', kind,
               'points', (SELECT count(*) FROM points WHERE collection = $1 AND payload ? key)))
             FROM jsonb_each(indexes) AS entry(key, kind)), '{}')
         FROM collections WHERE name = $1`,
        [name],
      );
      return {
        status: 'green',
        optimizer_status: 'ok',
        points_count: Number(row?.[0]),
        // Every vector is compared: none stands in an index.
        indexed_vectors_count: 0,
        segments_count: 1,
        config: {
          params,
          hnsw_config: { m: 0, ef_construct: 0, full_scan_threshold: 0, ...hnsw_config } as Schemas['HnswConfig'],
          quantization_config: quantization_config ?? null,
          optimizer_config: { deleted_threshold: 0, vacuum_min_vector_number: 0, default_segment_number: 1, flush_interval_sec: 0 },
        },
        payload_schema: JSON.parse(row![1]!) as Schemas['CollectionInfo']['payload_schema'],
      };
    },
    createCollection: async (name, { vectors, sparse_vectors, hnsw_config, quantization_config }) => {
      const params = JSON.parse(JSON.stringify({ vectors, sparse_vectors, hnsw_config, quantization_config })) as Params;
      for (const { distance } of denseOf(params).values())
        if (!DISTANCES.includes(distance)) throw badRequest(`the embedded vector store does not know the distance ${distance}`);
      const rows = await sql('INSERT INTO collections (name, params) VALUES ($1, $2::jsonb) ON CONFLICT DO NOTHING RETURNING name', [
        name,
        JSON.stringify(params),
      ]);
      if (rows.length === 0) throw conflict(`Wrong input: Collection \`${name}\` already exists!`);
      return true;
    },
    updateCollection: async (name, settings) => {
      await save(name, withSettings(await paramsOf(name), settings ?? {}));
      return true;
    },
    createVectorName: async (name, vectorName, config) => {
      const params = await paramsOf(name);
      if (!('sparse' in config)) throw badRequest('the embedded vector store adds only sparse vectors');
      if (denseOf(params).has(vectorName) || params.sparse_vectors?.[vectorName])
        throw badRequest(`Wrong input: Vector with name \`${vectorName}\` already exists`);
      await save(name, { ...params, sparse_vectors: { ...params.sparse_vectors, [vectorName]: config.sparse } });
      return COMPLETED;
    },
    // An exact scan uses no index: it is only noted.
    createPayloadIndex: async (name, { field_name, field_schema }) => {
      await paramsOf(name);
      await sql('UPDATE collections SET indexes = indexes || jsonb_build_object($2::text, $3::text) WHERE name = $1', [
        name,
        field_name,
        typeof field_schema === 'string' ? field_schema : (field_schema as { type: string }).type,
      ]);
      return COMPLETED;
    },
    upsert: async (name, request) => {
      const params = await paramsOf(name);
      if (!('points' in request)) throw badRequest('the embedded vector store takes points, not a batch');
      const points = request.points;
      await database.transaction(async (run) => {
        // Some at a time, so that writing many vectors as text does not hold up this thread.
        for (let start = 0; start < points.length; start += UPSERTED) {
          const { rows, dense, sparse } = partsOf(params, points.slice(start, start + UPSERTED));
          await run({
            text: `INSERT INTO points (collection, id, numeric_id, payload) SELECT $1, id, numeric_id, payload
                   FROM jsonb_to_recordset($2::jsonb) AS r(id text, numeric_id boolean, payload jsonb)
                   ON CONFLICT (collection, id) DO UPDATE SET payload = excluded.payload, numeric_id = excluded.numeric_id`,
            values: [name, JSON.stringify(rows)],
          });
          // A point that is written again has the vectors it is given now, and no others.
          const ids = rows.map(({ id }) => id);
          for (const table of ['vectors', 'sparse_vectors'])
            await run({ text: `DELETE FROM ${table} WHERE collection = $1 AND id = ANY($2::text[])`, values: [name, ids] });
          await run({
            text: `INSERT INTO vectors (collection, name, id, vector)
                   SELECT $1, name, id, CASE WHEN unit THEN l2_normalize(vector::vector) ELSE vector::vector END
                   FROM unnest($2::text[], $3::text[], $4::text[], $5::boolean[]) AS r(id, name, vector, unit)`,
            values: [
              name,
              dense.map(({ id }) => id),
              dense.map((each) => each.name),
              dense.map(({ vector }) => JSON.stringify(vector)),
              dense.map(({ unit }) => unit),
            ],
          });
          await run({
            text: `INSERT INTO sparse_vectors (collection, name, id, indices, weights) SELECT $1, name, id, indices, weights
                   FROM jsonb_to_recordset($2::jsonb) AS r(id text, name text, indices bigint[], weights real[])`,
            values: [name, JSON.stringify(sparse)],
          });
        }
      });
      return COMPLETED;
    },
    delete: async (name, request) => {
      await paramsOf(name);
      const values: unknown[] = [name];
      const filter = 'points' in request ? { must: [{ has_id: request.points }] } : (request as { filter: Schemas['Filter'] }).filter;
      await sql(`DELETE FROM points WHERE collection = $1 AND ${selected(filter, values)}`, values);
      return COMPLETED;
    },
    retrieve: async (name, { ids, with_payload, with_vector }) => {
      await paramsOf(name);
      const rows = await sql(
        'SELECT id, numeric_id, payload FROM points WHERE collection = $1 AND id = ANY($2::text[]) ORDER BY array_position($2::text[], id)',
        [name, ids.map(String)],
      );
      const payload = payloadOf(with_payload ?? true);
      const vectors = await vectorsOf(
        name,
        rows.map(([id]) => id),
        with_vector,
      );
      return rows.map((row) => ({ id: pointId(row[0], row[1]), ...payload(row[2]), ...vectors(row[0]) }));
    },
    scroll: async (name, { filter, limit, offset, with_payload, with_vector } = {}) => {
      await paramsOf(name);
      const values: unknown[] = [name];
      const tests = ['collection = $1', selected(filter, values)];
      if (offset !== null && offset !== undefined) tests.push(`id >= $${values.push(`${offset as string}`)}`);
      const page = limit ?? 10;
      const rows = await sql(
        `SELECT id, numeric_id, payload FROM points WHERE ${tests.join(' AND ')} ORDER BY id LIMIT $${values.push(page + 1)}`,
        values,
      );
      const payload = payloadOf(with_payload ?? true);
      const shown = rows.slice(0, page);
      const vectors = await vectorsOf(
        name,
        shown.map(([id]) => id),
        with_vector,
      );
      const next = rows[page];
      return {
        points: shown.map((row) => ({ id: pointId(row[0], row[1]), ...payload(row[2]), ...vectors(row[0]) })),
        next_page_offset: next ? pointId(next[0], next[1]) : null,
      };
    },
    count: async (name, { filter } = {}) => {
      await paramsOf(name);
      const values: unknown[] = [name];
      const [row] = await sql(`SELECT count(*)::int FROM points WHERE collection = $1 AND ${selected(filter, values)}`, values);
      return { count: Number(row?.[0]) };
    },
    queryBatch: async (name, { searches }) => {
      const params = await paramsOf(name);
      const results: Schemas['QueryResponse'][] = [];
      for (const request of searches) results.push({ points: await nearestPoints(sql, name, params, request) });
      return results;
    },
  };
  const usage: VectorStore['usage'] = async () => {
    const rows = await sql(
      `SELECT name,
         (SELECT coalesce(sum(pg_column_size(vector)), 0) FROM vectors v WHERE v.collection = c.name) +
           (SELECT coalesce(sum(pg_column_size(indices) + pg_column_size(weights)), 0) FROM sparse_vectors s WHERE s.collection = c.name),
         (SELECT coalesce(sum(pg_column_size(payload)), 0) FROM points p WHERE p.collection = c.name)
       FROM collections c`,
      [],
    );
    return new Map(
      rows.map(([name, vectors, payloads]) => [String(name), { vectorBytes: Number(vectors), payloadBytes: Number(payloads) }]),
    );
  };
  return { where: database.where, client, usage, ping: database.ping, close: database.close };
};

interface PointParts {
  readonly rows: readonly { readonly id: string; readonly numeric_id: boolean; readonly payload: unknown }[];
  readonly dense: readonly { readonly id: string; readonly name: string; readonly vector: readonly number[]; readonly unit: boolean }[];
  readonly sparse: readonly {
    readonly id: string;
    readonly name: string;
    readonly indices: readonly number[];
    readonly weights: readonly number[];
  }[];
}

/** Points as rows of the three tables. */
const partsOf = (params: Params, points: readonly Schemas['PointStruct'][]): PointParts => {
  const dense: PointParts['dense'][number][] = [];
  const sparse: PointParts['sparse'][number][] = [];
  const rows = points.map(({ id, vector, payload }) => {
    const key = String(id);
    for (const [name, value] of Object.entries((Array.isArray(vector) ? { '': vector } : vector) as Record<string, unknown>)) {
      const known = denseOf(params).get(name);
      if (known && Array.isArray(value)) {
        checkSize(known.size, value as number[]);
        dense.push({ id: key, name, vector: value as number[], unit: known.distance === 'Cosine' });
      } else if (params.sparse_vectors?.[name] && !Array.isArray(value)) {
        const { indices, values } = value as Schemas['SparseVector'];
        sparse.push({ id: key, name, indices, weights: values });
      } else throw badRequest(`Wrong input: Not existing vector name error: ${name}`);
    }
    return { id: key, numeric_id: typeof id === 'number', payload: payload ?? {} };
  });
  return { rows, dense, sparse };
};
