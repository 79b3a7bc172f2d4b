import type { RelationalStore } from '../stores/types.js';
import type { Position } from './position.js';

/** Where a reader that must miss nothing is in the feed; undefined for one that has not begun. */
export const readPlace = async ({ read }: Pick<RelationalStore, 'read'>, reader: string): Promise<Position | undefined> => {
  const text = 'SELECT feed::text, tick::text, seq::text FROM odras_gateway.readers WHERE name = $1';
  const [row] = await read({ text, values: [reader] }, { primary: true });
  return row && { feed: Number(row[0]), tick: Number(row[1]), seq: Number(row[2]) };
};

export const writePlace = async (
  { transaction }: Pick<RelationalStore, 'transaction'>,
  reader: string,
  { feed, tick, seq }: Position,
): Promise<void> => {
  await transaction((run) =>
    run({
      text:
        'INSERT INTO odras_gateway.readers (name, feed, tick, seq) VALUES ($1, $2, $3, $4) ' +
        'ON CONFLICT (name) DO UPDATE SET feed = excluded.feed, tick = excluded.tick, seq = excluded.seq',
      name: 'odras-reader',
      values: [reader, String(feed), String(tick), String(seq)],
    }),
  );
};
