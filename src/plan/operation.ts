import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { refuseStrangers, type GuardedModel } from '../access/guard.js';
import { GatewayError } from '../errors.js';
import type { GraphPlanner } from '../graph/planner.js';
import { tableRoots, type TableRoot } from '../model/roots.js';
import { keyArguments } from '../model/sdl.js';
import { nodeTypes, tableType, type EmbeddedType, type TableType } from '../model/types.js';
import { connectionField } from '../model/graph-names.js';
import { needsOthers } from '../predicate/analyse.js';
import { Deferred } from '../predicate/deferred.js';
import { parseWhere } from '../predicate/parse.js';
import { listArguments } from '../query/arguments.js';
import type { Limits } from '../query/limits.js';
import { selectConnection, selectTable } from '../query/select.js';
import { fragmentsOf, rootFields, type Connection, type OperationInfo, type SelectedField, type Selection } from '../query/selection.js';
import { connectionQueries, pageOf } from '../sql/connection.js';
import type { ChildPlan } from '../sql/layout.js';
import { isOpen } from '../sql/order.js';
import type { PerParent } from '../sql/per-parent.js';
import { fitKey, listPage, planPart, type RowQuery } from '../sql/read.js';
import { analyticsField } from './analytics-field.js';
import { auditField } from './audit-field.js';
import { collectionField } from './collection-field.js';
import { connectionReader } from './connection-reader.js';
import { connectionWriter } from './connection-writer.js';
import { planGaps } from './gaps.js';
import { graphField, graphQuery, nodesByKey, traversalField } from './graph-fields.js';
import { meField, sessionsField } from './identity-fields.js';
import { permissionsField } from './permissions-field.js';
import type { Lead } from './leads.js';
import { planLevels, type ConnectionDraft, type Draft, type DraftLevel, type FieldDraft } from './levels.js';
import { nearestField, searchField, searchPageField } from './search-fields.js';
import { traversalValue } from './traversal-value.js';
import type { FieldSource, OperationPlan, PlannedRefusal, PlannedValue } from './types.js';
import type { Valuing } from './value.js';
import { onlyValue, refused, rowsIn } from './values.js';

/** The inputs of planning. */
export interface Planning {
  readonly model: GuardedModel;
  readonly limits: Limits;
  readonly graphPlanner: GraphPlanner | undefined;
}

/**
 * Compiles a query operation. Pure. Introspection is left to graphql-js, and so are the errors of fields whose arguments are refused.
 *
 * @param variables as returned by `shapeOf`
 */
export const planOperation = (
  planning: Planning,
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): OperationPlan => {
  const info = { schema, fragments: fragmentsOf(document), variableValues: { ...variables } };
  return new Planner(planning, info).plan(rootFields(info, schema.getQueryType()!, operation));
};

/** Plans the parts and fields of an operation, level by level. */
export class Planner {
  readonly model: GuardedModel;
  readonly limits: Limits;
  readonly graphPlanner: GraphPlanner;
  readonly #levels: DraftLevel[] = [];
  #isRefused = false;

  constructor(
    { model, limits, graphPlanner }: Planning,
    readonly info: OperationInfo,
  ) {
    this.model = model;
    this.limits = limits;
    this.graphPlanner = graphPlanner!;
  }

  plan(roots: readonly SelectedField[]): OperationPlan {
    const known = tableRoots(this.model);
    return this.complete(roots, (selected) => {
      const root = known.get(selected.name);
      return root ? this.#table(root, selected, roots.length === 1) : this.#root(selected);
    });
  }

