import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { GatewayError } from '../errors.js';
import { keyArguments } from '../model/sdl.js';
import { tableRoots, type TableRoot } from '../model/roots.js';
import { nodeName, nodeTypes, type TableType } from '../model/types.js';
import type { GuardedModel } from '../access/guard.js';
import { connectionQueries, pageOf } from './connection.js';
import type { GraphPlanner } from '../graph/planner.js';
import type { GraphPart } from '../graph/part.js';
import { graphValue, type LedRows } from '../graph/value.js';
import { connectionWriter } from './connection-writer.js';
import { planLevels, type ConnectionDraft, type Draft, type DraftLevel, type GraphDraft } from './levels.js';
import type { OperationPlan, PlannedGraph, PlannedValue, ValueWriter } from './types.js';
import type { Limits } from '../query/limits.js';
import { listArguments } from '../query/arguments.js';
import type { PerParent } from '../sql/per-parent.js';
import {
  fragmentsOf,
  objectType,
  rootFields,
  type Connection,
  type OperationInfo,
  type SelectedField,
  type Selection,
} from '../query/selection.js';
import { selectConnection, selectTable } from '../query/select.js';
import { fitKey, listPage, planPart, type RowQuery } from '../sql/read.js';
import { Deferred, settled, type Run } from '../predicate/deferred.js';

/** Thrown while planning: the operation is not covered, or its answer will be an error. */
class NotCovered extends Error {}

/** The inputs of planning. */
export interface Planning {
  readonly model: GuardedModel;
  readonly limits: Limits;
  readonly graphPlanner: GraphPlanner | undefined;
}

/**
 * Compiles a query operation whose fields live in tables and in nodes. Pure.
 *
 * @param variables as returned by `shapeOf`
 * @returns undefined when graphql-js must execute it
 */
export const planOperation = (
  planning: Planning,
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): OperationPlan | undefined => {
  try {
    return new Planner(planning, { schema, fragments: fragmentsOf(document), variableValues: { ...variables } }).plan(operation);
  } catch (error) {
    // graphql-js reports what is wrong, with the path of the field.
    if (error instanceof NotCovered || error instanceof GatewayError) return undefined;
    throw error;
  }
};

class Planner {
  readonly model: GuardedModel;
  readonly limits: Limits;
  readonly #graphPlanner: GraphPlanner | undefined;
  readonly #levels: DraftLevel[] = [];

  constructor(
    { model, limits, graphPlanner }: Planning,
    readonly info: OperationInfo,
  ) {
    this.model = model;
    this.limits = limits;
    this.#graphPlanner = graphPlanner;
  }

  plan(operation: OperationDefinitionNode): OperationPlan {
    const known = tableRoots(this.model);
    const roots = rootFields(this.info, this.info.schema.getQueryType()!, operation).map((selected, index) => {
      const root = known.get(selected.name);
      const value =
        selected.name === '__typename' ? { write: () => '"Query"' } : root ? this.#root(root, selected) : { write: this.#nodes(selected) };
      return { prefix: `${index === 0 ? '' : ','}${JSON.stringify(selected.responseKey)}:`, ...value };
    });
    return { levels: planLevels(this.#levels, this.limits), roots };
  }

  #root({ kind, type }: TableRoot, selected: SelectedField): PlannedValue {
    const { args, nodes } = selected;
    if (kind === 'connection') {
      const draft = this.#connection(selectConnection(this.model, this.info, type, args, nodes, true), selected.name);
      return { write: (answer) => draft.write(answer, 0) };
    }
    const selection = selectTable(this.model, this.info, type, nodes);
    if (kind === 'list') {
      const draft = this.#draft(selection, listPage(type, listArguments(this.model, type, args), this.limits));
      draft.isFlat = draft.children.length === 0;
      return draft.isFlat ? { flat: () => draft.planned! } : { list: () => draft.planned! };
    }
    const key = keyArguments(type).map((name) => args[name]);
    if (!fitKey(type, key)) return { write: () => 'null' };
    const draft = this.#draft(selection, { kind: 'key', key });
    return { write: (answer) => answer.texts(draft.planned!)[0] ?? 'null' };
  }

  /** `components(where: ...)` or `component(id: ...)` */
  #nodes(selected: SelectedField): ValueWriter {
    const { name, args } = selected;
    const type = nodeTypes(this.model).find(({ singular, plural }) => name === singular || name === plural);
    if (!type) throw new NotCovered();
    const one = { where: { id: { eq: args['id'] } }, limit: 1 };
    const draft =
      name === type.plural
        ? this.#graph(undefined, selected, selected, (nodes) => nodes)
        : this.#graph(undefined, selected, { name: type.plural, args: one }, (nodes) => (nodes as readonly unknown[])[0]);
    return (answer) => answer.texts(draft.planned!)[0]!;
  }

