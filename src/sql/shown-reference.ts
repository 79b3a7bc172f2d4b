import type { GuardedModel } from '../access/guard.js';
import type { Column } from '../model/columns.js';
import type { TableType } from '../model/types.js';
import { guarded } from './source.js';
import { joinCondition, quoteName, type Statement } from './statement.js';

/** A column that refers to rows of `target` by its column `to`. */
export interface Referring {
  readonly column: Column;
  readonly target: TableType;
  readonly to: Column;
}

/**
 * A reference as the caller sees it: null where the caller may not read the referenced row.
 *
 *     r."author_id"
 *     CASE WHEN EXISTS (SELECT 1 FROM (SELECT ...) t0 WHERE t0."id" = r."author_id") THEN r."author_id" END
 */
export const shownReference = (model: GuardedModel, { column, target, to }: Referring, row: string, statement: Statement): string => {
  const name = `${row}.${quoteName(column.name)}`;
  if (model.guard(target, 'read').kind === 'true') return name;
  const other = statement.alias();
  const tie = joinCondition(`${other}.${quoteName(to.name)}`, to, name, column);
  return `CASE WHEN EXISTS (SELECT 1 FROM ${guarded(model, target, 'read', statement)} ${other} WHERE ${tie}) THEN ${name} END`;
};
