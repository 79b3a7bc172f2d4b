import type { TableType } from '../model/types.js';
import type { Order } from './order.js';
import type { PerParent } from './per-parent.js';
import { conjuncts } from '../predicate/analyse.js';
import type { Predicate } from '../predicate/types.js';

/**
 * The sort keys that matter: those after the columns of a unique constraint are left out, since these tell all rows apart already. A
 * column that is the same in all rows counts as sorted. An index on the remaining columns then gives the rows in order.
 */
export const decisive = (
  type: TableType,
  orders: readonly Order[],
  where: Predicate | undefined,
  perParent: PerParent | undefined,
): readonly Order[] => {
  const told = new Set(fixedColumns(where));
  // Each owner's list is sorted on its own.
  if (perParent?.kind === 'joined' && !perParent.field.through)
    for (const { to } of [perParent.field, ...(perParent.field.also ?? [])]) told.add(to.name);
  const isTold = (columns: readonly string[]) => columns.length > 0 && columns.every((name) => told.has(name));
  const rules = [type.table.key.map(({ name }) => name), ...type.table.unique];
  const end = orders.findIndex(({ path, by, nullable }) => {
    // A unique constraint allows any number of nulls.
    if (path.length === 0 && 'column' in by && !nullable) told.add(by.column.name);
    return rules.some(isTold);
  });
  return end === -1 ? orders : orders.slice(0, end + 1);
};

/** Columns that have the same value in all matching rows. */
const fixedColumns = (where: Predicate | undefined): string[] =>
  conjuncts(where).flatMap((part): string[] => {
    if (part.kind === 'compare') {
      const { field, operator, value, ignoreCase, path } = part;
      const isFixed = operator === 'eq' && value !== null && !ignoreCase && path === undefined;
      return isFixed && field.kind === 'column' && !field.list ? [field.column.name] : [];
    }
    if (part.kind !== 'related' || part.by.kind !== 'join' || part.by.list) return [];
    const { from, to } = part.by;
    if (part.by.also) return [];
    return from.sqlType === to.sqlType && fixedColumns(part.of).includes(to.name) ? [from.name] : [];
  });
