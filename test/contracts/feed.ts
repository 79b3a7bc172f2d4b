import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../src/feed/changes.js';
import { Feed } from '../../src/feed/feed.js';
import { hasFeed, makeFeed, removeFeed, uncaptured } from '../../src/feed/install.js';
import { BEGINNING, END, readPosition, writePosition, type Position } from '../../src/feed/position.js';
import { removeOld } from '../../src/feed/ticker.js';
import { createSilentLog } from '../../src/log.js';
import type { RelationalStore, SqlRunner } from '../../src/stores/types.js';
import { compileOwn } from '../support/own-model.js';

const MODEL = compileOwn(`
  type Depot @table(name: "feed_depots") @public {
    id: ID! name: String tags: [String!] at: DateTime crates: [Crate!]! @join(to: "depot_id")
  }
  type Crate @table(name: "feed_crates") @public { id: ID! weight: Int depot: Depot @join(from: "depot_id") }
`);

const TABLES = `
  DROP TABLE IF EXISTS feed_crates, feed_depots;
  CREATE TABLE feed_depots (id text PRIMARY KEY, name text, tags text[], at timestamptz, secret text);
  CREATE TABLE feed_crates (id int PRIMARY KEY, weight int, depot_id text REFERENCES feed_depots ON DELETE CASCADE);`;

/** The changes behind a position, until one of them satisfies `last`. */
export const changesUntil = async (feed: Feed, from: Position, last: (change: Change) => boolean): Promise<Change[]> => {
  const end = new AbortController();
  const found: Change[] = [];
  for await (const { changes } of feed.pages(from, end.signal)) {
    found.push(...changes);
    if (changes.some(last)) end.abort();
  }
  return found;
};

const short = ({ table, operation, before, after, columns }: Change): unknown[] => [
  table.replace('public.feed_', ''),
  operation,
  before?.['id'] ?? null,
  after?.['id'] ?? null,
  columns,
];

