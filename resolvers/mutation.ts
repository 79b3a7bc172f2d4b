import { getArgumentValues, type FieldNode, type GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../src/context.js';
import type { TableMutation } from '../src/loaders/mutation.js';
import { pluralTypeName } from '../src/model/names.js';
import { tableTypes, type Model, type TableType } from '../src/model/types.js';
import type { OperationInfo } from '../src/plan/selection.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

const KINDS = ['create', 'update', 'delete'] as const;

/** The table mutations of a model by field name: `createRequirements` and the like. */
export const tableMutations = (model: Model): Map<string, { kind: TableMutation['kind']; type: TableType }> =>
  new Map(
    tableTypes(model)
      .filter((type) => type.table.key.length > 0)
      .flatMap((type) => KINDS.map((kind) => [`${kind}${pluralTypeName(type.name)}`, { kind, type }] as const)),
  );

/** The table mutations that an operation's root fields call, in order. */
export const calledMutations = (model: Model, info: OperationInfo, rootFields: ReadonlyMap<string, readonly FieldNode[]>): TableMutation[] => {
  const known = tableMutations(model);
  const fields = info.schema.getMutationType()!.getFields();
  return [...rootFields].flatMap(([responseKey, [node]]) => {
    const mutation = known.get(node!.name.value);
    return mutation ? [{ ...mutation, responseKey, args: getArgumentValues(fields[node!.name.value]!, node!, info.variableValues) }] : [];
  });
};

/** Answers a table mutation that has been written: counts, and the keys of its rows. */
export const writtenRows = (kind: TableMutation['kind']): Resolver => (_, __, context, info) => {
  const outcome = context.written.get(String(info.path.key));
  if (!outcome) throw new Error(`${info.fieldName} was not run before it was answered`);
  if ('error' in outcome) throw outcome.error;
  const { keys, references } = outcome;
  if (kind === 'delete') return { nodesDeleted: keys.length, relationshipsDeleted: 0 };
  const created = kind === 'create';
  const counts = { nodesCreated: created ? keys.length : 0, nodesDeleted: 0, relationshipsCreated: references, relationshipsDeleted: 0 };
  return { info: counts, keys };
};

/** The rows of a mutation's answer: each name in the answer loads what it selects. */
export const answeredRows = (type: TableType): Resolver => async (source, _, context, info) => {
  const loader = context.rowsByKey(info, type, info.fieldNodes);
  const rows = await Promise.all((source as { keys: readonly string[] }).keys.map((key) => loader.load(key)));
  return rows.filter((row) => row !== null);
};
