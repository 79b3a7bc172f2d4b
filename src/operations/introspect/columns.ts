import { SQL_TYPES } from '../../model/sql-types.js';
import { sameFamily } from '../../model/verify.js';
import { snakeCase } from '../../model/names.js';
import type { LiveColumn, LiveTable } from './catalog.js';
import { directive, type DraftField } from './draft.js';

/** The GraphQL type of an SQL type; what is not here is a text of PostgreSQL's making. */
const SCALARS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(SQL_TYPES).map(([scalar, sqlType]) => [sqlType, scalar] as const),
  ['smallint', 'Int'],
  ['real', 'Float'],
  ['json', 'JSON'],
  ['character varying', 'String'],
  ['name', 'String'],
]);

/** What the gateway cannot read as a value of its own. */
const UNREADABLE = /^(tsvector|tsquery|bytea\[\]|record|pg_\w+)$/;

/** Why a column is not shown; undefined for one that can be. */
export const unshown = ({ sqlType }: LiveColumn): string | undefined =>
  UNREADABLE.test(sqlType) ? `${sqlType} has no GraphQL type` : undefined;

/** Whether the enum or check of a column is an enum in GraphQL: other types compare texts in ways of their own. */
export const isEnum = ({ allowed, sqlType }: LiveColumn): boolean =>
  allowed !== undefined && (allowed.isEnumType || ['text', 'character varying'].includes(sqlType));

const item = (sqlType: string): string => sqlType.replace(/\[\]$/, '');

/** The field of a column. */
export const columnField = (
  table: LiveTable,
  column: LiveColumn,
  { name, isKeyField, enumType }: { readonly name: string; readonly isKeyField: boolean; readonly enumType: string | undefined },
): DraftField => {
  const { sqlType, notNull, hasDefault, isGenerated, comment } = column;
  const isList = sqlType.endsWith('[]');
  const scalar = isKeyField ? 'ID' : (enumType ?? SCALARS.get(item(sqlType)) ?? 'String');
  const usual = isEnumName(enumType, scalar) ? 'text' : SQL_TYPES[scalar]!;
  const isKey = table.key.includes(column.name);
  const given = {
    name: snakeCase(name) === column.name ? undefined : column.name,
    type: sameFamily(sqlType, isList ? `${usual}[]` : usual) ? undefined : sqlType,
    default: hasDefault && !isGenerated && !isKey && !table.isView,
    readOnly: isGenerated,
  };
  const said = directive('column', given);
  return {
    name,
    type: `${isList ? `[${scalar}!]` : scalar}${notNull ? '!' : ''}`,
    directives: said === '@column' ? '' : said,
    description: comment,
  };
};

const isEnumName = (enumType: string | undefined, scalar: string): boolean => enumType !== undefined && scalar === enumType;
