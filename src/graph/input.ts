import {
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { graphName, graphTypes, type Model } from '../model/types.js';
import { refuseEmptyConditions } from './empty-conditions.js';
import { edgeAlternatives } from './edge-where.js';
import { WaitingCondition, type GraphPart } from './part.js';
import { checkGraphWhere, completeWhere, type ConditionOn } from './where.js';
import { nullCondition, type Where } from '../sql/where.js';

/**
 * Conditions in the arguments of @neo4j/graphql's schema, wherever they stand: a `where` of a list, or one of those
 * in the input of a mutation. This is the one place where a condition of a client joins a part of a document.
 */
export class GraphInputs {
  readonly #model: Model;
  /** What the conditions of an input type are on, by its name. */
  readonly #conditions: ReadonlyMap<string, ConditionOn>;
  /** Names of the input types that are conditions, or have some below them. */
  readonly #conditional: ReadonlySet<string>;

  constructor(model: Model, schema: GraphQLSchema) {
    this.#model = model;
    const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
    const nodes = new Map(graphTypes(model).map((type) => [`${graphName(type)}Where`, { type, onEdge: false }]));
    const edges = inputs.flatMap((input): [string, ConditionOn][] => {
      const { node, NOT } = input.getFields();
      const on = node && NOT && nodes.get(getNamedType(node.type).name);
      return on && !nodes.has(input.name) ? [[input.name, { ...on, onEdge: true }]] : [];
    });
    this.#conditions = new Map([...nodes, ...edges]);
    this.#conditional = withConditions(inputs, new Set(this.#conditions.keys()));
  }

  /** An argument's value, the conditions in it checked and complete. Those that ask rows wait in the part. */
  value(field: string, value: unknown, type: GraphQLInputType, part: GraphPart): unknown {
    if (isNonNullType(type)) return this.value(field, value, type.ofType, part);
    if (isListType(type))
      return Array.isArray(value)
        ? value.flatMap((item) => this.#apart(field, item, getNamedType(type))).map((item) => this.value(field, item, type.ofType, part))
        : value;
    if (!isInputObjectType(type) || !this.#conditional.has(type.name) || value === null || value === undefined) return value;
    const on = this.#conditions.get(type.name);
    if (on) {
      const where = value as NonNullable<Where>;
      return checkGraphWhere(this.#model, field, on, where) ? part.wait(new WaitingCondition(on, where)) : completeWhere(where, on.onEdge);
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        if (name === 'where' && item === null) throw nullCondition(field, name);
        return [name, this.value(field, item, type.getFields()[name]!.type, part)];
      }),
    );
  }

  /**
   * An input of a mutation, refused where a condition in it asks nothing. Null in the place of an operation does nothing, as for
   * rows: @neo4j/graphql would look into it.
   */
  written(field: string, value: unknown, type: GraphQLInputType): unknown {
    if (value === null || value === undefined) return value;
    if (isNonNullType(type)) return this.written(field, value, type.ofType);
    if (isListType(type)) return Array.isArray(value) ? value.map((item) => this.written(field, item, type.ofType)) : value;
    if (!isInputObjectType(type)) return value;
    const on = this.#conditions.get(type.name);
    if (on) {
      refuseEmptyConditions(this.#model, field, on, value as NonNullable<Where>);
      return value;
    }
    const fields = type.getFields();
    const isValue = type.name.endsWith('Mutations');
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, item]) => {
        if (item === null && name === 'where') throw nullCondition(field, name);
        if (item === null && (isValue ? name !== 'set' : isInputObjectType(getNamedType(fields[name]!.type)))) return [];
        const kept = this.written(field, item, fields[name]!.type);
        // A relationship of which nothing is asked.
        const isNothing = /FieldInput$/.test(getNamedType(fields[name]!.type).name) && isEmpty(kept);
        return isNothing ? [] : [[name, kept] as const];
      }),
    );
  }

  /** A nested delete or disconnect as several, each with a condition that @neo4j/graphql takes. */
  #apart(field: string, item: unknown, type: GraphQLInputType): unknown[] {
    const input = isInputObjectType(type) && /(Delete|Disconnect)FieldInput$/.test(type.name) ? type.getFields()['where'] : undefined;
    const on = input && this.#conditions.get(getNamedType(input.type).name);
    const where = on?.onEdge ? (item as { where?: Where }).where : undefined;
    if (!on || !where) return [item];
    checkGraphWhere(this.#model, field, on, where);
    return edgeAlternatives(field, where).map((alternative) => ({ ...(item as object), where: alternative }));
  }
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** These input types, and all that lead to one of them. */
const withConditions = (inputs: readonly GraphQLInputObjectType[], conditions: Set<string>): Set<string> => {
  for (let found = -1; found !== conditions.size;) {
    found = conditions.size;
    for (const input of inputs)
      if (Object.values(input.getFields()).some(({ type }) => conditions.has(getNamedType(type).name))) conditions.add(input.name);
  }
  return conditions;
};
