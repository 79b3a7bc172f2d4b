import neo4j, { type Driver } from 'neo4j-driver';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startNeo4j } from '../test/servers/neo4j.js';
import { key } from './keys.js';

export interface Graph {
  /** bolt://user:password@host:port */
  readonly url: string;
  readonly version: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** Requirements that have hops; all 100,000 have a node. */
const LINKED = 20_000;
const REQUIREMENTS = 100_000;
const COMPONENTS = 500;
const SITES = 100;
const HOPS = 10;
const BLOCK = 10_000;

/** By the key's digits, so that it has nothing to do with the number of the requirement. */
const siteOf = (id: string): number => Number.parseInt(id.slice(0, 8), 16) % SITES;

const CONTENT = createHash('sha256')
  .update(readFileSync(fileURLToPath(import.meta.url)))
  .digest('hex');

/** A real Neo4j of our own with a node for each requirement, and hops. Its data stay for the next run. */
export const openGraph = async (folder: string, say: (line: string) => void): Promise<Graph> => {
  // Old data go with their files: to delete them by Cypher takes longer, and more memory than this server has.
  const note = join(folder, 'graph.content');
  const isFilled = existsSync(note) && readFileSync(note, 'utf8') === CONTENT;
  if (!isFilled) rmSync(join(folder, 'neo4j'), { recursive: true, force: true });
  const server = await startNeo4j({ folder, port: 0 });
  const { host, username, password } = new URL(server.url);
  const driver = neo4j.driver(`bolt://${host}`, neo4j.auth.basic(username, password));
  try {
    if (!isFilled) {
      say('Filling the graph, once.');
      await fill(driver);
      writeFileSync(note, CONTENT);
    }
  } catch (error) {
    await server.stop();
    throw error;
  } finally {
    await driver.close();
  }
  return { url: server.url, version: server.version, pid: server.pid, close: () => server.stop() };
};

const fill = async (driver: Driver): Promise<void> => {
  const run = (cypher: string, parameters = {}) => driver.executeQuery(cypher, parameters, { database: 'neo4j' });
  const inBlocks = async <T>(rows: readonly T[], cypher: string) => {
    for (let start = 0; start < rows.length; start += BLOCK)
      await run(`UNWIND $rows AS row ${cypher}`, { rows: rows.slice(start, start + BLOCK) });
  };
  for (const label of ['Requirement', 'Component'])
    await run(`CREATE CONSTRAINT ${label.toLowerCase()}_id IF NOT EXISTS FOR (n:${label}) REQUIRE n.id IS UNIQUE`);
  const range = (count: number) => Array.from({ length: count }, (_, index) => index);
  const requirement = (index: number) => key('requirement', index);
  const component = (index: number) => key('component', index);
  const kinds = ['SENSOR', 'ACTUATOR', 'COMPUTER', 'RADIO'];
  const parts = range(COMPONENTS).map((index) => ({
    id: component(index),
    name: `Part ${String(index).padStart(3, '0')}`,
    type: kinds[index % 4]!,
  }));
  // Each requirement is deployed to one site: a site has 1 % of them, a kind of site 50 %.
  const sites = range(SITES).map((index) => ({
    id: component(COMPONENTS + index),
    name: `Site ${String(index).padStart(2, '0')}`,
    type: index < SITES / 2 ? 'FIELD' : 'BASE',
  }));
  await inBlocks(range(REQUIREMENTS).map(requirement), 'CREATE (:Requirement {id: row})');
  await inBlocks([...parts, ...sites], 'CREATE (:Component {id: row.id, name: row.name, component_type: row.type})');
  const links = (target: (index: number, hop: number) => string) =>
    range(LINKED)
      .flatMap((index) => range(HOPS).map((hop) => ({ from: requirement(index), to: target(index, hop) })))
      .filter(({ from, to }) => from !== to);
  const deploy = 'MATCH (a:Requirement {id: row.from}) MATCH (b:Component {id: row.to}) CREATE (a)-[:DEPLOYS]->(b)';
  await inBlocks(
    links((index, hop) => requirement((index * 7 + hop * 1999 + 13) % LINKED)),
    'MATCH (a:Requirement {id: row.from}) MATCH (b:Requirement {id: row.to}) CREATE (a)-[:DEPENDS_ON]->(b)',
  );
  await inBlocks(
    links((index, hop) => component((index + hop * 53) % COMPONENTS)),
    deploy,
  );
  await inBlocks(
    range(REQUIREMENTS).map((index) => ({ from: requirement(index), to: component(COMPONENTS + siteOf(requirement(index))) })),
    deploy,
  );
};
