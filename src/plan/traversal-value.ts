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
import type { NeighbourhoodField, PathField, TraversalField, TraverseField } from '../model/fields.js';
import type { EntityType } from '../model/types.js';
import { depthOf, limitOf } from '../query/limits.js';
import { objectType, selects, type SelectedField } from '../query/selection.js';
import { isAllReadable } from '../remote/readable.js';
import { linksOf, readableLinks, readableWays } from '../remote/traversal.js';
import { foundValue, type FoundValue } from './found.js';
import type { Led } from './leads.js';
import { knownArgs, present, valueOf, type Value, type Valuing } from './value.js';

/** A value that is complete once the stores have said what the caller may read. */
interface Later {
  value: unknown;
}

/** A value whose input may still be asked for: `complete` gives it, at once or later. */
const laterValue = (
  { take, write, read }: Value,
  complete: (given: unknown, led: Led, owner: string, give: (known: unknown) => void) => void,
): Value => ({
  take: (given, led, owner): Later => {
    const taken: Later = { value: null };
    complete(given, led, owner, (known) => (taken.value = take ? take(known, led, owner) : known));
    return taken;
  },
  write: (taken, texts) => write((taken as Later).value, texts),
  read: (taken, led) => read((taken as Later).value, led),
});

/** The value of a field of the client's schema, from an object of the gateway itself. */
const clientValue = (valuing: Valuing, type: EntityType, field: TraversalField, selected: SelectedField): Value =>
  valueOf(valuing, objectType(valuing.info.schema, type.name).getFields()[field.name]!.type, selected, 'field');

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

/** Rows or nodes that were found, at most so many. */
interface FoundItems {
  readonly items: readonly unknown[];
  readonly limit: number | undefined;
}

/** The first of these items that are there. */
const foundItems = (item: FoundValue): Value => ({
  take: (given, led, owner): FoundItems => {
    const { items, limit } = given as FoundItems;
    return { items: items.map((each) => item.take(each, led, owner)), limit };
  },
  write: (taken, texts) => {
    const { items, limit } = taken as FoundItems;
    const found: string[] = [];
    for (const each of items) {
      if (found.length === limit) break;
      const text = item.write(each, texts);
      if (text !== '') found.push(text);
    }
    return `[${found.join(',')}]`;
  },
  read: (taken, led) => {
    const { items, limit } = taken as FoundItems;
    const found = present(items.map((each) => item.read(each, led)));
    return found instanceof Error ? found : found.slice(0, limit);
  },
});

/** Everything reached by following relationships, nearest first, without nodes that are missing or do not match. */
const reachedValue = (valuing: Valuing, type: EntityType, field: TraverseField, selected: SelectedField): Value => {
  const wrapper = { type: field.wrapper, field: field.wrapped, of: field.target };
  const item = foundValue(valuing, wrapper, selected.nodes, selected.args['where']);
  const showsPath = selects(valuing.info, objectType(valuing.info.schema, field.wrapper), selected.nodes, 'path');
  return laterValue(foundItems(item), (given, led, owner, give) => {
    const args = knownArgs(selected.args, led.run);
    const limit = args['limit'] === null || args['limit'] === undefined ? undefined : limitOf(field.name, args['limit'], valuing.limits);
    reached(led, type, field, args, given ?? [], owner, (all) => {
      const items = all
        .slice(1)
        .filter(({ node }) => node.type === field.target)
        .map(({ node, distance, way }) => ({ distance, path: showsPath ? way() : undefined, [field.wrapped]: node }));
      give({ items, limit });
    });
  });
};

/** The shortest path to another node, or all shortest paths. */
const pathValue = (valuing: Valuing, type: EntityType, field: PathField, selected: SelectedField): Value =>
  laterValue(clientValue(valuing, type, field, selected), (given, led, owner, give) => {
    const args = knownArgs(selected.args, led.run);
    const here: NodeRef = { type: type.name, key: owner };
    depthOf(field.name, args['depth'], field.maxDepth, usualDepth(field));
    const ways = isAllReadable(led.stores.model)
      ? ((given ?? []) as readonly GraphWay[]).map(toWay)
      : readableWays(led.stores, type, field, here, args);
    whenKnown(led, ways, (known) => {
      const all = args['to'] === here.key ? [standingStill(here)] : known;
      give(field.list ? (args['limit'] === 0 ? [] : all) : (all[0] ?? null));
    });
  });

/** The nodes around a node, and the relationships between them. Nodes without a label are missing. */
const neighbourhoodValue = (valuing: Valuing, type: EntityType, field: NeighbourhoodField, selected: SelectedField): Value =>
  laterValue(clientValue(valuing, type, field, selected), (given, led, owner, give) => {
    const args = knownArgs(selected.args, led.run);
    const limit = limitOf(field.name, args['limit'], valuing.limits);
    reached(led, type, field, args, given ?? [], owner, (all, links) => {
      const near = all.slice(0, limit);
      const named = Promise.all(near.map(async (each) => [each, await led.nameOf(each.node)] as const));
      whenKnown(led, named, (known) => {
        const labels = new Map(known.flatMap(([{ node }, label]) => (label === null ? [] : [[nodeId(node), label] as const])));
        const { nodes, edges } = draw(
          near.filter(({ node }) => labels.has(nodeId(node))),
          labels,
          links,
        );
        give({ nodes: nodes.map(({ ref, data }) => ({ node: ref, data })), edges, truncated: all.length > near.length });
      });
    });
  });
