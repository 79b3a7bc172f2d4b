import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestGateway } from '../support/gateway.js';
import { TEXTS } from '../support/sort-reference.js';

/** What a sort by what other stores know asks of them, and what it refuses. */
export const foreignSortStatementsContract = (
  profile: string,
  start: (settings?: Record<string, string>) => Promise<TestGateway>,
): void => {
  describe(`statements of a sort by what other stores know on ${profile}`, () => {
    let gateway: TestGateway;

    beforeAll(async () => {
      gateway = await start({ EXPLAIN: 'on' });
    });
    afterAll(() => gateway.close());

    const ask = async (query: string) => {
      const { data, errors } = await gateway.send(query);
      expect(errors, query).toBeUndefined();
      return data;
    };

    /** All pages, one after the other. */
    it.each([
      // All rows: the other store is asked for all it has.
      [
        'requirements(sort: [{components: {count: DESC}}, {dependsOn: {count: DESC}}, {dependsOn: {min: {title: ASC}}}, ' +
          '{near: {text: "x"}}])',
        { relational: 1, graph: 1, vector: 1 },
      ],
      // Some rows: first their keys.
      [
        'requirements(where: {priority: {eq: CRITICAL}}, sort: [{components: {count: DESC}}, {components: {max: {name: ASC}}}, ' +
          '{dependents: {count: DESC}}, {near: {text: "x"}}])',
        { relational: 2, graph: 1, vector: 1 },
      ],
      [
        'requirements(where: {priority: {eq: CRITICAL}}, sort: [{parent: {components: {count: DESC}}}, {near: {text: "x"}}])',
        { relational: 2, graph: 1, vector: 1 },
      ],
      // Where another store has said which rows, they are looked up once more: not all of them may have a row.
      [
        'requirements(where: {components: {some: {type: {eq: "power"}}}}, sort: [{components: {count: DESC}}])',
        { relational: 2, graph: 2, vector: 0 },
      ],
    ])('asks each store once a level for %s', async (field, expected) => {
      const query = `{ ${field} { id } }`;
      await ask(query);
      gateway.recorded.clear();
      await ask(query);
      const { relational, graph, vector } = gateway.recorded;
      expect({ relational: relational.length, graph: graph.length, vector: vector.length }).toEqual(expected);
    });

    it('asks no more for the lists of many rows than for those of one, and only about the rows of these lists', async () => {
      const counts = async (limit: number) => {
        gateway.recorded.clear();
        await ask(`{ projects(limit: ${limit}) { requirements(limit: 2, sort: [{components: {count: DESC}}]) { id constraints { id } }
          members { role } } }`);
        const { relational, graph, vector } = gateway.recorded;
        return { relational: relational.length, graph: graph.length, vector: vector.length };
      };
      await counts(1);
      // Projects; keys of the lists' rows; the lists with the members; constraints.
      expect(await counts(1)).toEqual({ relational: 4, graph: 1, vector: 0 });
      expect(await counts(100)).toEqual({ relational: 4, graph: 1, vector: 0 });
    });

    it('is written at once, below rows too', async () => {
      const isCompiled = async (sort: string) => {
        const { errors, extensions } = await gateway.send(
          `query ${sort.includes('$') ? '($text: String! = "x") ' : ''}{ projects { requirements(sort: [${sort}], limit: 1) { id } } }`,
          {},
          { 'x-odras-explain': 'true' },
        );
        expect(errors).toBeUndefined();
        return (extensions!['explain'] as { compiled: boolean }).compiled;
      };
      const words = [
        '{title: ASC, near: null}',
        '{near: {text: $text}}',
        '{components: {count: ASC}}',
        '{parent: {dependsOn: {min: {title: ASC}}}}',
      ];
      for (const word of words) expect(await isCompiled(word), word).toBe(true);
    });

    it('refuses a cursor of another text or word, and a nearness to nothing', async () => {
      const { page } = await ask(
        `{ page: requirementsConnection(first: 1, sort: [{near: {text: "${TEXTS[0]}"}}]) { pageInfo { endCursor } } }`,
      );
      const refused = async (args: string) =>
        (await gateway.send(`{ requirementsConnection(first: 1, ${args}) { edges { cursor } } }`)).errors?.[0];
      for (const word of [`near: {text: "${TEXTS[1]}"}`, `near: {text: "${TEXTS[0]}", direction: ASC}`, 'components: {count: DESC}']) {
        expect((await refused(`sort: [{${word}}], after: "${page.pageInfo.endCursor}"`))?.extensions?.['code'], word).toBe('BAD_CURSOR');
      }
      expect((await refused('sort: [{near: {text: " "}}]'))?.message).toBe(
        'Argument sort of requirements: near: expected words to search for, but got none',
      );
      expect((await refused('sort: [{components: {count: DESC}}], after: "x"'))?.extensions?.['code']).toBe('BAD_CURSOR');
    });
  });
};
