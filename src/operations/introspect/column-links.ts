import pluralize from 'pluralize';
import { sameFamily } from '../../model/verify.js';
import type { RelationalStore } from '../../stores/types.js';
import type { LiveColumn, LiveTable } from './catalog.js';
import { matchColumn, share, type KeyedTable, type KeyMatch } from './key-matches.js';
import { fieldNameOf, joinNameOf } from './names.js';
import { wordsOf } from '../../model/secret-names.js';

/** A column that holds keys without a foreign key. */
export interface ColumnLink {
  readonly table: LiveTable;
  readonly column: LiveColumn;
  readonly match: KeyMatch;
}

const HOLDERS = ['uuid', 'text', 'character varying', 'integer', 'bigint'];
const ENDINGS = ['id', 'uuid', 'key', 'ref', 'by', 'fk'];

/** Columns that look like foreign keys and are none, with the tables whose keys they hold. */
export const findColumnLinks = async (
  store: RelationalStore,
  tables: readonly LiveTable[],
  keyed: readonly KeyedTable[],
  isShown: (table: LiveTable, column: LiveColumn) => boolean,
): Promise<ColumnLink[]> => {
  const found: ColumnLink[] = [];
  for (const table of tables)
    for (const column of table.columns) {
      const isOwn = table.key.includes(column.name) && table.key.length === 1;
      const isReference = table.references.some(({ columns }) => columns.includes(column.name));
      if (isOwn || isReference || !HOLDERS.includes(column.sqlType) || !isShown(table, column)) continue;
      const match = await matchColumn(store, { table, column }, candidatesOf(column, table, keyed));
      if (match) found.push({ table, column, match });
    }
  return found;
};

/** Tables that the name of a column speaks of; where it speaks of none, all with keys of UUIDs, which meet by no chance. */
const candidatesOf = (column: LiveColumn, table: LiveTable, keyed: readonly KeyedTable[]): KeyedTable[] => {
  const words = wordsOf(column.name);
  const fits = ({ key }: KeyedTable): boolean =>
    sameFamily(key.sqlType, column.sqlType) || ['text', 'character varying'].includes(column.sqlType);
  const named = keyed.filter((each) => {
    if (!fits(each)) return false;
    if (each.key.name === column.name && !['id', 'name', 'code', 'key'].includes(column.name)) return each.table !== table;
    const singular = wordsOf(pluralize.singular(each.table.name)).join(' ');
    return ENDINGS.includes(words.at(-1) ?? '') && ` ${words.slice(0, -1).join(' ')}`.endsWith(` ${singular}`);
  });
  if (named.length > 0 || !ENDINGS.includes(words.at(-1) ?? '')) return named;
  return keyed.filter((each) => each.key.sqlType === 'uuid' && fits(each));
};

/** As a comment: the field that would follow the link, and why. */
export const linkNote = (
  { column, match }: ColumnLink,
  typeName: (table: LiveTable) => string,
  shortName: (table: LiveTable) => string,
): string => {
  const { table: target, key } = match;
  const type = sameFamily(column.sqlType, key.sqlType) ? '' : `, type: ${JSON.stringify(column.sqlType)}`;
  const usual = joinNameOf(column.name, key.name) ?? target.name;
  // The column has a field of its own.
  const name = usual === fieldNameOf(column.name) ? `${usual}${typeName(target)}` : usual;
  const evidence = `${share(match)} values are keys of ${shortName(target)}`;
  return `likely: ${name}: ${typeName(target)} @join(from: ${JSON.stringify(column.name)}${type})  (${evidence})`;
};
