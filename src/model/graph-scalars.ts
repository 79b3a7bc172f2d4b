import { GraphQLFloat, isObjectType, isScalarType, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.js';

/** The ends of a whole number of a graph: it has 64 bits. */
const [LEAST, GREATEST] = [-(2n ** 63n), 2n ** 63n - 1n];

/**
 * Scalars of @neo4j/graphql's schema take values that it has coerced already (of a document that is run anew), and neither take nor
 * give one that would be another in the graph. The schema has them for itself, so they are changed in place.
 */
export const bindGraphScalars = (schema: GraphQLSchema): GraphQLSchema => {
  const bigInt = schema.getType('BigInt');
  if (isScalarType(bigInt)) {
    const parse = bigInt.parseValue.bind(bigInt);
    const parseLiteral = bigInt.parseLiteral.bind(bigInt);
    const serialize = bigInt.serialize.bind(bigInt);
    bigInt.parseValue = (value) => (typeof value === 'string' ? parse(inBits(value)) : value);
    bigInt.parseLiteral = (node, variables) => ('value' in node && typeof node.value === 'string' ? parse(inBits(node.value)) : parseLiteral(node, variables));
    bigInt.serialize = (value) => serialize(exact(value));
  }
  // The average of whole numbers is none.
  const numbers = schema.getType('BigIntAggregateSelection');
  if (isObjectType(numbers)) numbers.getFields()['average']!.type = GraphQLFloat;
  return schema;
};

const inBits = (text: string): string => {
  if (/^-?\d+$/.test(text) && (BigInt(text) < LEAST || BigInt(text) > GREATEST)) throw new GatewayError('VALUE_INVALID', { detail: `a BigInt of a node or relationship must be from ${LEAST} to ${GREATEST}, but got ${text}` });
  return text;
};

/** Neo4j goes on with a floating-point number where a sum leaves 64 bits. */
const exact = (value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new GatewayError('VALUE_INVALID', { detail: 'a number is out of range, or divided by zero' });
  return value;
};
