import { isUnavailable } from '../failures.js';
import type { GraphRunner, GraphScience } from '../types.js';

/** What is called of the plug-in. */
const FUNCTION = 'gds.graph.project';
const PROCEDURES = [
  'gds.graph.list',
  'gds.graph.drop',
  'gds.pageRank.stream',
  'gds.betweenness.stream',
  'gds.degree.stream',
  'gds.wcc.stream',
];

/** How long what was learnt holds, in milliseconds. */
const HELD_MS = 60_000;

/** Graph Data Science on a server. Whether it is there is asked when that is first to be known. */
export const createScience = (timeoutMs: number, run: GraphScience['run'], read: GraphRunner): GraphScience => {
  let held: { readonly answer: Promise<boolean>; readonly until: number } | undefined;
  return {
    timeoutMs,
    run,
    isThere: () => {
      if (held && performance.now() < held.until) return held.answer;
      const answer = learn(read).catch((error: unknown) => {
        // Of a server that is away nothing has been learnt. One that refuses the question has not what is asked about.
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
