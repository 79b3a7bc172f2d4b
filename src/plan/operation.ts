import type { DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { GatewayError } from '../errors.js';
import { keyArguments } from '../model/sdl.js';
import { nodeName, nodeTypes, tableRoots, type Model, type TableRoot, type TableType } from '../model/types.js';
import { pluralTypeName } from '../model/names.js';
import { groupsOf, selectAggregate } from './aggregate.js';
import { pageOf } from './connection.js';
import type { GraphPlanner } from './graph.js';
import type { GraphPart } from './graph-part.js';
import { graphValue, type LedRows } from './graph-value.js';
import { planLevels, type Draft, type DraftLevel, type GraphDraft } from './operation-levels.js';
import type { OperationPlan, PlanAnswer, PlannedGraph, PlannedPart, ValueWriter } from './operation-plan.js';
import { limitOf, offsetOf, type Limits } from './limits.js';
import { encodeCursor } from './order.js';
import { fragmentsOf, keySelection, objectType, rootFields, selectedFields, selectTable, type OperationInfo, type SelectedField, type Selection } from './selection.js';
import { fitKey, planPart, type Entry } from './sql.js';
import { changed, Deferred, settled, type Run } from './statement.js';
import type { TextRow } from '../stores/types.js';
import type { Where } from './where.js';

type RootValue = { readonly flat: () => PlannedPart } | { readonly write: ValueWriter };

/** Thrown while planning: the operation needs more than is covered, or its answer will be an error. */
class NotCovered extends Error {}

/** What operations are planned with. */
export interface Planning {
  readonly model: Model;
  readonly limits: Limits;
  readonly graphPlanner: GraphPlanner | undefined;
}

/**
 * Compiles a query operation whose fields live in tables and in nodes. Pure.
 *
 * @param variables as `shapeOf` gives them
 * @returns undefined when graphql-js must execute it
 */
export const planOperation = (planning: Planning, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): OperationPlan | undefined => {
  try {
    return new Planner(planning, { schema, fragments: fragmentsOf(document), variableValues: { ...variables } }).plan(operation);
  } catch (error) {
    // What is wrong with it is said by graphql-js, with the path of the field.
    if (error instanceof NotCovered || error instanceof GatewayError) return undefined;
    throw error;
  }
};

class Planner {
  readonly model: Model;
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
      const value = selected.name === '__typename' ? { write: () => '"Query"' } : root ? this.#root(root, selected) : { write: this.#nodes(selected) };
      return { prefix: `${index === 0 ? '' : ','}${JSON.stringify(selected.responseKey)}:`, ...value };
    });
    return { levels: planLevels(this.#levels), roots };
  }

  #root({ kind, type }: TableRoot, selected: SelectedField): RootValue {
    const { args, nodes } = selected;
    if (kind === 'connection') return { write: this.#connection(type, selected) };
    const selection = selectTable(this.model, this.info, type, nodes);
    if (kind === 'list') {
      const rows = changed(args['limit'], (value) => limitOf(type.plural, value, this.limits));
      const offset = changed(args['offset'], (value) => offsetOf(type.plural, value));
      const draft = this.#draft(selection, { kind: 'page', where: args['where'] as Where, sort: args['sort'], rows, offset });
      draft.isFlat = draft.children.length === 0;
      return draft.isFlat ? { flat: () => draft.planned! } : { write: (answer) => answer.list(draft.planned!) };
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

  #connection(type: TableType, { name, args, nodes }: SelectedField): ValueWriter {
    const page = pageOf(name, args, this.limits);
    const where = args['where'] as Where;
    const fields = this.#fields(`${pluralTypeName(type.name)}Connection`, nodes);
    const selected = fields.filter((field) => field.name === 'edges').flatMap((field) => this.#fields(`${type.name}Edge`, field.nodes).filter((inner) => inner.name === 'node'));
    // Selected twice, each may want something else of its rows.
    if (selected.length > 1) throw new NotCovered();
    const selection = selected[0] ? selectTable(this.model, this.info, type, selected[0].nodes) : keySelection(type);
    const asks = (...names: string[]) => fields.some((field) => names.includes(field.name));
    // A count of all rows is quick by itself; one of some has to find them, and so has the page.
    const counted = asks('totalCount') && page.entry.bounds?.length === 0 && Object.keys(where ?? {}).length > 0;
    // A cursor that is none is an error also where no page is selected.
    if (page.entry.bounds?.length && !asks('edges', 'pageInfo')) throw new NotCovered();
    const rows = asks('edges', 'pageInfo') ? this.#draft(selection, { kind: 'page', where, sort: args['sort'], ...page.entry, counted }) : undefined;
    const count = asks('totalCount') && !(rows && counted) ? this.#draft(keySelection(type), { kind: 'count', where }) : undefined;

    const cut = (answer: PlanAnswer) => page.cut(answer.rows(rows!.planned!).map((row, index) => ({ row, index })), answer.run);
    const cursor = (row: TextRow): string => `"${encodeCursor(rows!.part.orders, rows!.planned!.cursor.map((position) => row[position] ?? null))}"`;
    const edgeOf = (field: SelectedField) =>
      objectWriter(`${type.name}Edge`, this.#fields(`${type.name}Edge`, field.nodes), (inner): ((row: TextRow, text: string) => string) => (inner.name === 'cursor' ? cursor : (_, text) => text),
      );
    return objectWriter(`${pluralTypeName(type.name)}Connection`, fields, (field): ValueWriter => {
      switch (field.name) {
        case 'edges': {
          const edge = edgeOf(field);
          return (answer) => {
            const texts = answer.texts(rows!.planned!);
            return `[${cut(answer).kept.map(({ row, index }) => edge(row, texts[index]!)).join(',')}]`;
          };
        }
        case 'pageInfo':
          return objectWriter('PageInfo', this.#fields('PageInfo', field.nodes), (inner): ValueWriter => (answer) => {
            const { kept, hasNextPage, hasPreviousPage } = cut(answer);
            const end = inner.name === 'startCursor' ? kept[0] : kept.at(-1);
            return inner.name === 'hasNextPage' ? String(hasNextPage) : inner.name === 'hasPreviousPage' ? String(hasPreviousPage) : end ? cursor(end.row) : 'null';
          });
        case 'aggregate': {
          const typeName = `${type.name}Aggregate`;
          const draft = this.#draft(keySelection(type), { kind: 'aggregate', where, typeName, fields: selectAggregate(this.model, this.info, type, typeName, field.nodes) });
          return (answer) => answer.texts(draft.planned!)[0]!;
        }
        case 'groupBy': {
          const typeName = `${type.name}Group`;
          const groupFields = selectAggregate(this.model, this.info, type, typeName, field.nodes);
          if (!groupFields.every((inner) => inner.kind !== 'key' || livesInTables(inner.selection))) throw new NotCovered();
          const draft = this.#draft(keySelection(type), { kind: 'groups', where, typeName, fields: groupFields, ...groupsOf(type, field.args, this.limits) });
          return (answer) => answer.list(draft.planned!);
        }
        default:
          return (answer) => (count ? answer.rows(count.planned!)[0]![count.planned!.ordinal + 1]! : (answer.rows(rows!.planned!)[0]?.[rows!.planned!.total!] ?? '0'));
      }
    });
  }

  #fields(typeName: string, nodes: readonly FieldNode[]): SelectedField[] {
    return selectedFields(this.info, objectType(this.info.schema, typeName), nodes);
  }

  #draft(selection: Selection, entry: Entry, level = 0): Draft {
    const draft: Draft = { part: planPart(this.model, selection, entry, this.limits, false), children: [] };
    this.#level(level).parts.push(draft);
    draft.part.children.forEach(({ owner, field }, index) => {
      if (field.kind === 'elsewhere') return draft.children.push(this.#hop(owner, field.selected, level + 1));
      const values = new Deferred(({ parents }) => parents.get(draft.children[index]!.planned!) ?? []);
      return draft.children.push(this.#draft(field.selection, { kind: 'children', field: field.field, values, args: field.args }, level + 1));
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
    // Where a hop leads to rows, where, sort and limit are for the SQL that follows.
    if (field?.kind === 'relationship') return this.#graph(owner, selected, { name, args: this.model.types.get(field.target)!.home === 'node' ? args : {} }, (nodes) => nodes ?? [], level);
    if (field?.kind === 'cypher') return this.#graph(owner, selected, selected, (value) => value, level);
    throw new NotCovered();
  }

  /** @param asked of the graph for the selected field of the client's schema */
  #graph(owner: TableType | undefined, selected: SelectedField, { name, args }: Pick<SelectedField, 'name' | 'args'>, valueIn: PlannedGraph['valueIn'], level = 0): GraphDraft {
    const planner = this.#graphPlanner;
    const { info } = this;
    const led: LedRows[] = [];
    const value = planner && graphValue(this.model, info, objectType(info.schema, owner?.name ?? 'Query').getFields()[selected.name]!.type, selected, led);
    if (!value) throw new NotCovered();
    const part = (run: Run): GraphPart =>
      planner.hop({ ...info, variableValues: { ...run.variables } }, owner ? nodeName(owner) : 'Query', name, settled(args, (each) => each.get(run)) as SelectedField['args'], selected.nodes, false);
    const draft: GraphDraft = { field: { owner, part, valueIn, value }, rows: [] };
    this.#level(level).graph.push(draft);
    led.forEach(({ type, selected: { args: rowArgs, nodes } }, index) => {
      const lists = new Deferred(({ parents }) => parents.get(draft.rows[index]!.planned!) ?? []);
      draft.rows.push(this.#draft(selectTable(this.model, info, type, nodes), { kind: 'lists', lists, args: rowArgs }, level + 1));
    });
    return draft;
  }
}

/** Groups of rows have no hops of their own. */
const livesInTables = ({ fields }: Selection): boolean => fields.every((field) => (field.kind === 'join' ? livesInTables(field.selection) : field.kind !== 'elsewhere'));

/** Writes an object whose fields are few: connections and their like, not rows. */
const objectWriter = <A extends readonly unknown[]>(typeName: string, fields: readonly SelectedField[], writerOf: (field: SelectedField) => (...args: A) => string): ((...args: A) => string) => {
  const parts = fields.map((field, index) => ({
    prefix: `${index === 0 ? '' : ','}${JSON.stringify(field.responseKey)}:`,
    write: field.name === '__typename' ? () => JSON.stringify(typeName) : writerOf(field),
  }));
  return (...args) => `{${parts.map(({ prefix, write }) => prefix + write(...args)).join('')}}`;
};
