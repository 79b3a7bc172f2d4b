import {
  getArgumentValues,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import type { ListArguments } from './arguments.js';
import type { ColumnField, JoinField } from '../model/fields.js';
import type { TableType } from '../model/types.js';

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

export type SelectedPart =
  SelectedColumn | SelectedJoin | SelectedConnection | SelectedElsewhere | { readonly kind: 'typename'; readonly responseKey: string };

export interface SelectedColumn {
  readonly kind: 'column';
  readonly responseKey: string;
  readonly field: ColumnField;
}

export interface SelectedJoin {
  readonly kind: 'join';
  readonly responseKey: string;
  readonly field: JoinField;
  readonly args: ListArguments;
  readonly selection: Selection;
}

/** The connection of a to-many join. */
export interface SelectedConnection {
  readonly kind: 'connection';
  readonly responseKey: string;
  readonly field: JoinField;
  /** Name of the connection's own field, for errors. */
  readonly name: string;
  readonly connection: Connection;
}

/** What is selected on a connection: what to ask the store for, and which of it each field shows. */
export interface Connection {
  readonly type: TableType;
  readonly args: ListArguments;
  /** Each is a question of its own about the same rows. */
  readonly parts: readonly ConnectionPart[];
  readonly fields: readonly ConnectionField[];
}

export type ConnectionPart =
  | { readonly kind: 'page'; readonly selection: Selection; readonly counted: boolean }
  | { readonly kind: 'count' }
  | { readonly kind: 'aggregate'; readonly typeName: string; readonly fields: readonly AggregateField[] }
  | {
      readonly kind: 'groups';
      readonly typeName: string;
      readonly fields: readonly AggregateField[];
      readonly args: Readonly<Record<string, unknown>>;
    };

/** A field of a connection; `part` is the index of the part that it shows. */
export type ConnectionField = { readonly responseKey: string } & (
  | { readonly kind: 'typename' }
  | { readonly kind: 'edges'; readonly part: number; readonly fields: readonly EdgeField[] }
  | { readonly kind: 'nodes'; readonly part: number }
  | { readonly kind: 'pageInfo'; readonly part: number; readonly fields: readonly SelectedField[] }
  /** The count that each row of a page says. */
  | { readonly kind: 'total'; readonly part: number }
  | { readonly kind: 'count' | 'aggregate' | 'groups'; readonly part: number }
);

export type EdgeField = { readonly responseKey: string } & (
  { readonly kind: 'typename' | 'cursor' } | { readonly kind: 'node'; readonly part: number }
);

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

const withArguments = (
  info: OperationInfo,
  type: GraphQLObjectType,
  collected: ReadonlyMap<string, readonly FieldNode[]>,
): SelectedField[] => {
  const fields = type.getFields();
  return [...collected].map(([responseKey, nodes]) => {
    const node = nodes[0]!;
    const field = fields[node.name.value];
    return { responseKey, name: node.name.value, args: field ? getArgumentValues(field, node, info.variableValues) : {}, nodes };
  });
};

/** An operation's fragments by name. */
export const fragmentsOf = (document: DocumentNode): Record<string, FragmentDefinitionNode> =>
  Object.fromEntries(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );

/** What is selected of an aggregate: numbers over columns, in the shape of the response. */
export type AggregateField =
  | { readonly kind: 'object'; readonly responseKey: string; readonly typeName: string; readonly fields: readonly AggregateField[] }
  | { readonly kind: 'number'; readonly responseKey: string; readonly word: string; readonly field: ColumnField | undefined }
  | { readonly kind: 'typename'; readonly responseKey: string }
  /** The values that the rows of a group have in common. */
  | { readonly kind: 'key'; readonly responseKey: string; readonly selection: Selection };

/** Only the key. */
export const keySelection = (type: TableType): Selection => ({ type, fields: [] });

export const objectType = (schema: GraphQLSchema, name: string): GraphQLObjectType => schema.getType(name) as GraphQLObjectType;

/** Whether one of these fields is selected at all, under any name. */
export const selects = (info: OperationInfo, type: GraphQLObjectType, nodes: readonly FieldNode[], ...names: readonly string[]): boolean =>
  selectedFields(info, type, nodes).some((field) => names.includes(field.name));
