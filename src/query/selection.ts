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
import { pluralTypeName } from '../model/names.js';
import { listArguments, type ListArguments } from './arguments.js';
import { connectionJoin } from '../model/join-connection.js';
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

/** What is selected on a table-home type, or on another that has its fields, by these field nodes. */
export const selectTable = (
  model: Model,
  info: OperationInfo,
  type: TableType,
  nodes: readonly FieldNode[],
  typeName = type.name,
): Selection => ({
  type,
  fields: selectedFields(info, objectType(info.schema, typeName), nodes).map((selected): SelectedPart => {
    const { responseKey, name, args, nodes: children } = selected;
    if (name === '__typename') return { kind: 'typename', responseKey };
    const field = type.fields.get(name);
    if (field?.kind === 'column') return { kind: 'column', responseKey, field };
    if (field?.kind === 'join') {
      const target = tableType(model, field.target);
      return {
        kind: 'join',
        responseKey,
        field,
        args: listArguments(model, target, args),
        selection: selectTable(model, info, target, children),
      };
    }
    const join = connectionJoin(model, type, name);
    if (join)
      return {
        kind: 'connection',
        responseKey,
        field: join,
        name,
        connection: selectConnection(model, info, tableType(model, join.target), args, children, false),
      };
    return { kind: 'elsewhere', responseKey, selected };
  }),
});

/**
 * What is selected on a type's connection by these field nodes. Where rows are selected under several names, each is a part
 * of its own, since each may want something else of them.
 *
 * @param inPage whether the rows of a page may say how many pass: of all rows, where nobody else narrows them meanwhile
 */
export const selectConnection = (
  model: Model,
  info: OperationInfo,
  type: TableType,
  given: Readonly<Record<string, unknown>>,
  nodes: readonly FieldNode[],
  inPage: boolean,
): Connection => {
  const args = listArguments(model, type, given);
  const fieldsOf = (typeName: string, of: readonly FieldNode[]) => selectedFields(info, objectType(info.schema, typeName), of);
  const selected = fieldsOf(`${pluralTypeName(type.name)}Connection`, nodes);
  const parts: ConnectionPart[] = [];
  const add = (part: ConnectionPart): number => parts.push(part) - 1;
  const edges = selected
    .filter(({ name }) => name === 'edges')
    .map((field) => {
      const fields = fieldsOf(`${type.name}Edge`, field.nodes).map(({ responseKey, name, nodes: inner }): EdgeField =>
        name === 'node'
          ? { responseKey, kind: 'node', part: add({ kind: 'page', selection: selectTable(model, info, type, inner), counted: false }) }
          : { responseKey, kind: name === 'cursor' ? 'cursor' : 'typename' },
      );
      return { field, fields };
    });
  const rows = new Map(
    selected
      .filter(({ name }) => name === 'nodes')
      .map((field) => [field, add({ kind: 'page', selection: selectTable(model, info, type, field.nodes), counted: false })]),
  );
  const asks = (...names: string[]) => selected.some(({ name }) => names.includes(name));
  const page = parts.length === 0 && asks('edges', 'pageInfo') ? add({ kind: 'page', selection: keySelection(type), counted: false }) : 0;
  // A count of all rows is quick by itself; one of some has to find them, and so has the page.
  const isCounted =
    inPage && asks('totalCount') && parts.length > 0 && !isSet(args.after) && !isSet(args.before) && args.where?.kind !== 'true';
  if (isCounted) parts[page] = { ...(parts[page] as Extract<ConnectionPart, { kind: 'page' }>), counted: true };
  const count = asks('totalCount') && !isCounted ? add({ kind: 'count' }) : page;
  const fields = selected.map((field): ConnectionField => {
    const { responseKey, name } = field;
    switch (name) {
      case 'edges': {
        const own = edges.find((each) => each.field === field)!.fields;
        return { responseKey, kind: 'edges', part: own.find((each) => each.kind === 'node')?.part ?? page, fields: own };
      }
      case 'nodes':
        return { responseKey, kind: 'nodes', part: rows.get(field)! };
      case 'pageInfo':
        return { responseKey, kind: 'pageInfo', part: page, fields: fieldsOf('PageInfo', field.nodes) };
      case 'aggregate':
      case 'groupBy': {
        const [kind, typeName] =
          name === 'aggregate' ? (['aggregate', `${type.name}Aggregate`] as const) : (['groups', `${type.name}Group`] as const);
        return {
          responseKey,
          kind,
          part: add({ kind, typeName, fields: selectAggregate(model, info, type, typeName, field.nodes), args: field.args }),
        };
      }
      case '__typename':
        return { responseKey, kind: 'typename' };
      default:
        return { responseKey, kind: isCounted ? 'total' : 'count', part: count };
    }
  });
  return { type, args, parts, fields };
};

