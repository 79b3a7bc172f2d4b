import type { SearchedType } from '../model/types.js';
import { ownPoints } from '../model/collection.js';
import { isKey } from '../sql/read.js';
import { all, type Filter } from '../vector/payload.js';
import { isPointed, type PointedType, type RowPoints } from './row-points.js';
import type { Neighbour, NearestRequest, PointsLoader, PointVectorsLoader } from './vector.js';

/** The nearest rows of a type, by their keys. */
export interface NearestRowsRequest extends Omit<NearestRequest, 'collection' | 'isAmong' | 'named' | 'isWhole'> {
  readonly type: SearchedType;
}

/** Nearest rows, best first. */
export interface Nearest {
  readonly rows: readonly Neighbour[];
  /** Whether there may be more than were asked for: several points may stand for one row, and others for none. */
  readonly isCut: boolean;
}

export interface NearestLoader {
  load(request: NearestRowsRequest): Promise<Nearest>;
}

export interface VectorsLoader {
  /** The vector of a row; null where it has none. */
  load(request: { readonly type: SearchedType; readonly using: string; readonly key: string }): Promise<number[] | null>;
}

/**
 * Searches by rows, over searches by points: rows become the points that stand for them, and the points that are found the rows.
 *
 * @param lose counts points that stand for no row
 */
export const createNearestLoader = (
  points: PointsLoader,
  rowPoints: RowPoints,
  lose: (type: SearchedType, count: number) => void,
): NearestLoader => {
  const ofPointed = async (type: PointedType, request: NearestRowsRequest): Promise<Nearest> => {
    const { keys, without = [], query, filter, ...rest } = request;
    const { collection, points: pointed } = type.embedding;
    const target = typeof query === 'string' ? rowPoints.idOf(type, query) : query;
    const foreign = without.filter((key) => isKey(type, key));
    const [among, except, asked] = await Promise.all([
      keys && rowPoints.filterOf(type, keys),
      foreign.length === 0 ? undefined : rowPoints.filterOf(type, foreign),
      target,
    ]);
    // The row has no point.
    if (asked === undefined) return { rows: [], isCut: false };
    const filters: Filter[] = [
      ownPoints(pointed),
      ...(among ? [among] : []),
      ...(filter ? [filter] : []),
      ...(except ? [{ must_not: [except] }] : []),
    ];
    for (let { limit } = request; ; limit *= 4) {
      const found = await points.load({
        ...rest,
        limit,
        collection,
        query: asked,
        keys: undefined,
        filter: all(filters),
        isAmong: keys !== undefined,
        named: pointed.key,
      });
      const isCut = found.length >= limit;
      const known = await rowPoints.keysOf(
        type,
        found.map(({ key, named }) => ({ id: key, named })),
      );
      // Its other points are as near as the row itself.
      const taken = new Set(typeof query === 'string' ? [query] : []);
      const rows = found.flatMap((neighbour, index): Neighbour[] => {
        const key = known[index];
        if (key === undefined || taken.has(key)) return [];
        taken.add(key);
        return [{ ...neighbour, key }];
      });
      // A condition needs as many rows as it asks for; a search asks again by itself.
      if (isCut && request.exact === true && rows.length < request.limit) continue;
      lose(type, known.filter((key) => key === undefined).length);
      return { rows: rows.slice(0, request.limit), isCut };
    }
  };
  return {
    load: async (request) => {
      const { type, ...rest } = request;
      if (isPointed(type)) return ofPointed(type, request);
      const rows = await points.load({
        ...rest,
        collection: type.embedding.collection,
        ...(type.home === 'collection' ? { isWhole: true } : {}),
      });
      return { rows, isCut: rows.length >= request.limit };
    },
  };
};

export const createVectorsLoader = (vectors: PointVectorsLoader, rowPoints: RowPoints): VectorsLoader => ({
  load: async ({ type, using, key }) => {
    const { collection } = type.embedding;
    const id = isPointed(type) ? await rowPoints.idOf(type, key) : key;
    return id === undefined ? null : vectors.load({ collection, using, key: id });
  },
});
