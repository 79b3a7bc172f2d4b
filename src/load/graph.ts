import DataLoader from 'dataloader';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { isLasting, toGatewayError } from '../stores/failures.js';
import { nodesPart, type GraphPart } from '../graph/part.js';
import { nodeName, type TableType } from '../model/types.js';
import { checkReach, type PartRequest } from './reach.js';
import { loadKeys, type KeysRequest } from '../graph/keys.js';
import { runGraph, valueAt } from '../graph/run.js';
import type { Budget } from './budget.js';
import type { Levels } from './levels.js';
import type { GraphRunner } from '../stores/types.js';

/** A request to the graph: a root field, a field of the nodes of table rows, or only keys. */
export type GraphRequest = PartRequest | KeysRequest;

/** A root's value, a hop's values by key, or keys. */
export type GraphAnswer = unknown;

export type GraphLoader = DataLoader<GraphRequest, GraphAnswer, unknown>;

/**
 * Loads from the graph through @neo4j/graphql's schema. All hops of a request from one type at one level share a statement, whatever the
 * number of rows and fields.
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

/** Start nodes of one traversal statement: each may return as many relationships as a traversal's limit. */
const TRAVERSED_FROM = 100;

/** A traversal from many nodes, block by block, within the request's limits. */
const loadTraversal = async (
  runner: GraphRunner,
  schema: GraphQLSchema,
  request: Extract<PartRequest, { kind: 'hop' }>,
  budget: Budget,
): Promise<unknown> => {
  const all = new Map<string, unknown>();
  for (let start = 0; start < request.keys.length; start += TRAVERSED_FROM) {
    const [found] = await loadParts(runner, schema, [{ ...request, keys: request.keys.slice(start, start + TRAVERSED_FROM) }], budget);
    if (found instanceof Error) throw found;
    for (const [key, links] of found as ReadonlyMap<string, unknown>) {
      all.set(key, links);
      if (Array.isArray(links)) budget.takeKeys(links.length);
    }
  }
  return all;
};

const isLongTraversal = (request: GraphRequest): request is Extract<PartRequest, { kind: 'hop' }> =>
  request.kind === 'hop' && request.part.isTraversal && request.keys.length > TRAVERSED_FROM;

/** Requests for keys and traversals from many nodes get statements of their own; everything else shares one document. */
const loadAll = async (
  runner: GraphRunner,
  schema: GraphQLSchema,
  requests: readonly GraphRequest[],
  budget: Budget,
): Promise<unknown[]> => {
  const keysOf = async (request: KeysRequest) => {
    const found = await loadKeys(schema, runner, request);
    budget.takeKeys(found?.length ?? 0);
    return found;
  };
  const parts = requests.filter((request) => request.kind !== 'keys' && !isLongTraversal(request)) as PartRequest[];
  const apart = (request: GraphRequest): Promise<unknown> | undefined => {
    if (request.kind === 'keys') return keysOf(request);
    return isLongTraversal(request) ? loadTraversal(runner, schema, request, budget) : undefined;
  };
  const [loaded, ...others] = await Promise.all([
    parts.length === 0 ? [] : loadParts(runner, schema, parts, budget),
    ...requests.map((request) => apart(request)?.catch((error: unknown) => toGatewayError('graph', error))),
  ]);
  const rest = loaded.values();
  return requests.map((request, index) => (request.kind === 'keys' || isLongTraversal(request) ? others[index] : rest.next().value));
};

const loadParts = async (
  runner: GraphRunner,
  schema: GraphQLSchema,
  requests: readonly PartRequest[],
  budget: Budget,
): Promise<unknown[]> => {
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
  const aliases = [...hops].map(
    ([name, { type, keys, fields }]) =>
      [
        name,
        addRoot(nodesPart(nodeName(type), [...keys], (part) => fields.map((field, index) => `h${index}: ${part.embed(field)}`).join(' '))),
      ] as const,
  );
  const result = await runGraph(schema, runner, 'query', roots);
  // The roots of @neo4j/graphql are non-null, so one that fails nulls the whole document: retry each on its own.
  const failures = result.errors?.map((error) => error.originalError ?? error) ?? [];
  if (failures.length > 0 && requests.length > 1 && !failures.some((error) => isLasting('graph', error))) {
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
