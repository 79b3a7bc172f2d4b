import type { GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tableType } from '../../src/model/types.js';
import { verifyTables } from '../../src/model/verify.js';
import type { Answer } from '../support/gateway.js';
import { empty, fill, peopleOf, type Workshop } from '../support/workshop.js';
const INFO = 'info { nodesCreated nodesDeleted relationshipsCreated relationshipsDeleted }';

/** Writes with rows nested in rows, on tables made for it. */
export const nestedMutationsContract = (profile: string, open: () => Promise<Workshop>): void => {
  describe(`nested mutations on ${profile}`, () => {
    let workshop: Workshop;
    const ask: Workshop['ask'] = (source, variables) => workshop.ask(source, variables);
    const update = (body: string, where = 'where: {name: {eq: "Red"}},'): Promise<Answer> =>
      ask(`mutation { updateTeams(${where} update: ${body}) { ${INFO} teams { name } } }`).then((data) => data.updateTeams.info);

    beforeAll(async () => {
      workshop = await open();
    });
    afterAll(() => workshop.close());
    beforeEach(() => empty(workshop));

    describe('create', () => {
      it('writes to any depth, what is referred to first, in one INSERT for each level and type', async () => {
        workshop.written.length = 0;
        const data = await ask(`mutation { createTasks(input: [
          {title: "root", person: {create: {node: {name: "Ann", team: {create: {node: {name: "Red"}}},
            tasks: {create: [{node: {title: "other"}}]}}}},
            children: {create: [{node: {title: "child", person: {create: {node: {name: "Ben"}}},
              children: {create: [{node: {title: "grandchild", person: {create: {node: {name: "Cid", nick: "c"}}}}}]}}}]}},
          {title: "second", person: {create: {node: {name: "Dee"}}}}]) {
          info { nodesCreated relationshipsCreated } tasks { title person { name team { name } tasks(sort: [{title: ASC}]) { title } }
            children { title person { name } children { title person { name nick } } } } } }`);
        expect(data.createTasks).toEqual({
          info: { nodesCreated: 10, relationshipsCreated: 8 },
          tasks: [
            {
              title: 'root',
              person: { name: 'Ann', team: { name: 'Red' }, tasks: [{ title: 'other' }, { title: 'root' }] },
              children: [
                { title: 'child', person: { name: 'Ben' }, children: [{ title: 'grandchild', person: { name: 'Cid', nick: 'c' } }] },
              ],
            },
            { title: 'second', person: { name: 'Dee', team: null, tasks: [{ title: 'second' }] }, children: [] },
          ],
        });
        // Red; Ann and Dee; root, second and other, Ben; child, Cid; grandchild.
        expect(workshop.written.map((text) => /^INSERT INTO "public"."(\w+)"/.exec(text)![1])).toEqual([
          'teams',
          'people',
          'tasks',
          'people',
          'tasks',
          'people',
          'tasks',
        ]);
        expect(await peopleOf(workshop)).toEqual(['Ann', 'Ben', 'Cid', 'Dee']);
      });

      it('connects rows that are there, of a to-many join all that match, in one statement more', async () => {
        await fill(workshop);
        const data = await ask(`mutation { createTeams(input: [
          {name: "Green", lead: {connect: {where: {node: {name: {eq: "Ann"}}}}},
            people: {connect: [{where: {node: {name: {in: ["Ben", "Cid"]}}}}], create: [{node: {name: "New"}}]}},
          {name: "Grey", lead: {connect: {where: {node: {name: {eq: "Ann"}}}}}}]) {
          info { nodesCreated relationshipsCreated } teams { name lead { name team { name } } people(sort: [{name: ASC}]) { name } } } }`);
        expect(data.createTeams).toEqual({
          info: { nodesCreated: 3, relationshipsCreated: 5 },
          teams: [
            { name: 'Green', lead: { name: 'Ann', team: { name: 'Red' } }, people: [{ name: 'Ben' }, { name: 'Cid' }, { name: 'New' }] },
            { name: 'Grey', lead: { name: 'Ann', team: { name: 'Red' } }, people: [] },
          ],
        });
        expect(workshop.written.map((text) => text.split(' ')[0])).toEqual(['SELECT', 'INSERT', 'INSERT', 'UPDATE']);
      });

      it('gives children of a composite key their part of it', async () => {
        const data = await ask(`mutation { createTeams(input: [{name: "Red", awards: {create: [{node: {year: 1999, label: "old"}},
          {node: {year: 2000}}]}}]) { teams { awards(sort: [{year: ASC}]) { year label team { name } rowToken } } } }`);
        expect(data.createTeams.teams[0].awards).toEqual([
          { year: 1999, label: 'old', team: { name: 'Red' }, rowToken: '1' },
          { year: 2000, label: null, team: { name: 'Red' }, rowToken: '1' },
        ]);
      });

      it('costs as many statements for a hundred rows as for one', async () => {
        const input = (count: number) =>
          Array.from({ length: count }, (_, index) => ({
            name: `T${count}-${index}`,
            people: {
              create: [
                { node: { name: 'x', tasks: { create: [{ node: { title: 'a' } }, { node: { title: 'b' } }] } } },
                { node: { name: 'y' } },
              ],
            },
          }));
        const statements = async (count: number) => {
          workshop.written.length = 0;
          const data = await ask('mutation ($input: [TeamCreateInput!]!) { createTeams(input: $input) { info { nodesCreated } } }', {
            input: input(count),
          });
          expect(data.createTeams.info.nodesCreated).toBe(5 * count);
          return workshop.written.length;
        };
        expect(await statements(1)).toBe(3);
        expect(await statements(100)).toBe(3);
      });
    });

    describe('delete', () => {
      it('takes nested rows along, deepest first, and counts them', async () => {
        await fill(workshop);
        workshop.written.length = 0;
        const data = await ask(`mutation { deleteTeams(where: {name: {eq: "Red"}}, delete: {people: [{delete: {tasks: [{}]}}]}) {
          nodesDeleted relationshipsDeleted } }`);
        expect(data.deleteTeams).toEqual({ nodesDeleted: 5, relationshipsDeleted: 0 });
        expect(workshop.written.map((text) => text.split(' ')[0])).toEqual(['SELECT', 'SELECT', 'DELETE', 'DELETE', 'DELETE']);
        expect(await ask('{ teams { name } people { name } tasks { title } }')).toEqual({
          teams: [{ name: 'Blue' }],
          people: [{ name: 'Cid' }],
          tasks: [{ title: 't3' }],
        });
        expect(await peopleOf(workshop)).toEqual(['Cid']);
      });

      it('takes what a to-one join refers to after the row itself', async () => {
        await ask(`mutation { createTasks(input: [{title: "t", person: {create: {node: {name: "Ann",
          team: {create: {node: {name: "Red"}}}}}}}]) { info { nodesCreated } } }`);
        const data = await ask(
          'mutation { deleteTasks(delete: {person: {where: {node: {name: {eq: "Ann"}}}, delete: {team: {}}}}) { nodesDeleted } }',
        );
        expect(data.deleteTasks).toEqual({ nodesDeleted: 3 });
        expect(await peopleOf(workshop)).toEqual([]);
      });

      it('leaves what where does not match', async () => {
        await fill(workshop);
        const { extensions, message } = await workshop.refusal(
          'mutation { deleteTeams(where: {name: {eq: "Red"}}, delete: {people: [{where: {node: {name: {eq: "Ben"}}}}]}) { nodesDeleted } }',
        );
        expect(extensions).toMatchObject({ code: 'FOREIGN_KEY_VIOLATION', type: 'Team', fields: ['id'] });
        expect(message).not.toMatch(/people|violates/);
        expect(await peopleOf(workshop)).toEqual(['Ann', 'Ben', 'Cid']);
      });
    });

    it('asks other stores for the conditions in every nested where, before the transaction', async () => {
      await fill(workshop);
      await workshop.engine.stores.graph.write.run(`MATCH (a:Person {name: 'Ann'}), (c:Person {name: 'Cid'}) CREATE (a)-[:KNOWS]->(c)`);
      expect(
        await update(`{people: {disconnect: [{where: {node: {knows: {some: {name: {eq: "Cid"}}}}}}],
          update: [{where: {node: {knows: {none: {}}}}, node: {nick: {set: "none"}}}]},
          lead: {connect: {where: {node: {knows: {single: {team: {name: {eq: "Blue"}}}}}}}}}`),
      ).toMatchObject({ relationshipsCreated: 1, relationshipsDeleted: 1 });
      expect(
        await ask('{ people(sort: [{name: ASC}]) { name nick team { name } } teams(where: {name: {eq: "Red"}}) { lead { name } } }'),
      ).toEqual({
        people: [
          { name: 'Ann', nick: null, team: null },
          { name: 'Ben', nick: 'none', team: { name: 'Red' } },
          { name: 'Cid', nick: null, team: { name: 'Blue' } },
        ],
        teams: [{ lead: { name: 'Ann' } }],
      });
      expect(
        await ask(`mutation { updateTeams(where: {name: {eq: "Red"}}, update: {lead: {disconnect: true}}) {
          info { relationshipsDeleted } } deletePeople(where: {knows: {some: {}}},
          delete: {tasks: [{where: {node: {person: {knows: {some: {}}}}}}]}) { nodesDeleted } }`),
      ).toMatchObject({ deletePeople: { nodesDeleted: 3 } });
    });

    it('has no mutations for a view, but reads it and refers to it', async () => {
      await fill(workshop);
      expect(await ask('{ teams(where: {total: {people: {gt: "1"}}}) { name total { people } } total(id: "1") { people } }')).toEqual({
        teams: [{ name: 'Red', total: { people: '2' } }],
        total: { people: '2' },
      });
      expect(Object.keys(workshop.schema.getMutationType()!.getFields()).filter((name) => name.includes('Total'))).toEqual([]);
      expect(Object.keys((workshop.schema.getType('Total') as GraphQLObjectType).getFields())).toEqual(['id', 'people']);
    });

    it('is told at the start of a view that the schema takes for a table', async () => {
      const { model, stores } = workshop.engine;
      expect(await verifyTables(model, stores.relational)).toEqual([]);
      const total = tableType(model, 'Total');
      const undeclared = { ...model, types: new Map([[total.name, { ...total, table: { ...total.table, view: false } }]]) };
      expect((await verifyTables(undeclared, stores.relational)).map(({ message }) => message)).toEqual([
        'Total is in the view public.totals, which is not written through the gateway: say it with @table(view: true)',
      ]);
    });
  });
};
