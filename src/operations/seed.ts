import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Engine } from '../engine.js';
import { GatewayError, messageOf } from '../errors.js';
import { projectRows } from '../mutate/projection.js';
import type { Log } from '../log.js';
import { quoteLabel } from '../model/names.js';
import { tableTypes } from '../model/types.js';
import { writeOdrasPoints } from './seed-points.js';
import { quoteName } from '../sql/statement.js';
import { system } from '../sql/source.js';
import { loadDemo } from './demo/load.js';
import type { Demo } from './demo/types.js';
import { withKnownVectors } from './demo/vectors.js';
import { ROOT } from '../root.js';

const FOLDER = new URL('src/operations/demo/', ROOT);

/** Rows that are embedded between two lines of progress. */
const PROGRESS_ROWS = 128;

/** Relationships written by one statement. */
const BLOCK = 500;

/** Existing tables of these names that the gateway did not create must not be filled with demonstration data. */
const intoOdras = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const remedy = 'Take a database, or a data folder, that has no other tables of their names, or set DEMO=false.';
    throw new GatewayError(
      'CONFIG_INVALID',
      { detail: `The ODRAS tables cannot be created and filled: ${messageOf(error)}. ${remedy}` },
      { cause: error },
    );
  }
};

/** Notes which steps are done. */
const STEPS = 'CREATE TABLE IF NOT EXISTS odras_gateway_seed (step text PRIMARY KEY, done_at timestamptz NOT NULL DEFAULT now())';

/**
 * Makes the ODRAS tables, unless this very script has made them and all are there: going through it takes a part of a second. Repeatable.
 */
export const createTables = ({ stores }: Pick<Engine, 'stores'>): Promise<void> => intoOdras(() => makeOdras(stores));

const makeOdras = async ({ relational }: Engine['stores']): Promise<void> => {
  const sql = readFileSync(new URL('odras.sql', FOLDER), 'utf8');
  const step = `tables ${createHash('sha256').update(sql).digest('hex').slice(0, 16)}`;
  const tables = [...sql.matchAll(/^CREATE TABLE IF NOT EXISTS (\w+)/gm)].map(([, name]) => name!);
  const [[missing] = []] = await relational.read(
    {
      text: 'SELECT count(*) FROM unnest($1::text[]) AS t(name) WHERE to_regclass(name) IS NULL',
      values: [[...tables, 'odras_gateway_seed']],
    },
    { primary: true },
  );
  if (
    missing === '0' &&
    (await relational.read({ text: 'SELECT 1 FROM odras_gateway_seed WHERE step = $1', values: [step] }, { primary: true })).length > 0
  )
    return;
  await relational.script(
    `BEGIN;\n${sql}\n${STEPS};\nINSERT INTO odras_gateway_seed (step) VALUES ('${step}') ON CONFLICT DO NOTHING;\nCOMMIT;`,
  );
};

/**
 * Fills the stores with the demonstration data, step by step. Each step may be repeated, and is noted in a table of its
 * own when it is done: a start that was cut short goes on where it stopped, and what users have changed stays.
 */
export const seedDemo = async (engine: Engine, log: Log): Promise<void> => {
  const { pool } = engine.stores.relational;
  await pool.query(STEPS);
  const done = new Set((await pool.query<{ step: string }>('SELECT step FROM odras_gateway_seed')).rows.map(({ step }) => step));
  const projecting = { ...engine, embedder: withKnownVectors(engine.embedder, new URL('vectors.bin', FOLDER)) };
  let demo: Demo | undefined;
  const step = async (name: string, work: (data: Demo) => Promise<void>) => {
    if (done.has(name)) return;
    await work((demo ??= loadDemo(FOLDER)));
    await pool.query('INSERT INTO odras_gateway_seed (step) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
  };
  await step('rows', async (data) => {
    await intoOdras(() => insertRows(engine, data));
    log.info(`  filled   ${data.tables.reduce((sum, { rows }) => sum + rows.length, 0)} rows in ${data.tables.length} tables`);
  });
  // Before the copies: a point that is deleted counts in a server's search for words until it is swept away.
  await step('points', async (data) => {
    await writeOdrasPoints(projecting, data.points);
    log.info(`  embedded ${data.points.length} texts as ODRAS does`);
  });
  for (const type of tableTypes(engine.model)) {
    if (!type.node && !type.embedding) continue;
    await step(`copies of ${type.table.name}`, async ({ points }) => {
      // ODRAS has written the points of all its rows.
      if (!type.node && type.embedding?.points && points.some(({ table }) => table === type.table.name)) return;
      const { rows } = await engine.stores.relational.pool.query<[string]>({
        text: `SELECT ${quoteName(type.table.key[0]!.name)}::text FROM ${system(type.table)} ORDER BY 1`,
        rowMode: 'array',
      });
      const keys = rows.map(([key]) => key);
      for (let start = 0; start < keys.length; start += PROGRESS_ROWS) {
        const error = await projectRows(projecting, type, keys.slice(start, start + PROGRESS_ROWS));
        if (error) throw error;
        if (type.embedding) log.info(`  embedded ${Math.min(start + PROGRESS_ROWS, keys.length)} of ${keys.length} ${type.table.name}`);
      }
    });
  }
  await step('graph', async (data) => {
    await writeGraph(engine, data);
    log.info(`  filled   ${data.nodes.length} nodes, ${data.relationships.length} relationships`);
  });
};

const insertRows = async ({ stores }: Engine, { tables }: Demo): Promise<void> => {
  for (const { table, rows } of tables) {
    const columns = Object.keys(rows[0] ?? {})
      .map(quoteName)
      .join(', ');
    if (columns === '') continue;
    await stores.relational.pool.query(
      `INSERT INTO ${quoteName(table)} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${quoteName(table)}, ` +
        '$1::jsonb) ON CONFLICT DO NOTHING',
      [JSON.stringify(rows)],
    );
  }
};

const writeGraph = ({ stores }: Engine, { nodes, relationships }: Demo): Promise<void> =>
  stores.graph.transaction(async (runner) => {
    const labels = group(nodes, ({ label }) => label);
    for (const [label, items] of labels)
      await runner.run(`UNWIND $rows AS row MERGE (n:${quoteLabel(label)} {id: row.id}) SET n += row.properties`, { rows: items });
    const kinds = group(relationships, ({ type, from, to }) => [type, from.label, to.label].join(' '));
    for (const [kind, items] of kinds) {
      const [type, from, to] = kind.split(' ') as [string, string, string];
      for (let start = 0; start < items.length; start += BLOCK) {
        const rows = items.slice(start, start + BLOCK).map((item) => ({ from: item.from.id, to: item.to.id, properties: item.properties }));
        await runner.run(
          `UNWIND $rows AS row MATCH (a:${quoteLabel(from)} {id: row.from}), (b:${quoteLabel(to)} {id: row.to}) MERGE ` +
            `(a)-[r:${quoteLabel(type)}]->(b) SET r += row.properties`,
          { rows },
        );
      }
    }
  });

const group = <T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const same = groups.get(name);
    if (same) same.push(item);
    else groups.set(name, [item]);
  }
  return groups;
};
