import type { Column } from '../model/columns.js';
import type { ColumnField } from '../model/fields.js';
import { columnFields, tableTypes, type Model, type TableType } from '../model/types.js';
import { columnsOf } from './columns.js';
import { quoteName } from './statement.js';
import { system } from './source.js';

/** The default of a column that the database fills, by its SQL type; other types have none. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['uuid', 'gen_random_uuid()'],
  ['boolean', 'false'],
  ['timestamp with time zone', 'now()'],
  ['timestamp without time zone', 'now()'],
  ['date', 'current_date'],
  ['jsonb', `'{}'`],
]);

/** CREATE TABLE for a type, with the columns of the schema, the key and the unique constraints, but without foreign keys. */
export const tableToSql = (model: Model, type: TableType): string => {
  const { table } = type;
  const same = tableTypes(model).filter((other) => system(other.table) === system(table));
  const shown = new Map(
    same
      .flatMap(columnFields)
      .filter((field) => !field.token)
      .map((field) => [field.column.name, field]),
  );
  const lines = [...columnsOf(model, same)].map(([name, column]) => `${quoteName(name)} ${columnToSql(type, column, shown.get(name))}`);
  const names = (columns: readonly string[]) => columns.map(quoteName).join(', ');
  if (table.key.length > 0) lines.push(`PRIMARY KEY (${names(table.key.map(({ name }) => name))})`);
  for (const set of new Set(same.flatMap((each) => each.table.unique.map(names)))) lines.push(`UNIQUE (${set})`);
  return `CREATE TABLE ${system(table)} (\n  ${lines.join(',\n  ')}\n)`;
};

const columnToSql = (type: TableType, { name, sqlType, declared = sqlType }: Column, field: ColumnField | undefined): string => {
  const isKey = type.table.key.length === 1 && type.table.key[0]?.name === name;
  const fallback = field?.hasDefault || (isKey && sqlType === 'uuid') ? DEFAULTS.get(sqlType) : undefined;
  const isRequired = field?.nonNull === true && (!field.hasDefault || fallback !== undefined);
  return `${declared}${fallback === undefined ? '' : ` DEFAULT ${fallback}`}${isRequired ? ' NOT NULL' : ''}`;
};
