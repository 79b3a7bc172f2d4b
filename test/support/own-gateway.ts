import { parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { execute } from './execute.js';
import { expect } from 'vitest';
import { bindSchema } from '../../resolvers/bind.js';
import { Audit } from '../../src/audit/audit.js';
import { makeAuditTable } from '../../src/audit/table.js';
import { readConfig } from '../../src/config.js';
import { RequestContext } from '../../src/execute/context.js';
import { createEngine, type Engine } from '../../src/engine.js';
import { createSilentLog, type Log } from '../../src/log.js';
import { compileModel } from '../../src/model/compile.js';
import { openGraphSchema } from '../../src/model/graph-schema.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import { testEmbedder } from './embedder.js';
import type { GraphRunner } from '../../src/stores/types.js';
import type { Answer } from './gateway.js';
import { openEmptyStores } from './stores.js';

/** A gateway over a schema of the test's own, without HTTP: empty stores, servers where the settings name them. */
export interface OwnGateway {
  readonly engine: Engine;
  readonly schema: GraphQLSchema;
  /** Statements that the graph was asked since the last `clear`. */
  readonly asked: string[];
  run(source: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
  /** The answer, without errors. */
  ask(source: string, variables?: Record<string, unknown>): Promise<Answer>;
  close(): Promise<void>;
}

export const openOwnGateway = async (
  sdl: string,
  settings: Record<string, string> = {},
  log: Log = createSilentLog(),
  { isAudited = false } = {},
): Promise<OwnGateway> => {
  const own = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
  const model = compileModel([{ path: 'own.graphql', text: sdl }, ...own]);
  const graphSchema = await openGraphSchema(model);
  const config = readConfig({}, settings);
  const opened = await openEmptyStores(settings, log);
  const asked: string[] = [];
  const { read, science } = opened.graph;
  const noted = (runner: GraphRunner): GraphRunner => ({
    run: (cypher, ...rest) => {
      if (!cypher.includes('dbms.components()')) asked.push(cypher);
      return runner.run(cypher, ...rest);
    },
  });
  const graph = {
    ...opened.graph,
    read: noted(read),
    science: science && {
      ...science,
      run: ((work, ...rest) => science.run((runner) => work(noted(runner)), ...rest)) as typeof science.run,
    },
  };
  const audit = isAudited ? new Audit(opened.relational, log) : undefined;
  if (audit) await makeAuditTable(opened.relational);
  const engine = createEngine({
    model,
    stores: { ...opened, graph },
    embedder: testEmbedder,
    limits: config,
    graphSchema,
    audit,
    log: createSilentLog(),
  });
  const schema = bindSchema(model, graphSchema);
  const run: OwnGateway['run'] = async (source, variables) =>
    JSON.parse(
      JSON.stringify(
        await execute({ schema, document: parse(source), contextValue: new RequestContext(engine), variableValues: variables ?? {} }),
      ),
    ) as ExecutionResult;
  return {
    engine,
    schema,
    asked,
    run,
    ask: async (source, variables) => {
      const { data, errors } = await run(source, variables);
      expect(errors).toBeUndefined();
      return data;
    },
    close: async () => {
      await audit?.close();
      await opened.close();
    },
  };
};
