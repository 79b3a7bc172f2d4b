import { GatewayError } from '../errors.js';
import type { Budget } from '../load/budget.js';
import type { ReadRows } from '../load/relational.js';
import type { TableType } from '../model/types.js';
import { Led } from '../plan/leads.js';
import { isOfUnion, named, writeStatement } from '../plan/levels.js';
import type {
  OperationPlan,
  PartOrder,
  PlannedChild,
  PlannedField,
  PlannedPart,
  PlannedStatement,
  WrittenStatement,
} from '../plan/types.js';
import type { Caller } from '../predicate/caller.js';
import { parametersIn, type Run } from '../predicate/deferred.js';
import type { Predicate } from '../predicate/types.js';
import type { ReadStores } from '../remote/types.js';
import type { Part } from '../sql/layout.js';
import { planPart, type RowQuery } from '../sql/read.js';
import { NotPlain } from '../sql/row-json.js';
import { Statement } from '../sql/statement.js';
import { isLasting, toGatewayError } from '../stores/failures.js';
import type { TextRow } from '../stores/types.js';
import { KnownQueries } from './known-query.js';

/** What a plan is run with. */
export interface OperationStores extends ReadStores {
  readonly read: ReadRows;
  readonly budget: Budget;
  readonly caller: Caller;
  /** A query in which conditions and orders of other stores are answered. */
  resolveQuery(type: TableType, query: RowQuery, field?: string): Promise<RowQuery>;
  /** A predicate in which conditions of other stores are answered; the answer is kept for the request. */
  resolveWhere(type: TableType, where: Predicate, field?: string): Promise<Predicate>;
}

/** Takes the rows of a part as they arrive. */
export type Taker = (row: TextRow) => void;

/** A statement with its text, and the parts that it asks for. */
interface Ready {
  readonly parts: readonly PlannedPart[];
  readonly written: WrittenStatement | undefined;
}

/** Most texts of an open statement that are prepared: the database keeps each of them for as long as a connection lives. */
const MAX_PREPARED = 8;

/** The texts that open statements had, and the names of those that are prepared. */
const sent = new WeakMap<PlannedStatement, Map<string, WrittenStatement['name']>>();

const NO_ROWS: readonly TextRow[] = [];

/** What the stores give for one run of a plan: one statement per store and level. */
export class Asked {
  readonly run: Run;
  /** The values or keys that each part and field is asked for. */
  readonly parents = new Map<PlannedChild, readonly unknown[]>();
  /** For each child, which of its lists or values each row of the parent has; -1 for none. */
  readonly ordinals = new Map<PlannedChild, Int32Array>();
  /** What other stores have given, for each key of the parents. Some may be errors. */
  readonly values = new Map<PlannedField, readonly unknown[]>();
  /** The parts and fields that have no answer. */
  readonly failures = new Map<PlannedPart | PlannedField, Error>();
  /** Whether there is an error among the values. */
  hasErrors = false;
  readonly #rows = new Map<PlannedPart, TextRow[]>();
  /** Open parts as they were asked for. */
  #opened: Map<PlannedPart, Part> | undefined;
  /** Conditions on the rows of open parts that became known on the way. */
  #wheres: Map<PlannedPart, Predicate> | undefined;
  /** Why PostgreSQL is not asked again for this request: it did not answer, and would not in its time. */
  #away: Error | undefined;
  readonly #stores: OperationStores;
  readonly #queries: KnownQueries;
  readonly #named: boolean;
  #flat: ((part: PlannedPart) => Taker) | undefined;

  /** @param named whether statements are worth preparing in the database */
  constructor(variables: Readonly<Record<string, unknown>>, stores: OperationStores, named: boolean) {
    this.run = { variables, parents: this.parents, caller: stores.caller };
    this.#stores = stores;
    this.#queries = new KnownQueries(this.run);
    this.#named = named;
  }

