import type { Schemas } from '@qdrant/js-client-rest';
import { badRequest, notFound } from './failures.js';
import { filterToSql } from './filter.js';
import { checkSize, denseOf, type Params } from './params.js';
import type { TextRow } from '../types.js';

/** Runs a statement on the store's own database. */
export type Sql = (text: string, values: unknown[]) => Promise<TextRow[]>;

/** Score of a point, greater is nearer (Euclid and Manhattan: a distance, less is nearer), as Qdrant gives it. */
const SCORES: Readonly<Record<string, { readonly score: string; readonly order: 'ASC' | 'DESC' }>> = {
  // A zero vector has no direction, so it is similar to nothing.
  Cosine: { score: "coalesce(1 - nullif(vector <=> $1::vector, 'NaN'), 0)", order: 'DESC' },
  Dot: { score: '-(vector <#> $1::vector)', order: 'DESC' },
  Euclid: { score: 'vector <-> $1::vector', order: 'ASC' },
  Manhattan: { score: 'vector <+> $1::vector', order: 'ASC' },
};

export const DISTANCES = Object.keys(SCORES);

/**
 * A query as SQL: a subquery of `id` and `score` whose values are bound already, the points that are left out, and the filter that is left.
 */
interface Scored {
  readonly sql: string;
  readonly values: unknown[];
  readonly order: 'ASC' | 'DESC';
  readonly without: readonly string[];
  readonly filter: Schemas['QueryRequest']['filter'];
}

/** Parts of a query; an exact scan has no use for `params`. */
const KNOWN = ['query', 'using', 'filter', 'limit', 'offset', 'score_threshold', 'with_payload', 'params'];

/** The nearest points of one query. Every one is compared; those of equal score come by id. */
export const nearestPoints = async (
  sql: Sql,
  collection: string,
  params: Params,
  request: Schemas['QueryRequest'],
): Promise<Schemas['ScoredPoint'][]> => {
  const strange = Object.keys(request).filter((name) => !KNOWN.includes(name));
  if (strange.length > 0) throw badRequest(`the embedded vector store does not know ${strange.join(', ')} of a query`);
  if ((request.limit ?? 1) < 1 || (request.offset ?? 0) < 0)
    throw badRequest(`Validation error: limit is at least 1 and offset at least 0, but got ${request.limit} and ${request.offset}`);
  const { sql: scored, values, order, without, filter } = await scoresOf(sql, collection, params, request);
  const bind = (value: unknown) => `$${values.push(value)}`;
  const tests = [filterToSql(filter, bind)];
  if (without.length > 0) tests.push(`id <> ALL(${bind(without)}::text[])`);
  if (typeof request.score_threshold === 'number') tests.push(`score ${order === 'DESC' ? '>=' : '<='} ${bind(request.score_threshold)}`);
  const owner = `collection = ${bind(collection)}`;
  // What is filtered by id alone is cut to its page before the points are read.
  const isById = filter === null || filter === undefined || isOnlyIds(filter);
  const from = isById ? `(${scored}) scored` : `(${scored}) scored JOIN points USING (id)`;
  const best =
    `SELECT id, score FROM ${from} WHERE ${[...tests, ...(isById ? [] : [owner])].join(' AND ')} ORDER BY score ${order}, id LIMIT ` +
    `${bind(request.limit ?? 10)} OFFSET ${bind(request.offset ?? 0)}`;
  const rows = await sql(
    request.with_payload
      ? `SELECT id, numeric_id, score, payload FROM points JOIN (${best}) best USING (id) WHERE ${owner} ORDER BY score ${order}, id`
      : // Only what looks like a number may be one, so most points are not read at all.
        `SELECT id, id !~ '[^0-9]' AND (SELECT numeric_id FROM points WHERE points.id = best.id AND ${owner}), score FROM (${best}) ` +
          `best ORDER BY score ${order}, id`,
    values,
  );
  const payload = payloadOf(request.with_payload);
  return rows.map((row) => ({ id: pointId(row[0], row[1]), version: 0, score: Number(row[2]), ...payload(row[3]) }));
};

/** The ids that a filter is among, where it says so at its top: only their scores are reckoned. The rest says it no more. */
const withoutIds = (
  filter: Schemas['QueryRequest']['filter'],
): { among: string[] | undefined; rest: Schemas['QueryRequest']['filter'] } => {
  const must = mustOf(filter);
  const found = must.find((condition) => 'has_id' in condition);
  if (!found || !('has_id' in found)) return { among: undefined, rest: filter };
  return { among: found.has_id.map(String), rest: { ...filter, must: must.filter((condition) => condition !== found) } };
};

const isOnlyIds = (filter: Schemas['Filter']): boolean =>
  Object.keys(filter).every((name) => name === 'must') && mustOf(filter).every((condition) => 'has_id' in condition);

const mustOf = (filter: Schemas['QueryRequest']['filter']): Schemas['Condition'][] => (filter?.must ? [filter.must].flat() : []);

