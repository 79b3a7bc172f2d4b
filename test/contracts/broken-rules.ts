import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resetTeams, type Workshop } from '../support/workshop.js';

/** What is said of a rule of the database that a write breaks, and that nothing is written then. */
export const brokenRulesContract = (profile: string, open: () => Promise<Workshop>): void => {
  describe(`broken rules on ${profile}`, () => {
    let workshop: Workshop;
    const ask: Workshop['ask'] = (source, variables) => workshop.ask(source, variables);
    beforeAll(async () => {
      workshop = await open();
    });
    afterAll(() => workshop.close());
    beforeEach(() => resetTeams(workshop));

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
        const booking = (starts: number) => `createBookings(input: [{starts: ${starts}, ends: ${starts + 1}, code: 1,
          team: {connect: {where: {node: {name: {eq: "Red"}}}}}}]) { info { nodesCreated } }`;
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
            await workshop.refusal(`mutation { updateTeams(where: {name: {eq: "Red"}},
              update: {lead: {create: {node: {name: "x", nick: "too long"}}}}) { info { nodesCreated } } }`)
          ).extensions,
        ).toMatchObject({ code: 'VALUE_INVALID' });
      });
    });

    describe('a refusal that a trigger raises', () => {
      const raising = async (table: string, raise: string, work: () => Promise<void>) => {
        const script = (sql: string) => workshop.engine.stores.relational.script(sql);
        await script(`CREATE FUNCTION raise() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN ${raise}; END$$;
          CREATE TRIGGER raise BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION raise()`);
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
  });
};
