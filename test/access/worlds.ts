import { parse, type ExecutionResult } from 'graphql';
import { bindSchema } from '../../resolvers/bind.js';
import type { Guard, Rules } from '../../src/access/guard.js';
import { readConfig } from '../../src/config.js';
import { createEngine, withAccess, type Engine } from '../../src/engine.js';
import { Callers } from '../../src/execute/callers.js';
import { RequestContext } from '../../src/execute/context.js';
import { createSilentLog } from '../../src/log.js';
import { compileModel } from '../../src/model/compile.js';
import { openGraphSchema } from '../../src/model/graph-schema.js';
import type { ValueField } from '../../src/predicate/types.js';
import { compare, not, TRUE } from '../../src/predicate/types.js';
import { Deferred } from '../../src/predicate/deferred.js';
import { ANONYMOUS, NOBODY, type Caller } from '../../src/predicate/caller.js';
import { tableType } from '../../src/model/types.js';
import { projectRows } from '../../src/mutate/projection.js';
import { migrateGraph, migrateVectors } from '../../src/operations/migrate.js';
import { readSchemaFiles } from '../../src/operations/schema-files.js';
import { Documents } from '../../src/server/documents.js';
import { addExplanation, explainWritten } from '../../src/server/explain.js';
import { Executor } from '../../src/server/execute.js';
import { Trace } from '../../src/stores/trace.js';
import type { Embedder, Stores } from '../../src/stores/types.js';
import { testEmbedder } from '../support/embedder.js';
import { NODE_TYPES, REFERENCES, TABLE_TYPES, type Data, type Hidden } from './data.js';
import { canarySdl, canaryTables } from './schema.js';

export const callerOf = (hidden: Hidden): Caller => ({ ...ANONYMOUS, variables: { ...hidden } });

/** Hides from each caller the rows and nodes that its variables name, whatever they are to be used for. */
const hiding: Guard = (type) => {
  const field = type.fields.get('id') as ValueField;
  const value = new Deferred(({ caller }) => caller.variables[type.name], type.home === 'table' ? 'uuid' : undefined);
  return not(compare({ field, operator: 'eq', value }));
};

/** A row must not become one that is hidden either. */
const HIDING: Partial<Rules> = {
  guard: hiding,
  check: (type, right, when) => (right !== 'delete' && when === 'after' ? hiding(type, right) : TRUE),
};

export interface Ask {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  /** Not by a plan, but by graphql-js. */
  readonly plain?: boolean;
  readonly explain?: boolean;
}

/** A gateway over data of its own, in stores that it shares with others. */
export interface World {
  readonly engine: Engine;
  ask(ask: Ask, caller?: Caller): Promise<ExecutionResult & { readonly compiled: boolean }>;
  /** Forgets everything, and holds this. */
  load(data: Data): Promise<void>;
  /** Everything that it holds, read past the gateway: a text for each row, node, relationship and vector. */
  held(): Promise<string[]>;
}

/**
 * Its names begin with `name`, which no text in an answer tells.
 *
 * @param hides whether each caller's own rows are hidden; or rules for the schema
 */
