import type { Log } from '../log.js';
import { readCollation, type Collation } from './collation.js';
import { isEverywhere } from './sql-types.js';
import { joinedColumns, type Column } from './columns.js';
import { columnFields, tableTypes, type Model, type TableType } from './types.js';
import type { RelationalStore } from '../stores/types.js';

/** The type that a domain is made of, as SQL: values that a domain forbids are compared as those of any column. */
export const baseType = (type: string): string =>
  `(WITH RECURSIVE b(id, of) AS (
    SELECT oid, typbasetype FROM pg_type WHERE oid = ${type} UNION ALL SELECT t.oid, t.typbasetype FROM b JOIN pg_type t ON t.oid = b.of
  ) SELECT id FROM b WHERE of = 0)`;

/** Collations whose `lower` knows all letters: that of PostgreSQL itself from version 17 on, that of ICU before. */
const FOLDING = ['pg_c_utf8', 'und-x-icu'];

interface Known {
  /**
   * What format_type prints for types that not every database has, by their names in the schema; for a domain, its base type.
   */
  readonly types: ReadonlyMap<string, string>;
  readonly folding: string | undefined;
  /** Whether the database itself knows other letters than A to Z. */
  readonly hasLetters: boolean;
}

/**
 * Writes into the model what only the database can tell: types in the place of domains, a collation that knows all letters, and
 * how the texts of each column are compared.
 * To be called before anything is planned.
 */
export const learnDatabase = async (model: Model, store: RelationalStore, log: Log): Promise<void> => {
  const columns = tableTypes(model).flatMap(columnsOf);
  const [{ types, folding, hasLetters }, collations] = await Promise.all([
    ask(store, [...new Set(columns.map(({ sqlType }) => sqlType))]),
    askCollations(tableTypes(model), store),
  ]);
  for (const column of columns) (column as { sqlType: string }).sqlType = types.get(column.sqlType) ?? column.sqlType;
  const database = collations.get('');
  for (const type of tableTypes(model))
    for (const field of columnFields(type)) {
      const learnt = field as { -readonly [K in 'folding' | 'collations']: (typeof field)[K] };
      const column = collations.get(columnName(type, field.column)) ?? database;
      learnt.folding = folding;
      learnt.collations = column && database && { column, database };
    }
  if (
    hasLetters ||
    !tableTypes(model)
      .flatMap(columnFields)
      .some(({ scalar }) => scalar === 'String')
  )
    return;
  const affected = ['@trigram (similarTo)', '@fulltext (matches)', 'citext columns', ...(folding === undefined ? ['caseInsensitive'] : [])];
  const remedy = `make it with LC_COLLATE 'C' and LC_CTYPE 'C.UTF-8'`;
  const known = 'the database knows no letters but A to Z (its LC_CTYPE is C)';
  log.warn(`${known}, so ${affected.join(', ')} tell others apart by case: ${remedy}`);
};

const columnsOf = ({ table, embedding, fields }: TableType): Column[] => [
  ...table.key,
  ...(embedding?.payload.map(({ column }) => column) ?? []),
  ...[...fields.values()].flatMap((field) =>
    field.kind === 'join' ? joinedColumns(field) : field.kind === 'column' ? [field.column] : [],
  ),
];

const ask = async (store: RelationalStore, types: readonly string[]): Promise<Known> => {
  const text = `
    SELECT 'type', t, format_type(${baseType('to_regtype(t)::oid')}, NULL) FROM unnest($2::text[]) AS u(t)
      WHERE NOT EXISTS (
        SELECT FROM pg_get_keywords() k WHERE k.catcode IN ('R', 'C') AND k.word = ANY(string_to_array(rtrim(t, '[]'), '.')))
    UNION ALL SELECT 'folding', c.collname, NULL FROM pg_collation c
      WHERE c.collname = ANY($1::text[]) AND c.collnamespace = 'pg_catalog'::regnamespace
      AND c.collencoding IN (-1, (SELECT d.encoding FROM pg_database d WHERE d.datname = current_database()))
    UNION ALL SELECT 'letters', (lower('Ä' COLLATE "default") = 'ä')::text, NULL`;
  // The payload of a join has no type of its own, and PostgreSQL before 16 fails on a name that is none.
  const rows = await store.read({ text, values: [FOLDING, types.filter((type) => type !== '' && !isEverywhere(type))] }, { primary: true });
  const of = (kind: string) => rows.filter(([each]) => each === kind);
  const collations = of('folding').map(([, name]) => name);
  return {
    // One that the database does not know either is told where it is compared with the columns.
    types: new Map(of('type').flatMap(([, name, type]) => (type === null ? [] : [[name!, type!]]))),
    folding: FOLDING.find((name) => collations.includes(name)),
    hasLetters: of('letters')[0]?.[1] === 'true',
  };
};

const columnName = ({ table }: TableType, column: Column): string => JSON.stringify([table.schema, table.name, column.name]);

/** Collations by column; that of the database has no name. PostgreSQL's own words for them differ between versions. */
const askCollations = async (types: readonly TableType[], store: RelationalStore): Promise<ReadonlyMap<string, Collation>> => {
  const text = `
    WITH d AS (SELECT to_jsonb(d) AS d FROM pg_database d WHERE d.datname = current_database()),
    own AS (
      SELECT d ->> 'datlocprovider', d ->> 'datcollate', d ->> 'datctype', coalesce(d ->> 'datlocale', d ->> 'daticulocale'), 'true',
        d ->> 'encoding' FROM d)
    SELECT '', own.* FROM own
    UNION ALL
    SELECT json_build_array(n.nspname, t.relname, a.attname)::text, o.* FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 JOIN pg_collation l ON l.oid = a.attcollation,
      LATERAL (
        SELECT c ->> 'collprovider', c ->> 'collcollate', c ->> 'collctype', coalesce(c ->> 'colllocale', c ->> 'colliculocale'),
          c ->> 'collisdeterministic', d ->> 'encoding' FROM (SELECT to_jsonb(l) AS c) k, d WHERE l.collprovider <> 'd'
        UNION ALL SELECT own.* FROM own WHERE l.collprovider = 'd') o
    WHERE (n.nspname, t.relname) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;
  const values = [types.map(({ table }) => table.schema), types.map(({ table }) => table.name)];
  const rows = await store.read({ text, values }, { primary: true });
  return new Map(rows.map(([name, ...collation]) => [name === '' ? '' : JSON.stringify(JSON.parse(name!)), readCollation(collation)]));
};
