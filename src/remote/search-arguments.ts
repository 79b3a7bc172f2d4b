import { GatewayError } from '../errors.js';
import { enumName } from '../model/names.js';
import { groupFields, USUAL_HITS } from '../model/search-sdl.js';
import { embeddedTypes, searchedTypes, type Model, type SearchedType } from '../model/types.js';
import { parseWhere } from '../predicate/parse.js';
import { TRUE } from '../predicate/types.js';
import { limitOf, offsetOf } from '../query/limits.js';
import { textFault, vectorFault } from '../vector/near.js';
import { placesOf, type SearchRequest, type SearchTarget } from './search-request.js';
import type { ReadStores } from './types.js';

/** Maximum number of examples in a search. */
const MAX_EXAMPLES = 100;

/** Arguments as the schema declares them (model/search-sdl.ts); its defaults are filled in. */
export interface PageArguments {
  readonly limit?: number | null;
  readonly offset?: number | null;
  readonly minScore?: number | null;
  readonly groupBy?: { readonly field: string; readonly limit: number } | null;
  readonly diversity?: number | null;
  readonly using?: readonly string[] | null;
}

export interface SearchArguments extends PageArguments {
  readonly text?: string | null;
  readonly vector?: readonly number[] | null;
  readonly like?: readonly string[] | null;
  readonly unlike?: readonly string[] | null;
  /** Names of the enum of types. */
  readonly types?: readonly string[] | null;
  readonly weights?: { readonly dense: number; readonly keyword: number } | null;
  /** A condition for each type, under its root field's name. */
  readonly where?: Readonly<Record<string, unknown>> | null;
}

/** How many hits of which kind. @throws GatewayError BAD_INPUT, LIMIT_EXCEEDED */
export const searchPageOf = (
  field: string,
  args: PageArguments,
  types: readonly SearchedType[],
  { engine }: ReadStores,
): Pick<SearchRequest, 'limit' | 'offset' | 'minScore' | 'groupBy' | 'diversity' | 'using'> => {
  const refuse = (argument: string, detail: string) => new GatewayError('BAD_INPUT', { argument, field, detail });
  const { using, groupBy } = args;
  const diversity = args.diversity ?? undefined;
  if (diversity !== undefined && !(diversity >= 0 && diversity <= 1))
    throw refuse('diversity', `expected a number from 0 to 1, but got ${diversity}`);
  if (groupBy) {
    // A group is of the payload: what some points lack cannot group them.
    const without = types.find((type) => !groupFields(type).includes(groupBy.field));
    if (without)
      throw refuse(
        'groupBy',
        `expected a field that the points of ${without.name} carry (${groupFields(without).join(', ') || 'none'}), but got ` +
          `${JSON.stringify(groupBy.field)}`,
      );
    if (groupBy.limit < 1) throw refuse('groupBy', `expected a limit of at least 1, but got ${groupBy.limit}`);
  }
  if (using?.length === 0) throw refuse('using', 'expected the name of a vector, but got none. Leave it out to compare the first');
  return {
    limit: limitOf(field, args.limit, { ...engine.limits, defaultRows: USUAL_HITS }),
    offset: offsetOf(field, args.offset),
    minScore: args.minScore ?? undefined,
    groupBy: groupBy ?? undefined,
    diversity,
    using: using ? [...new Set(using)] : undefined,
  };
};

/** What is asked of the rows of a type that is searched. */
export const placed = ({ model }: ReadStores, type: SearchedType, where: unknown) => ({
  type,
  where: type.home === 'collection' ? TRUE : parseWhere(model, { type, onEdge: false }, where, type.plural),
});

/** @throws GatewayError BAD_INPUT, LIMIT_EXCEEDED, BAD_WHERE */
export const searchRequest = (stores: ReadStores, field: string, args: SearchArguments): SearchRequest => {
  const { model } = stores;
  const types = searchedTypes(model).filter((type) => !args.types || args.types.includes(enumName(type.name)));
  const weights = args.weights ?? undefined;
  if (weights && !(weights.dense >= 0 && weights.keyword >= 0 && weights.dense + weights.keyword > 0)) {
    throw new GatewayError('BAD_INPUT', {
      argument: 'weights',
      field,
      detail: `expected numbers from 0, not both 0, but got dense ${weights.dense} and keyword ${weights.keyword}`,
    });
  }
  const page = searchPageOf(field, args, types, stores);
  const target = targetOf(model, field, args, stores.engine.embedder.size);
  const places = placesOf(
    stores,
    field,
    types.map((type) => placed(stores, type, args.where?.[type.singular])),
  );
  return { ...page, field, types, places, weights, target };
};

/** What is searched for: exactly one of text, vector and examples. */
const targetOf = (model: Model, field: string, { text, vector, like, unlike }: SearchArguments, size: number): SearchTarget => {
  const refuse = (argument: string, detail: string) => new GatewayError('BAD_INPUT', { argument, field, detail });
  const given = Object.entries({ text, vector, like }).flatMap(([name, value]) => (value === null || value === undefined ? [] : [name]));
  if (given.length !== 1)
    throw refuse('text', `expected one of text, vector and like, but got ${given.length === 0 ? 'none' : given.join(' and ')}`);
  if (unlike && !like) throw refuse('unlike', 'expected examples of what is wanted in like, too, but got none');
  if (typeof text === 'string') {
    const fault = textFault(text);
    if (fault !== undefined) throw refuse('text', fault);
    return { kind: 'text', text };
  }
  if (vector) {
    const fault = vectorFault(vector, size);
    if (fault !== undefined) throw refuse('vector', fault);
    return { kind: 'vector', vector };
  }
  if (like!.length === 0) throw refuse('like', 'expected the id of at least one row, but got none');
  if (like!.length + (unlike?.length ?? 0) > MAX_EXAMPLES)
    throw refuse(
      'like',
      `expected at most ${MAX_EXAMPLES} examples, those of unlike included, but got ${like!.length + (unlike?.length ?? 0)}`,
    );
  return { kind: 'examples', like: [...new Set(like)], unlike: [...new Set(unlike ?? [])], from: embeddedTypes(model) };
};
