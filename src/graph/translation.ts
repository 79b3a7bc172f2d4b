import {
  execute,
  getVariableValues,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { isDeepStrictEqual } from 'node:util';
import { completer, type Complete } from './answer.js';
import { shapeOf } from '../query/shape.js';
import { ANONYMOUS } from '../predicate/caller.js';
import { Deferred, runFor, settled } from '../predicate/deferred.js';
import type { GraphResult, GraphRunner } from '../stores/types.js';

/** The statement of a root field of the graph schema, and how its parameters come from the variables. */
interface Root {
  readonly alias: string;
  readonly cypher: string;
  readonly parameters: Fill;
  readonly complete: Complete;
}

/** The translation of a document whose variables have a certain shape: learnt once from @neo4j/graphql, then run without it. */
export interface Translation {
  readonly roots: readonly Root[];
  /** The values that differ between requests, in order. */
  readonly leaves: readonly Deferred[];
}

/** Makes a value of the parameters from a request's leaves. */
type Fill = (leaves: readonly unknown[]) => unknown;

/** The shape of a document's variables; requests with the same key share a translation. */
export interface VariablesShape {
  readonly key: string;
  readonly coerced: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** @returns undefined where the variables do not fit: then graphql-js says why */
export const shapeOfVariables = (
  schema: GraphQLSchema,
  document: DocumentNode,
  given: Readonly<Record<string, unknown>>,
): VariablesShape | undefined => {
  const definitions = operationOf(document).variableDefinitions ?? [];
  const { coerced } = getVariableValues(schema, definitions, given);
  if (!coerced) return undefined;
  const { key, variables } = shapeOf(schema, definitions, coerced);
  return {
    key:
      key +
      leavesOf(variables)
        .map((leaf) => kindOf(leaf.get(runFor(ANONYMOUS, coerced))))
        .join(''),
    coerced,
    variables,
  };
};

/**
 * Runs a document field by field through @neo4j/graphql, and learns the statement of each. Every value that differs between
 * requests is replaced by a marker that no statement contains, to see where in the parameters it goes. A translation is kept only if it
 * gives the same statement and the same answer as @neo4j/graphql did.
 */
export const learn = async (
  schema: GraphQLSchema,
  document: DocumentNode,
  shape: VariablesShape,
  runner: GraphRunner,
): Promise<{ readonly data: Record<string, unknown>; readonly translation: Translation | undefined }> => {
  const operation = operationOf(document);
  const leaves = leavesOf(shape.variables);
  const values = leaves.map((leaf) => leaf.get(runFor(ANONYMOUS, shape.coerced)));
  const marks = values.map(markOf);
  const marked = settled(shape.variables, (leaf) => marks[leaves.indexOf(leaf)]) as Record<string, unknown>;
  const roots: (Root | undefined)[] = [];
  const data: Record<string, unknown> = {};
  await Promise.all(
    operation.selectionSet.selections.map(async (selection, index) => {
      const alone: DocumentNode = {
        ...document,
        definitions: [{ ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] } }],
      };
      const asked = await asks(schema, alone, shape.coerced, (cypher, parameters) => runner.run(cypher, parameters));
      const alias = ((selection as FieldNode).alias ?? (selection as FieldNode).name).value;
      data[alias] = asked.data?.[alias];
      if (asked.errors) throw asked.errors[0]!.originalError ?? asked.errors[0]!;
      const elsewhere = await asks(schema, alone, marked, () => Promise.reject(new Error('only its text is wanted')));
      roots[index] = rootOf(schema, selection as FieldNode, alias, asked, elsewhere, marks, values);
    }),
  );
  const isWhole = !marks.includes(undefined) && roots.every((root) => root !== undefined);
  return { data, translation: isWhole ? { roots, leaves } : undefined };
};

/** Runs a translation. @throws NotPlain where graphql-js has to make the answer; the store's error */
export const runTranslation = async (
  { roots, leaves }: Translation,
  coerced: VariablesShape['coerced'],
  runner: GraphRunner,
): Promise<Record<string, unknown>> => {
  const run = runFor(ANONYMOUS, coerced);
  const values = leaves.map((leaf) => leaf.get(run));
  const answers = await Promise.all(
    roots.map(async ({ alias, cypher, parameters, complete }) => {
      const { records } = await runner.run(cypher, parameters(values) as Record<string, unknown>);
      return [alias, complete(records.map((record) => record.get('this') as unknown))] as const;
    }),
  );
  return Object.fromEntries(answers);
};

const operationOf = (document: DocumentNode): OperationDefinitionNode => document.definitions[0] as OperationDefinitionNode;

const leavesOf = (value: unknown): Deferred[] => {
  if (value instanceof Deferred) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leavesOf);
};

/** The properties of a leaf that may change the statement: an offset of 0, say, leaves the offset out. */
const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? 'l' : `L${kindOf(value[0])}`;
  if (typeof value === 'number') return value === 0 ? '0' : Number.isInteger(value) ? 'i' : 'f';
  if (typeof value === 'string') return value === '' ? 'e' : 's';
  return typeof value;
};

