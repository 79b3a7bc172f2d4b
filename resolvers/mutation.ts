import { getArgumentValues, type FieldNode, type GraphQLFieldResolver } from 'graphql';
import type { RequestContext } from '../src/execute/context.js';
import type { TableMutation } from '../src/mutate/plan.js';
import { pluralTypeName } from '../src/model/names.js';
import { isWritable, tableTypes, type Model, type TableType } from '../src/model/types.js';
import type { Written } from '../src/mutate/prepare.js';
import type { OperationInfo } from '../src/query/selection.js';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

const KINDS = ['create', 'update', 'upsert', 'delete'] as const;

/** The table mutations of a model by field name: `createRequirements` and the like. */
export const tableMutations = (model: Model): Map<string, { kind: TableMutation['kind']; type: TableType }> =>
  new Map(
    tableTypes(model)
      .filter(isWritable)
      .flatMap((type) => KINDS.map((kind) => [`${kind}${pluralTypeName(type.name)}`, { kind, type }] as const)),
  );

/** The table mutations that an operation's root fields call, in order. */
export const calledMutations = (
  model: Model,
  info: OperationInfo,
  rootFields: ReadonlyMap<string, readonly FieldNode[]>,
): TableMutation[] => {
  const known = tableMutations(model);
  const fields = info.schema.getMutationType()!.getFields();
  return [...rootFields].flatMap(([responseKey, [node]]) => {
    const mutation = known.get(node!.name.value);
    if (!mutation) return [];
    const args = getArgumentValues(fields[node!.name.value]!, node!, info.variableValues);
    return [{ ...mutation, responseKey, name: node!.name.value, args, node: node!, variables: info.variableValues }];
  });
};

/** Resolves a table mutation that has been committed: counts, and the keys of its rows. */
export const writtenRows =
  (kind: TableMutation['kind']): Resolver =>
  (_, __, context, info) => {
    const outcome = context.written.get(String(info.path.key));
    if (!outcome) throw new Error(`${info.fieldName} was not run before it was answered`);
    if ('error' in outcome) throw outcome.error;
    const { counts, ...written } = outcome;
    return kind === 'delete' ? counts : { info: counts, ...written };
  };

/** The rows of a mutation's answer, or those that an upsert created or updated: each name in the answer loads what it selects. */
export const answeredRows =
  (type: TableType, which: 'keys' | 'created' | 'updated' = 'keys'): Resolver =>
  async (source, _, context, info) => {
    const loader = context.rowsByKey(info, type, info.fieldNodes);
    const rows = await Promise.all((source as Written)[which].map((key) => loader.load(key)));
    return rows.filter((row) => row !== null);
  };
