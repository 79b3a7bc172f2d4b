import type { Budget } from '../load/budget.js';
import type { LedTexts } from '../plan/leads.js';
import type {
  OperationPlan,
  PartOrder,
  PlanAnswer,
  PlannedChild,
  PlannedField,
  PlannedLead,
  PlannedLevel,
  PlannedPart,
} from '../plan/types.js';
import type { Run } from '../predicate/deferred.js';
import type { TextRow } from '../stores/types.js';
import { Asked, type OperationStores, type Taker } from './asked.js';
import { NotPlain } from '../sql/row-json.js';
import type { Row } from '../sql/row.js';
import { ByteText, type Written } from './byte-text.js';
import { Objects } from './objects.js';

/** The whole answer as bytes; or as objects where there is an error in it, for graphql-js to complete. */
export type Answered =
  { readonly written: Written; readonly objects?: undefined } | { readonly written?: undefined; readonly objects: Row };

/** Whether an answer without errors is written at once, and whether statements are worth preparing in the database. */
export interface AnswerOptions {
  readonly writes: boolean;
  readonly named: boolean;
}

/**
 * Runs a plan: one statement per store and level, then the answer as JSON, put together from the last level up. It is encoded at once: a
 * text made of thousands of pieces would keep all of them until it is sent. Long work is done in turns.
 *
 * @throws GatewayError where the request exceeds its budget; the reason why it has ended
 */
export const runOperation = async (
  plan: OperationPlan,
  variables: Readonly<Record<string, unknown>>,
  stores: OperationStores,
  { writes, named }: AnswerOptions,
): Promise<Answered> => {
  let asked = new Asked(variables, stores, named);
  try {
    if (writes && !plan.isRefused) {
      const written = await write(plan, asked, stores.budget);
      if (written) return { written };
    } else await asked.ask(plan);
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
    // Rows that were written as they arrived are gone.
    if (plan.roots.some(({ flat }) => flat)) await (asked = new Asked(variables, stores, named)).ask(plan);
  }
  return { objects: new Objects(asked).read(plan) };
};

/** The answer, or nothing where the stores gave errors. Throws NotPlain. */
const write = async (plan: OperationPlan, asked: Asked, budget: Budget): Promise<Written | undefined> => {
  const { roots } = plan;
  const text = new ByteText(sizes.get(plan) ?? FIRST_BYTES);
  text.add('{"data":{');
  const answer = new Answer(asked, budget);
  const [only] = roots;
  // A list that is the whole answer is written where it is to stand.
  const direct = only?.flat?.();
  if (direct) {
    text.add(only!.prefix);
    answer.writeInto(direct, text);
  }
  await asked.ask(plan, (part) => answer.taker(part));
  if (asked.hasErrors) return undefined;
  await answer.compose(plan.levels);
  for (const root of roots) {
    if (root.flat) text.add(']');
    else if (root.list) await answer.writeList(root.list(), text.add(root.prefix));
    else text.add(root.prefix).add(root.write(answer));
    budget.checkLength(text.length);
  }
  const written = text.add('}}\n').end();
  // The next answer will be about as long; the encoder wants room to spare.
  sizes.set(plan, written.bytes.length + FIRST_BYTES);
  return written;
};

const NO_LISTS: readonly string[][] = [];

/** Bytes to make ready for the answer of a plan. */
const sizes = new WeakMap<OperationPlan, number>();

/** Of an answer that has not been seen yet. */
const FIRST_BYTES = 4_096;

/** Writes what the stores gave. */
class Answer implements PlanAnswer {
  readonly run: Run;
  readonly #asked: Asked;
  readonly #budget: Budget;
  #owned: Map<PlannedPart, readonly (readonly number[])[]> | undefined;
  readonly #texts = new Map<PlannedPart | PlannedField, readonly string[]>();
  #flat: Map<PlannedPart, ByteText> | undefined;

  constructor(asked: Asked, budget: Budget) {
    this.run = asked.run;
    this.#asked = asked;
    this.#budget = budget;
  }

  /** Writes the rows of a flat part as they arrive. */
  taker(part: PlannedPart): Taker {
    const into = this.#flat!.get(part)!;
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
    for (let level = levels.length - 1; level >= 0; level -= 1) {
      const { statements, fields } = levels[level]!;
      for (const { parts } of statements) for (const part of parts) if (!part.isFlat) await this.#compose(part);
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
    (this.#flat ??= new Map()).set(part, text.add('['));
  }

  texts(part: PlannedPart | PlannedField): readonly string[] {
    return this.#texts.get(part) ?? [];
  }

  checkLength(text: string): void {
    this.#budget.checkLength(text.length);
  }

  /** What a child gives, for each row of its parent. */
  #listsOf(child: PlannedChild): string[] {
    const texts = this.#textsOf(child);
    // Without a value there is nothing to have; of a row that is not there, it is not written.
    return Array.from(this.#asked.ordinals.get(child) ?? [], (ordinal) => (ordinal === -1 ? '[]' : texts[ordinal]!));
  }

  /** What a child gives, for each value that it was asked for. */
  #textsOf(child: PlannedChild): readonly string[] {
    if (child.kind === 'field') return this.texts(child);
    if (child.kind === 'refusal') return [];
    return child.kind === 'connection'
      ? (this.#asked.parents.get(child) ?? []).map((_, ordinal) => child.write(this, ordinal))
      : this.#lists(child);
  }

  #ledTexts({ kind, from }: PlannedLead): readonly string[] {
    if (from.kind !== 'rows') return from.kind === 'field' ? this.texts(from) : [];
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
    let owned = this.#owned?.get(part);
    if (!owned) {
      const lists = part.isChild ? (this.#asked.parents.get(part) ?? []).map((): number[] => []) : [[]];
      this.rows(part).forEach((row, index) => (part.isChild ? lists[Number(row[part.ordinal])]! : lists[0]!).push(index));
      (this.#owned ??= new Map()).set(part, (owned = lists));
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
