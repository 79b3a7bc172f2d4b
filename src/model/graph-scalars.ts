import {
  GraphQLFloat,
  GraphQLList,
  GraphQLNonNull,
  GraphQLScalarType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLInputType,
  type GraphQLNullableType,
  type GraphQLSchema,
} from 'graphql';
import { GatewayError, shortened } from '../errors.js';
import { digitsOf, NANOSECONDS, tooFine } from './clock.js';
import { durationOf } from './durations.js';
import { givenTime, sentTime, TIMES } from './graph-times.js';

/** The ends of a whole number of a graph: it has 64 bits. */
const [LEAST, GREATEST] = [-(2n ** 63n), 2n ** 63n - 1n];

/**
 * Scalars of @neo4j/graphql's schema take values that it has coerced already (of a document that is run anew), and neither take nor
 * give one that would be another in the graph. The schema has them for itself, so they are changed in place.
 */
export const bindGraphScalars = (schema: GraphQLSchema, enums: Iterable<string>): GraphQLSchema => {
  change(schema, 'BigInt', inBits, exact);
  compareAll(schema);
  anyYear(schema);
  exactDurations(schema);
  for (const name of TIMES)
    change(
      schema,
      name,
      // @neo4j/graphql takes a Date apart in the zone of the process: https://github.com/neo4j/neo4j-javascript-driver/pull/1290
      (text) => (name === 'Date' ? `${sentTime(name, text)}T12:00:00` : kept(schema, name, text)),
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

interface GraphDuration {
  readonly constructor: new (months: bigint, days: bigint, seconds: bigint, nanoseconds: bigint) => GraphDuration;
}

/** @neo4j/graphql reads a Duration by numbers that lose digits, and the minus of less than a second. */
const exactDurations = (schema: GraphQLSchema): void => {
  const type = schema.getType('Duration');
  if (!isScalarType(type)) return;
  const { constructor: Kind } = type.parseValue('PT1S') as GraphDuration;
  type.parseValue = (value) => {
    const { months, days, nanoseconds } = durationOf(String(value));
    return new Kind(months, days, nanoseconds / SECOND, nanoseconds % SECOND);
  };
};

const SECOND = 1_000_000_000n;

/** Digits behind the second of a DateTime or LocalDateTime that a graph keeps; of other times all graphs keep nine. */
const momentDigits = new WeakMap<GraphQLSchema, number>();

/** Says how many digits behind the second of these the graph behind a schema keeps. More are refused. */
export const keepMoments = (schema: GraphQLSchema, digits: number): void => {
  momentDigits.set(schema, digits);
};

/**
 * A time as a graph takes it.
 *
 * @throws GatewayError VALUE_INVALID where it would come back as another
 */
export const kept = (schema: GraphQLSchema, scalar: string, text: string): string => {
  const digits = scalar.endsWith('DateTime') ? (momentDigits.get(schema) ?? NANOSECONDS) : NANOSECONDS;
  if (digitsOf(text) > digits) throw tooFine(scalar, 'a node or relationship', digits, text);
  return sentTime(scalar, text);
};

/** More than a whole number of a graph. */
const BEYOND = 2 ** 64;

/** A BigInt to compare with: a number beyond 64 bits is larger, or smaller, than all that a graph holds. */
export const comparedBigInt = (schema: GraphQLSchema, value: unknown): unknown => {
  const type = schema.getType('BigInt') as GraphQLScalarType;
  if (typeof value !== 'string' || isIn(value)) return type.parseValue(value);
  return value.startsWith('-') ? -BEYOND : BEYOND;
};

const compareAll = (schema: GraphQLSchema): void => {
  const written = schema.getType('BigInt');
  if (!isScalarType(written)) return;
  const compared = new GraphQLScalarType({ name: written.name, parseValue: (value) => comparedBigInt(schema, value) });
  const inPlace = (type: GraphQLInputType): GraphQLInputType => {
    if (isNonNullType(type)) return new GraphQLNonNull(inPlace(type.ofType) as GraphQLNullableType & GraphQLInputType);
    return isListType(type) ? new GraphQLList(inPlace(type.ofType)) : type === written ? compared : type;
  };
  for (const type of Object.values(schema.getTypeMap()))
    if (isInputObjectType(type) && type.name.endsWith('Filters'))
      for (const field of Object.values(type.getFields())) field.type = inPlace(field.type);
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

/** Whether a graph can hold a whole number; what is none is for others to refuse. */
const isIn = (text: string): boolean => !/^-?\d+$/.test(text) || (BigInt(text) >= LEAST && BigInt(text) <= GREATEST);

const inBits = (text: string): string => {
  if (!isIn(text))
    throw new GatewayError('VALUE_INVALID', {
      detail: `a BigInt of a node or relationship must be from ${LEAST} to ${GREATEST}, but got ${shortened(text)}`,
    });
  return text;
};

/** Neo4j goes on with a floating-point number where a sum leaves 64 bits. */
const exact = (value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isSafeInteger(value))
    throw new GatewayError('VALUE_INVALID', { detail: 'a number is out of range, or divided by zero' });
  return value;
};
