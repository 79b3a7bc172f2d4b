import { GatewayError } from '../errors.js';
import { nodeId, shortestWays, toLinks, type GraphLink, type Link, type NodeRef, type Way } from '../graph/traversal.js';
import { usualDepth } from '../model/graph-sdl.js';
import { linksAround } from '../model/traversal-cypher.js';
import type { PathField, TraversalField } from '../model/fields.js';
import type { EntityType, Node } from '../model/types.js';
import { depthOf, limitOf } from '../query/limits.js';
import { isAllReadable, readableNodes } from './readable.js';
import type { ReadStores } from './types.js';

/** Of the relationships that the graph gave, those whose ends have a type. @throws GatewayError TOO_MANY_RELATIONSHIPS */
export const linksOf = ({ engine }: ReadStores, field: TraversalField, given: readonly GraphLink[]): Link[] => {
  const { limits, graphPlanner } = engine;
  if (given.length > limits.maxTraversed)
    throw new GatewayError('TOO_MANY_RELATIONSHIPS', { field: field.name, maximum: limits.maxTraversed });
  return toLinks(given, graphPlanner!.typeOf);
};

/** Of these relationships, those whose ends the caller may read: at once where everyone may read all. */
export const readableLinks = (stores: ReadStores, links: readonly Link[]): readonly Link[] | Promise<readonly Link[]> => {
  if (isAllReadable(stores.model)) return links;
  const ends = links.flatMap(({ source, target }) => [source, target]);
  return readableNodes(stores, ends).then((seen) =>
    links.filter(({ source, target }) => seen.has(nodeId(source)) && seen.has(nodeId(target))),
  );
};

/** The shortest ways through nodes that the caller may read: those that the graph finds may lead through others. */
export const readableWays = async (
  stores: ReadStores,
  type: EntityType,
  field: PathField,
  here: NodeRef,
  args: Readonly<Record<string, unknown>>,
): Promise<Way[]> => {
  const { limits } = stores.engine;
  const depth = depthOf(field.name, args['depth'], field.maxDepth, usualDepth(field));
  const maximum = field.list ? limitOf(field.name, args['limit'], limits) : 1;
  const statement = linksAround(stores.model, type as EntityType & { readonly node: Node }, field, depth, limits.maxTraversed + 1);
  const { records } = await stores.readGraph.run(statement, { key: here.key });
  const found = records.map((record) => record.get('link') as GraphLink);
  const links = await readableLinks(stores, linksOf(stores, field, found));
  return shortestWays(here, String(args['to']), links, field.direction, depth).slice(0, maximum);
};
