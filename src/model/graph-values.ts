import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLScalarType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLNullableType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { inspect } from 'node:util';
import { GatewayError, messageOf, shortened } from '../errors.js';
import { cypherResults } from './cypher-results.js';
import { graphName, graphTypes, type Model } from './types.js';

/**
 * A graph has no types for its properties: any node may lack one, or have another kind of value in it. Either is a matter of that value
 * alone, but in the schema of @neo4j/graphql it would be an error that takes the whole answer. So what a graph gives is nullable, for
 * clients too, except for keys; and a value that does not fit is given as an error, which is thrown where clients see the field. Inputs
 * stay as the schema files say. The schema is changed in place.
 */
export const looseValues = (schema: GraphQLSchema, model: Model): void => {
  const built = new Map<GraphQLScalarType, GraphQLScalarType>();
  const loose = (type: GraphQLOutputType): GraphQLOutputType => {
    if (isNonNullType(type)) return new GraphQLNonNull(loose(type.ofType) as GraphQLNullableType & GraphQLOutputType);
    if (isListType(type)) return new GraphQLList(loose(type.ofType));
    if (!isScalarType(type) || !isSpecifiedScalarType(type)) return type;
    // Those of GraphQL itself are shared by all schemas.
    const own = built.get(type) ?? new GraphQLScalarType({ name: type.name, serialize: orError(type) });
    built.set(type, own);
    return own;
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    if (isScalarType(type) && !isSpecifiedScalarType(type)) type.serialize = orError(type);
    if (isObjectType(type)) for (const field of Object.values(type.getFields())) field.type = loose(field.type);
  }
  for (const field of values(schema, model)) {
    field.type = getNullableType(field.type);
    if (NUMBERS.has(getNamedType(field.type).name)) field.resolve = held;
    if (isListType(field.type) && isLeafType(getNullableType(field.type.ofType as GraphQLOutputType))) listOrError(field);
  }
};

/** Properties of nodes and relationships without keys, and what statements of the schema files return. */
const values = (schema: GraphQLSchema, model: Model): GraphQLField<unknown, unknown>[] => {
  const fieldsOf = (name: string) => {
    const type = schema.getType(name);
    return isObjectType(type) ? type.getFields() : {};
  };
  const ofTypes = graphTypes(model).flatMap((type) =>
    [...type.fields.values()].flatMap((field) =>
      (field.kind === 'property' && field.name !== 'id') || (field.kind === 'cypher' && !(field.list && field.leadsTo))
        ? fieldsOf(graphName(type))[field.name]!
        : [],
    ),
  );
  return [
    ...ofTypes,
    ...[...model.relationshipProperties.keys(), ...cypherResults(model)].flatMap((name) => Object.values(fieldsOf(name))),
  ];
};

const NUMBERS: ReadonlySet<string> = new Set(['Int', 'Float']);

/** @neo4j/graphql takes a text for the number 0. Ours are numbers already. */
const held: GraphQLFieldResolver<unknown, unknown> = (source, _, __, { path: { key }, fieldName }) => {
  const values = source as Readonly<Record<string, unknown>>;
  return Object.hasOwn(values, key) ? values[key] : values[fieldName];
};

const orError = (type: GraphQLScalarType): ((value: unknown) => unknown) => {
  const serialize = type.serialize.bind(type);
  return (value) => {
    if (value === SINGLE) return unfit('the graph holds a single value, but the type of the field is a list');
    try {
      return serialize(value);
    } catch (error) {
      // A sum of whole numbers may be out of range.
      if (type.name === 'BigInt' && error instanceof GatewayError) return error;
      return unfit(error instanceof GatewayError ? `${type.name} cannot represent value: ${shortened(inspect(value))}` : messageOf(error));
    }
  };
};

/** The only item of a list where the graph holds no list, which graphql-js would take for an error of the whole answer. */
const SINGLE = Symbol('single value');

const listOrError = (field: GraphQLField<unknown, unknown>): void => {
  const { resolve = defaultFieldResolver } = field;
  field.resolve = (...given) => {
    const value: unknown = resolve(...given);
    return value === null || value === undefined || Array.isArray(value) ? value : [SINGLE];
  };
};

const unfit = (message: string): GatewayError => new GatewayError('DATA_INVALID', { detail: message.replace(/\.$/, '') });
