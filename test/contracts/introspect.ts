import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGraphSchema } from '../../src/model/graph-schema.js';
import type { Stores } from '../../src/stores/types.js';
import { temporaryFolder } from '../support/folders.js';
import { Introspected } from '../support/introspected.js';

const key = (number: number): string => `0195b7a0-0000-7000-8000-00000000000${number}`;

const SQL = `
  CREATE TABLE intro_owners (id uuid PRIMARY KEY, name text);
  CREATE TABLE intro_rows (row_id uuid PRIMARY KEY, text text, owner_id varchar(40), qdrant_point_id text, seen_by uuid);
  INSERT INTO intro_owners VALUES ('${key(5)}', 'One'), ('${key(6)}', 'Two');
  INSERT INTO intro_rows VALUES
    ('${key(1)}', 'text', '${key(5)}', '${key(7)}', '${key(5)}'), ('${key(2)}', 'text', '${key(6)}', '${key(8)}', '${key(5)}'),
    ('${key(3)}', 'text', 'unknown', NULL, '${key(5)}')`;

const CYPHER = [
  `CREATE (a:IntroPerson {id: 'a', name: 'Ada', age: 36, height: 2.0, born: date('1815-12-10'), seen: datetime('2026-01-01T10:00:00Z'),
     tags: ['x', 'y'], stars: 5000000000, isIn: true, text: '2026-01-01', password: 'x', keyCount: 1, \`row-token\`: 1}),
   (b:IntroPerson {id: 'b', name: 'Bo', height: 3.0}), (p:IntroPlace {id: 'p'}),
   (a)-[:INTRO_KNOWS {since: 2020, weight: 0.5}]->(b), (a)-[:INTRO_LIVES_IN]->(p), (b)-[:INTRO_LIKES]->(p), (b)-[:INTRO_LIKES]->(a)`,
  `CREATE (:IntroLoose {name: 'no id'})-[:INTRO_LIKES]->(:IntroRow {id: '${key(1)}'})`,
  `MATCH (r:IntroRow), (p:IntroPlace) CREATE (r)-[:INTRO_ABOUT]->(p)`,
];

const LABELS = ['IntroPerson', 'IntroPlace', 'IntroLoose', 'IntroRow'];

