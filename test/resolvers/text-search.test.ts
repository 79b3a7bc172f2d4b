import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateIndexes } from '../../src/operations/migrate.js';
import { verifyIndexes } from '../../src/sql/indexes.js';
import { openTwoWays, type TwoWays } from '../support/two-ways.js';

const SDL = `
  type Article @table(name: "articles") {
    id: ID! @column(type: "integer") title: String! @trigram headline: String @fulltext(language: "german")
      @column(type: "character varying")
    body: String @fulltext @trigram nick: String @trigram @column(type: "citext") }
`;
const WORDS = ['battery', 'flight', 'range', 'radio', 'link', 'rescue', 'sensor', 'ground', 'station', 'payload'];
const TABLES = `
  CREATE EXTENSION citext;
  CREATE TABLE articles (id int PRIMARY KEY, title text NOT NULL, headline varchar, body text, nick citext);
  INSERT INTO articles SELECT i, (ARRAY['${WORDS.join(`','`)}'])[i % 10 + 1] || ' ' || (ARRAY['${WORDS.join(`','`)}'])[i / 10 % 10 + 1],
    NULL,
    'The ' || (ARRAY['${WORDS.join(`','`)}'])[i % 10 + 1] || ' of number ' || i, 'Nick ' || i FROM generate_series(0, 999) i;
  UPDATE articles SET headline = 'Die Häuser am Fluss', body = 'Flying over houses, ranges measured' WHERE id = 7;
`;

let gateway: TwoWays;
beforeAll(async () => {
  gateway = await openTwoWays(SDL, TABLES);
});
afterAll(() => gateway?.close());

const found = async (where: string): Promise<string[]> =>
  ((await gateway.ask(`{ articles(where: ${where}, sort: [{id: ASC}]) { id } }`)) as { articles: { id: string }[] }).articles.map(
    ({ id }) => id,
  );

/** Indexes in the plan of the statement that a condition makes, whole tables being read only where nothing else can be done. */
const served = async (where: string): Promise<string> => {
  gateway.statements.length = 0;
  await found(where);
  const { text, values } = gateway.statements[0]!;
  return gateway.engine.stores.relational.transaction(async (run) => {
    await run({ text: 'SET LOCAL enable_seqscan = off' });
    // The order by key is no reason to go through the key's index.
    await run({ text: 'SET LOCAL enable_indexscan = off' });
    return (await run({ text: `EXPLAIN ${text}`, values: values ?? [] })).flat().join('\n');
  });
};

describe('text indexes', () => {
  it('that are missing are named by the check and made by migrate, once', async () => {
    const { model, stores } = gateway.engine;
    const faults = (await verifyIndexes(model, stores.relational)).map(({ message }) => message);
    expect(faults).toHaveLength(5);
    expect(faults[0]).toBe(
      'Article.title has @trigram, but public.articles has no such index of column title: `odras-gateway migrate` makes it',
    );
    expect(await migrateIndexes(gateway.engine)).toEqual([
      'index articles_title_trigram',
      'index articles_headline_fulltext',
      'index articles_body_fulltext',
      'index articles_body_trigram',
      'index articles_nick_trigram',
    ]);
    expect(await verifyIndexes(model, stores.relational)).toEqual([]);
    expect(await migrateIndexes(gateway.engine)).toEqual([]);
    await stores.relational.script('ANALYZE articles');
  });

  it('serve what asks for words', async () => {
    expect(await found('{body: {matches: "flying house"}}')).toEqual(['7']);
    expect(await found('{body: {matches: "\\"measured range\\""}}')).toEqual([]);
    expect(await found('{body: {matches: "measure -battery"}}')).toEqual(['7']);
    expect(await found('{body: {matches: "batteries"}, id: {in: ["0", "7", "10"]}}')).toEqual(['0', '10']);
    expect(await found('{body: {matches: "flown or batteries"}, id: {in: ["0", "7"]}}')).toEqual(['0']);
    expect(await found('{headline: {matches: "haus"}}')).toEqual(['7']);
    expect(await found('{body: {matches: null}}')).toEqual([]);
    expect(await served('{body: {matches: "flying"}}')).toContain('articles_body_fulltext');
    expect(await served('{headline: {matches: "haus"}}')).toContain('articles_headline_fulltext');
  });

  it('serve what is written alike, and parts of texts', async () => {
    const alike = await found('{title: {similarTo: {text: "batery flihgt", minSimilarity: 0.4}}}');
    expect(alike.length).toBeGreaterThan(0);
    const wanted = Array.from({ length: 1_000 }, (_, id) => ({
      id: String(id),
      title: `${WORDS[id % 10]} ${WORDS[Math.floor(id / 10) % 10]}`,
    }));
    for (const id of alike) expect(wanted[Number(id)]!.title).toMatch(/battery|flight/);
    expect(alike).toContain('10');
    expect(await found('{title: {similarTo: {text: "radio link", minSimilarity: 1}}}')).toEqual(
      wanted.filter(({ title }) => ['radio link', 'link radio'].includes(title)).map(({ id }) => id),
    );
    expect(await served('{title: {similarTo: {text: "radio link"}}}')).toContain('articles_title_trigram');
    expect(await served('{title: {contains: "io li"}}')).toContain('articles_title_trigram');
    expect(await served('{nick: {similarTo: {text: "nick 77"}}}')).toContain('articles_nick_trigram');
    for (const least of [0.1, 1.5])
      expect(
        (await gateway.run(`{ articles(where: {title: {similarTo: {text: "x", minSimilarity: ${least}}}}) { id } }`)).errors![0]!.message,
      ).toContain(`minSimilarity from 0.3 to 1, but got ${least}`);
  });

  it('are what an operator needs: without them there is none', async () => {
    expect((await gateway.run('{ articles(where: {title: {matches: "x"}}) { id } }')).errors![0]!.message).toContain(
      'Field "matches" is not defined',
    );
    expect((await gateway.run('{ articles(where: {headline: {similarTo: {text: "x"}}}) { id } }')).errors![0]!.message).toContain(
      'Field "similarTo" is not defined',
    );
  });
});
