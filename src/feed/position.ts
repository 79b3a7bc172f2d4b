import { GatewayError } from '../errors.js';

/**
 * A place in the feed: behind the change `seq` of batch `tick`. `feed` is the database that it was read from: after a restore or a
 * promotion another one goes on.
 */
export interface Position {
  readonly feed: number;
  readonly tick: number;
  /** 0 for the beginning of the batch; END for its end. */
  readonly seq: number;
}

/** Behind all changes of a batch. */
export const END = Number.MAX_SAFE_INTEGER;

/** `after` of a subscription that starts with the oldest change that is kept. */
export const BEGINNING = 'BEGINNING';

/** What clients get: opaque, and in the order of the feed only within itself. */
export const writePosition = ({ feed, tick, seq }: Position): string =>
  Buffer.from(`${feed}.${tick}.${seq === END ? '' : seq}`).toString('base64url');

/** @throws GatewayError BAD_INPUT for a text that is no position */
export const readPosition = (text: string, field: string): Position => {
  const match = /^(\d{1,9})\.(\d{1,15})\.(\d{0,15})$/.exec(Buffer.from(text, 'base64url').toString('latin1'));
  if (!match) {
    const detail = `expected a position of the feed or ${BEGINNING}, but got ${JSON.stringify(text.slice(0, 100))}`;
    throw new GatewayError('BAD_INPUT', { argument: 'after', field, detail });
  }
  return { feed: Number(match[1]), tick: Number(match[2]), seq: match[3] === '' ? END : Number(match[3]) };
};
