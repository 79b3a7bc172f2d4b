import { getArgumentValues, type FieldNode } from 'graphql';
import { pluralTypeName } from '../model/names.js';
import { isWritable, tableTypes, type Model, type TableType } from '../model/types.js';
import type { OperationInfo } from '../query/selection.js';
import type { TableMutation } from './plan.js';

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
