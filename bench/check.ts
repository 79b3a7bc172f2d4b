/** Every answer must be equal to the limit's before anything is timed. */
import { isDeepStrictEqual } from 'node:util';
import { operations, type OperationName } from './operations.js';
import { ask, type Peer } from './peers.js';

/** Fields whose words are enums in most peers; PostGraphile gives them as they are in the tables. */
const WORDS = new Set(['priority', 'state', 'type']);
const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+?)0*)?(?:Z|\+00(?::00)?)$/;

/** Peers may spell a moment and an enum in their own way; all else must be the same. */
const canonical = (value: unknown, unordered: readonly string[], name = ''): unknown => {
  if (Array.isArray(value)) {
    const items = value.map((each) => canonical(each, unordered));
    return unordered.includes(name) ? items.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)) : items;
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, canonical(each, unordered, key)]));
  if (typeof value !== 'string') return value;
  if (WORDS.has(name)) return value.toUpperCase();
  return value.replace(MOMENT, (_, seconds: string, fraction = '') => `${seconds}.${fraction}Z`);
};

/** Where two answers first differ, for the person who mends it. */
const difference = (one: unknown, other: unknown, path: string): string | undefined => {
  if (isDeepStrictEqual(one, other)) return undefined;
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (isObject(one) && isObject(other)) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const found = difference(one[key], other[key], `${path}.${key}`);
      if (found !== undefined) return found;
    }
  }
  const show = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 200);
  return `${path}: expected ${show(other)}, but got ${show(one)}`;
};

/** The canonical answers to every value of the rotation. */
export const readAnswers = async (peer: Peer, operation: OperationName): Promise<unknown[]> => {
  const answers: unknown[] = [];
  for (const variables of operations[operation].rotation)
    answers.push(canonical(JSON.parse(await ask(peer.request(operation, variables))), operations[operation].unordered ?? []));
  return answers;
};

/** How the peer's answers differ from those expected; undefined when they are the same. */
export const checkPeer = async (peer: Peer, operation: OperationName, expected: readonly unknown[]): Promise<string | undefined> => {
  const answers = await readAnswers(peer, operation);
  for (const [index, answer] of answers.entries()) {
    const found = difference(answer, expected[index], 'answer');
    if (found !== undefined) return `${found}, with ${JSON.stringify(operations[operation].rotation[index])}`;
  }
  return undefined;
};

/** That the answers hold what the operation is named for: an empty list is equal to an empty list, too. */
export const checkShape = (operation: OperationName, answers: readonly unknown[]): string | undefined => {
  const expected = operations[operation].rows;
  const counts = answers.map((answer) => {
    const [root] = Object.values((answer as { data?: Record<string, unknown> | null }).data ?? {});
    return Array.isArray(root) ? root.length : root ? 1 : 0;
  });
  return counts.every((count) => count === expected) ? undefined : `expected ${expected} rows in each answer, but got ${counts.join(', ')}`;
};
