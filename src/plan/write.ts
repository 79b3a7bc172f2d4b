import { GatewayError } from '../errors.js';
import { limitOf } from './limits.js';
import { quoteName, Statement, tableName } from './statement.js';
import { whereToSql, type Where } from './where.js';
import { tableType, type Column, type ColumnField, type JoinField, type Model, type TableType } from '../model/types.js';

/** A statement that writes; each row it returns is the key's columns, then the columns of its references. */
export interface WriteStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  /** References that were asked for, so that one that matched nothing is seen: index of the row (-1: all), position, field. */
  readonly references: readonly { readonly row: number; readonly position: number; readonly field: JoinField }[];
}

type Input = Readonly<Record<string, unknown>>;

const ALIAS = 'r';

/** `INSERT` of all inputs of a create, none for no input; a column that an input leaves out takes its default. */
export const planCreate = (model: Model, type: TableType, inputs: readonly Input[]): WriteStatement | undefined => {
  if (inputs.length === 0) return undefined;
  limitOf(`create${type.plural}`, inputs.length, { defaultRows: 1, maxRows: 10_000 }, 'input');
  const statement = new Statement();
  const given = new Set(inputs.flatMap((input) => Object.keys(input).filter((name) => input[name] !== undefined)));
  const fields = [...given].map((name) => type.fields.get(name) as ColumnField | JoinField);
  const references: { row: number; position: number; field: JoinField }[] = [];
  const joins = fields.filter((field) => field.kind === 'join');
  const rows = inputs.map((input, row) => {
    const values = fields.map((field) => {
      const value = input[field.name];
      if (value === undefined) return 'DEFAULT';
      if (field.kind === 'column') return bindColumn(statement, field, value);
      if (value === null) return 'NULL';
      references.push({ row, position: type.table.key.length + joins.indexOf(field), field });
      return connectToSql(model, field, value as Input, statement);
    });
    // With nothing given at all, one column must still be named for a row to be counted.
    return `(${fields.length === 0 ? 'DEFAULT' : values.join(', ')})`;
  });
  const columns = fields.length === 0 ? [type.table.key[0]!] : fields.map(columnOf);
  return { text: `INSERT INTO ${tableName(type.table)} AS ${ALIAS} (${columns.map(({ name }) => quoteName(name)).join(', ')}) VALUES ${rows.join(', ')} ${returning(type, joins)}`, values: statement.values, references };
};

/** `UPDATE` of the rows that pass where; with nothing to set it only finds and locks them. */
export const planUpdate = (model: Model, type: TableType, where: Where, update: Input): WriteStatement => {
  const statement = new Statement();
  const references: { row: number; position: number; field: JoinField }[] = [];
  const joins: JoinField[] = [];
  const sets: string[] = [];
  for (const [name, value] of Object.entries(update)) {
    const field = type.fields.get(name);
    if (!field || value === undefined || value === null) continue;
    if (field.kind === 'column') {
      // To add nothing is to do nothing; only set takes null.
      const operations = Object.entries(value as Input).filter(([operator, operand]) => operand !== undefined && (operand !== null || operator === 'set'));
      if (operations.length > 1) throw new GatewayError('BAD_INPUT', { argument: 'update', field: name, detail: `expected one operation, but got ${operations.map(([operator]) => operator).join(' and ')}` });
      for (const [operator, operand] of operations) sets.push(`${quoteName(field.column.name)} = ${operationToSql(statement, field, operator, operand)}`);
    }
    else if (field.kind === 'join') {
      const { connect, disconnect } = value as { connect?: Input | null; disconnect?: boolean | null };
      if (connect && disconnect) throw new GatewayError('BAD_INPUT', { argument: 'update', field: name, detail: 'expected connect or disconnect, but got both' });
      if (connect) references.push({ row: -1, position: type.table.key.length + joins.push(field) - 1, field });
      if (connect) sets.push(`${quoteName(field.from.name)} = ${connectToSql(model, field, { connect }, statement)}`);
      else if (disconnect) sets.push(`${quoteName(field.from.name)} = NULL`);
    }
  }
  const predicate = whereToSql(model, type, where, ALIAS, statement);
  const text =
    sets.length === 0
      ? `SELECT ${keyList(type)} FROM ${tableName(type.table)} ${ALIAS} WHERE ${predicate} FOR UPDATE`
      : `UPDATE ${tableName(type.table)} AS ${ALIAS} SET ${sets.join(', ')} WHERE ${predicate} ${returning(type, joins)}`;
  return { text, values: statement.values, references };
};

export const planDelete = (model: Model, type: TableType, where: Where): WriteStatement => {
  const statement = new Statement();
  const predicate = whereToSql(model, type, where, ALIAS, statement);
  return { text: `DELETE FROM ${tableName(type.table)} AS ${ALIAS} WHERE ${predicate} ${returning(type, [])}`, values: statement.values, references: [] };
};

const keyList = (type: TableType): string => type.table.key.map(({ name }) => `${ALIAS}.${quoteName(name)}::text`).join(', ');

const returning = (type: TableType, joins: readonly JoinField[]): string =>
  `RETURNING ${[keyList(type), ...joins.map((field) => `${ALIAS}.${quoteName(field.from.name)}::text`)].join(', ')}`;

const columnOf = (field: ColumnField | JoinField): Column => (field.kind === 'column' ? field.column : field.from);

const bindColumn = (statement: Statement, field: ColumnField, value: unknown): string => {
  if (value === null) return 'NULL';
  return statement.bind(field.scalar === 'JSON' && !field.list ? JSON.stringify(value) : value, field.column.sqlType);
};

const operationToSql = (statement: Statement, field: ColumnField, operator: string, operand: unknown): string => {
  const value = bindColumn(statement, field, operand);
  if (operator === 'set') return value;
  return `${ALIAS}.${quoteName(field.column.name)} ${operator === 'add' ? '+' : '-'} ${value}`;
};

/** The column of the one row that `connect.where.node` matches; PostgreSQL refuses several, none gives NULL. */
const connectToSql = (model: Model, field: JoinField, value: Input, statement: Statement): string => {
  const target = tableType(model, field.target);
  const alias = statement.alias();
  const { where } = value['connect'] as { where: { node: Where } };
  return `(SELECT ${alias}.${quoteName(field.to.name)}${field.to.sqlType === field.from.sqlType ? '' : `::${field.from.sqlType}`} FROM ${tableName(target.table)} ${alias} WHERE ${whereToSql(model, target, where.node, alias, statement)})`;
};

/** @throws GatewayError when a reference that was asked for came back empty */
export const checkReferences = (plan: WriteStatement, rows: readonly (readonly (string | null)[])[]): void => {
  for (const { row, position, field } of plan.references) {
    const empty = row === -1 ? rows.some((values) => values[position] === null) : rows[row]?.[position] === null;
    if (empty) throw new GatewayError('BAD_INPUT', { argument: 'connect', field: field.name, detail: `expected a where that matches one ${field.target}, but it matched none. Nothing was written.` });
  }
};
