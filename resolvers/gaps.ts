import type { GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../src/execute/context.js';
import { connectionName, relationshipFields } from '../src/model/graph-names.js';
import { enumName } from '../src/model/names.js';
import { graphTypes, type EntityType, type Model, type TableType } from '../src/model/types.js';
import { parseWhere } from '../src/predicate/parse.js';
import { limitOf, offsetOf } from '../src/query/limits.js';
import { selectTable } from '../src/query/select.js';
import { keySelection } from '../src/query/selection.js';
import { TYPE } from '../src/sql/row.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/** A relationship that every node of a type should have, and the condition for nodes without it. */
interface Gap {
  readonly type: string;
  readonly field: string;
  readonly of: EntityType;
  /** As a client would send it. */
  readonly where: Readonly<Record<string, unknown>>;
}

/** `traceabilityGaps(types:, where:)` */
export const traceabilityGaps =
  (model: Model): Resolver =>
  (_, args: { types?: readonly string[] | null; where?: Readonly<Record<string, unknown>> | null }): Gap[] =>
    graphTypes(model)
      .filter(({ name }) => args.types?.includes(enumName(name)) ?? true)
      .flatMap((type) =>
        relationshipFields(type)
          .filter((field) => field.isTraced)
          .map((field) => {
            const given = args.where?.[type.singular];
            // An invalid condition is reported once, before any store is asked.
            parseWhere(model, { type, onEdge: false }, given, type.plural);
            // For nodes, the relationship is checked and not the row it leads to: there may be more rows than MAX_KEYS.
            const missing = { [type.home === 'node' ? connectionName(field) : field.name]: { none: {} } };
            return { type: enumName(type.name), field: field.name, of: type, where: { AND: [...(given ? [given] : []), missing] } };
          }),
      );

const rowsOf = ({ engine: { model } }: RequestContext, type: TableType, where: Gap['where']) =>
  parseWhere(model, { type, onEdge: false }, where, type.plural);

/** Resolvers of a gap: the nodes are counted and read only when they are selected. */
export const GAP: Readonly<Record<string, Resolver>> = {
  count: async (source, _, context) => {
    const { of, where } = source as Gap;
    const { graphPlanner } = context.engine;
    if (of.home === 'table')
      return (await context.rows.load({ selection: keySelection(of), query: { kind: 'count', where: rowsOf(context, of, where) } }))[0]
        ?.row['count'];
    return ((await context.graph.load({ kind: 'root', part: graphPlanner!.count(of, where) })) as { totalCount: number }).totalCount;
  },
  nodes: async (source, args: { limit?: unknown; offset?: unknown }, context, info) => {
    const { of, where } = source as Gap;
    const { model, limits, graphPlanner } = context.engine;
    const page = { limit: limitOf('nodes', args.limit, limits), offset: offsetOf('nodes', args.offset) };
    if (of.home === 'table') {
      const rows = await context.rows.load({
        selection: selectTable(model, info, of, info.fieldNodes),
        query: { kind: 'page', where: rowsOf(context, of, where), rows: page.limit, offset: page.offset },
      });
      return rows.map(({ row }) => row);
    }
    const part = graphPlanner!.root(info, 'Query', of.plural, { where, ...page }, info.fieldNodes);
    return ((await context.graph.load({ kind: 'root', part })) as object[]).map((node) => Object.assign(node, { [TYPE]: of.name }));
  },
};
