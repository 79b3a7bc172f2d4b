import type { GraphPlanner } from '../graph/planner.js';
import type { GuardedModel } from '../access/guard.js';
import { connectionName, relationshipFields } from '../model/graph-names.js';
import { enumName } from '../model/names.js';
import type { RelationshipField } from '../model/fields.js';
import { graphTypes, type EntityType, type NodeType } from '../model/types.js';
import { changed } from '../predicate/deferred.js';
import { parseWhere } from '../predicate/parse.js';
import { limitOf, offsetOf, type Limits } from '../query/limits.js';
import { selectTable } from '../query/select.js';
import { keySelection, objectType, selectedFields, type OperationInfo, type SelectedField, type Selection } from '../query/selection.js';
import type { RowQuery } from '../sql/read.js';
import { put, type Row } from '../sql/row.js';
import { graphRoot } from './graph-fields.js';
import type { Draft, FieldDraft } from './levels.js';
import type { FieldSource } from './types.js';
import { onlyValue, rowsIn, type WrittenValue } from './values.js';
import { knownArgs, listOf, objectOf, type Valuing } from './value.js';

/** What plans the parts and fields of an operation. */
interface Planner {
  readonly model: GuardedModel;
  readonly limits: Limits;
  readonly info: OperationInfo;
  readonly graphPlanner: GraphPlanner;
  valuing(): Valuing;
  rows(selection: Selection, query: RowQuery): Draft;
  field(source: FieldSource): FieldDraft;
}

/** `traceabilityGaps(types:, where:)`: the nodes of each type without a relationship that they should have. */
export const planGaps = (planner: Planner, { args, nodes }: SelectedField): WrittenValue => {
  const { types, where } = args as { types?: readonly string[] | null; where?: Readonly<Record<string, unknown>> | null };
  const gaps = graphTypes(planner.model)
    .filter(({ name }) => types?.includes(enumName(name)) ?? true)
    .flatMap((type) =>
      relationshipFields(type)
        .filter(({ isTraced }) => isTraced)
        .map((field) => planGap(planner, type, field, where?.[type.singular], nodes)),
    );
  return {
    write: (answer) => `[${gaps.map((gap) => gap.write(answer)).join(',')}]`,
    read: (objects) => gaps.map((gap) => gap.read(objects)),
  };
};

const planGap = (
  planner: Planner,
  type: EntityType,
  field: RelationshipField,
  given: unknown,
  nodes: SelectedField['nodes'],
): WrittenValue => {
  // For nodes, the relationship is checked and not the row it leads to: there may be more rows than MAX_KEYS.
  const missing = { [type.home === 'node' ? connectionName(field) : field.name]: { none: {} } };
  const where = { AND: [...(given ? [given] : []), missing] };
  const fields = selectedFields(planner.info, objectType(planner.info.schema, 'TraceabilityGap'), nodes).map((selected, index) => ({
    responseKey: selected.responseKey,
    prefix: `${index === 0 ? '{' : ','}${JSON.stringify(selected.responseKey)}:`,
    ...gapField(planner, type, field, where, selected),
  }));
  return {
    write: (answer) => `${fields.map(({ prefix, write }) => prefix + write(answer)).join('')}}`,
    read: (objects) => {
      const gap: Row = {};
      for (const { responseKey, read } of fields) put(gap, responseKey, read(objects));
      return gap;
    },
  };
};

const gapField = (
  planner: Planner,
  type: EntityType,
  field: RelationshipField,
  where: Readonly<Record<string, unknown>>,
  selected: SelectedField,
): WrittenValue => {
  const constant = { __typename: 'TraceabilityGap', type: enumName(type.name), field: field.name }[selected.name];
  if (constant !== undefined) return { write: () => JSON.stringify(constant), read: () => constant };
  const { model, limits, info } = planner;
  const { args } = selected;
  const page = {
    limit: changed(args['limit'], (value) => limitOf('nodes', value, limits)),
    offset: changed(args['offset'], (value) => offsetOf('nodes', value)),
  };
  if (type.home === 'node')
    return onlyValue(
      planner.field(selected.name === 'count' ? nodeCount(planner, type, where) : gapNodes(planner, type, where, page, selected)),
    );
  const matching = parseWhere(model, { type, onEdge: false }, where, type.plural);
  if (selected.name === 'count') {
    const draft = planner.rows(keySelection(type), { kind: 'count', where: matching });
    return {
      write: (answer) => answer.rows(draft.planned!)[0]![draft.planned!.first]!,
      read: (objects) => rowsIn(objects, draft, ([first]) => first!.row['count']),
    };
  }
  const query: RowQuery = { kind: 'page', where: matching, rows: page.limit, offset: page.offset };
  const draft = planner.rows(selectTable(model, info, type, selected.nodes), query);
  return {
    write: (answer) => `[${answer.texts(draft.planned!).join(',')}]`,
    read: (objects) => rowsIn(objects, draft, (rows) => rows.map(({ row }) => row)),
  };
};

const nodeCount = ({ graphPlanner }: Planner, type: NodeType, where: Readonly<Record<string, unknown>>): FieldSource => ({
  name: 'TraceabilityGap.count',
  store: 'graph',
  isKeyed: false,
  ask: async ({ graph }, run) => {
    const part = graphPlanner.count(type, knownArgs({ where }, run)['where']);
    return [((await graph.load({ kind: 'root', part })) as { readonly totalCount: number }).totalCount];
  },
  value: { write: String, read: (taken) => taken },
  leads: [],
});

const gapNodes = (
  planner: Planner,
  type: NodeType,
  where: Readonly<Record<string, unknown>>,
  page: Readonly<Record<string, unknown>>,
  { nodes }: SelectedField,
): FieldSource => {
  const valuing = planner.valuing();
  const value = listOf(objectOf(valuing, objectType(planner.info.schema, type.name), { nodes }, 'response'));
  const asked = { name: type.plural, args: { where, ...page }, valueIn: (given: unknown) => given };
  return graphRoot(valuing, planner.graphPlanner, 'TraceabilityGap.nodes', nodes, value, asked);
};
