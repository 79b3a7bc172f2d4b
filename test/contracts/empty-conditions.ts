import { parse, type ExecutionResult } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RequestContext } from '../../src/execute/context.js';
import { createSilentLog } from '../../src/log.js';
import { Documents } from '../../src/server/documents.js';
import { Executor } from '../../src/server/execute.js';
import { openOwnGateway, type OwnGateway } from '../support/own-gateway.js';
import type { Answer } from '../support/gateway.js';

const SDL = `
  type Stock @table(name: "asked_stocks") @node(labels: ["AskedStock"]) {
    id: ID! @column(type: "integer") name: String @alias(property: "name") qty: Int info: JSON tags: [String!] parentId: Int @column(name: "parent_id")
    parent: Stock @join(from: "parent_id") children: [Stock!]! @join(to: "parent_id")
    parts: [Part!]! @relationship(type: "ASKED_HAS", direction: OUT) }
  type Part @node(labels: ["AskedPart"]) { id: ID! name: String year: Int tags: [String!]
    parts: [Part!]! @relationship(type: "ASKED_OF", direction: OUT, properties: "Of")
    reach: [PartReach!]! @traverse(types: ["ASKED_OF"], direction: OUT, properties: "Of")
    stocks: [Stock!]! @relationship(type: "ASKED_HAS", direction: IN) }
  type PartReach { distance: Int! part: Part! }
  type Of @relationshipProperties { weight: Int }
`;

const TABLES = `
  DROP TABLE IF EXISTS asked_stocks;
  CREATE TABLE asked_stocks (id int PRIMARY KEY, name text, qty int, info jsonb, tags text[], parent_id int REFERENCES asked_stocks);`;

const GRAPH = `
  CREATE (a:AskedPart {id: 'a', name: 'A', year: 1}), (b:AskedPart {id: 'b', name: 'B'}), (c:AskedPart {id: 'c', name: 'C', year: 3}),
    (s:AskedStock {id: '1', name: 'one'}), (a)-[:ASKED_OF {weight: 1}]->(b), (a)-[:ASKED_OF]->(c), (s)-[:ASKED_HAS]->(a)`;

/** What conditions mean that hold nothing, and values that are null or missing, in every home and both ways of executing. */
export const emptyConditionsContract = (profile: string, settings: () => Record<string, string>): void => {
  describe(`conditions that ask nothing, on ${profile}`, () => {
    let gateway: OwnGateway;
    let ways: readonly Executor[];
    const clear = async () => {
      await gateway.engine.stores.relational.script('DELETE FROM asked_stocks');
      await gateway.engine.stores.graph.write.run('MATCH (n) WHERE n:AskedPart OR n:AskedStock DETACH DELETE n');
    };
    beforeAll(async () => {
      gateway = await openOwnGateway(SDL, settings());
      await gateway.engine.stores.relational.script(TABLES);
      ways = [true, false].map(
        (compiled) => new Executor(gateway.schema, new Documents(gateway.engine, gateway.schema, createSilentLog(), compiled)),
      );
    });
    afterAll(async () => {
      await clear();
      await gateway.engine.stores.relational.script('DROP TABLE asked_stocks');
      await gateway.close();
    });
    beforeEach(async () => {
      await clear();
      await gateway.engine.stores.relational.script(
        `INSERT INTO asked_stocks VALUES (1, 'one', 1, '{"a": 1}', '{x}', NULL), (2, 'two', NULL, NULL, NULL, 1), (3, 'three', 3, '{}', '{}', 1)`,
      );
      await gateway.engine.stores.graph.write.run(GRAPH);
    });

    const run = async (executor: Executor, source: string, variables: Record<string, unknown> = {}): Promise<ExecutionResult<Answer>> => {
      const context = new RequestContext(gateway.engine);
      const operation = { document: parse(source), variables };
      if (!(await executor.runCompiled(context, operation)))
        return JSON.parse(JSON.stringify(await executor.run(context, operation))) as ExecutionResult<Answer>;
      const { bytes, release } = context.answer!;
      const answer = JSON.parse(bytes.toString()) as ExecutionResult<Answer>;
      release();
      return answer;
    };

    /** The ids that pass, the same both ways, and as many as the connection counts. */
    const passing = async (
      field: 'stocks' | 'parts',
      where: string,
      variables: Record<string, unknown> = {},
      declared = '',
    ): Promise<string> => {
      const found = [];
      for (const way of ways) {
        const { data, errors } = await run(
          way,
          `query ${declared && `(${declared})`} { ${field}(where: ${where}) { id } ${field}Connection(where: ${where}) { totalCount } }`,
          variables,
        );
        expect(errors).toBeUndefined();
        const ids = (data[field] as { id: string }[]).map(({ id }) => id).sort();
        expect(data[`${field}Connection`].totalCount).toBe(ids.length);
        found.push(ids.join(''));
      }
      expect(found[1]).toBe(found[0]);
      return found[0]!;
    };

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
        const { data, errors } = await run(ways[0]!, `{ part(id: "a") { reach(edge: ${edge}) { distance } } }`);
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
          const { data, errors } = await run(ways[0]!, source, { x: null });
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

    describe('a mutation whose condition asks nothing is refused', () => {
      const counts = async () => [await passing('stocks', '{}'), await passing('parts', '{}')];
      const refused = async (mutation: string, variables: Record<string, unknown>, message: string) => {
        const { errors } = await run(ways[0]!, mutation, variables);
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
        const { errors } = await run(ways[0]!, mutation, { x: null });
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
        const { data, errors } = await run(ways[0]!, mutation);
        expect(errors).toBeUndefined();
        expect(data.updateParts.parts).toEqual([{ year: 1, name: 'A' }]);
      });

      it('in what is created', async () => {
        const { data, errors } = await run(
          ways[0]!,
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
