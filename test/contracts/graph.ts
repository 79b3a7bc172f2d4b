import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GraphStore } from '../../src/stores/types.js';

/** What every graph store must do, embedded or server: the Cypher that the gateway and @neo4j/graphql send. */
export const graphContract = (name: string, open: () => Promise<GraphStore>): void => {
  describe(`graph store, ${name}`, () => {
    let store: GraphStore;
    const rows = async (cypher: string, parameters?: Record<string, unknown>) =>
      (await store.read.run(cypher, parameters)).records.map((record) => record.toObject());
    beforeAll(async () => {
      store = await open();
      await store.write.run('CREATE CONSTRAINT contract_part_id IF NOT EXISTS FOR (n:ContractPart) REQUIRE n.id IS UNIQUE');
    });
    beforeEach(async () => {
      await store.write.run('MATCH (n:ContractPart) DETACH DELETE n');
      await store.write.run(`CREATE (a:ContractPart {id: 'a', name: 'Alpha', rank: 1}), (b:ContractPart {id: 'b', name: 'Beta', rank: 2}),
          (c:ContractPart {id: 'c', name: 'Gamma'}),
        (a)-[:NEEDS {weight: 0.5}]->(b), (b)-[:NEEDS]->(c), (c)-[:NEEDS]->(a)`);
    });
    afterAll(() => store.close());

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    it('gives numbers, texts, lists, maps and nulls as plain values', async () => {
      expect(await rows(`RETURN 1 AS whole, 1.5 AS real, 'x' AS text, [1, 'a'] AS list, {k: 2} AS map, null AS none, true AS yes`)).toEqual(
        [{ whole: 1, real: 1.5, text: 'x', list: [1, 'a'], map: { k: 2 }, none: null, yes: true }],
      );
    });

    it('estimates the rows of a statement, where it has a planner with numbers', async () => {
      const estimate = await store.estimate('MATCH (n:ContractPart) WHERE n.rank > $rank RETURN n.id AS id', { rank: 1 });
      if (store.where.startsWith('embedded')) expect(estimate).toBeUndefined();
      else expect(estimate).toBeGreaterThan(0);
    });

    it('runs nothing for an estimate, and expects no rows of what only writes', async () => {
      const writes = [
        "CREATE (:ContractPart {id: 'd'})",
        "MERGE (n:ContractPart {id: $id}) SET n.name = 'Delta'",
        'MATCH (n:ContractPart) DETACH DELETE n',
        'MATCH (n:ContractPart) SET n.rank = 99',
      ];
      for (const cypher of writes) expect((await store.estimate(cypher, { id: 'd' })) ?? 0, cypher).toBe(0);
      expect(await rows('MATCH (n:ContractPart) RETURN n.id AS id, n.rank AS rank ORDER BY id')).toEqual([
        { id: 'a', rank: 1 },
        { id: 'b', rank: 2 },
        { id: 'c', rank: null },
      ]);
    });

    it('finds nodes by a list of keys', async () => {
      const found = await rows('MATCH (n:ContractPart) WHERE n.id IN $keys RETURN n.id AS id ORDER BY id', { keys: ['a', 'c', 'zz'] });
      expect(found).toEqual([{ id: 'a' }, { id: 'c' }]);
    });

    it('takes a keyword as a label and as a relationship type, as @neo4j/graphql writes them', async () => {
      await store.write.run(
        "CREATE (a:ContractPart:Case {id: 'x', name: '(n:Case)'})-[:IN {kept: false}]->(:ContractPart:Set:`Detach` {id: 'y'})",
      );
      expect(
        await rows(
          'MATCH (n:Case&ContractPart)-[r:WITH|IN]->(m:`ContractPart`&Set&Detach) RETURN n {.id, .name, m: m.id} AS n, r.kept AS kept',
        ),
      ).toEqual([{ n: { id: 'x', name: '(n:Case)', m: 'y' }, kept: false }]);
    });

    it('takes a keyword as a property name', async () => {
      await store.write.run('MATCH (n:ContractPart {id: $id}) SET n.`order` = 7, n.`create` = 8', { id: 'a' });
      expect(await rows(`MATCH (n:ContractPart {id: 'a'}) RETURN n { .order, .create } AS n`)).toEqual([{ n: { order: 7, create: 8 } }]);
    });

    it('takes several labels at once', async () => {
      await store.write.run('CREATE (:ContractPart&`Contract Spare` {id: $id})', { id: 's' });
      expect(await rows('MATCH (n:ContractPart&`Contract Spare`) RETURN n.id AS id')).toEqual([{ id: 's' }]);
    });

    it('aggregates inside a map', async () => {
      expect(await rows('MATCH (n:ContractPart) RETURN {nodes: count(n), least: min(n.rank)} AS summary')).toEqual([
        { summary: { nodes: 3, least: 1 } },
      ]);
    });

    it('projects to a map of names only, and ends without a result', async () => {
      expect(await rows(`MATCH (this:ContractPart {id: 'a'}) WITH this RETURN this { key: this.id } AS this`)).toEqual([
        { this: { key: 'a' } },
      ]);
      expect(await rows(`MATCH (this:ContractPart) WITH this ORDER BY this.id RETURN collect(this { key: this.id }) AS data`)).toEqual([
        { data: [{ key: 'a' }, { key: 'b' }, { key: 'c' }] },
      ]);
      await store.write.run(`MATCH (n:ContractPart {id: 'a'}) SET n.rank = 9 FINISH`);
      expect(await rows(`MATCH (n:ContractPart {id: 'a'}) RETURN n.rank AS rank`)).toEqual([{ rank: 9 }]);
    });

    it('deletes what an optional match has found, and keeps the rows where it has found nothing', async () => {
      const cut = async (name: string) =>
        (
          await store.write.run(
            `MATCH (n:ContractPart {id: 'a'}) WITH * CALL (*) { CALL (n) {
              OPTIONAL MATCH (n)-[r:CONTRACT_CUT]->(o:ContractPart {name: $name}) WITH * DELETE r } } WITH n RETURN n.id AS id`,
            { name },
          )
        ).records.map((record) => record.toObject());
      await store.write.run(`MATCH (a:ContractPart {id: 'a'}), (b:ContractPart {id: 'b'}) CREATE (a)-[:CONTRACT_CUT]->(b)`);
      const left = 'MATCH (:ContractPart)-[r:CONTRACT_CUT]->() RETURN count(r) AS left';
      expect([await cut('Nobody'), await rows(left), await cut('Beta'), await rows(left)]).toEqual([
        [{ id: 'a' }],
        [{ left: 1 }],
        [{ id: 'a' }],
        [{ left: 0 }],
      ]);
    });

    it('runs a subquery per row and collects maps', async () => {
      const found = await rows(
        `MATCH (this:ContractPart) WHERE this.id IN $keys
        CALL (this) { MATCH (this)-[edge:NEEDS]->(other:ContractPart) WITH other { .name, weight: edge.weight } AS other
          RETURN collect(other) AS others }
        RETURN this { .id, others: others } AS this ORDER BY this.id`,
        { keys: ['a', 'b'] },
      );
      expect(found).toEqual([
        { this: { id: 'a', others: [{ name: 'Beta', weight: 0.5 }] } },
        { this: { id: 'b', others: [{ name: 'Gamma', weight: null }] } },
      ]);
    });

    it('measures the shortest way along paths of bounded length, cycles included', async () => {
      const found =
        await rows(`MATCH (this:ContractPart {id: 'a'}) MATCH path = (this)<-[:NEEDS*1..5]-(reached:ContractPart) WHERE reached <> this
        WITH reached, min(length(path)) AS distance RETURN {id: reached.id, distance: distance} AS reach ORDER BY reach.distance`);
      expect(found).toEqual([{ reach: { id: 'c', distance: 1 } }, { reach: { id: 'b', distance: 2 } }]);
    });

    it('filters by the existence of a pattern', async () => {
      const found = await rows(
        `MATCH (n:ContractPart) WHERE EXISTS { MATCH (n)-[:NEEDS]->(m:ContractPart) WHERE m.name = $name } RETURN n.id AS id`,
        { name: 'Gamma' },
      );
      expect(found).toEqual([{ id: 'b' }]);
    });

    it('tells exactly one from several, nested too', async () => {
      const one = (from: string, to: string, arrow: string, test: string) =>
        `single(${to} IN [(${from})${arrow}(${to}:ContractPart) WHERE ${test} | 1] WHERE true)`;
      const found = await rows(`MATCH (n:ContractPart)
        WHERE ${one('n', 'm', '-[:NEEDS]->', `(m.name = 'Gamma' AND ${one('m', 'o', '-[:NEEDS]->', `o.name = 'Alpha'`)})`)}
        RETURN n.id AS id`);
      expect(found).toEqual([{ id: 'b' }]);
      await store.write.run(`MATCH (a:ContractPart {id: 'a'}), (c:ContractPart {id: 'c'}) CREATE (a)-[:NEEDS]->(c)`);
      expect(await rows(`MATCH (n:ContractPart) WHERE ${one('n', 'm', '-[:NEEDS]->', 'true')} RETURN n.id AS id ORDER BY id`)).toEqual([
        { id: 'b' },
        { id: 'c' },
      ]);
    });

    it('merges nodes and relationships from rows, and changes nothing the second time', async () => {
      const merge = 'UNWIND $rows AS row MERGE (n:ContractPart {id: row.id}) SET n += row.properties';
      const parameters = {
        rows: [
          { id: 'a', properties: { name: 'Alpha 2', rank: null } },
          { id: 'd', properties: { name: 'Delta' } },
        ],
      };
      await store.write.run(merge, parameters);
      await store.write.run(merge, parameters);
      const link = `MATCH (a:ContractPart {id: 'a'}), (d:ContractPart {id: 'd'}) MERGE (a)-[r:NEEDS]->(d) SET r += $properties`;
      await store.write.run(link, { properties: { weight: 1.5 } });
      await store.write.run(link, { properties: { weight: 1.5 } });
      expect(await rows('MATCH (n:ContractPart) RETURN n.id AS id, n.name AS name, n.rank AS rank ORDER BY id')).toEqual([
        { id: 'a', name: 'Alpha 2', rank: null },
        { id: 'b', name: 'Beta', rank: 2 },
        { id: 'c', name: 'Gamma', rank: null },
        { id: 'd', name: 'Delta', rank: null },
      ]);
      expect(await rows(`MATCH (:ContractPart {id: 'a'})-[r:NEEDS]->(:ContractPart {id: 'd'}) RETURN count(r) AS n`)).toEqual([{ n: 1 }]);
    });

    it('counts what a statement changed', async () => {
      const { summary } = await store.write.run(`CREATE (:ContractPart {id: 'x'})-[:NEEDS]->(:ContractPart {id: 'y'})`);
      expect(summary.counters.updates()).toMatchObject({ nodesCreated: 2, relationshipsCreated: 1 });
    });

    it('refuses a second node with the same unique key', async () => {
      await expect(store.write.run(`CREATE (:ContractPart {id: 'a'})`)).rejects.toThrow();
    });

    it('gives a client error for a pattern that is none, and for a key that exists', async () => {
      await expect(store.read.run('MATCH (n:ContractPart) WHERE n.name =~ $pattern RETURN n.id', { pattern: '(' })).rejects.toMatchObject({
        code: 'Neo.ClientError.Statement.SemanticError',
      });
      await expect(store.write.run(`CREATE (:ContractPart {id: 'a'})`)).rejects.toMatchObject({
        code: 'Neo.ClientError.Schema.ConstraintValidationFailed',
      });
    });

    it('undoes a transaction that fails half-way', async () => {
      const work = store.transaction(async (runner) => {
        await runner.run(`CREATE (:ContractPart {id: 'half'})`);
        throw new Error('stop here');
      });
      await expect(work).rejects.toThrow('stop here');
      expect(await rows(`MATCH (n:ContractPart {id: 'half'}) RETURN n.id AS id`)).toEqual([]);
    });

    it('loses no write of many at once', async () => {
      await Promise.all(Array.from({ length: 40 }, () => store.write.run(`MATCH (n:ContractPart {id: 'a'}) SET n.rank = n.rank + 1`)));
      expect(await rows(`MATCH (n:ContractPart {id: 'a'}) RETURN n.rank AS rank`)).toEqual([{ rank: 41 }]);
    });

    it('treats a hostile value as a value', async () => {
      const hostile = `'}) DETACH DELETE n //`;
      await store.write.run('CREATE (:ContractPart {id: $id})', { id: hostile });
      expect(await rows('MATCH (n:ContractPart) RETURN count(n) AS n')).toEqual([{ n: 4 }]);
    });
  });
};
