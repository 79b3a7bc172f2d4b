import { GraphQLFloat, isEnumType, isObjectType, isScalarType, type GraphQLSchema } from 'graphql';
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
  // The average of whole numbers is none.
  const numbers = schema.getType('BigIntAggregateSelection');
  if (isObjectType(numbers)) numbers.getFields()['average']!.type = GraphQLFloat;
  return schema;
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