  /** A plan of these root fields. */
  complete(roots: readonly SelectedField[], valueOf: (selected: SelectedField) => PlannedValue): OperationPlan {
    const planned = roots.map((selected, index) => ({
      responseKey: selected.responseKey,
      prefix: `${index === 0 ? '' : ','}${JSON.stringify(selected.responseKey)}:`,
      ...this.#unlessRefused(() => valueOf(selected), refused),
    }));
    return { levels: planLevels(this.#levels, this.limits), roots: planned, isRefused: this.#isRefused };
  }

  /** What is planned, or what stands for it where its arguments are refused. */
  #unlessRefused<T, R>(plan: () => T, instead: (error: GatewayError) => R): T | R {
    try {
      return plan();
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#isRefused = true;
      return instead(error);
    }
  }

  #table({ kind, type }: TableRoot, selected: SelectedField, isOnly: boolean): PlannedValue {
    const { args, nodes } = selected;
    if (kind === 'connection') {
      const draft = this.#connection(selectConnection(this.model, this.info, type, args, nodes, true), selected.name);
      return { write: (answer) => draft.write(answer, 0), read: (objects) => draft.read(objects, 0) };
    }
    const selection = selectTable(this.model, this.info, type, nodes);
    if (kind === 'list') {
      const draft = this.rows(selection, listPage(type, listArguments(this.model, type, args), this.limits));
      const read: PlannedValue['read'] = (objects) => rowsIn(objects, draft, (rows) => rows.map(({ row }) => row));
      draft.isFlat = isOnly && draft.children.length === 0;
      return draft.isFlat ? { flat: () => draft.planned!, read } : { list: () => draft.planned!, read };
    }
    const key = keyArguments(type).map((name) => args[name]);
    if (!fitKey(type, key)) return { write: () => 'null', read: () => null };
    const draft = this.rows(selection, { kind: 'key', key });
    return {
      write: (answer) => answer.texts(draft.planned!)[0] ?? 'null',
      read: (objects) => rowsIn(objects, draft, ([first]) => first?.row ?? null),
    };
  }

