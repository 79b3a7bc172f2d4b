import { capturedTables, nameOf } from './captured.js';
import type { Writes } from '../engine.js';
import type { Model } from '../model/types.js';
import type { Feed } from './feed.js';

/** How long after a failure the feed is asked again, in milliseconds. */
const AGAIN_MS = 1_000;

/**
 * Tells what any program has written, as mutations of this gateway do by themselves: what is kept of these rows, such as who a token
 * belongs to and which projects a caller is a member of, is read again.
 */
export const followWrites = async (feed: Feed, model: Model, writes: Pick<Writes, 'tell'>, signal: AbortSignal): Promise<void> => {
  const types = new Map(capturedTables(model).map((captured) => [nameOf(captured.table), captured.types]));
  while (!signal.aborted) {
    try {
      for await (const { changes } of feed.pages(await feed.end(), signal)) {
        if (changes.length === 0) continue;
        writes.tell({
          types: new Set(changes.flatMap(({ table }) => types.get(table) ?? [])),
          deletes: changes.some(({ operation }) => operation === 'DELETE'),
        });
      }
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS).unref());
    }
  }
};
