import { refuseStrangers, type GuardedModel } from '../access/guard.js';
import type { Engine } from '../engine.js';
import { Asked } from '../execute/asked.js';
import { RequestContext } from '../execute/context.js';
import { Objects } from '../execute/objects.js';
import { keyIn } from '../feed/captured.js';
import type { Change } from '../feed/changes.js';
import { writePosition } from '../feed/position.js';
import { changeName } from '../model/subscription-sdl.js';
import { columnFields, type TableType } from '../model/types.js';
import { planKeyedRows, ROWS } from '../plan/keyed-rows.js';
import { Planner } from '../plan/operation.js';
import type { OperationPlan } from '../plan/types.js';
import { knownIn } from '../predicate/analyse.js';
import { Deferred } from '../predicate/deferred.js';
import { evaluator, isEvaluable, type EvaluatedRow } from '../predicate/evaluate.js';
import { parseWhere } from '../predicate/parse.js';
import { and, type Predicate } from '../predicate/types.js';
import { keySelection, objectType, selectedFields, type OperationInfo, type SelectedField } from '../query/selection.js';
import { columnsOf } from '../sql/columns.js';
import { put, TYPE, type Row } from '../sql/row.js';

export type ChangeOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'LEAVE';

/** What a subscriber is told of a change. */
export interface ChangeEvent {
  readonly position: string;
  /** By the names of the response, as graphql-js completes it. */
  readonly object: Row;
}

/** The arguments of a subscription to changes. */
export interface ChangesArguments {
  readonly where?: unknown;
  readonly operations?: readonly ChangeOperation[] | null;
}

/** A plan that reads rows, and the rows that it is to read next. */
interface RowsPlan {
  readonly plan: OperationPlan;
  keys: readonly string[];
}

/** A change that matches, and what it is for the subscriber. */
interface Told {
  readonly change: Change;
  readonly operation: ChangeOperation;
  readonly passedBefore: boolean;
}

/** Most changes that are evaluated together. */
const BLOCK = 500;

/**
 * What one subscription, or several equal ones of callers who may see the same, tell of changes. A row matches as it was, and as it
 * became: its images in the feed stand for the table in the statement that finds out, so conditions and access rules are those of any
 * read. Without other rows or columns to hide, they are evaluated in memory.
 */
export class ChangeView {
  readonly #type: TableType;
  /** The same, for which images stand in place of the table. Rows that others refer to are those of the table. */
  readonly #imaged: TableType;
  readonly #pastModel: GuardedModel;
  readonly #predicate: Predicate;
  readonly #isHidden: boolean;
  readonly #fields: readonly SelectedField[];
  readonly #nodes = new Map<string, RowsPlan>();
  readonly #previous = new Map<string, RowsPlan>();
  readonly #matching: RowsPlan;
  readonly #fieldsOf: ReadonlyMap<string, string>;
  readonly #args: ChangesArguments;
  #images: readonly EvaluatedRow[] = [];

  /** @throws GatewayError for arguments that are refused, and where the caller must sign in */
  constructor(engine: Engine, type: TableType, info: OperationInfo, selected: SelectedField, args: ChangesArguments) {
    const { model } = engine;
    refuseStrangers(model, type, 'subscribe');
    this.#type = type;
    this.#args = args;
    this.#imaged = { ...type, table: { ...type.table } };
    const { where } = args;
    const asked = where === undefined || where === null ? undefined : parseWhere(model, { type, onEdge: false }, where, selected.name);
    const guard = model.guard(type, 'subscribe');
    this.#predicate = asked ? and([guard, asked]) : guard;
    this.#isHidden = model.hidden(type).size > 0;
    this.#fields = selectedFields(info, objectType(info.schema, changeName(type)), selected.nodes);
    // Which of the columns have changed would tell something of those that the caller does not see.
    this.#fieldsOf = new Map(
      columnFields(type)
        .filter(({ column, token }) => !token && !model.hidden(type).has(column.name))
        .map(({ column, name }) => [column.name, name]),
    );
    this.#pastModel = this.#pastOf(model);
    const past = { ...engine, model: this.#pastModel };
    const rowsOf = (of: Pick<Engine, 'model' | 'limits' | 'graphPlanner'>, lead: Parameters<typeof planKeyedRows>[2]): RowsPlan => {
      const rows: RowsPlan = { keys: [], plan: planKeyedRows(new Planner(of, info), selected.name, lead, () => rows.keys) };
      return rows;
    };
    this.#matching = rowsOf(past, { type: this.#imaged, selection: keySelection(this.#imaged), where, isOpen: true });
    for (const { name, responseKey, nodes } of this.#fields) {
      if (name === 'node') this.#nodes.set(responseKey, rowsOf(engine, { type, selected: { args: {}, nodes } }));
      if (name === 'previous')
        this.#previous.set(responseKey, rowsOf(past, { type: this.#imaged, selected: { args: {}, nodes }, isOpen: true }));
    }
  }

