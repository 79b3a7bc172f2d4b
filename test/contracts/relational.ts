import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/errors.js';
import { Ending } from '../../src/stores/ending.js';
import type { RelationalStore } from '../../src/stores/types.js';

/** What every relational store must do, embedded or server. */
export const relationalContract = (name: string, open: () => Promise<RelationalStore>): void => {
  describe(`relational store, ${name}`, () => {
    let store: RelationalStore;
    beforeAll(async () => {
      store = await open();
      await store.script(`DROP TABLE IF EXISTS contract; CREATE TABLE contract (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text UNIQUE, amount numeric(20,6), at timestamptz);`);
    });
    afterAll(() => store.close());

    it('answers a ping', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    it('gives rows as arrays of text for columns cast to text', async () => {
      const { rows } = await store.pool.query({
        text: `SELECT 1.50::numeric(10,6)::text, true::text, NULL::text, '2026-03-01 10:00:00+02'::timestamptz::text,
          to_json(ARRAY['a','b'])::text`,
        rowMode: 'array',
      });
      expect(rows).toEqual([['1.500000', 'true', null, '2026-03-01 08:00:00+00', '["a","b"]']]);
    });

    it('binds lists and unnests them with ordinality', async () => {
      const { rows } = await store.pool.query({
        text: 'SELECT k.ord::int, k.key::text FROM unnest($1::uuid[]) WITH ORDINALITY k(key, ord) ORDER BY 1',
        values: [['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']],
        rowMode: 'array',
      });
      expect(rows).toEqual([
        [1, '00000000-0000-4000-8000-000000000001'],
        [2, '00000000-0000-4000-8000-000000000002'],
      ]);
    });

    it('runs a named statement again with other values', async () => {
      const ask = async (value: string) =>
        (await store.pool.query({ name: 'contract_echo', text: 'SELECT upper($1::text)', values: [value], rowMode: 'array' })).rows[0]?.[0];
      expect([await ask('a'), await ask('b')]).toEqual(['A', 'B']);
    });

    it('undoes a transaction that is rolled back', async () => {
      const client = await store.pool.connect();
      await client.query('BEGIN');
      await client.query(`INSERT INTO contract (name) VALUES ('undone')`);
      await client.query('ROLLBACK');
      client.release();
      const { rows } = await store.pool.query(`SELECT count(*)::int AS n FROM contract WHERE name = 'undone'`);
      expect(rows).toEqual([{ n: 0 }]);
    });

    it('keeps what a committed transaction wrote', async () => {
      const client = await store.pool.connect();
      await client.query('BEGIN');
      await client.query(`INSERT INTO contract (name) VALUES ('kept')`);
      await client.query('COMMIT');
      client.release();
      const { rows } = await store.pool.query(`SELECT name FROM contract WHERE name = 'kept'`);
      expect(rows).toEqual([{ name: 'kept' }]);
    });

    it('writes nothing of a transaction whose request ends before its commit', async () => {
      const end = new Ending();
      const transaction = store.transaction(
        async (run) => {
          await run({ text: `INSERT INTO contract (name) VALUES ('late')` });
          end.abort(new GatewayError('REQUEST_TIMEOUT', { timeoutMs: 1 }));
          await run({ text: 'SELECT 1' });
        },
        { signal: end },
      );
      await expect(transaction).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
      // The connection is free again once the transaction is over.
      await store.transaction(async (run) => void (await run({ text: 'SELECT 1' })));
      const { rows } = await store.pool.query(`SELECT count(*)::int AS n FROM contract WHERE name = 'late'`);
      expect(rows).toEqual([{ n: 0 }]);
    });

    it('names the code and the columns of a violated rule', async () => {
      await store.pool.query(`INSERT INTO contract (name) VALUES ('once')`);
      await expect(store.pool.query(`INSERT INTO contract (name) VALUES ('once')`)).rejects.toMatchObject({
        code: '23505',
        detail: expect.stringContaining('(name)') as unknown,
      });
    });

    it('answers the next statement after one that failed', async () => {
      await expect(store.pool.query('SELECT nonsense')).rejects.toMatchObject({ code: '42703' });
      await expect(store.ping()).resolves.toBeUndefined();
    });

    it('answers many statements at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => store.pool.query<{ n: number }>('SELECT $1::int AS n', [index])),
      );
      expect(answers.map(({ rows }) => rows[0]?.n)).toEqual(Array.from({ length: 50 }, (_, index) => index));
    });

    it('closes twice without complaint', async () => {
      const other = await open();
      await other.close();
      await expect(other.close()).resolves.toBeUndefined();
    });
  });
};
