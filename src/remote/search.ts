import { GatewayError } from '../errors.js';
import { KEYWORDS } from '../model/embedding.js';
import type { EmbeddedType } from '../model/types.js';
import { askedKeywords } from '../vector/keywords.js';
import { within } from '../query/limits.js';
import { splitWhere, type SplitWhere } from '../vector/payload.js';
import { byScore, capGroups, diversify, fuse, type Hit, type PartList, type Ranked, type SearchPart } from '../vector/ranking.js';
import { keySelection } from '../query/selection.js';
import { KEY, type LoadedRow } from '../sql/row.js';
import { isKey } from '../sql/read.js';
import { and, keySet, type Predicate } from '../predicate/types.js';
import type { RowsRequest } from '../load/relational.js';
import type { NearestLoader, NearestQuery, NearestRequest, VectorsLoader } from '../load/vector.js';
import { limited } from './key-lookup.js';

/** How deep a search of one part reaches. */
const PLAIN_HITS = 10_000;

/** Hits of each part that are fused: the same number for every page, so that pages fit together. */
const FUSED_HITS = 1_000;

/** Best hits among which a varied page is chosen. */
const VARIED_HITS = 100;

/** Hits of a group that are reckoned with at first; where there are more, or more of one score, the store is asked again for four times as many. */
const GROUPED = 4;

/** Hits beyond those wanted that are asked for at first, to have all that are equal to the last of a page. */
const EQUALS = 8;

/** What rows are compared with. */
export type SearchTarget =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'vector'; readonly vector: readonly number[] }
  /** Rows that are wanted, and rows that are not, of any of these types. */
  | {
      readonly kind: 'examples';
      readonly like: readonly string[];
      readonly unlike: readonly string[];
      readonly from: readonly EmbeddedType[];
    }
  /** A row of the type that is searched. */
  | { readonly kind: 'row'; readonly key: string };

export interface SearchRequest {
  /** Name of the field that asks, for its errors. */
  readonly field: string;
  readonly types: readonly EmbeddedType[];
  /** Of each type, what its points must pass: `placesOf`. */
  readonly places: Promise<readonly Place[]>;
  readonly target: SearchTarget;
  /** Names of the vectors to compare; each type's first without it. */
  readonly using?: readonly string[] | undefined;
  /** How much nearness and keywords count; only nearness without it. */
  readonly weights?: { readonly dense: number; readonly keyword: number } | undefined;
  /** Least nearness of vectors. */
  readonly minScore?: number | undefined;
  readonly limit: number;
  readonly offset: number;
  /** Whether to look if there is a next page. */
  readonly peek?: boolean;
  /** At most so many hits of one value of a field. */
  readonly groupBy?: { readonly field: string; readonly limit: number } | undefined;
  /** From 0, the best hits, to 1, the most unlike each other. */
  readonly diversity?: number | undefined;
}

export interface SearchResult {
  readonly hits: readonly (Hit & { readonly of: EmbeddedType })[];
  readonly hasNextPage: boolean;
  /** The conditions that the vector store has answered: rows are held against them again. */
  readonly pushed: ReadonlyMap<EmbeddedType, Predicate>;
}

export interface SearchLoaders {
  readonly rows: { load(request: RowsRequest): Promise<LoadedRow[]> };
  readonly nearest: NearestLoader;
  readonly vectors: VectorsLoader;
  readonly embedText: (text: string) => Promise<number[]>;
  /** Most keys that are searched among. */
  readonly maxKeys: number;
}

/** A type that is searched, and what its points must pass. */
export interface Place extends SplitWhere {
  readonly type: EmbeddedType;
  readonly keys: readonly string[] | undefined;
}

/** One way of finding hits, over all types that have it. */
interface Part {
  readonly part: SearchPart;
  /** Empty for each type's first vector. */
  readonly vector: string;
  readonly weight: number;
  readonly query: NearestQuery;
  readonly types: readonly EmbeddedType[];
}

/** What the points of each type must pass: what the points carry as a filter, the rest as keys from the home store. */
export const placesOf = (
  loaders: SearchLoaders,
  field: string,
  among: readonly { readonly type: EmbeddedType; readonly where: Predicate }[],
): Promise<Place[]> => Promise.all(among.map(({ type, where }) => placeOf(loaders, field, type, where)));

const placeOf = async (loaders: SearchLoaders, field: string, type: EmbeddedType, where: Predicate): Promise<Place> => {
  const split = splitWhere(type, where);
  if (!split.rest) return { ...split, type, keys: undefined };
  const rows = await loaders.rows.load({
    forKeys: true,
    selection: keySelection(type),
    entry: { kind: 'page', where: split.rest, rows: loaders.maxKeys + 1, unordered: true },
  });
  return {
    ...split,
    type,
    keys: limited(
      field,
      rows.map(({ row }) => row[KEY]!),
      loaders.maxKeys,
    ),
  };
};

/** The best hits of a request, over all its types and in all its ways. */
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
    // Which of equal hits come is the store's affair: those equal to the page's last must all be known, or pages would not fit together.
    const isSplit = depth <= PLAIN_HITS && lists[0]!.list.at(-1)!.score === hits[wanted - 1]?.score;
    if (hits.length >= wanted && !isSplit) break;
    depth *= 4;
  }
  const best = hits.slice(0, wanted);
  const ordered = diversity > 0 ? await varied(loaders, best, parts, places, diversity) : best;
  const types = new Map(places.map(({ type }) => [type.name, type]));
  return {
    hits: ordered.slice(offset, offset + limit).map((hit) => ({ ...hit, of: types.get(hit.type)! })),
    hasNextPage: ordered.length > offset + limit,
    pushed: new Map(places.flatMap(({ type, pushed }) => (pushed ? [[type, pushed] as const] : []))),
  };
};