  /**
   * What is told of these changes of the type, in order.
   *
   * @param open opens a request of the caller: what one request may read is limited, and so is asked for block by block
   */
  async *events(open: () => Promise<RequestContext>, changes: readonly Change[]): AsyncGenerator<ChangeEvent[]> {
    for (const round of this.#rounds(changes)) yield this.#eventsOf(await open(), round);
  }

  async #eventsOf(context: RequestContext, changes: readonly Change[]): Promise<ChangeEvent[]> {
    const before = await this.#passing(context, changes, 'before');
    const after = await this.#passing(context, changes, 'after');
    const told = changes
      .map((change): Told | undefined => toldOf(change, before.has(change), after.has(change)))
      .filter((each): each is Told => each !== undefined && (this.#args.operations?.includes(each.operation) ?? true));
    if (told.length === 0) return [];
    const current = told.filter(({ operation }) => operation === 'CREATE' || operation === 'UPDATE');
    const earlier = told.filter(({ passedBefore }) => passedBefore);
    const nodes = await this.#readAll(context, this.#nodes, current, 'after');
    this.#images = earlier.map(({ change }) => change.before!);
    const previous = await this.#readAll(this.#pastContext(context), this.#previous, earlier, 'before');
    return told.map((each) => ({
      position: writePosition(each.change.position),
      object: this.#objectOf(each, (responseKey) => (nodes.get(responseKey) ?? previous.get(responseKey))?.get(each.change) ?? null),
    }));
  }

  /** The changes of which the row matches as it was, or as it became. */
  async #passing(context: RequestContext, changes: readonly Change[], which: 'before' | 'after'): Promise<ReadonlySet<Change>> {
    const having = changes.filter((change) => change[which]);
    if (having.length === 0 || this.#predicate.kind === 'false') return new Set();
    if (this.#predicate.kind === 'true') return new Set(having);
    const known = knownIn(this.#predicate, { ...context.run });
    if (!this.#isHidden && isEvaluable(known)) {
      const test = evaluator(known);
      return new Set(having.filter((change) => test(change[which]!) === true));
    }
    this.#images = having.map((change) => change[which]!);
    const found = await this.#read(this.#pastContext(context), this.#matching, having, which);
    return new Set(having.filter((change) => found.get(change) !== null));
  }

  async #readAll(
    context: RequestContext,
    plans: ReadonlyMap<string, RowsPlan>,
    told: readonly Told[],
    which: 'before' | 'after',
  ): Promise<ReadonlyMap<string, ReadonlyMap<Change, unknown>>> {
    const changes = told.map(({ change }) => change);
    const read = [...plans].map(async ([responseKey, plan]) => [responseKey, await this.#read(context, plan, changes, which)] as const);
    return new Map(await Promise.all(read));
  }

  /** The row of each change; null for one that is not there, an error where it could not be read. */
  async #read(
    context: RequestContext,
    rows: RowsPlan,
    changes: readonly Change[],
    which: 'before' | 'after',
  ): Promise<ReadonlyMap<Change, unknown>> {
    if (changes.length === 0) return new Map();
    rows.keys = changes.map((change) => keyIn(this.#type, change[which]!));
    const asked = new Asked({}, context, false);
    await asked.ask(rows.plan);
    const found = new Objects(asked).read(rows.plan)[ROWS] as readonly unknown[] | Error;
    return new Map(changes.map((change, index) => [change, found instanceof Error ? found : found[index]]));
  }

  #objectOf({ change, operation, passedBefore }: Told, rowOf: (responseKey: string) => unknown): Row {
    const { position, at, actor, columns } = change;
    const object: Row = { [TYPE]: changeName(this.#type) };
    const values: Readonly<Record<string, unknown>> = {
      position: writePosition(position),
      operation,
      at,
      actor,
      changedFields: operation === 'LEAVE' ? [] : this.#shown(passedBefore ? columns : Object.keys(change.after!)),
    };
    for (const { name, responseKey } of this.#fields)
      put(object, responseKey, name === 'node' || name === 'previous' ? rowOf(responseKey) : (values[name] ?? null));
    return object;
  }

  #shown(columns: readonly string[]): string[] {
    return columns.flatMap((column) => this.#fieldsOf.get(column) ?? []).sort();
  }

  /** Changes in blocks of different rows: an image of a row is found by its key. */
  #rounds(changes: readonly Change[]): Change[][] {
    const rounds: Change[][] = [];
    let keys = new Set<string>();
    for (const change of changes) {
      const key = keyIn(this.#type, (change.after ?? change.before)!);
      if (rounds.length === 0 || keys.has(key) || rounds.at(-1)!.length === BLOCK) {
        rounds.push([]);
        keys = new Set();
      }
      keys.add(key);
      rounds.at(-1)!.push(change);
    }
    return rounds;
  }

  #pastContext({ engine, signal, caller }: RequestContext): RequestContext {
    return new RequestContext({ ...engine, model: this.#pastModel }, { signal, caller });
  }

  /** The model in which the images stand for the table, of the rows that the caller may subscribe to. */
  #pastOf(model: GuardedModel): GuardedModel {
    const columns = [...columnsOf(model, [this.#type]).values()];
    return {
      ...model,
      guard: (type, right) => model.guard(type, type.name === this.#type.name && right === 'read' ? 'subscribe' : right),
      images: { type: this.#imaged, columns, rows: new Deferred(() => JSON.stringify(this.#images)) },
    };
  }
}

const toldOf = (change: Change, passedBefore: boolean, passesAfter: boolean): Told | undefined => {
  if (change.operation === 'DELETE') return passedBefore ? { change, operation: 'DELETE', passedBefore } : undefined;
  if (!passesAfter) return passedBefore ? { change, operation: 'LEAVE', passedBefore } : undefined;
  return { change, operation: change.operation === 'INSERT' ? 'CREATE' : 'UPDATE', passedBefore };
};
