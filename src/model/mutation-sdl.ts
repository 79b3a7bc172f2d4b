import type { ColumnField, JoinField } from './fields.js';
import { columnFields, isWritable, tableType, type Model, type TableType } from './types.js';
import { lookup } from './names.js';

const ARITHMETIC = lookup<readonly string[]>({
  Int: ['add', 'subtract'],
  BigInt: ['add', 'subtract'],
  Float: ['add', 'subtract', 'multiply', 'divide'],
  Decimal: ['add', 'subtract', 'multiply', 'divide'],
});

const mutationName = (field: ColumnField): string =>
  field.list ? `List${field.scalar}Mutations` : `${field.scalar}${field.enumType ? 'Enum' : ''}ScalarMutations`;

/** What an update can do to a column: set, arithmetic for numbers, push and pop for lists. */
const mutationOperators = ({ list, scalar }: ColumnField): string[] => {
  if (list) return [`set: [${scalar}!]`, `push: [${scalar}!]`, 'pop: Int'];
  return ['set', ...(ARITHMETIC[scalar] ?? [])].map((operator) => `${operator}: ${scalar}`);
};

/** Joins that mutations write: of those over several columns or another table, the columns and that table are written. */
const joins = (type: TableType): JoinField[] =>
  [...type.fields.values()].filter((field): field is JoinField => field.kind === 'join' && !field.also && !field.through);

const toOne = (type: TableType): JoinField[] => joins(type).filter((field) => !field.list);

/** To-many joins whose rows are written from this side too. */
const toMany = (model: Model, type: TableType): JoinField[] =>
  joins(type).filter((field) => field.list && isWritable(tableType(model, field.target)));

const writableColumns = (type: TableType): ColumnField[] => columnFields(type).filter((field) => !field.readOnly);

const isKey = (type: TableType, column: string): boolean => type.table.key.some((key) => key.name === column);

/** The fields that write a column: itself, or the join that refers by it. */
const writersOf = (type: TableType, column: string): (ColumnField | JoinField)[] => [
  ...writableColumns(type).filter((field) => field.column.name === column),
  ...toOne(type).filter((field) => field.from.name === column),
];

const nested = (type: TableType, field: JoinField): string => `${type.name}${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`;

const input = (name: string, description: string, fields: readonly string[]): string =>
  `${JSON.stringify(description)}\ninput ${name} {\n${(fields.length === 0 ? ['_: Boolean'] : fields).join('\n')}\n}`;

/** What a row may be created with; `given` is the column that nesting it in another row fills. */
const createFields = (model: Model, type: TableType, given?: string): string[] => {
  const alone = (column: string) => writersOf(type, column).length === 1;
  const optional = (field: ColumnField) =>
    !field.nonNull || field.hasDefault || isKey(type, field.column.name) || !alone(field.column.name);
  return [
    ...writableColumns(type)
      .filter((field) => field.column.name !== given)
      .map((field) => `${field.name}: ${field.list ? `[${field.scalar}!]` : field.scalar}${optional(field) ? '' : '!'}`),
    ...toOne(type)
      .filter((field) => field.from.name !== given)
      .map((field) => `${field.name}: ${field.target}ReferenceInput${field.nonNull && alone(field.from.name) ? '!' : ''}`),
    ...toMany(model, type).map((field) => `${field.name}: ${nested(type, field)}FieldInput`),
  ];
};

/** Inputs that refer to rows of a type, or write them from elsewhere; of a view only the first. */
const referenceSdl = (model: Model, type: TableType): string[] => {
  const { name } = type;
  const writable = isWritable(type);
  const deletable = joins(type).filter((field) => isWritable(tableType(model, field.target)));
  return [
    input(`${name}ConnectWhere`, `Conditions on ${type.plural}.`, [`node: ${name}Where!`]),
    input(`${name}ConnectInput`, `Refers to the rows that where matches.`, [`where: ${name}ConnectWhere!`]),
    input(`${name}ReferenceInput`, `Refers to the one ${name} that where matches, or to a new one.`, [
      `connect: ${name}ConnectInput`,
      ...(writable ? [`create: ${name}CreateFieldInput`] : []),
    ]),
    input(`${name}ReferenceUpdateInput`, `Refers to another ${name}, a new one or none, or updates the one referred to.`, [
      `connect: ${name}ConnectInput`,
      'disconnect: Boolean',
      ...(writable ? [`create: ${name}CreateFieldInput`, `update: ${name}UpdateConnectionInput`] : []),
    ]),
    ...(!writable
      ? []
      : [
          input(`${name}CreateFieldInput`, `A new ${name}.`, [`node: ${name}CreateInput!`]),
          input(`${name}DisconnectFieldInput`, `Sets the reference to null in the rows that match where; without where, in all of them.`, [
            `where: ${name}ConnectWhere`,
          ]),
          input(`${name}DeleteFieldInput`, `Deletes the rows that match where; without where, all of them.`, [
            `where: ${name}ConnectWhere`,
            ...(deletable.length === 0 ? [] : [`delete: ${name}DeleteInput`]),
          ]),
          input(`${name}UpdateConnectionInput`, `Updates the rows that match where; without where, all of them.`, [
            `where: ${name}ConnectWhere`,
            `node: ${name}UpdateInput!`,
          ]),
          ...(deletable.length === 0
            ? []
            : [
                input(
                  `${name}DeleteInput`,
                  `Rows to delete together with a ${name}.`,
                  deletable.map(
                    (field) => `${field.name}: ${field.list ? `[${field.target}DeleteFieldInput!]` : `${field.target}DeleteFieldInput`}`,
                  ),
                ),
              ]),
        ]),
  ];
};

