import pluralize from 'pluralize';
import type { LiveTable } from './catalog.js';
import { wordsOf } from '../../model/secret-names.js';

/** Tables that begin with one word are a domain if there are so many of them. */
const FEWEST = 3;

/** The file of tables that belong to no domain. */
const REST = 'tables';

/**
 * The domain of each table, by "schema.name": the first word of its name (or its PostgreSQL schema, other than public) where at least
 * three tables have it. Any other table goes where its first foreign key leads that leads to a domain.
 */
export const domainsOf = (tables: readonly LiveTable[], given: (table: LiveTable) => string | undefined): ReadonlyMap<string, string> => {
  const wordOf = ({ schema, name }: LiveTable): string =>
    schema === 'public' ? pluralize.singular(wordsOf(name)[0] ?? REST) : wordsOf(schema).join('-') || REST;
  const counts = new Map<string, number>();
  for (const table of tables) counts.set(wordOf(table), (counts.get(wordOf(table)) ?? 0) + 1);
  const own = (table: LiveTable): string | undefined =>
    given(table) ?? (table.schema !== 'public' || counts.get(wordOf(table))! >= FEWEST ? pluralFile(wordOf(table)) : undefined);
  const byName = new Map(tables.map((table) => [nameOf(table), table]));
  return new Map(
    tables.map((table) => {
      const led = table.references
        .map((to) => byName.get(nameOf({ schema: to.schema, name: to.table })))
        .find((other) => other && own(other));
      return [nameOf(table), own(table) ?? (led && own(led)) ?? REST];
    }),
  );
};

export const nameOf = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${schema}.${name}`;

/** requirement -> requirements; a file never takes the name of one that the gateway adds. */
const pluralFile = (word: string): string => {
  const name = pluralize.plural(word.replace(/[^\w-]/g, ''));
  return name === '' || name === 'directives' || name === 'scalars' ? `${name}-${REST}` : name;
};

/** What a type stands for. */
export const tableId = (table: Pick<LiveTable, 'schema' | 'name'>): string => `table ${nameOf(table)}`;