export const openWorld = async (name: string, stores: Stores, hides: boolean | string): Promise<World> => {
  const own = readSchemaFiles().filter(({ path }) => /(directives|scalars)\.graphql$/.test(path));
  const model = compileModel([{ path: 'canary.graphql', text: canarySdl(name) + (typeof hides === 'string' ? hides : '') }, ...own]);
  const graphSchema = await openGraphSchema(model);
  const parts = { model, stores, embedder: remembering, graphSchema, log: createSilentLog(), limits: readConfig({}, {}) };
  const plain = createEngine(hides === true ? { ...parts, rules: HIDING } : parts);
  const open = createEngine(parts);
  const schema = bindSchema(plain.model, graphSchema);
  const engine = withAccess(plain, schema);
  const callers = new Callers(engine, 0);
  const executors = [true, false].map((compiled) => new Executor(schema, new Documents(engine, schema), createSilentLog(), compiled));
  const { relational, graph, vector } = stores;
  await relational.script(canaryTables(name));
  await migrateVectors(open);
  await migrateGraph(open);
  const table = (type: string) => `"${name}_${{ Site: 'sites', Person: 'people', Doc: 'docs' }[type]!}"`;

  const load = async ({ rows, links }: Data): Promise<void> => {
    await relational.script(TABLE_TYPES.map((type) => `DELETE FROM ${table(type)};`).join(' '));
    for (const label of ['Site', 'Doc', ...NODE_TYPES]) await graph.write.run(`MATCH (n:${name}${label}) DETACH DELETE n`);
    const { points } = await vector.client.scroll(`${name}_docs`, { limit: 1_000, with_payload: false });
    if (points.length > 0) await vector.client.delete(`${name}_docs`, { wait: true, points: points.map(({ id }) => id) });
    for (const type of TABLE_TYPES) {
      const text = JSON.stringify(rows[type]).replaceAll("'", "''");
      await relational.script(`INSERT INTO ${table(type)} SELECT * FROM json_populate_recordset(NULL::${table(type)}, '${text}')`);
    }
    for (const type of ['Site', 'Doc']) {
      const failure = await projectRows(
        open,
        tableType(open.model, type),
        rows[type as 'Site'].map(({ id }) => String(id)),
      );
      if (failure) throw failure;
    }
    for (const type of NODE_TYPES)
      await graph.write.run(`UNWIND $rows AS row CREATE (n:${name}${type}) SET n = row`, {
        rows: rows[type].map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))),
      });
    for (const kind of new Set(links.map(({ type, from, to }) => `${from[0]} ${type} ${to[0]}`))) {
      const [from, type, to] = kind.split(' ');
      const pairs = links
        .filter((link) => link.type === type)
        .map((link) => ({ from: link.from[1], to: link.to[1], weight: link.weight, isKnown: link.weight !== null }));
      for (const isKnown of [true, false])
        await graph.write.run(
          `UNWIND $pairs AS pair MATCH (a:${name}${from} {id: pair.from}), (b:${name}${to} {id: pair.to})
            CREATE (a)-[:${name}_${type} ${isKnown ? '{weight: pair.weight}' : ''}]->(b)`,
          { pairs: pairs.filter((pair) => pair.isKnown === isKnown) },
        );
    }
  };

  const held = async (): Promise<string[]> => {
    const all: string[] = [];
    for (const type of TABLE_TYPES)
      for (const [text] of await relational.read({ text: `SELECT to_jsonb(t)::text FROM ${table(type)} t` }, { primary: true }))
        all.push(`row ${type} ${text}`);
    for (const label of ['Site', 'Doc', ...NODE_TYPES]) {
      const nodes = await graph.write.run(
        `MATCH (n:${name}${label}) RETURN n.id AS id, coalesce(n.name, n.title) AS name, coalesce(toString(n.year), '') AS year`,
      );
      all.push(...nodes.records.map((each) => `node ${label} ${each.get('id')} ${each.get('name')} ${each.get('year')}`));
    }
    for (const type of ['HAS', 'FEEDS', 'MENTIONS', 'OF', 'MADE_BY']) {
      const links = await graph.write.run(
        `MATCH (a)-[r:${name}_${type}]->(b) RETURN a.id AS one, b.id AS other, coalesce(toString(r.weight), '') AS weight`,
      );
      all.push(...links.records.map((each) => `link ${each.get('one')} ${type} ${each.get('other')} ${each.get('weight')}`));
    }
    const { points } = await vector.client.scroll(`${name}_docs`, { limit: 1_000, with_payload: true });
    all.push(...points.map(({ id, payload }) => `point ${id} ${JSON.stringify(payload)}`));
    return all.sort();
  };

  const ask: World['ask'] = async ({ query, variables = {}, plain = false, explain = false }, caller) => {
    const executor = executors[plain ? 1 : 0]!;
    const options = explain ? { trace: new Trace() } : {};
    const context = engine.access
      ? await callers.open(caller?.identity ?? NOBODY, options)
      : new RequestContext(engine, { ...options, caller });
    const operation = { document: parse(query), variables };
    if (await executor.runCompiled(context, operation)) {
      if (context.explained) await explainWritten(context, context.explained);
      const { bytes, release } = context.answer!;
      const answer = JSON.parse(bytes.toString().replaceAll(name, 'world')) as ExecutionResult;
      release();
      return { ...answer, compiled: true };
    }
    const result = executor.run(context, operation);
    const text = JSON.stringify(await (context.explained ? addExplanation(context, context.explained, result) : result));
    return { ...(JSON.parse(text.replaceAll(name, 'world')) as ExecutionResult), compiled: false };
  };
  return { engine, ask, load, held };
};

/** What a caller is shown of what a world holds. */
export const shownOf = (held: readonly string[], hidden: Hidden): string[] =>
  held.flatMap((text) => {
    const [kind, type, ...rest] = text.split(' ');
    if (kind !== 'row') return Object.values(hidden).some((key) => text.split('{')[0]!.includes(key)) ? [] : [payloadWithout(text, hidden)];
    const row = JSON.parse(rest.join(' ')) as Record<string, unknown>;
    if (row['id'] === hidden[type as 'Site']) return [];
    for (const [column, target] of Object.entries(REFERENCES[type!]!)) if (row[column] === hidden[target]) row[column] = null;
    return [`row ${type} ${JSON.stringify(row)}`];
  });

/** What of it a caller is not shown: the rows, nodes and vectors themselves. */
export const hiddenOf = (held: readonly string[], hidden: Hidden): string[] =>
  held.filter((text) =>
    Object.entries(hidden).some(
      ([type, key]) =>
        text.startsWith(`row ${type} {"id": "${key}"`) || text.startsWith(`node ${type} ${key}`) || text.startsWith(`point ${key}`),
    ),
  );

const payloadWithout = (text: string, hidden: Hidden): string => {
  const start = text.indexOf('{');
  if (!text.startsWith('point')) return text;
  const { site, ...payload } = JSON.parse(text.slice(start)) as Record<string, unknown>;
  return text.slice(0, start) + JSON.stringify(site == null || site === hidden.Site ? payload : { ...payload, site });
};

const known = new Map<string, number[]>();
/** Texts are embedded once. */
const remembering: Embedder = {
  ...testEmbedder,
  embed: async (texts) => {
    const fresh = [...new Set(texts)].filter((text) => !known.has(text));
    if (fresh.length > 0) (await testEmbedder.embed(fresh)).forEach((vector, index) => known.set(fresh[index]!, vector));
    return texts.map((text) => known.get(text)!);
  },
};
