import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer, TestGateway } from '../support/gateway.js';

import { countRequirements, CREATE, newRequirement } from '../support/new-requirements.js';

type Rows = Answer[];

/** What a client sees of the gateway's writes, whichever stores are behind it: the demonstration data is in them. */
export const mutationsContract = (profile: string, start: () => Promise<TestGateway>): void => {
  describe(`mutations on ${profile}`, () => {
    let gateway: TestGateway;
    let project: string;
    const ask = async (query: string, variables?: Record<string, unknown>): Promise<Answer> => {
      const { data, errors } = await gateway.send(query, variables);
      expect(errors).toBeUndefined();
      return data;
    };

    const requirement = (identifier: string, more?: object) => newRequirement(project, identifier, more);
    const counts = () => countRequirements(gateway);

    beforeAll(async () => {
      gateway = await start();
      const data = await ask('{ projects(where: {domain: {eq: "operations"}}) { id } }');
      project = (data['projects'] as Rows)[0]!['id'];
    });
    afterAll(() => gateway.close());
    beforeEach(async () => {
      await ask('mutation { deleteRequirements(where: {identifier: {startsWith: "NEW-"}}) { nodesDeleted } }');
    });

    describe('create', () => {
      it('writes the row, its graph node and its vector before it answers', async () => {
        const before = await counts();
        const data = await ask(CREATE, {
          input: [
            requirement('NEW-1', { tags: ['weather'], createdBy: { connect: { where: { node: { username: { eq: 'moreau' } } } } } }),
            requirement('NEW-2', { state: 'REVIEW', title: 'Warning of hail' }),
          ],
        });
        const { info, requirements } = data['createRequirements'] as { info: object; requirements: Rows };
        expect(info).toEqual({ nodesCreated: 2, relationshipsCreated: 3 });
        expect(requirements[0]).toMatchObject({
          identifier: 'NEW-1',
          state: 'DRAFT',
          version: 1,
          tags: ['weather'],
          project: { id: project },
          createdBy: { username: 'moreau' },
          components: [],
        });
        expect(requirements[1]).toMatchObject({ identifier: 'NEW-2', state: 'REVIEW', createdBy: null });
        expect(requirements[0]!['similar'][0]).toMatchObject({ requirement: { identifier: 'NEW-2' } });
        expect(await counts()).toEqual(before.map((count) => count + 2));
        const node = await gateway.engine.stores.graph.read.run(
          'MATCH (n:Requirement {id: $id}) RETURN n { .text, .priority, .requirement_type } AS n',
          { id: requirements[0]!['id'] },
        );
        expect(node.records[0]!.get('n')).toEqual({ text: requirement('x').text, priority: 'medium', requirement_type: 'safety' });
        const { search } = (await ask(
          '{ search(text: "warning of rain", types: [REQUIREMENT], limit: 1) { node { ... on Requirement { identifier } } } }',
        )) as { search: Rows };
        expect(search[0]!['node']).toEqual({ identifier: 'NEW-1' });
      });

      it('lets the database number a requirement', async () => {
        const data = await ask(CREATE, { input: [requirement('')] });
        const [row] = data['createRequirements']['requirements'] as Rows;
        expect(row!['identifier']).toMatch(/^REQ-\d+$/);
        await ask('mutation ($id: ID!) { deleteRequirements(where: {id: {eq: $id}}) { nodesDeleted } }', { id: row!['id'] });
      });

      it('takes a member by both parts of its key', async () => {
        const data =
          await ask(`mutation { createProjectMembers(input: [{role: "viewer", user: {connect: {where: {node: {username: {eq: "whitcomb"}}}}}, project: {connect: {where: {node: {domain: {eq: "sensing"}}}}}}]) { projectMembers { role user { username } project { domain } } }
          updateProjectMembers(where: {user: {username: {eq: "whitcomb"}}}, update: {role: {set: "editor"}}) { projectMembers { role } }
          deleteProjectMembers(where: {user: {username: {eq: "whitcomb"}}}) { nodesDeleted } }`);
        expect(data['createProjectMembers']).toEqual({ projectMembers: [] });
        expect(data['deleteProjectMembers']).toEqual({ nodesDeleted: 1 });
      });
    });

    describe('update', () => {
      it('sets columns and references, and the copies follow', async () => {
        await ask(CREATE, { input: [requirement('NEW-1')] });
        const data = await ask(`mutation { updateRequirements(where: {identifier: {eq: "NEW-1"}}, update: {
          text: {set: "The mast SHALL carry a zebra."}, rationale: {set: "Visibility."}, version: {add: 10}, parent: {connect: {where: {node: {identifier: {eq: "GND-001"}}}}} }) {
          info { nodesCreated } requirements { text rationale parent { identifier } history { changeType oldValue newValue } } } }`);
        const [row] = data['updateRequirements']['requirements'] as Rows;
        expect(row).toMatchObject({ text: 'The mast SHALL carry a zebra.', rationale: 'Visibility.', parent: { identifier: 'GND-001' } });
        expect((row!['history'] as Rows).map(({ changeType }) => changeType)).toContain('TEXT_UPDATED');
        const { search } = (await ask(
          '{ search(text: "a zebra on the mast", types: [REQUIREMENT], limit: 1) { node { ... on Requirement { identifier } } } }',
        )) as { search: Rows };
        expect(search[0]!['node']).toEqual({ identifier: 'NEW-1' });
        const cleared = await ask(
          'mutation { updateRequirements(where: {identifier: {eq: "NEW-1"}}, update: {rationale: {set: null}, parent: {disconnect: true}}) { requirements { rationale parent { id } } } }',
        );
        expect(cleared['updateRequirements']['requirements']).toEqual([{ rationale: null, parent: null }]);
      });

      it('does one operation to a column, and adds nothing for null', async () => {
        await ask(CREATE, { input: [requirement('NEW-1')] });
        const update =
          'mutation ($update: RequirementUpdateInput) { updateRequirements(where: {identifier: {eq: "NEW-1"}}, update: $update) { info { relationshipsCreated } requirements { version } } }';
        expect((await ask(update, { update: { version: { add: null } } })).updateRequirements.requirements).toEqual([{ version: 1 }]);
        const { errors } = await gateway.send(update, { update: { version: { set: 3, add: 1 } } });
        expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_INPUT' });
        const none = await ask(
          'mutation { updateRequirements(where: {identifier: {eq: "none"}}, update: {parent: {connect: {where: {node: {identifier: {eq: "GND-001"}}}}}}) { info { relationshipsCreated } } }',
        );
        expect(none.updateRequirements.info).toEqual({ relationshipsCreated: 0 });
      });

      it('leaves the copies as the last of many writers left the row', async () => {
        const created = await ask(CREATE, { input: [requirement('NEW-1')] });
        const { id } = created.createRequirements.requirements[0];
        await Promise.all(
          Array.from({ length: 12 }, (_, index) =>
            ask(
              'mutation ($text: String) { updateRequirements(where: {identifier: {eq: "NEW-1"}}, update: {text: {set: $text}}) { info { nodesCreated } } }',
              { text: `Version ${index} of the text.` },
            ),
          ),
        );
        const { requirements } = await ask('{ requirements(where: {identifier: {eq: "NEW-1"}}) { text } }');
        const node = await gateway.engine.stores.graph.read.run('MATCH (n:Requirement {id: $id}) RETURN n.text AS text', { id });
        expect(node.records[0]!.get('text')).toBe(requirements[0].text);
      });

      it('answers with no rows when none pass', async () => {
        const data = await ask(
          'mutation { updateRequirements(where: {id: {eq: "nonsense"}}, update: {title: {set: "x"}}) { requirements { id } } }',
        );
        expect(data['updateRequirements']).toEqual({ requirements: [] });
      });
    });

    describe('nested rows', () => {
      it('get their graph nodes and vectors with their parents, and lose them with them', async () => {
        const before = await counts();
        const nested = ['NEW-1', 'NEW-2'].map((identifier) => ({
          node: {
            identifier,
            title: 'Warning of rain',
            text: `The mast SHALL bear the load of ${identifier}.`,
            type: 'SAFETY',
            notes: { create: [{ node: { text: 'A note.' } }] },
          },
        }));
        const created = await ask(
          'mutation ($input: [ProjectCreateInput!]!) { createProjects(input: $input) { info { nodesCreated relationshipsCreated } projects { requirements(sort: [{identifier: ASC}]) { identifier notes { text } similar(limit: 1) { requirement { identifier } } } } } }',
          {
            input: [{ name: 'Nested', requirements: { create: nested } }],
          },
        );
        expect(created.createProjects.info).toEqual({ nodesCreated: 5, relationshipsCreated: 4 });
        expect(created.createProjects.projects[0].requirements).toEqual([
          { identifier: 'NEW-1', notes: [{ text: 'A note.' }], similar: [{ requirement: { identifier: 'NEW-2' } }] },
          { identifier: 'NEW-2', notes: [{ text: 'A note.' }], similar: [{ requirement: { identifier: 'NEW-1' } }] },
        ]);
        expect(await counts()).toEqual(before.map((count) => count + 2));
        await ask(
          'mutation { updateProjects(where: {name: {eq: "Nested"}}, update: {requirements: [{update: [{where: {node: {near: {text: "load on the mast", minScore: 0.2}, identifier: {eq: "NEW-2"}}}, node: {text: {set: "The winch SHALL carry an elephant."}}}]}]}) { info { nodesCreated } }}',
        );
        const { search } = (await ask(
          '{ search(text: "an elephant on the winch", types: [REQUIREMENT], limit: 1) { node { ... on Requirement { identifier } } } }',
        )) as { search: Rows };
        expect(search[0]!['node']).toEqual({ identifier: 'NEW-2' });
        const deleted = await ask(
          'mutation { deleteProjects(where: {name: {eq: "Nested"}}, delete: {requirements: [{delete: {notes: [{}]}}]}) { nodesDeleted } }',
        );
        expect(deleted.deleteProjects).toEqual({ nodesDeleted: 5 });
        expect(await counts()).toEqual(before);
      });
    });

    describe('delete', () => {
      it('takes the graph node and the vector away too', async () => {
        const before = await counts();
        await ask(CREATE, { input: [requirement('NEW-1')] });
        expect(
          await ask('mutation { deleteRequirements(where: {identifier: {eq: "NEW-1"}}) { nodesDeleted relationshipsDeleted } }'),
        ).toEqual({ deleteRequirements: { nodesDeleted: 1, relationshipsDeleted: 0 } });
        expect(await counts()).toEqual(before);
      });
    });

    describe('mutations of node-home types', () => {
      it('answer with counts only, with keys of rows only, and refuse a key that exists', async () => {
        const created = await ask(
          'mutation { createComponents(input: [{id: "c9", name: "Nine"}]) { info { nodesCreated } } updateComponents(where: {id: {eq: "c9"}}, update: {name: {set: "Ten"}}) { components { requirements { identifier } } info { nodesCreated } } }',
        );
        expect(created).toEqual({
          createComponents: { info: { nodesCreated: 1 } },
          updateComponents: { components: [{ requirements: [] }], info: { nodesCreated: 0 } },
        });
        const { errors } = await gateway.send(
          'mutation { createComponents(input: [{id: "c9", name: "Again"}]) { info { nodesCreated } } }',
        );
        expect(errors![0]!.extensions).toMatchObject({ code: 'UNIQUE_VIOLATION' });
        await ask('mutation { deleteComponents(where: {id: {eq: "c9"}}) { nodesDeleted } }');
      });

      it('create, connect to rows, update and delete', async () => {
        const { requirements } = (await ask('{ requirements(where: {identifier: {eq: "AIR-002"}}) { id } }')) as { requirements: Rows };
        const created = await ask(
          `mutation ($id: ID!) { createComponents(input: [{id: "winch", name: "Winch", type: "payload", requirements: {connect: [{where: {node: {id: {eq: $id}}}}]}, interfaces: {create: [{node: {id: "hook", name: "Hook"}}]}}]) {
          i: info { n: nodesCreated } components { name interfaces { name } requirements { identifier project { name } } } } }`,
          { id: requirements[0]!['id'] },
        );
        expect(created['createComponents']).toEqual({
          i: { n: 2 },
          components: [
            { name: 'Winch', interfaces: [{ name: 'Hook' }], requirements: [{ identifier: 'AIR-002', project: { name: 'Air Vehicle' } }] },
          ],
        });
        const updated = await ask(
          'mutation { updateComponents(where: {id: {eq: "winch"}}, update: {name: {set: "Cargo winch"}}) { components { name } } }',
        );
        expect(updated['updateComponents']).toEqual({ components: [{ name: 'Cargo winch' }] });
        expect(
          await ask('{ requirements(where: {identifier: {eq: "AIR-002"}}) { components(where: {id: {eq: "winch"}}) { name } } }'),
        ).toEqual({ requirements: [{ components: [{ name: 'Cargo winch' }] }] });
        const deleted = await ask(
          'mutation { deleteComponents(where: {id: {eq: "winch"}}, delete: {interfaces: [{where: {node: {id: {eq: "hook"}}}}]}) { nodesDeleted } }',
        );
        expect(deleted['deleteComponents']).toEqual({ nodesDeleted: 2 });
        expect(await ask('{ component(id: "winch") { name } }')).toEqual({ component: null });
      });
    });
  });
};
