import type { ColumnField, JoinField, TableType } from '../model/types.js';
import type { GuardedModel } from '../access/guard.js';
import { guarded } from './source.js';
import { joinCondition, quoteName, type Statement } from './statement.js';

/** What the rows of a to-many join come to, as an order compares it: how many, or the least or greatest value that one of them has. */
export interface Tally {
  readonly join: JoinField;
  readonly target: TableType;
  readonly word: 'count' | 'min' | 'max';
  /** The column of the least or greatest value. */
  readonly of: ColumnField | undefined;
}

/** The tallies that the rows of a part are put in order by: each is joined to them once, under a name of its own. */
export class Tallies {
  readonly #joins: ((statement: Statement) => string)[] = [];
  readonly #aliases = new Map<string, string>();

  constructor(readonly model: GuardedModel) {}

  /** The value of a tally of the row with this alias; `name` tells tallies apart. */
  valueOf(name: string, tally: Tally, row: string): string {
    let alias = this.#aliases.get(name);
    if (alias === undefined) {
      const joined = (alias = `n${this.#joins.length}`);
      this.#joins.push((statement) => ` LEFT JOIN LATERAL (${tallyToSql(this.model, tally, row, statement)}) ${joined} ON true`);
      this.#aliases.set(name, alias);
    }
    return `${alias}.value`;
  }

  /** To stand behind what the rows are read from. */
  toSql(statement: Statement): string {
    return this.#joins.map((join) => join(statement)).join('');
  }
}

const tallyToSql = (model: GuardedModel, { join, target, word, of }: Tally, from: string, statement: Statement): string => {
  const row = statement.alias();
  const tie = joinCondition(`${row}.${quoteName(join.to.name)}`, join.to, `${from}.${quoteName(join.from.name)}`, join.from);
  const rows = `FROM ${guarded(model, target, 'read', statement)} ${row} WHERE ${tie}`;
  if (!of) return `SELECT count(*) AS value ${rows}`;
  // Not every type that has an order has a least value in SQL.
  const value = `${row}.${quoteName(of.column.name)}`;
  return `SELECT ${value} AS value ${rows} ORDER BY ${value} ${word === 'max' ? 'DESC' : 'ASC'} NULLS LAST LIMIT 1`;
};
