import DataLoader from 'dataloader';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { isOver, isUnavailable, toGatewayError } from '../stores/failures.js';
import { nodesPart, type GraphPart } from '../plan/graph-part.js';
import { nodeName, type TableType } from '../model/types.js';
import { checkReach } from './graph-reach.js';
import { loadKeys, type KeysRequest } from './graph-keys.js';
import { runGraph, valueAt } from './graph-run.js';
import type { Budget } from './budget.js';
import type { Levels } from './levels.js';
import type { GraphRunner } from '../stores/types.js';

/** Something asked of the graph: a root field, a field of the nodes that stand for rows of a table-home type, or keys alone. */
export type GraphRequest = PartRequest | KeysRequest;

export type PartRequest = { readonly kind: 'root'; readonly part: GraphPart } | { readonly kind: 'hop'; readonly type: TableType; readonly keys: readonly string[]; readonly part: GraphPart };

/** A root's value, a hop's values by key, or keys. */
export type GraphAnswer = unknown;

export type GraphLoader = DataLoader<GraphRequest, GraphAnswer, unknown>;

/**
 * Loads from the graph through @neo4j/graphql's schema. All hops that a request asks of one type at one time are one
 * statement, whatever the number of rows and of fields.
 */
export const createGraphLoader = (runner: GraphRunner, schema: GraphQLSchema, levels: Levels, budget: Budget): GraphLoader =>
  new DataLoader<GraphRequest, GraphAnswer, unknown>((requests) => levels.run(() => loadAll(runner, schema, requests, budget)), {
    cache: false,
    batchScheduleFn: levels.schedule,
  });

interface Hops {
  readonly type: TableType;
  readonly keys: Set<string>;
  readonly fields: GraphPart[];
}

type Answer = (result: ExecutionResult, nodes: ReadonlyMap<string, Nodes>) => unknown;

/** What asks for keys alone is a statement by itself; everything else is one document. */
const loadAll = async (runner: GraphRunner, schema: GraphQLSchema, requests: readonly GraphRequest[], budget: Budget): Promise<unknown[]> => {
  const keysOf = async (request: KeysRequest) => {
    const found = await loadKeys(schema, runner, request);
    budget.takeKeys(found?.length ?? 0);
    return found;
  };
  const parts = requests.filter((request) => request.kind !== 'keys');
  const [loaded, ...keys] = await Promise.all([
    parts.length === 0 ? [] : loadParts(runner, schema, parts, budget),
    ...requests.map((request) => (request.kind === 'keys' ? keysOf(request).catch((error: unknown) => toGatewayError('graph', error)) : undefined)),
  ]);
  const rest = loaded.values();
  return requests.map((request, index) => (request.kind === 'keys' ? keys[index] : rest.next().value));
};

const loadParts = async (runner: GraphRunner, schema: GraphQLSchema, requests: readonly PartRequest[], budget: Budget): Promise<unknown[]> => {
  await Promise.all(requests.map((request) => checkReach(runner, budget, request)));
  const roots: GraphPart[] = [];
  const addRoot = (part: GraphPart): string => `f${roots.push(part) - 1}`;
  const hops = new Map<string, Hops>();
  const answers = requests.map((request): Answer => {
    if (request.kind === 'root') {
      const alias = addRoot(request.part);
      return (result) => shaped(request.part, valueAt(result, alias));
    }
    const { type, keys, part } = request;
    const group = hops.get(type.name) ?? { type, keys: new Set(), fields: [] };
    const alias = `h${group.fields.push(part) - 1}`;
    hops.set(type.name, group);
    for (const key of keys) group.keys.add(key);
    return (_, nodes) => {
      const found = nodes.get(type.name)!();
      return new Map(keys.map((key) => [key, shaped(part, found.get(key)?.[alias])]));
    };
  });
  const aliases = [...hops].map(([name, { type, keys, fields }]) => [name, addRoot(nodesPart(nodeName(type), [...keys], (part) => fields.map((field, index) => `h${index}: ${part.embed(field)}`).join(' ')))] as const);
  const result = await runGraph(schema, runner, 'query', roots);
  // The roots of @neo4j/graphql are non-null, so one that fails takes all others of its document with it: ask each by itself.
  const failures = result.errors?.map((error) => error.originalError ?? error) ?? [];
  if (failures.length > 0 && requests.length > 1 && !failures.some((error) => isUnavailable(error) || isOver(error))) {
    return (await Promise.all(requests.map((request) => loadParts(runner, schema, [request], budget)))).flat();
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

const shaped = ({ shape }: GraphPart, value: unknown): unknown => (shape ? shape(value) : value);

type Nodes = () => Map<string, Record<string, unknown>>;

const byKey = (nodes: readonly Record<string, unknown>[]) => new Map(nodes.map((node) => [String(node['id']), node]));

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};
