import { castable, type Statement } from './statement.js';

/** Partial aggregates as texts, one row for each group: the values of its key, then the aggregates over some of its rows. */
export type PartRows = readonly (readonly (string | null)[])[];

/** An expression over the rows aliased r, and the SQL type that its text is cast back to. */
export interface TypedSql {
  readonly sql: string;
  readonly type: string;
}

/** Partial aggregates as a table, to be combined in place of the rows. */
export class PartsSource {
  /** The columns of each part, the GROUP BY columns first. */
  readonly values: TypedSql[];
  readonly #by: readonly TypedSql[];
  readonly #rows: PartRows;

  constructor(by: readonly TypedSql[], rows: PartRows) {
    this.values = [...by];
    this.#by = by;
    this.#rows = rows;
  }

  /** The aggregate over all rows, combined from the parts. */
  whole({
    parts,
  }: {
    readonly parts?: { readonly of: readonly TypedSql[]; readonly whole: (values: readonly string[]) => string };
  }): string {
    return parts!.whole(parts!.of.map((value) => `r.${this.#name(value)}`));
  }

  /** The parts as a table r whose columns keep the names, types and collations of the originals. */
  toSql(table: string, statement: Statement): string {
    const lists = this.values.map((_, index) =>
      statement.bind(
        this.#rows.map((row) => row[index] ?? null),
        'text[]',
      ),
    );
    const columns = this.values.map(({ type }, index) => `p.c${index}::${castable(type)}`);
    const names = this.values.map((_, index) => `c${index}`);
    const rows = `SELECT ${columns.join(', ')} FROM unnest(${lists.join(', ')}) p(${names.join(', ')})`;
    return `(${this.partToSql(table, 'false')} UNION ALL ${rows}) r`;
  }

  /** One part: the aggregates over the matching rows. */
  partToSql(table: string, predicate: string, nameOf = (value: TypedSql, _index: number) => this.#name(value)): string {
    const grouped = this.#by.length === 0 ? '' : ` GROUP BY ${this.#by.map(({ sql }) => sql).join(', ')}`;
    const values = this.values.map((value, index) => `${value.sql} AS ${nameOf(value, index)}`);
    return `SELECT ${values.join(', ')} FROM ${table} r WHERE ${predicate}${grouped}`;
  }

  #name({ sql, type }: TypedSql): string {
    const known = this.values.findIndex((value) => value.sql === sql && value.type === type);
    const index = known === -1 ? this.values.push({ sql, type }) - 1 : known;
    return index < this.#by.length ? sql.slice(2) : `"#part${index}"`;
  }
}
