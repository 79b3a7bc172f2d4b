import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resetTeams, type Workshop } from '../support/workshop.js';

/** What a write asks of the rows that are there, and of its own input. */
export const writeRulesContract = (profile: string, open: () => Promise<Workshop>): void => {
  describe(`rules of writing on ${profile}`, () => {
    let workshop: Workshop;
    const ask: Workshop['ask'] = (source, variables) => workshop.ask(source, variables);
    beforeAll(async () => {
      workshop = await open();
    });
    afterAll(() => workshop.close());
    beforeEach(() => resetTeams(workshop));

    it('writes a partitioned table in all ways but by upsert', async () => {
      const created = await ask('mutation { createLogs(input: [{id: "1", text: "a"}, {id: "2"}]) { logs { id text rowToken } } }');
      const [{ rowToken }] = created.createLogs.logs;
      expect(
        (
          await ask(
            'mutation ($token: ID!) { updateLogs(where: {id: {eq: "1"}}, update: {text: {set: "b"}}, ifMatch: $token) { logs { text } } }',
            { token: rowToken },
          )
        ).updateLogs.logs,
      ).toEqual([{ text: 'b' }]);
      const { message } = await workshop.refusal('mutation { upsertLogs(input: [{id: "1"}]) { info { nodesUpdated } } }');
      expect(message).toContain('Argument input of upsertLogs: expected a table that is not partitioned');
      expect(await ask('mutation { deleteLogs { nodesDeleted } }')).toEqual({ deleteLogs: { nodesDeleted: 2 } });
    });

    it('takes a column that two fields show by one of them', async () => {
      const { teams } = await ask('{ teams(where: {name: {eq: "Blue"}}) { id } }');
      const [{ id }] = teams;
      expect(
        (await ask('mutation ($id: ID) { createAwards(input: [{teamId: $id, year: 7}]) { awards { teamId team { name } } } }', { id }))
          .createAwards.awards,
      ).toEqual([{ teamId: id, team: { name: 'Blue' } }]);
      const { message } = await workshop.refusal(
        `mutation ($id: ID) { createAwards(input: [{teamId: $id, year: 8, team: {connect: {where: {node: {name: {eq: "Red"}}}}}}]) {
          info { nodesCreated } } }`,
        { id },
      );
      expect(message).toMatch(
        /Argument input\[0\] of createAwards: expected one of team(Id)? and team(Id)?, which are one column, but got both/,
      );
    });

    describe('ifMatch', () => {
      const token = async (): Promise<string> =>
        (await ask('{ teams(where: {name: {eq: "Red"}}) { rowToken } }')).teams[0].rowToken as string;
      const UPDATE = `mutation ($token: ID!) { updateTeams(where: {name: {eq: "Red"}}, update: {motto: {set: "mine"}}, ifMatch: $token) {
        teams { motto rowToken } } }`;

      it('lets a row be written that is as it was read, and gives it another token', async () => {
        const before = await token();
        const { updateTeams } = await ask(UPDATE, { token: before });
        expect(updateTeams.teams).toEqual([{ motto: 'mine', rowToken: expect.any(String) as string }]);
        expect(updateTeams.teams[0].rowToken).not.toBe(before);
        expect(
          await ask(
            'mutation ($token: ID!) { deleteTeams(where: {name: {eq: "Red"}}, delete: {awards: [{}]}, ifMatch: $token) { nodesDeleted } }',
            { token: await token() },
          ),
        ).toEqual({ deleteTeams: { nodesDeleted: 3 } });
      });

      it('writes nothing at all when the row has changed or is gone', async () => {
        const before = await token();
        await ask('mutation { updateTeams(where: {name: {eq: "Red"}}, update: {motto: {set: "theirs"}}) { info { nodesCreated } } }');
        for (const operation of [
          UPDATE,
          'mutation ($token: ID!) { deleteTeams(where: {name: {eq: "Red"}}, delete: {awards: [{}]}, ifMatch: $token) { nodesDeleted } }',
          `mutation ($token: ID!) { updateTeams(where: {name: {eq: "Gone"}}, update: {motto: {set: "mine"}}, ifMatch: $token) {
            teams { motto } } }`,
          `mutation ($token: ID!) { updateTeams(where: {name: {eq: "Red"}}, update: {awards: {create: [{node: {year: 9}}]}},
            ifMatch: $token) { teams { motto } } }`,
        ]) {
          const { message, extensions } = await workshop.refusal(operation, { token: before });
          expect(extensions).toEqual({ code: 'ROW_CHANGED', type: 'Team' });
          expect(message).toBe(
            'The Team has changed since its rowToken was read, or was deleted. Nothing was written. Read it again before trying again.',
          );
        }
        expect(await ask('{ teams(where: {name: {eq: "Red"}}) { motto awards { year } } }')).toEqual({
          teams: [{ motto: 'theirs', awards: [{ year: 1 }, { year: 2 }] }],
        });
      });

      it('goes by the column that the schema declares', async () => {
        const write = (version: string) => `mutation { updateAwards(where: {year: {eq: 1}}, update: {label: {set: "x"}},
          ifMatch: "${version}") { awards { label version rowToken } } }`;
        expect((await ask(write('1'))).updateAwards.awards).toEqual([{ label: 'x', version: 2, rowToken: '2' }]);
        expect((await workshop.refusal(write('1'))).extensions.code).toBe('ROW_CHANGED');
      });

      it('is for one row, and is no null', async () => {
        expect((await workshop.refusal('mutation { deleteAwards(ifMatch: "1") { nodesDeleted } }')).message).toContain(
          'Argument ifMatch of deleteAwards: expected a where that matches the one row of the rowToken, but it matches 2. Write each ' +
            'in a field of its own',
        );
        expect(
          (
            await workshop.refusal('mutation ($token: ID) { deleteAwards(where: {year: {eq: 1}}, ifMatch: $token) { nodesDeleted } }', {
              token: null,
            })
          ).message,
        ).toContain('expected a rowToken, but got null');
        expect((await ask('{ awardsConnection { totalCount } }')).awardsConnection.totalCount).toBe(2);
      });
    });

    describe('bad input', () => {
      it.each([
        [
          'mutation { createPeople(input: [{name: "x", team: {}}]) { info { nodesCreated } } }',
          'BAD_INPUT',
          'Argument input[0].team of createPeople: expected connect or create, but got neither',
        ],
        [
          'mutation { createPeople(input: [{name: "x", team: {connect: {where: {node: {name: {eq: "Red"}}}}, ' +
            'create: {node: {name: "y"}}}}]) { info { nodesCreated } } }',
          'BAD_INPUT',
          'expected one operation, but got connect and create',
        ],
        [
          'mutation { createTeams(input: [{name: "x", people: {connect: [{where: {node: {name: {eq: "nobody"}}}}]}}]) { ' +
            'info { nodesCreated } } }',
          'BAD_INPUT',
          'Argument input[0].people.connect[0] of createTeams: expected a where that matches a Person, but it matched none. Nothing ' +
            'was written',
        ],
        [
          'mutation { createPeople(input: [{name: "x", team: {connect: {where: {node: {NOT: {id: {eq: "0"}}}}}}}]) { ' +
            'info { nodesCreated } } }',
          'CONNECT_NOT_UNIQUE',
          'it matched several',
        ],
        [
          'mutation { updatePeople(update: {team: {disconnect: true, connect: {where: {node: {}}}}}) { info { nodesCreated } } }',
          'BAD_INPUT',
          'Argument update.team of updatePeople: expected one operation, but got connect and disconnect',
        ],
        [
          'mutation { updateTeams(update: {size: {add: 1, set: 2}}) { info { nodesCreated } } }',
          'BAD_INPUT',
          'Argument update.size of updateTeams: expected one operation, but got set and add',
        ],
        [
          'mutation { updateTeams(update: {tags: {pop: -1}}) { info { nodesCreated } } }',
          'BAD_INPUT',
          'pop expects how many to take off the end, but got -1',
        ],
        [
          'mutation { updateTeams(update: {budget: {divide: 0}}) { info { nodesCreated } } }',
          'VALUE_INVALID',
          'a number is divided by zero',
        ],
        [
          'mutation { updateTeams(where: null, update: {motto: {set: "all"}}) { info { nodesCreated } } }',
          'BAD_WHERE',
          'expected a condition for where, but got null',
        ],
        [
          'mutation { deleteTeams(where: null) { nodesDeleted } }',
          'BAD_WHERE',
          'Argument where of deleteTeams: expected a condition for where, but got null',
        ],
        [
          'mutation { deleteTeams(where: {name: {eq: "Red"}}, delete: {awards: [{where: null}]}) { nodesDeleted } }',
          'BAD_WHERE',
          'expected a condition for where, but got null',
        ],
        [
          'mutation { updateTeams(update: {people: {disconnect: [{where: null}]}}) { info { nodesCreated } } }',
          'BAD_WHERE',
          'expected a condition for where, but got null',
        ],
        [
          'mutation { ' +
            'createPeople(input: ' +
            `[${'{name: "p", team: {create: {node: {name: "t", lead: {create: {node: '.repeat(7)}{name: "x"}${'}}}}}}'.repeat(7)}]) { ` +
            'info { nodesCreated } } }',
          'BAD_INPUT',
          'rows may be nested 12 deep',
        ],
      ])('%s is refused with %s', async (source, code, message) => {
        const refused = await workshop.refusal(source);
        expect(refused.extensions.code).toBe(code);
        expect(refused.message).toContain(message);
        expect(await ask('{ teams(sort: [{name: ASC}]) { name motto size } }')).toEqual({
          teams: [
            { name: 'Blue', motto: 'b', size: null },
            { name: 'Red', motto: 'r', size: null },
          ],
        });
      });

      it('counts nested rows among those that may be created at once', async () => {
        const input = [{ name: 'x', people: { create: Array.from({ length: 10_000 }, (_, index) => ({ node: { name: `p${index}` } })) } }];
        const { extensions } = await workshop.refusal(
          'mutation ($input: [TeamCreateInput!]!) { createTeams(input: $input) { info { nodesCreated } } }',
          { input },
        );
        expect(extensions.code).toBe('LIMIT_EXCEEDED');
      });

      it('refuses to connect one row twice, and one that it deletes', async () => {
        await ask('mutation { createPeople(input: [{name: "a"}]) { info { nodesCreated } } }');
        const connect = 'people: {connect: [{where: {node: {name: {eq: "a"}}}}]}';
        expect(
          (
            await workshop.refusal(
              `mutation { createTeams(input: [{name: "x", ${connect}}, {name: "y", ${connect}}]) { info { nodesCreated } } }`,
            )
          ).message,
        ).toContain('expected each Person to be connected to one row, but one of them is connected to two');
        await ask(`mutation { updateTeams(where: {name: {eq: "Red"}}, update: {${connect}}) { info { nodesCreated } } }`);
        expect(
          (
            await workshop.refusal(`mutation { updateTeams(where: {name: {eq: "Red"}},
              update: {people: {delete: [{}], connect: [{where: {node: {name: {eq: "a"}}}}]}}) { info { nodesCreated } } }`)
          ).message,
        ).toContain('either connected or deleted');
        expect(await ask('{ people { team { name } } }')).toEqual({ people: [{ team: { name: 'Red' } }] });
      });
    });
  });
};
