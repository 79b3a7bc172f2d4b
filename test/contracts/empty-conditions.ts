import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAskedStocks, type AskedStocks } from '../support/asked-stocks.js';

/** What conditions mean that hold nothing, and values that are null or missing, in every home and both ways of executing. */
export const emptyConditionsContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`conditions that ask nothing, on ${profile}`, () => {
    let stocks: AskedStocks;
    beforeAll(async () => {
      stocks = await openAskedStocks(settings());
    });
    afterAll(() => stocks.close());
    beforeEach(() => stocks.reset());
    const run: AskedStocks['run'] = (source, variables) => stocks.run(source, variables);
    const passing: AskedStocks['passing'] = (...args) => stocks.passing(...args);

    describe('an empty OR is false, and an empty AND is true', () => {
      it.each([
        ['{OR: []}', ''],
        ['{AND: []}', '123'],
        ['{NOT: {OR: []}}', '123'],
        ['{NOT: {AND: []}}', ''],
        ['{OR: [{OR: []}, {qty: {eq: 3}}]}', '3'],
        ['{}', '123'],
        ['{NOT: {}}', ''],
        ['{parent: {OR: []}}', ''],
        ['{parent: {}}', '23'],
        ['{children: {some: {OR: []}}}', ''],
        ['{children: {none: {OR: []}}}', '123'],
        ['{children: {all: {OR: []}}}', ''],
        ['{children: {single: {OR: []}}}', ''],
        ['{children: {some: {}}}', '1'],
        ['{children: {none: {}}}', '23'],
        ['{children: {all: {}}}', '1'],
        ['{children: {single: {}}}', ''],
        ['{parts: {some: {}}}', '1'],
        ['{parts: {none: {}}}', '23'],
        ['{parts: {all: {}}}', '1'],
        ['{parts: {single: {}}}', '1'],
        ['{parts: {some: {OR: []}}}', ''],
        ['{parts: {none: {OR: []}}}', '123'],
        ['{parts: {all: {OR: []}}}', ''],
        ['{parts: {single: {OR: []}}}', ''],
        ['{partsConnection: {some: {OR: []}}}', ''],
        ['{partsConnection: {none: {OR: []}}}', '123'],
        ['{partsConnection: {all: {AND: []}}}', '1'],
        ['{partsConnection: {some: {NOT: {OR: []}}}}', '1'],
        ['{OR: [{OR: []}, {parts: {some: {}}}]}', '1'],
        ['{AND: [{OR: []}, {parts: {some: {}}}]}', ''],
        ['{NOT: {AND: [{OR: []}, {parts: {some: {}}}]}}', '123'],
      ])('of rows: %s', async (where, expected) => {
        expect(await passing('stocks', where)).toBe(expected);
      });

      it.each([
        ['{OR: []}', ''],
        ['{AND: []}', 'abc'],
        ['{NOT: {OR: []}}', 'abc'],
        ['{NOT: {AND: []}}', ''],
        ['{OR: [{OR: []}, {year: {eq: 3}}]}', 'c'],
        ['{}', 'abc'],
        ['{NOT: {}}', ''],
        ['{parts: {some: {}}}', 'a'],
        ['{parts: {none: {}}}', 'bc'],
        ['{parts: {all: {}}}', 'a'],
        ['{parts: {single: {}}}', ''],
        ['{parts: {some: {OR: []}}}', ''],
        ['{parts: {none: {OR: []}}}', 'abc'],
        ['{parts: {all: {OR: []}}}', ''],
        ['{parts: {single: {OR: []}}}', ''],
        ['{partsConnection: {some: {OR: []}}}', ''],
        ['{partsConnection: {none: {OR: []}}}', 'abc'],
        ['{partsConnection: {all: {OR: []}}}', ''],
        ['{partsConnection: {some: {AND: []}}}', 'a'],
        ['{partsConnection: {some: {NOT: {OR: []}}}}', 'a'],
        ['{partsConnection: {some: {OR: [{OR: []}, {edge: {weight: {eq: 1}}}]}}}', 'a'],
        ['{partsConnection: {some: {edge: {OR: []}}}}', ''],
        ['{partsConnection: {some: {edge: {NOT: {OR: []}}}}}', 'a'],
        ['{partsConnection: {some: {edge: {OR: [{NOT: {weight: {eq: 1}}}, {AND: []}]}}}}', 'a'],
        ['{partsConnection: {all: {edge: {OR: [{weight: {eq: 1}}, {weight: {eq: null}}]}}}}', 'a'],
        ['{partsConnection: {some: {node: {OR: []}}}}', ''],
        ['{stocks: {some: {OR: []}}}', ''],
        ['{stocks: {none: {OR: []}}}', 'abc'],
        ['{stocks: {some: {}}}', 'a'],
        ['{stocks: {all: {OR: []}}}', ''],
        ['{stocksConnection: {some: {OR: []}}}', ''],
        ['{stocksConnection: {none: {NOT: {OR: []}}}}', 'bc'],
      ])('of nodes: %s', async (where, expected) => {
        expect(await passing('parts', where)).toBe(expected);
      });

      it.each([
        ['{OR: []}', 0],
        ['{AND: []}', 2],
        ['{NOT: {OR: []}}', 2],
        ['{NOT: {AND: []}}', 0],
        ['{OR: [{OR: []}, {weight: {eq: 1}}]}', 1],
      ])('of the relationships of a traversal: %s', async (edge, count) => {
        const { data, errors } = await run(`{ part(id: "a") { reach(edge: ${edge}) { distance } } }`);
        expect(errors).toBeUndefined();
        expect(data.part.reach).toHaveLength(count);
      });
    });

    describe('a comparison with null is unknown, and so is its negation', () => {
      const operators = [
        'id: {in: $x}',
        'qty: {gte: $x}',
        'qty: {in: $x}',
        'name: {contains: $x}',
        'name: {in: $x}',
        'tags: {includes: $x}',
        'tags: {includesAll: $x}',
        'info: {hasKey: $x}',
        'info: {at: [{path: ["a"], gt: $x}]}',
      ];
      const types = ['[ID!]', 'Int', '[Int!]', 'String', '[String!]', 'String', '[String!]', 'String', 'JSON'];
      it.each(operators.map((condition, index) => [condition, types[index]!]))('of rows: %s', async (condition, type) => {
        const ask = (where: string) => passing('stocks', where, { x: null }, `$x: ${type}`);
        expect(await ask(`{${condition}}`)).toBe('');
        expect(await ask(`{NOT: {${condition}}}`)).toBe('');
        expect(await ask(`{OR: [{${condition}}, {id: {eq: "1"}}]}`)).toBe('1');
        expect(await ask(`{NOT: {OR: [{${condition}}, {id: {eq: "1"}}]}}`)).toBe('');
        expect(await ask(`{NOT: {AND: [{${condition}}, {id: {eq: "1"}}]}}`)).toBe('23');
      });

      it('equal to null means that there is no value', async () => {
        expect(await passing('stocks', '{qty: {eq: $x}}', { x: null }, '$x: Int')).toBe('2');
        expect(await passing('stocks', '{NOT: {qty: {eq: $x}}}', { x: null }, '$x: Int')).toBe('13');
      });
    });
  });
};
