import { columnsOf } from '../sql/columns.js';
import { isWritable, tableTypes, type Model, type Table, type TableType } from '../model/types.js';

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

/** A table's name with its schema. */
export const nameOf = ({ schema, name }: Pick<Table, 'schema' | 'name'>): string => `${schema}.${name}`;
