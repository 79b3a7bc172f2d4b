import { describe, expect, it } from 'vitest';
import { bindSchema } from '../../resolvers/bind.js';
import { AccessRules } from '../../src/access/rules.js';
import { compileModel } from '../../src/model/compile.js';
import { openGraphSchema } from '../../src/model/graph-schema.js';
import { callerOf, NOBODY, type Identity } from '../../src/predicate/caller.js';
import { guarded } from '../../src/sql/source.js';
import { insertSql } from '../../src/sql/write.js';
import { Statement } from '../../src/sql/statement.js';
import { tableType } from '../../src/model/types.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';

const own = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
const TYPES = `
  type Team @table(name: "teams") { id: ID! name: String! lead: Person @join(from: "lead_id") people: [Person!]! @join(to: "team_id") }
  type Person @table(name: "people") { id: ID! name: String! email: String born: Date salary: Int team: Team @join(from: "team_id") }
  type Part @node { id: ID! name: String! teams: [Team!]! @relationship(type: "OF", direction: OUT) }`;

const rulesOf = async (text: string, types = TYPES.replace('type Team @table(name: "teams")', 'type Team @table(name: "teams") @node')) => {
  const model = compileModel([{ path: 'types.graphql', text: types }, { path: 'rules.graphql', text }, ...own]);
  return new AccessRules(model, bindSchema(model, await openGraphSchema(model)));
};
const user = (also: Partial<Identity> = {}) => callerOf({ ...NOBODY, kind: 'user', id: '11111111-1111-4111-8111-111111111111', ...also });

/** The table expression from which a caller reads a type. */
const sourceOf = async (text: string, name: string, caller = user(), types?: string) => {
  const rules = await rulesOf(text, types);
  const model = rules.modelFor(caller);
  return guarded(model, tableType(model, name), 'read', new Statement());
};

