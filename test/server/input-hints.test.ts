import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const message = async (query: string, variables?: Record<string, unknown>): Promise<string> =>
  (await gateway.send(query, variables)).errors![0]!.message;

describe('a bare value in the place of an input is told how it is said', () => {
  it.each([
    [
      'of an enum',
      'requirements(where: {priority: CRITICAL})',
      'Expected value of type "PriorityEnumScalarFilters", found CRITICAL. Say {priority: {eq: CRITICAL}}.',
    ],
    ['of a text', 'requirements(where: {title: "x"})', 'found "x". Say {title: {eq: "x"}}.'],
    ['of a number, within AND', 'requirements(where: {AND: [{version: 1}]})', 'found 1. Say {version: {eq: 1}}.'],
    ['of a truth', 'requirements(where: {isImmutable: true})', 'found true. Say {isImmutable: {eq: true}}.'],
    ['of a list', 'requirements(where: {priority: [CRITICAL, HIGH]})', 'found [CRITICAL, HIGH]. Say {priority: {in: [CRITICAL, HIGH]}}.'],
    ['of JSON', 'requirements(where: {tags: "x"})', 'found "x". Say {tags: {eq: "x"}}.'],
    ['of what a join leads to', 'requirements(where: {project: "x"})', 'found "x". Say {project: {id: {eq: "x"}}}.'],
    ['of what a list of rows leads to', 'projects(where: {requirements: "x"})', 'found "x". Say {requirements: {some: {id: {eq: "x"}}}}.'],
    ['of nearness', 'requirements(where: {near: "far"})', 'found "far". Say {near: {text: "far"}}.'],
    ['of a node', 'components(where: {name: "x"})', 'found "x". Say {name: {eq: "x"}}.'],
    ['of a connection', 'requirementsConnection(where: {priority: CRITICAL})', 'Say {priority: {eq: CRITICAL}}.'],
    ['in the place of where itself', 'requirements(where: "x")', 'found "x". Say {where: {id: {eq: "x"}}}.'],
  ])('%s', async (_, field, told) => {
    const asked = field.includes('Connection(') ? `{ ${field} { totalCount } }` : `{ ${field} { id } }`;
    expect(await message(asked)).toContain(told);
  });

  it.each([
    [
      'requirements(where: {priority: {eq: "CRITICAL"}})',
      'Enum "Priority" cannot represent non-enum value: "CRITICAL". Leave the quotation marks away: {eq: CRITICAL}.',
    ],
    ['requirements(where: {priority: {in: [HIGH, "CRITICAL"]}})', '"CRITICAL". Leave the quotation marks away: {in: [CRITICAL]}.'],
    ['requirements(sort: [{title: "ASC"}])', '"ASC". Leave the quotation marks away: {title: ASC}.'],
    ['requirements(where: {priority: {eq: "critical"}})', 'Did you mean the enum value "CRITICAL"'],
    ['requirements(where: {priority: {eq: "x"}})', 'Enum "Priority" cannot represent non-enum value: "x".'],
  ])('a value of an enum in quotation marks: %s', async (field, told) => {
    expect(await message(`{ ${field} { id } }`)).toContain(told);
  });

  it('in an update', async () => {
    expect(await message('mutation { updateProjects(where: {id: {eq: "x"}}, update: {name: "x"}) { projects { name } } }')).toContain(
      'found "x". Say {name: {set: "x"}}.',
    );
  });

  it('of a variable of another type', async () => {
    expect(await message('query ($p: Priority) { requirements(where: {priority: $p}) { id } }', { p: 'HIGH' })).toContain(
      'Say {priority: {eq: $p}}.',
    );
    expect(await message('query ($p: [Priority!]) { requirements(where: {priority: $p}) { id } }', { p: ['HIGH'] })).toContain(
      'Say {priority: {in: $p}}.',
    );
  });

  it('in a variable', async () => {
    const asked = 'query ($where: RequirementWhere) { requirements(where: $where) { id } }';
    expect(await message(asked, { where: { priority: 'CRITICAL' } })).toBe(
      'Variable "$where" got invalid value "CRITICAL" at "where.priority"; Expected type "PriorityEnumScalarFilters" to be an object. ' +
        'Say {priority: {eq: "CRITICAL"}}.',
    );
    expect(await message(asked, { where: { OR: [{ priority: ['HIGH'] }] } })).toContain('Say {priority: {in: ["HIGH"]}}.');
    expect(await message('query ($f: PriorityEnumScalarFilters) { requirements(where: {priority: $f}) { id } }', { f: 'HIGH' })).toContain(
      'to be an object. Say {eq: "HIGH"}.',
    );
    expect(await gateway.send(asked, { where: { priority: 'CRITICAL' } })).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  it('and never more than 200 characters of it come back', async () => {
    const long = 'x'.repeat(5_000);
    for (const told of [
      await message(`{ requirements(where: {title: "${long}"}) { id } }`),
      await message('query ($where: RequirementWhere) { requirements(where: $where) { id } }', { where: { title: long } }),
      await message(`{ requirements(where: {title: [${'"y", '.repeat(2_000)}]}) { id } }`),
    ]) {
      expect(told).toMatch(/Say \{title: \{(eq|in): \.\.\.\}\}\.$/);
      expect(told.match(/x|"y"/g)!.length).toBeLessThanOrEqual(200);
    }
  });
});