/** The keys among these whose rows pass what the vector store was asked; all where it was asked nothing. */
export const stillPassing = async (
  { rows }: SearchLoaders,
  type: EmbeddedType,
  pushed: Predicate | undefined,
  keys: readonly string[],
): Promise<ReadonlySet<string>> => {
  if (!pushed || keys.length === 0) return new Set(keys);
  const where = and([pushed, keySet(keys.filter((key) => isKey(type, key)))]);
  const loaded = await rows.load({
    forKeys: true,
    selection: keySelection(type),
    entry: { kind: 'page', where, rows: keys.length, unordered: true },
  });
  return new Set(loaded.map(({ row }) => row[KEY]!));
};

/** A part's lists of all types as one, each asked for `depth` hits; `cut` when a type may have more. */
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
            const { collection, vectors } = type.embedding;
            const asked: NearestRequest = {
              collection,
              using: part === 'KEYWORD' ? KEYWORDS : vector === '' ? vectors[0].name : vector,
              query,
              limit: depth,
              minScore: part === 'DENSE' ? minScore : undefined,
              keys,
              filter,
              ...(target.kind === 'examples' ? { without: [...target.like, ...target.unlike] } : {}),
              carry: groupBy?.field,
            };
            const neighbours = await loaders.nearest.load(asked);
            if (neighbours.length >= depth) cut = true;
            return neighbours.map(({ key, score, carried }) => ({ type: type.name, key, score, group: carried }));
          }),
      );
      const all = found.flat().sort(byScore);
      if (all.length > depth) cut = true;
      // Where one list was cut, what the others have below its end may not be the next best.
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
      const { collection, vectors: own } = places.find((place) => place.type.name === type)!.type.embedding;
      return loaders.vectors.load({ collection, using: named === '' ? own[0].name : named, key });
    }),
  );
  // Nearness is a cosine already; of any other score the best counts as 1.
  const scale = parts.length === 1 && parts[0]!.part === 'DENSE' ? 1 : (hits[0]?.score ?? 1);
  return diversify(hits, vectors, diversity, scale);
};

const partsOf = async (
  loaders: SearchLoaders,
  { field, types, target, using, weights = { dense: 1, keyword: 0 } }: SearchRequest,
): Promise<Part[]> => {
  const refuse = (argument: string, detail: string) => new GatewayError('BAD_INPUT', { argument, field, detail });
  const parts: Part[] = [];
  if (weights.dense > 0) {
    const names = using ?? [''];
    const having = (name: string) =>
      name === '' ? types : types.filter(({ embedding }) => embedding.vectors.some((vector) => vector.name === name));
    const unknown = names.find((name) => name === '' || having(name).length === 0);
    if (using && unknown !== undefined) {
      const known = [...new Set(types.flatMap(({ embedding }) => embedding.vectors.map(({ name }) => name)).filter((name) => name !== ''))];
      throw refuse(
        'using',
        `expected ${known.length === 0 ? 'nothing, since the vectors searched have no names' : `some of ${known.join(', ')}`}, but got ${JSON.stringify(unknown)}`,
      );
    }
    parts.push(
      ...(await Promise.all(
        names.map(async (name): Promise<Part> => ({
          part: 'DENSE',
          vector: name,
          weight: weights.dense,
          query: await queryOf(loaders, field, target, name),
          types: having(name),
        })),
      )),
    );
  }
  if (weights.keyword > 0) {
    if (target.kind !== 'text') throw refuse('weights', 'keywords are looked for in the words of text, but got none: leave keyword at 0');
    const worded = types.filter(({ embedding }) => embedding.keywords.length > 0);
    if (worded.length === 0) throw refuse('weights', 'the types searched have no keywords: leave keyword at 0');
    const query = askedKeywords(target.text);
    const wordless = query.indices.length === 0;
    if (wordless && parts.length === 0) throw refuse('text', 'expected a word to look for, but got only words that every text has');
    // Of words like "the" nothing has any in particular.
    parts.push({ part: 'KEYWORD', vector: KEYWORDS, weight: weights.keyword, query, types: wordless ? [] : worded });
  }
  return parts;
};

const queryOf = async (loaders: SearchLoaders, field: string, target: SearchTarget, name: string): Promise<NearestQuery> => {
  if (target.kind === 'text') return loaders.embedText(target.text);
  if (target.kind === 'vector') return target.vector;
  if (target.kind === 'row') return target.key;
  const vectorOf = async (argument: string, key: string): Promise<number[]> => {
    const candidates = target.from.filter(
      (type) => isKey(type, key) && (name === '' || type.embedding.vectors.some((vector) => vector.name === name)),
    );
    const found = await Promise.all(
      candidates.map(({ embedding }) =>
        loaders.vectors.load({ collection: embedding.collection, using: name === '' ? embedding.vectors[0].name : name, key }),
      ),
    );
    const vector = found.find((each) => each !== null);
    if (!vector)
      throw new GatewayError('BAD_INPUT', {
        argument,
        field,
        detail: `expected ids of rows that have a vector, but got ${JSON.stringify(key)}`,
      });
    const length = Math.hypot(...vector) || 1;
    return vector.map((value) => value / length);
  };
  const [positive, negative] = await Promise.all([
    Promise.all(target.like.map((key) => vectorOf('like', key))),
    Promise.all(target.unlike.map((key) => vectorOf('unlike', key))),
  ]);
  return { positive, negative };
};