describe('a rule', () => {
  it('becomes a condition of the table expression, with values of the caller as parameters', async () => {
    const rule = 'extend type Person @authorization(filter: { where: { node: { team: { lead: { id: { eq: "$jwt.id" } } } } } })';
    expect(await sourceOf(rule, 'Person')).toBe(
      '(SELECT t0.*, t0."xmin" FROM "public"."people" t0 WHERE EXISTS (SELECT 1 FROM "public"."teams" t1 ' +
        'WHERE t1."id" = t0."team_id" AND t1."lead_id" = ANY($1::uuid[])))',
    );
  });

  it('asks for the referring column where it is about the key of what is referred to', async () => {
    const rule = `extend type Person @sessionVariable(name: "teams", of: "team", where: { id: { eq: "$jwt.id" } })
      @authorization(filter: { where: { node: { team: { id: { in: "$jwt.teams" } } } } })`;
    expect(await sourceOf(rule, 'Person')).toBe('(SELECT t0.*, t0."xmin" FROM "public"."people" t0 WHERE t0."team_id" = ANY($1::uuid[]))');
  });

  it('asks for the row where a join compares several columns', async () => {
    const types = `type Team @table(name: "teams") { id: ID! tenant: Int
        people: [Person!]! @join(from: ["id", "tenant"], to: ["team_id", "tenant"]) }
      type Person @table(name: "people") { id: ID! tenant: Int team: Team @join(from: ["team_id", "tenant"], to: ["id", "tenant"])
        email: String @authorization(filter: { where: { jwt: { isAdmin: { eq: true } } } }) }`;
    const rule = `extend type Person @authorization(filter: { where: { node: { team: { id: { eq: "$jwt.id" } } } } })`;
    const source = await sourceOf(rule, 'Person', user(), types);
    expect(source).toContain('EXISTS (SELECT 1 FROM "public"."teams" t1 WHERE');
    expect(source).toContain('SELECT t0."id", t0."tenant", t0."team_id", CASE WHEN false THEN');
  });

  it('on session variables is decided before any statement is written', async () => {
    const rule = `extend type Person @authorization(filter: [
      { where: { jwt: { isAdmin: { eq: true } } } }
      { where: { jwt: { roles: { includes: "staff" }, claims: { site: { in: ["A", "B"] } } }, node: { name: { eq: "x" } } } }])`;
    expect(await sourceOf(rule, 'Person', user({ isAdmin: true }))).toBe('"public"."people"');
    expect(await sourceOf(rule, 'Person')).toContain('WHERE false)');
    expect(await sourceOf(rule, 'Person', user({ roles: ['staff'], claims: { site: 'B' } }))).toContain('WHERE t0."name" = $1)');
    expect(await sourceOf(rule, 'Person', user({ roles: ['staff'], claims: { site: 'C' } }))).toContain('WHERE false)');
  });

  it('is not for strangers, unless it says so', async () => {
    const rule = (also: string) => `extend type Person @authorization(filter: { ${also} where: { node: { name: { eq: "x" } } } })`;
    expect(await sourceOf(rule(''), 'Person', callerOf(NOBODY))).toContain('WHERE false)');
    expect(await sourceOf(rule('requireAuthentication: false'), 'Person', callerOf(NOBODY))).toContain('WHERE t0."name" = $1)');
  });

  it('about a session variable that the caller does not have is unknown, under NOT too', async () => {
    const rule = `extend type Person @authorization(filter: { requireAuthentication: false
      where: { node: { NOT: { team: { id: { eq: "$jwt.tenant" } } } } } })`;
    expect(await sourceOf(rule, 'Person', user({ tenant: null }))).toContain('WHERE (NOT NULL::boolean))');
    expect(await sourceOf(rule, 'Person', user({ tenant: 'x' }))).toContain('WHERE (NOT t0."team_id" = ANY($1::uuid[])))');
  });

  it('that is missing for an operation denies it, once a type has rules', async () => {
    const rules = await rulesOf(
      'extend type Person @authorization(filter: { operations: [READ], where: { node: { name: { eq: "x" } } } })',
    );
    const model = rules.modelFor(user());
    const type = tableType(model, 'Person');
    expect((['aggregate', 'update', 'delete', 'connect', 'create'] as const).map((right) => model.guard(type, right).kind)).toEqual(
      Array(5).fill('false'),
    );
    expect(model.guard(tableType(model, 'Team'), 'delete').kind).toBe('true');
    expect(AccessRules.missing(model)).toEqual(['Team', 'Part']);
  });

  it('opens a public type to readers, and to nobody who writes', async () => {
    const model = (await rulesOf('extend type Person @public')).modelFor(callerOf(NOBODY));
    const type = tableType(model, 'Person');
    expect((['read', 'aggregate', 'connect', 'update', 'delete', 'create'] as const).map((right) => model.guard(type, right).kind)).toEqual(
      ['true', 'true', 'true', 'false', 'false', 'false'],
    );
  });

  it('on what a row becomes is evaluated by the statement that writes it', async () => {
    const model = (
      await rulesOf('extend type Person @authorization(validate: { operations: [CREATE], where: { node: { name: { eq: "x" } } } })')
    ).modelFor(user());
    const type = tableType(model, 'Person');
    const { text, columns } = insertSql(model, type, [type.table.key[0]!], [[undefined]], type.table.key);
    expect(text).toBe(
      'INSERT INTO "public"."people" AS r ("id") VALUES (DEFAULT) RETURNING r."id"::text, (coalesce(r."name" = $1, false))::text',
    );
    expect(columns).toEqual(['id', '#mayBe']);
  });
});

describe('a column with a rule of its own', () => {
  const typesWith = (field: string) => TYPES.replace('email: String', field).replace('type Team', 'type Team ');

  it('is null where the rule does not hold, for all that reads the table expression', async () => {
    const types = typesWith('email: String @authorization(filter: { where: { node: { id: { eq: "$jwt.id" } } } })');
    expect(
      await sourceOf(
        'extend type Person @public extend type Team @public',
        'Person',
        user(),
        types.replace('@table(name: "teams")', '@table(name: "teams") @node'),
      ),
    ).toBe(
      '(SELECT t0."id", t0."name", CASE WHEN t0."id" = ANY($1::uuid[]) THEN t0."email" END AS "email", t0."born", t0."salary", ' +
        't0."team_id", t0."xmin" FROM "public"."people" t0 WHERE true)',
    );
  });

  it.each([
    ['LAST_FOUR', 'email: String', `('****' || right(t0."email", 4))::text`],
    ['HASH', 'email: String', `(encode(sha256(convert_to(t0."email", 'UTF8')), 'hex'))::text`],
    ['YEAR', 'email: Date', `(date_trunc('year', t0."email"))::date`],
  ])('shows %s of its value to those for whom it is masked', async (keep, field, sql) => {
    const types = typesWith(`${field} @mask(keep: ${keep}, unless: { jwt: { isAdmin: { eq: true } } })`);
    const node = types.replace('@table(name: "teams")', '@table(name: "teams") @node');
    expect(await sourceOf('extend type Person @public extend type Team @public', 'Person', user(), node)).toContain(
      `CASE WHEN false THEN t0."email" ELSE ${sql} END AS "email"`,
    );
    expect(await sourceOf('extend type Person @public extend type Team @public', 'Person', user({ isAdmin: true }), node)).toBe(
      '"public"."people"',
    );
  });
});

