import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import { Deferred, kindOf } from '../predicate/deferred.js';

/**
 * Variables as a plan sees them: what decides about its statements stands as it is, every other value is Deferred. Two
 * requests whose variables have the same key can share a plan.
 */
export interface Shape {
  readonly key: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * The shape holds: which values are present, null, booleans and enums (directives, directions), whether a string is a UUID, and whether a
 * number is large.
 */
export const shapeOf = (
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  coerced: Readonly<Record<string, unknown>>,
): Shape => {
  const keys: string[] = [];
  const variables: Record<string, unknown> = {};
  for (const { variable, type } of definitions) {
    const { value: name } = variable.name;
    if (!(name in coerced)) continue;
    keys.push(name, ':');
    variables[name] = shape(typeFromAST(schema, type) as GraphQLInputType, coerced[name], [name], keys);
  }
  return { key: keys.join(''), variables };
};

const shape = (type: GraphQLInputType, value: unknown, path: readonly (string | number)[], keys: string[]): unknown => {
  if (value === null || value === undefined) {
    keys.push('0;');
    return value;
  }
  if (isNonNullType(type)) return shape(type.ofType, value, path, keys);
  if (isListType(type)) {
    if (isLeafList(type.ofType)) return leaf(value, path, keys);
    keys.push('[');
    const items = (value as unknown[]).map((item, index) => shape(type.ofType, item, [...path, index], keys));
    keys.push(']');
    return items;
  }
  if (isInputObjectType(type)) {
    keys.push('{');
    const fields = Object.entries(value as Record<string, unknown>).map(([name, item]) => {
      keys.push(name, ':');
      return [name, shape(type.getFields()[name]!.type, item, [...path, name], keys)] as const;
    });
    keys.push('}');
    return Object.fromEntries(fields);
  }
  if (isEnumType(type) || typeof value === 'boolean') {
    keys.push(JSON.stringify(value), ';');
    return value;
  }
  return leaf(value, path, keys);
};

const isLeafList = (item: GraphQLInputType): boolean => {
  const named = isNonNullType(item) ? item.ofType : item;
  return !isListType(named) && !isInputObjectType(named) && !isEnumType(named);
};

const leaf = (value: unknown, path: readonly (string | number)[], keys: string[]): Deferred => {
  const kind = kindOf(value);
  keys.push(kind ?? 'v', ';');
  return new Deferred(
    ({ variables }) => path.reduce<unknown>((object, step) => (object as Record<string | number, unknown>)[step], variables),
    kind,
  );
};
