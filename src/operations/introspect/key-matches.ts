import { GatewayError } from '../../errors.js';
import { quoteName } from '../../sql/statement.js';
import { system } from '../../sql/source.js';
import type { RelationalStore } from '../../stores/types.js';
import type { LiveColumn, LiveTable } from './catalog.js';

/** Values of a column that are looked at. */
const SAMPLE = 5_000;

/** So many of the values must be keys, or nothing is proposed. */
const LEAST_SHARE = 0.5;

/** A table whose rows have a key of one column that other stores can hold. */
export interface KeyedTable {
  readonly table: LiveTable;
  readonly key: LiveColumn;
}

/** How many of some values are keys of a table. */
export interface KeyMatch extends KeyedTable {
  readonly matched: number;
  readonly of: number;
}

const UUID = '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$';
const TEXTS = ['text', 'character varying'];

/** Tables with a key of one column, of a type that a text can be. */
export const keyedTables = (tables: readonly LiveTable[]): KeyedTable[] =>
  tables.flatMap((table) => {
    const key = table.key.length === 1 ? table.columns.find(({ name }) => name === table.key[0]) : undefined;
    return key && ['uuid', 'integer', 'bigint', ...TEXTS].includes(key.sqlType) ? [{ table, key }] : [];
  });

/** A text of the statement as a value of the key; null where it is none. */
const asKey = (value: string, { sqlType }: LiveColumn): string =>
  TEXTS.includes(sqlType)
    ? value
    : sqlType === 'uuid'
      ? `CASE WHEN ${value} ~ '${UUID}' THEN ${value}::uuid END`
      : `CASE WHEN ${value} ~ '^\\d{1,9}$' THEN ${value}::${sqlType} END`;

/** How many of some values are keys of each table: one statement, whatever the number of tables. */
const bestOf = async (
  store: RelationalStore,
  values: string,
  parameters: readonly unknown[],
  candidates: readonly KeyedTable[],
): Promise<KeyMatch | undefined> => {
  if (candidates.length === 0) return undefined;
  const counts = candidates.map(
    ({ table, key }) =>
      `count(*) FILTER (WHERE EXISTS (SELECT FROM ${system(table)} k WHERE k.${quoteName(key.name)} = ${asKey('v.value', key)}))`,
  );
  const text = `SELECT count(*), ${counts.join(', ')} FROM (${values}) v`;
  // A table that may not be read, or that takes too long, gives no evidence.
  const [[of = '0', ...matched] = []] = await store.read({ text, values: [...parameters] }, { primary: true }).catch((error: unknown) => {
    if (error instanceof GatewayError && error.code !== 'STORE_TIMEOUT') throw error;
    return [];
  });
  return candidates
    .map((keyed, at) => ({ ...keyed, of: Number(of), matched: Number(matched[at]) }))
    .filter(isLikely)
    .sort((one, other) => other.matched - one.matched)[0];
};

const isLikely = ({ matched, of }: KeyMatch): boolean => matched > 0 && matched >= of * LEAST_SHARE;

/** The table that most of the values of a column are keys of. */
export const matchColumn = (
  store: RelationalStore,
  { table, column }: { readonly table: LiveTable; readonly column: LiveColumn },
  candidates: readonly KeyedTable[],
): Promise<KeyMatch | undefined> => {
  const name = quoteName(column.name);
  const values = `SELECT ${name}::text AS value FROM ${system(table)} WHERE ${name} IS NOT NULL LIMIT ${SAMPLE}`;
  return bestOf(store, values, [], candidates);
};

/** The table that most of some texts are keys of. */
export const matchTexts = async (
  store: RelationalStore,
  texts: readonly string[],
  candidates: readonly KeyedTable[],
): Promise<KeyMatch | undefined> =>
  texts.length === 0 ? undefined : bestOf(store, 'SELECT unnest($1::text[]) AS value', [texts], candidates);

/** "4,981 of 5,000" */
export const share = ({ matched, of }: { readonly matched: number; readonly of: number }): string =>
  `${matched.toLocaleString('en')} of ${of.toLocaleString('en')}`;
