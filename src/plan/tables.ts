import { columnFields, tableTypes, type Column, type ColumnField, type Model, type TableType } from '../model/types.js';
import { quoteName, tableName } from './statement.js';

/** What a column that the database fills is filled with, by its SQL type; of others nobody knows. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['uuid', 'gen_random_uuid()'],
  ['boolean', 'false'],
  ['timestamp with time zone', 'now()'],
  ['timestamp without time zone', 'now()'],
  ['date', 'current_date'],
  ['jsonb', `'{}'`],
]);

/** The statement that makes a type's table, with the columns that the schema knows of, the key and the unique rules. No foreign keys. */
export const tableToSql = (model: Model, type: TableType): string => {
  const { table } = type;
  const shown = new Map(columnFields(type).filter((field) => !field.token || field.column.name !== 'xmin').map((field) => [field.column.name, field]));
  const lines = [...columnsOf(model, type)].map(([name, column]) => `${quoteName(name)} ${columnToSql(type, column, shown.get(name))}`);
  const names = (columns: readonly string[]) => columns.map(quoteName).join(', ');
  if (table.key.length > 0) lines.push(`PRIMARY KEY (${names(table.key.map(({ name }) => name))})`);
  for (const set of table.unique) lines.push(`UNIQUE (${names(set)})`);
  return `CREATE TABLE ${tableName(table)} (\n  ${lines.join(',\n  ')}\n)`;
};

/** Every column that the schema names: the key, those of fields, and those of joins from both sides. */
const columnsOf = (model: Model, type: TableType): Map<string, Column> => {
  const far = tableTypes(model).flatMap((other) => [...other.fields.values()].flatMap((field) => (field.kind === 'join' && field.target === type.name ? [field.to] : [])));
  const near = [...type.fields.values()].flatMap((field) => (field.kind === 'column' ? [field.column] : field.kind === 'join' ? [field.from] : []));
  return new Map([...far, ...near, ...type.table.key].filter(({ name }) => name !== 'xmin').map((column) => [column.name, column]));
};

const columnToSql = (type: TableType, { name, sqlType }: Column, field: ColumnField | undefined): string => {
  const isKey = type.table.key.length === 1 && type.table.key[0]?.name === name;
  const fallback = field?.hasDefault || (isKey && sqlType === 'uuid') ? DEFAULTS.get(sqlType) : undefined;
  const isRequired = field?.nonNull === true && (!field.hasDefault || fallback !== undefined);
  return `${sqlType}${fallback === undefined ? '' : ` DEFAULT ${fallback}`}${isRequired ? ' NOT NULL' : ''}`;
};
