import {
  GraphQLFloat,
  GraphQLList,
  GraphQLNonNull,
  GraphQLScalarType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLNullableType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { GatewayError } from '../errors.js';
import { givenTime, sentTime, TIMES } from './graph-times.js';

/** The ends of a whole number of a graph: it has 64 bits. */
const [LEAST, GREATEST] = [-(2n ** 63n), 2n ** 63n - 1n];

/**
 * Scalars of @neo4j/graphql's schema take values that it has coerced already (of a document that is run anew), and neither take nor
 * give one that would be another in the graph. The schema has them for itself, so they are changed in place.
 */
export const bindGraphScalars = (schema: GraphQLSchema, enums: Iterable<string>): GraphQLSchema => {
  change(schema, 'BigInt', inBits, exact);
  anyYear(schema);
  for (const name of TIMES)
    change(
      schema,
      name,
      (text) => timeOf(name, text),
      (value) => givenTime(name, String(value)),
    );
  // The values of an enum are the database's texts here: the schema that clients see has their names.
  for (const name of enums) {
    const type = schema.getType(name);
    if (isEnumType(type)) type.parseValue = type.serialize = (value) => value as string;
  }
  // The average of whole numbers is none.
  const numbers = schema.getType('BigIntAggregateSelection');
  if (isObjectType(numbers)) numbers.getFields()['average']!.type = GraphQLFloat;
  anyFloat(schema);
  return schema;
};

interface LocalTime {
  year: unknown;
  readonly constructor: new (...parts: unknown[]) => LocalTime;
}

/** @neo4j/graphql takes a LocalDateTime only with a year of four digits: it is given another, and the year put in its place. */
const anyYear = (schema: GraphQLSchema): void => {
  const type = schema.getType('LocalDateTime');
  if (!isScalarType(type)) return;
  const parse = type.parseValue.bind(type);
  type.parseValue = (value) => {
    const [, year] = /^([+-]\d{6})-/.exec(String(value)) ?? [];
    if (year === undefined) return parse(value);
    const { constructor: Kind, ...parts } = parse(String(value).replace(year, '2000')) as LocalTime;
    return new Kind(...Object.values({ ...parts, year: Number(year) }));
  };
};

/** NaN and infinities are errors in their own places, which the schema of the clients says: here they would take the whole answer. */
const FLOAT = new GraphQLScalarType({
  name: 'Float',
  serialize: (value) => (typeof value === 'number' ? value : GraphQLFloat.serialize(value)),
});

const anyFloat = (schema: GraphQLSchema): void => {
  const loose = (type: GraphQLOutputType): GraphQLOutputType => {
    if (isNonNullType(type)) return new GraphQLNonNull(loose(type.ofType) as GraphQLNullableType & GraphQLOutputType);
    return isListType(type) ? new GraphQLList(loose(type.ofType)) : type === GraphQLFloat ? FLOAT : type;
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) field.type = loose(field.type);
  }
};

const change = (schema: GraphQLSchema, name: string, sent: (text: string) => string, given: (value: unknown) => unknown): void => {
  const type = schema.getType(name);
  if (!isScalarType(type)) return;
  const [parse, parseLiteral, serialize] = [type.parseValue.bind(type), type.parseLiteral.bind(type), type.serialize.bind(type)];
  type.parseValue = (value) => (typeof value === 'string' ? parse(sent(value)) : value);
  type.parseLiteral = (node, variables) =>
    'value' in node && typeof node.value === 'string' ? parse(sent(node.value)) : parseLiteral(node, variables);
  type.serialize = (value) => (TIMES.includes(name) ? given(value) : serialize(given(value)));
};

/** @neo4j/graphql takes a Date apart in the zone of the process. */
const timeOf = (name: string, text: string): string => (name === 'Date' ? `${sentTime(name, text)}T12:00:00` : sentTime(name, text));

const inBits = (text: string): string => {
  if (/^-?\d+$/.test(text) && (BigInt(text) < LEAST || BigInt(text) > GREATEST))
    throw new GatewayError('VALUE_INVALID', {
      detail: `a BigInt of a node or relationship must be from ${LEAST} to ${GREATEST}, but got ${text}`,
    });
  return text;
};

/** Neo4j goes on with a floating-point number where a sum leaves 64 bits. */
const exact = (value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new GatewayError('VALUE_INVALID', { detail: 'a number is out of range, or divided by zero' });
  return value;
};
