import { getArgumentValues, type FieldNode, type GraphQLObjectType, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { tableType, type ColumnField, type JoinField, type Model, type TableType } from '../model/types.js';

/** What of an operation is needed to read its selection sets: the same words as in graphql-js. */
export type OperationInfo = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>;

/** A field of a selection set after fragments, @skip and @include. */
export interface SelectedField {
  /** Name in the response: the alias, or the field's name. */
  readonly responseKey: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly nodes: readonly FieldNode[];
}

/** The part of a selection set that SQL answers: columns, and joins to any depth. */
export interface Selection {
  readonly type: TableType;
  readonly columns: readonly { readonly responseKey: string; readonly field: ColumnField }[];
  readonly joins: readonly { readonly responseKey: string; readonly field: JoinField; readonly args: Readonly<Record<string, unknown>>; readonly selection: Selection }[];
}

/** The fields selected on an object type, in the order of the response. */
export const selectedFields = (info: OperationInfo, type: GraphQLObjectType, nodes: readonly FieldNode[]): SelectedField[] => {
  const fields = type.getFields();
  const collected = collectSubfields(info.schema, info.fragments, info.variableValues, type, nodes);
  return [...collected].flatMap(([responseKey, fieldNodes]) => {
    const node = fieldNodes[0]!;
    const field = fields[node.name.value];
    const args = field ? getArgumentValues(field, node, info.variableValues) : {};
    return [{ responseKey, name: node.name.value, args, nodes: fieldNodes }];
  });
};

/** What is selected on a table-home type by these field nodes, whose own type it is or may be. */
export const selectTable = (model: Model, info: OperationInfo, type: TableType, nodes: readonly FieldNode[]): Selection => {
  const columns: Selection['columns'][number][] = [];
  const joins: Selection['joins'][number][] = [];
  for (const { responseKey, name, args, nodes: children } of selectedFields(info, objectType(info.schema, type.name), nodes)) {
    const field = type.fields.get(name);
    if (field?.kind === 'column') columns.push({ responseKey, field });
    else if (field?.kind === 'join') joins.push({ responseKey, field, args, selection: selectTable(model, info, tableType(model, field.target), children) });
  }
  return { type, columns, joins };
};

/** Only the key. */
export const keySelection = (type: TableType): Selection => ({ type, columns: [], joins: [] });

export const objectType = (schema: GraphQLSchema, name: string): GraphQLObjectType => schema.getType(name) as GraphQLObjectType;

/**
 * The field nodes below `path` in a selection set, `['edges', 'node']` of a connection; none when it is not selected.
 * Undefined when a step is selected under several names: each may select something else, so each must load its own.
 */
export const nodesAt = (info: OperationInfo, type: GraphQLObjectType, nodes: readonly FieldNode[], path: readonly string[]): readonly FieldNode[] | undefined => {
  let current: readonly FieldNode[] = nodes;
  let parent = type;
  for (const name of path) {
    const fields = selectedFields(info, parent, current).filter((field) => field.name === name);
    if (fields.length > 1) return undefined;
    current = fields[0]?.nodes ?? [];
    parent = info.schema.getType(namedTypeOf(parent, name)) as GraphQLObjectType;
  }
  return current;
};

/** Whether a field is selected at all, under any name. */
export const selects = (info: OperationInfo, type: GraphQLObjectType, nodes: readonly FieldNode[], name: string): boolean =>
  selectedFields(info, type, nodes).some((field) => field.name === name);

const namedTypeOf = (type: GraphQLObjectType, field: string): string => String(type.getFields()[field]!.type).replace(/[[\]!]/g, '');
