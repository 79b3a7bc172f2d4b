import type { FieldNode, GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../src/execute/context.js';
import { GatewayError } from '../src/errors.js';
import { textFault, vectorFault } from '../src/vector/near.js';
import { embeddedText } from '../src/mutate/points.js';
import { search as searchRows, stillPassing, type SearchResult } from '../src/remote/search.js';
import { placesOf, type SearchRequest, type SearchTarget } from '../src/remote/search-request.js';
import { enumName } from '../src/model/names.js';
import { USUAL_HITS } from '../src/model/search-sdl.js';
import { embeddedTypes, type ColumnField, type EmbeddedType, type Model, type NearestField, type TableType } from '../src/model/types.js';
import { limitOf, offsetOf } from '../src/query/limits.js';
import { idOf } from '../src/vector/ranking.js';
import { KEY, type Row } from '../src/sql/row.js';
import { nodesAt, objectType, selects, type Selection } from '../src/query/selection.js';
import { parseWhere } from '../src/predicate/parse.js';
import { NOTHING, wrapEntities } from './graph.js';
import { found, type Found } from './relational.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** Maximum number of examples in a search. */
const MAX_EXAMPLES = 100;

/** Arguments as the schema declares them (model/search-sdl.ts); its defaults are filled in. */
interface PageArguments {
  readonly limit?: number | null;
  readonly offset?: number | null;
  readonly minScore?: number | null;
  readonly groupBy?: { readonly field: string; readonly limit: number } | null;
  readonly diversity?: number | null;
  readonly using?: readonly string[] | null;
}

interface SearchArguments extends PageArguments {
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

/** `similar(limit:, offset:, minScore:, where:, groupBy:, diversity:)`: the nearest rows of the same type. */
export const nearest =
  (type: EmbeddedType, field: NearestField): Resolver =>
  async (source, args: PageArguments & { where?: unknown }, context, info) => {
    const page = pageOf(field.name, args, [type], context);
    // One answer for all the rows that the field stands on.
    const { places } = context.perField(info.fieldNodes, 'places', () => ({
      places: placesOf(context, field.name, [placed(context, type, args.where)]),
    }));
    const result = await searchRows(context, {
      ...page,
      field: field.name,
      types: [type],
      places,
      target: { kind: 'row', key: (source as Row)[KEY]! },
    });
    const [rows, passing] = await Promise.all([
      wrapEntities(
        context,
        info,
        type,
        field,
        result.hits.map(({ key, score }) => ({ key, measure: { score } })),
      ),
      passingOf(context, result),
    ]);
    const sound = rows.filter((row) => passing.has(idOf({ type: type.name, key: row['key'] as string })));
    context.engine.drift.add(type.embedding.collection, result.hits.length - sound.length);
    return sound;
  };

/** `search(text:, vector:, like:, ...)`: the nearest rows of several types, best first. */
export const search =
  (model: Model): Resolver =>
  async (_, args: SearchArguments, context, info) => {
    const result = await searchRows(context, requestOf(model, 'search', args, context));
    return (await hydrate(context, info, result, info.fieldNodes)).hits;
  };

/** `searchPage(...)`: the same, with whether there are more hits, and how many were dropped. */
export const searchPage =
  (model: Model): Resolver =>
  async (_, args: SearchArguments, context, info) => {
    const result = await searchRows(context, { ...requestOf(model, 'searchPage', args, context), peek: true });
    const hits = nodesAt(info, objectType(info.schema, 'SearchPage'), info.fieldNodes, ['hits']);
    return { ...(await hydrate(context, info, result, hits)), hasNextPage: result.hasNextPage };
  };

/** `SearchHit.node`, of whichever type it is; its resolver makes `__typename` known, too. */
export const hitNode: Resolver = async (source, _, context, info) => {
  const { key, row, type } = source as Found & { type: TableType };
  return row ?? context.rowsByKey(info, type, info.fieldNodes).load(key);
};

const pageOf = (
  field: string,
  args: PageArguments,
  types: readonly EmbeddedType[],
  { engine }: RequestContext,
): Pick<SearchRequest, 'limit' | 'offset' | 'minScore' | 'groupBy' | 'diversity' | 'using'> => {
  const refuse = (argument: string, detail: string) => new GatewayError('BAD_INPUT', { argument, field, detail });
  const { using, groupBy } = args;
  const diversity = args.diversity ?? undefined;
  if (diversity !== undefined && !(diversity >= 0 && diversity <= 1))
    throw refuse('diversity', `expected a number from 0 to 1, but got ${diversity}`);
  if (groupBy) {
    const without = types.find(({ embedding }) => !embedding.payload.some(({ name }) => name === groupBy.field));
    const carried = without?.embedding.payload.map(({ name }) => name).join(', ');
    if (without)
      throw refuse(
        'groupBy',
        `expected a field that the points of ${without.name} carry (${carried === '' ? 'none' : carried}), but got ` +
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
const placed = ({ engine: { model } }: RequestContext, type: EmbeddedType, where: unknown) => ({
  type,
  where: parseWhere(model, { type, onEdge: false }, where, type.plural),
});

const requestOf = (model: Model, field: string, args: SearchArguments, context: RequestContext): SearchRequest => {
  const types = embeddedTypes(model).filter((type) => !args.types || args.types.includes(enumName(type.name)));
  const weights = args.weights ?? undefined;
  if (weights && !(weights.dense >= 0 && weights.keyword >= 0 && weights.dense + weights.keyword > 0)) {
    throw new GatewayError('BAD_INPUT', {
      argument: 'weights',
      field,
      detail: `expected numbers from 0, not both 0, but got dense ${weights.dense} and keyword ${weights.keyword}`,
    });
  }
  const page = pageOf(field, args, types, context);
  const target = targetOf(model, field, args, context.engine.embedder.size);
  const places = placesOf(
    context,
    field,
    types.map((type) => placed(context, type, args.where?.[type.singular])),
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

/** The hits whose rows still pass what the vector store was asked. */
const passingOf = async (context: RequestContext, { hits, pushed }: SearchResult): Promise<ReadonlySet<string>> => {
  const types = [...new Set(hits.map(({ of }) => of))];
  const keys = await Promise.all(
    types.map((type) =>
      stillPassing(
        context,
        type,
        pushed.get(type),
        hits.filter(({ of }) => of === type).map(({ key }) => key),
      ),
    ),
  );
  return new Set(types.flatMap((type, index) => [...keys[index]!].map((key) => idOf({ type: type.name, key }))));
};

/** The rows of the hits, in one batch. Hits whose row was deleted or no longer matches its point are dropped and counted. */
const hydrate = async (
  context: RequestContext,
  info: GraphQLResolveInfo,
  result: SearchResult,
  hitNodes: readonly FieldNode[] | undefined,
) => {
  const hit = objectType(info.schema, 'SearchHit');
  const nodes = hitNodes && nodesAt(info, hit, hitNodes, ['node']);
  const showsText = !hitNodes || selects(info, hit, hitNodes, 'text');
  const [rows, passing, texts] = await Promise.all([
    Promise.all(result.hits.map(({ key, of }) => context.rowsByKey(info, of, nodes ?? NOTHING).load(key))),
    passingOf(context, result),
    showsText ? textsOf(context, result.hits) : undefined,
  ]);
  const hits = result.hits.flatMap((one, index) => {
    const row = rows[index];
    // The first vector of a type may have a name of its own; the unnamed one has none.
    const foundBy = one.foundBy.map((part) => ({ ...part, vector: part.vector || one.of.embedding.vectors[0].name || null }));
    return row && passing.has(idOf(one))
      ? [{ score: one.score, foundBy, text: texts?.get(idOf(one)) ?? '', ...found(row, nodes), type: one.of }]
      : [];
  });
  const lost = result.hits.filter((one, index) => !rows[index] || !passing.has(idOf(one)));
  for (const type of new Set(lost.map(({ of }) => of)))
    context.engine.drift.add(type.embedding.collection, lost.filter(({ of }) => of === type).length);
  return { hits, dropped: lost.length };
};

/** The text that was compared, of each hit: that of the part that found it first. */
const textsOf = async (context: RequestContext, hits: SearchResult['hits']): Promise<Map<string, string>> => {
  const loaded = await Promise.all(
    [...new Set(hits.map(({ of }) => of))].map(async (type) => {
      const { vectors, keywords } = type.embedding;
      const columnsOf = (names: readonly string[]) => names.map((name) => type.fields.get(name) as ColumnField);
      const fields = new Set([...vectors.flatMap(({ of }) => of), ...keywords].flatMap((name) => columnsOf([name])));
      const own = new Map(hits.filter(({ of }) => of === type).map((hit) => [hit.key, hit]));
      const selection: Selection = { type, fields: [...fields].map((field) => ({ kind: 'column', responseKey: field.name, field })) };
      const rows = await context.rows.load({ selection, query: { kind: 'keys', keys: [...own.keys()] } });
      return rows.map(({ row }) => {
        const hit = own.get(row[KEY]!)!;
        const { part, vector } = hit.foundBy[0]!;
        const compared = part === 'KEYWORD' ? keywords : (vectors.find(({ name }) => name === vector) ?? vectors[0]).of;
        return [idOf(hit), embeddedText(compared.map((name) => row[name] as string | null))] as const;
      });
    }),
  );
  return new Map(loaded.flat());
};
