import type { GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../src/context.js';
import { GatewayError } from '../src/errors.js';
import { embeddedText } from '../src/loaders/projection.js';
import type { Neighbour } from '../src/loaders/vector.js';
import { enumName } from '../src/model/names.js';
import { tableTypes, type ColumnField, type Model, type NearestField, type TableType } from '../src/model/types.js';
import { limitOf } from '../src/plan/limits.js';
import { nodesAt, objectType, selects, type Selection } from '../src/plan/selection.js';
import { KEY, type Row } from '../src/plan/row.js';
import type { Where } from '../src/plan/where.js';
import type { QuerySearchArgs, SearchType, SearchWhere } from './generated.js';
import { keysThatPass } from './entities.js';
import { NOTHING, wrapEntities } from './graph.js';
import { found, type Found } from './relational.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** `similar(limit:, minScore:)`: the nearest rows of the same type. */
export const nearest = (type: TableType, field: NearestField): Resolver => async (source, args: { limit?: number; minScore?: number | null }, context, info) => {
  const neighbours = await context.nearest.load({
    collection: type.embedding!.collection,
    query: (source as Row)[KEY]!,
    limit: limitOf(field.name, args.limit, context.engine.limits),
    minScore: args.minScore ?? undefined,
    keys: undefined,
  });
  return wrapEntities(context, info, type, field, neighbours.map(({ key, score }) => ({ key, measure: { score } })));
};

/** `search(text:, types:, limit:, minScore:, where:)`: the nearest rows of several types, best first. */
export const search = (model: Model): Resolver => {
  const embedded = tableTypes(model).filter((type) => type.embedding);
  return async (_, args: QuerySearchArgs, context, info) => {
    if (args.text.trim() === '') throw new GatewayError('BAD_INPUT', { argument: 'text', field: 'search', detail: 'expected words to search for, but got none' });
    const limit = limitOf('search', args.limit, context.engine.limits);
    const types = embedded.filter((type) => !args.types || args.types.includes(enumName(type.name) as SearchType));
    const hit = objectType(info.schema, 'SearchHit');
    const nodes = nodesAt(info, hit, info.fieldNodes, ['node']);
    const [vector, among] = await Promise.all([context.embedText(args.text), Promise.all(types.map((type) => passing(context, type, args.where?.[type.singular as keyof SearchWhere])))]);
    const neighbours = await Promise.all(
      types.map((type, index) =>
        context.nearest
          .load({ collection: type.embedding!.collection, query: vector, limit, minScore: args.minScore ?? undefined, keys: among[index] })
          .then((near: readonly Neighbour[]) => near.map((neighbour) => ({ ...neighbour, type }))),
      ),
    );
    const best = neighbours
      .flat()
      .sort((one, other) => other.score - one.score || (one.key < other.key ? -1 : 1))
      .slice(0, limit);
    const showsText = selects(info, hit, info.fieldNodes, 'text');
    const [rows, texts] = await Promise.all([
      Promise.all(best.map(({ key, type }) => context.rowsByKey(info, type, nodes ?? NOTHING).load(key))),
      showsText ? textsOf(context, best) : undefined,
    ]);
    return best.flatMap(({ score, key }, index) => (rows[index] ? [{ score, text: texts?.get(key) ?? '', ...found(rows[index], nodes), type: best[index]!.type }] : []));
  };
};

/** `SearchHit.node`, of whichever type it is; its resolver makes `__typename` known, too. */
export const hitNode: Resolver = async (source, _, context, info) => {
  const { key, row, type } = source as Found & { type: TableType };
  return row ?? context.rowsByKey(info, type, info.fieldNodes).load(key);
};

/** The text that was compared, of each hit, by key. */
const textsOf = async (context: RequestContext, hits: readonly { readonly type: TableType; readonly key: string }[]): Promise<Map<string, string>> => {
  const loaded = await Promise.all(
    [...new Set(hits.map(({ type }) => type))].map(async (type) => {
      const fields = type.embedding!.of.map((name) => type.fields.get(name) as ColumnField);
      const selection: Selection = { type, fields: fields.map((field) => ({ kind: 'column', responseKey: field.name, field })) };
      const keys = hits.filter((hit) => hit.type === type).map(({ key }) => key);
      const rows = await context.rows.load({ selection, entry: { kind: 'keys', keys } });
      return rows.map(({ row }) => [row[KEY]!, embeddedText(fields.map((field) => row[field.name] as string | null))] as const);
    }),
  );
  return new Map(loaded.flat());
};

const passing = (context: RequestContext, type: TableType, where: Where): Promise<string[] | undefined> => (where ? keysThatPass(context, 'search', type, where) : Promise.resolve(undefined));
