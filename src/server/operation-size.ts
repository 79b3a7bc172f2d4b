import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isInputObjectType,
  isListType,
  Kind,
  typeFromAST,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { GatewayError } from '../errors.js';
import type { Limits } from '../query/limits.js';

export type SizeLimits = Pick<
  Limits,
  'maxConditions' | 'maxListEntries' | 'maxSortWords' | 'maxTextLength' | 'maxVariables' | 'maxValueDepth'
>;

/** How an operation uses a variable, all uses together. */
interface Use {
  times: number;
  /** Name of the argument or operator that searches for it as a text, where there is one. */
  text: string | undefined;
}

/** Input types and root fields whose `text` is searched for. */
const SEARCHING = new Set(['NearCondition', 'NearSort', 'SimilarCondition', 'search', 'searchPage']);

/** What an error calls a text that is searched for, by where it stands; nothing of any other text. */
const searched = (parent: string | undefined, name: string): string | undefined => {
  if (parent === undefined) return undefined;
  return (name === 'matches' && parent.endsWith('Filters')) || (name === 'text' && SEARCHING.has(parent)) ? name : undefined;
};

/**
 * How large the values of an operation are: what its document says is counted once, its variables for each request, before they are
 * coerced. Conditions are the entries of input types whose name ends with Where, words of a sort the items of those with Sort.
 */
export class OperationSize {
  readonly #schema: GraphQLSchema;
  readonly #limits: SizeLimits;
  readonly #fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #uses = new Map<string, Use>();
  readonly #types = new Map<string, GraphQLInputType>();
  #conditions = 0;
  #entries = 0;

  /** @throws GatewayError INPUT_TOO_LARGE when the document's own values are too large */
  constructor(
    schema: GraphQLSchema,
    limits: SizeLimits,
    operation: OperationDefinitionNode,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  ) {
    this.#schema = schema;
    this.#limits = limits;
    this.#fragments = fragments;
    const definitions = operation.variableDefinitions ?? [];
    this.#refuse('variables', definitions.length, limits.maxVariables, 'MAX_VARIABLES');
    for (const { variable, type } of definitions) {
      const input = typeFromAST(schema, type) as GraphQLInputType | undefined;
      if (input) this.#types.set(variable.name.value, input);
    }
    const root = schema.getRootType(operation.operation);
    if (root) this.#selections(root, operation.selectionSet);
    this.#check(this.#conditions, this.#entries);
  }

  /** @throws GatewayError INPUT_TOO_LARGE */
  check(variables: Readonly<Record<string, unknown>>): void {
    const counter = new Counter(this.#limits, this.#conditions, this.#entries);
    for (const [name, { times, text }] of this.#uses) {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (typeof value === 'string' && text !== undefined) checkText(text, value.length, this.#limits);
      if (typeof value === 'object' && value !== null) counter.value(value, this.#types.get(name), times, 0);
    }
  }

  #selections(type: GraphQLNamedType, set: SelectionSetNode): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = this.#fragments[selection.name.value];
        const on = fragment && this.#schema.getType(fragment.typeCondition.name.value);
        if (on) this.#selections(on, fragment.selectionSet);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        this.#selections(
          (selection.typeCondition && this.#schema.getType(selection.typeCondition.name.value)) ?? type,
          selection.selectionSet,
        );
      } else {
        const field = 'getFields' in type ? (type as GraphQLObjectType).getFields()[selection.name.value] : undefined;
        if (!field) continue;
        for (const { name, value } of selection.arguments ?? []) {
          const argument = field.args.find((each) => each.name === name.value);
          this.#literal(value, argument?.type, searched(type === this.#schema.getQueryType() ? field.name : undefined, name.value), 0);
        }
        const below = getNamedType(field.type);
        if (selection.selectionSet && isCompositeType(below)) this.#selections(below, selection.selectionSet);
      }
    }
  }

  #literal(node: ValueNode, type: GraphQLInputType | undefined, text: string | undefined, depth: number): void {
    const named = type && getNamedType(type);
    // Of input types a document's tokens limit the depth, and conditions have a limit of their own.
    if (!isInputObjectType(named)) checkDepth(depth, this.#limits);
    switch (node.kind) {
      case Kind.VARIABLE: {
        const use = this.#uses.get(node.name.value) ?? { times: 0, text: undefined };
        this.#uses.set(node.name.value, use);
        use.times += 1;
        use.text ??= text;
        return;
      }
      case Kind.STRING:
        if (text !== undefined) checkText(text, node.value.length, this.#limits);
        return;
      case Kind.LIST: {
        if (isSort(named)) this.#refuse('words of a sort', node.values.length, this.#limits.maxSortWords, 'MAX_SORT_WORDS');
        this.#entries += node.values.length;
        const item = itemOf(type);
        for (const value of node.values) this.#literal(value, item, text, depth + 1);
        return;
      }
      case Kind.OBJECT: {
        const fields = isInputObjectType(named) ? named.getFields() : {};
        if (isWhere(named)) this.#conditions += Math.max(1, node.fields.length);
        for (const field of node.fields)
          this.#literal(field.value, fields[field.name.value]?.type, searched(named?.name, field.name.value), depth + 1);
      }
    }
  }

  #check(conditions: number, entries: number): void {
    this.#refuse('conditions', conditions, this.#limits.maxConditions, 'MAX_CONDITIONS');
    this.#refuse('list entries', entries, this.#limits.maxListEntries, 'MAX_LIST_ENTRIES');
  }

  #refuse(what: string, count: number, maximum: number, setting: string): void {
    if (count > maximum) throw tooLarge(what, count, maximum, setting);
  }
}

