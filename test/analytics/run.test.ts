import { expect, it } from 'vitest';
import { runAnalyses } from '../../src/analytics/run.js';
import { GatewayError } from '../../src/errors.js';

const ring = (nodes: number) => ({
  nodes,
  sources: Int32Array.from({ length: nodes }, (_, node) => node),
  targets: Int32Array.from({ length: nodes }, (_, node) => (node + 1) % nodes),
});

it("several analyses are one thread's work, and answer in their order", async () => {
  const [degrees, groups, cycles] = await runAnalyses(
    ring(4),
    [{ kind: 'degree', direction: 'OUT' }, { kind: 'components' }, { kind: 'cycles', limit: 5, maxLength: 10 }],
    undefined,
  );
  expect([degrees, groups, cycles]).toEqual([
    [1, 1, 1, 1],
    { groups: [[0, 1, 2, 3]], modularity: 0 },
    { cycles: [[0, 1, 2, 3]], truncated: false },
  ]);
});

it('an analysis ends with its request, however much is left to do', async () => {
  const controller = new AbortController();
  const reason = new GatewayError('REQUEST_TIMEOUT', { timeoutMs: 1 });
  // Hours of work: every node is on the way between all others.
  const answer = runAnalyses(ring(200_000), [{ kind: 'betweenness', normalized: true, directed: true }], controller.signal);
  setImmediate(() => controller.abort(reason));
  await expect(answer).rejects.toBe(reason);
});