const scoresOf = async (
  sql: Sql,
  collection: string,
  params: Params,
  { query, using, filter }: Schemas['QueryRequest'],
): Promise<Scored> => {
  const name = using ?? '';
  const given = typeof query === 'object' && query !== null && 'nearest' in query ? query.nearest : query;
  const modifier = params.sparse_vectors?.[name]?.modifier;
  if (isSparse(given)) {
    if (!params.sparse_vectors?.[name]) throw badRequest(`Wrong input: Not existing vector name error: ${name}`);
    return { sql: SPARSE, values: [collection, name, given.indices, given.values, modifier === 'idf'], order: 'DESC', without: [], filter };
  }
  const dense = denseOf(params).get(name);
  if (!dense) throw badRequest(`Wrong input: Not existing vector name error: ${name}`);
  const stored = async (id: string | number): Promise<number[]> => {
    const [row] = await sql('SELECT vector::text FROM vectors WHERE collection = $1 AND name = $2 AND id = $3', [
      collection,
      name,
      String(id),
    ]);
    if (!row) throw notFound(`No point with id ${id} found`);
    return JSON.parse(String(row[0])) as number[];
  };
  const ids: string[] = [];
  const vectorOf = async (input: unknown): Promise<number[]> => {
    if (isId(input)) {
      // A point is not its own neighbour, as in Qdrant.
      ids.push(String(input));
      return stored(input);
    }
    if (!isVector(input)) throw badRequest(`the embedded vector store does not know the query ${JSON.stringify(query).slice(0, 100)}`);
    checkSize(dense.size, input);
    return input;
  };
  const { score, order } = SCORES[dense.distance]!;
  const recommend =
    typeof given === 'object' && given !== null && 'recommend' in given ? (given.recommend as Schemas['RecommendInput']) : undefined;
  if (recommend && (recommend.strategy ?? 'average_vector') !== 'average_vector')
    throw badRequest(`the embedded vector store does not know the strategy ${JSON.stringify(recommend.strategy)}`);
  const target = recommend ? await averageOf(recommend, vectorOf) : await vectorOf(given);
  const { among, rest } = withoutIds(filter);
  const narrowed = among ? ' AND id = ANY($4::text[])' : '';
  // The offset keeps PostgreSQL from reckoning a score again for each place that it stands in.
  return {
    sql: `SELECT id, ${score} AS score FROM vectors WHERE collection = $2 AND name = $3${narrowed} OFFSET 0`,
    values: [JSON.stringify(target), collection, name, ...(among ? [among] : [])],
    order,
    without: ids,
    filter: rest,
  };
};

/** What is wanted, and as far from what is not: Qdrant's average_vector. */
const averageOf = async (
  { positive, negative }: Schemas['RecommendInput'],
  vectorOf: (input: unknown) => Promise<number[]>,
): Promise<number[]> => {
  const mean = async (inputs: readonly unknown[]): Promise<number[]> => {
    const vectors: number[][] = [];
    for (const input of inputs) vectors.push(await vectorOf(input));
    return vectors[0]?.map((_, index) => vectors.reduce((sum, vector) => sum + vector[index]!, 0) / vectors.length) ?? [];
  };
  const wanted = await mean(positive ?? []);
  if (wanted.length === 0) throw badRequest('Validation error: At least one positive vector ID required with this strategy');
  const unwanted = await mean(negative ?? []);
  return unwanted.length === 0 ? wanted : wanted.map((value, index) => 2 * value - unwanted[index]!);
};

/**
 * The product of the weights of the words that both have, with the modifier idf each times the rarity of the word in the
 * collection, as Qdrant reckons it: ln((n - df + 0.5) / (df + 0.5) + 1).
 */
const SPARSE = `
  WITH entries AS MATERIALIZED (
    SELECT id, term, entry.weight FROM sparse_vectors, unnest(indices, weights) AS entry(term, weight)
    WHERE collection = $1 AND name = $2 AND indices && $3::bigint[] AND term = ANY($3::bigint[])),
  asked AS MATERIALIZED (
    SELECT term, weight * CASE WHEN $5::boolean THEN ln((n - df + 0.5) / (df + 0.5) + 1) ELSE 1 END AS weight
    FROM unnest($3::bigint[], $4::float8[]) AS asked(term, weight)
      JOIN (SELECT term, count(*) AS df FROM entries GROUP BY term) holding USING (term),
      (SELECT count(*) AS n FROM sparse_vectors WHERE collection = $1 AND name = $2) held)
  SELECT id, sum(entries.weight * asked.weight)::float8 AS score FROM entries JOIN asked USING (term) GROUP BY id`;

const isId = (input: unknown): input is string | number => typeof input === 'string' || typeof input === 'number';
const isVector = (input: unknown): input is number[] => Array.isArray(input) && input.every((item) => typeof item === 'number');
const isSparse = (input: unknown): input is Schemas['SparseVector'] =>
  typeof input === 'object' && input !== null && 'indices' in input && 'values' in input;

export const pointId = (id: string | null | undefined, numeric: string | null | undefined): string | number =>
  numeric === 't' ? Number(id) : String(id);

/** What is wanted of payloads: all, nothing, or keys, none of them of a value within another. */
export const payloadOf = (wanted: unknown): ((payload: string | null | undefined) => { payload?: Record<string, unknown> }) => {
  const isKnown = Array.isArray(wanted)
    ? (wanted as string[]).every((key) => /^[\w-]+$/.test(key))
    : [true, false, null, undefined].includes(wanted as boolean);
  if (!isKnown) throw badRequest(`the embedded vector store does not know the payload ${JSON.stringify(wanted)}`);
  return (payload) => {
    if (!Array.isArray(wanted) && wanted !== true) return {};
    const all = JSON.parse(payload!) as Record<string, unknown>;
    if (wanted === true) return { payload: all };
    return { payload: Object.fromEntries((wanted as string[]).filter((key) => key in all).map((key) => [key, all[key]])) };
  };
};
