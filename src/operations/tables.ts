import type { Engine } from '../engine.js';
import { GatewayError, messageOf } from '../errors.js';
import type { Fault } from '../model/faults.js';
import { readSqlType } from '../model/sql-types.js';
import { joinedColumns, type Column } from '../model/columns.js';
import { columnFields, tableTypes, type Model, type TableType } from '../model/types.js';
import { sameFamily } from '../model/verify.js';
import { quoteName } from '../sql/statement.js';
import { system } from '../sql/source.js';
import { tableToSql } from '../sql/tables.js';
import type { RelationalStore } from '../stores/types.js';
import { mismatch } from './check.js';
import { makes } from './migrate.js';

/**
 * Creates the tables of the schema that an embedded PostgreSQL lacks, all or none, but no views. Existing tables are not changed.
 *
 * @throws GatewayError SCHEMA_MISMATCH with file and line of what cannot be created
 */
export const makeTables = async ({ model, stores: { relational } }: Engine): Promise<string[]> => {
  const types = tableTypes(model).filter(({ table }) => !table.view);
  const rows = await relational.read(
    { text: 'SELECT to_regclass(name) IS NULL FROM unnest($1::text[]) AS t(name)', values: [types.map(({ table }) => system(table))] },
    { primary: true },
  );
  const missing = types.filter((_, index) => rows[index]?.[0] === 't');
  if (missing.length === 0) return [];
  const faults = [...columnFaults(missing), ...(await typeFaults(model, relational))];
  if (faults.length > 0) throw mismatch(faults);
  const made = new Set<string>();
  await relational.transaction(async (run) => {
    for (const type of missing) {
      const { schema, name } = type.table;
      // Several types may have the same table.
      if (made.has(system(type.table))) continue;
      made.add(system(type.table));
      await makes(type.place, `Table ${schema}.${name} of ${type.name}`, async () => {
        if (schema !== 'public') await run({ text: `CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}` });
        await run({ text: tableToSql(model, type) });
      });
    }
  });
  return [...new Set(missing.map(({ table }) => `table ${table.schema}.${table.name}`))];
};

/** Columns whose SQL type, or its length, the database does not accept. */
const typeFaults = async (model: Model, relational: RelationalStore): Promise<Fault[]> => {
  const fields = tableTypes(model).flatMap((type) =>
    [...type.fields.values()].map((field) => ({ field, where: `${type.name}.${field.name}` })),
  );
  const columns = fields.flatMap(({ field, where }) =>
    (field.kind === 'column' ? [field.column] : field.kind === 'join' ? joinedColumns(field) : []).map((column) => ({
      place: field.place,
      where,
      type: askable(column),
    })),
  );
  const refused = new Map<string, string>();
  for (const type of new Set(columns.map((column) => column.type))) {
    try {
      await relational.read({ text: `SELECT NULL::${type} LIMIT 0` }, { primary: true });
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      refused.set(type, messageOf(error));
    }
  }
  return columns
    .filter(({ type }) => refused.has(type))
    .map(({ place, where, type }) => ({ place, message: `${where} is said to be of the SQL type ${type}: ${refused.get(type)}` }));
};

/** Fields that declare one column of a table with two types: it can be created with one of them only. */
const columnFaults = (missing: readonly TableType[]): Fault[] => {
  const shown = new Map<string, { readonly where: string; readonly sqlType: string }>();
  return missing.flatMap((type) =>
    columnFields(type).flatMap((field): Fault[] => {
      const { name, sqlType } = field.column;
      const column = `${system(type.table)}.${name}`;
      const where = `${type.name}.${field.name}`;
      const other = shown.get(column);
      if (!other) shown.set(column, { where, sqlType });
      return other === undefined || sameFamily(other.sqlType, sqlType)
        ? []
        : [
            {
              place: field.place,
              message:
                `${where} is in column ${name} as ${sqlType}, ` + `but ${other.where} is in it as ${other.sqlType}: say one type for both`,
            },
          ];
    }),
  );
};

/** serial is a type in CREATE TABLE only. */
const askable = ({ sqlType, declared = sqlType }: Column): string => (readSqlType(declared)?.isSerial ? sqlType : declared);
