import type { GuardedModel } from '../access/guard.js';
import type { Column } from '../model/columns.js';
import type { TableType } from '../model/types.js';
import type { Predicate } from '../predicate/types.js';
import { guarded, whereToSql } from './source.js';
import { quoteName, Statement } from './statement.js';

const ALIAS = 'r';

/** A lookup of rows that a mutation will refer to. */
export interface Reference {
  readonly type: TableType;
  readonly where: Predicate | undefined;
  readonly columns: readonly Column[];
  /** The most rows to return. */
  readonly limit: number;
  /** Whether the rows will be updated. */
  readonly lock: boolean;
}

/** All lookups of a mutation in one statement: each row is the index of its lookup, then its columns. */
export const referencesSql = (model: GuardedModel, references: readonly Reference[]): { text: string; values: readonly unknown[] } => {
  const statement = new Statement();
  const width = Math.max(...references.map(({ columns }) => columns.length));
  const parts = references.map(({ type, where, columns, limit, lock }, index) => {
    const predicate = whereToSql(model, type, where, ALIAS, statement);
    const texts = columns.map(({ name }, position) => `${ALIAS}.${quoteName(name)}::text AS c${position}`).join(', ');
    const rows = `${guarded(model, type, 'connect', statement)} ${ALIAS}`;
    const inner = `SELECT ${texts} FROM ${rows} WHERE ${predicate} LIMIT ${limit}${lock ? ' FOR UPDATE' : ''}`;
    const outer = Array.from({ length: width }, (_, position) => (position < columns.length ? `q.c${position}` : 'NULL::text'));
    return `SELECT ${[String(index), ...outer].join(', ')} FROM (${inner}) q`;
  });
  return { text: parts.join(' UNION ALL '), values: statement.values };
};
