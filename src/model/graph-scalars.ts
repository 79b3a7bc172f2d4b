import { GraphQLFloat, GraphQLInt, GraphQLList, GraphQLNonNull, GraphQLScalarType, isEnumType, isListType, isNonNullType, isObjectType, isScalarType, type GraphQLNullableType, type GraphQLOutputType, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.js';
import { givenTime, timeText, TIMES } from './graph-times.js';

/** The ends of a whole number of a graph: it has 64 bits. */
const [LEAST, GREATEST] = [-(2n ** 63n), 2n ** 63n - 1n];

/**
 * Scalars of @neo4j/graphql's schema take values that it has coerced already (of a document that is run anew), and neither take nor
 * give one that would be another in the graph. The schema has them for itself, so they are changed in place.
 */
export const bindGraphScalars = (schema: GraphQLSchema, enums: Iterable<string>): GraphQLSchema => {
  change(schema, 'BigInt', inBits, exact);
  for (const name of TIMES) change(schema, name, (text) => timeOf(name, text), (value) => givenTime(name, String(value)));
  // The values of an enum are the database's texts here: the schema that clients see has their names.
  for (const name of enums) {
    const type = schema.getType(name);
    if (isEnumType(type)) type.parseValue = type.serialize = (value) => value as string;
  }
  loosen(schema);
  // The average of whole numbers is none.
  const numbers = schema.getType('BigIntAggregateSelection');
  if (isObjectType(numbers)) numbers.getFields()['average']!.type = LOOSE.get(GraphQLFloat)!;
  return schema;
};

/** Numbers as the graph gives them. */
const LOOSE: ReadonlyMap<unknown, GraphQLScalarType> = new Map([GraphQLFloat, GraphQLInt].map((type) => [type, new GraphQLScalarType({ name: type.name, serialize: (value) => value })]));

/** A NaN, or a number that is no Int, is an error in its own place, which the schema of the clients says: here it would take the whole answer. */
const loosen = (schema: GraphQLSchema): void => {
  const loose = (type: GraphQLOutputType): GraphQLOutputType => {
    if (isNonNullType(type)) return new GraphQLNonNull(loose(type.ofType) as GraphQLNullableType & GraphQLOutputType);
    return isListType(type) ? new GraphQLList(loose(type.ofType)) : (LOOSE.get(type) ?? type);
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
  type.parseLiteral = (node, variables) => ('value' in node && typeof node.value === 'string' ? parse(sent(node.value)) : parseLiteral(node, variables));
  type.serialize = (value) => (TIMES.includes(name) ? given(value) : serialize(given(value)));
};

/** @neo4j/graphql takes a Date apart in the zone of the process. */
const timeOf = (name: string, text: string): string => (name === 'Date' ? `${timeText(name, text)}T12:00:00` : timeText(name, text));

const inBits = (text: string): string => {
  if (/^-?\d+$/.test(text) && (BigInt(text) < LEAST || BigInt(text) > GREATEST)) throw new GatewayError('VALUE_INVALID', { detail: `a BigInt of a node or relationship must be from ${LEAST} to ${GREATEST}, but got ${text}` });
  return text;
};

/** Neo4j goes on with a floating-point number where a sum leaves 64 bits. */
const exact = (value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new GatewayError('VALUE_INVALID', { detail: 'a number is out of range, or divided by zero' });
  return value;
};