/** What the change feed must do on every PostgreSQL. */
export const feedContract = (name: string, open: () => Promise<RelationalStore>): void => {
  describe(`change feed, ${name}`, () => {
    let store: RelationalStore;
    let feed: Feed;
    const sql = (text: string) => store.script(text);
    /** Changes that a script makes. */
    const changesOf = async (text: string): Promise<Change[]> => {
      const from = await feed.end();
      await sql(text);
      await sql(`INSERT INTO feed_depots (id) VALUES ('last'); DELETE FROM feed_depots WHERE id = 'last'`);
      const found = await changesUntil(feed, from, ({ operation, before }) => operation === 'DELETE' && before?.['id'] === 'last');
      return found.filter(({ before, after }) => (before ?? after)!['id'] !== 'last');
    };

    beforeAll(async () => {
      store = await open();
      await removeFeed(store);
      await sql(TABLES);
      await makeFeed(store, MODEL, 24);
      feed = new Feed(store, createSilentLog());
    });
    afterAll(async () => {
      await feed.close();
      await removeFeed(store);
      await sql('DROP TABLE IF EXISTS feed_crates, feed_depots');
      await store.close();
    });

    it('is made once, and knows that it is there', async () => {
      expect(await hasFeed(store)).toBe(true);
      expect(await uncaptured(store, MODEL)).toEqual([]);
      expect(await makeFeed(store, MODEL, 24)).toEqual([]);
    });

    it('has inserted, updated and deleted rows, in order, with the columns that changed', async () => {
      const changes = await changesOf(`
        INSERT INTO feed_depots (id, name, secret) VALUES ('a', 'North', 's'), ('b', NULL, 's');
        UPDATE feed_depots SET name = 'South' WHERE id = 'a';
        UPDATE feed_depots SET secret = 'other';
        DELETE FROM feed_depots WHERE id = 'b';`);
      expect(changes.map(short)).toEqual([
        ['depots', 'INSERT', null, 'a', ['at', 'id', 'name', 'tags']],
        ['depots', 'INSERT', null, 'b', ['at', 'id', 'name', 'tags']],
        ['depots', 'UPDATE', 'a', 'a', ['name']],
        ['depots', 'DELETE', 'b', null, ['at', 'id', 'name', 'tags']],
      ]);
      expect(changes[2]).toMatchObject({ before: { name: 'North' }, after: { name: 'South' }, actor: null, requestId: null });
    });

    it('has values as the database prints them, whatever the session of the writer has set', async () => {
      const [change] = await changesOf(`
        SET datestyle = 'German'; SET timezone = 'Asia/Tokyo';
        INSERT INTO feed_depots VALUES ('c', E'a "quoted", {odd}\\\\ \\n text', ARRAY['x, y', NULL, ''], '2026-03-01T10:00:00.5Z');
        RESET datestyle; SET timezone = 'UTC';`);
      expect(change?.after).toEqual({
        id: 'c',
        name: 'a "quoted", {odd}\\ \n text',
        tags: '{"x, y",NULL,""}',
        at: '2026-03-01 10:00:00.5+00',
      });
    });

    it('has no column that the schema does not name', async () => {
      const [change] = await changesOf(`INSERT INTO feed_depots (id, secret) VALUES ('s', 'hidden')`);
      expect(JSON.stringify(change)).not.toContain('hidden');
    });

    it('has the rows that cascades and TRUNCATE take', async () => {
      const changes = await changesOf(`
        INSERT INTO feed_depots (id) VALUES ('d');
        INSERT INTO feed_crates VALUES (1, 5, 'd'), (2, 6, 'd'), (3, 7, 'a');
        DELETE FROM feed_depots WHERE id = 'd';
        TRUNCATE feed_crates;`);
      expect(changes.slice(4).map((change) => short(change).slice(0, 3))).toEqual(
        expect.arrayContaining([
          ['crates', 'DELETE', '1'],
          ['crates', 'DELETE', '2'],
          ['depots', 'DELETE', 'd'],
          ['crates', 'DELETE', '3'],
        ]),
      );
      expect(changes).toHaveLength(8);
    });

    it('takes a row whose key was changed for another row', async () => {
      const changes = await changesOf(`INSERT INTO feed_depots (id) VALUES ('e'); UPDATE feed_depots SET id = 'f' WHERE id = 'e'`);
      expect(
        changes
          .slice(1)
          .map((change) => short(change).slice(1, 4))
          .sort(),
      ).toEqual([
        ['DELETE', 'e', null],
        ['INSERT', null, 'f'],
      ]);
    });

    it('has nothing of what was rolled back', async () => {
      const changes = await changesOf(`
        BEGIN; INSERT INTO feed_depots (id) VALUES ('g'); ROLLBACK;
        BEGIN; INSERT INTO feed_depots (id) VALUES ('h'); SAVEPOINT s; INSERT INTO feed_depots (id) VALUES ('i'); ROLLBACK TO s; COMMIT;`);
      expect(changes.map((change) => short(change)[3])).toEqual(['h']);
    });

    it('says who wrote, where the transaction says so', async () => {
      const [change] = await changesOf(`
        BEGIN; SET LOCAL odras_gateway.actor = 'user-1'; SET LOCAL odras_gateway.request_id = 'r1';
        INSERT INTO feed_depots (id) VALUES ('j'); COMMIT;`);
      expect(change).toMatchObject({ actor: 'user-1', requestId: 'r1' });
    });

    it('gives the same changes again from a position, within a batch too', async () => {
      const from = await feed.end();
      await sql(`INSERT INTO feed_depots (id) SELECT 'many' || n FROM generate_series(1, 2500) n`);
      const isLast = ({ after }: Change): boolean => after?.['id'] === 'many2500';
      const all = await changesUntil(feed, from, isLast);
      expect(all).toHaveLength(2_500);
      for (const index of [0, 999, 1_000, 1_777]) {
        const position = await feed.start(writePosition(all[index]!.position), 'test');
        const rest = await changesUntil(feed, position, isLast);
        expect(rest.map(({ after }) => after!['id'])).toEqual(all.slice(index + 1).map(({ after }) => after!['id']));
      }
      const everything = await changesUntil(feed, await feed.start(BEGINNING, 'test'), isLast);
      expect(everything.length).toBeGreaterThan(2_500);
    });

    it('refuses positions that it does not have', async () => {
      const end = await feed.end();
      const start = (position: Position) => feed.start(writePosition(position), 'test');
      await expect(start({ ...end, tick: end.tick + 1 })).rejects.toMatchObject({ code: 'RESYNC_REQUIRED' });
      await expect(start({ ...end, feed: end.feed + 1 })).rejects.toMatchObject({ code: 'RESYNC_REQUIRED' });
      await expect(feed.start('no position', 'test')).rejects.toMatchObject({ code: 'BAD_INPUT' });
      expect(readPosition(writePosition(end), 'test')).toEqual({ ...end, seq: END });
      await sql(`INSERT INTO feed_depots (id) VALUES ('k')`);
      await changesUntil(feed, end, () => true);
      await sql('DELETE FROM odras_gateway.ticks WHERE id <= (SELECT max(id) - 1 FROM odras_gateway.ticks)');
      await expect(start(end)).rejects.toMatchObject({ code: 'RESYNC_REQUIRED' });
    });

    it('empties the part of the time that is over, with its ticks, and nothing that is newer', async () => {
      const end = await feed.end();
      await sql(`INSERT INTO feed_depots (id) VALUES ('old')`);
      await changesUntil(feed, end, () => true);
      const count = async (table: string) => Number((await store.read({ text: `SELECT count(*) FROM odras_gateway.${table}` }))[0]![0]);
      const next = `(((extract(epoch FROM now()) / ${(24 * 3_600) / 6})::bigint + 1) % 8)`;
      const run: SqlRunner = (statement) => store.transaction((each) => each(statement));
      await sql(`UPDATE odras_gateway.changes SET slot = ${next}, at = now() - interval '23 hours'`);
      await removeOld(run, 24);
      expect(await count('changes')).toBeGreaterThan(0);
      await sql(`UPDATE odras_gateway.changes SET at = now() - interval '25 hours';
        UPDATE odras_gateway.ticks SET at = now() - interval '25 hours'`);
      await removeOld(run, 24);
      expect([await count('changes'), await count('ticks')]).toEqual([0, 1]);
    });

    it('goes on under another number when the database was replaced', async () => {
      const before = await feed.end();
      await sql(`UPDATE odras_gateway.feeds SET timeline = '0', first_tick = 0`);
      await feed.close();
      feed = new Feed(store, createSilentLog());
      await expect.poll(async () => (await feed.end()).feed, { timeout: 15_000 }).toBe(before.feed + 1);
      await sql(`INSERT INTO feed_depots (id) VALUES ('l')`);
      const [change] = await changesUntil(feed, await feed.start(BEGINNING, 'test'), ({ after }) => after?.['id'] === 'l');
      expect(change?.position.feed).toBe(before.feed + 1);
      await sql(`UPDATE odras_gateway.feeds SET first_tick = ${before.tick - 1} WHERE id = ${before.feed + 1}`);
      await expect(feed.start(writePosition(before), 'test')).rejects.toMatchObject({ code: 'RESYNC_REQUIRED' });
    });
  });
};