  /**
   * Asks the stores, level by level.
   *
   * @param flat takes the rows of flat parts; without it they are kept, as all others are
   * @throws GatewayError where the request exceeds its budget; what `flat` throws
   */
  async ask({ levels }: OperationPlan, flat?: (part: PlannedPart) => Taker): Promise<void> {
    this.#flat = flat;
    for (let level = 1; level < levels.length; level += 1) this.#answerNested(levels[level]!.statements);
    for (const { statements, fields } of levels) {
      const asked = fields.map((field) => this.#askField(field).catch((error: unknown) => this.#fail(field, error)));
      if (statements.length > 0) asked.push(this.#askStatements(statements));
      await (asked.length === 1 ? asked[0] : Promise.all(asked));
    }
  }

  /** The conditions of nested lists do not depend on their parents: other stores answer them beside those of the roots. */
  #answerNested(statements: readonly PlannedStatement[]): void {
    for (const { parts, written } of statements)
      if (!written)
        for (const { isOpen, query, selection, field } of parts)
          if (isOpen && query.kind !== 'keys' && 'where' in query && query.where)
            this.#stores.resolveWhere(selection.type, this.#queries.predicate(query.where), field).catch(() => undefined);
  }

  /** A failure costs what failed, unless it ends the request. */
  #fail(failed: PlannedPart | PlannedField, error: unknown): void {
    if (this.#stores.budget.isRefused) throw error;
    this.hasErrors = true;
    this.failures.set(failed, toGatewayError(failed.kind === 'rows' ? 'relational' : failed.store, error));
  }

  /** Whether a part can give a row at all. */
  #hasParents(part: PlannedPart): boolean {
    const parents = this.parents.get(part);
    return parents === undefined ? !part.isChild : parents.some((parent) => !Array.isArray(parent) || parent.length > 0);
  }

