import { lookup, pluralTypeName } from './names.js';
import type { ColumnField } from './fields.js';
import { columnFields, type TableType } from './types.js';

const EQUALITY = ['eq', 'in'];
const ORDER = [...EQUALITY, 'gt', 'gte', 'lt', 'lte'];
const PARTS = [...EQUALITY, 'contains', 'startsWith', 'endsWith'];

/** Operators of each scalar's filter, in the grammar of @neo4j/graphql; those it defines itself are taken from it. */
export const FILTER_OPERATORS = lookup<readonly string[]>({
  ID: PARTS,
  String: [...PARTS, 'gt', 'gte', 'lt', 'lte'],
  Int: ORDER,
  Float: ORDER,
  BigInt: ORDER,
  Decimal: ORDER,
  Boolean: ['eq'],
  DateTime: ORDER,
  LocalDateTime: ORDER,
  Date: ORDER,
  LocalTime: ORDER,
  Time: ORDER,
  Duration: ORDER,
  Bytes: EQUALITY,
});

/** The input type of a column's filter; none for a column that cannot be filtered on. */
const filterName = (field: ColumnField): string | undefined => {
  if (field.token) return undefined;
  if (field.encrypted) return field.encrypted.search && 'EncryptedScalarFilters';
  if (field.scalar === 'JSON') return field.list ? undefined : 'JSONFilters';
  if (field.list) return `${field.scalar}ArrayFilters`;
  if (field.enumType) return `${field.scalar}EnumScalarFilters`;
  if (!FILTER_OPERATORS[field.scalar]) return undefined;
  return `${field.fulltext === undefined ? '' : 'Fulltext'}${field.trigram ? 'Trigram' : ''}${field.scalar}ScalarFilters`;
};

/** The inputs of a type's `where`. */
export const filterSdl = (type: TableType): string[] => {
  const { name } = type;
  const plural = pluralTypeName(name);
  const fields = [...type.fields.values()];
  const filters = [
    ...columnFields(type).flatMap((field) => (filterName(field) ? [`${field.name}: ${filterName(field)}`] : [])),
    ...fields.flatMap((field) =>
      field.kind === 'relationship' ? [`"Through the graph."\n${field.name}: ${field.target}RelationshipFilters`] : [],
    ),
    ...(type.embedding ? ['"Similar to a text or vector."\nnear: NearCondition'] : []),
    ...fields.flatMap((field) =>
      field.kind !== 'join' ? [] : [`${field.name}: ${field.list ? `${field.target}RelationshipFilters` : `${field.target}Where`}`],
    ),
  ];
  return [
    `"Conditions on ${plural}; all must hold."\n` +
      `input ${name}Where {\nAND: [${name}Where!]\nOR: [${name}Where!]\nNOT: ${name}Where\n${filters.join('\n')}\n}`,
    `"Quantified conditions on a list of ${plural}. all and some need at least one."\n` +
      `input ${name}RelationshipFilters {\nall: ${name}Where\nnone: ${name}Where\nsingle: ${name}Where\n` +
      `some: ${name}Where\n}`,
  ];
};

/** The filters of columns, one for each kind of column. */
export const sharedFilterSdl = (types: readonly TableType[]): string[] => {
  const definitions = new Map<string, string>();
  for (const field of types.flatMap(columnFields)) {
    const name = filterName(field);
    if (name && name !== 'JSONFilters') definitions.set(name, `input ${name} {\n${operatorLines(field).join('\n')}\n}`);
  }
  return [...definitions.values(), ...SHARED];
};

const operatorLines = (field: ColumnField): string[] => {
  const { scalar } = field;
  if (field.encrypted) return ['eq: String', 'in: [String!]'];
  if (field.list)
    return [
      `eq: [${scalar}!]`,
      `"The list contains this value."\nincludes: ${scalar}`,
      `"The list contains all of these values."\nincludesAll: [${scalar}!]`,
      `"The list contains at least one of these values."\nincludesSome: [${scalar}!]`,
    ];
  const operators = field.enumType ? EQUALITY : FILTER_OPERATORS[scalar]!;
  return [
    ...operators.map((operator) => `${operator}: ${operator === 'in' ? `[${scalar}!]` : scalar}`),
    ...(scalar === 'String' ? ['caseInsensitive: CaseInsensitiveStringScalarFilters'] : []),
    ...(field.fulltext === undefined
      ? []
      : [`"Full-text search: quotes search for a phrase, or for alternatives, - excludes a word."\nmatches: String`]),
    ...(field.trigram ? ['"Trigram similarity, which tolerates typos."\nsimilarTo: SimilarCondition'] : []),
  ];
};

const SHARED = [
  '"Conditions on a JSON value, as PostgreSQL defines them."\n' +
    'input JSONFilters {\neq: JSON\n"The value contains this one, as with @> in PostgreSQL."\ncontains: JSON\n' +
    '"The object has this key."\nhasKey: String\n"Conditions at paths: all must hold."\nat: [JSONPathCondition!]\n}',
  '"Conditions on the value at a path of a JSON value."\n' +
    'input JSONPathCondition {\n"Keys and list indexes, from the outside in."\npath: [String!]!\nexists: Boolean\n' +
    'eq: JSON\nin: [JSON!]\n"Matches values of the same JSON type only."\ngt: JSON\ngte: JSON\nlt: JSON\nlte: JSON\n' +
    '"Compares the value as text."\ncontains: String\nstartsWith: String\n}',
  '"Text that shares many trigrams."\n' +
    'input SimilarCondition {\ntext: String!\n"From 0.3 to 1; 1 means the same trigrams."\nminSimilarity: Float = 0.3\n}',
];
