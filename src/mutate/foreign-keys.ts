import type { Column } from '../model/columns.js';
import { tableTypes, type Model, type Table, type TableType } from '../model/types.js';
import type { RelationalStore } from '../stores/types.js';

/** A foreign key of the database between tables of the schema. */
export interface ForeignKey {
  /** Schema, table and name of the constraint. */
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  /** The referring columns. */
  readonly from: readonly Column[];
  /** Types of the table that is referred to; none if it is not in the schema. */
  readonly targets: readonly TableType[];
  /** The columns referred to, in the same order. */
  readonly to: readonly Column[];
}

const columnsOf = (table: string, numbers: string): string =>
  `(SELECT json_agg(json_build_object('name', a.attname, 'sqlType', format_type(a.atttypid, NULL)) ORDER BY u.o)
    FROM unnest(${numbers}) WITH ORDINALITY u(n, o) JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = u.n)::text`;

const FOREIGN_KEYS = `
  SELECT n.nspname, t.relname, k.conname, ${columnsOf('t.oid', 'k.conkey')}, fn.nspname, f.relname, ${columnsOf('f.oid', 'k.confkey')}
  FROM pg_constraint k
  JOIN pg_class t ON t.oid = k.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
  JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
  WHERE k.contype = 'f' AND k.conparentid = 0`;

const known = new WeakMap<Model['types'], Promise<readonly ForeignKey[]>>();

/** The foreign keys of the database, read once: one that is made later is known after a restart. */
export const foreignKeys = (model: Model, relational: RelationalStore): Promise<readonly ForeignKey[]> => {
  let reading = known.get(model.types);
  if (!reading) {
    reading = readForeignKeys(model, relational);
    known.set(model.types, reading);
    reading.catch(() => known.delete(model.types));
  }
  return reading;
};

const readForeignKeys = async (model: Model, relational: RelationalStore): Promise<readonly ForeignKey[]> => {
  const rows = await relational.read({ text: FOREIGN_KEYS }, { primary: true });
  return rows.map(([schema, table, name, from, targetSchema, targetTable, to]) => ({
    schema: schema!,
    table: table!,
    name: name!,
    from: JSON.parse(from!) as Column[],
    targets: typesOf(model, { schema: targetSchema!, name: targetTable! }),
    to: JSON.parse(to!) as Column[],
  }));
};

/** The types of a table. */
export const typesOf = (model: Model, { schema, name }: Pick<Table, 'schema' | 'name'>): readonly TableType[] =>
  tableTypes(model).filter(({ table }) => table.schema === schema && table.name === name);

/** Whether a foreign key is one of the type's table. */
export const isOf = (key: ForeignKey, { table }: TableType): boolean => table.schema === key.schema && table.name === key.table;
