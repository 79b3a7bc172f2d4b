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

      it.each([
        ['year: {gte: $x}', 'Int'],
        ['year: {in: $x}', '[Int!]'],
        ['name: {contains: $x}', 'String'],
        ['name: {caseInsensitive: {startsWith: $x}}', 'String'],
        ['tags: {includes: $x}', 'String'],
      ])('of nodes: %s', async (condition, type) => {
        const ask = (where: string) => passing('parts', where, { x: null }, `$x: ${type}`);
        expect(await ask(`{${condition}}`)).toBe('');
        expect(await ask(`{NOT: {${condition}}}`)).toBe('');
        expect(await ask(`{OR: [{${condition}}, {id: {eq: "a"}}]}`)).toBe('a');
        expect(await ask(`{NOT: {OR: [{${condition}}, {id: {eq: "a"}}]}}`)).toBe('');
        expect(await ask(`{NOT: {AND: [{${condition}}, {id: {eq: "a"}}]}}`)).toBe('bc');
        expect(await ask(`{parts: {some: {${condition}}}}`)).toBe('');
        expect(await ask(`{parts: {none: {${condition}}}}`)).toBe('abc');
        expect(await ask(`{parts: {all: {NOT: {${condition}}}}}`)).toBe('');
        expect(await ask(`{parts: {all: {OR: [{${condition}}, {id: {in: ["b", "c"]}}]}}}`)).toBe('a');
      });

      it.each([
        ['weight: {gt: $x}', 'Int'],
        ['weight: {in: $x}', '[Int!]'],
      ])('of relationships: %s', async (condition, type) => {
        const ask = (where: string) => passing('parts', where, { x: null }, `$x: ${type}`);
        expect(await ask(`{partsConnection: {some: {edge: {${condition}}}}}`)).toBe('');
        expect(await ask(`{partsConnection: {some: {edge: {NOT: {${condition}}}}}}`)).toBe('');
        expect(await ask(`{partsConnection: {some: {NOT: {edge: {${condition}}, node: {id: {eq: "b"}}}}}}`)).toBe('a');
        const reach = async (edge: string) => {
          const source = `query ($x: ${type}) { part(id: "a") { reach(edge: ${edge}) { part { id } } } }`;
          const { data, errors } = await run(source, { x: null });
          expect(errors).toBeUndefined();
          return (data.part.reach as { part: { id: string } }[]).map(({ part }) => part.id).join('');
        };
        expect(await reach(`{${condition}}`)).toBe('');
        expect(await reach(`{NOT: {${condition}}}`)).toBe('');
        expect(await reach(`{OR: [{${condition}}, {weight: {eq: 1}}]}`)).toBe('b');
      });

      it.each(['{qty: {eq: $x}}', '{qty: null}', '{qty: $all}'])(
        'equal to null means that there is no value: %s of rows',
        async (where) => {
          const declared = where.includes('$all') ? '$all: IntScalarFilters' : where.includes('$x') ? '$x: Int' : '';
          expect(await passing('stocks', where, { x: null, all: null }, declared)).toBe('2');
          expect(await passing('stocks', `{NOT: ${where}}`, { x: null, all: null }, declared)).toBe('13');
        },
      );

      it.each(['{year: {eq: $x}}', '{year: null}', '{year: $all}'])(
        'equal to null means that there is no value: %s of nodes',
        async (where) => {
          const declared = where.includes('$all') ? '$all: IntScalarFilters' : where.includes('$x') ? '$x: Int' : '';
          expect(await passing('parts', where, { x: null, all: null }, declared)).toBe('b');
          expect(await passing('parts', `{NOT: ${where}}`, { x: null, all: null }, declared)).toBe('ac');
        },
      );
    });

    describe('a condition whose variable is not sent asks nothing', () => {
      it.each([
        ['stocks', '{name: {caseInsensitive: {eq: $x}}}', '123', ''],
        ['stocks', '{children: {some: {name: {eq: $x}}}}', '1', '23'],
        ['parts', '{name: {eq: $x}}', 'abc', ''],
        ['parts', '{name: {caseInsensitive: {eq: $x}}}', 'abc', ''],
        ['parts', '{parts: {none: {name: {eq: $x}}}}', 'bc', 'a'],
        ['parts', '{partsConnection: {aggregate: {node: {name: {shortestLength: {eq: $y}}}}}}', 'abc', ''],
      ] as const)('%s: %s', async (field, where, all, none) => {
        const declared = where.includes('$y') ? '$y: Int' : '$x: String';
        expect(await passing(field, where, {}, declared)).toBe(all);
        expect(await passing(field, `{NOT: ${where}}`, {}, declared)).toBe(none);
      });
    });

    describe('nothing is one of nothing, not even what is missing', () => {
      it.each([
        ['stocks', '{qty: {in: []}}', '123'],
        ['stocks', '{qty: {in: $x}}', '123'],
        ['parts', '{year: {in: []}}', 'abc'],
        ['parts', '{year: {in: $x}}', 'abc'],
      ] as const)('%s: %s', async (field, where, all) => {
        const declared = where.includes('$x') ? '$x: [Int!]' : '';
        expect(await passing(field, where, { x: [] }, declared)).toBe('');
        expect(await passing(field, `{NOT: ${where}}`, { x: [] }, declared)).toBe(all);
      });
    });
  });
};