  /** A connection of all rows, or a field of the rows of a level. */
  #connection(connection: Connection, name: string, level = 0, perParent?: PerParent): ConnectionDraft {
    const page = pageOf(name, connection.args, this.limits);
    if (
      connection.parts.some(
        (part) => part.kind === 'groups' && part.fields.some((inner) => inner.kind === 'key' && !livesInTables(inner.selection)),
      )
    )
      throw new NotCovered();
    // A Deferred cursor is checked when the plan runs.
    if (page.query.bounds?.length && connection.parts.every(({ kind }) => kind !== 'page')) throw new NotCovered();
    const parts = connectionQueries(this.model, connection, page, this.limits, perParent).map(({ selection, query }) =>
      this.#draft(selection, query, level),
    );
    return { parts, write: connectionWriter(connection, page, parts) };
  }

  #draft(selection: Selection, query: RowQuery, level = 0): Draft {
    const draft: Draft = { part: planPart(this.model, selection, query, false), children: [] };
    this.#level(level).parts.push(draft);
    draft.part.children.forEach(({ owner, field }, index) => {
      if (field.kind === 'elsewhere') return draft.children.push(this.#hop(owner, field.selected, level + 1));
      const values = new Deferred(({ parents }) => parents.get(draft.children[index]!.planned!) ?? []);
      if (field.kind === 'connection')
        return draft.children.push(
          this.#connection(field.connection, field.name, level + 1, { kind: 'joined', field: field.field, values }),
        );
      return draft.children.push(
        this.#draft(
          field.selection,
          { ...listPage(field.selection.type, field.args, this.limits), perParent: { kind: 'joined', field: field.field, values } },
          level + 1,
        ),
      );
    });
    return draft;
  }

  #level(level: number): DraftLevel {
    return (this.#levels[level] ??= { parts: [], graph: [] });
  }

  /** A relationship of rows, or a statement of the schema files about them. */
  #hop(owner: TableType, selected: SelectedField, level: number): GraphDraft {
    const { name, args } = selected;
    const field = owner.fields.get(name);
    if (owner.table.key.length !== 1) throw new NotCovered();
    // Where a hop leads to rows, where, sort and limit go to the SQL statement that follows.
    if (field?.kind === 'relationship')
      return this.#graph(
        owner,
        selected,
        { name, args: this.model.types.get(field.target)!.home === 'node' ? args : {} },
        (nodes) => nodes ?? [],
        level,
      );
    if (field?.kind === 'cypher') return this.#graph(owner, selected, selected, (value) => value, level);
    throw new NotCovered();
  }

  /** @param asked the graph's part for the selected field of the client's schema */
  #graph(
    owner: TableType | undefined,
    selected: SelectedField,
    { name, args }: Pick<SelectedField, 'name' | 'args'>,
    valueIn: PlannedGraph['valueIn'],
    level = 0,
  ): GraphDraft {
    const planner = this.#graphPlanner;
    const { info } = this;
    const led: LedRows[] = [];
    const value =
      planner &&
      graphValue(this.model, info, objectType(info.schema, owner?.name ?? 'Query').getFields()[selected.name]!.type, selected, led);
    if (!value) throw new NotCovered();
    const part = (run: Run): GraphPart =>
      planner.hop(
        { ...info, variableValues: { ...run.variables } },
        owner ? nodeName(owner) : 'Query',
        name,
        settled(args, (each) => each.get(run)) as SelectedField['args'],
        selected.nodes,
        false,
      );
    const draft: GraphDraft = { field: { owner, part, valueIn, value }, rows: [] };
    this.#level(level).graph.push(draft);
    led.forEach(({ type, selected: { args: rowArgs, nodes } }, index) => {
      const lists = new Deferred(({ parents }) => parents.get(draft.rows[index]!.planned!) ?? []);
      draft.rows.push(
        this.#draft(
          selectTable(this.model, info, type, nodes),
          { ...listPage(type, listArguments(this.model, type, rowArgs), this.limits), perParent: { kind: 'listed', lists } },
          level + 1,
        ),
      );
    });
    return draft;
  }
}

/** Groups of rows have no hops. */
const livesInTables = ({ fields }: Selection): boolean =>
  fields.every((field) => (field.kind === 'join' ? livesInTables(field.selection) : field.kind !== 'elsewhere'));
