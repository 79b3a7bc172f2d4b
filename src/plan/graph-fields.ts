import type { GraphQLObjectType, GraphQLOutputType } from 'graphql';
import type { GraphPlanner } from '../graph/planner.js';
import { NODE_KEY } from '../graph/shape.js';
import type { GraphPart } from '../graph/part.js';
import type { TraversalField } from '../model/fields.js';
import type { EntityType, NodeType, TableType } from '../model/types.js';
import { nodeName } from '../model/types.js';
import type { Run } from '../predicate/deferred.js';
import { objectType, type OperationInfo, type SelectedField } from '../query/selection.js';
import { traversalValue } from './traversal-value.js';
import type { FieldSource } from './types.js';
import { knownArgs, objectOf, valueOf, type Value, type Valuing } from './value.js';

/** What a field of the graph schema is called there, with its arguments, and where its value is in the answer. */
interface Asked {
  readonly name: string;
  readonly args: SelectedField['args'];
  readonly valueIn: (given: unknown) => unknown;
}

const infoIn = (info: OperationInfo, run: Run): OperationInfo => ({ ...info, variableValues: { ...run.variables } });

/** A root field of the graph schema, and how the client's field `name` shows its value. */
export const graphRoot = (
  { info, needsKeys = false, leads }: Valuing,
  planner: GraphPlanner,
  name: string,
  nodes: SelectedField['nodes'],
  value: Value,
  asked: Asked,
): FieldSource => ({
  name,
  store: 'graph',
  isKeyed: false,
  ask: async ({ graph }, run) => {
    const part = planner.hop(infoIn(info, run), 'Query', asked.name, knownArgs(asked.args, run), nodes, needsKeys);
    return [asked.valueIn(await graph.load({ kind: 'root', part }))];
  },
  value,
  leads,
});

/** A root field of the client's schema that the graph answers. */
export const graphQuery = (valuing: Valuing, planner: GraphPlanner, selected: SelectedField, asked: Asked): FieldSource => {
  const value = valueOf(valuing, clientType(valuing.info, 'Query', selected), selected, 'response');
  return graphRoot(valuing, planner, `Query.${selected.name}`, selected.nodes, value, asked);
};

/** A field of the nodes of rows: a relationship, its connection, or a statement of the schema files. */
export const graphField = (
  valuing: Valuing,
  planner: GraphPlanner,
  owner: TableType,
  selected: SelectedField,
  asked: Asked,
): FieldSource => {
  const value = valueOf(valuing, clientType(valuing.info, owner.name, selected), selected, 'response');
  const { info, needsKeys = false } = valuing;
  const part = (run: Run): GraphPart =>
    planner.hop(infoIn(info, run), nodeName(owner), asked.name, knownArgs(asked.args, run), selected.nodes, needsKeys);
  return { ...ofNodes(owner, selected.name, part, asked.valueIn), value, leads: valuing.leads };
};

/** A traversal from the nodes of rows. */
export const traversalField = (
  valuing: Valuing,
  planner: GraphPlanner,
  owner: TableType,
  field: TraversalField,
  selected: SelectedField,
): FieldSource => ({
  ...ofNodes(
    owner,
    selected.name,
    (run) => planner.traversal(field, knownArgs(selected.args, run)),
    (given) => given ?? [],
  ),
  value: traversalValue(valuing, owner, field, selected),
  leads: valuing.leads,
});

const ofNodes = (
  owner: TableType,
  name: string,
  part: (run: Run) => GraphPart,
  valueIn: Asked['valueIn'],
): Pick<FieldSource, 'name' | 'store' | 'isKeyed' | 'ask'> => ({
  name: `${owner.name}.${name}`,
  store: 'graph',
  isKeyed: true,
  ask: async ({ graph }, run, keys) => {
    const found = (await graph.load({ kind: 'hop', type: owner, keys, part: part(run) })) as ReadonlyMap<string, unknown>;
    return keys.map((key) => valueIn(found.get(key)));
  },
});

/** The nodes of a type with these keys; those that are missing or do not match `where` are written as an empty text. */
export const nodesByKey = (
  valuing: Valuing,
  planner: GraphPlanner,
  type: NodeType,
  nodes: SelectedField['nodes'],
  where: unknown,
): FieldSource => {
  const { info, limits } = valuing;
  const value = objectOf(valuing, info.schema.getType(type.name) as GraphQLObjectType, { nodes }, 'response');
  return {
    name: type.name,
    store: 'graph',
    isKeyed: true,
    ask: async ({ graph }, run, keys) => {
      const { where: condition } = knownArgs({ where }, run);
      const found = new Map<string, unknown>();
      const blocks = Array.from({ length: Math.ceil(keys.length / limits.maxRows) }, (_, index) =>
        keys.slice(index * limits.maxRows, (index + 1) * limits.maxRows),
      );
      const load = async (block: readonly string[]) => {
        const among = { id: { in: block } };
        const args = { where: condition ? { AND: [condition, among] } : among, limit: block.length };
        const part = planner.hop(infoIn(info, run), 'Query', type.plural, args, nodes, true);
        for (const node of (await graph.load({ kind: 'root', part })) as Record<string, unknown>[]) found.set(String(node[NODE_KEY]), node);
      };
      await Promise.all(blocks.map(load));
      return keys.map((key) => found.get(key) ?? null);
    },
    value: {
      take: value.take && ((given, led, owner) => (given === null ? null : value.take!(given, led, owner))),
      write: (taken, texts) => (taken === null || taken === undefined ? '' : value.write(taken, texts)),
      read: (taken, led) => (taken === null || taken === undefined ? null : value.read(taken, led)),
    },
    leads: valuing.leads,
  };
};

const clientType = (info: OperationInfo, type: EntityType['name'], { name }: SelectedField): GraphQLOutputType =>
  objectType(info.schema, type).getFields()[name]!.type;
