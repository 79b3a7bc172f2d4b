import {
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { NodeStep } from './node-paths.js';
import type { Limits } from '../query/limits.js';
import type { GuardedModel } from '../access/guard.js';
import { GraphArguments } from './arguments.js';
import { GraphInputs } from './input.js';
import { GraphPart } from './part.js';
import { edgesBeside, same, withoutPage } from './empty-pages.js';
import { isPlain, NODE_KEY, objectShape, type Shape, type ShapedField } from './shape.js';
import { nullCondition } from '../predicate/parse.js';
import { selectedFields, selects, type OperationInfo, type SelectedField } from '../query/selection.js';
import { isTaken } from './taken-names.js';
import { throughEdges } from './through-edges.js';
import { traversalText } from './traversal-text.js';
import { clientNames, CONNECTED, connectionField } from '../model/graph-names.js';
import { typeOfLabels } from '../model/traversal-cypher.js';
import { arrow, labelsToCypher, quoteLabel } from '../model/names.js';
import type { TraversalField } from '../model/fields.js';
import { graphName, graphTypes, nodeName, nodeTypes, tableTypes, type EntityType, type NodeType } from '../model/types.js';

/** Turns selections of the gateway's schema on node-home types into selections of the graph schema. */
export class GraphPlanner {
  readonly #model: GuardedModel;
  readonly #clientName: (name: string) => string;
  readonly #schema: GraphQLSchema;
  readonly #limits: Limits;
  readonly #inputs: GraphInputs;
  readonly #arguments: GraphArguments;
  /** Name of the type of a node with these labels. */
  readonly typeOf: (labels: readonly string[]) => string | null;
  /** The types with nodes, by their names in the graph schema. */
  readonly #types: ReadonlyMap<string, EntityType>;
  /** Names of the types that stand for rows of table-home types. */
  readonly #standing: ReadonlySet<string>;

  constructor(model: GuardedModel, schema: GraphQLSchema, limits: Limits) {
    this.#model = model;
    this.#clientName = clientNames(model);
    this.#schema = schema;
    this.#limits = limits;
    this.#inputs = new GraphInputs(model, schema);
    this.#arguments = new GraphArguments(model, this.#inputs, limits);
    this.typeOf = typeOfLabels(model);
    this.#types = new Map(graphTypes(model).map((type) => [graphName(type), type]));
    this.#standing = new Set(
      tableTypes(model)
        .filter((type) => type.node)
        .map(nodeName),
    );
  }

  /** A root field as it is selected. */
  root(
    info: OperationInfo,
    kind: 'Query' | 'Mutation',
    name: string,
    args: Readonly<Record<string, unknown>>,
    nodes: readonly FieldNode[],
  ): GraphPart {
    if (kind === 'Query') return this.hop(info, kind, name, args, nodes);
    if (args['where'] === null) throw nullCondition(name, 'where');
    const types = new Map(
      this.#type(kind)
        .getFields()
        [name]!.args.map((each) => [each.name, each.type]),
    );
    const written = Object.entries(args).map(([each, value]) => [each, this.#inputs.written(name, value, types.get(each)!)] as const);
    return this.hop(info, kind, name, Object.fromEntries(written), nodes);
  }

  /** A field of a type of the graph schema, with its arguments and its selection; with `keys`, every object also selects its key. */
  hop(
    info: OperationInfo,
    type: string,
    name: string,
    args: Readonly<Record<string, unknown>>,
    nodes: readonly FieldNode[],
    keys = true,
  ): GraphPart {
    return new GraphPart((part) => {
      const { text, shape } = part.within(this.#step(info, type, { name, args, nodes }), () =>
        this.#field(info, this.#type(type).getFields()[name]!, { args, nodes }, part, keys),
      );
      part.shape = shape;
      return text;
    });
  }

  /** A root field with the keys of the matching nodes of a type; nodes without a key are left out. */
  keys(type: NodeType, where: unknown, limit: number): GraphPart {
    const mayLackKey = type.fields.get('id')?.nonNull === false;
    return new GraphPart((part) => {
      const matching = this.#where(type, where, part);
      const keyed = mayLackKey ? `{AND: [${matching}, {NOT: {id: {eq: null}}}]}` : matching;
      return `${type.plural}(where: ${keyed}, limit: ${part.bind(limit, 'Int')}) { id }`;
    });
  }

  /** A root field that counts the matching nodes of a type in its `totalCount`. */
  count(type: NodeType, where: unknown): GraphPart {
    return new GraphPart((part) => `${type.plural}Connection(where: ${this.#where(type, where, part)}) { totalCount }`);
  }

  /** A traversal of a type of the graph schema: the relationships it follows, or the shortest paths. */
  traversal(field: TraversalField, args: Readonly<Record<string, unknown>>): GraphPart {
    return new GraphPart((part) => traversalText(this.#model, this.#schema, this.#limits, field, args, part));
  }

  /** The hop of a field of the graph schema, or the nodes of a root field: lists, and connections whose nodes are selected. */
  #step(
    info: OperationInfo,
    typeName: string,
    { name, args, nodes }: Pick<SelectedField, 'name' | 'args' | 'nodes'>,
  ): NodeStep | undefined {
    const value = getNamedType(this.#type(typeName).getFields()[name]!.type).name;
    if (
      value.endsWith('Connection') &&
      !selects(info, info.schema.getType(this.#clientName(value)) as GraphQLObjectType, nodes, 'edges', CONNECTED)
    )
      return undefined;
    const given = args['limit'] ?? args['first'];
    const limit = typeof given === 'number' ? given : this.#limits.defaultRows;
    if (typeName === 'Query') {
      const root = nodeTypes(this.#model).find(({ plural }) => name === plural || name === `${plural}Connection`);
      return root && { arrow: '', labels: labelsToCypher(root.node.labels), limit };
    }
    const type = this.#types.get(typeName);
    const field = type && (connectionField(type, name) ?? type.fields.get(name));
    if (field?.kind !== 'relationship') return undefined;
    const labels = labelsToCypher(this.#model.types.get(field.target)!.node!.labels);
    return { arrow: arrow(field.direction, `:${quoteLabel(field.relationship)}`), labels, limit };
  }

  #type(name: string): GraphQLObjectType {
    return this.#schema.getType(name) as GraphQLObjectType;
  }

  #where(type: NodeType, where: unknown, part: GraphPart): string {
    const input = `${type.name}Where`;
    return part.bind(this.#inputs.value(type.plural, where ?? {}, this.#schema.getType(input) as GraphQLInputObjectType, part), input);
  }

  #field(
    info: OperationInfo,
    field: GraphQLField<unknown, unknown>,
    selected: Pick<SelectedField, 'args' | 'nodes'>,
    part: GraphPart,
    keys: boolean,
  ): Written {
    const named = getNamedType(field.type);
    // Rows come from their table: the graph gives their keys, and where, sort and limit go to SQL.
    if (this.#standing.has(named.name)) return { text: `${field.name}${this.#arguments.ofRows(field, selected.args, part)} { id }` };
    const args = this.#arguments.of(field, selected.args, part);
    if (!isObjectType(named)) return { text: field.name + args };
    const [[shape], text] = this.#objects(info, named, [selected.nodes], part, keys);
    if (selected.args['limit'] === 0 && isListType(getNullableType(field.type)))
      return { text: `${field.name}${args} { ${text} }`, shape: () => [] };
    if (selected.args['first'] === 0)
      return { text: `${field.name}${args} { ${text}${edgesBeside(text)} }`, shape: (value) => (shape ?? same)(withoutPage(value)) };
    return { text: `${field.name}${args} { ${text} }`, shape };
  }

  /** The selection of a type's objects, once for each alias that they have in the response. */
  #objects(
    info: OperationInfo,
    type: GraphQLObjectType,
    names: readonly (readonly FieldNode[])[],
    part: GraphPart,
    keys: boolean,
  ): readonly [readonly (Shape | undefined)[], string] {
    const client = info.schema.getType(this.#clientName(type.name)) as GraphQLObjectType;
    const selected = names.map((nodes) => selectedFields(info, client, nodes));
    const key = keys || selected.every((fields) => fields.length === 0) ? (type.getFields()['id'] ? NODE_KEY : '__typename') : undefined;
    const own = this.#model.types.has(type.name)
      ? this.#named(info, type, selected, part, keys)
      : this.#shared(info, type, selected, part, keys);
    // A selection cannot be empty, and other stores know the node by its key.
    const texts = key === undefined ? own.texts : [key === NODE_KEY ? `${NODE_KEY}: id` : key, ...own.texts];
    return [own.fields.map((fields) => (fields.every(isPlain) ? undefined : objectShape(fields, key))), texts.join(' ')];
  }

  /** A node: every field under its response key, numbered where there are several selections. */
  #named(
    info: OperationInfo,
    type: GraphQLObjectType,
    selected: readonly (readonly SelectedField[])[],
    part: GraphPart,
    keys: boolean,
  ): WrittenObjects {
    const fields = type.getFields();
    const planned = this.#model.types.get(type.name)!.fields;
    const texts: string[] = [];
    const shaped = selected.map((each, index) =>
      each.flatMap(({ responseKey, name, ...rest }): ShapedField[] => {
        const from = selected.length === 1 && !isTaken(responseKey) ? responseKey : `n${index}_${responseKey}`;
        const plan = planned.get(name);
        const isTraversal = plan?.kind === 'traverse' || plan?.kind === 'path' || plan?.kind === 'neighbourhood';
        if (!isTraversal && !fields[name]) return [];
        const { text, shape } = isTraversal
          ? { text: traversalText(this.#model, this.#schema, this.#limits, plan, rest.args, part), shape: undefined }
          : part.within(this.#step(info, type.name, { name, ...rest }), () => this.#field(info, fields[name]!, rest, part, keys));
        texts.push(`${from}: ${text}`);
        return [{ responseKey, from, shape }];
      }),
    );
    return { texts, fields: shaped };
  }

  /**
   * @neo4j/graphql does not support aliases in connections and aggregates, which it assembles itself
   * (https://github.com/neo4j/graphql/issues/5584): each field is selected once.
   */
  #shared(
    info: OperationInfo,
    type: GraphQLObjectType,
    selected: readonly (readonly SelectedField[])[],
    part: GraphPart,
    keys: boolean,
  ): WrittenObjects {
    const fields = type.getFields();
    const groups = new Map<
      string,
      { readonly of: number; readonly field: SelectedField & { readonly shape?: (edges: Shape | undefined) => Shape } }[]
    >();
    selected.forEach((each, of) =>
      each.forEach((given) => {
        const field = given.name === CONNECTED && !fields[CONNECTED] ? throughEdges(given) : given;
        if (fields[field.name]) groups.set(field.name, [...(groups.get(field.name) ?? []), { of, field }]);
      }),
    );
    const shaped = selected.map((): ShapedField[] => []);
    const texts = [...groups].map(([name, group]) => {
      const [first, ...more] = group.map(({ field }) => field) as [SelectedField, ...SelectedField[]];
      const named = getNamedType(fields[name]!.type);
      const isObject = more.length > 0 && isObjectType(named) && !this.#standing.has(named.name);
      const [shapes, below] = isObject
        ? this.#objects(
            info,
            named,
            group.map(({ field }) => field.nodes),
            part,
            keys,
          )
        : [[], ''];
      const written = isObject ? { text: `${name} { ${below} }`, shape: undefined } : this.#field(info, fields[name]!, first, part, keys);
      group.forEach(({ of, field: { responseKey, shape } }, index) => {
        const below = isObject ? shapes[index] : written.shape;
        shaped[of]!.push({ responseKey, from: name, shape: shape ? shape(below) : below });
      });
      return written.text;
    });
    return { texts, fields: shaped };
  }
}

/** The text of a field without its alias. */
interface Written {
  readonly text: string;
  readonly shape?: Shape | undefined;
}

interface WrittenObjects {
  readonly texts: readonly string[];
  /** The fields of each selection. */
  readonly fields: readonly (readonly ShapedField[])[];
}
