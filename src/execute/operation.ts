import { parametersIn, type Run } from '../predicate/deferred.js';
import { Led, type LedTexts } from '../plan/leads.js';
import { writeStatement } from '../plan/levels.js';
import type {
  OperationPlan,
  PartOrder,
  PlanAnswer,
  PlannedConnection,
  PlannedField,
  PlannedLead,
  PlannedLevel,
  PlannedPart,
  PlannedStatement,
  WrittenStatement,
} from '../plan/types.js';
import type { TableType } from '../model/types.js';
import type { Caller } from '../predicate/caller.js';
import type { Predicate } from '../predicate/types.js';
import type { ReadStores } from '../remote/types.js';
import type { Part } from '../sql/layout.js';
import { planPart, type RowQuery } from '../sql/read.js';
import type { TextRow } from '../stores/types.js';
import type { Budget } from '../load/budget.js';
import { ByteText, type Written } from './byte-text.js';
import { KnownQueries } from './known-query.js';
import type { ReadRows } from '../load/relational.js';

/** What a compiled query asks. */
export interface OperationStores extends ReadStores {
  readonly read: ReadRows;
  readonly budget: Budget;
  readonly caller: Caller;
  /** A query in which conditions and orders of other stores are answered. */
  resolveQuery(type: TableType, query: RowQuery): Promise<RowQuery>;
}

/**
 * Runs a compiled query: one statement per store and level, then the answer as JSON, put together from the last level up. It is
 * encoded at once: a text made of thousands of pieces would keep all of them until it is sent. Long work is done in turns.
 *
 * @throws NotPlain when the answer has an error in it; GatewayError or the store's error when there is none
 */
export const runOperation = async (
  plan: OperationPlan,
  variables: Readonly<Record<string, unknown>>,
  stores: OperationStores,
  named: boolean,
): Promise<Written> => {
  const { roots } = plan;
  const text = new ByteText(sizes.get(plan) ?? FIRST_BYTES);
  text.add('{"data":{');
  const { budget } = stores;
  const answer = new Answer(variables, stores);
  const [only] = roots;
  // A list that is the whole answer is written where it is to stand.
  const direct = roots.length === 1 && only?.flat?.();
  if (direct) {
    text.add(only!.prefix);
    answer.writeInto(direct, text);
  }
  for (const { statements, fields } of plan.levels) {
    const asked = fields.map((field) => answer.askField(field));
    if (statements.length > 0) asked.push(answer.askAll(statements, named));
    await (asked.length === 1 ? asked[0] : Promise.all(asked));
  }
  await answer.compose(plan.levels);
  for (const { prefix, flat, list, write } of roots) {
    if (direct) text.add(']');
    else if (flat) text.add(prefix).addAll(answer.flatList(flat()));
    else if (list) await answer.writeList(list(), text.add(prefix));
    else text.add(prefix).add(write(answer));
    budget.checkLength(text.length);
  }
  const written = text.add('}}\n').end();
  // The next answer will be about as long; the encoder wants room to spare.
  sizes.set(plan, written.bytes.length + FIRST_BYTES);
  return written;
};

const NO_ROWS: readonly TextRow[] = [];
const NO_LISTS: readonly string[][] = [];

/** Bytes to make ready for the answer of a plan, or for a list in it. */
const sizes = new WeakMap<OperationPlan | PlannedPart, number>();

/** Of an answer that has not been seen yet. */
const FIRST_BYTES = 4_096;

type Child = PlannedPart | PlannedConnection | PlannedField;

class Answer implements PlanAnswer {
  readonly run: Run;
  readonly #parents = new Map<Child, readonly unknown[]>();
  /** For each child, which of its lists or values each row of the parent has; -1 for none. */
  readonly #ordinals = new Map<Child, Int32Array>();
  readonly #owned = new Map<PlannedPart, readonly (readonly number[])[]>();
  /** What other stores have given, for each key of the parents. */
  readonly #values = new Map<PlannedField, readonly unknown[]>();
  readonly #rows = new Map<PlannedPart, TextRow[]>();
  readonly #texts = new Map<PlannedPart | PlannedField, readonly string[]>();
  readonly #flat = new Map<PlannedPart, ByteText>();
  /** Open parts as they were asked for. */
  readonly #opened = new Map<PlannedPart, Part>();
  /** Conditions on the rows of open parts that became known on the way. */
  readonly #wheres = new Map<PlannedPart, Predicate>();

  readonly #stores: OperationStores;
  readonly #budget: Budget;
  readonly #queries: KnownQueries;

