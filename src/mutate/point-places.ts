import { createHash } from 'node:crypto';
import type { Schemas } from '@qdrant/js-client-rest';
import { ownPoints } from '../model/collection.js';
import type { EmbeddedType, Points } from '../model/types.js';
import { isPointed, isUuid, rowFilter, scrollAll } from '../load/row-points.js';
import type { VectorClient } from '../stores/types.js';

/** A row to write as a point: its key, and the texts of the columns of `pointColumns`. */
export interface PointRow {
  readonly key: string;
  readonly values: ReadonlyMap<string, string | null>;
}

/** Where a row's point is written, and what its payload keeps. */
interface PointPlace {
  readonly id: Schemas['ExtendedPointId'];
  readonly payload: Schemas['Payload'];
}

/**
 * The place of each row's point. A point that another program has written for it is written over, and keeps what else that has put
 * into its payload. Where a row has several, the others are deleted.
 */
export const placesOf = async (client: VectorClient, type: EmbeddedType, rows: readonly PointRow[]): Promise<PointPlace[]> => {
  if (!isPointed(type)) return rows.map(({ key }) => ({ id: key, payload: {} }));
  const { collection, points } = type.embedding;
  const named = await scrollAll(client, collection, rowFilter(points, keysOf(rows)), true);
  const numbered = await scrollAll(client, collection, numberedFilter(points, rows), true);
  const places = new Map<string, PointPlace>();
  const spare: Schemas['ExtendedPointId'][] = [];
  const take = (key: string, { id, payload }: Schemas['Record']): void => {
    if (places.has(key)) spare.push(id);
    else places.set(key, { id, payload: payload ?? {} });
  };
  for (const point of named) take(String(point.payload![points.key]), point);
  const keyOf = new Map(rows.flatMap((row) => pointIdsOf(points, row).map((id) => [id, row.key])));
  for (const point of numbered) take(keyOf.get(String(point.id))!, point);
  if (spare.length > 0) await client.delete(collection, { wait: true, points: spare });
  return rows.map(({ key }) => {
    const { id, payload } = places.get(key) ?? { id: uuidOf(key), payload: {} };
    return { id, payload: { ...payload, [points.key]: key } };
  });
};

/** Deletes the points of these rows; of deleted rows only the key is known. */
export const removePoints = async (client: VectorClient, type: EmbeddedType, rows: readonly PointRow[]): Promise<void> => {
  const { collection, points } = type.embedding;
  const filter = points && { should: [rowFilter(points, keysOf(rows)), numberedFilter(points, rows)] };
  await client.delete(collection, filter ? { wait: true, filter } : { wait: true, points: keysOf(rows) });
};

const keysOf = (rows: readonly PointRow[]): string[] => rows.map(({ key }) => key);

/** Ids that a row's point may have while its payload names no row: the gateway once wrote points under the row's key alone. */
const pointIdsOf = ({ id }: Points, { key, values }: PointRow): string[] => {
  const held = id && values.get(id.column.name);
  return [...(held ? [held] : []), ...(isUuid(key) ? [key] : [])];
};

/** The points without a key that rows have the ids of. */
const numberedFilter = (points: Points, rows: readonly PointRow[]): Schemas['Filter'] => ({
  must: [
    ownPoints(points),
    { is_empty: { key: points.key } },
    { has_id: rows.flatMap((row) => pointIdsOf(points, row)).map((id) => (/^\d+$/.test(id) ? Number(id) : id)) },
  ],
});

/** The id of a new point: the row's key where it is a UUID, and one made from it otherwise. */
const uuidOf = (key: string): string => {
  if (isUuid(key)) return key.toLowerCase();
  const digest = createHash('sha256').update(key).digest();
  // Version 8, a UUID of one's own making.
  digest[6] = (digest[6]! & 0x0f) | 0x80;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};
