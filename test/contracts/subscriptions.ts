import { createClient, type Client } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { subscribe, type Subscribed } from '../support/subscribed.js';

const CHANGES = `subscription ($where: RequirementWhere, $operations: [ChangeOperation!], $after: String) {
  requirementChanges(where: $where, operations: $operations, after: $after) {
    position operation actor changedFields
    previous { id identifier priority }
    node { id identifier priority project { name } }
  }
}`;

/** What subscriptions to changes must do, whichever PostgreSQL the rows are in. */
export const subscriptionsContract = (name: string, settings: () => Promise<Record<string, string>>): void => {
  describe(`subscriptions to changes, ${name}`, () => {
    let gateway: TestGateway;
    let project: string;
    const open: Subscribed[] = [];
    const changes = async (variables: Record<string, unknown> = {}, query = CHANGES): Promise<Subscribed> => {
      const subscribed = await subscribe(gateway.url, query, variables);
      open.push(subscribed);
      return subscribed;
    };
    const sql = (text: string) => gateway.engine.stores.relational.script(text);
    const next = async (subscribed: Subscribed): Promise<Record<string, unknown>> => {
      const { data, errors } = await subscribed.next();
      if (errors) throw new Error(JSON.stringify(errors));
      return (data as unknown as { requirementChanges: Record<string, unknown> }).requirementChanges;
    };
    let made = 0;
    const requirement = (priority = 'HIGH') => ({
      project: { connect: { where: { node: { id: { eq: project } } } } },
      identifier: `SUB-${made}`,
      title: 'Changes',
      text: 'The gateway shall tell changes.',
      type: 'FUNCTIONAL',
      priority,
    });
    const create = async (priority = 'HIGH'): Promise<string> => {
      made += 1;
      const { data, errors } = await gateway.send(
        `mutation ($input: [RequirementCreateInput!]!) { createRequirements(input: $input) { requirements { id } } }`,
        { input: [requirement(priority)] },
      );
      if (errors) throw new Error(JSON.stringify(errors));
      return data.createRequirements.requirements[0].id as string;
    };

    beforeAll(async () => {
      gateway = await startTestGateway({ settings: await settings(), feed: true });
      const { data } = await gateway.send('{ projects(limit: 1) { id name } }');
      project = data.projects[0].id as string;
    });
    afterEach(() => {
      for (const each of open.splice(0)) each.close();
    });
    afterAll(() => gateway.close());

    it('tells inserted, updated and deleted rows, with what is selected across stores', async () => {
      const subscribed = await changes();
      const id = await create();
      expect(await next(subscribed)).toMatchObject({
        operation: 'CREATE',
        previous: null,
        node: { id, identifier: `SUB-${made}`, priority: 'HIGH', project: { name: expect.any(String) as string } },
      });
      await sql(`UPDATE requirements_enhanced SET priority = 'low' WHERE requirement_id = '${id}'`);
      expect(await next(subscribed)).toMatchObject({
        operation: 'UPDATE',
        changedFields: expect.arrayContaining(['priority']) as string[],
        previous: { id, priority: 'HIGH' },
        node: { priority: 'LOW' },
      });
      await sql(`DELETE FROM requirements_enhanced WHERE requirement_id = '${id}'`);
      expect(await next(subscribed)).toMatchObject({ operation: 'DELETE', previous: { id, priority: 'LOW' }, node: null });
    });

    it('tells only rows that match, and when a row does not match any more', async () => {
      const subscribed = await changes({ where: { priority: { eq: 'CRITICAL' } } });
      const id = await create('HIGH');
      await sql(`UPDATE requirements_enhanced SET priority = 'critical' WHERE requirement_id = '${id}'`);
      expect(await next(subscribed)).toMatchObject({ operation: 'UPDATE', previous: null, node: { id } });
      await sql(`UPDATE requirements_enhanced SET priority = 'low' WHERE requirement_id = '${id}'`);
      expect(await next(subscribed)).toMatchObject({ operation: 'LEAVE', changedFields: [], previous: { id }, node: null });
    });

    it('evaluates conditions on other rows in the database', async () => {
      const { data } = await gateway.send('query ($id: ID!) { project(id: $id) { name } }', { id: project });
      const subscribed = await changes({ where: { project: { name: { eq: data.project.name } }, priority: { in: ['CRITICAL', 'LOW'] } } });
      await create('HIGH');
      const id = await create('LOW');
      expect(await next(subscribed)).toMatchObject({ operation: 'CREATE', node: { id } });
    });

    it('tells only the operations that are asked for', async () => {
      const subscribed = await changes({ operations: ['DELETE'] });
      const id = await create();
      await sql(`DELETE FROM requirements_enhanced WHERE requirement_id = '${id}'`);
      expect(await next(subscribed)).toMatchObject({ operation: 'DELETE', previous: { id } });
    });

    it('goes on behind a position with exactly what was missed', async () => {
      const subscribed = await changes();
      const first = await create();
      const { position, node } = await next(subscribed);
      expect(node).toMatchObject({ id: first });
      subscribed.close();
      const [second, third] = [await create(), await create()];
      const resumed = await changes({ after: position });
      expect(await next(resumed)).toMatchObject({ operation: 'CREATE', node: { id: second } });
      expect(await next(resumed)).toMatchObject({ operation: 'CREATE', node: { id: third } });
      const fourth = await create();
      expect(await next(resumed)).toMatchObject({ operation: 'CREATE', node: { id: fourth } });
    });

    it('tells everything that is kept, from the beginning', async () => {
      const id = await create();
      const subscribed = await changes({ after: 'BEGINNING' });
      let found = await next(subscribed);
      while ((found['node'] as { id?: string } | null)?.id !== id) found = await next(subscribed);
      expect(found).toMatchObject({ operation: 'CREATE' });
    });

    it('has nothing of a mutation that failed', async () => {
      const subscribed = await changes();
      const { errors } = await gateway.send(
        `mutation ($input: [RequirementCreateInput!]!) { createRequirements(input: $input) { requirements { id } } }`,
        { input: [requirement(), requirement()] },
      );
      expect(errors).toBeDefined();
      const id = await create();
      expect(await next(subscribed)).toMatchObject({ node: { id } });
    });

    it('refuses arguments with an error, not with silence', async () => {
      const wrong = await changes({ after: 'nowhere' });
      expect((await wrong.next()).errors?.[0]).toMatchObject({ extensions: { code: 'BAD_INPUT' } });
      await wrong.ended;
      const unknown = await changes({}, 'subscription { nothingChanges { position } }');
      expect((await unknown.next()).errors?.[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    });

    it('sends equal subscriptions the same', async () => {
      const all = await Promise.all(Array.from({ length: 20 }, () => changes()));
      const id = await create();
      for (const each of all) expect(await next(each)).toMatchObject({ node: { id } });
    });

    it('answers a subscription without a stream with what to do', async () => {
      const { errors } = await gateway.send(CHANGES);
      expect(errors?.[0]).toMatchObject({ extensions: { code: 'SUBSCRIPTION_NEEDS_STREAM' } });
    });

    it('speaks graphql-transport-ws', async () => {
      const client: Client = createClient({ url: gateway.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
      const one = client.iterate({ query: '{ projects(limit: 1) { id } }' });
      expect(await one.next()).toMatchObject({ value: { data: { projects: [{ id: project }] } } });
      const results = client.iterate<Record<string, unknown>>({ query: CHANGES });
      // The protocol does not say when a subscription is open: rows are created until one is told.
      let told: unknown;
      void results.next().then((next) => (told = next));
      const ids: string[] = [];
      await expect
        .poll(async () => {
          ids.push(await create());
          return told;
        })
        .toMatchObject({ value: { data: { requirementChanges: { operation: 'CREATE', node: { id: expect.any(String) as string } } } } });
      expect(ids).toContain(
        (told as { value: { data: { requirementChanges: { node: { id: string } } } } }).value.data.requirementChanges.node.id,
      );
      await results.return!();
      await client.dispose();
    });
  });
};
