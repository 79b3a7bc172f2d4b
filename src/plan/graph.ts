import { getNamedType, isObjectType, type FieldNode, type GraphQLField, type GraphQLInputObjectType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { GatewayError } from '../errors.js';
import { pluralName } from '../model/names.js';
import { depthOf, limitOf, offsetOf, type Limits } from './limits.js';
import { checkWhere, completeWhere } from './graph-where.js';
import { selectedFields, type OperationInfo, type SelectedField } from './selection.js';
import { edgeTests } from './edge-tests.js';
import { clientNames } from '../model/graph-names.js';
import { countName } from '../model/hop-count.js';
import { usualDepth } from '../model/graph-sdl.js';
import { LINK, traversalName, typeOfLabels } from '../model/traversal-cypher.js';
import { nodeName, tableTypes, type Model, type TraversalField } from '../model/types.js';

/** The key of every node-home object in a result, whatever else is selected. */
export const NODE_KEY = 'nodeKey_';

/** A query against the graph schema being made: its variables, each typed as the argument it is for. */
export class GraphDocument {
  readonly variables: Record<string, unknown> = {};
  readonly #declared: string[] = [];
  readonly #roots: string[] = [];
  readonly #kind: 'query' | 'mutation';

  constructor(kind: 'query' | 'mutation') {
    this.#kind = kind;
  }

  bind(value: unknown, type: string): string {
    const name = `v${this.#declared.length}`;
    this.#declared.push(`$${name}: ${type}`);
    this.variables[name] = value;
    return `$${name}`;
  }

  get isEmpty(): boolean {
    return this.#roots.length === 0;
  }

  /** Adds a root field and gives the name of its value in the result. */
  add(field: string): string {
    const name = `f${this.#roots.length}`;
    this.#roots.push(`${name}: ${field}`);
    return name;
  }

  /** Adds a root field that gives the keys of the nodes of a type that pass, and these fields. */
  addKeys(type: string, where: unknown, limit: number, fields: readonly string[] = []): string {
    return this.add(`${pluralName(type)}(where: ${this.bind(completeWhere(where), `${type}Where`)}, limit: ${this.bind(limit, 'Int')}) { ${['id', ...fields].join(' ')} }`);
  }

  /** Adds a root field that gives these fields of the nodes of a type with these keys. */
  addNodes(type: string, keys: readonly string[], fields: readonly string[]): string {
    return this.add(`${pluralName(type)}(where: {id: {in: ${this.bind(keys, '[ID!]')}}}) { id ${fields.join(' ')} }`);
  }

  toString(): string {
    const variables = this.#declared.length === 0 ? '' : `(${this.#declared.join(', ')})`;
    return `${this.#kind} ${variables} { ${this.#roots.join(' ')} }`;
  }
}

/** Turns selections of the gateway's schema on node-home types into selections of the graph schema. */
export class GraphPlanner {
  readonly #model: Model;
  readonly #clientName: (name: string) => string;
  readonly #schema: GraphQLSchema;
  readonly #limits: Limits;
  /** Name of the type that a node with these labels is of. */
  readonly typeOf: (labels: readonly string[]) => string | null;
  /** Names of the types that stand for rows of table-home types. */
  readonly #standing: ReadonlySet<string>;

  constructor(model: Model, schema: GraphQLSchema, limits: Limits) {
    this.#model = model;
    this.#clientName = clientNames(model);
    this.#schema = schema;
    this.#limits = limits;
    this.typeOf = typeOfLabels(model);
    this.#standing = new Set(tableTypes(model).filter((type) => type.node).map(nodeName));
  }

  /** A root field as it is selected, under a name of the document's own. */
  root(info: OperationInfo, kind: 'Query' | 'Mutation', name: string, args: Readonly<Record<string, unknown>>, nodes: readonly FieldNode[], document: GraphDocument): string {
    const field = this.#type(kind).getFields()[name]!;
    return document.add(this.#field(info, field, { responseKey: name, name, args, nodes }, document).slice(name.length + 2));
  }

  /** A field of a type of the graph schema, with its arguments and all that is selected below it. */
  hop(info: OperationInfo, type: string, alias: string, name: string, args: Readonly<Record<string, unknown>>, nodes: readonly FieldNode[], document: GraphDocument): string {
    return this.#field(info, this.#type(type).getFields()[name]!, { responseKey: alias, name, args, nodes }, document);
  }

  /** A traversal of a type of the graph schema: the relationships it may follow, or the shortest ways. */
  traversal(alias: string, field: TraversalField, args: Readonly<Record<string, unknown>>, document: GraphDocument): string {
    const depth = depthOf(field.name, args['depth'], field.maxDepth, usualDepth(field));
    if (field.kind === 'path') {
      // A single way is the first of all.
      const maximum = document.bind(field.list ? limitOf(field.name, args['limit'], this.#limits, 'limit', 1) : 1, 'Int!');
      return `${alias}: ${traversalName(field, depth)}(to: ${document.bind(args['to'], 'ID!')}, maximum: ${maximum}) { keys types relationships sources }`;
    }
    checkWhere(field.name, args['edge']);
    const properties = this.#model.relationshipProperties.get(field.properties ?? '');
    const tests = properties ? edgeTests(field.name, properties, args['edge'], this.#schema) : [];
    const asked = tests.length === 0 ? '' : `tests: ${document.bind(tests, '[[RelationshipTest!]!]!')}, `;
    return `${alias}: ${traversalName(field, depth, tests.length > 0)}(${asked}maximum: ${document.bind(this.#limits.maxTraversed + 1, 'Int!')}) { ${LINK} }`;
  }

  #type(name: string): GraphQLObjectType {
    return this.#schema.getType(name) as GraphQLObjectType;
  }

  #field(info: OperationInfo, field: GraphQLField<unknown, unknown>, selected: SelectedField, document: GraphDocument): string {
    const named = getNamedType(field.type);
    const head = `${selected.responseKey}: ${field.name}`;
    // Rows of a table come from their own store: the graph gives their keys, and where, sort and limit are for SQL.
    if (this.#standing.has(named.name)) return `${head}${this.#rowArguments(field, selected, document)} { id }`;
    const args = this.#arguments(field, selected.args, document);
    if (!isObjectType(named)) return head + args;
    return `${head}${args} { ${this.#selection(info, named, selected.nodes, document)} }`;
  }

  #selection(info: OperationInfo, type: GraphQLObjectType, nodes: readonly FieldNode[], document: GraphDocument): string {
    const fields = type.getFields();
    const planned = this.#model.types.get(type.name)?.fields;
    const selections = selectedFields(info, info.schema.getType(this.#clientName(type.name)) as GraphQLObjectType, nodes).flatMap((selected) => {
      const field = fields[selected.name];
      const plan = planned?.get(selected.name);
      if (plan?.kind === 'traverse' || plan?.kind === 'path' || plan?.kind === 'neighbourhood') return [this.traversal(selected.responseKey, plan, selected.args, document)];
      return field ? [this.#field(info, field, selected, document)] : [];
    });
    // A selection may not be empty, and the key is what other stores know the node by.
    selections.unshift(fields['id'] ? `${NODE_KEY}: id` : '__typename');
    return selections.join(' ');
  }

  /** Arguments of a statement of the schema files that leads to rows; those of the list of rows are for SQL. */
  #rowArguments(field: GraphQLField<unknown, unknown>, { args }: SelectedField, document: GraphDocument): string {
    const own = field.args.filter(({ name }) => !ROW_ARGUMENTS.has(name) && args[name] !== undefined).map(({ name, type }) => `${name}: ${document.bind(args[name], String(type))}`);
    return own.length === 0 ? '' : `(${own.join(', ')})`;
  }

  #arguments(field: GraphQLField<unknown, unknown>, given: Readonly<Record<string, unknown>>, document: GraphDocument): string {
    const args = field.args.flatMap(({ name, type }) => {
      let value = given[name];
      if (name === 'where') {
        checkWhere(field.name, value);
        value = completeWhere(value, getNamedType(type).name.endsWith('ConnectionWhere'));
      }
      if (name === 'limit') value = limitOf(field.name, value, this.#limits, 'limit', 1);
      if (name === 'after' && typeof value === 'string' && !OFFSET_CURSOR.test(Buffer.from(value, 'base64').toString('latin1'))) throw new GatewayError('BAD_CURSOR', { argument: 'after', field: field.name, value: JSON.stringify(value) });
      if (name === 'offset' && value !== undefined) value = offsetOf(field.name, value);
      if (name === 'first') value = limitOf(field.name, value, this.#limits, 'first', 1);
      if (name === 'sort') value = withKey(withCounts(value), getNamedType(type) as GraphQLInputObjectType);
      return value === undefined ? [] : [`${name}: ${document.bind(value, String(type))}`];
    });
    return args.length === 0 ? '' : `(${args.join(', ')})`;
  }
}

/** Arguments of every list of rows; one of them cannot be an argument of a statement that leads to rows. */
const ROW_ARGUMENTS = new Set(['where', 'sort', 'limit', 'offset']);

/** What @neo4j/graphql's cursors hold; it takes anything else for the start of the list. */
const OFFSET_CURSOR = /^arrayconnection:\d+$/;

/** `{requirements: {count: DESC}}` as the graph schema has it, in the order of edges too. */
const withCounts = (sort: unknown): unknown => {
  if (Array.isArray(sort)) return sort.map(withCounts);
  if (typeof sort !== 'object' || sort === null) return sort;
  return Object.fromEntries(Object.entries(sort).filter(([, word]) => word !== null && word !== undefined).map(([name, word]: [string, unknown]) => (typeof word === 'object' && word !== null && 'count' in word ? [countName(name), word.count] : [name, withCounts(word)])));
};

/** The key as the last word of every order, so that pages never overlap. */
const withKey = (sort: unknown, type: GraphQLInputObjectType): unknown => {
  const given = (sort ?? []) as Record<string, unknown>[];
  const { node } = type.getFields();
  // The order of a hop's edges: by the node's key, last.
  if (node && 'id' in (getNamedType(node.type) as GraphQLInputObjectType).getFields()) return [...given, { node: { id: 'ASC' } }];
  if (!type.getFields()['id'] || given.some((item) => 'id' in item)) return sort ?? undefined;
  return [...given, { id: 'ASC' }];
};
