import type { Config } from '../config.js';
import type { Engine } from '../engine.js';
import { counted, messageOf } from '../errors.js';
import { nameOf } from '../feed/captured.js';
import { ChangeReader } from '../feed/changes.js';
import { Feed } from '../feed/feed.js';
import { follow, tellWrites } from '../feed/follow-writes.js';
import { hasFeed, makeFeed, removeFeed, uncaptured } from '../feed/install.js';
import { writePlace } from '../feed/place.js';
import { makeTick } from '../feed/ticker.js';
import type { Log } from '../log.js';
import type { TableType } from '../model/types.js';
import { Copied } from '../mutate/copied.js';
import { CopyFollower, READER } from '../mutate/follow-copies.js';
import { withRelational } from './with-relational.js';

/** The change feed of a gateway that serves. */
export interface OpenedFeed {
  readonly feed: Feed;
  /** Why changes of a type are not in it; undefined if they are. */
  readonly uncaptured: (type: TableType) => string | undefined;
  /** For mutations to note which copies they have written. */
  readonly copied: Copied;
  close(): Promise<void>;
}

/** Opens the change feed. In an embedded PostgreSQL it is made; in a server, `migrate` makes it. */
export const openFeed = async (
  { feed: isOn, relational: server, feedRetentionHours: retentionHours }: Pick<Config, 'feed' | 'relational' | 'feedRetentionHours'>,
  engine: Engine,
  log: Log,
): Promise<OpenedFeed | undefined> => {
  if (!isOn) return undefined;
  const { stores, model, writes } = engine;
  const { relational, availability } = stores;
  let missing = new Set<string>();
  let isThere = false;
  const look = async (): Promise<void> => {
    isThere = await hasFeed(relational);
    if (!isThere) return log.warn('there is no change feed, and so no subscriptions: `odras-gateway migrate` makes it');
    const tables = (await uncaptured(relational, model)).map(({ table }) => nameOf(table));
    missing = new Set(tables);
    if (tables.length > 0)
      log.warn(
        `the change feed lacks changes of ${counted(tables.length, 'table')}: ${tables.join(', ')}. \`odras-gateway migrate\` adds them`,
      );
  };
  if (!server) {
    for (const line of await makeFeed(relational, model, retentionHours)) log.info(`  created  ${line}`);
    isThere = true;
  } else if (availability.relational.isDown)
    availability.relational.whenUp(() => void look().catch((error: unknown) => log.error(messageOf(error))));
  else await look();
  const feed = new Feed(relational, log, { retentionHours }, tellWrites(model, writes));
  const end = new AbortController();
  void follow(feed, end.signal);
  const copied = new Copied();
  const copies = new CopyFollower({ ...engine, copied }, feed, log);
  copies.start();
  return {
    feed,
    copied,
    uncaptured: ({ table }) => (!isThere ? '' : missing.has(nameOf(table)) ? ` of ${nameOf(table)}` : undefined),
    close: async () => {
      end.abort();
      await copies.close();
      await feed.close();
    },
  };
};

/** Takes the change feed out of the database again. */
export const removeFeedFrom = (config: Config, log: Log): Promise<void> =>
  withRelational(config, log, async (relational) => {
    const removed = await removeFeed(relational);
    for (const line of removed) log.info(`  removed  ${line}`);
    if (removed.length === 0) log.info('  nothing to remove: there is no change feed');
  });

/** All copies are written: who follows the rows begins here. */
export const noteCopied = async ({ stores: { relational } }: Engine): Promise<void> => {
  if (!(await hasFeed(relational))) return;
  await makeTick(relational);
  await writePlace(relational, READER, await new ChangeReader(relational).end());
};
