import type { RowChanges } from '../audit/changes.js';
import { GatewayError } from '../errors.js';
import { tokenField } from '../model/token.js';
import { writeJson } from '../model/exact-json.js';
import { encodeKey } from '../sql/read.js';
import { referencesSql, type Reference } from '../sql/references.js';
import type { Key, Target } from '../sql/write.js';
import type { WriteStatement } from '../sql/write-statement.js';
import { MAY_BE } from '../sql/write-checks.js';
import type { Column } from '../model/columns.js';
import type { TableType } from '../model/types.js';
import type { GuardedModel } from '../access/guard.js';
import type { Condition, Connect, MutationPlan } from '../sql/write-plan.js';
import type { Predicate } from '../predicate/types.js';
import type { SqlRunner } from '../stores/types.js';

/** In the terms of @neo4j/graphql, rows are nodes, and references between rows are relationships. */
export interface Counts {
  nodesCreated: number;
  nodesUpdated: number;
  nodesDeleted: number;
  relationshipsCreated: number;
  relationshipsDeleted: number;
}

/** A row of a statement: the texts of its columns by name. */
export type WrittenRow = ReadonlyMap<string, string | null>;

/** Keys of the rows whose copies may be outdated, by type. */
export type Touched = Map<TableType, Set<string>>;

/** An `INSERT`, with the values that it leaves to the database. */
export interface Insert {
  readonly type: TableType;
  /** Whether some row has no value for this column, so that a default or a trigger fills it. */
  readonly leaves: (column: string) => boolean;
}

/** Most rows that one connect of a to-many join may match. */
const MAX_CONNECTED = 10_000;

/** Runs the statements of one mutation in its transaction, and counts their effects. */
export class Writer {
  readonly counts: Counts = { nodesCreated: 0, nodesUpdated: 0, nodesDeleted: 0, relationshipsCreated: 0, relationshipsDeleted: 0 };
  readonly touched: Touched = new Map();
  /** Types whose rows a statement was about. */
  readonly written = new Set<TableType>();
  /** The type whose rows were written last: a violated constraint belongs to it. */
  current: TableType;
  /** The values that inserted rows left to the database, by statement. */
  readonly inserts: Insert[] = [];
  /** The insert sent last, unless another statement followed. */
  lastInsert: Insert | undefined;
  readonly #connected = new Map<Connect, readonly WrittenRow[]>();

  constructor(
    readonly model: GuardedModel,
    readonly plan: MutationPlan,
    readonly wheres: ReadonlyMap<Condition, Predicate>,
    readonly run: SqlRunner,
    /** Where changes are taken down for the audit log, if it is kept. */
    readonly changes: RowChanges | undefined,
  ) {
    this.current = plan.type;
  }

  /** @throws GatewayError FORBIDDEN where a rule refuses a row */
  async rows({ type, text, values, columns, refuses }: WriteStatement, insert?: Insert): Promise<WrittenRow[]> {
    this.current = type;
    this.written.add(type);
    this.lastInsert = insert;
    if (insert) this.inserts.push(insert);
    const rows = await this.run({ text, values });
    const check = columns.indexOf(MAY_BE);
    if (check !== -1 && rows.some((row) => row[check] !== 'true')) throw this.forbidden(type, refuses!);
    return rows.map((row) => new Map(columns.map((name, index) => [name, row[index] ?? null])));
  }

  forbidden({ name }: TableType, right: string): GatewayError {
    return new GatewayError('FORBIDDEN', { right, type: name }, { extensions: { type: name } });
  }

  target(condition: Condition, tie?: Target['tie']): Target {
    return { type: condition.type, where: this.wheres.get(condition), tie };
  }

  /** The rows were written, so their copies are outdated. */
  touch(type: TableType, rows: readonly WrittenRow[]): string[] {
    const keys = rows.map((row) => encodeKey(keyOf(type, row)));
    const touched = this.touched.get(type) ?? new Set<string>();
    this.touched.set(type, touched);
    for (const key of keys) touched.add(key);
    return keys;
  }

  /** Only the referring column was written: where no copy contains it, none is outdated. */
  touchLinked(type: TableType, column: Column, rows: readonly WrittenRow[]): void {
    const { embedding } = type;
    const embedded = new Set([...(embedding?.vectors.flatMap(({ of }) => of) ?? []), ...(embedding?.keywords ?? [])]);
    const isCarried = (embedding?.payload ?? []).some((field) => field.column.name === column.name);
    const carried =
      isCarried ||
      [...type.fields.values()].some(
        (field) =>
          field.kind === 'column' && field.column.name === column.name && (field.property !== undefined || embedded.has(field.name)),
      );
    if (carried) this.touch(type, rows);
  }