  /** A root field that no table answers. */
  #root(selected: SelectedField): PlannedValue {
    const { name, args } = selected;
    const valuing = this.valuing();
    const only = (source: FieldSource) => onlyValue(this.field(source));
    switch (name) {
      case '__typename':
        return { write: () => '"Query"', read: () => 'Query' };
      case '__schema':
      case '__type':
        this.#isRefused = true;
        return { write: () => 'null', read: () => null };
      case 'search':
        return only(searchField(valuing, selected));
      case 'searchPage':
        return only(searchPageField(valuing, selected));
      case 'collectionInfo':
        return only(collectionField(valuing, selected));
      case 'me':
        return only(meField(valuing, selected));
      case 'myPermissions':
        return only(permissionsField(this.model, valuing, selected));
      case 'mySessions':
        return only(sessionsField(valuing, selected));
      case 'auditLog':
        return only(auditField(valuing, selected));
      case 'graphAnalytics':
        return only(analyticsField(valuing, selected));
      case 'traceabilityGaps':
        return planGaps(this, selected);
    }
    const asked = nodeTypes(this.model).find(({ singular, plural }) => [singular, plural, `${plural}Connection`].includes(name));
    if (asked) refuseStrangers(this.model, asked, 'read');
    const type = asked?.singular === name ? asked : undefined;
    if (!type) return only(graphQuery(valuing, this.graphPlanner, selected, { name, args, valueIn: (value) => value }));
    const one = { where: { id: { eq: args['id'] } }, limit: 1 };
    const valueIn = (nodes: unknown) => (nodes as readonly unknown[])[0];
    return only(graphQuery(valuing, this.graphPlanner, selected, { name: type.plural, args: one, valueIn }));
  }

  valuing(): Valuing {
    return { model: this.model, info: this.info, limits: this.limits, leads: [], traversal: traversalValue };
  }

  /** A connection of all rows, or a field of the rows of a level. */
  #connection(connection: Connection, name: string, level = 0, perParent?: PerParent, field?: string): ConnectionDraft {
    const page = pageOf(name, connection.args, this.limits);
    const parts = connectionQueries(this.model, connection, page, this.limits, perParent).map(({ selection, query }) =>
      this.rows(selection, query, level, field),
    );
    return { parts, write: connectionWriter(connection, page, parts), read: connectionReader(connection, page, parts) };
  }

  /**
   * Rows of a level, and what stands below them.
   *
   * @param mayBeEmpty whether the statement can be sent without the part
   */
  rows(selection: Selection, query: RowQuery, level = 0, field = selection.type.plural, mayBeEmpty = false): Draft {
    refuseStrangers(this.model, selection.type, 'read');
    const part = planPart(this.model, selection, query, false);
    const where = 'where' in query ? query.where : undefined;
    const isOpenPart = mayBeEmpty || (where !== undefined && needsOthers(where)) || part.orders.some(isOpen);
    const draft: Draft = { field, selection, query, part, isOpen: isOpenPart, children: [] };
    this.#level(level).parts.push(draft);
    part.children.forEach((child, index) => {
      const values = new Deferred(({ parents }) => parents.get((draft.children[index] as Draft).planned!) ?? []);
      draft.children.push(this.#unlessRefused(() => this.#child(child, values, level + 1), refusal));
    });
    return draft;
  }

  /** What stands below rows. @param values the columns of the parents that lists are joined by */
  #child({ owner, field }: ChildPlan, values: Deferred, level: number): Draft | ConnectionDraft | FieldDraft {
    if (field.kind === 'elsewhere') return this.field(this.#elsewhere(owner, field.selected), level);
    const perParent = { kind: 'joined', field: field.field, values } as const;
    const name = field.responseKey;
    if (field.kind === 'connection') return this.#connection(field.connection, field.name, level, perParent, name);
    return this.rows(field.selection, { ...listPage(field.selection.type, field.args, this.limits), perParent }, level, name);
  }

  #level(level: number): DraftLevel {
    while (this.#levels.length <= level) this.#levels.push({ parts: [], fields: [] });
    return this.#levels[level]!;
  }

  /** A field of rows that other stores answer. */
  #elsewhere(owner: TableType, selected: SelectedField): FieldSource {
    const { name, args } = selected;
    const valuing = this.valuing();
    const field = owner.fields.get(name);
    switch (field?.kind) {
      case 'relationship': {
        // Where a hop leads to rows, where, sort and limit go to the SQL statement that follows.
        const own = this.model.types.get(field.target)!.home === 'node' ? args : {};
        return graphField(valuing, this.graphPlanner, owner, selected, { name, args: own, valueIn: (nodes) => nodes ?? [] });
      }
      case 'traverse':
      case 'path':
      case 'neighbourhood':
        return traversalField(valuing, this.graphPlanner, owner, field, selected);
      case 'nearest':
        return nearestField(valuing, tableType(this.model, owner.name) as EmbeddedType, field, selected);
      default:
        if (field?.kind !== 'cypher' && !connectionField(owner, name)) throw new Error(`no store answers ${owner.name}.${name}`);
        return graphField(valuing, this.graphPlanner, owner, selected, { name, args, valueIn: (value) => value });
    }
  }

  /** A field of other stores, and what its values lead to. */
  field(source: FieldSource, level = 0): FieldDraft {
    const draft: FieldDraft = { source, leads: [] };
    this.#level(level).fields.push(draft);
    source.leads.forEach((lead, index) => {
      const given = new Deferred(({ parents }) => parents.get((draft.leads[index]!.from as Draft).planned!) ?? []);
      draft.leads.push({ ...lead, from: this.#unlessRefused(() => this.#led(lead, given, level + 1), refusal) });
    });
    return draft;
  }

  /** The rows or nodes of a lead, from their home store. */
  #led(lead: Lead, given: Deferred, level: number): Draft | FieldDraft {
    const { kind, type, selected, where, isOpen: mayBeEmpty } = lead;
    if (type.home === 'node') return this.field(nodesByKey(this.valuing(), this.graphPlanner, type, selected?.nodes ?? [], where), level);
    const selection = lead.selection ?? selectTable(this.model, this.info, type, selected!.nodes);
    if (kind === 'one') {
      const matching =
        where === undefined || where === null ? undefined : parseWhere(this.model, { type, onEdge: false }, where, type.plural);
      return this.rows(selection, { kind: 'keys', keys: given, where: matching }, level, type.plural, mayBeEmpty);
    }
    const page = listPage(type, listArguments(this.model, type, selected!.args), this.limits, selected!.name);
    return this.rows(selection, { ...page, perParent: { kind: 'listed', lists: given } }, level);
  }
}

const refusal = (error: Error): PlannedRefusal => ({ kind: 'refusal', error });
