import DataLoader from 'dataloader';
import { execute, GraphQLError, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { isOver, isUnavailable, toGatewayError } from '../stores/failures.js';
import { graphDocument, nodesPart, type GraphPart } from '../plan/graph-part.js';
import { nodeName, type TableType } from '../model/types.js';
import { NotPlain } from '../plan/graph-answer.js';
import { graphContext, learn, runTranslation, shapeOfVariables, type Translation } from './graph-translation.js';
import type { Levels } from './levels.js';
import type { GraphRunner } from '../stores/types.js';

/** Something asked of the graph: a root field, or a field of the nodes that stand for rows of a table-home type. */
export type GraphRequest = { readonly kind: 'root'; readonly part: GraphPart } | { readonly kind: 'hop'; readonly type: TableType; readonly keys: readonly string[]; readonly part: GraphPart };

/** A root's value, or a hop's values by key. */
export type GraphAnswer = unknown;

export type GraphLoader = DataLoader<GraphRequest, GraphAnswer, unknown>;

/**
 * Loads from the graph through @neo4j/graphql's schema. All hops that a request asks of one type at one time are one
 * statement, whatever the number of rows and of fields.
 */
export const createGraphLoader = (runner: GraphRunner, schema: GraphQLSchema, levels: Levels): GraphLoader =>
  new DataLoader<GraphRequest, GraphAnswer, unknown>((requests) => levels.run(() => loadAll(runner, schema, requests)), {
    cache: false,
    batchScheduleFn: levels.schedule,
  });

interface Hops {
  readonly type: TableType;
  readonly keys: Set<string>;
  readonly fields: GraphPart[];
}

type Answer = (result: ExecutionResult, nodes: ReadonlyMap<string, Nodes>) => unknown;

const loadAll = async (runner: GraphRunner, schema: GraphQLSchema, requests: readonly GraphRequest[]): Promise<unknown[]> => {
  const roots: GraphPart[] = [];
  const addRoot = (part: GraphPart): string => `f${roots.push(part) - 1}`;
  const hops = new Map<string, Hops>();
  const answers = requests.map((request): Answer => {
    if (request.kind === 'root') {
      const alias = addRoot(request.part);
      return (result) => valueAt(result, alias);
    }
    const { type, keys, part } = request;
    const group = hops.get(type.name) ?? { type, keys: new Set(), fields: [] };
    const alias = `h${group.fields.push(part) - 1}`;
    hops.set(type.name, group);
    for (const key of keys) group.keys.add(key);
    return (_, nodes) => {
      const found = nodes.get(type.name)!();
      return new Map(keys.map((key) => [key, found.get(key)?.[alias]]));
    };
  });
  const aliases = [...hops].map(([name, { type, keys, fields }]) => [name, addRoot(nodesPart(nodeName(type), [...keys], (part) => fields.map((field, index) => `h${index}: ${part.embed(field)}`).join(' ')))] as const);
  const result = await runGraph(schema, runner, 'query', roots);
  // The roots of @neo4j/graphql are non-null, so one that fails takes all others of its document with it: ask each by itself.
  const failures = result.errors?.map((error) => error.originalError ?? error) ?? [];
  if (failures.length > 0 && requests.length > 1 && !failures.some((error) => isUnavailable(error) || isOver(error))) {
    return (await Promise.all(requests.map((request) => loadAll(runner, schema, [request])))).flat();
  }
  const nodes = new Map(aliases.map(([name, alias]) => [name, once(() => byKey(valueAt(result, alias) as Record<string, unknown>[]))]));
  return answers.map((answer) => {
    try {
      return answer(result, nodes);
    } catch (error) {
      return toGatewayError('graph', error);
    }
  });
};

type Nodes = () => Map<string, Record<string, unknown>>;

const byKey = (nodes: readonly Record<string, unknown>[]) => new Map(nodes.map((node) => [String(node['id']), node]));

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** What is known of a text: how it parses, and what @neo4j/graphql makes of it, by the shape of its variables. */
interface Known {
  readonly document: DocumentNode;
  /** Undefined where it has to be asked each time. */
  readonly translations: Map<string, Translation | 'seen' | undefined>;
}

/** Most texts that are kept, and most shapes of the variables of each. @default 1_000 */
const MAX_KNOWN = 1_000;

const known = new WeakMap<GraphQLSchema, LRUCache<string, Known>>();

const knownOf = (schema: GraphQLSchema, text: string): Known => {
  let texts = known.get(schema);
  if (!texts) known.set(schema, (texts = new LRUCache({ max: MAX_KNOWN })));
  let found = texts.get(text);
  if (!found) texts.set(text, (found = { document: parse(text, { noLocation: true }), translations: new Map() }));
  return found;
};

/**
 * Executes these root fields against the graph schema, as f0, f1 and so on. What is asked again, with other values, is not
 * translated again: its statements are sent as they were learnt, and what comes is taken as it is.
 */
export const runGraph = async (schema: GraphQLSchema, runner: GraphRunner, kind: 'query' | 'mutation', roots: readonly GraphPart[]): Promise<ExecutionResult> => {
  const { text, variables } = graphDocument(kind, roots);
  const { document, translations } = knownOf(schema, text);
  const executeIt = () => execute({ schema, document, variableValues: variables, contextValue: graphContext(runner) });
  const shape = kind === 'query' ? shapeOfVariables(schema, document, variables) : undefined;
  if (!shape) return executeIt();
  const translation = translations.get(shape.key);
  if (translation === undefined) {
    // What is asked once need not be learnt.
    if (!translations.has(shape.key) && translations.size < MAX_KNOWN) translations.set(shape.key, 'seen');
    return executeIt();
  }
  try {
    if (translation !== 'seen') return { data: await runTranslation(translation, shape.coerced, runner) };
    const learnt = await learn(schema, document, shape, runner);
    translations.set(shape.key, learnt.translation);
    return { data: learnt.data };
  } catch (error) {
    if (!(error instanceof NotPlain)) return { errors: [new GraphQLError('failed', { originalError: error as Error })] };
    translations.set(shape.key, undefined);
    return executeIt();
  }
};

/** The value of a root field, or its error thrown. */
export const valueAt = (result: ExecutionResult, alias: string): unknown => {
  const error = result.errors?.find(({ path }) => path === undefined || path[0] === alias) ?? (result.data ? undefined : result.errors?.[0]);
  if (error) throw toGatewayError('graph', error.originalError ?? error);
  return result.data?.[alias];
};
