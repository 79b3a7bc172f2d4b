import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom } from '../support/generate.js';
import { WriteGenerator } from '../support/write-generator.js';
import { KINDS, WriteModel } from '../support/write-model.js';
import type { Workshop } from '../support/workshop.js';

const PLURALS = { Team: 'Teams', Person: 'People', Task: 'Tasks' } as const;

/** Generated nested writes, compared with the same writes on rows in memory. */
export const generatedWritesContract = (profile: string, open: () => Promise<Workshop>, count: number): void => {
  let workshop: Workshop;
  beforeAll(async () => {
    workshop = await open();
  });
  afterAll(() => workshop.close());

  const rows = async (): Promise<string[]> => {
    const texts = [
      `SELECT 'Team ' || t.name || ' lead ' || coalesce(l.name, '-') || ' ' || coalesce(t.size::text, '-') FROM teams t LEFT JOIN people l
        ON l.id = t.lead_id`,
      `SELECT 'Person ' || p.name || ' team ' || coalesce(t.name, '-') FROM people p LEFT JOIN teams t ON t.id = p.team_id`,
      `SELECT 'Task ' || t.title || ' person ' || p.name || ' parent ' || coalesce(o.title, '-') || ' ' || coalesce(t.hours::text, '-')
        FROM tasks t JOIN people p ON p.id = t.person_id LEFT JOIN tasks o ON o.id = t.parent_id`,
    ];
    return (await workshop.engine.stores.relational.read({ text: texts.join(' UNION ALL ') })).map(([text]) => text!).sort();
  };
  const modelRows = (model: WriteModel): string[] =>
    model.rows
      .map(({ type, name, refs, columns }) =>
        [
          type,
          name,
          ...Object.keys(KINDS[type].one).flatMap((field) => [field, refs[field]?.name ?? '-']),
          ...Object.values(columns).map((value) => value ?? '-'),
        ].join(' '),
      )
      .sort();
  const nodes = async (): Promise<string[]> =>
    (await workshop.engine.stores.graph.read.run('MATCH (n:Person) RETURN n.name AS name')).records
      .map((record) => record.get('name') as string)
      .sort();

  it(`on ${profile}, ${count} generated writes leave the rows, copies and counts that they leave in memory`, async () => {
    const model = new WriteModel();
    const random = createRandom(4_711);
    const generator = new WriteGenerator(model, random);
    let refused = 0;
    for (let index = 0; index < count; index += 1) {
      const { kind, type, args } = generator.mutation();
      const name = `${kind}${PLURALS[type]}`;
      const source = {
        create: `mutation ($input: [${type}CreateInput!]!) { ${name}(input: $input) { info { nodesCreated relationshipsCreated } } }`,
        update: `mutation ($where: ${type}Where, $update: ${type}UpdateInput) {
          ${name}(where: $where, update: $update) { info { nodesCreated nodesDeleted relationshipsCreated relationshipsDeleted } } }`,
        delete: `mutation ($where: ${type}Where, $delete: ${type}DeleteInput) {
          ${name}(where: $where, delete: $delete) { nodesDeleted relationshipsDeleted } }`,
      }[kind];
      const expected = model.run(kind, type, args);
      // The type of a connect is written in its where for the model alone.
      const variables = JSON.parse(JSON.stringify(args, (key, value: unknown) => (key === '#type' ? undefined : value))) as Record<
        string,
        unknown
      >;
      const { data, errors } = await workshop.run(source, variables);
      const shown = `${index}: ${name} ${JSON.stringify(variables)}`;
      if (expected === undefined) refused += 1;
      expect(
        errors?.map(({ message }) => message),
        shown,
      )[expected ? 'toBeUndefined' : 'toHaveLength'](1);
      if (errors) expect(errors[0]!.extensions['code'], shown).toMatch(/^[A-Z_]+$/);
      if (expected) expect(expected, shown).toMatchObject(kind === 'delete' ? data[name] : data[name].info);
      expect(await rows(), shown).toEqual(modelRows(model));
    }
    expect(await nodes()).toEqual(
      model.rows
        .filter(({ type }) => type === 'Person')
        .map(({ name }) => name)
        .sort(),
    );
    // Enough of them must have been written, and enough refused.
    expect(refused).toBeGreaterThan(count / 20);
    expect(refused).toBeLessThan(count / 2);
  }, 300_000);
};
