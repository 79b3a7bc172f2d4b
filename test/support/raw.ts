import type { Stores } from '../../src/stores/types.js';

/** What the stores hold, read past the gateway: what it answers is compared with this, so it must not come from the gateway itself. */

/** Rows of a query, as objects with JSON's values. */
export const rawRows = async <T>({ relational }: Stores, sql: string): Promise<T[]> =>
  (await relational.read({ text: `SELECT to_json(q)::text FROM (${sql}) q` }, { primary: true })).map(([text]) => JSON.parse(text!) as T);

/** A moment as the gateway writes it, with all digits. */
export const rawTime = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** Ids of the nodes at the ends of each relationship, several between the same nodes being one: `Requirement`, `DEPENDS_ON`, `Requirement`. */
export const rawArrows = async ({ graph }: Stores, from: string, type: string, to: string): Promise<readonly Arrow[]> =>
  (await graph.read.run(`MATCH (a:${from})-[:${type}]->(b:${to}) RETURN DISTINCT a.id AS \`from\`, b.id AS \`to\``)).records.map(
    (record) => record.toObject() as Arrow,
  );

/** The nodes of a label with these properties. */
export const rawNodes = async <T>({ graph }: Stores, label: string, properties: readonly string[]): Promise<T[]> =>
  (await graph.read.run(`MATCH (n:${label}) RETURN ${properties.map((name) => `n.${name} AS ${name}`).join(', ')}`)).records.map(
    (record) => record.toObject() as T,
  );

/** The unnamed vector of each point of a collection. */
export const rawVectors = async ({ vector }: Stores, collection: string): Promise<ReadonlyMap<string, readonly number[]>> => {
  const { points } = await vector.client.scroll(collection, { limit: 10_000, with_vector: [''], with_payload: false });
  return new Map(points.map((point) => [String(point.id), point.vector as number[]]));
};
