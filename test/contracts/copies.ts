import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { openFeed } from '../../src/operations/feed.js';
import { createSilentLog } from '../../src/log.js';
import type { Stores } from '../../src/stores/types.js';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

/** Copies follow their rows, whichever stores they are in. */
export const copiesContract = (name: string, settings: () => Promise<Record<string, string>>): void => {
  describe(`nodes and vectors follow their rows, ${name}`, () => {
    let gateway: TestGateway;
    const sql = (text: string) => gateway.engine.stores.relational.script(text);
    const nodes = async (id: string): Promise<number> => {
      const { records } = await gateway.engine.stores.graph.read.run('MATCH (n:Requirement {id: $id}) RETURN count(n) AS n', { id });
      return records[0]!.get('n') as number;
    };
    const named = async ({ graph }: Stores, name: string): Promise<number> => {
      const { records } = await graph.read.run('MATCH (n:Document) WHERE n.filename = $name RETURN count(n) AS n', { name });
      return records[0]!.get('n') as number;
    };
    const RENAME = 'UPDATE files SET filename = ';
    const ONE = ' WHERE id = (SELECT min(id::text)::uuid FROM files)';
    const points = async (ids: readonly string[]): Promise<number> =>
      (await gateway.engine.stores.vector.client.retrieve('requirements', { ids: [...ids] })).length;
    const eventually = (find: () => Promise<unknown>) => expect.poll(find, { timeout: 30_000, interval: 50 });
    const valuesOf = (project: string) => (id: string, index: number) =>
      `('${id}', '${project}', 'C-${index}', 'Title ${index}', 'Text ${index}.', 'safety')`;
    /** Requirements of a project of its own, by SQL alone. */
    const make = async (count: number): Promise<{ project: string; ids: string[] }> => {
      const project = crypto.randomUUID();
      const ids = Array.from({ length: count }, () => crypto.randomUUID());
      await sql(`
        INSERT INTO projects (project_id, name) VALUES ('${project}', 'Copies ${project}');
        INSERT INTO requirements_enhanced (requirement_id, project_id, requirement_identifier, requirement_title, requirement_text,
          requirement_type) VALUES ${ids.map(valuesOf(project)).join(', ')}`);
      return { project, ids };
    };

    beforeAll(async () => {
      gateway = await startTestGateway({ settings: await settings(), feed: true });
    });
    afterAll(() => gateway?.close());

    it('when another program inserts, updates and deletes them', async () => {
      const { ids } = await make(3);
      const [first] = ids as [string];
      await eventually(() => nodes(first)).toBe(1);
      await eventually(() => points(ids)).toBe(3);
      await sql(`${RENAME} 'renamed'${ONE}`);
      await eventually(() => named(gateway.engine.stores, 'renamed')).toBe(1);
      await sql(`DELETE FROM requirements_enhanced WHERE requirement_id = '${first}'`);
      await eventually(() => nodes(first)).toBe(0);
      await eventually(() => points(ids)).toBe(2);
    });

    it('when a mutation takes others with it, by cascade', async () => {
      const { project, ids } = await make(5);
      await eventually(() => points(ids)).toBe(5);
      const { errors } = await gateway.send('mutation ($id: ID!) { deleteProjects(where: {id: {eq: $id}}) { nodesDeleted } }', {
        id: project,
      });
      expect(errors).toBeUndefined();
      await eventually(() => points(ids)).toBe(0);
      for (const id of ids) await eventually(() => nodes(id)).toBe(0);
    });

    it('when they were written while no gateway ran', async () => {
      const own = await startTestGateway({ settings: await settings() });
      const { stores } = own.engine;
      const open = async () => openFeed({ ...readConfig({}, await settings()), feed: true }, own.engine, createSilentLog());
      const first = await open();
      await stores.relational.script(`${RENAME} 'while it ran'${ONE}`);
      await eventually(() => named(stores, 'while it ran')).toBe(1);
      await first!.close();
      await stores.relational.script(`${RENAME} 'while none ran'${ONE}`);
      const second = await open();
      await eventually(() => named(stores, 'while none ran')).toBe(1);
      await second!.close();
      await own.close();
    });

    it('and those that a mutation has copied itself are not copied again', async () => {
      const { project } = await make(1);
      gateway.recorded.clear();
      const { data, errors } = await gateway.send(
        `mutation ($input: [RequirementCreateInput!]!) { createRequirements(input: $input) { requirements { id } } }`,
        {
          input: [
            {
              project: { connect: { where: { node: { id: { eq: project } } } } },
              identifier: 'ONCE',
              title: 'Once',
              text: 'The gateway shall copy this once.',
              type: 'SAFETY',
            },
          ],
        },
      );
      expect(errors).toBeUndefined();
      const id = data.createRequirements.requirements[0].id as string;
      // Changes are copied in their order: what comes behind it shows that it was passed.
      const { ids } = await make(1);
      await eventually(() => points(ids)).toBe(1);
      expect(gateway.recorded.vector.filter((call) => call.startsWith('upsert') && call.includes(id))).toHaveLength(1);
    });
  });
};
