import type { GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tableType } from '../../src/model/types.js';
import { verifyTables } from '../../src/model/verify.js';
import type { Answer } from '../support/gateway.js';
import type { Workshop } from '../support/workshop.js';

const INFO = 'info { nodesCreated nodesDeleted relationshipsCreated relationshipsDeleted }';
const TEAMS =
  '{ teams(sort: [{name: ASC}]) { name lead { name } people(sort: [{name: ASC}]) { name tasks(sort: [{title: ASC}]) { title parent { title } } } } }';

/** Writes with rows nested in rows, on tables made for it. */
export const nestedMutationsContract = (profile: string, open: () => Promise<Workshop>): void => {
  describe(`nested mutations on ${profile}`, () => {
    let workshop: Workshop;
    const ask: Workshop['ask'] = (source, variables) => workshop.ask(source, variables);
    const nodes = async (): Promise<string[]> => {
      const { records } = await workshop.engine.stores.graph.read.run('MATCH (n:Person) RETURN n.name AS name ORDER BY name');
      return records.map((record) => record.get('name') as string);
    };
    const ALL = '';
    const update = (body: string, where = 'where: {name: {eq: "Red"}},'): Promise<Answer> =>
      ask(`mutation { updateTeams(${where} update: ${body}) { ${INFO} teams { name } } }`).then((data) => data.updateTeams.info);

    beforeAll(async () => {
      workshop = await open();
    });
    afterAll(() => workshop.close());
    beforeEach(async () => {
      await workshop.engine.stores.relational.script('TRUNCATE teams, people, tasks, awards, bookings RESTART IDENTITY CASCADE');
      await workshop.engine.stores.graph.write.run('MATCH (n) DETACH DELETE n');
    });
    const fill = async () => {
      await ask(`mutation { createTeams(input: [
        {name: "Red", people: {create: [{node: {name: "Ann", tasks: {create: [{node: {title: "t1"}}, {node: {title: "t2"}}]}}}, {node: {name: "Ben"}}]}},
        {name: "Blue", people: {create: [{node: {name: "Cid", tasks: {create: [{node: {title: "t3"}}]}}}]}}]) { info { nodesCreated } } }`);
      workshop.written.length = 0;
    };

    describe('create', () => {
      it('writes to any depth, what is referred to first, in one INSERT for each level and type', async () => {
        workshop.written.length = 0;
        const data = await ask(`mutation { createTasks(input: [
          {title: "root", person: {create: {node: {name: "Ann", team: {create: {node: {name: "Red"}}}, tasks: {create: [{node: {title: "other"}}]}}}},
            children: {create: [{node: {title: "child", person: {create: {node: {name: "Ben"}}}, children: {create: [{node: {title: "grandchild", person: {create: {node: {name: "Cid", nick: "c"}}}}}]}}}]}},
          {title: "second", person: {create: {node: {name: "Dee"}}}}]) {
          info { nodesCreated relationshipsCreated } tasks { title person { name team { name } tasks(sort: [{title: ASC}]) { title } } children { title person { name } children { title person { name nick } } } } } }`);
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
        expect(await nodes()).toEqual(['Ann', 'Ben', 'Cid', 'Dee']);
      });

      it('connects rows that are there, of a to-many join all that match, in one statement more', async () => {
        await fill();
        const data = await ask(`mutation { createTeams(input: [
          {name: "Green", lead: {connect: {where: {node: {name: {eq: "Ann"}}}}}, people: {connect: [{where: {node: {name: {in: ["Ben", "Cid"]}}}}], create: [{node: {name: "New"}}]}},
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
        const data = await ask(
          `mutation { createTeams(input: [{name: "Red", awards: {create: [{node: {year: 1999, label: "old"}}, {node: {year: 2000}}]}}]) { teams { awards(sort: [{year: ASC}]) { year label team { name } rowToken } } } }`,
        );
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

    describe('update', () => {
      it('creates, connects, disconnects and updates what a to-one join refers to', async () => {
        await fill();
        expect(await update('{lead: {create: {node: {name: "Lea"}}}}', ALL)).toEqual({
          nodesCreated: 2,
          nodesDeleted: 0,
          relationshipsCreated: 2,
          relationshipsDeleted: 0,
        });
        expect(await update('{lead: {update: {node: {name: {set: "Lee"}}}}}')).toEqual({
          nodesCreated: 0,
          nodesDeleted: 0,
          relationshipsCreated: 0,
          relationshipsDeleted: 0,
        });
        expect(await nodes()).toEqual(['Ann', 'Ben', 'Cid', 'Lea', 'Lee']);
        expect(await update('{lead: {connect: {where: {node: {name: {eq: "Ann"}}}}}}')).toMatchObject({
          relationshipsCreated: 1,
          relationshipsDeleted: 1,
        });
        expect(await update('{lead: {connect: {where: {node: {name: {eq: "Ann"}}}}}}')).toMatchObject({
          relationshipsCreated: 0,
          relationshipsDeleted: 0,
        });
        expect(await update('{lead: {disconnect: true}}', ALL)).toMatchObject({ relationshipsCreated: 0, relationshipsDeleted: 2 });
        expect((await ask(TEAMS)).teams.map((team: Answer) => team.lead)).toEqual([null, null]);
      });

      it('updates, disconnects, deletes, connects and creates rows of a to-many join, in this order', async () => {
        await fill();
        await ask(
          'mutation { createPeople(input: [{name: "Zed"}, {name: "Ivo", team: {connect: {where: {node: {name: {eq: "Red"}}}}}}]) { info { nodesCreated } } }',
        );
        const info = await update(`{people: [{
          create: [{node: {name: "Dee", tasks: {create: [{node: {title: "t4"}}]}}}]
          connect: [{where: {node: {name: {in: ["Cid", "Zed"]}}}}]
          delete: [{where: {node: {name: {eq: "Bob"}}}}]
          disconnect: [{where: {node: {name: {eq: "Ivo"}}}}]
          update: [{where: {node: {name: {eq: "Ben"}}}, node: {name: {set: "Bob"}}}, {where: {node: {name: {eq: "Ann"}}}, node: {tasks: [{delete: [{where: {node: {title: {eq: "t1"}}}}]}]}}]
        }]}`);
        // Cid came from Blue and Zed from nowhere; Ivo went.
        expect(info).toEqual({ nodesCreated: 2, nodesDeleted: 2, relationshipsCreated: 4, relationshipsDeleted: 2 });
        const teams = await ask(TEAMS);
        expect(teams.teams).toMatchObject([
          { name: 'Blue', people: [] },
          {
            name: 'Red',
            people: [
              { name: 'Ann', tasks: [{ title: 't2' }] },
              { name: 'Cid', tasks: [{ title: 't3' }] },
              { name: 'Dee', tasks: [{ title: 't4' }] },
              { name: 'Zed' },
            ],
          },
        ]);
        expect(await nodes()).toEqual(['Ann', 'Cid', 'Dee', 'Ivo', 'Zed']);
      });

      it('creates in each row it takes, and connects only to one', async () => {
        await fill();
        expect(await update('{people: {create: [{node: {name: "New"}}]}}', ALL)).toMatchObject({
          nodesCreated: 2,
          relationshipsCreated: 2,
        });
        const refused = await workshop.refusal(
          'mutation { updateTeams(update: {people: {connect: [{where: {node: {name: {eq: "Ann"}}}}]}}) { info { nodesCreated } } }',
        );
        expect(refused.extensions.code).toBe('BAD_INPUT');
        expect(refused.message).toContain(
          'Argument update.people[0].connect[0] of updateTeams: expected a where that takes one Team, since each Person can be connected to one, but it takes 2.',
        );
      });

      it('does arithmetic, and pushes to and pops from lists', async () => {
        await ask(
          'mutation { createTeams(input: [{name: "Red", budget: "10.50", size: 3, tags: ["a", "b"], scores: [1, 2, 3]}, {name: "Nil"}]) { info { nodesCreated } } }',
        );
        const after = async (body: string) =>
          (await ask(`mutation { updateTeams(update: ${body}) { teams { budget size tags scores } } }`)).updateTeams.teams;
        expect(await after('{budget: {multiply: "2"}, size: {subtract: 1}, tags: {push: ["c"]}, scores: {pop: 2}}')).toEqual([
          { budget: '21.00', size: 2, tags: ['a', 'b', 'c'], scores: [1] },
          { budget: null, size: null, tags: ['c'], scores: null },
        ]);
        expect(await after('{budget: {divide: "2"}, size: {set: null}, tags: {pop: 5}, scores: {push: [7, 8]}}')).toEqual([
          { budget: '10.50', size: null, tags: [], scores: [1, 7, 8] },
          { budget: null, size: null, tags: [], scores: [7, 8] },
        ]);
        expect(await after('{tags: {pop: 1}, info: {set: {a: [1, "x"]}}}')).toMatchObject([{ tags: [] }, { tags: [] }]);
        expect((await ask('{ teams(limit: 1) { info } }')).teams).toEqual([{ info: { a: [1, 'x'] } }]);
      });

      it('moves a row to another key, and its children of a composite key with it', async () => {
        await ask(
          'mutation { createTeams(input: [{name: "Red", awards: {create: [{node: {year: 1}}]}}, {name: "Blue", awards: {create: [{node: {year: 2}}]}}]) { info { nodesCreated } } }',
        );
        const data = await ask(
          `mutation { updateAwards(where: {team: {name: {eq: "Red"}}}, update: {label: {set: "moved"}, team: {connect: {where: {node: {name: {eq: "Blue"}}}}}}) { ${INFO} awards { year label team { name } } } }`,
        );
        expect(data.updateAwards).toEqual({
          info: { nodesCreated: 0, nodesDeleted: 0, relationshipsCreated: 1, relationshipsDeleted: 1 },
          awards: [{ year: 1, label: 'moved', team: { name: 'Blue' } }],
        });
        expect(await update('{awards: {connect: [{where: {node: {year: {eq: 2}}}}]}}')).toMatchObject({
          relationshipsCreated: 1,
          relationshipsDeleted: 1,
        });
        expect((await ask('{ awards(sort: [{year: ASC}]) { year team { name } } }')).awards).toEqual([
          { year: 1, team: { name: 'Blue' } },
          { year: 2, team: { name: 'Red' } },
        ]);
      });
    });

    describe('delete', () => {
      it('takes nested rows along, deepest first, and counts them', async () => {
        await fill();
        workshop.written.length = 0;
        const data = await ask(
          'mutation { deleteTeams(where: {name: {eq: "Red"}}, delete: {people: [{delete: {tasks: [{}]}}]}) { nodesDeleted relationshipsDeleted } }',
        );
        expect(data.deleteTeams).toEqual({ nodesDeleted: 5, relationshipsDeleted: 0 });
        expect(workshop.written.map((text) => text.split(' ')[0])).toEqual(['SELECT', 'SELECT', 'DELETE', 'DELETE', 'DELETE']);
        expect(await ask('{ teams { name } people { name } tasks { title } }')).toEqual({
          teams: [{ name: 'Blue' }],
          people: [{ name: 'Cid' }],
          tasks: [{ title: 't3' }],
        });
        expect(await nodes()).toEqual(['Cid']);
      });

      it('takes what a to-one join refers to after the row itself', async () => {
        await ask(
          'mutation { createTasks(input: [{title: "t", person: {create: {node: {name: "Ann", team: {create: {node: {name: "Red"}}}}}}}]) { info { nodesCreated } } }',
        );
        const data = await ask(
          'mutation { deleteTasks(delete: {person: {where: {node: {name: {eq: "Ann"}}}, delete: {team: {}}}}) { nodesDeleted } }',
        );
        expect(data.deleteTasks).toEqual({ nodesDeleted: 3 });
        expect(await nodes()).toEqual([]);
      });

      it('leaves what where does not match', async () => {
        await fill();
        const { extensions, message } = await workshop.refusal(
          'mutation { deleteTeams(where: {name: {eq: "Red"}}, delete: {people: [{where: {node: {name: {eq: "Ben"}}}}]}) { nodesDeleted } }',
        );
        expect(extensions).toMatchObject({ code: 'FOREIGN_KEY_VIOLATION', type: 'Team', fields: ['id'] });
        expect(message).not.toMatch(/people|violates/);
        expect(await nodes()).toEqual(['Ann', 'Ben', 'Cid']);
      });
    });

    it('asks other stores for the conditions in every nested where, before the transaction', async () => {
      await fill();
      await workshop.engine.stores.graph.write.run(`MATCH (a:Person {name: 'Ann'}), (c:Person {name: 'Cid'}) CREATE (a)-[:KNOWS]->(c)`);
      expect(
        await update(
          '{people: {disconnect: [{where: {node: {knows: {some: {name: {eq: "Cid"}}}}}}], update: [{where: {node: {knows: {none: {}}}}, node: {nick: {set: "none"}}}]}, lead: {connect: {where: {node: {knows: {single: {team: {name: {eq: "Blue"}}}}}}}}}',
        ),
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
        await ask(
          'mutation { updateTeams(where: {name: {eq: "Red"}}, update: {lead: {disconnect: true}}) { info { relationshipsDeleted } } deletePeople(where: {knows: {some: {}}}, delete: {tasks: [{where: {node: {person: {knows: {some: {}}}}}}]}) { nodesDeleted } }',
        ),
      ).toMatchObject({ deletePeople: { nodesDeleted: 3 } });
    });

    it('has no mutations for a view, but reads it and refers to it', async () => {
      await fill();
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