const isSet = (value: unknown): boolean => value !== null && value !== undefined;

/** What is selected of an aggregate: numbers over columns, in the shape of the response. */
export type AggregateField =
  | { readonly kind: 'object'; readonly responseKey: string; readonly typeName: string; readonly fields: readonly AggregateField[] }
  | { readonly kind: 'number'; readonly responseKey: string; readonly word: string; readonly field: ColumnField | undefined }
  | { readonly kind: 'typename'; readonly responseKey: string }
  /** The values that the rows of a group have in common. */
  | { readonly kind: 'key'; readonly responseKey: string; readonly selection: Selection };

/** What is selected on the aggregate of a type, or on its groups. */
const selectAggregate = (
  model: Model,
  info: OperationInfo,
  type: TableType,
  typeName: string,
  nodes: readonly FieldNode[],
): AggregateField[] =>
  selectedFields(info, objectType(info.schema, typeName), nodes).map(({ responseKey, name, nodes: inner }): AggregateField => {
    if (name === '__typename') return { kind: 'typename', responseKey };
    if (name === 'key') return { kind: 'key', responseKey, selection: selectTable(model, info, type, inner, `${type.name}GroupKey`) };
    const child = (childType: string, field: ColumnField | undefined) => ({
      kind: 'object' as const,
      responseKey,
      typeName: childType,
      fields: selectNumbers(info, childType, inner, field),
    });
    if (name === 'count') return child('Count', undefined);
    const fields = selectedFields(info, objectType(info.schema, `${type.name}AggregateNode`), inner).map((column): AggregateField => {
      if (column.name === '__typename') return { kind: 'typename', responseKey: column.responseKey };
      const field = type.fields.get(column.name) as ColumnField;
      const columnType = String(objectType(info.schema, `${type.name}AggregateNode`).getFields()[column.name]!.type).replace('!', '');
      return {
        kind: 'object',
        responseKey: column.responseKey,
        typeName: columnType,
        fields: selectNumbers(info, columnType, column.nodes, field),
      };
    });
    return { kind: 'object', responseKey, typeName: `${type.name}AggregateNode`, fields };
  });

const selectNumbers = (
  info: OperationInfo,
  typeName: string,
  nodes: readonly FieldNode[],
  field: ColumnField | undefined,
): AggregateField[] =>
  selectedFields(info, objectType(info.schema, typeName), nodes).map(({ responseKey, name }) =>
    name === '__typename' ? { kind: 'typename', responseKey } : { kind: 'number', responseKey, word: name, field },
  );

/** Only the key. */
export const keySelection = (type: TableType): Selection => ({ type, fields: [] });

export const objectType = (schema: GraphQLSchema, name: string): GraphQLObjectType => schema.getType(name) as GraphQLObjectType;

/**
 * The field nodes below `path` in a selection set, `['edges', 'node']` of a connection; none when it is not selected.
 * Undefined when a step is selected under several names: each may select something else, so each must load its own.
 */
export const nodesAt = (
  info: OperationInfo,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  path: readonly string[],
): readonly FieldNode[] | undefined => {
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

/** Whether one of these fields is selected at all, under any name. */
export const selects = (info: OperationInfo, type: GraphQLObjectType, nodes: readonly FieldNode[], ...names: readonly string[]): boolean =>
  selectedFields(info, type, nodes).some((field) => names.includes(field.name));

const namedTypeOf = (type: GraphQLObjectType, field: string): string => String(type.getFields()[field]!.type).replace(/[[\]!]/g, '');
