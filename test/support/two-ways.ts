import { parse, type ExecutionResult } from 'graphql';
import { expect } from 'vitest';
import type { Guard } from '../../src/access/guard.js';
import { bindSchema } from '../../resolvers/bind.js';
import { readConfig } from '../../src/config.js';
import { RequestContext } from '../../src/execute/context.js';
import { createEngine, type Engine } from '../../src/engine.js';
import { createSilentLog } from '../../src/log.js';
import { compileModel } from '../../src/model/compile.js';
import { openGraphSchema } from '../../src/model/graph-schema.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import { Documents } from '../../src/server/documents.js';
import { Executor } from '../../src/server/execute.js';
import { jsonLine } from '../../src/server/operate.js';
import { executeAsServed } from './execute.js';
import { testEmbedder } from './embedder.js';
import type { SqlStatement } from '../../src/stores/types.js';
import type { Answer } from './gateway.js';
import { openEmptyStores } from './stores.js';

/** A gateway over tables of the test's own that answers every query compiled and by graphql-js. */
export interface TwoWays {
  readonly engine: Engine;
  /** Statements that read since it was last emptied. */
  readonly statements: SqlStatement[];
  /** The result, the same both ways; a mutation is run once. */
  run(source: string, variables?: Record<string, unknown>): Promise<ExecutionResult<Answer>>;
  /** The result as it is sent. */
  text(source: string, variables?: Record<string, unknown>): Promise<string>;
  /** The data of an operation that has no errors. A query must have been compiled. */
  ask(source: string, variables?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

export const openTwoWays = async (
  sdl: string,
  tables: string,
  limits: { defaultRows?: number; maxRows?: number } = {},
  guard?: Guard,
): Promise<TwoWays> => {
  const own = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
  const model = compileModel([{ path: 'own.graphql', text: sdl }, ...own]);
  const graphSchema = await openGraphSchema(model);
  const config = readConfig({}, {});
  const opened = await openEmptyStores();
  const statements: SqlStatement[] = [];
  const relational: typeof opened.relational = {
    ...opened.relational,
    read: (statement, options) => {
      statements.push(statement);
      return opened.relational.read(statement, options);
    },
  };
  const engine = createEngine({
    model,
    stores: { ...opened, relational },
    embedder: testEmbedder,
    limits: { ...config, defaultRows: 1_000, maxRows: 1_000, ...limits },
    graphSchema,
    log: createSilentLog(),
    ...(guard && { rules: { guard } }),
  });
  const schema = bindSchema(model, graphSchema);
  await opened.relational.script(tables);
  const executor = (compiled: boolean) => new Executor(schema, new Documents(engine, schema), createSilentLog(), compiled);
  const ways = { compiled: executor(true), plain: executor(false) };

  const execute = async (executor: Executor, source: string, variables: Record<string, unknown>) => {
    const context = new RequestContext(engine);
    const result = await executeAsServed(executor, context, { document: parse(source), variables });
    return { text: context.answer?.bytes.toString() ?? jsonLine(result), isCompiled: context.answer !== undefined };
  };
  const both = async (source: string, variables: Record<string, unknown>) => {
    if (source.trimStart().startsWith('mutation')) return { ...(await execute(ways.plain, source, variables)), isCompiled: true };
    const [compiled, plain] = [await execute(ways.compiled, source, variables), await execute(ways.plain, source, variables)];
    expect(compiled.text, `${source} ${JSON.stringify(variables)}`).toBe(plain.text);
    return compiled;
  };
  return {
    engine,
    statements,
    run: async (source, variables = {}) => JSON.parse((await both(source, variables)).text) as ExecutionResult<Answer>,
    text: async (source, variables = {}) => (await both(source, variables)).text,
    ask: async (source, variables = {}) => {
      const { text, isCompiled } = await both(source, variables);
      const { data, errors } = JSON.parse(text) as ExecutionResult<Answer>;
      expect(
        errors?.map(({ message }) => message),
        `${source} ${JSON.stringify(variables)}`,
      ).toBeUndefined();
      expect(isCompiled, `not compiled: ${source}`).toBe(true);
      return data;
    },
    close: () => opened.close(),
  };
};