/**
 * A marker of the same kind as a value, which no statement contains; the value itself where its kind determines it; undefined where
 * there is no marker.
 */
const markOf = (value: unknown, index: number): unknown => {
  if (value === '' || value === 0 || (Array.isArray(value) && value.length === 0)) return value;
  if (!Array.isArray(value)) return valueMark(value, index);
  const mark = valueMark(value[0], index);
  return mark && [mark];
};

const valueMark = (value: unknown, index: number): unknown => {
  if (typeof value === 'string') return `\u0001${index}\u0001`;
  if (typeof value === 'number') return Number.isInteger(value) ? 1_987_650_000 + index : 1_987_650_000.5 + index;
  return isDriverInteger(value) ? value.constructor.fromNumber(1_987_650_000 + index) : undefined;
};

interface Asked {
  readonly cypher: string | undefined;
  readonly parameters: unknown;
  /** Undefined when the field needed more than one statement, or none. */
  readonly records: GraphResult['records'] | undefined;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: Awaited<ReturnType<typeof execute>>['errors'];
}

const asks = async (
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: Readonly<Record<string, unknown>>,
  run: (cypher: string, parameters: Record<string, unknown>) => Promise<GraphResult>,
): Promise<Asked> => {
  const statements: { cypher: string; parameters: unknown; records: GraphResult['records'] | undefined }[] = [];
  const runner: GraphRunner = {
    run: async (cypher, parameters = {}) => {
      const statement: (typeof statements)[number] = { cypher, parameters, records: undefined };
      statements.push(statement);
      const result = await run(cypher, parameters);
      statement.records = result.records;
      return result;
    },
  };
  const { data, errors } = await execute({ schema, document, variableValues, contextValue: graphContext(runner) });
  const [only] = statements;
  const { cypher, parameters, records } =
    statements.length === 1 ? only! : { cypher: undefined, parameters: undefined, records: undefined };
  return { cypher, parameters, records, data, errors };
};

/** The context of @neo4j/graphql's resolvers. */
export const graphContext = (runner: GraphRunner) => ({ executionContext: runner, cypherQueryOptions: { addVersionPrefix: false } });

const rootOf = (
  schema: GraphQLSchema,
  node: FieldNode,
  alias: string,
  asked: Asked,
  marked: Asked,
  marks: readonly unknown[],
  values: readonly unknown[],
): Root | undefined => {
  const { cypher, parameters, records, data } = asked;
  const complete = completer(schema.getQueryType()!.getFields()[node.name.value]!.type, node);
  if (
    !complete ||
    cypher === undefined ||
    records === undefined ||
    cypher !== marked.cypher ||
    records.some((record) => record.keys.join() !== 'this')
  )
    return undefined;
  const fill = fillOf(marked.parameters, marks);
  if (!isDeepStrictEqual(fill(values), parameters)) return undefined;
  try {
    if (!holds(complete(records.map((record) => record.get('this') as unknown)), data?.[alias])) return undefined;
  } catch {
    return undefined;
  }
  return { alias, cypher, parameters: fill, complete };
};

/** Whether a value is contained in another: statements also return the values that they sort by. */
const holds = (whole: unknown, value: unknown): boolean => {
  if (typeof value !== 'object' || value === null || typeof whole !== 'object' || whole === null) return whole === value;
  if (Array.isArray(value))
    return Array.isArray(whole) && whole.length === value.length && value.every((item, index) => holds(whole[index], item));
  return Object.entries(value).every(([name, item]) => holds((whole as Record<string, unknown>)[name], item));
};

/** How a value of the parameters comes from the leaves: a value without a marker is constant. */
const fillOf = (value: unknown, marks: readonly unknown[]): Fill => {
  const slot = marks.findIndex((mark) => isMarked(mark) && isDeepStrictEqual(mark, value));
  if (slot !== -1) return (leaves) => leaves[slot];
  if (typeof value !== 'object' || value === null) return () => value;
  if (Array.isArray(value)) {
    const items = value.map((item) => fillOf(item, marks));
    return (leaves) => items.map((item) => item(leaves));
  }
  if (Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).map(([name, item]) => [name, fillOf(item, marks)] as const);
    return (leaves) => Object.fromEntries(entries.map(([name, item]) => [name, item(leaves)]));
  }
  const integer = integerOf(value, marks);
  return integer ?? (() => value);
};

const isMarked = (mark: unknown): boolean => (Array.isArray(mark) ? mark.length > 0 : mark !== '' && mark !== 0);

/** The driver's class for integers: of LIMIT, of SKIP, and of type BigInt. */
interface DriverInteger {
  toNumber(): number;
  readonly constructor: { fromNumber(value: number): unknown };
}

const isDriverInteger = (value: unknown): value is DriverInteger =>
  typeof value === 'object' && value !== null && 'low' in value && 'high' in value;

const integerOf = (integer: object, marks: readonly unknown[]): Fill | undefined => {
  if (!isDriverInteger(integer)) return undefined;
  const slot = marks.indexOf(integer.toNumber());
  return slot === -1 ? undefined : (leaves) => integer.constructor.fromNumber(leaves[slot] as number);
};
