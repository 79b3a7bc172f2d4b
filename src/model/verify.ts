import { heldVectors, lacking, outdatedPoints } from './collection.js';
import { baseType } from './database.js';
import { MODEL_KEY } from './embedding.js';
import type { Fault, Place } from './faults.js';
import type { Column } from './columns.js';
import { searchedTypes, tableTypes, type Model, type TableType } from './types.js';
import type { Embedder, RelationalStore, VectorStore } from '../stores/types.js';

/** Types of one family are read and compared alike, so the schema need not tell them apart. */
const FAMILIES: readonly (readonly string[])[] = [
  ['text', 'character varying', 'name'],
  ['integer', 'smallint'],
  ['double precision', 'real'],
];

/** The columns of a table c in the catalog. */
const COLUMNS = 'JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped';

/** The names of the columns of an index i of a table c. */
const KEY_COLUMNS =
  'SELECT a.attname::text FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) k ' +
  'JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k';

/** Whether an index i makes its columns unique, for all rows and at once. */
const IS_UNIQUE = 'i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL';

/**
 * What the relational store lacks of what the schema asks, each with the schema's file and line.
 *
 * @param remedy what makes a missing table, where something does
 */
export const verifyTables = async (model: Model, store: RelationalStore, remedy?: string): Promise<Fault[]> => {
  const types = tableTypes(model);
  const rows = await store.read(
    {
      text: `SELECT n.nspname, c.relname, a.attname, format_type(${baseType('a.atttypid')}, NULL), c.relkind::text
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace ${COLUMNS}
           WHERE (n.nspname, c.relname) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND c.relkind IN ('r', 'v', 'm', 'p', 'f')`,
      values: [types.map((type) => type.table.schema), types.map((type) => type.table.name)],
    },
    { primary: true },
  );
  const unique = await uniqueColumns(types, store);
  const tables = new Map<string, Map<string, string>>();
  const views = new Map<string, string>();
  for (const [schema, table, column, sqlType, kind] of rows) {
    const name = `${schema}.${table}`;
    if (VIEWS[kind!]) views.set(name, VIEWS[kind!]!);
    const columns = tables.get(name) ?? new Map<string, string>();
    tables.set(name, columns.set(column!, sqlType!));
  }
  return types.flatMap((type) => {
    const name = `${type.table.schema}.${type.table.name}`;
    const view = views.get(name);
    const faults = [...verifyTable(model, type, tables.get(name), remedy), ...verifyUnique(type, unique.get(name) ?? [])];
    return view === undefined || type.table.view
      ? faults
      : [
          {
            place: type.place,
            message: `${type.name} is in the ${view} ${name}, which is not written through the gateway: say it with @table(view: true)`,
          },
          ...faults,
        ];
  });
};

/** Relations that are no tables, by PostgreSQL's relkind. */
const VIEWS: Readonly<Record<string, string>> = { v: 'view', m: 'materialized view', f: 'foreign table' };

const verifyTable = (
  model: Model,
  type: TableType,
  columns: ReadonlyMap<string, string> | undefined,
  remedy: string | undefined,
): Fault[] => {
  const table = `${type.table.schema}.${type.table.name}`;
  if (!columns)
    return [
      {
        place: type.place,
        message: `${type.name} is in table ${table}, which does not exist${type.table.view || remedy === undefined ? '' : `: ${remedy}`}`,
      },
    ];
  const faults: Fault[] = [];
  const check = (place: Place, what: string, column: Column) => {
    const live = columns.get(column.name);
    if (live === undefined)
      faults.push({
        place,
        message: `${what} is in column ${column.name}, which table ${table} does not have${nearestName(column.name, columns)}`,
      });
    else if (!sameFamily(live, column.sqlType))
      faults.push({
        place,
        message: `${what} is taken to be ${column.sqlType}, but column ${table}.${column.name} is ${live}: say it with type: "${live}"`,
      });
  };
  for (const column of type.table.key) check(type.place, `The key of ${type.name}`, column);
  for (const field of type.fields.values()) {
    if (field.kind === 'column' && !field.token) check(field.place, `${type.name}.${field.name}`, field.column);
    if (field.kind === 'column' && field.encrypted?.search)
      check(field.place, `The hash of ${type.name}.${field.name}`, field.encrypted.search.column);
    if (field.kind === 'join')
      for (const { from } of [field, ...(field.also ?? [])]) check(field.place, `${type.name}.${field.name}`, from);
  }
  // The far column of a join is checked where its table is known; a join whose target shows the column has been checked there.
  for (const other of tableTypes(model)) {
    for (const field of other.fields.values())
      if (field.kind === 'join') {
        const { through, also = [] } = field;
        const far = [
          ...(field.target === type.name ? [field.to, ...also.map(({ to }) => to)] : []),
          ...(through?.type === type.name ? [through.from, through.to] : []),
        ];
        for (const column of far) check(field.place, `${other.name}.${field.name}`, column);
      }
  }
  return faults;
};

