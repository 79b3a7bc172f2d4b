import { columnFields, type ColumnField, type JoinField, type TableType } from './types.js';

const NUMBERS = new Set(['Int', 'Float', 'BigInt', 'Decimal']);

const mutationName = (field: ColumnField): string =>
  field.list ? `${field.scalar}ListMutations` : `${field.scalar}${field.enumType ? 'Enum' : ''}ScalarMutations`;

/** What an update can do to a column: set, and arithmetic for numbers. */
const mutationOperators = (field: ColumnField): string => {
  const type = field.list ? `[${field.scalar}!]` : field.scalar;
  return `set: ${type}${!field.list && NUMBERS.has(field.scalar) ? ` add: ${type} subtract: ${type}` : ''}`;
};

const toOne = (type: TableType): JoinField[] => [...type.fields.values()].filter((field): field is JoinField => field.kind === 'join' && !field.list);

const writableColumns = (type: TableType): ColumnField[] => columnFields(type).filter((field) => !field.readOnly);

/** The inputs, answers and roots of the mutations on a table-home type. */
export const mutationSdl = (type: TableType, plural: string): string[] => {
  const { name } = type;
  const isKey = (column: string) => type.table.key.some((key) => key.name === column);
  const optional = (field: ColumnField) => !field.nonNull || field.hasDefault || isKey(field.column.name);
  const listed = (field: ColumnField) => (field.list ? `[${field.scalar}!]` : field.scalar);
  const joins = toOne(type);
  return [
    `input ${name}CreateInput {\n${[
      ...writableColumns(type).map((field) => `${field.name}: ${listed(field)}${optional(field) ? '' : '!'}`),
      ...joins.map((field) => `${field.name}: ${field.target}ReferenceInput${field.nonNull ? '!' : ''}`),
    ].join('\n')}\n}`,
    `input ${name}UpdateInput {\n${[
      ...writableColumns(type).filter((field) => !isKey(field.column.name)).map((field) => `${field.name}: ${mutationName(field)}`),
      ...joins.map((field) => `${field.name}: ${field.target}ReferenceUpdateInput`),
      ...(writableColumns(type).every((field) => isKey(field.column.name)) && joins.length === 0 ? ['_: Boolean'] : []),
    ].join('\n')}\n}`,
    `input ${name}ConnectWhere {\nnode: ${name}Where!\n}`,
    `input ${name}ConnectInput {\nwhere: ${name}ConnectWhere!\n}`,
    `"Refers to the one ${name} that where matches."\ninput ${name}ReferenceInput {\nconnect: ${name}ConnectInput!\n}`,
    `"Refers to another ${name}, or to none."\ninput ${name}ReferenceUpdateInput {\nconnect: ${name}ConnectInput\ndisconnect: Boolean\n}`,
    `type Create${plural}MutationResponse {\ninfo: CreateInfo!\n${type.plural}: [${name}!]!\n}`,
    `type Update${plural}MutationResponse {\ninfo: UpdateInfo!\n${type.plural}: [${name}!]!\n}`,
    `type Mutation {
      create${plural}(input: [${name}CreateInput!]!): Create${plural}MutationResponse!
      update${plural}(where: ${name}Where, update: ${name}UpdateInput): Update${plural}MutationResponse!
      delete${plural}(where: ${name}Where): DeleteInfo!
    }`,
  ];
};

/** The operations on the columns of an update, one input type for each kind of column. */
export const mutationScalarSdl = (types: readonly TableType[]): string[] => {
  const definitions = new Map<string, string>();
  for (const field of types.flatMap(writableColumns)) definitions.set(mutationName(field), `input ${mutationName(field)} {\n${mutationOperators(field)}\n}`);
  return [...definitions.values()];
};
