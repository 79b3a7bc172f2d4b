/**
 * The gateway on embedded stores: how long to the first answer, what it holds at rest, and how much of the time of graph questions is the
 * stores' own.
 *
 *     node --import tsx bench/embedded.ts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../src/config.js';
import { createSilentLog } from '../src/log.js';
import { serve } from '../src/operations/serve.js';
import { openStores } from '../src/stores/open.js';
import { median } from './measure.js';
import { ask } from './peers.js';
import { residentMemory } from './processes.js';
import { table } from './table.js';

const PROGRAM = fileURLToPath(new URL('../bin/odras-gateway.js', import.meta.url));
/** How often each question is asked; the median counts. */
const TIMES = 200;
/** The embedding model is unloaded when no text has come for a minute. */
const UNLOADED_MS = 65_000;

const REQUIREMENTS = 'requirements(where: {components: {some: {name: {contains: "a"}}}}, sort: [{identifier: ASC}], limit: 20)';
const QUESTIONS = {
  'nodes with two hops': '{ components(sort: [{id: ASC}], limit: 20) { name interfaces { name } processes { name functions { name } } } }',
  'rows, hops to nodes': '{ requirements(sort: [{identifier: ASC}], limit: 20) { identifier components { name interfaces { name } } } }',
  'rows by a condition on nodes': `{ ${REQUIREMENTS} { identifier title } }`,
  'impact of 10 rows, 3 deep': `{ requirements(sort: [{identifier: ASC}], limit: 10) {
    identifier impact(depth: 3) { distance requirement { identifier } } } }`,
  'neighbourhoods of 5 components, 2 deep': `{ components(sort: [{id: ASC}], limit: 5) {
    neighbourhood(depth: 2) { nodes { data { id } } edges { data { source target } } } } }`,
};

const answerOf = async (url: string, query: string): Promise<void> => {
  const text = await ask({ url, body: JSON.stringify({ query }) });
  if (text.includes('"errors"')) throw new Error(`${query}: ${text.slice(0, 500)}`);
};

/** The middle time of many calls, one after the other, in milliseconds. */
const timeOf = async (call: () => Promise<unknown>): Promise<number> => {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return median(times);
};

/** Starts the program on a data folder, and asks at once. */
const start = async (data: string) => {
  const began = performance.now();
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, found] = /open (http\S+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`the gateway did not start:\n${said}`)));
  });
  await answerOf(url, QUESTIONS['rows, hops to nodes']);
  const stop = async () => {
    child.removeAllListeners('exit').kill('SIGTERM');
    await once(child, 'exit');
  };
  return { seconds: (performance.now() - began) / 1000, pid: child.pid!, url, stop };
};

const folder = mkdtempSync(join(tmpdir(), 'odras-bench-embedded-'));
try {
  const data = join(folder, 'data');
  const first = await start(data);
  await first.stop();
  const second = await start(data);
  await sleep(5_000);
  const rest = residentMemory(second.pid).now;
  await answerOf(second.url, '{ search(text: "battery", types: [REQUIREMENT], limit: 3) { score } }');
  const searched = residentMemory(second.pid).now;
  await sleep(UNLOADED_MS);
  const later = residentMemory(second.pid).now;
  await second.stop();
  console.log(
    table(
      ['on embedded stores', 'value'],
      [
        ['first start to its first answer, s', first.seconds.toFixed(1)],
        ['second start to its first answer, s', second.seconds.toFixed(1)],
        ['resident after 5 s, MiB', rest.toFixed(0)],
        ['resident after a search, MiB', searched.toFixed(0)],
        ['resident a minute later, MiB', later.toFixed(0)],
      ],
    ),
  );

  // The statements of each question, as the stores were sent them, run again without the gateway.
  const copy = join(folder, 'copy');
  cpSync(data, copy, { recursive: true });
  const [gateway, alone] = [
    await serve(readConfig({ data, port: '0' }, {}), createSilentLog()),
    await openStores(readConfig({ data: copy }, {}), createSilentLog()),
  ];
  try {
    const { relational, graph } = gateway.engine.stores;
    const calls: (() => Promise<unknown>)[] = [];
    const [read, run] = [relational.read.bind(relational), graph.read.run.bind(graph.read)];
    relational.read = (...args) => {
      calls.push(() => alone.relational.read(args[0], { primary: true }));
      return read(...args);
    };
    graph.read.run = (...args) => {
      calls.push(() => alone.graph.read.run(args[0], args[1]));
      return run(...args);
    };
    const rows: string[][] = [];
    for (const [title, query] of Object.entries(QUESTIONS)) {
      // The third time the statements are the ones that are kept.
      for (let time = 0; time < 3; time += 1) {
        calls.length = 0;
        await answerOf(gateway.url, query);
      }
      const sent = [...calls];
      const whole = await timeOf(() => answerOf(gateway.url, query));
      const own = await timeOf(async () => {
        for (const call of sent) await call();
      });
      rows.push([title, String(sent.length), whole.toFixed(2), own.toFixed(2), (whole / own).toFixed(2)]);
    }
    console.log(`\n${table(['question', 'statements', 'gateway, ms', 'its stores alone, ms', 'ratio'], rows)}`);
  } finally {
    await gateway.close();
    await alone.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
