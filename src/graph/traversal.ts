import type { Direction } from '../model/fields.js';

/** A relationship as the graph returns it. */
export interface GraphLink {
  readonly source: string;
  readonly sourceLabels: readonly string[];
  readonly target: string;
  readonly targetLabels: readonly string[];
  readonly type: string;
}

/** A relationship between two nodes of the schema's types. */
export interface Link {
  readonly source: NodeRef;
  readonly target: NodeRef;
  readonly type: string;
}

/** Relationships whose ends both have a type. */
export const toLinks = (links: readonly GraphLink[], typeOf: (labels: readonly string[]) => string | null): Link[] =>
  links.flatMap(({ source, sourceLabels, target, targetLabels, type }) => {
    const link = { source: { type: typeOf(sourceLabels), key: source }, target: { type: typeOf(targetLabels), key: target }, type };
    return link.source.type === null || link.target.type === null ? [] : [link];
  });

/** A node: the name of its type, null where the schema has none for it, and its key. */
export interface NodeRef {
  readonly type: string | null;
  readonly key: string;
}

/** A path through the graph. */
export interface Way {
  readonly length: number;
  readonly nodes: readonly NodeRef[];
  readonly relationships: readonly { readonly type: string; readonly source: string; readonly target: string }[];
}

/** A path as the graph schema returns it, in columns. */
export interface GraphWay {
  readonly keys: readonly string[];
  readonly types: readonly (string | null)[];
  readonly relationships: readonly string[];
  readonly sources: readonly string[];
}

export const toWay = ({ keys, types, relationships, sources }: GraphWay): Way => ({
  length: relationships.length,
  nodes: keys.map((key, index) => ({ key, type: types[index]! })),
  relationships: relationships.map((type, index) => {
    const [one, other] = [keys[index]!, keys[index + 1]!];
    return sources[index] === one ? { type, source: one, target: other } : { type, source: other, target: one };
  }),
});

/** The path without hops. */
export const standingStill = (node: NodeRef): Way => ({ length: 0, nodes: [node], relationships: [] });

export interface Reached {
  readonly node: NodeRef;
  readonly distance: number;
  /** The shortest path; of several, the first in the order of keys. */
  readonly way: () => Way;
}

/** Identifies a node of any type: two types may share a key. */
export const nodeId = ({ type, key }: NodeRef): string => `${type} ${key}`;

interface Step {
  readonly to: NodeRef;
  readonly link: Link;
}

/** Where each node leads to, by `nodeId`. */
const stepsOf = (links: readonly Link[], direction: Direction): Map<string, Step[]> => {
  const steps = new Map<string, Step[]>();
  const add = (from: NodeRef, to: NodeRef, link: Link): void => {
    const id = nodeId(from);
    const list = steps.get(id) ?? [];
    list.push({ to, link });
    steps.set(id, list);
  };
  for (const link of links) {
    const { source, target } = link;
    if (direction !== 'IN') add(source, target, link);
    if (direction !== 'OUT') add(target, source, link);
  }
  return steps;
};

/** Traverses these relationships from a node breadth-first: the node itself, then the nearest, each level by key. */
export const reachedFrom = (start: NodeRef, links: readonly Link[], direction: Direction, depth: number): Reached[] => {
  const steps = stepsOf(links, direction);
  for (const list of steps.values())
    list.sort(
      (one, other) => compare(one.to.key, other.to.key) || compare(one.link.type, other.link.type) || compare(one.to.type!, other.to.type!),
    );
  const found = new Map<string, Reached & { readonly from?: { readonly id: string; readonly link: Link } }>();
  const wayTo = (id: string): Way => {
    const nodes: NodeRef[] = [];
    const relationships: Way['relationships'][number][] = [];
    for (let current = found.get(id)!; ; current = found.get(current.from.id)!) {
      nodes.unshift(current.node);
      if (!current.from) break;
      const { type, source, target } = current.from.link;
      relationships.unshift({ type, source: source.key, target: target.key });
    }
    return { length: relationships.length, nodes, relationships };
  };
  const enter = (node: NodeRef, distance: number, from?: { id: string; link: Link }): string => {
    const id = nodeId(node);
    found.set(id, { node, distance, way: () => wayTo(id), ...(from ? { from } : {}) });
    return id;
  };
  let frontier = [enter(start, 0)];
  for (let distance = 1; distance <= depth && frontier.length > 0; distance += 1) {
    const next: string[] = [];
    for (const id of frontier)
      for (const { to, link } of steps.get(id) ?? []) if (!found.has(nodeId(to))) next.push(enter(to, distance, { id, link }));
    frontier = next;
  }
  return [...found.values()].sort((one, other) => one.distance - other.distance || compare(one.node.key, other.node.key));
};