/** What introspect reads from all stores together, embedded or servers; on servers there may be more than what is made here. */
export const introspectContract = (name: string, open: () => Promise<Stores>): void => {
  describe(`introspect, ${name}`, () => {
    const { path, remove } = temporaryFolder();
    let stores: Stores;
    let schema: Introspected;
    let text: string;
    const clean = async (): Promise<void> => {
      for (const label of LABELS) await stores.graph.write.run(`MATCH (n:${label}) DETACH DELETE n`);
    };
    beforeAll(async () => {
      stores = await open();
      await clean();
      for (const cypher of CYPHER) await stores.graph.write.run(cypher);
      const { client } = stores.vector;
      const existing = (await client.getCollections()).collections.map((each) => each.name);
      if (!existing.includes('intro_rows')) await client.createCollection('intro_rows', { vectors: { size: 4, distance: 'Cosine' } });
      const point = (id: string, payload: Record<string, unknown>) => ({ id, vector: [1, 0, 0, 0], payload });
      await client.upsert('intro_rows', {
        wait: true,
        points: [
          point(key(1), { owner: key(5), kind: 'a', pages: 3 }),
          point(key(7), { owner: key(6), kind: 'b' }),
          point(key(8), { owner: key(6) }),
        ],
      });
      schema = new Introspected(stores, join(path, 'schema'));
      text = await schema.run(SQL);
    });
    afterAll(async () => {
      await clean();
      await stores.close();
      remove();
    });

    /** The type or enum of this name, as it was written. */
    const typeOf = (type: string): string => new RegExp(`(?<=^|\n)type ${type} [^]*?\n}`).exec(schema.text())?.[0] ?? 'none';

    it('compiles and matches the stores', async () => {
      await openGraphSchema(await schema.verified());
      expect(schema.warnings).toEqual([]);
    });

    it('gives labels types: properties by the types of their values, relationships both ways', () => {
      expect(typeOf('IntroPerson')).toBe(`type IntroPerson @node {
  id: ID!
  age: Int
  born: Date
  height: Float
  isIn: Boolean
  keyCount: Int
  name: String
  rowToken: Int @alias(property: "row-token")
  seen: DateTime
  stars: BigInt
  tags: [String!]
  text: String
  introKnows: [IntroPerson!]! @relationship(type: "INTRO_KNOWS", direction: OUT, properties: "IntroKnowsProperties")
  introLikesIntroPeople: [IntroPerson!]! @relationship(type: "INTRO_LIKES", direction: OUT)
  introLikesIntroPlaces: [IntroPlace!]! @relationship(type: "INTRO_LIKES", direction: OUT)
  introLivesIn: [IntroPlace!]! @relationship(type: "INTRO_LIVES_IN", direction: OUT)
  incomingIntroKnows: [IntroPerson!]! @relationship(type: "INTRO_KNOWS", direction: IN, properties: "IntroKnowsProperties")
  incomingIntroLikes: [IntroPerson!]! @relationship(type: "INTRO_LIKES", direction: IN)
}`);
      expect(typeOf('IntroKnowsProperties')).toBe('type IntroKnowsProperties @relationshipProperties {\n  since: Int\n  weight: Float\n}');
    });

    it('gives a label whose nodes have no id none, and says so', () => {
      expect(typeOf('IntroLoose')).toBe('none');
      expect(text).toContain('# label IntroLoose has no type: 1 of 1 nodes have no property id, by which nodes are looked up');
    });

    it('proposes what seems to belong together, with its evidence', () => {
      const row = typeOf('IntroRow');
      for (const line of [
        'likely: owner: IntroOwner @join(from: "owner_id", type: "character varying") (2 of 3 values are keys of intro_owners)',
        'likely: seenByIntroOwner: IntroOwner @join(from: "seen_by") (3 of 3 values are keys of intro_owners)',
        'likely: @node(labels: ["IntroRow"]) (1 of 1 nodes IntroRow have a key of intro_rows as their id)',
        'likely: introAbout: [IntroPlace!]! @relationship(type: "INTRO_ABOUT", direction: OUT) (1 relationship)',
        'likely: qdrant_point_id is the id of a point in collection intro_rows (2 of 3 sampled points)',
      ])
        expect(row).toContain(`  # ${line}\n`);
      expect(typeOf('IntroOwner')).toContain('# likely: owner in the payload of collection intro_rows is its key (3 of 3 points)');
      expect(text).toContain(
        '# collection intro_rows: 3 points; 4 dimensions, Cosine; payload: kind (string), owner (string), pages (number)',
      );
    });

    it('leaves out properties that look secret', () => {
      expect(schema.lines).toContain('  left out :IntroPerson.password: looks secret');
    });

    it('writes the same again, and is up to date', async () => {
      const before = schema.text();
      await schema.run();
      expect(schema.text()).toBe(before);
      await schema.check();
      expect(schema.lines).toEqual(['  the schema is up to date with the stores']);
    });

    it('keeps the type of a label, whatever its nodes are called later, and takes a row for one where a person says so', async () => {
      const file = schema.file('tables.graphql');
      await stores.graph.write.run(`MATCH (p:IntroPlace) SET p.id = '${key(1)}'`);
      await stores.graph.write.run(`MATCH (r:IntroRow) SET r.id = 'stray'`);
      schema.change('tables.graphql', 'type IntroRow @table(name: "intro_rows")', 'type IntroRow @table(name: "intro_rows") @node');
      await schema.run();
      await openGraphSchema(await schema.verified());
      expect(typeOf('IntroPlace')).not.toBe('none');
      expect(schema.file('tables.graphql')).toBe(file.replace('(name: "intro_rows")', '(name: "intro_rows") @node'));
    });
  });
};
