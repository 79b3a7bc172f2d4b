import DataLoader from 'dataloader';
import type { Schemas } from '@qdrant/js-client-rest';
import { ownPoints } from '../model/collection.js';
import type { ColumnField } from '../model/fields.js';
import type { EmbeddedType, Points, SearchedType } from '../model/types.js';
import { compare, keySet, or, type Predicate } from '../predicate/types.js';
import { fits } from '../sql/operators.js';
import { isKey } from '../sql/read.js';
import { KEY } from '../sql/row.js';
import { unlessOver } from '../stores/deadline.js';
import type { EndSignal } from '../stores/ending.js';
import type { VectorStore } from '../stores/types.js';
import type { Filter } from '../vector/payload.js';
import type { Levels } from './levels.js';
import type { RowsLoader } from './relational.js';

/** A type whose points other programs write: its rows are found by the payload, or by a column with the point's id. */
export type PointedType = EmbeddedType & { readonly embedding: { readonly points: Points } };

export const isPointed = (type: SearchedType): type is PointedType => type.home === 'table' && type.embedding.points !== undefined;

/** A point as it was found. */
export interface FoundPoint {
  readonly id: string;
  /** The value of the payload key that names its row. */
  readonly named: unknown;
}

/**
 * Which points stand for which rows of such types: the payload names the row, or a column of the row the point, or they have one id, as
 * the gateway once wrote them.
 */
export interface RowPoints {
  /** The keys of the rows of these points, undefined for one that stands for none. One statement, for the points without a key. */
  keysOf(type: PointedType, points: readonly FoundPoint[]): Promise<(string | undefined)[]>;
  /** The points of the rows with these keys. */
  filterOf(type: PointedType, keys: readonly string[]): Promise<Filter>;
  /** The id of a row's point, undefined where it has none. */
  idOf(type: PointedType, key: string): Promise<string | undefined>;
}

interface Asked {
  readonly type: PointedType;
  readonly key: string;
}

export const createRowPoints = (store: VectorStore, rows: RowsLoader, levels: Levels, signal?: EndSignal): RowPoints => {
  /** Keys and point ids of the rows that match. */
  const read = async (
    type: PointedType,
    id: ColumnField,
    where: Predicate,
    most: number,
  ): Promise<(readonly [string, string | null])[]> => {
    const selection = { type, fields: [{ kind: 'column' as const, responseKey: 'point', field: id }] };
    const found = await rows.load({ forKeys: true, selection, query: { kind: 'page', where, rows: most, unordered: true } });
    return found.map(({ row }) => [row[KEY]!, row['point'] as string | null]);
  };
  const keysOf: RowPoints['keysOf'] = async (type, points) => {
    const { id } = type.embedding.points;
    const named = points.map((point) => (isAbsent(point.named) ? undefined : textOf(point.named)));
    const nameless = points.flatMap((point, index) => (named[index] === undefined ? [point.id] : []));
    const keyOf = new Map<string, string>();
    if (id && nameless.length > 0) {
      const byId = compare({ field: id, operator: 'in', value: nameless.filter((point) => fits(id.column, point)) });
      const found = await read(type, id, or([byId, keySet(nameless.filter((point) => isKey(type, point)))]), 2 * nameless.length);
      for (const [key] of found) keyOf.set(key, key);
      for (const [key, point] of found) if (point !== null) keyOf.set(point, key);
    }
    return points.map((point, index) => {
      const key = named[index] ?? keyOf.get(point.id);
      return key !== undefined && isKey(type, key) ? key : undefined;
    });
  };
  const filterOf: RowPoints['filterOf'] = async (type, keys) => {
    const { key, id } = type.embedding.points;
    const named: Filter = { must: [{ key, match: { any: [...keys] } }] };
    if (!id || keys.length === 0) return named;
    const found = await read(type, id, keySet(keys), keys.length);
    const has_id = [...found.flatMap(([, point]) => point ?? []), ...keys.filter(isUuid)];
    return { should: [named, { must: [{ has_id }, { is_empty: { key } }] }] };
  };
  const ids = new DataLoader<Asked, string | undefined, string>(
    (asked) => levels.run(() => unlessOver(signal, namedPoints(store, asked))),
    { cacheKeyFn: ({ type, key }) => `${type.name} ${key}`, batchScheduleFn: levels.schedule },
  );
  const idOf: RowPoints['idOf'] = async (type, key) => {
    const { id } = type.embedding.points;
    const named = await ids.load({ type, key });
    if (named !== undefined || !id) return named;
    return (await read(type, id, keySet([key]), 1))[0]?.[1] ?? (isUuid(key) ? key : undefined);
  };
  return { keysOf, filterOf, idOf };
};

/** The ids of the points whose payload names these rows: one request for each type. */
const namedPoints = async ({ client }: VectorStore, asked: readonly Asked[]): Promise<(string | undefined)[]> => {
  const found = new Map<string, string>();
  await Promise.all(
    [...new Set(asked.map(({ type }) => type))].map(async (type) => {
      const { points, collection } = type.embedding;
      const keys = asked.filter((one) => one.type === type).map(({ key }) => key);
      for (const { id, payload } of await scrollAll(client, collection, rowFilter(points, keys), [points.key])) {
        const name = `${type.name} ${textOf(payload?.[points.key])}`;
        if (!found.has(name)) found.set(name, String(id));
      }
    }),
  );
  return asked.map(({ type, key }) => found.get(`${type.name} ${key}`));
};

/** The type's points whose payload names one of these rows. */
export const rowFilter = (points: Points, keys: readonly string[]): Filter => ({
  must: [ownPoints(points), { key: points.key, match: { any: [...keys] } }],
});

/** All points that match, page by page. */
export const scrollAll = async (
  client: VectorStore['client'],
  collection: string,
  filter: Filter,
  payload: boolean | string[],
): Promise<Schemas['Record'][]> => {
  const found: Schemas['Record'][] = [];
  let offset: Schemas['ScrollResult']['next_page_offset'];
  do {
    const page = await client.scroll(collection, { filter, limit: PAGE, with_payload: payload, ...(offset ? { offset } : {}) });
    found.push(...page.points);
    offset = page.next_page_offset;
  } while (offset !== null && offset !== undefined);
  return found;
};

/** Points of one page. */
const PAGE = 512;

/** Whether a text may be the id of a point. */
export const isUuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

const isAbsent = (value: unknown): boolean => value === null || value === undefined || (Array.isArray(value) && value.length === 0);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
