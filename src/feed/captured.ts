import { isWritable, tableTypes, type Model, type Table, type TableType } from '../model/types.js';
import type { EvaluatedRow } from '../predicate/evaluate.js';
import { columnsOf } from '../sql/columns.js';
import { encodeKey } from '../sql/read.js';

/** A table whose changes are captured. */
export interface Captured {
  readonly table: Table;
  /** The types that are read from it. */
  readonly types: readonly TableType[];
  /** Names of its captured columns, in the order of the values of a change. Columns that the schema does not name stay out of the feed. */
  readonly columns: readonly string[];
}

/** Every table that the schema can write, with the columns that the schema names. */
export const capturedTables = (model: Model): Captured[] => {
  const tables = new Map<string, TableType[]>();
  for (const type of tableTypes(model).filter(isWritable)) {
    const name = nameOf(type.table);
    tables.set(name, [...(tables.get(name) ?? []), type]);
  }
  return [...tables.values()].map((types) => ({
    table: types[0]!.table,
    types,
    columns: [...columnsOf(model, types).keys()].sort(),
  }));
};

/** The types of each captured table, by its name. */
export const capturedTypes = (model: Model): Map<string, readonly TableType[]> =>
  new Map(capturedTables(model).map(({ table, types }) => [nameOf(table), types]));

/** The key of a row of a change. */
export const keyIn = ({ table }: TableType, row: EvaluatedRow): string => encodeKey(table.key.map(({ name }) => row[name] ?? null));

/** A table's name with its schema. */
export const nameOf = ({ schema, name }: Pick<Table, 'schema' | 'name'>): string => `${schema}.${name}`;
