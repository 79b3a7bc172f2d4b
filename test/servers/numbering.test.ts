import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../support/gateway.js';
import { readFileSync } from 'node:fs';
import { startTestGateway, type TestGateway } from '../support/gateway.js';
import { newRequirement } from '../support/new-requirements.js';
import { openWorkshop, type Workshop } from '../support/workshop.js';
import { freshDatabase } from './urls.js';

/** As ODRAS does it: the next number is looked up, and nothing keeps others from finding the same. */
const NUMBERING = `
  CREATE FUNCTION number_team() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
    IF NEW.name = '' THEN SELECT 'T-' || coalesce(max(substring(name FROM 3)::int), 0) + 1 INTO NEW.name FROM teams
      WHERE name ~ '^T-[0-9]+$'; END IF; RETURN NEW; END$$;
  CREATE TRIGGER number_team BEFORE INSERT ON teams FOR EACH ROW EXECUTE FUNCTION number_team();
  CREATE FUNCTION number_person() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
    IF NEW.nick IS NULL THEN SELECT coalesce(max(nick::int), 0) + 1 INTO NEW.nick FROM people; END IF; RETURN NEW; END$$;
  CREATE TRIGGER number_person BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION number_person();`;

describe('creates that leave a unique value to a trigger', () => {
  let gateways: Workshop[];
  beforeAll(async () => {
    const url = await freshDatabase('numbering_test');
    const first = await openWorkshop({ DATABASE_URL: url });
    await first.engine.stores.relational.script(NUMBERING);
    gateways = [first, await openWorkshop({ DATABASE_URL: url }, { isMade: true })];
  });
  afterAll(() => Promise.all((gateways ?? []).map((gateway) => gateway.close())));
  beforeEach(async () => {
    await gateways[0]!.engine.stores.relational.script('TRUNCATE teams, people, tasks, awards, bookings RESTART IDENTITY CASCADE');
    for (const { written } of gateways) written.length = 0;
  });

  it('are all written, by two gateways at once', async () => {
    for (let round = 1; round <= 3; round += 1) {
      const all = gateways.flatMap((gateway) =>
        Array.from({ length: 10 }, () => gateway.run('mutation { createTeams(input: [{name: ""}]) { teams { name } } }')),
      );
      for (const { errors } of await Promise.all(all)) expect(errors).toBeUndefined();
      const { teams } = await gateways[0]!.ask('{ teams { name } }');
      expect(teams.map(({ name }: Answer) => name as string).sort()).toEqual(
        Array.from({ length: 20 * round }, (_, index) => `T-${index + 1}`).sort(),
      );
    }
  });

  it('are all written where it is a nested row that has the value, and the whole mutation is', async () => {
    const mutation = `mutation { createTeams(input: [{name: "", people: {create: [{node: {name: "a"}}, {node: {name: "b"}}]}}]) {
      info { nodesCreated } } }`;
    const all = gateways.flatMap((gateway) => Array.from({ length: 5 }, () => gateway.run(mutation)));
    for (const { errors } of await Promise.all(all)) expect(errors).toBeUndefined();
    expect(await gateways[0]!.ask('{ teamsConnection { totalCount } peopleConnection { totalCount } }')).toEqual({
      teamsConnection: { totalCount: 10 },
      peopleConnection: { totalCount: 20 },
    });
  });

  it('are told after five more attempts where the database gives the same again and again', async () => {
    const [gateway] = gateways as [Workshop];
    await gateway.ask('mutation { createPeople(input: [{name: "a", nick: "7"}]) { info { nodesCreated } } }');
    await gateway.engine.stores.relational.script(
      `ALTER TABLE people DISABLE TRIGGER number_person; ALTER TABLE people ALTER nick SET DEFAULT '7'`,
    );
    gateway.written.length = 0;
    const refused = await gateway.refusal('mutation { createPeople(input: [{name: "b"}]) { info { nodesCreated } } }');
    await gateway.engine.stores.relational.script(
      'ALTER TABLE people ENABLE TRIGGER number_person; ALTER TABLE people ALTER nick DROP DEFAULT',
    );
    expect(refused.extensions).toMatchObject({ code: 'UNIQUE_VIOLATION', fields: ['nick'] });
    expect(gateway.written.filter((text) => text.startsWith('INSERT'))).toHaveLength(6);
  });

  it("are not tried again where the value is the client's own", async () => {
    const [gateway] = gateways as [Workshop];
    await gateway.ask('mutation { createTeams(input: [{name: "Red"}]) { info { nodesCreated } } }');
    gateway.written.length = 0;
    expect((await gateway.refusal('mutation { createTeams(input: [{name: "Red"}]) { info { nodesCreated } } }')).extensions.code).toBe(
      'UNIQUE_VIOLATION',
    );
    expect(gateway.written).toHaveLength(1);
  });
});

