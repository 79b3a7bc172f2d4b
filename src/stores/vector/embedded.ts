import type { Schemas } from '@qdrant/js-client-rest';
import { openEmbeddedRelational } from '../relational/embedded.js';
import { filterToSql } from './filter.js';
import type { VectorClient, VectorStore } from '../types.js';

export interface EmbeddedVectorOptions {
  /** Folder of the database; in memory when absent. */
  readonly path?: string | undefined;
}

interface Collection {
  readonly size: number;
  readonly distance: Schemas['Distance'];
}

/** Score of a point, greater is nearer (Euclid: a distance, less is nearer), as Qdrant gives it. */
const SCORE: Record<string, { score: string; order: 'ASC' | 'DESC' }> = {
  Cosine: { score: '1 - (vector <=> $1::vector)', order: 'DESC' },
  Dot: { score: '-(vector <#> $1::vector)', order: 'DESC' },
  Euclid: { score: 'vector <-> $1::vector', order: 'ASC' },
};

/**
 * Exact vector search over pgvector in an embedded PostgreSQL of its own, behind the Qdrant client's calls: one unnamed
 * vector a point, payload filters as SQL. Points of equal score come by id.
 */
export const openEmbeddedVector = async ({ path }: EmbeddedVectorOptions): Promise<VectorStore> => {
  const { vector } = await import('@electric-sql/pglite-pgvector');
  const database = await openEmbeddedRelational({ path, extensions: { vector } });
  await database.script(`
    CREATE EXTENSION IF NOT EXISTS vector;
    CREATE TABLE IF NOT EXISTS collections (name text PRIMARY KEY, size int NOT NULL, distance text NOT NULL);
    CREATE TABLE IF NOT EXISTS points (
      collection text NOT NULL REFERENCES collections ON DELETE CASCADE,
      id text NOT NULL, numeric_id boolean NOT NULL, vector vector NOT NULL, payload jsonb NOT NULL DEFAULT '{}',
      PRIMARY KEY (collection, id));`);
  const sql = async (text: string, values: unknown[]) => (await database.pool.query<unknown[]>({ text, values, rowMode: 'array' })).rows;

  const collection = async (name: string): Promise<Collection> => {
    const [row] = await sql('SELECT size, distance FROM collections WHERE name = $1', [name]);
    if (!row) throw notFound(`Collection \`${name}\` doesn't exist!`);
    return { size: Number(row[0]), distance: row[1] as Schemas['Distance'] };
  };

  const checkSize = (expected: number, vector: readonly number[]) => {
    if (vector.length !== expected) throw badRequest(`Wrong input: Vector dimension error: expected dim: ${expected}, got ${vector.length}`);
  };

  const selected = (filter: Schemas['Filter'] | null | undefined, values: unknown[]) =>
    filterToSql(filter, (value) => `$${values.push(value)}`);

  const search = async (name: string, { size, distance }: Collection, request: Schemas['QueryRequest']) => {
    const query = typeof request.query === 'object' && request.query !== null && 'nearest' in request.query ? request.query.nearest : request.query;
    const byId = typeof query === 'string' || typeof query === 'number';
    let target: string;
    if (byId) {
      const [row] = await sql('SELECT vector::text FROM points WHERE collection = $1 AND id = $2', [name, String(query)]);
      if (!row) throw notFound(`No point with id ${query} found`);
      target = String(row[0]);
    } else if (Array.isArray(query) && query.every((item) => typeof item === 'number')) {
      checkSize(size, query);
      target = JSON.stringify(query);
    } else throw badRequest(`the embedded vector store does not know the query ${JSON.stringify(query).slice(0, 100)}`);
    const { score, order } = SCORE[distance]!;
    const values: unknown[] = [target, name];
    const tests = ['collection = $2', selected(request.filter, values)];
    // A point is not its own neighbour, as in Qdrant.
    if (byId) tests.push(`id <> $${values.push(String(query))}`);
    if (typeof request.score_threshold === 'number') {
      tests.push(`${score} ${order === 'DESC' ? '>=' : '<='} $${values.push(request.score_threshold)}`);
    }
    const limits = `LIMIT $${values.push(request.limit ?? 10)} OFFSET $${values.push(request.offset ?? 0)}`;
    const rows = await sql(
      `SELECT id, numeric_id, ${score}, payload FROM points WHERE ${tests.join(' AND ')} ORDER BY 3 ${order}, id ${limits}`,
      values,
    );
    const payload = payloadOf(request.with_payload);
    return { points: rows.map((row) => ({ id: pointId(row[0], row[1]), version: 0, score: Number(row[2]), ...payload(row[3]) })) };
  };

  const client: VectorClient = {
    getCollections: async () => ({ collections: (await sql('SELECT name FROM collections ORDER BY name', [])).map(([name]) => ({ name: String(name) })) }),
    getCollection: async (name) => {
      const { size, distance } = await collection(name);
      const [row] = await sql('SELECT count(*)::int FROM points WHERE collection = $1', [name]);
      return {
        status: 'green',
        optimizer_status: 'ok',
        points_count: Number(row?.[0]),
        segments_count: 1,
        config: {
          params: { vectors: { size, distance } },
          hnsw_config: { m: 0, ef_construct: 0, full_scan_threshold: 0 },
          optimizer_config: { deleted_threshold: 0, vacuum_min_vector_number: 0, default_segment_number: 1, flush_interval_sec: 0 },
        },
        payload_schema: {},
      };
    },
    createCollection: async (name, { vectors }) => {
      if (!vectors || typeof vectors.size !== 'number') throw badRequest('the embedded vector store holds one unnamed vector a point');
      const distance = vectors.distance as string;
      if (!(distance in SCORE)) throw badRequest(`the embedded vector store does not know the distance ${distance}`);
      const rows = await sql('INSERT INTO collections VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING name', [name, vectors.size, distance]);
      if (rows.length === 0) throw conflict(`Wrong input: Collection \`${name}\` already exists!`);
      return true;
    },
    // An exact scan uses no index.
    createPayloadIndex: async (name) => {
      await collection(name);
      return { operation_id: 0, status: 'completed' };
    },
    upsert: async (name, request) => {
      const { size } = await collection(name);
      if (!('points' in request)) throw badRequest('the embedded vector store takes points, not a batch');
      const rows = request.points.map(({ id, vector, payload }) => {
        if (!Array.isArray(vector)) throw badRequest('the embedded vector store holds one unnamed vector a point');
        checkSize(size, vector as number[]);
        return { id: String(id), numeric_id: typeof id === 'number', vector: JSON.stringify(vector), payload: payload ?? {} };
      });
      await sql(
        `INSERT INTO points SELECT $1, id, numeric_id, vector::vector, payload
         FROM jsonb_to_recordset($2::jsonb) AS r(id text, numeric_id boolean, vector text, payload jsonb)
         ON CONFLICT (collection, id) DO UPDATE SET vector = excluded.vector, payload = excluded.payload, numeric_id = excluded.numeric_id`,
        [name, JSON.stringify(rows)],
      );
      return { operation_id: 0, status: 'completed' };
    },
    delete: async (name, request) => {
      await collection(name);
      const values: unknown[] = [name];
      const filter = 'points' in request ? { must: [{ has_id: request.points }] } : (request as { filter: Schemas['Filter'] }).filter;
      await sql(`DELETE FROM points WHERE collection = $1 AND ${selected(filter, values)}`, values);
      return { operation_id: 0, status: 'completed' };
    },
    retrieve: async (name, { ids, with_payload, with_vector }) => {
      await collection(name);
      const rows = await sql('SELECT id, numeric_id, payload, vector::text FROM points WHERE collection = $1 AND id = ANY($2::text[]) ORDER BY id', [name, ids.map(String)]);
      const payload = payloadOf(with_payload ?? true);
      return rows.map((row) => ({
        id: pointId(row[0], row[1]),
        ...payload(row[2]),
        ...(with_vector ? { vector: JSON.parse(String(row[3])) as number[] } : {}),
      }));
    },
    scroll: async (name, { filter, limit, offset, with_payload, with_vector } = {}) => {
      await collection(name);
      const values: unknown[] = [name];
      const tests = ['collection = $1', selected(filter, values)];
      if (offset !== null && offset !== undefined) tests.push(`id >= $${values.push(`${offset as string}`)}`);
      const page = limit ?? 10;
      const rows = await sql(`SELECT id, numeric_id, payload, vector::text FROM points WHERE ${tests.join(' AND ')} ORDER BY id LIMIT $${values.push(page + 1)}`, values);
      const payload = payloadOf(with_payload ?? true);
      const next = rows[page];
      return {
        points: rows.slice(0, page).map((row) => ({
          id: pointId(row[0], row[1]),
          ...payload(row[2]),
          ...(with_vector ? { vector: JSON.parse(String(row[3])) as number[] } : {}),
        })),
        next_page_offset: next ? pointId(next[0], next[1]) : null,
      };
    },
    count: async (name, { filter } = {}) => {
      await collection(name);
      const values: unknown[] = [name];
      const [row] = await sql(`SELECT count(*)::int FROM points WHERE collection = $1 AND ${selected(filter, values)}`, values);
      return { count: Number(row?.[0]) };
    },
    queryBatch: async (name, { searches }) => {
      const held = await collection(name);
      const results: Schemas['QueryResponse'][] = [];
      for (const request of searches) results.push(await search(name, held, request));
      return results;
    },
  };
  return { where: database.where, client, ping: database.ping, close: database.close };
};

const pointId = (id: unknown, numeric: unknown): string | number => (numeric === true ? Number(id) : String(id));

const payloadOf = (wanted: unknown) => (payload: unknown): { payload?: Record<string, unknown> } => {
  const all = payload as Record<string, unknown>;
  if (wanted === true) return { payload: all };
  if (Array.isArray(wanted)) return { payload: Object.fromEntries((wanted as string[]).filter((key) => key in all).map((key) => [key, all[key]])) };
  return {};
};

/** Errors have the `status` of the REST answer, as the Qdrant client's have. */
const failure = (status: number, message: string) => Object.assign(new Error(message), { status });
const notFound = (message: string) => failure(404, `Not Found: ${message}`);
const badRequest = (message: string) => failure(400, `Bad Request: ${message}`);
const conflict = (message: string) => failure(409, `Conflict: ${message}`);