  async #askStatements(statements: readonly PlannedStatement[]): Promise<void> {
    // Below rows that have no lists there is nothing to ask for.
    const asked = statements.filter(({ parts }) => parts.some((part) => this.#hasParents(part)));
    const isKnown = asked.every(({ written }) => written);
    const ready = isKnown ? asked : await Promise.all(asked.map((statement) => this.#ready(statement)));
    for (const { parts, written } of ready) if (written) await this.#askRows(parts, written);
    for (const { parts } of ready)
      for (const part of parts)
        if (!this.failures.has(part)) for (const { position, child } of part.children) this.#takeParents(part, position, child);
  }

  /** A statement whose text is known: of open parts, other stores answer their share first, and those without parents are left out. */
  async #ready(statement: PlannedStatement): Promise<Ready> {
    const { parts, written } = statement;
    if (written) return { parts, written };
    const asked = parts.filter((part) => this.#hasParents(part));
    const open = asked.filter(({ isOpen }) => isOpen);
    await Promise.all(open.map((part) => this.#open(part).catch((error: unknown) => this.#fail(part, error))));
    const ready = asked.filter((part) => !this.failures.has(part));
    try {
      return { parts: ready, written: this.#write(statement, ready) };
    } catch {
      const sound = ready.filter((part) => this.#canBeWritten(part));
      return { parts: sound, written: this.#write(statement, sound) };
    }
  }

  /** The statement of these parts. It is prepared if it has been sent before. */
  #write(statement: PlannedStatement, parts: readonly PlannedPart[]): WrittenStatement | undefined {
    if (parts.length === 0) return undefined;
    const written = this.#textOf(parts);
    const known = sent.get(statement) ?? new Map<string, WrittenStatement['name']>();
    sent.set(statement, known);
    if (!known.has(written.text)) {
      if (known.size < MAX_PREPARED) known.set(written.text, undefined);
      return { ...written, name: undefined };
    }
    const name = known.get(written.text) ?? named(written).name;
    known.set(written.text, name);
    return { ...written, name };
  }

  #textOf(parts: readonly PlannedPart[]): Omit<WrittenStatement, 'name'> {
    const sql = parts.map((part) => this.#sqlOf(part));
    return writeStatement(sql, isOfUnion(parts[0]!), this.#stores.engine.limits);
  }

  #sqlOf(part: PlannedPart): Part {
    return this.#opened?.get(part) ?? part.part;
  }

  /** Whether all of a part's arguments can be said in SQL. */
  #canBeWritten(part: PlannedPart): boolean {
    try {
      this.#sqlOf(part).toSql(new Statement());
      return true;
    } catch (error) {
      this.#fail(part, error);
      return false;
    }
  }

  async #open(part: PlannedPart): Promise<void> {
    const { selection, query, field } = part;
    const known = await this.#stores.resolveQuery(selection.type, this.#queries.query(query, this.#wheres?.get(part)), field);
    (this.#opened ??= new Map()).set(part, planPart(this.#stores.model, selection, known, false));
  }

  async #askRows(parts: readonly PlannedPart[], { text, name, values }: WrittenStatement): Promise<void> {
    const { read, budget } = this.#stores;
    if (this.#away) {
      for (const part of parts) this.#fail(part, this.#away);
      return;
    }
    const takers = parts.map((part) => this.#taker(part));
    const [only] = takers;
    const take = isOfUnion(parts[0]!) ? (row: TextRow) => takers[Number(row[0])]!(row) : only!;
    try {
      await read({ text, name: this.#named ? name : undefined, values: parametersIn(values, this.run) }, (row, bytes) => {
        budget.takeRow(bytes);
        take(row);
      });
    } catch (error) {
      // One bad part must not fail the others: each is asked for on its own. A store that is away would fail as well.
      if (error instanceof NotPlain) throw error;
      if (isLasting('relational', error)) this.#away = toGatewayError('relational', error);
      if (parts.length === 1 || budget.isRefused || this.#away) {
        for (const part of parts) this.#fail(part, error);
        return;
      }
      for (const part of parts) await this.#askRows([part], { ...this.#textOf([part]), name: undefined });
    }
  }

  #taker(part: PlannedPart): Taker {
    if (part.isFlat && this.#flat) return this.#flat(part);
    const rows: TextRow[] = [];
    this.#rows.set(part, rows);
    return (row) => void rows.push(row);
  }

  async #askField(field: PlannedField): Promise<void> {
    const { isKeyed, ask, value, leads } = field;
    const keys = (this.parents.get(field) ?? []) as readonly string[];
    if (isKeyed && keys.length === 0) return;
    const given = await ask(this.#stores, this.run, keys);
    const led = new Led(leads, this.#stores, this.run);
    const { take } = value;
    this.values.set(field, take ? given.map((each, index) => this.#taken(() => take(each, led, keys[index] ?? ''))) : given);
    while (led.pending.length > 0) await Promise.all(led.pending.splice(0));
    leads.forEach(({ from }, index) => {
      this.parents.set(from, led.keys[index]!);
      const where = led.wheres.get(index);
      if (where && from.kind === 'rows') (this.#wheres ??= new Map()).set(from, where);
    });
  }

  /** One value that is refused must not fail the others. */
  #taken(take: () => unknown): unknown {
    try {
      return take();
    } catch (error) {
      if (!(error instanceof GatewayError) || this.#stores.budget.isRefused) throw error;
      this.hasErrors = true;
      return error;
    }
  }

  #takeParents(part: PlannedPart, position: number, child: PlannedChild): void {
    const rows = this.rows(part);
    const known = new Map<string | null, number>();
    // A connection of nothing is none the less one, which the database makes.
    const ofNull = child.kind === 'connection' ? undefined : -1;
    const ordinals = new Int32Array(rows.length);
    for (let index = 0; index < rows.length; index += 1) {
      const value = rows[index]![position] ?? null;
      let ordinal = value === null && ofNull !== undefined ? ofNull : known.get(value);
      if (ordinal === undefined) known.set(value, (ordinal = known.size));
      ordinals[index] = ordinal;
    }
    this.ordinals.set(child, ordinals);
    const parents = [...known.keys()];
    for (const asked of child.kind === 'connection' ? [child, ...child.parts] : [child]) this.parents.set(asked, parents);
  }

  rows(part: PlannedPart): readonly TextRow[] {
    return this.#rows.get(part) ?? NO_ROWS;
  }

  orderOf(planned: PlannedPart): PartOrder {
    const { orders, cursor, total } = this.#opened?.get(planned) ?? planned.part;
    const { first } = planned;
    return { orders, cursor: cursor.map((position) => first + position), total: total === undefined ? undefined : first + total };
  }
}
