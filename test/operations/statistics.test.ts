import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTables } from '../../src/operations/seed.js';
import { gatherStatistics } from '../../src/operations/statistics.js';
import { openEmbeddedRelational } from '../../src/stores/relational/embedded.js';
import type { RelationalStore } from '../../src/stores/types.js';

let relational: RelationalStore;
beforeAll(async () => {
  relational = await openEmbeddedRelational({});
});
afterAll(() => relational.close());

/** The store, with every script that is sent to it written down. */
const recording = () => {
  const scripts: string[] = [];
  const script = async (sql: string) => {
    scripts.push(sql);
    await relational.script(sql);
  };
  return { scripts, relational: { ...relational, script } };
};

describe('the statistics of an embedded PostgreSQL', () => {
  it('are gathered of tables that have none, and again of those that have grown', async () => {
    await relational.script('CREATE TABLE small (n int); CREATE TABLE "Odd name" (n int); INSERT INTO small VALUES (1)');
    const first = recording();
    await gatherStatistics(first.relational);
    expect(first.scripts).toEqual(['ANALYZE small, "Odd name"']);
    const again = recording();
    await gatherStatistics(again.relational);
    expect(again.scripts).toEqual([]);
    await relational.script('INSERT INTO small SELECT generate_series(1, 10000)');
    const grown = recording();
    await gatherStatistics(grown.relational);
    expect(grown.scripts).toEqual(['ANALYZE small']);
  });
});

describe('the ODRAS tables', () => {
  it('are made once, and again when one is missing', async () => {
    const made = async () => {
      const { scripts, relational: store } = recording();
      await createTables({ stores: { relational: store } as Parameters<typeof createTables>[0]['stores'] });
      return scripts.length;
    };
    expect([await made(), await made()]).toEqual([1, 0]);
    await relational.script('DROP TABLE requirements_history');
    expect([await made(), await made()]).toEqual([1, 0]);
  });
});
