import DataLoader from 'dataloader';
import type { FieldNode, GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../src/execute/context.js';
import { Commits } from '../src/mutate/commits.js';
import { runGraph, valueAt } from '../src/graph/run.js';
import { nodeViolation } from '../src/mutate/violations.js';
import { connectionName } from '../src/model/graph-names.js';
import {
  nodeName,
  type CypherField,
  type EntityType,
  type Model,
  type NodeType,
  type RelationshipField,
  type TableType,
} from '../src/model/types.js';
import { NODE_KEY } from '../src/graph/shape.js';
import type { GraphPart } from '../src/graph/part.js';
import { limitOf, offsetOf } from '../src/query/limits.js';
import { refuseUnsetVariables } from '../src/mutate/unset-variables.js';
import { selectTable } from '../src/query/select.js';
import { nodesAt, objectType } from '../src/query/selection.js';
import { KEY, TYPE, type Row } from '../src/sql/row.js';
import { isKey, listPage } from '../src/sql/read.js';
import { listArguments } from '../src/query/arguments.js';
import type { GraphRunner } from '../src/stores/types.js';
import { entityLoader } from './entities.js';
import { found } from './relational.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;
type Arguments = Readonly<Record<string, unknown>>;
type Stub = { readonly id: string };

/** A root of @neo4j/graphql, as it is selected. */
export const graphRoot: Resolver = (_, args: Record<string, unknown>, context, info) =>
  context.graph.load({ kind: 'root', part: context.engine.graphPlanner!.root(info, 'Query', info.fieldName, args, info.fieldNodes) });

/** `component(id:)` */
export const nodeByKey =
  (type: NodeType): Resolver =>
  async (_, args: { id: string }, context, info) => {
    const where = { where: { id: { eq: args.id } }, limit: 1 };
    const part = context.engine.graphPlanner!.root(info, 'Query', type.plural, where, info.fieldNodes);
    const [node] = (await context.graph.load({ kind: 'root', part })) as unknown[];
    return node ?? null;
  };

/** A mutation of @neo4j/graphql; it writes at once, in a transaction of its own. */
export const graphMutation: Resolver = async (_, args: Record<string, unknown>, context, info) => {
  const { engine } = context;
  refuseUnsetVariables(info.fieldNodes[0]!, info.variableValues);
  const part = await context.resolvePart(engine.graphPlanner!.root(info, 'Mutation', info.fieldName, args, info.fieldNodes));
  const commits = (context.commits ??= new Commits());
  const runner: GraphRunner = {
    run: (cypher, parameters) => {
      const send = () =>
        engine.stores.graph.write
          .run(cypher, parameters, { signal: context.signal })
          .catch((error: unknown) => Promise.reject(nodeViolation(engine.model, error) as Error));
      // The library asks for the server's version by the same way, which writes nothing.
      return cypher.includes('dbms.components()') ? send() : commits.run(String(info.path.key), send);
    },
  };
  const result = await runGraph(engine.graphSchema!, runner, 'mutation', [part]);
  context.forget();
  const value = valueAt(result, 'f0', info.fieldName);
  return part.shape ? part.shape(value) : value;
};

/** A relationship of a table-home type: the hop in the graph, then rows from the target's home. */
export const relationship = (type: TableType, field: RelationshipField, model: Model): Resolver => {
  const target = model.types.get(field.target)!;
  return async (source, args: Arguments, context, info) => {
    const alongside = hop(context, info, type, () =>
      context.engine.graphPlanner!.hop(info, nodeName(type), field.name, target.home === 'node' ? { ...args } : {}, info.fieldNodes),
    );
    checkPage(context, field.name, args);
    const stubs = ((await alongside.load((source as Row)[KEY]!)) ?? []) as Stub[];
    return target.home === 'node'
      ? stubs
      : rowsOf(
          context,
          info,
          target,
          stubs.map(({ id }) => id),
          args,
        );
  };
};

/** A field from a node-home type to a table-home one: the graph has given the keys, the rows are in the table. */
export const relationshipToRows =
  (target: TableType): Resolver =>
  async (source, args: Arguments, context, info) => {
    checkPage(context, info.fieldName, args);
    return ledToRows(context, info, target, (source as Record<string, unknown>)[info.path.key], args);
  };

/** The node of an edge that leads to a table-home type. */
export const edgeToRow =
  (target: TableType): Resolver =>
  (source, _, context, info) => {
    const { id } = (source as Record<string, Stub>)[info.path.key]!;
    return context.rowsByKey(info, target, info.fieldNodes).load(id);
  };

/** The rows that the edges of a connection lead to, without deleted ones. */
export const edgesToRows =
  (target: TableType): Resolver =>
  async (source, _, context, info) => {
    const stubs = (source as Record<string, readonly Stub[]>)[info.path.key]!;
    const rows = await Promise.all(stubs.map(({ id }) => context.rowsByKey(info, target, info.fieldNodes).load(id)));
    return rows.filter((row) => row !== null);
  };

/**
 * Rows or nodes in the wrappers that say how they were found: `{score, requirement}`, in the given order. A hit without a
 * row is dropped: the row is the truth, its copies may lag.
 */
export const wrapEntities = async (
  context: RequestContext,
  info: GraphQLResolveInfo,
  target: EntityType,
  field: { readonly wrapper: string; readonly wrapped: string },
  hits: readonly { readonly key: string; readonly measure: Readonly<Record<string, unknown>> }[],
  where?: unknown,
): Promise<Record<string, unknown>[]> => {
  const { nodes } = context.perField(info.fieldNodes, 'wrapped', () => ({
    nodes: nodesAt(info, objectType(info.schema, field.wrapper), info.fieldNodes, [field.wrapped]),
  }));
  const loader = entityLoader(context, info, target, nodes ?? NOTHING, where);
  const rows = await Promise.all(hits.map(({ key }) => loader.load(key)));
  return hits.flatMap(({ measure }, index) => (rows[index] ? [{ ...measure, ...found(rows[index], nodes) }] : []));
};

/** A `@cypher` field of a table-home type: resolved by its node. */
export const cypherOfRow = (type: TableType, field: CypherField, model: Model): Resolver => {
  const target = field.leadsTo === undefined ? undefined : model.types.get(field.leadsTo);
  return async (source, args: Arguments, context, info) => {
    const load = hop(context, info, type, () =>
      context.engine.graphPlanner!.hop(info, nodeName(type), field.name, { ...args }, info.fieldNodes),
    );
    const value = await load.load((source as Row)[KEY]!);
    return target?.home === 'table' ? ledToRows(context, info, target, value, args) : value;
  };
};

/** Rows that the graph has given the keys of: a list of them, filtered, sorted and cut in SQL, or one. */
const ledToRows = (
  context: RequestContext,
  info: GraphQLResolveInfo,
  target: TableType,
  value: unknown,
  args: Arguments,
): Promise<unknown> => {
  if (Array.isArray(value))
    return rowsOf(
      context,
      info,
      target,
      (value as Stub[]).map(({ id }) => id),
      args,
    );
  return value ? context.rowsByKey(info, target, info.fieldNodes).load((value as Stub).id) : Promise.resolve(null);
};

/** `componentsConnection` of a row: the relationships with their properties, from the graph, and what they lead to. */
export const relationshipConnection =
  (type: TableType, field: RelationshipField): Resolver =>
  async (source, args: Readonly<Record<string, unknown>>, context, info) => {
    const load = hop(context, info, type, () =>
      context.engine.graphPlanner!.hop(info, nodeName(type), connectionName(field), args, info.fieldNodes),
    );
    return (await load.load((source as Row)[KEY]!)) ?? null;
  };

/** A selection of nothing: only whether the row is there. */
export const NOTHING: readonly FieldNode[] = [];

/** One loader for all parents of a field: a hop of all of them is one request to the graph, planned once. */
export const hop = (
  context: RequestContext,
  info: GraphQLResolveInfo,
  type: TableType,
  plan: () => GraphPart,
): DataLoader<string, unknown> =>
  context.perField(info.fieldNodes, `hop ${type.name}`, () => {
    const part = plan();
    return new DataLoader<string, unknown>(async (keys) => {
      const values = (await context.graph.load({ kind: 'hop', type, keys, part })) as Map<string, unknown>;
      return keys.map((key) => values.get(key) ?? null);
    });
  });

/** The rows of each parent's keys, filtered, sorted and cut in SQL: one statement for all parents. */
const rowsOf = (
  context: RequestContext,
  info: GraphQLResolveInfo,
  target: TableType,
  keys: readonly string[],
  args: Arguments,
): Promise<Row[]> => {
  const loader = context.perField(info.fieldNodes, `lists ${target.name}`, () => {
    const selection = selectTable(context.engine.model, info, target, info.fieldNodes);
    return new DataLoader<readonly string[], Row[], unknown>(
      async (lists) => {
        const rows: Row[][] = lists.map(() => []);
        const loaded = await context.rows.load({
          selection,
          query: {
            ...listPage(target, listArguments(context.engine.model, target, args), context.engine.limits),
            perParent: { kind: 'listed', lists },
          },
        });
        for (const { ordinal, row } of loaded) rows[ordinal]!.push(row);
        return rows;
      },
      { cache: false },
    );
  });
  const sound = keys.filter((key) => isKey(target, key));
  return sound.length === 0 ? Promise.resolve([]) : loader.load(sound);
};

const checkPage = (context: RequestContext, field: string, args: Arguments): void => {
  limitOf(field, args['limit'], context.engine.limits);
  offsetOf(field, args['offset']);
};

/**
 * A value of a type that both @neo4j/graphql and our own resolvers give (PageInfo, CreateInfo). What comes from the graph
 * says so by its __typename, and is stored under the names of the response.
 */
export const graphValue: Resolver = (source, _, __, info) => {
  const values = source as Record<string, unknown>;
  return '__typename' in values || NODE_KEY in values || TYPE in values ? values[info.path.key] : values[info.fieldName];
};
