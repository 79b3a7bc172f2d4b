import {
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { refuseStrangers, type GuardedModel, type Right } from '../access/guard.js';
import { GatewayError } from '../errors.js';
import { graphName, graphTypes } from '../model/types.js';
import { asksRows } from '../predicate/analyse.js';
import { nullCondition, parseNarrowing, parseWhere, type Subject } from '../predicate/parse.js';
import { TRUE, type Predicate } from '../predicate/types.js';
import { edgeAlternatives } from './edge-where.js';
import { WaitingCondition, type GraphPart } from './part.js';
import { guardedNodes } from './source.js';
import { graphWhere } from './where.js';

/**
 * Conditions in the arguments of @neo4j/graphql's schema: a `where` of a list, or those in the input of a mutation. This is the only
 * place where a client's condition becomes part of a document.
 */
export class GraphInputs {
  readonly #model: GuardedModel;
  /** The subject of each input type of conditions, by its name. */
  readonly #conditions: ReadonlyMap<string, Subject>;
  /** Names of the input types that are conditions, or contain some. */
  readonly #conditional: ReadonlySet<string>;

  constructor(model: GuardedModel, schema: GraphQLSchema) {
    this.#model = model;
    const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
    const nodes = new Map(graphTypes(model).map((type): [string, Subject] => [`${graphName(type)}Where`, { type, onEdge: false }]));
    const edges = inputs.flatMap((input): [string, Subject][] => {
      const { node, edge, NOT } = input.getFields();
      const on = node && NOT && nodes.get(getNamedType(node.type).name);
      const properties = edge && model.relationshipProperties.get(getNamedType(edge.type).name.replace(/Where$/, ''));
      return on && !nodes.has(input.name) ? [[input.name, { ...on, onEdge: true, properties }]] : [];
    });
    this.#conditions = new Map([...nodes, ...edges]);
    this.#conditional = withConditions(inputs, new Set(this.#conditions.keys()));
  }

  /**
   * An argument's value with its conditions parsed and guarded. Conditions on rows wait in the part.
   *
   * @param right what is to be done with the nodes that a condition finds
   * @throws GatewayError FORBIDDEN for a node that the caller may not create
   */
  value(field: string, value: unknown, type: GraphQLInputType, part: GraphPart, right: Right = 'read'): unknown {
    if (isNonNullType(type)) return this.value(field, value, type.ofType, part, right);
    if (isListType(type)) return Array.isArray(value) ? value.flatMap((item) => this.#items(field, item, type.ofType, part, right)) : value;
    if (isInputObjectType(type) && (value ?? null) !== null) this.#mayWrite(type.name);
    if (!isInputObjectType(type) || !this.#conditional.has(type.name)) return value;
    const on = this.#conditions.get(type.name);
    if (on) {
      const predicate = guardedNodes(this.#model, on.type, parseWhere(this.#model, on, value, field), on.onEdge, right);
      return (value ?? null) === null && predicate.kind === 'true' ? value : this.#where(predicate, on, part);
    }
    if (value === null || value === undefined) return value;
    const own = rightOf(type.name) ?? right;
    const given = Object.entries(value).map(([name, item]) => {
      if (name === 'where' && item === null) throw nullCondition(field, name);
      return [name, this.value(field, item, type.getFields()[name]!.type, part, own)] as const;
    });
    return { ...this.#readable(type, part, own), ...Object.fromEntries(given.filter(([, item]) => item !== undefined)) };
  }

  /** What a node becomes is decided by rules on session variables alone. */
  #mayWrite(input: string): void {
    const [, name, what] = /^(\w+?)(Create|Update)Input$/.exec(input) ?? [];
    const type = name === undefined ? undefined : this.#model.types.get(name);
    const right = what === 'Create' ? 'create' : 'update';
    if (type) refuseStrangers(this.#model, type, right);
    if (type && this.#model.check(type, right, 'after').kind === 'false')
      throw new GatewayError('FORBIDDEN', { right, type: type.name }, { extensions: { type: type.name } });
  }

  /** The `where` of a nested operation that has none of its own: all that it leads to and the caller may read. */
  #readable(type: GraphQLInputObjectType, part: GraphPart, right: Right): { readonly where?: unknown } {
    const where = type.getFields()['where'];
    if (!where) return {};
    const input = getNamedType(where.type);
    const on = this.#conditions.get(input.name);
    const node = !on && isInputObjectType(input) ? input.getFields()['node'] : undefined;
    const onNode = node && this.#conditions.get(getNamedType(node.type).name);
    const subject = on ?? onNode;
    const predicate = subject ? guardedNodes(this.#model, subject.type, TRUE, subject.onEdge, right) : TRUE;
    if (!subject || predicate.kind === 'true') return {};
    const asked = this.#where(predicate, subject, part);
    return { where: on ? asked : { node: asked } };
  }

  #where(predicate: Predicate, { type, onEdge }: Subject, part: GraphPart): unknown {
    const asks = asksRows(predicate) || (type.home === 'table' && !onEdge);
    return asks ? part.wait(new WaitingCondition(predicate, type, onEdge)) : graphWhere(predicate, onEdge);
  }

  /** An item of a list; a nested delete or disconnect as several, each with a condition that @neo4j/graphql takes. */
  #items(field: string, item: unknown, type: GraphQLInputType, part: GraphPart, right: Right): unknown[] {
    const input = getNamedType(type);
    const where = isInputObjectType(input) && /(Delete|Disconnect)FieldInput$/.test(input.name) ? input.getFields()['where'] : undefined;
    const on = where && this.#conditions.get(getNamedType(where.type).name);
    const { where: given, ...rest } = (item ?? {}) as { readonly where?: unknown };
    if (!on?.onEdge || given === undefined || given === null) return [this.value(field, item, type, part, right)];
    const others = this.value(field, rest, type, part, right) as object;
    const own = rightOf(getNamedType(type).name) ?? right;
    const predicate = guardedNodes(this.#model, on.type, parseWhere(this.#model, on, given, field), true, own);
    return edgeAlternatives(field, predicate).map((alternative) => ({
      ...others,
      where: this.#where(alternative, on, part),
    }));
  }

  /**
   * An input of a mutation, refused where a condition in it matches everything. A null operation does nothing, as for rows;
   * @neo4j/graphql would descend into it.
   */
  written(field: string, value: unknown, type: GraphQLInputType): unknown {
    if (value === null || value === undefined) return value;
    if (isNonNullType(type)) return this.written(field, value, type.ofType);
    if (isListType(type)) return Array.isArray(value) ? value.map((item) => this.written(field, item, type.ofType)) : value;
    if (!isInputObjectType(type)) return value;
    const on = this.#conditions.get(type.name);
    if (on) {
      parseNarrowing(this.#model, on, value, field);
      return value;
    }
    const fields = type.getFields();
    const isValue = type.name.endsWith('Mutations');
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, item]) => {
        if (item === null && name === 'where') throw nullCondition(field, name);
        if (item === null && (isValue ? name !== 'set' : isInputObjectType(getNamedType(fields[name]!.type)))) return [];
        const kept = this.written(field, item, fields[name]!.type);
        // A relationship without operations.
        const isNothing = /FieldInput$/.test(getNamedType(fields[name]!.type).name) && isEmpty(kept);
        return isNothing ? [] : [[name, kept] as const];
      }),
    );
  }
}

/** What an input of a nested operation does with the nodes that its `where` finds; the filters in it are conditions like any other. */
const rightOf = (input: string): Right | undefined => {
  const [, operation, connection] = /(?:(Connect|Disconnect|Delete)FieldInput|(Update)ConnectionInput)$/.exec(input) ?? [];
  return (operation ?? connection)?.toLowerCase() as Right | undefined;
};

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

/** These input types, and all that contain one of them. */
const withConditions = (inputs: readonly GraphQLInputObjectType[], conditions: Set<string>): Set<string> => {
  for (let found = -1; found !== conditions.size;) {
    found = conditions.size;
    for (const input of inputs)
      if (Object.values(input.getFields()).some(({ type }) => conditions.has(getNamedType(type).name))) conditions.add(input.name);
  }
  return conditions;
};
