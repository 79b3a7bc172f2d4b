import type { Log } from '../log.js';
import { columnFields, tableTypes, type Column, type Model } from './types.js';
import type { RelationalStore } from '../stores/types.js';

/** The type that a domain is made of, as SQL: values that a domain forbids are compared as those of any column. */
export const baseType = (type: string): string =>
  `(WITH RECURSIVE b(id, of) AS (
    SELECT oid, typbasetype FROM pg_type WHERE oid = ${type} UNION ALL SELECT t.oid, t.typbasetype FROM b JOIN pg_type t ON t.oid = b.of
  ) SELECT id FROM b WHERE of = 0)`;

/** Collations whose `lower` knows all letters: that of PostgreSQL itself from version 17 on, that of ICU before. */
const FOLDING = ['pg_c_utf8', 'und-x-icu'];

interface Known {
  /** Types that domains are made of, by the names of the domains. */
  readonly domains: ReadonlyMap<string, string>;
  readonly folding: string | undefined;
  /** Whether the database itself knows other letters than A to Z. */
  readonly hasLetters: boolean;
}

/**
 * Writes into the model what only the database can tell: types in the place of domains, and a collation that knows all letters.
 * To be called before anything is planned.
 */
export const learnDatabase = async (model: Model, store: RelationalStore, log: Log): Promise<void> => {
  const { domains, folding, hasLetters } = await ask(store);
  const set = (column: Column): void => {
    const base = domains.get(column.sqlType);
    if (base !== undefined) (column as { sqlType: string }).sqlType = base;
  };
  for (const type of tableTypes(model)) {
    type.table.key.forEach(set);
    type.embedding?.payload.forEach(({ column }) => set(column));
    for (const field of type.fields.values()) {
      if (field.kind === 'join') [field.from, field.to].forEach(set);
      if (field.kind !== 'column') continue;
      set(field.column);
      (field as { folding?: string | undefined }).folding = folding;
    }
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

const ask = async (store: RelationalStore): Promise<Known> => {
  const text = `
    SELECT 'domain', format_type(t.oid, NULL), format_type(${baseType('t.oid')}, NULL) FROM pg_type t WHERE t.typtype = 'd'
    UNION ALL SELECT 'folding', c.collname, NULL FROM pg_collation c
      WHERE c.collname = ANY($1::text[]) AND c.collnamespace = 'pg_catalog'::regnamespace
      AND c.collencoding IN (-1, (SELECT d.encoding FROM pg_database d WHERE d.datname = current_database()))
    UNION ALL SELECT 'letters', (lower('Ä' COLLATE "default") = 'ä')::text, NULL`;
  const rows = await store.read({ text, values: [FOLDING] }, { primary: true });
  const of = (kind: string) => rows.filter(([each]) => each === kind);
  const collations = of('folding').map(([, name]) => name);
  return {
    domains: new Map(of('domain').map(([, name, base]) => [name!, base!])),
    folding: FOLDING.find((name) => collations.includes(name)),
    hasLetters: of('letters')[0]?.[1] === 'true',
  };
};
