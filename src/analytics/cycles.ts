import type { Cycles, NumberedGraph } from './types.js';

/**
 * Elementary cycles: those that meet no node twice. Each is found once, from its lowest node on, in the order of nodes.
 * From every start only nodes that can come back to it within the length that is left are entered, so that the search
 * never walks where there is no cycle.
 */
export const elementaryCycles = (graph: NumberedGraph, limit: number, maxLength: number): Cycles => {
  const [after, before] = [neighbours(graph.nodes, graph.sources, graph.targets), neighbours(graph.nodes, graph.targets, graph.sources)];
  const cycles: number[][] = [];
  for (let start = 0; start < graph.nodes; start += 1) {
    const back = hopsBack(before, start, maxLength);
    if (back === undefined) continue;
    const path = [start];
    const onPath = new Set(path);
    const choices = [0];
    while (path.length > 0) {
      const next = after[path.at(-1)!]![choices.at(-1)!];
      choices[choices.length - 1]! += 1;
      if (next === undefined) {
        choices.pop();
        onPath.delete(path.pop()!);
      } else if (next === start) {
        if (cycles.length === limit) return { cycles, truncated: true };
        cycles.push([...path]);
      } else if (!onPath.has(next) && path.length + (back.get(next) ?? Infinity) <= maxLength) {
        path.push(next);
        onPath.add(next);
        choices.push(0);
      }
    }
  }
  return { cycles, truncated: false };
};

/** Hops from each node to the start, over nodes that are not lower than it; undefined when none leads there. */
const hopsBack = (before: readonly (readonly number[])[], start: number, maxLength: number): ReadonlyMap<number, number> | undefined => {
  const hops = new Map<number, number>();
  let frontier = [start];
  for (let distance = 1; distance <= maxLength && frontier.length > 0; distance += 1) {
    const next: number[] = [];
    for (const node of frontier) {
      for (const previous of before[node]!) {
        if (previous < start || hops.has(previous)) continue;
        hops.set(previous, distance);
        if (previous !== start) next.push(previous);
      }
    }
    frontier = next;
  }
  return hops.has(start) ? hops : undefined;
};

/** The distinct neighbours of each node, ascending. */
const neighbours = (nodes: number, from: Int32Array, to: Int32Array): number[][] => {
  const sets = Array.from({ length: nodes }, () => new Set<number>());
  from.forEach((node, index) => sets[node]!.add(to[index]!));
  return sets.map((set) => [...set].sort((one, other) => one - other));
};
