import type { FieldNode, GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../src/execute/context.js';
import { search as searchRows, stillPassing, type SearchResult } from '../src/remote/search.js';
import { placed, searchPageOf, searchRequest, type PageArguments, type SearchArguments } from '../src/remote/search-arguments.js';
import { placesOf } from '../src/remote/search-request.js';
import { textsOf } from '../src/remote/search-texts.js';
import type { EmbeddedType, NearestField, TableType } from '../src/model/types.js';
import { idOf } from '../src/vector/ranking.js';
import { KEY, type Row } from '../src/sql/row.js';
import { nodesAt, objectType, selects } from '../src/query/selection.js';
import { NOTHING, wrapEntities } from './graph.js';
import { found, type Found } from './relational.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** `similar(limit:, offset:, minScore:, where:, groupBy:, diversity:)`: the nearest rows of the same type. */
export const nearest =
  (type: EmbeddedType, field: NearestField): Resolver =>
  async (source, args: PageArguments & { where?: unknown }, context, info) => {
    const page = searchPageOf(field.name, args, [type], context);
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
export const search: Resolver = async (_, args: SearchArguments, context, info) => {
  const result = await searchRows(context, searchRequest(context, 'search', args));
  return (await hydrate(context, info, result, info.fieldNodes)).hits;
};

/** `searchPage(...)`: the same, with whether there are more hits, and how many were dropped. */
export const searchPage: Resolver = async (_, args: SearchArguments, context, info) => {
  const result = await searchRows(context, { ...searchRequest(context, 'searchPage', args), peek: true });
  const hits = nodesAt(info, objectType(info.schema, 'SearchPage'), info.fieldNodes, ['hits']);
  return { ...(await hydrate(context, info, result, hits)), hasNextPage: result.hasNextPage };
};

/** `SearchHit.node`, of whichever type it is; its resolver makes `__typename` known, too. */
export const hitNode: Resolver = async (source, _, context, info) => {
  const { key, row, type } = source as Found & { type: TableType };
  return row ?? context.rowsByKey(info, type, info.fieldNodes).load(key);
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
