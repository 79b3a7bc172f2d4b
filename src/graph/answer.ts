import {
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { NotPlain } from '../sql/row-json.js';

/** Completes a value as graphql-js would; objects are completed in place. Throws NotPlain. */
export type Complete = (value: unknown) => unknown;

/**
 * Completes the value of a field of the graph schema without executing it: the statement returned it in the shape of the selection.
 * Types that @neo4j/graphql assembles itself (connections, aggregates) are not covered.
 *
 * @returns undefined where the selection contains something that is not covered
 */
export const completer = (type: GraphQLOutputType, node: FieldNode): Complete | undefined => {
  if (isNonNullType(type)) {
    const complete = completer(type.ofType, node);
    return complete && ((value) => (value === null || value === undefined ? notPlain() : complete(value)));
  }
  const complete = isListType(type)
    ? listCompleter(type.ofType, node)
    : isLeafType(type)
      ? leafCompleter(type)
      : isObjectType(type) && !COMPOSED.test(type.name)
        ? objectCompleter(type, node)
        : undefined;
  return complete && ((value) => (value === null || value === undefined ? null : complete(value)));
};

const COMPOSED = /(Connection|Edge|PageInfo|AggregateSelection|Aggregate|Selection)$/;

const notPlain = (): never => {
  throw new NotPlain();
};

const listCompleter = (item: GraphQLOutputType, node: FieldNode): Complete | undefined => {
  const complete = completer(item, node);
  return (
    complete &&
    ((value) => {
      if (!Array.isArray(value)) return notPlain();
      const items = value as unknown[];
      for (let index = 0; index < items.length; index += 1) items[index] = complete(items[index]);
      return items;
    })
  );
};

const objectCompleter = (type: GraphQLObjectType, node: FieldNode): Complete | undefined => {
  const fields: { key: string; complete: Complete }[] = [];
  for (const selection of node.selectionSet?.selections ?? []) {
    if (selection.kind !== Kind.FIELD) return undefined;
    const key = (selection.alias ?? selection.name).value;
    const field = type.getFields()[selection.name.value];
    const complete = field ? completer(field.type, selection) : selection.name.value === '__typename' ? () => type.name : undefined;
    if (!complete) return undefined;
    fields.push({ key, complete });
  }
  return (value) => {
    if (typeof value !== 'object') return notPlain();
    const object = value as Record<string, unknown>;
    for (const { key, complete } of fields) {
      const own = object[key];
      const completed = complete(own);
      if (completed !== own) object[key] = completed;
    }
    return object;
  };
};

/** Most values are texts. */
const leafCompleter = (type: GraphQLLeafType): Complete => {
  const serialize: Complete = (value) => type.serialize(value);
  return TEXTS.has(type.name) ? (value) => (typeof value === 'string' ? value : serialize(value)) : serialize;
};

const TEXTS: ReadonlySet<string> = new Set(['ID', 'String']);
