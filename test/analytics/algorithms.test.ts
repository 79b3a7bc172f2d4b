import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analytics/algorithms.js';
import type { Cycles, Groups, NumberedGraph, Scores } from '../../src/analytics/types.js';
import { KARATE } from '../support/karate.js';

const graphOf = (nodes: number, pairs: readonly (readonly [number, number])[]): NumberedGraph => ({
  nodes,
  sources: Int32Array.from(pairs, ([source]) => source),
  targets: Int32Array.from(pairs, ([, target]) => target),
});
const karate = graphOf(34, KARATE);
const at = (scores: Scores, nodes: readonly number[]) => nodes.map((node) => Number(scores[node]!.toFixed(6)));

describe('the karate club', () => {
  it('has the betweenness that networkx documents', () => {
    const scores = analyse(karate, { kind: 'betweenness', normalized: true, directed: false }) as Scores;
    expect(at(scores, [0, 1, 2, 31, 32, 33])).toEqual([0.437635, 0.053937, 0.143657, 0.138276, 0.145247, 0.304075]);
    expect(scores[11]).toBe(0);
  });

  it('has the PageRank that networkx documents', () => {
    const scores = analyse(karate, { kind: 'pageRank', damping: 0.85, directed: false }) as Scores;
    expect(at(scores, [0, 1, 2, 32, 33])).toEqual(
      [0.097002, 0.052878, 0.057078, 0.071693, 0.100919].map((score) => expect.closeTo(score, 4) as number),
    );
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 8);
  });

  it('is one component, and the same communities every time', () => {
    expect((analyse(karate, { kind: 'components' }) as Groups).groups).toEqual([Array.from({ length: 34 }, (_, node) => node)]);
    const found = analyse(karate, { kind: 'communities', resolution: 1 }) as Groups;
    expect(found).toEqual(analyse(karate, { kind: 'communities', resolution: 1 }));
    expect(found.modularity).toBeGreaterThan(0.41);
    expect(found.groups.flat().sort((one, other) => one - other)).toEqual(Array.from({ length: 34 }, (_, node) => node));
    // The two who fell out are apart.
    expect(found.groups.some((group) => group.includes(0) && group.includes(33))).toBe(false);
  });

  it('has degrees that count friendships', () => {
    const scores = analyse(karate, { kind: 'degree', direction: 'BOTH' }) as Scores;
    expect([scores[0], scores[33], scores[11]]).toEqual([16, 17, 1]);
    expect(scores.reduce((sum, score) => sum + score, 0)).toBe(156);
  });
});

describe('a directed graph', () => {
  // 0 -> 1 -> 2 -> 0, 1 -> 3 -> 1, 4 alone, 5 -> 5, and 0 -> 1 a second time.
  const graph = graphOf(6, [
    [0, 1],
    [1, 2],
    [2, 0],
    [1, 3],
    [3, 1],
    [5, 5],
    [0, 1],
  ]);

  it('has elementary cycles, each once, from its lowest node on', () => {
    expect(analyse(graph, { kind: 'cycles', limit: 10, maxLength: 10 })).toEqual({ cycles: [[0, 1, 2], [1, 3], [5]], truncated: false });
    expect(analyse(graph, { kind: 'cycles', limit: 2, maxLength: 10 })).toEqual({
      cycles: [
        [0, 1, 2],
        [1, 3],
      ],
      truncated: true,
    });
    expect(analyse(graph, { kind: 'cycles', limit: 10, maxLength: 2 })).toEqual({ cycles: [[1, 3], [5]], truncated: false });
  });

  it('of four nodes, all tied, has 20 cycles', () => {
    const all = graphOf(
      4,
      [0, 1, 2, 3].flatMap((one) => [0, 1, 2, 3].filter((other) => other !== one).map((other) => [one, other] as const)),
    );
    const { cycles } = analyse(all, { kind: 'cycles', limit: 100, maxLength: 4 }) as Cycles;
    expect(cycles.map((cycle) => cycle.length).sort()).toEqual([
      ...Array<number>(6).fill(2),
      ...Array<number>(8).fill(3),
      ...Array<number>(6).fill(4),
    ]);
    expect(new Set(cycles.map((cycle) => cycle.join())).size).toBe(20);
  });

  it('counts what leaves and what comes, and every relationship between the same two', () => {
    expect(analyse(graph, { kind: 'degree', direction: 'OUT' })).toEqual([2, 2, 1, 1, 0, 1]);
    expect(analyse(graph, { kind: 'degree', direction: 'IN' })).toEqual([1, 3, 1, 1, 0, 1]);
    expect(analyse(graph, { kind: 'degree', direction: 'BOTH' })).toEqual([3, 5, 2, 2, 0, 2]);
  });

  it('has a PageRank whatever the arrows, a loop counted once, with nodes that stand alone behind it', () => {
    // 0 - 1 with a loop at 0, and 2 alone: 0 gives each of its two an equal share.
    const scores = analyse(
      graphOf(3, [
        [0, 1],
        [0, 0],
      ]),
      { kind: 'pageRank', damping: 0.5, directed: false },
    ) as Scores;
    // x0 = 1/6 + x2/6 + x0/4 + x1/2, x1 = 1/6 + x2/6 + x0/4, x2 = 1/6 + x2/6
    expect(scores).toEqual([0.48, 0.32, 0.2].map((score) => expect.closeTo(score, 12) as number));
  });

  it('falls into components whatever the arrows', () => {
    expect((analyse(graph, { kind: 'components' }) as Groups).groups).toEqual([[0, 1, 2, 3], [4], [5]]);
  });

  it('has a betweenness by its arrows', () => {
    // 0 -> 1 -> 2 -> 3: the inner two stand on two ways each.
    expect(
      analyse(
        graphOf(4, [
          [0, 1],
          [1, 2],
          [2, 3],
        ]),
        { kind: 'betweenness', normalized: false, directed: true },
      ),
    ).toEqual([0, 2, 2, 0]);
  });
});

it('a graph without relationships, or without nodes, has its answers', () => {
  const bare = graphOf(2, []);
  expect(analyse(bare, { kind: 'communities', resolution: 1 })).toEqual({ groups: [[0], [1]], modularity: 0 });
  expect(analyse(bare, { kind: 'pageRank', damping: 0.85, directed: true })).toEqual([0.5, 0.5]);
  expect(analyse(bare, { kind: 'betweenness', normalized: true, directed: true })).toEqual([0, 0]);
  const none = graphOf(0, []);
  for (const kind of ['components', 'communities'] as const) expect(analyse(none, { kind, resolution: 1 })).toMatchObject({ groups: [] });
  for (const kind of ['pageRank', 'betweenness'] as const)
    expect(analyse(none, { kind, damping: 0.85, normalized: true, directed: true })).toEqual([]);
});
