/**
 * What the triggers of the change feed cost whoever writes: single-row updates a second by pgbench, and the time of one update of 100,000
 * rows, with and without them in turns, while a gateway cuts the changes into batches. PostgreSQL has its default settings.
 *
 *     node --import tsx bench/feed.ts [--rounds 5] [--seconds 5]
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { Feed } from '../src/feed/feed.js';
import { makeFeed } from '../src/feed/install.js';
import { triggerName } from '../src/feed/triggers.js';
import { createSilentLog } from '../src/log.js';
import { compileModel } from '../src/model/compile.js';
import { readSchemaFiles } from '../src/operations/schema-files.js';
import { openServerRelational } from '../src/stores/relational/server.js';
import { postgresql } from '../test/servers/postgresql.js';
import { startServer } from '../test/servers/redis.js';
import { median } from './measure.js';
import { table } from './table.js';

const CONNECTIONS = 4;

const OWN = 'type BenchPlain @table(name: "bench_plain") @public { id: ID! value: Int name: String }';

/** Of both tables, the update of one row, whose number pgbench chooses, and of all. */
const TABLES = {
  requirements_enhanced: {
    one: `UPDATE requirements_enhanced SET verification_results = 'run ' || :n WHERE requirement_id = md5('requirement' || :n)::uuid;`,
    all: `UPDATE requirements_enhanced SET verification_results = 'run ' || round(random() * 1000)`,
  },
  bench_plain: {
    one: 'UPDATE bench_plain SET value = value + 1 WHERE id = :n;',
    all: 'UPDATE bench_plain SET value = value + 1',
  },
};

type Name = keyof typeof TABLES;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Debian does not put it on the PATH. */
const pgbench = (): string => {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((one, other) => Number(other) - Number(one)) : [];
  return versions.map((version) => join(debian, version, 'bin/pgbench')).find((path) => existsSync(path)) ?? 'pgbench';
};

/** With the settings of PostgreSQL where the tests have others. */
const start = (folder: string) => {
  const prepare: typeof postgresql.prepare = async (home, port) => {
    const { args, ...rest } = await postgresql.prepare(home, port);
    return { ...rest, args: [...args, '-c', 'fsync=on'] };
  };
  return startServer({ ...postgresql, prepare }, { folder, port: 0 });
};

/** Single-row updates a second. */
const updatesPerSecond = (url: string, name: Name, seconds: number, folder: string): number => {
  const script = join(folder, `${name}.sql`);
  writeFileSync(script, `\\set n random(0, 99999)\n${TABLES[name].one}\n`);
  const options = ['-n', '-M', 'prepared', '-c', `${CONNECTIONS}`, '-j', '1', '-T', `${seconds}`, '-f', script, url];
  const said = execFileSync(pgbench(), options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return Number(/tps = ([\d.]+)/.exec(said)![1]);
};

/** Of an update of all rows, in milliseconds. */
const updateMs = async (client: pg.Client, name: Name): Promise<number> => {
  const begun = performance.now();
  await client.query(TABLES[name].all);
  return performance.now() - begun;
};

/** Percent that the second is more, or with a minus less, than the first. */
const more = (one: number, other: number): string => `${((other / one - 1) * 100).toFixed(1)} %`;

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '5' } },
  });
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  const folder = mkdtempSync(join(tmpdir(), 'odras-bench-feed-'));
  // PostgreSQL does not run as root, and its own user must pass through.
  chmodSync(folder, 0o755);
  const server = await start(folder);
  const client = new pg.Client(server.url);
  const store = await openServerRelational({ url: server.url, poolSize: 2, timeoutMs: 600_000 });
  let feed: Feed | undefined;
  try {
    await client.connect();
    await client.query('BEGIN');
    for (const file of ['../src/operations/demo/odras.sql', 'data/rows.sql'])
      await client.query(readFileSync(new URL(file, import.meta.url), 'utf8'));
    await client.query('COMMIT');
    await client.query(`CREATE TABLE bench_plain (id int PRIMARY KEY, value int, name text);
      INSERT INTO bench_plain SELECT n, 0, 'row ' || n FROM generate_series(0, 99999) n`);
    await client.query('VACUUM ANALYZE');
    await makeFeed(store, compileModel([{ path: 'bench.graphql', text: OWN }, ...readSchemaFiles()]), 24);
    feed = new Feed(store, createSilentLog());
    say(`PostgreSQL ${server.version}, ${CONNECTIONS} connections, ${seconds} s a turn, medians of ${rounds} rounds\n`);
    const rows: string[][] = [];
    for (const name of Object.keys(TABLES) as Name[]) {
      const measures: Record<string, [number[], number[]]> = { one: [[], []], all: [[], []] };
      // The first round warms up.
      for (let round = 0; round <= rounds; round += 1)
        for (const turn of round % 2 === 0 ? [0, 1] : [1, 0]) {
          await client.query(`ALTER TABLE ${name} ${turn === 1 ? 'ENABLE' : 'DISABLE'} TRIGGER ${triggerName('update')}`);
          const measure = async (kind: 'one' | 'all', taken: () => Promise<number>): Promise<void> => {
            await client.query('TRUNCATE odras_gateway.changes');
            await client.query(`VACUUM ${name}`);
            await client.query('CHECKPOINT');
            const value = await taken();
            if (round > 0) measures[kind]![turn]!.push(value);
          };
          await measure('one', async () => updatesPerSecond(server.url, name, seconds, folder));
          await measure('all', () => updateMs(client, name));
        }
      const [one, all] = [measures['one']!.map(median), measures['all']!.map(median)] as [[number, number], [number, number]];
      rows.push([`${name}, one row, updates/s`, one[0].toFixed(0), one[1].toFixed(0), more(one[0], one[1]), '≥ -15 %']);
      rows.push([`${name}, 100,000 rows, ms`, all[0].toFixed(0), all[1].toFixed(0), more(all[0], all[1]), '≤ 25 %']);
    }
    say(table(['update', 'without', 'with', 'difference', 'bar'], rows));
  } finally {
    await feed?.close();
    await store.close();
    await client.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

await main();
