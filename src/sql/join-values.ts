import type { JoinField } from '../model/fields.js';
import { castable, quoteName } from './statement.js';

/** The joined columns of the row that a join starts from. */
export const joinColumns = ({ from, also = [] }: JoinField, alias: string): string[] =>
  [from, ...also.map((pair) => pair.from)].map(({ name }) => `${alias}.${quoteName(name)}`);

/** The same as one value, by which lists are asked for: of several columns a JSON list of their texts, null where one of them is. */
export const joinValue = (by: JoinField, alias: string): string => {
  const columns = joinColumns(by, alias);
  if (columns.length === 1) return columns[0]!;
  const isThere = columns.map((column) => `${column} IS NOT NULL`).join(' AND ');
  return `CASE WHEN ${isThere} THEN jsonb_build_array(${columns.map((column) => `${column}::text`).join(', ')})::text END`;
};

/** SQL type of that value. */
export const valueType = ({ from, also }: JoinField): string => (also ? 'text' : from.sqlType);

/** The values of the columns in that value. */
export const joinValues = ({ from, also }: JoinField, value: string): string[] =>
  also
    ? [from, ...also.map((pair) => pair.from)].map(({ sqlType }, index) => `(${value}::jsonb ->> ${index})::${castable(sqlType)}`)
    : [value];
