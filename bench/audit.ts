/**
 * What the audit log costs: the same mutations over HTTP with and without it, in turns, in a database of one's own.
 *
 *     DATABASE_URL=postgres://... node --import tsx bench/audit.ts [ROUNDS]
 */
import { cpuSeconds } from './processes.js';
import { bindSchema } from '../resolvers/bind.js';
import { Audit } from '../src/audit/audit.js';
import { makeAuditTable } from '../src/audit/table.js';
import { readConfig } from '../src/config.js';
import { createEngine } from '../src/engine.js';
import { createSilentLog } from '../src/log.js';
import { compileModel } from '../src/model/compile.js';
import { openGraphSchema } from '../src/model/graph-schema.js';
import { readSchemaFiles } from '../src/operations/schema-files.js';
import { startServer } from '../src/server/server.js';
import { openEmbeddedEmbedder } from '../src/stores/embeddings/embedded.js';
import { openStores } from '../src/stores/open.js';

const SDL = `
  type Item @table(name: "audit_bench") {
    id: ID! @column(default: true) name: String! text: String priority: Int price: Decimal made: DateTime tags: [String!] }`;
const TABLE = `
  DROP TABLE IF EXISTS audit_bench;
  CREATE TABLE audit_bench (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, text text, priority int, price numeric,
    made timestamptz, tags text[]);
  CREATE INDEX ON audit_bench (name)`;
const ROUNDS = Number(process.argv[2] ?? 12);
const ONLY = process.argv[3] ?? '';
const BULK = 1_000;

const log = createSilentLog();
const config = readConfig({ memory: true });
const own = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
const model = compileModel([{ path: 'bench.graphql', text: SDL }, ...own]);
const graphSchema = await openGraphSchema(model);
const stores = await openStores(config, log);
await stores.relational.script(TABLE);
await makeAuditTable(stores.relational);
const audit = new Audit(stores.relational, log);
const embedder = openEmbeddedEmbedder(log);
const open = (kept: Audit | undefined) => {
  const engine = createEngine({ model, stores, embedder, limits: config, graphSchema, audit: kept, log });
  return startServer({ ...config, engine, schema: bindSchema(model, graphSchema), log, host: '127.0.0.1', port: 0 });
};
const servers = { without: await open(undefined), with: await open(audit) };

let serial = 0;
const item = () => {
  serial += 1;
  const text = 'The rover shall keep its batteries above minus ten degrees through the lunar night. '.repeat(3);
  return { name: `REQ-${serial}`, text, priority: serial % 5, price: '12.50', made: '2026-03-01T09:30:00Z', tags: ['thermal', 'power'] };
};
const CREATE = 'mutation Create($input: [ItemCreateInput!]!) { createItems(input: $input) { info { nodesCreated } } }';
const UPDATE = `mutation Update($name: String!, $n: Int!) {
  updateItems(where: {name: {eq: $name}}, update: {priority: {set: $n}}) { info { nodesCreated } } }`;
const ALL = `mutation All($n: Int!, $from: String!) {
  updateItems(where: {name: {gte: $from}}, update: {priority: {add: $n}}) { info { nodesCreated } } }`;
const UPSERT = 'mutation Upsert($input: [ItemCreateInput!]!) { upsertItems(input: $input) { info { nodesCreated } } }';

const send = async (url: string, query: string, variables: object): Promise<void> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { errors } = (await response.json()) as { errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
};

const ids = Array.from({ length: 100 }, () => crypto.randomUUID());
const repeat = async (times: number, work: () => Promise<void>): Promise<void> => {
  for (let index = 0; index < times; index += 1) await work();
};
const KINDS: Record<string, { readonly times: number; readonly run: (url: string) => Promise<void> }> = {
  'single creates, one after the other': { times: 100, run: (url) => repeat(100, () => send(url, CREATE, { input: [item()] })) },
  'single creates, eight at a time': {
    times: 200,
    run: async (url) => {
      await Promise.all(Array.from({ length: 8 }, () => repeat(25, () => send(url, CREATE, { input: [item()] }))));
    },
  },
  [`a create of ${BULK} rows`]: { times: 1, run: (url) => send(url, CREATE, { input: Array.from({ length: BULK }, item) }) },
  'single updates by an indexed column': {
    times: 100,
    run: (url) => repeat(100, () => send(url, UPDATE, { name: `REQ-${1 + Math.floor(Math.random() * 100)}`, n: serial++ % 1_000 })),
  },
  'an update of about 500 rows': { times: 1, run: (url) => send(url, ALL, { from: 'REQ-95', n: 1 }) },
  'upserts of one of 100 rows': {
    times: 100,
    run: (url) => repeat(100, () => send(url, UPSERT, { input: [{ ...item(), id: ids[serial % 100] }] })),
  },
};

const databasePid = Number(process.env['DATABASE_PID'] ?? 0);
/** CPU time of this process, client and gateway, and of the database, in milliseconds. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000 + (databasePid === 0 ? 0 : 1_000 * cpuSeconds(databasePid));
};

const percent = (ratio: number): string => `${((ratio - 1) * 100).toFixed(1)} %`;
const median = (values: readonly number[]): number => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;

for (const [name, { times, run }] of Object.entries(KINDS).filter(([kind]) => kind.includes(ONLY))) {
  const taken = { without: [] as number[], with: [] as number[] };
  const cpu = { without: 0, with: 0 };
  for (let round = -2; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const);
    for (const side of order) {
      const busy = cpuMs();
      const start = performance.now();
      await run(servers[side].url);
      // The rounds before the first warm up.
      if (round < 0) continue;
      taken[side].push((performance.now() - start) / times);
      if (side === 'with') await audit.settle();
      cpu[side] += (cpuMs() - busy) / times / ROUNDS;
    }
  }
  const [plain, kept] = [median(taken.without), median(taken.with)];
  const [plainBest, keptBest] = [Math.min(...taken.without), Math.min(...taken.with)];
  process.stdout.write(
    `${name}: median ${plain.toFixed(2)} ms without, ${kept.toFixed(2)} ms with (${percent(kept / plain)}); ` +
      `best ${plainBest.toFixed(2)} and ${keptBest.toFixed(2)} (${percent(keptBest / plainBest)}); ` +
      `CPU ${cpu.without.toFixed(2)} and ${cpu.with.toFixed(2)} (${percent(cpu.with / cpu.without)})\n`,
  );
}
await Promise.all(Object.values(servers).map((server) => server.close()));
await audit.close();
await embedder.close?.();
await stores.close();
process.exit(0);