  constructor(variables: Readonly<Record<string, unknown>>, stores: OperationStores) {
    this.run = { variables, parents: this.#parents, caller: stores.caller };
    this.#stores = stores;
    this.#budget = stores.budget;
    this.#queries = new KnownQueries(this.run);
  }

  /** Whether a part can give a row at all. */
  #hasParents(part: PlannedPart): boolean {
    const parents = this.#parents.get(part);
    return parents === undefined ? !part.isChild : parents.some((parent) => !Array.isArray(parent) || parent.length > 0);
  }

  async askAll(statements: readonly PlannedStatement[], named: boolean): Promise<void> {
    // Below rows that have no lists there is nothing to ask for.
    const asked = statements.filter(({ parts }) => parts.some((part) => this.#hasParents(part)));
    const ready = await Promise.all(asked.map((statement) => this.#ready(statement)));
    for (const { parts, written } of ready) await this.#askRows(parts, written, named);
  }

  /** A statement whose text is known: of open parts, other stores answer their share first, and those without parents are left out. */
  async #ready({
    parts,
    written,
  }: PlannedStatement): Promise<{ readonly parts: readonly PlannedPart[]; readonly written: WrittenStatement }> {
    if (written) return { parts, written };
    const { resolveQuery, model, engine } = this.#stores;
    const asked = parts.filter((part) => this.#hasParents(part));
    const opened = await Promise.all(
      asked.map(async (planned): Promise<Part> => {
        if (!planned.isOpen) return planned.part;
        const { selection, query } = planned;
        const known = await resolveQuery(selection.type, this.#queries.query(query, this.#wheres.get(planned)));
        const part = planPart(model, selection, known, false);
        this.#opened.set(planned, part);
        return part;
      }),
    );
    return { parts: asked, written: writeStatement(opened, parts.length > 1, engine.limits) };
  }

  async #askRows(parts: readonly PlannedPart[], { text, name, values }: WrittenStatement, named: boolean): Promise<void> {
    const takers = parts.map((part) => this.#taker(part));
    const [only] = takers;
    const take = parts[0]!.first < 2 ? only! : (row: TextRow) => takers[Number(row[0])]!(row);
    await this.#stores.read({ text, name: named ? name : undefined, values: parametersIn(values, this.run) }, (row, bytes) => {
      this.#budget.takeRow(bytes);
      take(row);
    });
    // Now it is known what the next level is asked for.
    for (const part of parts) for (const { position, child } of part.children) this.#takeParents(part, position, child);
  }

  async askField(field: PlannedField): Promise<void> {
    const { isKeyed, ask, value, leads } = field;
    const keys = (this.#parents.get(field) ?? []) as readonly string[];
    if (isKeyed && keys.length === 0) return;
    const given = await ask(this.#stores, this.run, keys);
    const led = new Led(leads, this.#stores, this.run);
    this.#values.set(field, value.take ? given.map((each, index) => value.take!(each, led, keys[index] ?? '')) : given);
    while (led.pending.length > 0) await Promise.all(led.pending.splice(0));
    leads.forEach(({ from }, index) => {
      this.#parents.set(from, led.keys[index]!);
      const where = led.wheres.get(index);
      if (where && from.kind === 'rows') this.#wheres.set(from, where);
    });
  }

  #taker(part: PlannedPart): (row: TextRow) => void {
    if (!part.isFlat) {
      const rows: TextRow[] = [];
      this.#rows.set(part, rows);
      return (row) => void rows.push(row);
    }
    let text = this.#flat.get(part);
    if (!text) this.writeInto(part, (text = new ByteText(sizes.get(part) ?? FIRST_BYTES)));
    const into = text;
    let separator = '';
    return (row) => {
      into.add(separator + part.write(row, 0, NO_LISTS));
      this.#budget.checkLength(into.length);
      separator = ',';
    };
  }

  #takeParents(part: PlannedPart, position: number, child: Child): void {
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
    this.#ordinals.set(child, ordinals);
    const parents = [...known.keys()];
    for (const asked of child.kind === 'connection' ? [child, ...child.parts] : [child]) this.#parents.set(asked, parents);
  }

  rows(part: PlannedPart): readonly TextRow[] {
    return this.#rows.get(part) ?? NO_ROWS;
  }

  orderOf(planned: PlannedPart): PartOrder {
    const { orders, cursor, total } = this.#opened.get(planned) ?? planned.part;
    const { first } = planned;
    return { orders, cursor: cursor.map((position) => first + position), total: total === undefined ? undefined : first + total };
  }

  /** Writes the rows of all levels, the last first: then each row finds what stands below it. */
  async compose(levels: readonly PlannedLevel[]): Promise<void> {
    for (const { statements, fields } of [...levels].reverse()) {
      for (const part of statements.flatMap(({ parts }) => parts)) if (!part.isFlat) await this.#compose(part);
      for (const field of fields) await this.#composeValues(field);
    }
  }

  async #compose(part: PlannedPart): Promise<void> {
    const lists = part.children.map(({ child }) => this.#listsOf(child));
    const rows = this.rows(part);
    const texts = new Array<string>(rows.length);
    for (let index = 0; index < rows.length; index += 1) {
      texts[index] = part.write(rows[index]!, index, lists);
      if (this.#budget.isTurnOver(index + 1)) await this.#budget.nextTurn();
    }
    this.#texts.set(part, texts);
  }

  async #composeValues(field: PlannedField): Promise<void> {
    const led: LedTexts = field.leads.map((lead) => this.#ledTexts(lead));
    const values = this.#values.get(field) ?? [];
    const texts = new Array<string>(values.length);
    for (let index = 0; index < values.length; index += 1) {
      this.checkLength((texts[index] = field.value.write(values[index], led)));
      if (this.#budget.isTurnOver(index + 1)) await this.#budget.nextTurn();
    }
    this.#texts.set(field, texts);
  }

  /** All rows of a part as a list. */
  async writeList(part: PlannedPart, text: ByteText): Promise<void> {
    let separator = '[';
    for (const [index, row] of this.texts(part).entries()) {
      this.#budget.checkLength(text.add(separator).add(row).length);
      separator = ',';
      if (this.#budget.isTurnOver(index + 1)) await this.#budget.nextTurn();
    }
    text.add(separator === '[' ? '[]' : ']');
  }

  /** The rows of a flat part, written as they come. */
  writeInto(part: PlannedPart, text: ByteText): void {
    this.#flat.set(part, text.add('['));
  }

  flatList(part: PlannedPart): Written {
    const written = this.#flat.get(part)!.add(']').end();
    sizes.set(part, written.bytes.length + FIRST_BYTES);
    return written;
  }

  texts(part: PlannedPart | PlannedField): readonly string[] {
    return this.#texts.get(part) ?? [];
  }

  checkLength(text: string): void {
    this.#budget.checkLength(text.length);
  }

  /** What a child gives, for each row of its parent. */
  #listsOf(child: Child): string[] {
    const texts = this.#textsOf(child);
    // Without a value there is nothing to have; of a row that is not there, it is not written.
    return Array.from(this.#ordinals.get(child) ?? [], (ordinal) => (ordinal === -1 ? '[]' : texts[ordinal]!));
  }

  /** What a child gives, for each value that it was asked for. */
  #textsOf(child: Child): readonly string[] {
    if (child.kind === 'field') return this.texts(child);
    return child.kind === 'connection'
      ? (this.#parents.get(child) ?? []).map((_, ordinal) => child.write(this, ordinal))
      : this.#lists(child);
  }

  #ledTexts({ kind, from }: PlannedLead): readonly string[] {
    if (from.kind === 'field') return this.texts(from);
    return kind === 'list' ? this.#lists(from) : this.#rowsByOrdinal(from);
  }

  /** The rows of a part by the ordinals of their keys; an empty text for a key without one. */
  #rowsByOrdinal(part: PlannedPart): string[] {
    const texts = this.texts(part);
    const found = new Array<string>(this.#parents.get(part)?.length ?? 0).fill('');
    this.rows(part).forEach((row, index) => (found[Number(row[part.ordinal])] = texts[index]!));
    return found;
  }

  owned(part: PlannedPart, ordinal: number): readonly number[] {
    let owned = this.#owned.get(part);
    if (!owned) {
      const lists = part.isChild ? (this.#parents.get(part) ?? []).map((): number[] => []) : [[]];
      this.rows(part).forEach((row, index) => (part.isChild ? lists[Number(row[part.ordinal])]! : lists[0]!).push(index));
      this.#owned.set(part, (owned = lists));
    }
    return owned[ordinal]!;
  }

  /** The lists of a child, for each value that it was asked for. */
  #lists(child: PlannedPart): string[] {
    const rows = this.rows(child);
    const texts = this.texts(child);
    // Not lists that are joined: a text that grows is put together once, when it is sent.
    const lists = new Array<string>(this.#parents.get(child)?.length ?? 0).fill('');
    for (let index = 0; index < rows.length; index += 1) {
      const ordinal = Number(rows[index]![child.ordinal]);
      lists[ordinal] += lists[ordinal] === '' ? texts[index]! : `,${texts[index]!}`;
      this.checkLength(lists[ordinal]!);
    }
    return lists.map((list) => `[${list}]`);
  }
}
