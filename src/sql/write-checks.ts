import type { GuardedModel } from '../access/guard.js';
import type { TableType } from '../model/types.js';
import { checkToSql } from './source.js';
import type { Statement } from './statement.js';
import type { WriteStatement } from './write-statement.js';

/** Name of the value that says whether the caller may write the row so: values of triggers and defaults count. */
export const MAY_BE = '#mayBe';

/** A check as a value to return; nothing where all rows pass. */
export const checked = (
  model: GuardedModel,
  type: TableType,
  check: Parameters<typeof checkToSql>[2],
  alias: string,
  statement: Statement,
): { readonly sql: string; readonly columns: readonly string[] } => {
  const condition = checkToSql(model, type, check, alias, statement);
  return condition === undefined ? { sql: '', columns: [] } : { sql: `, (${condition})::text`, columns: [MAY_BE] };
};

/** A statement that writes, with the check of what each row has become. */
export const checkedAfter = (
  model: GuardedModel,
  refuses: 'create' | 'update',
  made: WriteStatement,
  alias: string,
  statement: Statement,
): WriteStatement => {
  const { sql, columns } = checked(model, made.type, [refuses, 'after'], alias, statement);
  return { ...made, text: made.text + sql, columns: [...made.columns, ...columns], refuses };
};

/** The same of an update that sees the row as it was under another alias. */
export const checkedBoth = (
  model: GuardedModel,
  made: WriteStatement,
  [before, after]: readonly [string, string],
  statement: Statement,
): WriteStatement => {
  const conditions = [
    checkToSql(model, made.type, ['update', 'before'], before, statement),
    checkToSql(model, made.type, ['update', 'after'], after, statement),
  ].filter((condition) => condition !== undefined);
  if (conditions.length === 0) return made;
  return { ...made, text: `${made.text}, (${conditions.join(' AND ')})::text`, columns: [...made.columns, MAY_BE], refuses: 'update' };
};

/** The same of an upsert: a row that was there must be one that may be updated, a new one one that may be created. */
export const checkedUpsert = (model: GuardedModel, made: WriteStatement, alias: string, statement: Statement): WriteStatement => {
  const [create, update] = (['create', 'update'] as const).map((right) => checkToSql(model, made.type, [right, 'after'], alias, statement));
  if (create === undefined && update === undefined) return made;
  const sql = `, (CASE WHEN ${alias}.xmax = 0 THEN ${create ?? 'true'} ELSE ${update ?? 'true'} END)::text`;
  return { ...made, text: made.text + sql, columns: [...made.columns, MAY_BE], refuses: 'create' };
};