  /**
   * Finds all rows that the mutation will refer to, as they are before it, in one statement.
   *
   * @throws GatewayError BAD_INPUT for one that matches none, CONNECT_NOT_UNIQUE for a to-one join that matches several
   */
  async findConnected(): Promise<void> {
    const { connects } = this.plan;
    if (connects.length === 0) return;
    const questions = new Map<string, { reference: Reference; asked: Connect[] }>();
    for (const connect of connects) {
      const { condition, columns, many } = connect;
      const where = this.wheres.get(condition);
      const name = writeJson([condition.type.name, columns.map((column) => column.name), many, where]);
      const reference = { type: condition.type, where, columns, limit: many ? MAX_CONNECTED + 1 : 2, lock: many };
      const question = questions.get(name) ?? { reference, asked: [] };
      questions.set(name, question);
      question.asked.push(connect);
    }
    const all = [...questions.values()];
    this.current = all[0]!.reference.type;
    const found = all.map((): WrittenRow[] => []);
    for (const [index, ...values] of await this.run(
      referencesSql(
        this.model,
        all.map(({ reference }) => reference),
      ),
    )) {
      found[Number(index)]!.push(
        new Map(all[Number(index)]!.reference.columns.map(({ name }, position) => [name, values[position] ?? null])),
      );
    }
    all.forEach(({ asked }, index) => asked.forEach((connect) => this.#connected.set(connect, this.#checked(connect, found[index]!))));
  }

  #checked(connect: Connect, rows: readonly WrittenRow[]): readonly WrittenRow[] {
    const { condition, columns, many, place } = connect;
    const extensions = { type: condition.type.name, argument: place };
    const bad = (detail: string) =>
      new GatewayError('BAD_INPUT', { argument: place, field: this.plan.name, detail: `${detail}. Nothing was written` }, { extensions });
    if (rows.length === 0) throw bad(`expected a where that matches ${many ? 'a' : 'one'} ${condition.type.name}, but it matched none`);
    if (many && rows.length > MAX_CONNECTED)
      throw bad(`expected a where that matches at most ${MAX_CONNECTED} ${condition.type.plural}, but it matched more`);
    if (!many && rows.length > 1) throw new GatewayError('CONNECT_NOT_UNIQUE', {}, { extensions });
    if (!many && rows[0]!.get(columns[0]!.name) === null)
      throw bad(`the ${condition.type.name} that where matches has no value to refer to it by`);
    return rows;
  }

  connectedRows(connect: Connect): readonly WrittenRow[] {
    return this.#connected.get(connect)!;
  }

  /** The value with which a to-one join refers to the row. */
  connectedValue(connect: Connect): string {
    return this.connectedRows(connect)[0]!.get(connect.columns[0]!.name)!;
  }

  /** Counts the change of a reference from `before` to `after`. */
  countReference(before: string | null, after: string | null): void {
    if (before === after) return;
    if (before !== null) this.counts.relationshipsDeleted += 1;
    if (after !== null) this.counts.relationshipsCreated += 1;
  }

  /** @throws GatewayError ROW_CHANGED unless the one matching row has this token */
  checkToken(type: TableType, rows: readonly WrittenRow[], token: string): void {
    if (rows.length > 1)
      throw new GatewayError('BAD_INPUT', {
        argument: 'ifMatch',
        field: this.plan.name,
        detail:
          `expected a where that matches the one row of the rowToken, but it matches ${rows.length}. Write each in ` + 'a field of its own',
      });
    if (rows[0]?.get(tokenField(type).column.name) !== token)
      throw new GatewayError('ROW_CHANGED', { type: type.name }, { extensions: { type: type.name } });
  }
}

export const keyOf = (type: TableType, row: WrittenRow): Key => type.table.key.map(({ name }) => row.get(name) ?? null);

/** The values of a column, each once, without null. */
export const valuesOf = (rows: readonly WrittenRow[], column: Column): string[] => [
  ...new Set(rows.map((row) => row.get(column.name) ?? null).filter((value) => value !== null)),
];

/** Each column once. */
export const distinct = (columns: readonly Column[]): Column[] => [...new Map(columns.map((column) => [column.name, column])).values()];
