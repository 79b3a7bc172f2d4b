import type { Budget } from '../load/budget.js';
import type { LedTexts } from '../plan/leads.js';
import type { OperationPlan, PartOrder, PlanAnswer, PlannedField, PlannedLead, PlannedLevel, PlannedPart } from '../plan/types.js';
import type { Run } from '../predicate/deferred.js';
import type { TextRow } from '../stores/types.js';
import { Asked, type Child, type OperationStores, type Taker } from './asked.js';
import { ByteText, type Written } from './byte-text.js';

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
  const asked = new Asked(variables, stores, named);
  const answer = new Answer(asked, budget);
  const [only] = roots;
  // A list that is the whole answer is written where it is to stand.
  const direct = roots.length === 1 && only?.flat?.();
  if (direct) {
    text.add(only!.prefix);
    answer.writeInto(direct, text);
  }
  await asked.ask(plan, (part) => answer.taker(part));
  for (const error of asked.failures.values()) throw error;
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

const NO_LISTS: readonly string[][] = [];

/** Bytes to make ready for the answer of a plan, or for a list in it. */
const sizes = new WeakMap<OperationPlan | PlannedPart, number>();

/** Of an answer that has not been seen yet. */
const FIRST_BYTES = 4_096;

/** Writes what the stores gave. */
class Answer implements PlanAnswer {
  readonly run: Run;
  readonly #asked: Asked;
  readonly #budget: Budget;
  readonly #owned = new Map<PlannedPart, readonly (readonly number[])[]>();
  readonly #texts = new Map<PlannedPart | PlannedField, readonly string[]>();
  readonly #flat = new Map<PlannedPart, ByteText>();

  constructor(asked: Asked, budget: Budget) {
    this.run = asked.run;
    this.#asked = asked;
    this.#budget = budget;
  }

  /** Writes the rows of a flat part as they arrive. */
  taker(part: PlannedPart): Taker {
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

  rows(part: PlannedPart): readonly TextRow[] {
    return this.#asked.rows(part);
  }

  orderOf(part: PlannedPart): PartOrder {
    return this.#asked.orderOf(part);
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
    const values = this.#asked.values.get(field) ?? [];
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
    return Array.from(this.#asked.ordinals.get(child) ?? [], (ordinal) => (ordinal === -1 ? '[]' : texts[ordinal]!));
  }

  /** What a child gives, for each value that it was asked for. */
  #textsOf(child: Child): readonly string[] {
    if (child.kind === 'field') return this.texts(child);
    return child.kind === 'connection'
      ? (this.#asked.parents.get(child) ?? []).map((_, ordinal) => child.write(this, ordinal))
      : this.#lists(child);
  }

  #ledTexts({ kind, from }: PlannedLead): readonly string[] {
    if (from.kind === 'field') return this.texts(from);
    return kind === 'list' ? this.#lists(from) : this.#rowsByOrdinal(from);
  }

  /** The rows of a part by the ordinals of their keys; an empty text for a key without one. */
  #rowsByOrdinal(part: PlannedPart): string[] {
    const texts = this.texts(part);
    const found = new Array<string>(this.#asked.parents.get(part)?.length ?? 0).fill('');
    this.rows(part).forEach((row, index) => (found[Number(row[part.ordinal])] = texts[index]!));
    return found;
  }

  owned(part: PlannedPart, ordinal: number): readonly number[] {
    let owned = this.#owned.get(part);
    if (!owned) {
      const lists = part.isChild ? (this.#asked.parents.get(part) ?? []).map((): number[] => []) : [[]];
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
    const lists = new Array<string>(this.#asked.parents.get(child)?.length ?? 0).fill('');
    for (let index = 0; index < rows.length; index += 1) {
      const ordinal = Number(rows[index]![child.ordinal]);
      lists[ordinal] += lists[ordinal] === '' ? texts[index]! : `,${texts[index]!}`;
      this.checkLength(lists[ordinal]!);
    }
    return lists.map((list) => `[${list}]`);
  }
}
