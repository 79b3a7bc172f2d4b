import { getNamedType, isInputObjectType, type GraphQLField, type GraphQLInputObjectType, type GraphQLInputType } from 'graphql';
import { GatewayError } from '../errors.js';
import { countName } from '../model/hop-count.js';
import { nodeTypes, type Model } from '../model/types.js';
import { limitOf, offsetOf, type Limits } from '../query/limits.js';
import { checkSortWords } from '../sql/sort-words.js';
import { atLeastOne } from './empty-pages.js';
import type { GraphInputs } from './input.js';
import { WaitingOrder, type GraphPart } from './part.js';

/** Arguments of fields of the graph schema, from those of the gateway's schema. */
export class GraphArguments {
  readonly #model: Model;
  readonly #inputs: GraphInputs;
  readonly #limits: Limits;

  constructor(model: Model, inputs: GraphInputs, limits: Limits) {
    this.#model = model;
    this.#inputs = inputs;
    this.#limits = limits;
  }

  /** Arguments of a statement of the schema files that leads to rows; those of the list of rows are for SQL. */
  ofRows(field: GraphQLField<unknown, unknown>, args: Readonly<Record<string, unknown>>, part: GraphPart): string {
    const own = field.args
      .filter(({ name }) => !ROW_ARGUMENTS.has(name) && args[name] !== undefined)
      .map(({ name, type }) => `${name}: ${part.bind(args[name], String(type))}`);
    return own.length === 0 ? '' : `(${own.join(', ')})`;
  }

  /** Arguments of any other field. */
  of(field: GraphQLField<unknown, unknown>, given: Readonly<Record<string, unknown>>, part: GraphPart): string {
    const args = field.args.flatMap(({ name, type }) => {
      let value = this.#inputs.value(field.name, given[name], type, part);
      if (name === 'limit') value = atLeastOne(limitOf(field.name, value, this.#limits));
      if (name === 'after' && typeof value === 'string' && !OFFSET_CURSOR.test(Buffer.from(value, 'base64').toString('latin1')))
        throw new GatewayError('BAD_CURSOR', { argument: 'after', field: field.name, value: JSON.stringify(value) });
      if (name === 'offset' && value !== undefined) value = offsetOf(field.name, value);
      if (name === 'first') value = atLeastOne(limitOf(field.name, value, this.#limits, 'first'));
      if (name === 'sort') checkSortWords(field.name, value);
      if (name === 'sort') value = withKey(this.#items(value, type, part), getNamedType(type) as GraphQLInputObjectType);
      return value === undefined ? [] : [`${name}: ${part.bind(value, String(type))}`];
    });
    return args.length === 0 ? '' : `(${args.join(', ')})`;
  }

  #items(sort: unknown, type: GraphQLInputType, part: GraphPart): unknown {
    return Array.isArray(sort) ? sort.flatMap((item) => this.#sort(item, getNamedType(type) as GraphQLInputObjectType, part)) : sort;
  }

  /**
   * The items of an order in the words of the graph schema, that of edges too: `{requirements: {count: DESC}}` is a field of the
   * node, and a value of what a hop leads to waits. Count, min and max of one hop are items in this order.
   */
  #sort(item: unknown, type: GraphQLInputObjectType, part: GraphPart): unknown[] {
    if (typeof item !== 'object' || item === null) return [item];
    const of = nodeTypes(this.#model).find(({ name }) => type.name === `${name}Sort`);
    return Object.entries(item as Readonly<Record<string, unknown>>).flatMap(([name, word]): unknown[] => {
      if (word === null || word === undefined) return [];
      const field = of?.fields.get(name);
      if (of && field?.kind === 'relationship') {
        const { count, ...values } = word as ListSort;
        const waiting = (least: 'min' | 'max') =>
          Object.entries(values[least] ?? {}).flatMap(([value, direction]) =>
            direction ? [part.wait(new WaitingOrder(of, field, least, value, direction))] : [],
          );
        return [...(count ? [{ [countName(name)]: count }] : []), ...waiting('min'), ...waiting('max')];
      }
      const inner = getNamedType(type.getFields()[name]!.type);
      return isInputObjectType(inner) ? this.#sort(word, inner, part).map((each) => ({ [name]: each })) : [{ [name]: word }];
    });
  }
}

type ListSort = Readonly<{
  count?: string | null;
  min?: Readonly<Record<string, string | null>> | null;
  max?: Readonly<Record<string, string | null>> | null;
}>;

/** Arguments of every list of rows; one of them cannot be an argument of a statement that leads to rows. */
const ROW_ARGUMENTS = new Set(['where', 'sort', 'limit', 'offset']);

/** What @neo4j/graphql's cursors hold; it takes anything else for the start of the list. */
const OFFSET_CURSOR = /^arrayconnection:\d+$/;

/** The key as the last word of every order, so that pages never overlap. */
const withKey = (sort: unknown, type: GraphQLInputObjectType): unknown => {
  const given = (sort ?? []) as Record<string, unknown>[];
  const { node } = type.getFields();
  // The order of a hop's edges: by the node's key, last.
  if (node && 'id' in (getNamedType(node.type) as GraphQLInputObjectType).getFields()) return [...given, { node: { id: 'ASC' } }];
  if (!type.getFields()['id'] || given.some((item) => 'id' in item)) return sort ?? undefined;
  return [...given, { id: 'ASC' }];
};
