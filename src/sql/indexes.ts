import { createHash } from 'node:crypto';
import type { Fault } from '../model/faults.js';
import { columnFields, tableTypes, type ColumnField, type Model, type TableType } from '../model/types.js';
import { quoteName } from './statement.js';
import { system } from './source.js';
import type { RelationalStore } from '../stores/types.js';

/** An index that the schema says a column has. */
export interface ColumnIndex {
  readonly type: TableType;
  readonly field: ColumnField;
  readonly kind: 'fulltext' | 'trigram';
}

export const columnIndexes = (model: Model): ColumnIndex[] =>
  tableTypes(model).flatMap((type) =>
    columnFields(type).flatMap((field): ColumnIndex[] => [
      ...(field.fulltext === undefined ? [] : [{ type, field, kind: 'fulltext' as const }]),
      ...(field.trigram ? [{ type, field, kind: 'trigram' as const }] : []),
    ]),
  );

/** The index as PostgreSQL is asked for it. */
export const indexToSql = (index: ColumnIndex): { name: string; text: string } => {
  const { type, field, kind } = index;
  const column = quoteName(field.column.name);
  const name = nameWithin(`${type.table.name}_${field.column.name}_${kind}`);
  const on = kind === 'fulltext' ? `to_tsvector('${field.fulltext}', ${column})` : `${column} gin_trgm_ops`;
  return { name, text: `CREATE INDEX IF NOT EXISTS ${quoteName(name)} ON ${system(type.table)} USING gin (${on})` };
};

/** PostgreSQL cuts names off after 63 bytes: a longer one ends in a digest of the whole, so that no two become one. */
const nameWithin = (name: string): string =>
  Buffer.byteLength(name) <= 63
    ? name
    : `${Buffer.from(name)
        .subarray(0, 46)
        .toString()
        .replace(/\ufffd$/, '')}_${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;

/** Whether an index, as PostgreSQL writes its definition, is this one. */
const isIndex = ({ field, kind }: ColumnIndex, definition: string): boolean => {
  const { name } = field.column;
  const names = [
    `(${name})`,
    `(${name} `,
    ` ${name})`,
    ...[quoteName(name)].flatMap((quoted) => [`(${quoted})`, `(${quoted} `, ` ${quoted})`]),
  ];
  return (
    names.some((form) => definition.includes(form)) &&
    definition.includes(kind === 'fulltext' ? `to_tsvector('${field.fulltext}'` : 'gin_trgm_ops')
  );
};

/** The text indexes that the schema names and the store lacks, each with the schema's file and line. */
export const verifyIndexes = async (model: Model, store: RelationalStore): Promise<Fault[]> => {
  const indexes = columnIndexes(model);
  if (indexes.length === 0) return [];
  const definitions = await store.read(
    {
      text: `SELECT n.nspname, c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE (n.nspname, c.relname) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      values: [indexes.map(({ type }) => type.table.schema), indexes.map(({ type }) => type.table.name)],
    },
    { primary: true },
  );
  return indexes
    .filter(
      (index) =>
        !definitions.some(
          ([schema, table, definition]) =>
            schema === index.type.table.schema && table === index.type.table.name && isIndex(index, definition!),
        ),
    )
    .map(({ type, field, kind }) => ({
      place: field.place,
      message: `${type.name}.${field.name} has @${kind}, but ${type.table.schema}.${type.table.name} has no such index of column ${field.column.name}: \`odras-gateway migrate\` makes it`,
    }));
};
