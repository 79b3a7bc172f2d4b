import { parse, type ExecutionResult } from 'graphql';
import { expect } from 'vitest';
import { RequestContext } from '../../src/execute/context.js';
import { createSilentLog } from '../../src/log.js';
import { Documents } from '../../src/server/documents.js';
import { Executor } from '../../src/server/execute.js';
import { openOwnGateway } from './own-gateway.js';
import type { Answer } from './gateway.js';

const SDL = `
  type Stock @table(name: "asked_stocks") @node(labels: ["AskedStock"]) {
    id: ID! @column(type: "integer") name: String @alias(property: "name") qty: Int info: JSON tags: [String!]
      parentId: Int @column(name: "parent_id")
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

/** A gateway over three stocks and three parts, which answers compiled and by graphql-js. */
export interface AskedStocks {
  /** Back to the rows and nodes that all tests begin with. */
  reset(): Promise<void>;
  /** Compiled where the operation can be. */
  run(source: string, variables?: Record<string, unknown>): Promise<ExecutionResult<Answer>>;
  /** The ids that pass, the same both ways, and as many as the connection counts. */
  passing(field: 'stocks' | 'parts', where: string, variables?: Record<string, unknown>, declared?: string): Promise<string>;
  close(): Promise<void>;
}

export const openAskedStocks = async (settings: Record<string, string>): Promise<AskedStocks> => {
  const gateway = await openOwnGateway(SDL, settings);
  await gateway.engine.stores.relational.script(TABLES);
  const [compiled, plain] = [true, false].map(
    (isCompiled) => new Executor(gateway.schema, new Documents(gateway.engine, gateway.schema), createSilentLog(), isCompiled),
  );
  const clear = async () => {
    await gateway.engine.stores.relational.script('DELETE FROM asked_stocks');
    await gateway.engine.stores.graph.write.run('MATCH (n) WHERE n:AskedPart OR n:AskedStock DETACH DELETE n');
  };
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

  const passing = async (
    field: 'stocks' | 'parts',
    where: string,
    variables: Record<string, unknown> = {},
    declared = '',
  ): Promise<string> => {
    const found = [];
    for (const way of [compiled!, plain!]) {
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
  return {
    reset: async () => {
      await clear();
      await gateway.engine.stores.relational.script(`INSERT INTO asked_stocks VALUES (1, 'one', 1, '{"a": 1}', '{x}', NULL),
        (2, 'two', NULL, NULL, NULL, 1), (3, 'three', 3, '{}', '{}', 1)`);
      await gateway.engine.stores.graph.write.run(GRAPH);
    },
    run: (source, variables) => run(compiled!, source, variables),
    passing,
    close: async () => {
      await clear();
      await gateway.engine.stores.relational.script('DROP TABLE asked_stocks');
      await gateway.close();
    },
  };
};
