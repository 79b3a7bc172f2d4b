import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../support/gateway.js';
import type { Workshop } from '../support/workshop.js';

/** What a write asks of the rows that are there: upserts, tokens, rules of the database and of the grammar. */
export const writeRulesContract = (profile: string, open: () => Promise<Workshop>): void => {
  describe(`rules of writing on ${profile}`, () => {
    let workshop: Workshop;
    const ask: Workshop['ask'] = (source, variables) => workshop.ask(source, variables);
    beforeAll(async () => {
      workshop = await open();
    });
    afterAll(() => workshop.close());
    beforeEach(async () => {
      await workshop.engine.stores.relational.script('TRUNCATE teams, people, tasks, awards, bookings RESTART IDENTITY CASCADE');
      await workshop.engine.stores.graph.write.run('MATCH (n) DETACH DELETE n');
      await ask(
        `mutation { createTeams(input: [{name: "Red", motto: "r", budget: "1", awards: {create: [{node: {year: 1, label: "a"}}, {node: {year: 2, label: "b"}}]}}, {name: "Blue", motto: "b"}]) { info { nodesCreated } } }`,
      );
      workshop.written.length = 0;
    });

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
        'mutation ($id: ID) { createAwards(input: [{teamId: $id, year: 8, team: {connect: {where: {node: {name: {eq: "Red"}}}}}}]) { info { nodesCreated } } }',
        { id },
      );
      expect(message).toMatch(
        /Argument input\[0\] of createAwards: expected one of team(Id)? and team(Id)?, which are one column, but got both/,
      );
    });

    describe('ifMatch', () => {
      const token = async (): Promise<string> =>
        (await ask('{ teams(where: {name: {eq: "Red"}}) { rowToken } }')).teams[0].rowToken as string;
      const UPDATE =
        'mutation ($token: ID!) { updateTeams(where: {name: {eq: "Red"}}, update: {motto: {set: "mine"}}, ifMatch: $token) { teams { motto rowToken } } }';

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
          'mutation ($token: ID!) { updateTeams(where: {name: {eq: "Gone"}}, update: {motto: {set: "mine"}}, ifMatch: $token) { teams { motto } } }',
          'mutation ($token: ID!) { updateTeams(where: {name: {eq: "Red"}}, update: {awards: {create: [{node: {year: 9}}]}}, ifMatch: $token) { teams { motto } } }',
        ]) {
          const { message, extensions } = await workshop.refusal(operation, { token: before });
          expect(extensions).toEqual({ code: 'ROW_CHANGED', type: 'Team' });
          expect(message).toBe(
            'The Team has changed since its rowToken was read, or is gone. Nothing was written. Read it again before trying again.',
          );
        }
        expect(await ask('{ teams(where: {name: {eq: "Red"}}) { motto awards { year } } }')).toEqual({
          teams: [{ motto: 'theirs', awards: [{ year: 1 }, { year: 2 }] }],
        });
      });

      it('goes by the column that the schema declares', async () => {
        const write = (version: string) =>
          `mutation { updateAwards(where: {year: {eq: 1}}, update: {label: {set: "x"}}, ifMatch: "${version}") { awards { label version rowToken } } }`;
        expect((await ask(write('1'))).updateAwards.awards).toEqual([{ label: 'x', version: 2, rowToken: '2' }]);
        expect((await workshop.refusal(write('1'))).extensions.code).toBe('ROW_CHANGED');
      });

      it('is for one row, and is no null', async () => {
        expect((await workshop.refusal('mutation { deleteAwards(ifMatch: "1") { nodesDeleted } }')).message).toContain(
          'Argument ifMatch of deleteAwards: expected a where that matches the one row of the rowToken, but it matches 2. Write each in a field of its own',
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

    describe('a broken rule', () => {
      it.each([
        [
          'of a nested row',
          '{name: "x", people: {create: [{node: {name: "a", nick: "n"}}, {node: {name: "b", nick: "n"}}]}}',
          'UNIQUE_VIOLATION',
          { type: 'Person', fields: ['nick'] },
          'A Person with the same nick already exists.',
        ],
        [
          'of a composite key',
          '{name: "x", awards: {create: [{node: {year: 1}}, {node: {year: 1}}]}}',
          'UNIQUE_VIOLATION',
          { type: 'Award', fields: ['team', 'year'] },
          'A Award with the same team, year',
        ],
        [
          'that excludes',
          '{name: "x", bookings: {create: [{node: {starts: 1, ends: 5}}, {node: {starts: 4, ends: 6}}]}}',
          'EXCLUSION_VIOLATION',
          { type: 'Booking', fields: ['starts', 'ends'] },
          'A Booking whose starts, ends conflict with these values already exists.',
        ],
        [
          'that checks',
          '{name: "x", budget: "-1"}',
          'CHECK_VIOLATION',
          { type: 'Team', fields: [] },
          'A value of Team breaks the rule teams_budget_check.',
        ],
        [
          'of a trigger that leaves rows out',
          '{name: "x", lead: {create: {node: {name: "l", tasks: {create: [{node: {title: "t"}}, {node: {title: "refused"}}]}}}}}',
          'ROWS_REFUSED',
          { type: 'Task' },
          'Only 1 of 2 rows of Task were inserted',
        ],
      ])('%s names its type and fields, and nothing is written', async (_, input, code, extensions, message) => {
        const refused = await workshop.refusal(`mutation { createTeams(input: [${input}]) { info { nodesCreated } } }`);
        expect(refused.extensions).toMatchObject({ code, ...extensions });
        expect(refused.message).toContain(message);
        expect(refused.message).not.toMatch(/violates|relation |"public"|Key \(/);
        expect(await ask('{ teamsConnection { totalCount } peopleConnection { totalCount } }')).toEqual({
          teamsConnection: { totalCount: 2 },
          peopleConnection: { totalCount: 0 },
        });
      });

      it('on what a nested row needs names that row', async () => {
        await ask('mutation { createPeople(input: [{name: "a", tasks: {create: [{node: {title: "t"}}]}}]) { info { nodesCreated } } }');
        const { extensions } = await workshop.refusal(
          'mutation { updatePeople(update: {tasks: {update: [{node: {title: {set: null}}}]}}) { info { nodesCreated } } }',
        );
        expect(extensions).toEqual({ code: 'NOT_NULL_VIOLATION', type: 'Task', fields: ['title'] });
      });

      it('that is looked at only at the commit names the mutation that broke it', async () => {
        const booking = (starts: number) =>
          `createBookings(input: [{starts: ${starts}, ends: ${starts + 1}, code: 1, team: {connect: {where: {node: {name: {eq: "Red"}}}}}}]) { info { nodesCreated } }`;
        const { data, errors } = await workshop.run(
          `mutation { a: ${booking(1)} b: ${booking(3)} c: updateTeams(update: {motto: {set: "x"}}) { info { nodesCreated } } }`,
        );
        expect(data).toBeNull();
        expect(errors![0]!.message).toBe('A Booking with the same code already exists. Nothing was written.');
        expect(errors![0]!.path).toEqual(['a']);
        expect((await ask('{ bookingsConnection { totalCount } }')).bookingsConnection.totalCount).toBe(0);
      });

      it('that restricts names the row that is referred to', async () => {
        await ask('mutation { createPeople(input: [{name: "a", tasks: {create: [{node: {title: "t"}}]}}]) { info { nodesCreated } } }');
        expect((await workshop.refusal('mutation { deletePeople { nodesDeleted } }')).extensions).toMatchObject({
          code: 'FOREIGN_KEY_VIOLATION',
          type: 'Person',
          fields: ['id'],
        });
        expect(
          (
            await workshop.refusal(
              'mutation { updateTeams(where: {name: {eq: "Red"}}, update: {lead: {create: {node: {name: "x", nick: "too long"}}}}) { info { nodesCreated } } }',
            )
          ).extensions,
        ).toMatchObject({ code: 'VALUE_INVALID' });
      });
    });

    describe('a refusal that a trigger raises', () => {
      const raising = async (table: string, raise: string, work: () => Promise<void>) => {
        const script = (sql: string) => workshop.engine.stores.relational.script(sql);
        await script(
          `CREATE FUNCTION raise() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN ${raise}; END$$; CREATE TRIGGER raise BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION raise()`,
        );
        await work().finally(() => script(`DROP TRIGGER raise ON ${table}; DROP FUNCTION raise`));
      };

      it.each([
        ['without a code', `RAISE EXCEPTION 'secret of %', NEW.name`],
        ['with a code of the database', `RAISE EXCEPTION 'secret' USING ERRCODE = 'OD042'`],
        ['with a code of PostgreSQL', `RAISE EXCEPTION 'secret' USING ERRCODE = 'object_not_in_prerequisite_state'`],
      ])('%s has a code, and no words of the trigger', (_, raise) =>
        raising('teams', raise, async () => {
          const refused = await workshop.refusal('mutation { createTeams(input: [{name: "x"}]) { info { nodesCreated } } }');
          expect(refused).toEqual({
            message: 'The database rejects this change of Team. Nothing was written.',
            extensions: { code: 'WRITE_REFUSED', type: 'Team' },
          });
        }),
      );

      it('has the words of the trigger where the schema says so, of a nested row too', () =>
        raising('people', `RAISE EXCEPTION 'Nobody may be called %.', NEW.name`, async () => {
          const refused = await workshop.refusal(
            'mutation { createTeams(input: [{name: "x", people: {create: [{node: {name: "Ann"}}]}}]) { info { nodesCreated } } }',
          );
          expect(refused.message).toBe('The database rejects this change of Person: Nobody may be called Ann. Nothing was written.');
        }));

      it('has at most 200 characters of them', () =>
        raising('people', `RAISE EXCEPTION '%', repeat('x', 100000)`, async () => {
          const refused = await workshop.refusal('mutation { createPeople(input: [{name: "Ann"}]) { info { nodesCreated } } }');
          expect(refused.message).toBe(`The database rejects this change of Person: ${'x'.repeat(200)}. Nothing was written.`);
        }));

      it('under the code of a rule is that rule, which it does not name', () =>
        raising('people', `RAISE EXCEPTION 'too young' USING ERRCODE = 'check_violation'`, async () => {
          const refused = await workshop.refusal('mutation { createPeople(input: [{name: "Ann"}]) { info { nodesCreated } } }');
          expect(refused.message).toBe('A value of Person breaks a rule of the database: too young. Nothing was written.');
        }));
    });

    it('a row that no partition takes breaks the rule of the partitions', async () => {
      const script = (sql: string) => workshop.engine.stores.relational.script(sql);
      await script('ALTER TABLE logs DETACH PARTITION logs_1');
      try {
        const input = Array.from({ length: 10 }, (_, index) => ({ id: String(index) }));
        const refused = await workshop.refusal(
          'mutation ($input: [LogCreateInput!]!) { createLogs(input: $input) { info { nodesCreated } } }',
          { input },
        );
        expect(refused.message).toBe('A value of Log breaks the rule of the partitions: none of them takes the row. Nothing was written.');
      } finally {
        await script('ALTER TABLE logs ATTACH PARTITION logs_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1)');
      }
    });

    describe('bad input', () => {
      it.each([
        [
          'mutation { createPeople(input: [{name: "x", team: {}}]) { info { nodesCreated } } }',
          'BAD_INPUT',
          'Argument input[0].team of createPeople: expected connect or create, but got neither',
        ],
        [
          'mutation { createPeople(input: [{name: "x", team: {connect: {where: {node: {name: {eq: "Red"}}}}, create: {node: {name: "y"}}}}]) { info { nodesCreated } } }',
          'BAD_INPUT',
          'expected one operation, but got connect and create',
        ],
        [
          'mutation { createTeams(input: [{name: "x", people: {connect: [{where: {node: {name: {eq: "nobody"}}}}]}}]) { info { nodesCreated } } }',
          'BAD_INPUT',
          'Argument input[0].people.connect[0] of createTeams: expected a where that matches a Person, but it matched none. Nothing was written',
        ],
        [
          'mutation { createPeople(input: [{name: "x", team: {connect: {where: {node: {NOT: {id: {eq: "0"}}}}}}}]) { info { nodesCreated } } }',
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
          `mutation { createPeople(input: [${'{name: "p", team: {create: {node: {name: "t", lead: {create: {node: '.repeat(7)}{name: "x"}${'}}}}}}'.repeat(7)}]) { info { nodesCreated } } }`,
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
            await workshop.refusal(
              'mutation { updateTeams(where: {name: {eq: "Red"}}, update: {people: {delete: [{}], connect: [{where: {node: {name: {eq: "a"}}}}]}}) { info { nodesCreated } } }',
            )
          ).message,
        ).toContain('either connected or deleted');
        expect(await ask('{ people { team { name } } }')).toEqual({ people: [{ team: { name: 'Red' } }] });
      });
    });
  });
};
