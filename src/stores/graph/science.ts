import { isUnavailable } from '../failures.js';
import type { GraphRunner, GraphScience } from '../types.js';

/** Procedures of the plug-in that the gateway calls. */
const FUNCTION = 'gds.graph.project';
const PROCEDURES = [
  'gds.graph.list',
  'gds.graph.drop',
  'gds.pageRank.stream',
  'gds.betweenness.stream',
  'gds.degree.stream',
  'gds.wcc.stream',
];

/** How long the result of a check is cached, in milliseconds. */
const HELD_MS = 60_000;

/** Graph Data Science on a server. Whether it is installed is checked on first use. */
export const createScience = (timeoutMs: number, run: GraphScience['run'], read: GraphRunner): GraphScience => {
  let held: { readonly answer: Promise<boolean>; readonly until: number } | undefined;
  return {
    timeoutMs,
    run,
    isThere: () => {
      if (held && performance.now() < held.until) return held.answer;
      const answer = learn(read).catch((error: unknown) => {
        // An unreachable server tells nothing. A server that rejects the check does not have the plug-in.
        if (isUnavailable(error)) held = undefined;
        return false;
      });
      held = { answer, until: performance.now() + HELD_MS };
      return answer;
    },
  };
};

const learn = async (read: GraphRunner): Promise<boolean> => {
  const count = async (kind: 'FUNCTIONS' | 'PROCEDURES', names: readonly string[]) =>
    (
      await read.run(`SHOW ${kind} EXECUTABLE YIELD name WHERE name IN $names RETURN count(DISTINCT name) AS found`, { names })
    ).records[0]?.get('found') as number | undefined;
  return (await count('FUNCTIONS', [FUNCTION])) === 1 && (await count('PROCEDURES', PROCEDURES)) === PROCEDURES.length;
};
