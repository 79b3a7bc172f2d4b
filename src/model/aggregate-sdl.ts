import { enumName, lookup, pluralTypeName } from './names.js';
import type { ColumnField, JoinField } from './fields.js';
import { columnFields, type TableType } from './types.js';

const NUMBER = ['min', 'max', 'sum', 'average'];
const TEXT = ['min', 'max', 'shortest', 'longest'];
const MOMENT = ['min', 'max'];

/** What can be computed of the values of a column, beside how many there are. */
const FUNCTIONS = lookup<readonly string[]>({
  Int: NUMBER,
  Float: NUMBER,
  BigInt: NUMBER,
  Decimal: NUMBER,
  ID: TEXT,
  String: TEXT,
  DateTime: MOMENT,
  LocalDateTime: MOMENT,
  Date: MOMENT,
  LocalTime: MOMENT,
  Time: MOMENT,
  Duration: NUMBER,
});

/** Scalars of results that are not of the column's own; a sum of whole numbers may be larger than they are. */
const RESULTS: Readonly<Record<string, string>> = { 'Int sum': 'BigInt', 'Int average': 'Float', 'BigInt average': 'Decimal' };

/** The scalar of an aggregate of a column. */
export const aggregateScalar = (field: ColumnField, name: string): string =>
  name === 'count' || name === 'distinct' ? 'Int' : (RESULTS[`${field.scalar} ${name}`] ?? field.scalar);

/** Whether a column has values that can be compared with each other. */
export const isComparable = (field: ColumnField): boolean =>
  !field.token && !field.encrypted && !field.list && field.scalar !== 'JSON' && field.scalar !== 'Bytes';

const aggregateName = (field: ColumnField): string => `${field.enumType || !FUNCTIONS[field.scalar] ? 'Value' : field.scalar}Aggregate`;

/** What rows can be grouped by: columns, and the rows they refer to. */
export const groupFields = (type: TableType): (ColumnField | JoinField)[] =>
  [...type.fields.values()].filter(
    (field): field is ColumnField | JoinField =>
      (field.kind === 'column' && isComparable(field)) || (field.kind === 'join' && !field.list && !field.also),
  );

/** The field that a value of `groupBy` names. */
export const groupField = (type: TableType, value: string): ColumnField | JoinField =>
  groupFields(type).find((field) => enumName(field.name) === value)!;

/** The types of `aggregate` and `groupBy` of a type's connection. */
export const aggregateSdl = (type: TableType): string[] => {
  const { name } = type;
  const plural = pluralTypeName(name);
  const columns = columnFields(type).filter(isComparable);
  return [
    `"Aggregates of all ${plural} that match where."\ntype ${name}Aggregate {\ncount: Count!\nnode: ${name}AggregateNode!\n}`,
    `type ${name}AggregateNode {\n${columns.map((field) => `${field.name}: ${aggregateName(field)}!`).join('\n')}\n}`,
    `"Fields that ${plural} can be grouped by."\nenum ${name}GroupField {\n${groupFields(type)
      .map((field) => enumName(field.name))
      .join('\n')}\n}`,
    `"A group of ${plural} with the same values."\n` +
      `type ${name}Group {\n"The values of the group. Only fields that rows are grouped by can be selected."\n` +
      `key: ${name}GroupKey!\ncount: Count!\nnode: ${name}AggregateNode!\n}`,
    `type ${name}GroupKey {\n${groupFields(type)
      .map((field) => `${field.name}: ${field.kind === 'column' ? field.scalar : field.target}`)
      .join('\n')}\n}`,
    `"Order of groups of ${plural}. The grouped values are always the last sort keys."\n` +
      `input ${name}GroupSort {\ncount: SortDirection\n"By a grouped value; a to-one join sorts by its key."\n` +
      `key: ${name}GroupKeySort\n"By an aggregate of the group."\nnode: ${name}AggregateNodeSort\n}`,
    `input ${name}GroupKeySort {\n${groupFields(type)
      .map((field) => `${field.name}: RowSortDirection`)
      .join('\n')}\n}`,
    `input ${name}AggregateNodeSort {\n${columns.map((field) => `${field.name}: ${aggregateName(field)}Sort`).join('\n')}\n}`,
  ];
};

/** The fields of a connection that aggregate. */
export const aggregateFields = (type: TableType): string =>
  `aggregate: ${type.name}Aggregate!\n"Groups of rows with the same values, by default the largest first."\n` +
  `groupBy(fields: [${type.name}GroupField!]!, sort: [${type.name}GroupSort!], limit: Int, offset: Int): [${type.name}Group!]!`;

/** The types that aggregates of columns have: what each can say, and its scalar. */
export const aggregateTypes = (types: readonly TableType[]): Map<string, ReadonlyMap<string, string>> =>
  new Map(
    types
      .flatMap(columnFields)
      .filter(isComparable)
      .map((field) => {
        const name = aggregateName(field);
        const own = name === 'ValueAggregate' ? [] : FUNCTIONS[field.scalar]!;
        return [
          name,
          new Map([['count', 'Int!'], ['distinct', 'Int!'], ...own.map((word) => [word, aggregateScalar(field, word)] as const)]),
        ];
      }),
  );

export const sharedAggregateSdl = (types: readonly TableType[]): string[] => [
  'type Count {\nnodes: Int!\n}',
  ...[...aggregateTypes(types)].flatMap(([name, words]) => [
    '"count: rows with a value; distinct: different values."\n' +
      `type ${name} {\n${[...words].map(([word, scalar]) => `${word}: ${scalar}`).join('\n')}\n}`,
    `input ${name}Sort {\n${[...words.keys()].map((word) => `${word}: RowSortDirection`).join('\n')}\n}`,
  ]),
];