/** Inputs of one to-many join: its rows refer back to the row they are written with. */
const toManySdl = (model: Model, type: TableType, field: JoinField): string[] => {
  const target = tableType(model, field.target);
  const name = nested(type, field);
  const detachable = !isKey(target, field.to.name) && !writersOf(target, field.to.name).some((writer) => writer.nonNull);
  const link = [`create: [${name}CreateFieldInput!]`, `connect: [${target.name}ConnectInput!]`];
  return [
    input(
      `${name}NodeInput`,
      `A new ${target.name}; its reference for ${type.name}.${field.name} is set automatically.`,
      createFields(model, target, field.to.name),
    ),
    input(`${name}CreateFieldInput`, `A new ${target.name}.`, [`node: ${name}NodeInput!`]),
    input(`${name}FieldInput`, `New ${target.plural}, and existing ones to connect to the new row.`, link),
    input(`${name}UpdateFieldInput`, `Runs in this order: update, disconnect, delete, connect, create.`, [
      `update: [${target.name}UpdateConnectionInput!]`,
      ...(detachable ? [`disconnect: [${target.name}DisconnectFieldInput!]`] : []),
      `delete: [${target.name}DeleteFieldInput!]`,
      ...link,
    ]),
  ];
};

const IF_MATCH = 'With ifMatch, where must match exactly one row, which must still have this rowToken.';

/** The inputs, answers and roots of the mutations on a table-home type. */
export const mutationSdl = (model: Model, type: TableType, plural: string): string[] => {
  const { name } = type;
  if (!isWritable(type)) return referenceSdl(model, type);
  const deletes = joins(type).some((field) => isWritable(tableType(model, field.target))) ? `, delete: ${name}DeleteInput` : '';
  const keyFields = [...writableColumns(type).filter((field) => !field.list), ...toOne(type)];
  const upserts = keyFields.length > 0;
  return [
    ...referenceSdl(model, type),
    ...toMany(model, type).flatMap((field) => toManySdl(model, type, field)),
    input(`${name}CreateInput`, `A new ${name}.`, createFields(model, type)),
    input(`${name}UpdateInput`, `Changes to a ${name}.`, [
      ...writableColumns(type)
        .filter((field) => !isKey(type, field.column.name))
        .map((field) => `${field.name}: ${mutationName(field)}`),
      ...toOne(type).map((field) => `${field.name}: ${field.target}ReferenceUpdateInput`),
      ...toMany(model, type).map((field) => `${field.name}: [${nested(type, field)}UpdateFieldInput!]`),
    ]),
    ...(upserts
      ? [
          `"Fields that can be part of a unique constraint of ${type.plural}."\n` +
            `enum ${name}KeyField {\n${keyFields.map((field) => field.name).join('\n')}\n}`,
        ]
      : []),
    `type Create${plural}MutationResponse {\ninfo: CreateInfo!\n${type.plural}: [${name}!]!\n}`,
    `type Update${plural}MutationResponse {\ninfo: UpdateInfo!\n${type.plural}: [${name}!]!\n}`,
    ...(upserts
      ? [
          `type Upsert${plural}MutationResponse {\ninfo: UpsertInfo!\n"In the order of the input."\n` +
            `${type.plural}: [${name}!]!\n"The rows that were created."\ncreated: [${name}!]!\n"The rows that were updated."\n` +
            `updated: [${name}!]!\n}`,
        ]
      : []),
    `type Mutation {
      "Creates ${plural} and nested rows."
      create${plural}(input: [${name}CreateInput!]!): Create${plural}MutationResponse!
      "Updates the ${plural} that match where; without where, all of them. ${IF_MATCH}"
      update${plural}(where: ${name}Where, update: ${name}UpdateInput, ifMatch: ID): Update${plural}MutationResponse!
      ${
        upserts
          ? '"Creates rows that do not exist, by the key or by the fields in onConflict, and updates those that do. ' +
            `ifMatch has a rowToken or null for each input."\n` +
            `upsert${plural}(input: [${name}CreateInput!]!, onConflict: [${name}KeyField!], ifMatch: [ID]): ` +
            `Upsert${plural}MutationResponse!`
          : ''
      }
      "Deletes the ${plural} that match where; without where, all of them. ${IF_MATCH}"
      delete${plural}(where: ${name}Where${deletes}, ifMatch: ID): DeleteInfo!
    }`,
  ];
};

/** The operations on the columns of an update, one input type for each kind of column. */
export const mutationScalarSdl = (types: readonly TableType[]): string[] => {
  const definitions = new Map<string, string>();
  for (const field of types.filter(isWritable).flatMap(writableColumns))
    definitions.set(mutationName(field), `input ${mutationName(field)} {\n${mutationOperators(field).join('\n')}\n}`);
  return [...definitions.values(), 'type UpsertInfo {\nnodesCreated: Int!\nnodesUpdated: Int!\nrelationshipsCreated: Int!\n}'];
};
