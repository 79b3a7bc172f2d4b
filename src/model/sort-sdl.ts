import { isComparable } from './aggregate-sdl.js';
import { lookup, pluralTypeName } from './names.js';
import type { FieldPlan, JoinField, RelationshipField } from './fields.js';
import type { EntityType, Model, TableType } from './types.js';

/** SQL types that the values of properties are compared as, beside those of columns. */
const PROPERTY_TYPES = lookup<string>({
  ID: 'text',
  String: 'text',
  Int: 'integer',
  Float: 'double precision',
  Boolean: 'boolean',
  BigInt: 'bigint',
  DateTime: 'timestamp with time zone',
  LocalDateTime: 'timestamp without time zone',
  Date: 'date',
  LocalTime: 'time without time zone',
  Time: 'time with time zone',
  Duration: 'interval',
});

/** The SQL type that a field's values are compared as; none for a field whose values have no order. */
export const orderedType = (field: FieldPlan): string | undefined => {
  if (field.kind === 'column') return isComparable(field) ? field.column.sqlType : undefined;
  return field.kind === 'property' && !field.list ? (field.enumType ? 'text' : PROPERTY_TYPES[field.scalar]) : undefined;
};

const orderedFields = (type: EntityType): string[] =>
  [...type.fields.values()].filter((field) => orderedType(field) !== undefined).map((field) => field.name);

/** The order by what a join, or a hop in the graph, leads to. */
export const listSortName = ({ target }: Pick<JoinField | RelationshipField, 'target'>): string => `${target}ListSort`;

/** The input `sort` of a type. */
export const sortSdl = (type: TableType): string => {
  const words = [...type.fields.values()].flatMap((field) => {
    if (field.kind === 'column') return isComparable(field) ? [`${field.name}: RowSortDirection`] : [];
    if (field.kind === 'relationship')
      return [`"By the rows or nodes that it leads to in the graph."\n${field.name}: ${listSortName(field)}`];
    if (field.kind !== 'join') return [];
    return field.list
      ? [`"By the rows that refer to this one."\n${field.name}: ${field.target}ListSort`]
      : [`${field.name}: ${field.target}Sort`];
  });
  if (type.embedding) words.push('"By similarity to a text or vector."\nnear: NearSort');
  return (
    `"Order of ${pluralTypeName(type.name)}. The key is always the last sort key, so the order is never ambiguous."\n` +
    `input ${type.name}Sort {\n${words.join('\n')}\n}`
  );
};

/** What sorting needs beside the inputs of the types. */
export const sharedSortSdl = (model: Model): string[] => {
  const targets = new Set(
    [...model.types.values()].flatMap((type) =>
      [...type.fields.values()].flatMap((field) =>
        field.kind === 'relationship' || (field.kind === 'join' && field.list) ? [field.target] : [],
      ),
    ),
  );
  return [...SHARED, ...[...targets].flatMap((target) => listSdl(model.types.get(target)!))];
};

const listSdl = (target: EntityType): string[] => {
  const { name } = target;
  const fields = orderedFields(target);
  const plural = pluralTypeName(name);
  const values =
    fields.length === 0
      ? []
      : [
          `"By the least value among them; null if there is none."\nmin: ${name}ValueSort`,
          `"By the greatest value among them; null if there is none."\nmax: ${name}ValueSort`,
        ];
  return [
    `"Order by the ${plural} that a join or hop leads to."\n` +
      `input ${listSortName({ target: name })} {\n"Their number."\ncount: SortDirection\n${values.join('\n')}\n}`,
    ...(fields.length === 0
      ? []
      : [
          `"Order by a value of several ${plural}."\n` +
            `input ${name}ValueSort {\n${fields.map((field) => `${field}: RowSortDirection`).join('\n')}\n}`,
        ]),
  ];
};

const SHARED = [
  '"By default, nulls come last with ASC and first with DESC."\n' +
    'enum RowSortDirection {\nASC\nDESC\nASC_NULLS_FIRST\nASC_NULLS_LAST\nDESC_NULLS_FIRST\nDESC_NULLS_LAST\n}',
  '"Order by the similarity to a text or a vector, from 1 (the same) to -1; null for a row without a vector."\n' +
    'input NearSort {\ntext: String\n"A vector of the embedding model, instead of a text."\nvector: [Float!]\n' +
    '"Vectors to compare, if the type has several. Default: the first."\nusing: String\n' +
    'direction: RowSortDirection! = DESC_NULLS_LAST\n}',
];
