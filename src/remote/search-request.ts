import { GatewayError } from '../errors.js';
import { KEYWORDS } from '../model/embedding.js';
import type { EmbeddedType, SearchedType } from '../model/types.js';
import { askedKeywords } from '../vector/keywords.js';
import type { SearchPart } from '../vector/ranking.js';
import { isKey } from '../sql/read.js';
import type { Predicate } from '../predicate/types.js';
import type { NearestLoader, VectorsLoader } from '../load/nearest-rows.js';
import type { NearestQuery } from '../load/vector.js';
import { placeOf, readable, type PlaceLoaders } from './place.js';
import type { Place } from '../vector/payload.js';

/** The query that rows are compared with. */
export type SearchTarget =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'vector'; readonly vector: readonly number[] }
  /** Examples to be like, and examples to be unlike, of any of these types. */
  | {
      readonly kind: 'examples';
      readonly like: readonly string[];
      readonly unlike: readonly string[];
      readonly from: readonly EmbeddedType[];
    }
  /** A row of the searched type. */
  | { readonly kind: 'row'; readonly key: string };

export interface SearchRequest {
  /** Name of the field, for its errors. */
  readonly field: string;
  readonly types: readonly SearchedType[];
  /** The points of each type that may be searched: `placesOf`. */
  readonly places: Promise<readonly Place[]>;
  readonly target: SearchTarget;
  /** Names of the vectors to compare; each type's first without it. */
  readonly using?: readonly string[] | undefined;
  /** The weights of similarity and keywords; without it, similarity alone. */
  readonly weights?: { readonly dense: number; readonly keyword: number } | undefined;
  /** The least similarity of vectors. */
  readonly minScore?: number | undefined;
  readonly limit: number;
  readonly offset: number;
  /** Whether to check for a next page. */
  readonly peek?: boolean;
  /** At most so many hits per value of a field. */
  readonly groupBy?: { readonly field: string; readonly limit: number } | undefined;
  /** From 0, the best hits, to 1, the most unlike each other. */
  readonly diversity?: number | undefined;
}

export interface SearchLoaders extends PlaceLoaders {
  readonly nearest: NearestLoader;
  readonly vectors: VectorsLoader;
  readonly embedText: (text: string) => Promise<number[]>;
}

/** One part of a search, over all types that support it. */
export interface Part {
  readonly part: SearchPart;
  /** Empty for each type's first vector. */
  readonly vector: string;
  readonly weight: number;
  readonly query: NearestQuery;
  readonly types: readonly SearchedType[];
}

/** The points of each type that may be searched. */
export const placesOf = (
  loaders: SearchLoaders,
  field: string,
  among: readonly { readonly type: SearchedType; readonly where: Predicate }[],
): Promise<Place[]> => Promise.all(among.map(({ type, where }) => placeOf(loaders, field, type, where)));

/** The parts of a search: one for each named vector, and one for keywords. */
export const partsOf = async (
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
        `expected ${known.length === 0 ? 'nothing, since the vectors searched have no names' : `some of ${known.join(', ')}`}, ` +
          `but got ${JSON.stringify(unknown)}`,
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
    // A query of stop words alone has no keywords.
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
      candidates.map(async (type) => {
        const { vectors } = type.embedding;
        if ((await readable(loaders, type, [key])).length === 0) return null;
        return loaders.vectors.load({ type, using: name === '' ? vectors[0].name : name, key });
      }),
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