/** Counts what is in the values of variables, and stops at the first that is too much. */
class Counter {
  constructor(
    readonly limits: SizeLimits,
    public conditions: number,
    public entries: number,
  ) {}

  value(value: unknown, type: GraphQLInputType | undefined, times: number, depth: number): void {
    if (typeof value !== 'object' || value === null) return;
    checkDepth(depth, this.limits);
    const named = type && getNamedType(type);
    if (Array.isArray(value)) {
      this.entries += value.length * times;
      if (this.entries > this.limits.maxListEntries) throw tooLarge('list entries', 'more', this.limits.maxListEntries, 'MAX_LIST_ENTRIES');
      if (isSort(named) && value.length > this.limits.maxSortWords)
        throw tooLarge('words of a sort', value.length, this.limits.maxSortWords, 'MAX_SORT_WORDS');
      const item = itemOf(type);
      for (const each of value) this.value(each, item, times, depth + 1);
      return;
    }
    const fields = isInputObjectType(named) ? named.getFields() : {};
    const entries = Object.entries(value);
    if (isWhere(named)) {
      this.conditions += Math.max(1, entries.length) * times;
      if (this.conditions > this.limits.maxConditions) throw tooLarge('conditions', 'more', this.limits.maxConditions, 'MAX_CONDITIONS');
    }
    for (const [name, each] of entries) {
      const text = typeof each === 'string' ? searched(named?.name, name) : undefined;
      if (text !== undefined) checkText(text, (each as string).length, this.limits);
      this.value(each, Object.hasOwn(fields, name) ? fields[name]!.type : undefined, times, depth + 1);
    }
  }
}

const isWhere = (type: GraphQLNamedType | undefined): boolean => type !== undefined && type.name.endsWith('Where');
const isSort = (type: GraphQLNamedType | undefined): boolean => type !== undefined && type.name.endsWith('Sort');

/** The type of a list's items; of a value that stands for a list of itself, and of scalars that take lists, the same. */
const itemOf = (type: GraphQLInputType | undefined): GraphQLInputType | undefined => {
  const list = type && getNullableType(type);
  return isListType(list) ? list.ofType : type;
};

const checkDepth = (depth: number, { maxValueDepth }: SizeLimits): void => {
  if (depth > maxValueDepth) throw tooLarge('levels of lists and objects in a value', 'more', maxValueDepth, 'MAX_VALUE_DEPTH');
};

const checkText = (name: string, length: number, { maxTextLength }: SizeLimits): void => {
  if (length > maxTextLength) throw tooLarge(`characters in ${name}`, length, maxTextLength, 'MAX_TEXT_LENGTH');
};

const tooLarge = (what: string, count: number | string, maximum: number, setting: string) =>
  new GatewayError('INPUT_TOO_LARGE', { what, maximum, count, setting });
