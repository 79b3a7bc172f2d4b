import { GatewayError, messageOf } from '../errors.js';
import { unguarded, type GuardedModel } from '../access/guard.js';
import { keysPart } from '../graph/part.js';
import { guardedNodes } from '../graph/source.js';
import type { GraphAnswer, GraphRequest } from '../load/graph.js';
import type { EntityType } from '../model/types.js';
import { knownIn } from '../predicate/analyse.js';
import type { Run } from '../predicate/deferred.js';
import { compare, type ValueField } from '../predicate/types.js';
import { conflict } from './conflicts.js';

/** What Neo4j and Grafeo say of a violated uniqueness constraint. */
const SAME_NODE = [
  /label `(?<label>[^`]+)` and property `(?<property>[^`]+)`(?: = (?:'(?<text>[^'\\]*)'|(?<number>-?\d+)))?$/,
  /property '(?<property>[^']+)' with value (?:String\("(?<text>[^"\\]*)"\)|Int64\((?<number>-?\d+)\))? ?already exists on :(?<label>\S+)$/,
];

interface Asking {
  readonly model: GuardedModel;
  readonly run: Run;
  readonly graph: { load(request: GraphRequest): Promise<GraphAnswer> };
}

/**
 * A violated uniqueness constraint in terms of the schema, where @neo4j/graphql would say only that there is one: in full only if the
 * node that is in the way is not hidden from the caller.
 */
export const nodeViolation = async (asking: Asking, error: unknown): Promise<unknown> => {
  if ((error as { code?: unknown } | null)?.code !== 'Neo.ClientError.Schema.ConstraintValidationFailed') return error;
  const { model } = asking;
  const told = SAME_NODE.map((form) => form.exec(messageOf(error))?.groups).find((groups) => groups !== undefined);
  const type = [...model.types.values()].find((each) => each.node?.labels.includes(told?.['label'] ?? ''));
  const field = type && fieldOf(type, told!['property']!);
  if (!field) return isOpen(model) ? error : conflict(error);
  const value = told!['text'] ?? (told!['number'] === undefined ? undefined : Number(told!['number']));
  if (model.guard(type, 'read').kind !== 'true' && (value === undefined || (await isHidden(asking, type, field, value))))
    return conflict(error);
  const { name } = field;
  return new GatewayError(
    'UNIQUE_VIOLATION',
    { type: type.name, fields: name },
    { cause: error, extensions: { type: type.name, fields: [name] } },
  );
};

const isOpen = (model: GuardedModel): boolean => [...model.types.values()].every((type) => model.guard(type, 'read').kind === 'true');

const fieldOf = (type: EntityType, property: string): ValueField | undefined =>
  [...type.fields.values()].find(
    (field): field is ValueField => (field.kind === 'property' || field.kind === 'column') && (field.property ?? field.name) === property,
  );

/** Whether the node with this value is there, and the caller may not read it. */
const isHidden = async ({ model, run, graph }: Asking, type: EntityType, field: ValueField, value: unknown): Promise<boolean> => {
  // Whether its row may be read is not asked here.
  if (type.home === 'table') return true;
  const find = async (guards: GuardedModel): Promise<boolean> => {
    const where = knownIn(guardedNodes(guards, type, compare({ field, operator: 'eq', value })), run);
    return ((await graph.load({ kind: 'keys', part: keysPart(type.name, where, 1) })) as string[]).length > 0;
  };
  const [isThere, isShown] = await Promise.all([find(unguarded(model)), find(model)]);
  return isThere && !isShown;
};
