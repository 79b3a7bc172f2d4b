import type { ColumnField, JoinField } from '../model/fields.js';
import type { TableType } from '../model/types.js';
import type { GuardedModel } from '../access/guard.js';
import { joinColumns } from './join-values.js';
import { guarded, tieToSql } from './source.js';
import { quoteName, type Statement } from './statement.js';

/** A sort key over the rows of a to-many join: their number, or the least or greatest value of one of their columns. */
export interface RelatedAggregate {
  readonly join: JoinField;
  readonly target: TableType;
  readonly word: 'count' | 'min' | 'max';
  /** The column of the least or greatest value. */
  readonly of: ColumnField | undefined;
}

/**
 * The relatedAggregates by which the rows of a part are sorted. Each is joined once, under its own alias.
 *
 *     LEFT JOIN LATERAL (SELECT count(*) AS value FROM "public"."items" t0 WHERE t0."shop_id" = r."id") n0 ON true
 *     LEFT JOIN LATERAL (SELECT t1."size" AS value FROM "public"."items" t1 WHERE t1."shop_id" = r."id"
 *       ORDER BY t1."size" DESC NULLS LAST LIMIT 1) n1 ON true
 */
export class RelatedAggregates {
  readonly #joins: ((statement: Statement) => string)[] = [];
  readonly #aliases = new Map<string, string>();

  constructor(readonly model: GuardedModel) {}

  /** The value of a relatedAggregate of the row with this alias; `name` tells relatedAggregates apart. */
  valueOf(name: string, relatedAggregate: RelatedAggregate, row: string): string {
    let alias = this.#aliases.get(name);
    if (alias === undefined) {
      const joined = (alias = `n${this.#joins.length}`);
      this.#joins.push(
        (statement) => ` LEFT JOIN LATERAL (${relatedAggregateToSql(this.model, relatedAggregate, row, statement)}) ${joined} ON true`,
      );
      this.#aliases.set(name, alias);
    }
    return `${alias}.value`;
  }

  /** The joins, to follow the table in the FROM clause. */
  toSql(statement: Statement): string {
    return this.#joins.map((join) => join(statement)).join('');
  }
}

const relatedAggregateToSql = (
  model: GuardedModel,
  { join, target, word, of }: RelatedAggregate,
  from: string,
  statement: Statement,
): string => {
  const row = statement.alias();
  const tie = tieToSql(model, join, row, joinColumns(join, from), statement);
  const rows = `FROM ${guarded(model, target, 'aggregate', statement)} ${row} WHERE ${tie}`;
  if (!of) return `SELECT count(*) AS value ${rows}`;
  // Not every type that can be sorted has min and max in SQL.
  const value = `${row}.${quoteName(of.column.name)}`;
  return `SELECT ${value} AS value ${rows} ORDER BY ${value} ${word === 'max' ? 'DESC' : 'ASC'} NULLS LAST LIMIT 1`;
};