describe('a rule with a fault is refused at the start, with its line', () => {
  const inWhere = (where: string) => `extend type Person @authorization(filter: {\n  where: ${where} })`;
  it.each([
    ['an unknown field', inWhere('{ node: { nmae: { eq: "x" } } }'), /rules\.graphql:2 .*"nmae".*Did you mean "name"/],
    ['an unknown operator', inWhere('{ node: { name: { is: "x" } } }'), /rules\.graphql:2 .*"is"/],
    ['a value of another type', inWhere('{ node: { salary: { eq: "x" } } }'), /rules\.graphql:2 .*Int cannot represent/],
    [
      'an unknown session variable',
      inWhere('{ node: { id: { eq: "$jwt.sub" } } }'),
      /rules\.graphql:2 .*\$jwt\.sub is no session variable/,
    ],
    ['an unknown part', inWhere('{ row: {} }'), /rules\.graphql:2 .*expected node, jwt, AND, OR or NOT, but got row/],
    ['an unknown test', inWhere('{ jwt: { isAdmin: { is: true } } }'), /rules\.graphql:2 .*expected eq, in or includes/],
    ['a test of a set', inWhere('{ jwt: { projects: { in: [] } } }'), /rules\.graphql:2 .*projects is no session variable with one value/],
    [
      'another store',
      'extend type Part @authorization(filter: { where: { node: { teams: { some: { name: { eq: "x" } } } } } })',
      /a rule of Part can only ask its home store/,
    ],
    [
      'what a node becomes',
      'extend type Part @authorization(validate: { where: { node: { name: { eq: "x" } } } })',
      /what a node becomes can only be checked by conditions on session variables/,
    ],
    [
      'sets that ask for each other',
      `extend type Team @sessionVariable(name: "a", of: "id", where: { id: { in: "$jwt.b" } })
         @sessionVariable(name: "b", of: "id", where: { id: { in: "$jwt.a" } })`,
      /asks for itself: a, b, a|asks for itself: b, a, b/,
    ],
    ['a set of a list', 'extend type Team @sessionVariable(name: "a", of: "people", where: {})', /Team\.people is neither/],
  ])('%s', async (_, text, message) => {
    await expect(rulesOf(text)).rejects.toThrow(message);
  });

  it.each([
    [
      'is checked when it is written',
      '@authorization(validate: { where: { jwt: { isAdmin: { eq: true } } } })',
      /validate rule on the type/,
    ],
    [
      'is hidden, and checked when it is written',
      '@authorization(filter: { where: { jwt: {} } }, validate: { where: { jwt: {} } })',
      /validate rule on the type/,
    ],
    ['is hidden by no filter', '@authorization', /without a filter, which says nothing/],
    ['is hidden by an empty filter', '@authorization(filter: [])', /without a filter, which says nothing/],
    [
      'is hidden from those who update it',
      '@authorization(filter: { operations: [UPDATE], where: { jwt: {} } })',
      /a filter that does not name READ/,
    ],
    [
      'is masked and hidden',
      '@mask(keep: HASH, unless: { jwt: { isAdmin: { eq: true } } }) @authorization(filter: { where: { jwt: {} } })',
      /@mask and @authorization: take one/,
    ],
  ])('a field that %s', async (_, directives, message) => {
    const types = `type Team @table(name: "teams") { id: ID!\n email: String ${directives} }`;
    const faults = rulesOf('', types);
    await expect(faults).rejects.toThrow(message);
    await expect(faults).rejects.toThrow(/types\.graphql:2 .*Team\.email/);
  });

  it.each(['@authorization(filter: { where: { jwt: {} } })', '@authorization(validate: { where: { jwt: {} } })'])(
    'a field of a node with %s',
    async (directives) => {
      const types = `type Part @node { id: ID!\n name: String ${directives} }`;
      await expect(rulesOf('', types)).rejects.toThrow(/types\.graphql:2 .*Part\.name has @authorization, which means nothing/);
    },
  );

  it.each([
    ['is not null', 'salary: Int! @authorization(filter: { where: { jwt: {} } })', /its type cannot be Int!/],
    ['is the key', 'key: ID @column(name: "id") @authorization(filter: { where: { jwt: {} } })', /is the key/],
    ['has no such part', 'born: Int @mask(keep: YEAR, unless: { jwt: {} })', /YEAR takes date, .*but the column is integer/],
  ])('a hidden column that %s', async (_, field, message) => {
    const types = `type Team @table(name: "teams") { id: ID! ${field} }`;
    await expect(rulesOf('', types)).rejects.toThrow(message);
  });
});
