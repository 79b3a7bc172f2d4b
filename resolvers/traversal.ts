import DataLoader from 'dataloader';
import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../src/execute/context.js';
import { usualDepth } from '../src/model/graph-sdl.js';
import type { EntityType, Model, NeighbourhoodField, PathField, TraversalField, TraverseField } from '../src/model/types.js';
import { depthOf, limitOf } from '../src/query/limits.js';
import {
  draw,
  nodeId,
  reachedFrom,
  standingStill,
  toWay,
  type DrawnNode,
  type GraphLink,
  type GraphWay,
  type NodeRef,
  type Way,
} from '../src/graph/traversal.js';
import { nodeNames } from '../src/remote/node-names.js';
import { isAllReadable } from '../src/remote/readable.js';
import { linksOf, readableLinks, readableWays } from '../src/remote/traversal.js';
import { graphNode, keyOf } from './entities.js';
import { hop, wrapEntities } from './graph.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;
type Args = Readonly<Record<string, unknown>>;

/** What the graph gives for a traversal: with the node, when that is what @neo4j/graphql gave; else asked for all rows at once. */
const asked = async <T>(
  context: RequestContext,
  info: GraphQLResolveInfo,
  type: EntityType,
  field: TraversalField,
  source: unknown,
  args: Args,
): Promise<readonly T[]> => {
  if (type.home === 'node') return ((source as Record<string, unknown>)[info.path.key] ?? []) as T[];
  const load = hop(context, info, type, () => context.engine.graphPlanner!.traversal(field, args));
  return ((await load.load(keyOf(source))) ?? []) as T[];
};

/** Everything reached from a node, itself first. */
const reached = async (
  context: RequestContext,
  info: GraphQLResolveInfo,
  type: EntityType,
  field: TraverseField | NeighbourhoodField,
  source: unknown,
  args: Args,
) => {
  const depth = depthOf(field.name, args['depth'], field.maxDepth, usualDepth(field));
  const given = await asked<GraphLink>(context, info, type, field, source, args);
  const links = await readableLinks(context, linksOf(context, field, given));
  return { links, all: reachedFrom({ type: type.name, key: keyOf(source) }, links, field.direction, depth) };
};

/** Everything reached by following relationships, nearest first, without nodes whose row was deleted. */
export const traverse = (type: EntityType, field: TraverseField, model: Model): Resolver => {
  const target = model.types.get(field.target)!;
  return async (source, args: Args, context, info) => {
    const limit =
      args['limit'] === null || args['limit'] === undefined ? undefined : limitOf(field.name, args['limit'], context.engine.limits);
    const { all } = await reached(context, info, type, field, source, args);
    const hits = all
      .slice(1)
      .flatMap(({ node, distance, way }) => (node.type === target.name ? [{ key: node.key, measure: { distance, path: way } }] : []));
    return (await wrapEntities(context, info, target, field, hits, args['where'])).slice(0, limit);
  };
};

/** `path(to:)`: the shortest path to another node, or all shortest paths. */
export const path =
  (type: EntityType, field: PathField): Resolver =>
  async (source, args: Args, context, info) => {
    const here: NodeRef = { type: type.name, key: keyOf(source) };
    depthOf(field.name, args['depth'], field.maxDepth, usualDepth(field));
    const ways = isAllReadable(context.model)
      ? (await asked<GraphWay>(context, info, type, field, source, args)).map(toWay)
      : await readableWays(context, type, field, here, args);
    const all = args['to'] === here.key ? [standingStill(here)] : ways;
    if (!field.list) return all[0] ?? null;
    return args['limit'] === 0 ? [] : all;
  };

/** `GraphPath.nodes` */
export const wayNodes: Resolver = (source, _, context, info) =>
  Promise.all((source as Way).nodes.map((node) => graphNode(context, info, node)));

/** `neighbourhood(depth:)`: the nodes around a node, and the relationships between them. */
export const neighbourhood =
  (type: EntityType, field: NeighbourhoodField): Resolver =>
  async (source, args: Args, context, info) => {
    const limit = limitOf(field.name, args['limit'], context.engine.limits);
    const { links, all } = await reached(context, info, type, field, source, args);
    const near = all.slice(0, limit);
    const names = context.perField(
      info.fieldNodes,
      'names',
      () => new DataLoader<NodeRef, string | null, string>((nodes) => nodeNames(context, nodes), { cacheKeyFn: nodeId }),
    );
    const labels = new Map<string, string>();
    await Promise.all(
      near.map(async ({ node }) => {
        const label = await names.load(node);
        if (label !== null) labels.set(nodeId(node), label);
      }),
    );
    return {
      ...draw(
        near.filter(({ node }) => labels.has(nodeId(node))),
        labels,
        links,
      ),
      truncated: all.length > near.length,
    };
  };

/** `GraphNeighbourhoodNode.node` */
export const drawnNode: Resolver = (source, _, context, info) => graphNode(context, info, (source as DrawnNode).ref);
