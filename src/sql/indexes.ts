import { createHash } from 'node:crypto';
import type { Fault } from '../model/faults.js';
import type { ColumnField } from '../model/fields.js';
import { columnFields, tableTypes, type Model, type TableType } from '../model/types.js';
import { MAX_NAME_BYTES } from '../model/store-names.js';
import { quoteName } from './statement.js';
import { system } from './source.js';
import type { RelationalStore } from '../stores/types.js';

/** An index that the schema says a column has. */
export interface ColumnIndex {
  readonly type: TableType;
  readonly field: ColumnField;
  readonly kind: 'fulltext' | 'trigram';
}

/** Each index once, even where several types expose the column. */
const columnIndexes = (model: Model): ColumnIndex[] => {
  const indexes = tableTypes(model).flatMap((type) =>
    columnFields(type).flatMap((field): ColumnIndex[] => [
      ...(field.fulltext === undefined ? [] : [{ type, field, kind: 'fulltext' as const }]),
      ...(field.trigram ? [{ type, field, kind: 'trigram' as const }] : []),
    ]),
  );
  return [...new Map(indexes.map((index) => [wholeOf(index), index])).values()];
};

/** Everything that identifies an index. */
const wholeOf = ({ type: { table }, field, kind }: ColumnIndex): string =>
  JSON.stringify([table.schema, table.name, field.column.name, kind, kind === 'fulltext' ? field.fulltext : null]);

/** The statement that creates a missing index; `taken` are names that other objects of the schema have. */
export const indexToSql = (index: ColumnIndex, taken: ReadonlySet<string>): { name: string; text: string } => {
  const { type, field, kind } = index;
  const column = quoteName(field.column.name);
  const name = indexName(index, taken);
  const on = kind === 'fulltext' ? `to_tsvector('${field.fulltext}', ${column})` : `${column} gin_trgm_ops`;
  return { name, text: `CREATE INDEX IF NOT EXISTS ${quoteName(name)} ON ${system(type.table)} USING gin (${on})` };
};

/**
 * The name consists of table and column where it is free and PostgreSQL does not truncate it, since a truncated name may belong to
 * another index. Otherwise it ends in a digest of the whole.
 */
const indexName = (index: ColumnIndex, taken: ReadonlySet<string>): string => {
  const {
    type: { table },
    field,
    kind,
  } = index;
  const name = `${table.name}_${field.column.name}_${kind}`;
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES && !taken.has(name)) return name;
  const start = Buffer.from(name)
    .subarray(0, 46)
    .toString()
    .replace(/\ufffd$/, '');
  return `${start}_${createHash('sha256').update(wholeOf(index)).digest('hex').slice(0, 12)}`;
};

/** Whether an existing index has this one's expression and operator class, as PostgreSQL prints them. */
const isIndex = ({ field, kind }: ColumnIndex, held: string, operators: string): boolean => {
  const names = [field.column.name, quoteName(field.column.name)];
  return kind === 'trigram'
    ? operators === 'gin_trgm_ops' && names.includes(held)
    : operators === 'tsvector_ops' &&
        names
          .flatMap((name) => [name, `${name}::text`, `(${name})::text`])
          .some((name) => held === `to_tsvector('${field.fulltext}'::regconfig, ${name})`);
};

/** The text indexes that the schema declares and the database lacks, whatever the names of those that it has. */
export const missingIndexes = async (model: Model, store: RelationalStore): Promise<ColumnIndex[]> => {
  const indexes = columnIndexes(model);
  if (indexes.length === 0) return [];
  const held = await store.read(
    {
      text: `SELECT n.nspname, c.relname, pg_get_indexdef(i.indexrelid, k + 1, true), o.opcname
             FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             CROSS JOIN generate_series(0, i.indnkeyatts - 1) k JOIN pg_opclass o ON o.oid = i.indclass[k]
             WHERE (n.nspname, c.relname) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND i.indpred IS NULL`,
      values: [indexes.map(({ type }) => type.table.schema), indexes.map(({ type }) => type.table.name)],
    },
    { primary: true },
  );
  return indexes.filter(
    (index) =>
      !held.some(
        ([schema, table, column, operators]) =>
          schema === index.type.table.schema && table === index.type.table.name && isIndex(index, column!, operators!),
      ),
  );
};

/** The same, each with the schema's file and line. */
export const verifyIndexes = async (model: Model, store: RelationalStore): Promise<Fault[]> =>
  (await missingIndexes(model, store)).map(({ type, field, kind }) => ({
    place: field.place,
    message:
      `${type.name}.${field.name} has @${kind}, but ${type.table.schema}.${type.table.name} has no such index of column ` +
      `${field.column.name}: \`odras-gateway migrate\` makes it`,
  }));
