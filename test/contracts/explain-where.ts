import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASK, explain as explainBy, type Explained } from '../support/explained.js';
import type { TestGateway } from '../support/gateway.js';

/** What a request may be told of the order in which its conditions were asked. */
export const explainWhereContract = (profile: string, start: (settings: Record<string, string>) => Promise<TestGateway>): void => {
  describe(`explained conditions on ${profile}`, () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({ EXPLAIN: 'on' });
    });
    afterAll(() => gateway.close());

    const explain = (query: string, variables?: Record<string, unknown>) => explainBy(gateway, query, variables);

    it('say in which order the conditions of several stores were asked, and what narrowed what', async () => {
      const where = '{priority: {eq: CRITICAL}, components: {some: {type: {eq: "power"}}}, near: {text: "range", minScore: 0.3}}';
      const { errors, explained } = await explain(
        `{ requirements(where: ${where}, limit: 1000) { id } page: requirementsConnection(where: ${where}, first: 0) { totalCount } }`,
      );
      expect(errors).toBeUndefined();
      // Each of the two fields has its own.
      expect(explained.wheres).toHaveLength(2);
      const { field, conditions } = explained.wheres![0]!;
      expect(field).toBe('requirements');
      expect(conditions.map(({ condition, store }) => [condition, store])).toEqual([
        ['components.some', 'graph'],
        ['near', 'vector'],
        ['priority', 'relational'],
      ]);
      const [hop, near, last] = conditions;
      expect(hop!.how).toBe('first, for at most 2000 keys; these are all; the others were asked among these');
      // They come as one list.
      expect(hop!.keys).toBeGreaterThan(1);
      expect(explained.statements.find(({ store }) => store === 'graph')!.rows).toBe(hop!.keys);
      expect(near!.how).toBe(`among the ${hop!.keys} keys of components.some`);
      expect(near!.keys).toBe(explained.statements.find(({ store }) => store === 'vector')!.rows);
      expect(last).toEqual({
        condition: 'priority',
        store: 'relational',
        keys: null,
        how: 'in the statement, together with the keys of the others',
      });
    });

    it('tell of conditions within conditions, of those that leave rows out, and of lists', async () => {
      const { errors, explained } = await explain(`{
        requirements(limit: 5, where: {OR: [{components: {none: {name: {contains: "a"}}}}, {near: {text: "range", limit: 7}}], project: {requirements: {some: {near: {text: "radio", limit: 3}}}}}) { id }
        projects(limit: 2) { latest: requirements(limit: 2, where: {components: {some: {name: {contains: "a"}}}}) { id } }
      }`);
      expect(errors).toBeUndefined();
      const told = new Map(explained.wheres!.map(({ field, conditions }) => [`${field} ${conditions[0]!.condition}`, conditions]));
      expect([...told.keys()].sort()).toEqual([
        'latest components.some',
        'requirements OR',
        'requirements.OR components.none',
        'requirements.OR near',
        'requirements.project requirements',
        'requirements.project.requirements near',
      ]);
      expect(told.get('requirements OR')!.map(({ condition, store, keys }) => [condition, store, keys])).toEqual([
        ['OR', null, null],
        ['project', null, null],
      ]);
      expect(told.get('requirements.OR components.none')![0]).toMatchObject({
        store: 'graph',
        keys: expect.any(Number) as number,
        how: 'first, for at most 2000 keys; these are all; rows with these keys do not pass',
      });
      expect(told.get('requirements.OR near')![0]).toMatchObject({ store: 'vector', keys: 7, how: 'the nearest of all rows' });
    });
  });

  it(`an explanation on ${profile} tells of a condition that had too many keys to narrow another`, async () => {
    const gateway = await start({ EXPLAIN: 'on', PROBE_KEYS: '4' });
    try {
      const { errors, extensions } = await gateway.send(
        '{ requirements(where: {components: {some: {name: {contains: "a"}}}, near: {text: "range", minScore: 0.3}}) { id } }',
        {},
        ASK,
      );
      expect(errors).toBeUndefined();
      const { wheres } = (extensions as { explain: Explained }).explain;
      const near = wheres![0]!.conditions[1]!.keys;
      expect(wheres).toEqual([
        {
          field: 'requirements',
          conditions: [
            { condition: 'components.some', store: 'graph', keys: 5, how: 'first, for at most 4 keys; there are more' },
            { condition: 'near', store: 'vector', keys: near, how: 'for all its keys; the others were asked among these' },
            { condition: 'components.some', store: 'graph', keys: expect.any(Number) as number, how: `among the ${near} keys of near` },
          ],
        },
      ]);
    } finally {
      await gateway.close();
    }
  });
};
