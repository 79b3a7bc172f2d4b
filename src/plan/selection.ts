import { getArgumentValues, Kind, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type GraphQLObjectType, type GraphQLResolveInfo, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
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

/** What is selected on a table-home type, in the order of the response: columns, and joins to any depth. */
export interface Selection {
  readonly type: TableType;
  readonly fields: readonly SelectedPart[];
}

export type SelectedPart = SelectedColumn | SelectedJoin | SelectedElsewhere | { readonly kind: 'typename'; readonly responseKey: string };

export interface SelectedColumn {
  readonly kind: 'column';
  readonly responseKey: string;
  readonly field: ColumnField;
}

export interface SelectedJoin {
  readonly kind: 'join';
  readonly responseKey: string;
  readonly field: JoinField;
  readonly args: Readonly<Record<string, unknown>>;
  readonly selection: Selection;
}

/** A field that another store gives. */
export interface SelectedElsewhere {
  readonly kind: 'elsewhere';
  readonly responseKey: string;
  readonly selected: SelectedField;
}

/** The fields selected on an object type, in the order of the response. */
export const selectedFields = (info: OperationInfo, type: GraphQLObjectType, nodes: readonly FieldNode[]): SelectedField[] =>
  withArguments(info, type, collectSubfields(info.schema, info.fragments, info.variableValues, type, nodes));

/** The root fields of an operation. */
export const rootFields = (info: OperationInfo, type: GraphQLObjectType, { selectionSet }: OperationDefinitionNode): SelectedField[] =>
  withArguments(info, type, collectFields(info.schema, info.fragments, info.variableValues, type, selectionSet));

const withArguments = (info: OperationInfo, type: GraphQLObjectType, collected: ReadonlyMap<string, readonly FieldNode[]>): SelectedField[] => {
  const fields = type.getFields();
  return [...collected].map(([responseKey, nodes]) => {
    const node = nodes[0]!;
    const field = fields[node.name.value];
    return { responseKey, name: node.name.value, args: field ? getArgumentValues(field, node, info.variableValues) : {}, nodes };
  });
};

/** An operation's fragments by name. */
export const fragmentsOf = (document: DocumentNode): Record<string, FragmentDefinitionNode> =>
  Object.fromEntries(document.definitions.filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));

/** What is selected on a table-home type, or on another that has its fields, by these field nodes. */
export const selectTable = (model: Model, info: OperationInfo, type: TableType, nodes: readonly FieldNode[], typeName = type.name): Selection => ({
  type,
  fields: selectedFields(info, objectType(info.schema, typeName), nodes).map((selected): SelectedPart => {
    const { responseKey, name, args, nodes: children } = selected;
    if (name === '__typename') return { kind: 'typename', responseKey };
    const field = type.fields.get(name);
    if (field?.kind === 'column') return { kind: 'column', responseKey, field };
    if (field?.kind === 'join') return { kind: 'join', responseKey, field, args, selection: selectTable(model, info, tableType(model, field.target), children) };
    return { kind: 'elsewhere', responseKey, selected };
  }),
});

/** Only the key. */
export const keySelection = (type: TableType): Selection => ({ type, fields: [] });

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
