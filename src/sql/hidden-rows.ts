import { unguarded, type GuardedModel, type Right } from '../access/guard.js';
import type { Column } from '../model/columns.js';
import type { TableType } from '../model/types.js';
import { guarded } from './source.js';
import { quoteName, Statement } from './statement.js';
import type { SqlStatement } from '../stores/types.js';

const KEYS = 'k';

/** Rows that are sought by the values of some columns. */
export interface Sought {
  /** Types of the table. */
  readonly types: readonly TableType[];
  readonly columns: readonly Column[];
  /** The values of each row, in the order of the columns. */
  readonly values: readonly (readonly unknown[])[];
}

/** The values as a table, and the condition that the caller has a right on a row with them. */
const soughtRows = ({ types, columns, values }: Sought, statement: Statement) => {
  const lists = columns.map(({ sqlType }, index) =>
    statement.bind(
      values.map((each) => each[index] ?? null),
      `${sqlType}[]`,
    ),
  );
  const list = `unnest(${lists.join(', ')}) ${KEYS}(${columns.map((_, index) => `c${index}`).join(', ')})`;
  const has = (model: GuardedModel, right: Right): string => {
    const rows = types.map((type) => {
      const alias = statement.alias();
      const ties = columns.map(({ name }, index) => `${alias}.${quoteName(name)} = ${KEYS}.c${index}`).join(' AND ');
      return `EXISTS (SELECT 1 FROM ${guarded(model, type, right, statement)} ${alias} WHERE ${ties})`;
    });
    return `(${rows.join(' OR ')})`;
  };
  return { list, has };
};

/** One row if some of the sought rows are there and the caller may read none with the same values. */
export const hiddenSql = (model: GuardedModel, sought: Sought): SqlStatement => {
  const statement = new Statement();
  const { list, has } = soughtRows(sought, statement);
  const text = `SELECT 1 FROM ${list} WHERE ${has(unguarded(model), 'read')} AND NOT ${has(model, 'read')} LIMIT 1`;
  return { text, values: statement.values };
};

/** One row if some of the sought rows are not there, or the caller may not refer to them. */
export const unconnectableSql = (model: GuardedModel, sought: Sought): SqlStatement => {
  const statement = new Statement();
  const { list, has } = soughtRows(sought, statement);
  return { text: `SELECT 1 FROM ${list} WHERE NOT ${has(model, 'connect')} LIMIT 1`, values: statement.values };
};
