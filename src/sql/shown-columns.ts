import type { GuardedModel } from '../access/guard.js';
import type { MaskedPart } from '../model/rules.js';
import type { Column } from '../model/columns.js';
import type { Model, TableType } from '../model/types.js';
import type { Predicate } from '../predicate/types.js';
import { byName, ownColumns, referredColumns } from './columns.js';
import { castable, quoteName } from './statement.js';

const MASKS: Readonly<Record<MaskedPart, (name: string) => string>> = {
  LAST_FOUR: (name) => `'****' || right(${name}, 4)`,
  HASH: (name) => `encode(sha256(convert_to(${name}, 'UTF8')), 'hex')`,
  YEAR: (name) => `date_trunc('year', ${name})`,
};

/**
 * All columns of a type as the caller sees them. Where some are hidden, all that reads the table expression reads these: conditions,
 * orders, groups, aggregates and cursors, too.
 *
 *     g."id", CASE WHEN g."owner_id" = ANY($1) THEN g."email" END AS "email"
 */
export const shownColumns = (model: GuardedModel, type: TableType, alias: string, toSql: (condition: Predicate) => string): string => {
  const hidden = model.hidden(type);
  return columnsIn(model, type)
    .map(({ name, sqlType }) => {
      const whole = `${alias}.${quoteName(name)}`;
      const rule = hidden.get(name);
      if (!rule) return whole;
      const part = rule.keep === undefined ? '' : ` ELSE (${MASKS[rule.keep](whole)})::${castable(sqlType)}`;
      return `CASE WHEN ${toSql(rule.shown)} THEN ${whole}${part} END AS ${quoteName(name)}`;
    })
    .join(', ');
};

const known = new WeakMap<TableType, readonly Column[]>();

/** The columns that the schema names, the key first. Statements that are written for each request ask for them, too. */
const columnsIn = (model: Model, type: TableType): readonly Column[] => {
  let columns = known.get(type);
  if (!columns) {
    columns = [...byName([...type.table.key, ...ownColumns(type), ...referredColumns(model, [type])]).values()];
    known.set(type, columns);
  }
  return columns;
};
