import type { ExecutionResult } from 'graphql';

/** Where two answers first differ. */
export const difference = (is: unknown, ought: unknown, path = ''): string | undefined => {
  if (Object.is(is, ought) || isRounded(is, ought) || isTied(is, ought, path)) return undefined;
  if (typeof is !== 'object' || typeof ought !== 'object' || is === null || ought === null)
    return `at ${path}: expected ${JSON.stringify(ought)}, but got ${JSON.stringify(is)}`;
  const names = [...new Set([...Object.keys(is), ...Object.keys(ought)])];
  for (const name of names) {
    const found = difference((is as Record<string, unknown>)[name], (ought as Record<string, unknown>)[name], `${path}.${name}`);
    if (found) return found;
  }
  return undefined;
};

/** An average depends on the order in which its numbers are added. */
const isRounded = (is: unknown, ought: unknown): boolean =>
  typeof is === 'number' && typeof ought === 'number' && Math.abs(is - ought) < 1e-9 * Math.abs(ought);

/** Of texts of the same length, a graph takes any for the shortest or the longest. */
const isTied = (is: unknown, ought: unknown, path: string): boolean =>
  /\.(shortest|longest)$/.test(path) && typeof is === 'string' && typeof ought === 'string' && is.length === ought.length;

/** The rows that a mutation has written come in any order. */
export const sorted = (answer: ExecutionResult): ExecutionResult => {
  for (const result of Object.values(answer.data ?? {}))
    if (isWritten(result)) for (const rows of Object.values(result)) if (Array.isArray(rows)) rows.sort(byText);
  return answer;
};
const isWritten = (result: unknown): result is object => typeof result === 'object' && result !== null && 'info' in result;
const byText = (one: unknown, other: unknown): number => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);

/** What of an answer is compared. */
export const shown = ({ data, errors }: ExecutionResult) => ({
  data,
  errors: errors?.map(({ message, path, extensions }) => ({ message, path, code: extensions?.['code'] })),
});