describe('requirements numbered by the trigger of ODRAS', () => {
  const [PROJECT, OTHER] = ['00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-0000000000a2'] as const;
  const CREATE = 'mutation ($input: [RequirementCreateInput!]!) { createRequirements(input: $input) { requirements { id identifier } } }';
  let gateways: TestGateway[];
  beforeAll(async () => {
    const settings = { DATABASE_URL: await freshDatabase('odras_numbering_test') };
    gateways = [await startTestGateway({ settings }), await startTestGateway({ settings })];
    const { relational } = gateways[0]!.engine.stores;
    await relational.script(readFileSync(new URL('../../src/operations/demo/odras.sql', import.meta.url), 'utf8'));
    await relational.script(`INSERT INTO projects (project_id, name) VALUES ('${PROJECT}', 'One'), ('${OTHER}', 'Other')`);
  });
  afterAll(() => Promise.all((gateways ?? []).map((gateway) => gateway.close())));
  const identifiers = async (project: string): Promise<string[]> =>
    (
      await gateways[0]!.engine.stores.relational.read({
        text: 'SELECT requirement_identifier FROM requirements_enhanced WHERE project_id = $1 ORDER BY 1',
        values: [project],
      })
    ).map(([identifier]) => identifier!);
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => `REQ-${String(index + 1).padStart(3, '0')}`);
  /** By all gateways in turn, all at once; the identifiers that were answered. */
  const createAll = async (inputs: readonly object[]): Promise<string[]> => {
    const answers = await Promise.all(inputs.map((input, index) => gateways[index % gateways.length]!.send(CREATE, { input: [input] })));
    return answers.map(({ data, errors }) => {
      expect(errors).toBeUndefined();
      return data.createRequirements.requirements[0].identifier as string;
    });
  };

  it('are all created where 64 come at once for one project, without a gap', async () => {
    const { identifier: _, ...without } = newRequirement(PROJECT, '');
    const answered = await createAll(
      Array.from({ length: 64 }, (__, index) => (index % 2 === 0 ? without : { ...without, identifier: '' })),
    );
    expect(answered.sort()).toEqual(numbers(64));
    expect(await identifiers(PROJECT)).toEqual(numbers(64));
  });

  it('are all created where another program numbers without the lock of the gateway', async () => {
    const direct = (index: number) =>
      gateways[0]!.engine.stores.relational.pool
        .query(
          `INSERT INTO requirements_enhanced (project_id, requirement_identifier, requirement_title, requirement_text, requirement_type)
            VALUES ($1, '', 'direct', $2, 'safety')`,
          [OTHER, `number ${index}`],
        )
        .then(
          () => 1,
          () => 0,
        );
    const others = Promise.all(Array.from({ length: 30 }, (_, index) => direct(index)));
    const answered = await createAll(Array.from({ length: 20 }, () => newRequirement(OTHER, '')));
    const written = (await others).reduce<number>((sum, one) => sum + one, 0);
    expect(new Set(answered).size).toBe(20);
    expect(await identifiers(OTHER)).toEqual(numbers(20 + written));
  });
});
