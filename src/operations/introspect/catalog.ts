import { baseType } from '../../model/database.js';
import type { RelationalStore } from '../../stores/types.js';
import { allowedTexts } from './checks.js';

/** The texts that an enum or a validated check of an IN-list allows. */
export interface Allowed {
  /** Name of the enum or domain; a check has none. */
  readonly name: string | undefined;
  readonly isEnumType: boolean;
  readonly texts: readonly string[];
}

/** A column, as the catalog has it. */
export interface LiveColumn {
  readonly name: string;
  /** As format_type prints it; of a domain, that of its base type. */
  readonly sqlType: string;
  readonly notNull: boolean;
  /** Whether the database fills it: a default, an identity, a generated value. */
  readonly hasDefault: boolean;
  /** Whether nobody may write it: GENERATED ALWAYS. */
  readonly isGenerated: boolean;
  readonly comment: string | undefined;
  readonly allowed: Allowed | undefined;
}

/** A foreign key. */
export interface LiveReference {
  readonly columns: readonly string[];
  readonly schema: string;
  readonly table: string;
  readonly targets: readonly string[];
  /** Whether PostgreSQL has checked it on all rows. */
  readonly isValid: boolean;
}

/** A table, view, materialized view or foreign table. */
export interface LiveTable {
  readonly schema: string;
  readonly name: string;
  readonly isView: boolean;
  readonly comment: string | undefined;
  readonly columns: readonly LiveColumn[];
  readonly key: readonly string[];
  /** Sets of columns with a unique index that holds for all rows, beside the key. */
  readonly unique: readonly (readonly string[])[];
  readonly references: readonly LiveReference[];
}

/** Tables of the gateway itself. */
const OWN = '^odras_gateway';

/** What stands between the tables of users and those of PostgreSQL, of extensions and of the gateway. */
const TABLES = `
  SELECT c.oid, n.nspname, c.relname, c.relkind::text, obj_description(c.oid, 'pg_class') AS comment
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    AND n.nspname !~ '^pg_' AND n.nspname !~ '${OWN}' AND n.nspname <> 'information_schema' AND c.relname !~ '${OWN}'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

/** The texts of an enum, as JSON. */
const enumOf = (type: string): string =>
  `(SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = ${type})`;

const CATALOG = `
  WITH t AS (${TABLES})
  SELECT t.nspname, t.relname, t.relkind, t.comment,
    (SELECT json_agg(json_build_object(
        'name', a.attname, 'sqlType', format_type(b.id, NULL),
        'domain', CASE WHEN y.typtype = 'd' THEN y.typname END,
        'domainChecks', (SELECT json_agg(pg_get_constraintdef(k.oid)) FROM pg_constraint k WHERE k.contypid = y.oid AND k.convalidated),
        'notNull', a.attnotnull OR y.typnotnull,
        'hasDefault', a.atthasdef OR a.attidentity <> '' OR y.typdefault IS NOT NULL,
        'isGenerated', a.attgenerated <> '' OR a.attidentity = 'a',
        'comment', col_description(t.oid, a.attnum),
        'enumName', CASE WHEN e.typtype = 'e' THEN e.typname END,
        'enumTexts', ${enumOf('e.oid')}
      ) ORDER BY a.attnum)
      FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid, LATERAL (SELECT ${baseType('a.atttypid')} AS id) b
        JOIN pg_type bt ON bt.oid = b.id JOIN pg_type e ON e.oid = CASE WHEN bt.typcategory = 'A' THEN bt.typelem ELSE bt.oid END
      WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    (SELECT json_agg(json_build_object(
        'isKey', i.indisprimary,
        'columns', ARRAY(SELECT a.attname::text FROM unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY k(n, o)
          JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.n ORDER BY k.o)
      ) ORDER BY i.indisprimary DESC, x.relname)
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
      WHERE i.indrelid = t.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL) AS keys,
    (SELECT json_agg(json_build_object(
        'schema', fn.nspname, 'table', f.relname, 'isValid', k.convalidated,
        'columns', ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, o)
          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.o),
        'targets', ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, o)
          JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.o)
      ) ORDER BY k.conkey[1], k.conname)
      FROM pg_constraint k JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
      WHERE k.conrelid = t.oid AND k.contype = 'f' AND k.conparentid = 0) AS refs,
    (SELECT json_agg(pg_get_constraintdef(k.oid) ORDER BY k.conname) FROM pg_constraint k
      WHERE k.conrelid = t.oid AND k.contype = 'c' AND k.convalidated) AS checks
  FROM t ORDER BY t.nspname, t.relname`;

interface CatalogColumn extends Omit<LiveColumn, 'allowed' | 'comment'> {
  readonly domain: string | null;
  readonly comment: string | null;
  readonly domainChecks: readonly string[] | null;
  readonly enumName: string | null;
  readonly enumTexts: readonly string[] | null;
}

/** All tables and views of users, from the catalog. */
export const readTables = async (store: RelationalStore): Promise<LiveTable[]> => {
  const rows = await store.read({ text: CATALOG }, { primary: true });
  return rows.map(([schema, name, kind, comment, columns, keys, refs, checks]) => {
    const parsed = <T>(text: string | null | undefined): T[] => JSON.parse(text ?? '[]') as T[];
    const lists = new Map(
      parsed<string>(checks)
        .flatMap((check) => allowedTexts(check) ?? [])
        .map(({ column, texts }) => [column, texts]),
    );
    const indexes = parsed<{ isKey: boolean; columns: string[] }>(keys);
    const key = indexes.find(({ isKey }) => isKey)?.columns ?? [];
    return {
      schema: schema!,
      name: name!,
      isView: ['v', 'm', 'f'].includes(kind!),
      comment: comment ?? undefined,
      columns: parsed<CatalogColumn>(columns).map((column) => columnOf(column, lists)),
      key,
      unique: distinctSets(indexes.filter(({ isKey }) => !isKey).map((index) => index.columns)).filter((set) => !isSame(set, key)),
      references: parsed<LiveReference>(refs),
    };
  });
};

const columnOf = (
  { domainChecks, enumName, enumTexts, domain, comment, ...column }: CatalogColumn,
  lists: ReadonlyMap<string, readonly string[]>,
): LiveColumn => {
  const ofDomain = domainChecks?.map((check) => allowedTexts(check)?.texts).find((texts) => texts !== undefined);
  const ofColumn = lists.get(column.name);
  const allowed: Allowed | undefined =
    enumName !== null && enumTexts !== null
      ? { name: enumName, isEnumType: true, texts: enumTexts }
      : ofDomain
        ? { name: domain ?? undefined, isEnumType: false, texts: ofDomain }
        : ofColumn && { name: undefined, isEnumType: false, texts: ofColumn };
  return { ...column, comment: comment ?? undefined, allowed };
};

export const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name) => other.includes(name));

/** Several indexes may hold the same columns. */
const distinctSets = (sets: readonly string[][]): string[][] =>
  sets.filter((set, at) => sets.findIndex((other) => isSame(set, other)) === at);
