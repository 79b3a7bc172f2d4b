import { setTimeout as pause } from 'node:timers/promises';
import type { Writes } from '../engine.js';
import type { Model } from '../model/types.js';
import { capturedTypes } from './captured.js';
import type { Feed, OnChanges } from './feed.js';

/** How long after a failure the feed is asked again, in milliseconds. */
const AGAIN_MS = 1_000;

/**
 * Tells what any program has written, as mutations of this gateway do by themselves: what is kept of these rows, such as who a token
 * belongs to and which projects a caller is a member of, is read again.
 */
export const tellWrites = (model: Model, writes: Pick<Writes, 'tell'>): OnChanges => {
  const types = capturedTypes(model);
  return (changes) =>
    writes.tell({
      types: new Set(changes.flatMap(({ table }) => types.get(table) ?? [])),
      deletes: changes.some(({ operation }) => operation === 'DELETE'),
    });
};

/** Reads the feed for as long as the gateway runs, so that it is told of all changes even if nobody subscribes. */
export const follow = async (feed: Feed, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    try {
      for await (const page of feed.pages(await feed.end(), signal)) void page;
    } catch {
      await pause(AGAIN_MS, undefined, { ref: false });
    }
  }
};