/** Most ways that are looked at, to find the first of all shortest ones in their order. */
const MAX_WAYS = 10_000;

/** All shortest ways along these relationships to nodes with this key, in the order in which the graph gives them. */
export const shortestWays = (start: NodeRef, to: string, links: readonly Link[], direction: Direction, depth: number): Way[] => {
  const steps = stepsOf(links, direction);
  let ways: Way[] = [standingStill(start)];
  const seen = new Set([nodeId(start)]);
  for (let length = 1; length <= depth && ways.length > 0; length += 1) {
    ways = ways
      .flatMap(({ nodes, relationships }) =>
        (steps.get(nodeId(nodes.at(-1)!)) ?? [])
          .filter((step) => !seen.has(nodeId(step.to)))
          .map(({ to: next, link: { type, source, target } }): Way => {
            const hop = { type, source: source.key, target: target.key };
            return { length, nodes: [...nodes, next], relationships: [...relationships, hop] };
          }),
      )
      .slice(0, MAX_WAYS);
    const found = ways.filter(({ nodes }) => nodes.at(-1)!.key === to);
    if (found.length > 0) return found.sort((one, other) => compare(textOf(one), textOf(other)));
    for (const { nodes } of ways) seen.add(nodeId(nodes.at(-1)!));
  }
  return [];
};

const textOf = ({ nodes, relationships }: Way): string =>
  [...nodes.map(({ key }) => key), ...relationships.map(({ type }) => type), ...relationships.map(({ source }) => source)]
    .map((part) => ` ${part}`)
    .join('');

export const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** A node of a drawing. */
export interface DrawnNode {
  readonly ref: NodeRef;
  readonly data: { readonly id: string; readonly label: string; readonly type: string; readonly distance: number };
}

export interface DrawnEdge {
  readonly data: { readonly id: string; readonly source: string; readonly target: string; readonly label: string };
}

/** Nodes and edges for Cytoscape, with ids that are unique whatever the keys are. */
export const draw = (
  reached: readonly Reached[],
  labels: ReadonlyMap<string, string>,
  links: readonly Link[],
): { nodes: DrawnNode[]; edges: DrawnEdge[] } => {
  const times = new Map<string, number>();
  for (const { node } of reached) times.set(node.key, (times.get(node.key) ?? 0) + 1);
  const ids = new Map(reached.map(({ node }) => [nodeId(node), times.get(node.key) === 1 ? node.key : `${node.type}:${node.key}`]));
  const nodes = reached.map(({ node, distance }) => ({
    ref: node,
    data: { id: ids.get(nodeId(node))!, label: labels.get(nodeId(node))!, type: node.type!, distance },
  }));
  const seen = new Map<string, number>();
  const edges = links
    .flatMap((link) => {
      const [source, target] = [ids.get(nodeId(link.source)), ids.get(nodeId(link.target))];
      return source === undefined || target === undefined
        ? []
        : [{ id: `${source} ${link.type} ${target}`, source, target, label: link.type }];
    })
    .sort((one, other) => compare(one.id, other.id))
    .map((edge) => {
      // The same relationship may occur twice.
      const count = (seen.get(edge.id) ?? 0) + 1;
      seen.set(edge.id, count);
      return { data: { ...edge, id: count === 1 ? edge.id : `${edge.id} ${count}` } };
    });
  return { nodes, edges };
};
