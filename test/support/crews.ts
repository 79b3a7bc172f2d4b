import { createWorld, SDL } from './node-where-model.js';
import { createRandom } from './generate.js';
import { openOwnGateway, type OwnGateway } from './own-gateway.js';

export const WORLD = createWorld(createRandom(7));

const clean = (gateway: OwnGateway) =>
  gateway.engine.stores.graph.write.run('MATCH (n) WHERE n:TestJob OR n:TestCrew OR n:TestSlip DETACH DELETE n');

/** A gateway over that world; what it has written is gone when it closes. */
export const openCrews = async (settings: Record<string, string>): Promise<OwnGateway> => {
  const gateway = await openOwnGateway(SDL, settings);
  const { relational, graph } = gateway.engine.stores;
  await relational.script(`CREATE TABLE jobs (job_id text PRIMARY KEY, name text NOT NULL, size int, urgent boolean, part_of text REFERENCES jobs);
        CREATE TABLE slips (slip_id int PRIMARY KEY, text text);
        INSERT INTO slips SELECT n, 'Slip ' || n FROM generate_series(1, 100001) n;
        ${WORLD.jobs.map(({ id, size, urgent, partOf }) => `INSERT INTO jobs VALUES ('${id}', 'Job ${id}', ${size}, ${urgent}, ${partOf === null ? null : `'${partOf}'`});`).join('\n')}`);
  await clean(gateway);
  const edges = (from: string, type: string, to: string) =>
    `UNWIND $edges AS e MATCH (a:${from} {id: e.from}), (b:${to} {id: e.to}) CREATE (a)-[r:${type}]->(b) SET r.hours = e.hours`;
  await graph.write.run('UNWIND $ids AS id CREATE (n:TestJob {id: id})', { ids: [...WORLD.jobs.map(({ id }) => id), ...WORLD.gone] });
  await graph.write.run('UNWIND $crews AS c CREATE (n:TestCrew {id: c.id, name: c.id}) SET n.rank = c.rank', { crews: WORLD.crews });
  await graph.write.run(edges('TestCrew', 'TEST_DOES', 'TestJob'), { edges: WORLD.does });
  await graph.write.run(edges('TestCrew', 'TEST_MATES', 'TestCrew'), { edges: WORLD.mates });
  await graph.write.run(edges('TestJob', 'TEST_AFTER', 'TestJob'), { edges: WORLD.after });
  return {
    ...gateway,
    close: async () => {
      await clean(gateway);
      await gateway.engine.stores.relational.script('DROP TABLE slips; DROP TABLE jobs;');
      await gateway.close();
    },
  };
};

export const ids = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id).sort();
