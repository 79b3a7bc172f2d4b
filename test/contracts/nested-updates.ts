import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../support/gateway.js';
import { empty, fill, peopleOf, type Workshop } from '../support/workshop.js';
const INFO = 'info { nodesCreated nodesDeleted relationshipsCreated relationshipsDeleted }';
const TEAMS = `{ teams(sort: [{name: ASC}]) { name lead { name } people(sort: [{name: ASC}]) {
  name tasks(sort: [{title: ASC}]) { title parent { title } } } } }`;

/** Updates of rows nested in rows, on tables made for it. */
export const nestedUpdatesContract = (profile: string, open: () => Promise<Workshop>): void => {
  describe(`nested updates on ${profile}`, () => {
    let workshop: Workshop;
    const ask: Workshop['ask'] = (source, variables) => workshop.ask(source, variables);
    const ALL = '';
    const update = (body: string, where = 'where: {name: {eq: "Red"}},'): Promise<Answer> =>
      ask(`mutation { updateTeams(${where} update: ${body}) { ${INFO} teams { name } } }`).then((data) => data.updateTeams.info);

    beforeAll(async () => {
      workshop = await open();
    });
    afterAll(() => workshop.close());
    beforeEach(() => empty(workshop));

    it('creates, connects, disconnects and updates what a to-one join refers to', async () => {
      await fill(workshop);
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
      expect(await peopleOf(workshop)).toEqual(['Ann', 'Ben', 'Cid', 'Lea', 'Lee']);
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
      await fill(workshop);
      await ask(`mutation { createPeople(input: [{name: "Zed"}, {name: "Ivo", team: {connect: {where: {node: {name: {eq: "Red"}}}}}}]) {
        info { nodesCreated } } }`);
      const info = await update(`{people: [{
        create: [{node: {name: "Dee", tasks: {create: [{node: {title: "t4"}}]}}}]
        connect: [{where: {node: {name: {in: ["Cid", "Zed"]}}}}]
        delete: [{where: {node: {name: {eq: "Bob"}}}}]
        disconnect: [{where: {node: {name: {eq: "Ivo"}}}}]
        update: [{where: {node: {name: {eq: "Ben"}}}, node: {name: {set: "Bob"}}},
          {where: {node: {name: {eq: "Ann"}}}, node: {tasks: [{delete: [{where: {node: {title: {eq: "t1"}}}}]}]}}]
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
      expect(await peopleOf(workshop)).toEqual(['Ann', 'Cid', 'Dee', 'Ivo', 'Zed']);
    });

    it('creates in each row it takes, and connects only to one', async () => {
      await fill(workshop);
      expect(await update('{people: {create: [{node: {name: "New"}}]}}', ALL)).toMatchObject({
        nodesCreated: 2,
        relationshipsCreated: 2,
      });
      const refused = await workshop.refusal(
        'mutation { updateTeams(update: {people: {connect: [{where: {node: {name: {eq: "Ann"}}}}]}}) { info { nodesCreated } } }',
      );
      expect(refused.extensions.code).toBe('BAD_INPUT');
      expect(refused.message).toContain(
        'Argument update.people[0].connect[0] of updateTeams: expected a where that takes one Team, since each Person can be ' +
          'connected to one, but it takes 2.',
      );
    });

    it('does arithmetic, and pushes to and pops from lists', async () => {
      await ask(`mutation { createTeams(input: [{name: "Red", budget: "10.50", size: 3, tags: ["a", "b"], scores: [1, 2, 3]},
        {name: "Nil"}]) { info { nodesCreated } } }`);
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
      await ask(`mutation { createTeams(input: [{name: "Red", awards: {create: [{node: {year: 1}}]}},
        {name: "Blue", awards: {create: [{node: {year: 2}}]}}]) { info { nodesCreated } } }`);
      const data = await ask(`mutation { updateAwards(where: {team: {name: {eq: "Red"}}},
        update: {label: {set: "moved"}, team: {connect: {where: {node: {name: {eq: "Blue"}}}}}}) {
        ${INFO} awards { year label team { name } } } }`);
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
};