/** The columns of each table's unique indexes that hold for all rows. */
const uniqueColumns = async (
  types: readonly TableType[],
  store: RelationalStore,
): Promise<ReadonlyMap<string, readonly (readonly string[])[]>> => {
  const asked = types.filter(({ table }) => table.unique.length > 0);
  if (asked.length === 0) return new Map();
  const rows = await store.read(
    {
      text: `SELECT n.nspname, c.relname, to_json(ARRAY(${KEY_COLUMNS}))::text
           FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE (n.nspname, c.relname) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND ${IS_UNIQUE}`,
      values: [asked.map(({ table }) => table.schema), asked.map(({ table }) => table.name)],
    },
    { primary: true },
  );
  const found = new Map<string, string[][]>();
  for (const [schema, table, columns] of rows)
    found.set(`${schema}.${table}`, [...(found.get(`${schema}.${table}`) ?? []), JSON.parse(columns!) as string[]]);
  return found;
};

const verifyUnique = ({ name, place, table }: TableType, indexes: readonly (readonly string[])[]): Fault[] =>
  table.unique
    .filter((columns) => !indexes.some((index) => index.every((column) => columns.includes(column))))
    .map((columns) => ({
      place,
      message:
        `@table on ${name} says unique: ${JSON.stringify(columns)}, but table ${table.schema}.${table.name} has ` +
        `no unique index of these columns alone that holds for all rows: make it, or leave the set out`,
    }));

/** Whether two types are read and compared alike. */
export const sameFamily = (live: string, wanted: string): boolean =>
  live === wanted || FAMILIES.some((family) => family.includes(live) && family.includes(wanted));

const nearestName = (name: string, columns: ReadonlyMap<string, string>): string => {
  const near = [...columns.keys()].find(
    (column) => column.includes(name) || name.includes(column) || column.replace(/_/g, '') === name.replace(/_/g, ''),
  );
  return near === undefined ? '' : ` (it has ${near})`;
};

/** What the vector store lacks of what the schema asks. */
export const verifyCollections = async (model: Model, { client }: VectorStore, embedder: Embedder): Promise<Fault[]> => {
  const embedded = searchedTypes(model);
  if (embedded.length === 0) return [];
  const existing = new Set((await client.getCollections()).collections.map(({ name }) => name));
  const faults = await Promise.all(
    embedded.map(async (type): Promise<Fault[]> => {
      const { collection, vectors } = type.embedding;
      const fault = (message: string): Fault[] => [
        { place: type.place, message: `${type.name} has its vectors in collection ${collection}, ${message}` },
      ];
      if (!existing.has(collection)) return fault('which does not exist: `odras-gateway migrate` makes it');
      const info = await client.getCollection(collection);
      const held = heldVectors(info);
      for (const { name } of vectors) {
        const size = held.get(name)?.size;
        if (size === undefined) return fault(`which has no ${name === '' ? 'unnamed vector' : `vector ${name}`}`);
        if (size !== embedder.size)
          return fault(`which holds vectors of ${size} dimensions, but the embedding model ${embedder.model} gives ${embedder.size}`);
      }
      const { keywords, indexes } = lacking(type, info);
      if (keywords) return fault('which has no keywords: `odras-gateway migrate` adds them, and keywords: [] does without');
      if (indexes.length > 0)
        return fault(`which has no index of ${indexes.map(([name]) => name).join(', ')}: \`odras-gateway migrate\` makes it`);
      const { points } = await client.scroll(collection, {
        limit: 1,
        with_payload: [MODEL_KEY],
        filter: { must_not: [{ is_empty: { key: MODEL_KEY } }] },
      });
      const filledBy = points[0]?.payload?.[MODEL_KEY];
      if (filledBy !== undefined && filledBy !== embedder.model)
        return fault(
          `which was filled by the model ${JSON.stringify(filledBy)}, but queries would use ${embedder.model}: ` +
            `fill it again, or use that model`,
        );
      if (type.home === 'collection') return [];
      const outdated = await client.scroll(collection, { limit: 1, with_payload: false, filter: outdatedPoints(type) });
      return outdated.points.length === 0
        ? []
        : fault('some of whose points were written for another @embedding: `odras-gateway migrate` writes them again');
    }),
  );
  return faults.flat();
};
