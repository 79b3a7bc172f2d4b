import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAskedStocks, type AskedStocks } from '../support/asked-stocks.js';

/** Mutations whose conditions ask nothing are refused, and operations that are null do nothing. */
export const emptyWritesContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`mutations that ask nothing, on ${profile}`, () => {
    let stocks: AskedStocks;
    beforeAll(async () => {
      stocks = await openAskedStocks(settings());
    });
    afterAll(() => stocks.close());
    beforeEach(() => stocks.reset());
    const run: AskedStocks['run'] = (source, variables) => stocks.run(source, variables);
    const passing: AskedStocks['passing'] = (...args) => stocks.passing(...args);

    describe('a mutation whose condition asks nothing is refused', () => {
      const counts = async () => [await passing('stocks', '{}'), await passing('parts', '{}')];
      const refused = async (mutation: string, variables: Record<string, unknown>, message: string) => {
        const { errors } = await run(mutation, variables);
        expect(errors?.map((error) => `${String(error.extensions?.['code'])} ${error.message}`)).toEqual([
          expect.stringContaining(message),
        ]);
        expect(errors![0]!.extensions['code']).toBe('BAD_WHERE');
        expect(await counts()).toEqual(['123', 'abc']);
      };

      it.each([
        ['mutation ($x: ID) { deleteStocks(where: {id: {eq: $x}}) { nodesDeleted } }', 'the variable $x has no value'],
        ['mutation ($x: [ID!]) { deleteStocks(where: {NOT: {id: {in: $x}}}) { nodesDeleted } }', 'the variable $x has no value'],
        ['mutation ($where: StockWhere) { deleteStocks(where: $where) { nodesDeleted } }', 'the variable $where has no value'],
        [
          'mutation ($x: Int) { updateStocks(where: {AND: [{qty: {gt: $x}}]}, update: {qty: {set: 0}}) { info { relationshipsDeleted } } }',
          'the variable $x has no value',
        ],
        [
          'mutation ($x: Int) { updateStocks(where: {id: {eq: "1"}}, update: {children: [{disconnect: [{where: {node: {qty: {gt: $x}}}}]}]}) { info { relationshipsDeleted } } }',
          'the variable $x has no value',
        ],
        [
          'mutation ($x: Int) { updateStocks(where: {id: {eq: "1"}}, update: {children: [{connect: [{where: {node: {qty: {gt: $x}}}}]}]}) { info { relationshipsDeleted } } }',
          'the variable $x has no value',
        ],
        ['mutation ($x: ID) { deleteParts(where: {id: {eq: $x}}) { nodesDeleted } }', 'the variable $x has no value'],
        ['mutation ($where: PartWhere) { deleteParts(where: $where) { nodesDeleted } }', 'the variable $where has no value'],
        [
          'mutation ($x: Int) { updateParts(where: {id: {eq: "a"}}, update: {parts: [{delete: [{where: {edge: {weight: {eq: $x}}}}]}]}) { info { nodesDeleted } } }',
          'the variable $x has no value',
        ],
        [
          'mutation ($x: ID) { updateParts(where: {id: {eq: "a"}}, update: {parts: [{connect: [{where: {node: {id: {eq: $x}}}}]}]}) { info { nodesDeleted } } }',
          'the variable $x has no value',
        ],
        ['mutation { deleteStocks(where: {}) { nodesDeleted } }', 'where that asks nothing'],
        ['mutation { deleteStocks(where: {id: {}}) { nodesDeleted } }', 'where.id that asks nothing'],
        ['mutation { deleteStocks(where: {AND: []}) { nodesDeleted } }', 'where.AND that asks nothing'],
        ['mutation { deleteStocks(where: {OR: [{id: {eq: "1"}}, {}]}) { nodesDeleted } }', 'where.OR[1] that asks nothing'],
        ['mutation { deleteStocks(where: {parent: {id: {}}}) { nodesDeleted } }', 'where.parent.id that asks nothing'],
        [
          'mutation { deleteStocks(where: {children: {none: {name: {caseInsensitive: {}}}}}) { nodesDeleted } }',
          'where.children.none.name.caseInsensitive that asks nothing',
        ],
        ['mutation { deleteStocks(where: {info: {at: []}}) { nodesDeleted } }', 'where.info.at that asks nothing'],
        ['mutation { deleteStocks(where: {parts: {some: {year: {}}}}) { nodesDeleted } }', 'where.parts.some.year that asks nothing'],
        [
          'mutation { updateStocks(where: {id: {eq: "1"}}, update: {children: [{delete: [{where: {node: {qty: {}}}}]}]}) { info { nodesDeleted } } }',
          'where.qty that asks nothing',
        ],
        ['mutation { deleteParts(where: {}) { nodesDeleted } }', 'where that asks nothing'],
        ['mutation { deleteParts(where: {year: {}}) { nodesDeleted } }', 'where.year that asks nothing'],
        ['mutation { deleteParts(where: {parts: {}}) { nodesDeleted } }', 'where.parts that asks nothing'],
        ['mutation { deleteParts(where: {NOT: {NOT: {}}}) { nodesDeleted } }', 'where.NOT.NOT that asks nothing'],
        ['mutation { deleteStocks(where: {NOT: {id: null}}) { nodesDeleted } }', 'where.NOT.id that asks nothing'],
        ['mutation { deleteStocks(where: {NOT: {OR: []}}) { nodesDeleted } }', 'where.NOT.OR that asks nothing'],
        ['mutation { deleteStocks(where: {children: {none: {OR: []}}}) { nodesDeleted } }', 'where.children.none.OR that asks nothing'],
        ['mutation { deleteParts(where: {NOT: {OR: []}}) { nodesDeleted } }', 'where.NOT.OR that asks nothing'],
        [
          'mutation { deleteParts(where: {partsConnection: {aggregate: {}}}) { nodesDeleted } }',
          'where.partsConnection.aggregate that asks nothing',
        ],
        [
          'mutation { deleteParts(where: {partsConnection: {aggregate: {OR: []}}}) { nodesDeleted } }',
          'where.partsConnection.aggregate.OR that asks nothing',
        ],
        [
          'mutation { deleteParts(where: {NOT: {partsConnection: {aggregate: {count: {nodes: {}}}}}}) { nodesDeleted } }',
          'aggregate.count.nodes that asks nothing',
        ],
        [
          'mutation { updateParts(where: {id: {eq: "a"}}, update: {parts: [{connect: [{where: {node: {partsConnection: {aggregate: {node: {}}}}}}]}]}) { info { nodesDeleted } } }',
          'where.partsConnection.aggregate.node that asks nothing',
        ],
        [
          'mutation { updateParts(where: {id: {eq: "a"}}, update: {parts: [{delete: [{where: {NOT: {edge: {}}}}]}]}) { info { nodesDeleted } } }',
          'where.NOT.edge that asks nothing',
        ],
        [
          'mutation { updateParts(where: {id: {eq: "a"}}, update: {parts: [{disconnect: [{where: {node: {}}}]}]}) { info { relationshipsDeleted } } }',
          'where.node that asks nothing',
        ],
        [
          'mutation { updateParts(where: {id: {eq: "a"}}, update: {parts: [{delete: [{where: {edge: {weight: {}}}}]}]}) { info { nodesDeleted } } }',
          'where.edge.weight that asks nothing',
        ],
        [
          'mutation { updateParts(where: {id: {eq: "a"}}, update: {parts: [{connect: [{where: {node: {}}}]}]}) { info { nodesDeleted } } }',
          'where that asks nothing',
        ],
      ])('%s', async (mutation, message) => {
        await refused(mutation, {}, message);
      });

      it('whichever way the empty condition comes', async () => {
        await refused(
          'mutation ($where: StockWhere) { deleteStocks(where: $where) { nodesDeleted } }',
          { where: { NOT: { OR: [{ AND: [] }] } } },
          'where.NOT.OR[0].AND that asks nothing',
        );
        await refused(
          'mutation ($where: PartWhere) { deleteParts(where: $where) { nodesDeleted } }',
          { where: null },
          'expected a condition for where, but got null',
        );
      });

      it.each([
        ['mutation ($x: [ID!]) { deleteStocks(where: {NOT: {id: {in: $x}}}) { nodesDeleted } }', '123', 'abc'],
        ['mutation ($x: Int) { deleteStocks(where: {NOT: {qty: {gt: $x}}}) { nodesDeleted } }', '123', 'abc'],
        ['mutation { deleteStocks(where: {OR: []}) { nodesDeleted } }', '123', 'abc'],
        ['mutation { deleteParts(where: {OR: []}) { nodesDeleted } }', '123', 'abc'],
        [
          'mutation { updateParts(where: {id: {eq: "a"}}, update: {parts: [{delete: [{where: {OR: []}}]}]}) { info { nodesDeleted } } }',
          '123',
          'abc',
        ],
        [
          'mutation { updateParts(where: {id: {eq: "a"}}, update: {parts: [{delete: [{where: {node: {OR: []}}}]}]}) { info { nodesDeleted } } }',
          '123',
          'abc',
        ],
        [
          'mutation { updateStocks(where: {id: {eq: "1"}}, update: {children: [{delete: [{where: {node: {OR: []}}}]}]}) { info { nodesDeleted } } }',
          '123',
          'abc',
        ],
      ])('while one that nothing passes writes nothing: %s', async (mutation, rows, nodes) => {
        const { errors } = await run(mutation, { x: null });
        expect(errors).toBeUndefined();
        expect(await counts()).toEqual([rows, nodes]);
      });
    });

    describe('null in the place of an operation does nothing', () => {
      it.each([
        ['mutation { updateParts(where: {id: {eq: "a"}}, update: {year: null}) { parts { year name } } }'],
        ['mutation { updateParts(where: {id: {eq: "a"}}, update: {year: {add: null}}) { parts { year name } } }'],
        ['mutation { updateParts(where: {id: {eq: "a"}}, update: {tags: {push: null}, parts: null}) { parts { year name } } }'],
        [
          'mutation { updateParts(where: {id: {eq: "a"}}, update: {parts: [{create: null, connect: null, update: null, disconnect: null, delete: null}]}) { parts { year name } } }',
        ],
        [
          'mutation { updateParts(where: {id: {eq: "a"}}, update: {parts: [{update: {node: null, edge: {weight: null}}}]}) { parts { year name } } }',
        ],
        ['mutation { updateParts(where: {id: {eq: "a"}}, update: null) { parts { year name } } }'],
      ])('%s', async (mutation) => {
        const { data, errors } = await run(mutation);
        expect(errors).toBeUndefined();
        expect(data.updateParts.parts).toEqual([{ year: 1, name: 'A' }]);
      });

      it('in what is created', async () => {
        const { data, errors } = await run(
          'mutation { createParts(input: [{id: "d", year: null, parts: {create: null, connect: null}}, {id: "e", parts: null}]) { parts { id year } } }',
        );
        expect(errors).toBeUndefined();
        expect(data.createParts.parts).toEqual([
          { id: 'd', year: null },
          { id: 'e', year: null },
        ]);
      });
    });
  });
};
