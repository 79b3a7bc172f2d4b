import { getNamedType, isInputObjectType, type GraphQLInputObjectType } from 'graphql';
import type { GuardedModel } from '../access/guard.js';
import { GatewayError } from '../errors.js';
import { countName } from '../model/hop-count.js';
import type { RelationshipField } from '../model/fields.js';
import { nodeTypes, type NodeType } from '../model/types.js';
import { WaitingOrder, type GraphPart } from './part.js';

/** A `sort` of nodes, or of the edges that lead to them, for the graph schema. The key is the last sort key, so pages never overlap. */
export const nodeSort = (model: GuardedModel, sort: unknown, type: GraphQLInputObjectType, part: GraphPart): unknown =>
  withKey(Array.isArray(sort) ? sort.flatMap((item) => itemsOf(model, item, type, part)) : sort, type);

type ListSort = Readonly<{
  count?: string | null;
  min?: Readonly<Record<string, string | null>> | null;
  max?: Readonly<Record<string, string | null>> | null;
}>;

/**
 * The items of a sort for the graph schema, also for edges: `{requirements: {count: DESC}}` becomes a field of the node, and a sort by a
 * value behind a hop waits for its ranks. Count, min and max of one hop become items in this order.
 */
const itemsOf = (model: GuardedModel, item: unknown, type: GraphQLInputObjectType, part: GraphPart): unknown[] => {
  if (typeof item !== 'object' || item === null) return [item];
  const of = nodeTypes(model).find(({ name }) => type.name === `${name}Sort`);
  return Object.entries(item as Readonly<Record<string, unknown>>).flatMap(([name, word]): unknown[] => {
    if (word === null || word === undefined) return [];
    const field = of?.fields.get(name);
    if (of && field?.kind === 'relationship') {
      const { count, ...values } = word as ListSort;
      const waiting = (least: 'min' | 'max') =>
        Object.entries(values[least] ?? {}).flatMap(([value, direction]) =>
          direction ? [part.wait(new WaitingOrder(of, field, least, value, direction))] : [],
        );
      if (count) checkCount(model, of, field);
      return [...(count ? [{ [countName(name)]: count }] : []), ...waiting('min'), ...waiting('max')];
    }
    const inner = getNamedType(type.getFields()[name]!.type);
    return isInputObjectType(inner) ? itemsOf(model, word, inner, part).map((each) => ({ [name]: each })) : [{ [name]: word }];
  });
};

/** The graph counts all nodes, whoever asks, so this sort needs the right to read them all. */
const checkCount = (model: GuardedModel, { plural }: NodeType, { name, target }: RelationshipField): void => {
  if (model.guard(model.types.get(target)!, 'read').kind === 'true') return;
  const detail = `${plural} cannot be sorted by the count of ${name}, since you may not read every ${target}`;
  throw new GatewayError('BAD_INPUT', { argument: 'sort', field: plural, detail });
};

const withKey = (sort: unknown, type: GraphQLInputObjectType): unknown => {
  const given = (sort ?? []) as Record<string, unknown>[];
  const { node } = type.getFields();
  // Edges of a hop end with the node's key, too.
  if (node && 'id' in (getNamedType(node.type) as GraphQLInputObjectType).getFields()) return [...given, { node: { id: 'ASC' } }];
  if (!type.getFields()['id'] || given.some((item) => 'id' in item)) return sort ?? undefined;
  return [...given, { id: 'ASC' }];
};
