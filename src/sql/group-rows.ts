import type { GuardedModel } from '../access/guard.js';
import type { ColumnField, JoinField } from '../model/fields.js';
import { tableType, type TableType } from '../model/types.js';
import { shownReference } from './shown-reference.js';
import { guarded } from './source.js';
import { quoteName, type Statement } from './statement.js';
import { columnsOf } from './columns.js';

/**
 * The rows of a type that the caller may read, as a source for GROUP BY. A reference to a row that the caller may not read becomes
 * null; otherwise its rows would form a group of their own, beside those without a reference.
 *
 *     (SELECT g."id", g."pages",
 *        CASE WHEN EXISTS (SELECT 1 FROM (SELECT ...) a WHERE a."id" = g."author_id") THEN g."author_id" END AS "author_id"
 *      FROM "public"."docs" g)
 */
export const groupRows = (model: GuardedModel, type: TableType, by: readonly (ColumnField | JoinField)[], statement: Statement): string => {
  const rows = guarded(model, type, 'aggregate', statement);
  const joins = by.filter(
    (field): field is JoinField => field.kind === 'join' && model.guard(tableType(model, field.target), 'read').kind !== 'true',
  );
  if (joins.length === 0) return rows;
  const row = statement.alias();
  const columns = [...columnsOf(model, [type]).keys()].map((name) => {
    const join = joins.find(({ from }) => from.name === name);
    if (!join) return `${row}.${quoteName(name)}`;
    const referring = { column: join.from, target: tableType(model, join.target), to: join.to };
    return `${shownReference(model, referring, row, statement)} AS ${quoteName(name)}`;
  });
  return `(SELECT ${columns.join(', ')} FROM ${rows} ${row})`;
};
