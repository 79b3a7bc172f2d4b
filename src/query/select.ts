import type { FieldNode } from 'graphql';
import { pluralTypeName } from '../model/names.js';
import { needsOthers } from '../predicate/analyse.js';
import { listArguments } from './arguments.js';
import { connectionJoin } from '../model/join-connection.js';
import type { ColumnField } from '../model/fields.js';
import { tableType, type Model, type TableType } from '../model/types.js';
import {
  keySelection,
  objectType,
  selectedFields,
  type AggregateField,
  type Connection,
  type ConnectionField,
  type ConnectionPart,
  type EdgeField,
  type OperationInfo,
  type SelectedPart,
  type Selection,
} from './selection.js';

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
      const selection = selectTable(model, info, target, children);
      return { kind: 'join', responseKey, field, args: listArguments(model, target, args), selection };
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
  // A count of all rows is quick by itself; one of some has to find them, and so has the page, unless other stores find them.
  const isOfSome = args.where !== undefined && args.where.kind !== 'true' && !needsOthers(args.where);
  const isCounted = inPage && asks('totalCount') && parts.length > 0 && !isSet(args.after) && !isSet(args.before) && isOfSome;
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
