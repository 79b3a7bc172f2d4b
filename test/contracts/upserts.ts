import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../support/gateway.js';
import { resetTeams, type Workshop } from '../support/workshop.js';

/** Writing rows that may be there: by which columns they are found, and what is written then. */
export const upsertsContract = (profile: string, open: () => Promise<Workshop>): void => {
  describe(`upserts on ${profile}`, () => {
    let workshop: Workshop;
    const ask: Workshop['ask'] = (source, variables) => workshop.ask(source, variables);
    beforeAll(async () => {
      workshop = await open();
    });
    afterAll(() => workshop.close());
    beforeEach(() => resetTeams(workshop));

    describe('upsert', () => {
      const UPSERT =
        'mutation ($input: [TeamCreateInput!]!, $by: [TeamKeyField!], $ifMatch: [ID]) { upsertTeams(input: $input, onConflict: $by, ifMatch: $ifMatch) { info { nodesCreated nodesUpdated relationshipsCreated } teams { name motto budget } created { name } updated { name } } }';

      it('creates what is not there and updates what is, only the columns given, in the order of input', async () => {
        const data = await ask(UPSERT, {
          by: ['name'],
          input: [
            { name: 'Blue', motto: 'new' },
            { name: 'Green', motto: 'g' },
            { name: 'Red', budget: '5.5', motto: null },
            { name: 'Grey' },
          ],
        });
        expect(data.upsertTeams).toEqual({
          info: { nodesCreated: 2, nodesUpdated: 2, relationshipsCreated: 0 },
          teams: [
            { name: 'Blue', motto: 'new', budget: null },
            { name: 'Green', motto: 'g', budget: null },
            { name: 'Red', motto: null, budget: '5.50' },
            { name: 'Grey', motto: null, budget: null },
          ],
          created: [{ name: 'Green' }, { name: 'Grey' }],
          updated: [{ name: 'Blue' }, { name: 'Red' }],
        });
        // One for the inputs that name the same columns.
        expect(workshop.written).toHaveLength(3);
      });

      it('goes by the key, which may be of joins, and writes what is nested', async () => {
        const data = await ask(`mutation { upsertAwards(input: [
          {team: {connect: {where: {node: {name: {eq: "Red"}}}}}, year: 2, label: "bb"}, {team: {connect: {where: {node: {name: {eq: "Blue"}}}}}, year: 2, label: "c"}, {team: {create: {node: {name: "New"}}}, year: 2, label: "d"}]) {
          info { nodesCreated nodesUpdated relationshipsCreated } awards { year label version team { name } } created { label } updated { label } } }`);
        expect(data.upsertAwards).toEqual({
          info: { nodesCreated: 3, nodesUpdated: 1, relationshipsCreated: 3 },
          awards: [
            { year: 2, label: 'bb', version: 2, team: { name: 'Red' } },
            { year: 2, label: 'c', version: 1, team: { name: 'Blue' } },
            { year: 2, label: 'd', version: 1, team: { name: 'New' } },
          ],
          created: [{ label: 'c' }, { label: 'd' }],
          updated: [{ label: 'bb' }],
        });
        const people = await ask(
          'mutation { upsertPeople(onConflict: [nick], input: [{name: "Ann", nick: "a", tasks: {create: [{node: {title: "t"}}]}}]) { info { nodesCreated nodesUpdated } people { tasks { title } } } again: upsertPeople(onConflict: [nick], input: [{name: "Anne", nick: "a"}]) { info { nodesUpdated } people { name } } }',
        );
        expect(people).toEqual({
          upsertPeople: { info: { nodesCreated: 2, nodesUpdated: 0 }, people: [{ tasks: [{ title: 't' }] }] },
          again: { info: { nodesUpdated: 1 }, people: [{ name: 'Anne' }] },
        });
        expect(
          (await workshop.engine.stores.graph.read.run('MATCH (n:Person) RETURN n.name AS name')).records.map(
            (record) => record.get('name') as string,
          ),
        ).toEqual(['Anne']);
      });

      it('writes only what has the tokens given', async () => {
        const { teams } = await ask('{ teams(sort: [{name: ASC}]) { name rowToken } }');
        const [blue, red] = teams.map((team: Answer) => team.rowToken as string);
        expect(
          (
            await ask(UPSERT, {
              by: ['name'],
              ifMatch: [red, null],
              input: [
                { name: 'Red', motto: '1' },
                { name: 'Blue', motto: '1' },
              ],
            })
          ).upsertTeams.info,
        ).toMatchObject({ nodesUpdated: 2 });
        for (const [name, token] of [
          ['Red', red],
          ['Blue', blue],
          ['None', blue],
        ]) {
          expect(
            (
              await workshop.refusal(UPSERT, {
                by: ['name'],
                ifMatch: [null, token],
                input: [
                  { name: 'Other', motto: '2' },
                  { name, motto: '2' },
                ],
              })
            ).extensions,
          ).toMatchObject({ code: 'ROW_CHANGED', type: 'Team' });
        }
        expect(await ask('{ teams(sort: [{name: ASC}]) { name motto } }')).toEqual({
          teams: [
            { name: 'Blue', motto: '1' },
            { name: 'Red', motto: '1' },
          ],
        });
      });

      it.each([
        [
          'no value for the key',
          { input: [{ name: 'x' }] },
          'Argument input[0] of upsertTeams: expected a value for id, by which a row is found to be there, but got none',
        ],
        ['null for a field of onConflict', { by: ['motto'], input: [{ name: 'x', motto: null }] }, 'expected a value for motto'],
        [
          'a field that no unique rule has',
          { by: ['motto'], input: [{ name: 'x', motto: 'y' }] },
          'Argument onConflict of upsertTeams: expected the fields of a unique rule of the table, but it has none of exactly these. Nothing was written',
        ],
        [
          'no fields',
          { by: [], input: [{ name: 'x' }] },
          'Argument onConflict of upsertTeams: expected the fields of a unique rule, but got none',
        ],
        [
          'the same row twice',
          { by: ['name'], input: [{ name: 'x' }, { name: 'x' }] },
          'expected each row once, but two inputs are the same row',
        ],
        [
          'too few tokens',
          { by: ['name'], ifMatch: ['1'], input: [{ name: 'x' }, { name: 'y' }] },
          'expected a rowToken or null for each of 2 inputs, but got 1',
        ],
        [
          'null for tokens',
          { by: ['name'], ifMatch: null, input: [{ name: 'x' }] },
          'Argument ifMatch of upsertTeams: expected a rowToken, but got null',
        ],
      ])('refuses %s', async (_, variables, message) => {
        const refused = await workshop.refusal(UPSERT, variables);
        expect(refused.extensions).toMatchObject({ code: 'BAD_INPUT' });
        expect(refused.message).toContain(message);
        expect((await ask('{ teamsConnection { totalCount } }')).teamsConnection.totalCount).toBe(2);
      });
    });
  });
};
