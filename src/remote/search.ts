import { KEYWORDS } from '../model/embedding.js';
import type { SearchedType } from '../model/types.js';
import { within } from '../query/limits.js';
import { byScore, capGroups, diversify, fuse, type Hit, type PartList, type Ranked } from '../vector/ranking.js';
import type { Predicate } from '../predicate/types.js';
import type { NearestRowsRequest } from '../load/nearest-rows.js';
import { partsOf, type Part, type SearchLoaders, type SearchRequest } from './search-request.js';
import type { Place } from '../vector/payload.js';

/** The most hits of one part. */
const PLAIN_HITS = 10_000;

/** Hits of each part that are fused: the same number for every page, so that pages fit together. */
const FUSED_HITS = 1_000;

/** Best hits among which a varied page is chosen. */
const VARIED_HITS = 100;

/** Hits per group that are asked for at first. When a group has more, or ties, the store is asked again for four times as many. */
const GROUPED = 4;

/** Extra hits in the first request, to get all that tie with the last of a page. */
const EQUALS = 8;

export interface SearchResult {
  readonly hits: readonly (Hit & { readonly of: SearchedType })[];
  readonly hasNextPage: boolean;
  /** The conditions that the vector store answered: they are checked again on the rows. */
  readonly pushed: ReadonlyMap<SearchedType, Predicate>;
}

/** The best hits of a request over all its types and parts. */
export const search = async (loaders: SearchLoaders, request: SearchRequest): Promise<SearchResult> => {
  const { limit, offset, diversity = 0, groupBy } = request;
  const [parts, places] = await Promise.all([partsOf(loaders, request), request.places]);
  const deepest = diversity > 0 ? VARIED_HITS : parts.length > 1 ? FUSED_HITS : PLAIN_HITS;
  within(request.field, 'limit', limit, 0, deepest, 10);
  within(request.field, 'offset', offset, 0, deepest - limit, 0);
  const wanted = diversity > 0 ? VARIED_HITS : offset + limit + (request.peek === true ? 1 : 0);
  let depth = parts.length > 1 ? FUSED_HITS : groupBy ? wanted * GROUPED : wanted + EQUALS;
  let hits: Hit[];
  for (;;) {
    const { lists, cut } = await listsOf(loaders, request, parts, places, depth);
    hits = groupBy ? capGroups(fuse(lists), groupBy.limit) : fuse(lists);
    if (parts.length > 1 || !cut) break;
    // The store breaks ties arbitrarily: all hits that tie with the page's last must be known, or pages would overlap.
    const isSplit = depth <= PLAIN_HITS && lists[0]!.list.at(-1)?.score === hits[wanted - 1]?.score;
    if (hits.length >= wanted && !isSplit) break;
    depth *= 4;
  }
  const best = hits.slice(0, wanted);
  const ordered = diversity > 0 ? await varied(loaders, best, parts, places, diversity) : best;
  const types = new Map(places.map(({ type }) => [type.name, type]));
  return {
    hits: ordered.slice(offset, offset + limit).map((hit) => ({ ...hit, of: types.get(hit.type)! })),
    hasNextPage: ordered.length > offset + limit,
    pushed: new Map(places.flatMap(({ type, pushed }) => (pushed && type.home === 'table' ? [[type, pushed] as const] : []))),
  };
};

/** A part's lists of all types merged, with `depth` hits of each; `cut` when a type may have more. */
const listsOf = async (
  loaders: SearchLoaders,
  request: SearchRequest,
  parts: readonly Part[],
  places: readonly Place[],
  depth: number,
): Promise<{ lists: PartList[]; cut: boolean }> => {
  let cut = false;
  const { groupBy, minScore, target } = request;
  const lists = await Promise.all(
    parts.map(async ({ part, vector, weight, query, types }): Promise<PartList> => {
      const found = await Promise.all(
        places
          .filter(({ type }) => types.includes(type))
          .map(async ({ type, filter, keys }): Promise<Ranked[]> => {
            const { payload, vectors } = type.embedding;
            const asked: NearestRowsRequest = {
              type,
              using: part === 'KEYWORD' ? KEYWORDS : vector === '' ? vectors[0].name : vector,
              query,
              limit: depth,
              minScore: part === 'DENSE' ? minScore : undefined,
              keys,
              filter,
              ...(target.kind === 'examples' ? { without: [...target.like, ...target.unlike] } : {}),
              carry: groupBy && payload.find(({ name }) => name === groupBy.field)!.key,
            };
            const { rows, isCut } = await loaders.nearest.load(asked);
            if (isCut) cut = true;
            return rows.map(({ key, score, carried, payload: whole }) => ({ type: type.name, key, score, group: carried, payload: whole }));
          }),
      );
      const all = found.flat().sort(byScore);
      if (all.length > depth) cut = true;
      // Below the end of a list that was cut, hits of the other lists may not be the next best.
      return { part, vector, weight, list: all.slice(0, depth) };
    }),
  );
  return { lists, cut };
};

const varied = async (
  loaders: SearchLoaders,
  hits: readonly Hit[],
  parts: readonly Part[],
  places: readonly Place[],
  diversity: number,
): Promise<Hit[]> => {
  const named = parts.find(({ part }) => part === 'DENSE')?.vector ?? '';
  const vectors = await Promise.all(
    hits.map(({ type, key }) => {
      const of = places.find((place) => place.type.name === type)!.type;
      return loaders.vectors.load({ type: of, using: named === '' ? of.embedding.vectors[0].name : named, key });
    }),
  );
  // Similarity is a cosine already; other scores are scaled so that the best is 1.
  const scale = parts.length === 1 && parts[0]!.part === 'DENSE' ? 1 : (hits[0]?.score ?? 1);
  return diversify(hits, vectors, diversity, scale);
};
