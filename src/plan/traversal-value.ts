import {
  draw,
  nodeId,
  reachedFrom,
  standingStill,
  toWay,
  type GraphLink,
  type GraphWay,
  type Link,
  type NodeRef,
  type Reached,
} from '../graph/traversal.js';
import { usualDepth } from '../model/graph-sdl.js';
import type { EntityType, NeighbourhoodField, PathField, TraversalField, TraverseField } from '../model/types.js';
import { depthOf, limitOf } from '../query/limits.js';
import { objectType, selects, type SelectedField } from '../query/selection.js';
import { isAllReadable } from '../remote/readable.js';
import { linksOf, readableLinks, readableWays } from '../remote/traversal.js';
import { foundValue } from './found.js';
import type { Led } from './leads.js';
import { knownArgs, present, valueOf, type Value, type Valuing } from './value.js';

/** A value that is complete once the stores have said what the caller may read. */
interface Later {
  value: unknown;
}

const takenBy = ({ take }: Value, value: unknown, led: Led, owner: string): unknown => (take ? take(value, led, owner) : value);

/** Calls `then` with what may still be asked for: at once where it is known. */
const whenKnown = <T>(led: Led, known: T | Promise<T>, then: (known: T) => void): void => {
  if (known instanceof Promise) led.pending.push(known.then(then));
  else then(known);
};

/** The value of a traversal, from the relationships or paths that the graph gives for a node. */
export const traversalValue = (valuing: Valuing, type: EntityType, field: TraversalField, selected: SelectedField): Value => {
  if (field.kind === 'traverse') return reachedValue(valuing, type, field, selected);
  return field.kind === 'path' ? pathValue(valuing, type, field, selected) : neighbourhoodValue(valuing, type, field, selected);
};

/** Everything reached from a node, itself first. */
const reached = (
  led: Led,
  type: EntityType,
  field: TraverseField | NeighbourhoodField,
  args: SelectedField['args'],
  given: unknown,
  owner: string,
  then: (all: readonly Reached[], links: readonly Link[]) => void,
): void => {
  const depth = depthOf(field.name, args['depth'], field.maxDepth, usualDepth(field));
  whenKnown(led, readableLinks(led.stores, linksOf(led.stores, field, given as readonly GraphLink[])), (links) =>
    then(reachedFrom({ type: type.name, key: owner }, links, field.direction, depth), links),
  );
};

/** Everything reached by following relationships, nearest first, without nodes that are missing or do not match. */
const reachedValue = (valuing: Valuing, type: EntityType, field: TraverseField, selected: SelectedField): Value => {
  const wrapper = { type: field.wrapper, field: field.wrapped, of: field.target };
  const item = foundValue(valuing, wrapper, selected.nodes, selected.args['where']);
  const showsPath = selects(valuing.info, objectType(valuing.info.schema, field.wrapper), selected.nodes, 'path');
  return {
    take: (given, led, owner): Later & { readonly limit: number | undefined } => {
      const args = knownArgs(selected.args, led.run);
      const limit = args['limit'] === null || args['limit'] === undefined ? undefined : limitOf(field.name, args['limit'], valuing.limits);
      const taken = { value: [] as unknown, limit };
      reached(led, type, field, args, given ?? [], owner, (all) => {
        taken.value = all
          .slice(1)
          .filter(({ node }) => node.type === field.target)
          .map(({ node, distance, way }) =>
            item.take({ distance, path: showsPath ? way() : undefined, [field.wrapped]: node }, led, owner),
          );
      });
      return taken;
    },
    write: (taken, texts) => {
      const { value, limit } = taken as Later & { readonly limit: number | undefined };
      const found: string[] = [];
      for (const each of value as readonly unknown[]) {
        if (found.length === limit) break;
        const text = item.write(each, texts);
        if (text !== '') found.push(text);
      }
      return `[${found.join(',')}]`;
    },
    read: (taken, led) => {
      const { value, limit } = taken as Later & { readonly limit: number | undefined };
      const items = present((value as readonly unknown[]).map((each) => item.read(each, led)));
      return items instanceof Error ? items : items.slice(0, limit);
    },
  };
};

/** The shortest path to another node, or all shortest paths. */
const pathValue = (valuing: Valuing, type: EntityType, field: PathField, selected: SelectedField): Value => {
  const client = objectType(valuing.info.schema, type.name).getFields()[field.name]!.type;
  const value = valueOf(valuing, client, selected, 'field');
  return {
    take: (given, led, owner): Later => {
      const args = knownArgs(selected.args, led.run);
      const here: NodeRef = { type: type.name, key: owner };
      depthOf(field.name, args['depth'], field.maxDepth, usualDepth(field));
      const ways = isAllReadable(led.stores.model)
        ? ((given ?? []) as readonly GraphWay[]).map(toWay)
        : readableWays(led.stores, type, field, here, args);
      const taken: Later = { value: null };
      whenKnown(led, ways, (known) => {
        const all = args['to'] === here.key ? [standingStill(here)] : known;
        taken.value = takenBy(value, field.list ? (args['limit'] === 0 ? [] : all) : (all[0] ?? null), led, owner);
      });
      return taken;
    },
    write: (taken, texts) => value.write((taken as Later).value, texts),
    read: (taken, led) => value.read((taken as Later).value, led),
  };
};

/** The nodes around a node, and the relationships between them. Nodes without a label are missing. */
const neighbourhoodValue = (valuing: Valuing, type: EntityType, field: NeighbourhoodField, selected: SelectedField): Value => {
  const client = objectType(valuing.info.schema, type.name).getFields()[field.name]!.type;
  const value = valueOf(valuing, client, selected, 'field');
  return {
    take: (given, led, owner): Later => {
      const args = knownArgs(selected.args, led.run);
      const limit = limitOf(field.name, args['limit'], valuing.limits);
      const taken: Later = { value: null };
      reached(led, type, field, args, given ?? [], owner, (all, links) => {
        const near = all.slice(0, limit);
        const named = Promise.all(near.map(async (each) => [each, await led.nameOf(each.node)] as const));
        const drawn = named.then((known) => {
          const labels = new Map(known.flatMap(([{ node }, label]) => (label === null ? [] : [[nodeId(node), label] as const])));
          const { nodes, edges } = draw(
            near.filter(({ node }) => labels.has(nodeId(node))),
            labels,
            links,
          );
          const shown = nodes.map(({ ref, data }) => ({ node: ref, data }));
          taken.value = takenBy(value, { nodes: shown, edges, truncated: all.length > near.length }, led, owner);
        });
        led.pending.push(drawn);
      });
      return taken;
    },
    write: (taken, texts) => value.write((taken as Later).value, texts),
    read: (taken, led) => value.read((taken as Later).value, led),
  };
};
