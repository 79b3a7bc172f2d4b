import { getNamedType, type GraphQLField, type GraphQLInputObjectType } from 'graphql';
import type { GuardedModel, Right } from '../access/guard.js';
import { GatewayError } from '../errors.js';
import { limitOf, offsetOf, type Limits } from '../query/limits.js';
import { checkSortWords } from '../sql/sort-words.js';
import { atLeastOne } from './empty-pages.js';
import type { GraphInputs } from './input.js';
import type { GraphPart } from './part.js';
import { nodeSort } from './sort.js';

/** Arguments of fields of the graph schema, from those of the gateway's schema. */
export class GraphArguments {
  readonly #model: GuardedModel;
  readonly #inputs: GraphInputs;
  readonly #limits: Limits;

  constructor(model: GuardedModel, inputs: GraphInputs, limits: Limits) {
    this.#model = model;
    this.#inputs = inputs;
    this.#limits = limits;
  }

  /** Arguments of a @cypher statement that leads to rows; the arguments of the list of rows go to SQL. */
  ofRows(field: GraphQLField<unknown, unknown>, args: Readonly<Record<string, unknown>>, part: GraphPart): string {
    const own = field.args
      .filter(({ name }) => !ROW_ARGUMENTS.has(name) && args[name] !== undefined)
      .map(({ name, type }) => `${name}: ${part.bind(args[name], String(type))}`);
    return own.length === 0 ? '' : `(${own.join(', ')})`;
  }

  /** Arguments of any other field. */
  of(field: GraphQLField<unknown, unknown>, given: Readonly<Record<string, unknown>>, part: GraphPart): string {
    const right = rightOf(field);
    const args = field.args.flatMap(({ name, type }) => {
      let value = this.#inputs.value(field.name, given[name], type, part, right);
      if (name === 'limit') value = atLeastOne(limitOf(field.name, value, this.#limits));
      if (name === 'after' && typeof value === 'string' && !OFFSET_CURSOR.test(Buffer.from(value, 'base64').toString('latin1')))
        throw new GatewayError('BAD_CURSOR', { argument: 'after', field: field.name, value: JSON.stringify(value) });
      if (name === 'offset' && value !== undefined) value = offsetOf(field.name, value);
      if (name === 'first') value = atLeastOne(limitOf(field.name, value, this.#limits, 'first'));
      if (name === 'sort') checkSortWords(field.name, value);
      if (name === 'sort') value = nodeSort(this.#model, value, getNamedType(type) as GraphQLInputObjectType, part);
      return value === undefined ? [] : [`${name}: ${part.bind(value, String(type))}`];
    });
    return args.length === 0 ? '' : `(${args.join(', ')})`;
  }
}

/** What a mutation of nodes does with those that its `where` finds. */
const rightOf = ({ type }: GraphQLField<unknown, unknown>): Right => {
  const { name } = getNamedType(type);
  return name === 'DeleteInfo' ? 'delete' : /^Update\w+MutationResponse$/.test(name) ? 'update' : 'read';
};

/** Arguments of every list of rows. A @cypher statement that leads to rows cannot have arguments with these names. */
const ROW_ARGUMENTS = new Set(['where', 'sort', 'limit', 'offset']);

/** The content of @neo4j/graphql's cursors; it takes any other for the start of the list. */
const OFFSET_CURSOR = /^arrayconnection:\d+$/;
